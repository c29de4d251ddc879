"""The movement's targets that a report may quote, each with the document that sets it: verified figures only.

A target without a verified figure for a year is not shown for that year: an empty place is better than a wrong number.
"""

from dataclasses import dataclass

from bot.i18n import Text, t
from bot.language.periods import Period
from bot.reports.unit_tables import NO_DATA, Figure, Row, Table

QD_1315 = t("Decision 1315/QĐ-TTg of 9 November 2023 of the Prime Minister")
QD_1373 = t("Decision 1373/QĐ-TTg of 30 July 2021 of the Prime Minister")
QD_387 = t("Decision 387/QĐ-TTg of 25 March 2022 of the Prime Minister")
QD_677 = t("Decision 677/QĐ-TTg of 3 June 2022 of the Prime Minister")


@dataclass(frozen=True, slots=True)
class Target:
    """A share that is to be reached by the end of 2025 and of 2030 (None: no verified figure)."""

    name: Text
    by_2025: int | None
    by_2030: int | None
    source: Text


TARGETS = (
    Target(t("Citizens with the title “Learning citizen”"), 40, 60, QD_1373),
    Target(t("People of working age who have information skills"), 50, 70, QD_1373),
    Target(t("People of working age who have life skills"), 50, 70, QD_1373),
    Target(t("Adults in learning families, clans and communities with the title “Learning citizen”"), 40, 60, QD_677),
    Target(t("Officials and workers in learning units with the title “Learning citizen”"), 60, 80, QD_677),
    Target(t("Learning citizens who have digital skills"), 70, 90, QD_677),
    Target(t("Learning citizens who keep up to date by digital means on their own"), 60, 80, QD_677),
    Target(t("Families with the title “Learning family”"), 70, None, QD_387),
    Target(t("Clans with the title “Learning clan”"), 65, None, QD_387),
    Target(t("Village communities with the title “Learning community”"), 65, None, QD_387),
    Target(t("Units of communes with the title “Learning unit”"), 80, None, QD_387),
)


def targets_table(period: Period) -> Table:
    """The targets of the phase that the period belongs to, with their source; results are the authority's to state."""
    year = 2025 if period.end.year <= 2025 else 2030
    rows: list[Row] = []
    for target in TARGETS:
        value = target.by_2025 if year == 2025 else target.by_2030
        if value is not None:
            rows.append((str(len(rows) + 1), target.name, Figure(value / 100, "percent"), target.source, NO_DATA))
    header = (
        t("No."),
        t("Target"),
        t("To be reached by {year}", year=str(year)),
        t("Set by"),
        t("Recognised result of the unit"),
    )
    return Table(t("Table 4. Targets"), header, tuple(rows))
