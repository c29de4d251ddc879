"""The movement's targets that a report may quote, each with the document that sets it: verified figures only.

A target without a verified figure for a year is not shown for that year: an empty place is better than a wrong number.
"""

from dataclasses import dataclass

from bot.i18n import Text, t
from bot.reports.citations import QD_387, QD_677, QD_1373
from bot.reports.unit import UnitSummary
from bot.reports.unit_parts import decisions_words, of_title
from bot.reports.unit_tables import Figure, Row, Table
from storage.recognitions import CITIZEN, CLAN, COMMUNE_UNIT, COMMUNITY, FAMILY


@dataclass(frozen=True, slots=True)
class Target:
    """A share that is to be reached by the end of 2025 and of 2030 (None: no verified figure)."""

    name: Text
    by_2025: int | None
    by_2030: int | None
    source: Text
    title: str = ""
    """The title whose recognised figure stands beside it; "" where a recognition tells nothing of it."""


TARGETS = (
    Target(t("Citizens with the title “Learning citizen”"), 40, 60, QD_1373, CITIZEN),
    Target(t("People of working age who have information skills"), 50, 70, QD_1373),
    Target(t("People of working age who have life skills"), 50, 70, QD_1373),
    Target(t("Adults in learning families, clans and communities with the title “Learning citizen”"), 40, 60, QD_677),
    Target(t("Officials and workers in learning units with the title “Learning citizen”"), 60, 80, QD_677),
    Target(t("Learning citizens who have digital skills"), 70, 90, QD_677),
    Target(t("Learning citizens who keep up to date by digital means on their own"), 60, 80, QD_677),
    Target(t("Families with the title “Learning family”"), 70, None, QD_387, FAMILY),
    Target(t("Clans with the title “Learning clan”"), 65, None, QD_387, CLAN),
    Target(t("Village communities with the title “Learning community”"), 65, None, QD_387, COMMUNITY),
    Target(t("Units of communes with the title “Learning unit”"), 80, None, QD_387, COMMUNE_UNIT),
)


def targets_table(summary: UnitSummary) -> Table:
    """The targets of the phase that the period belongs to, with their source.

    What decisions of the period recognised stands beside them as a count: the whole that a share would need is unknown.
    """
    year = 2025 if summary.period.end.year <= 2025 else 2030
    rows: list[Row] = []
    for target in TARGETS:
        value = target.by_2025 if year == 2025 else target.by_2030
        if value is not None:
            cell, found = of_title(summary, target.title)
            by = decisions_words(found) if found else None
            rows.append((str(len(rows) + 1), target.name, Figure(value / 100, "percent"), target.source, cell, by))
    header = (
        t("No."),
        t("Target"),
        t("To be reached by {year}", year=str(year)),
        t("Set by"),
        t("Recognised in the period (count)"),
        t("By decision"),
    )
    return Table(t("Table 4. Targets"), header, tuple(rows))
