"""The appendix of the official report: the same tables for the .docx and for the workbook that goes with it.

Self-logged, approved and recognised figures stand in columns of their own and are never added up; what nobody has
recorded reads "no data yet" and is left to the unit.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.i18n import Text, t
from bot.reports.official_targets import targets_table
from bot.reports.unit import UnitSummary
from bot.reports.unit_data import UnitData
from bot.reports.unit_parts import (
    approved_cells,
    area_rows,
    decisions_words,
    goal_rows,
    mode_rows,
    of_title,
    recognised_rows,
)
from bot.reports.unit_tables import (
    ENTRY,
    NO_DATA,
    PERSON,
    Cell,
    Figure,
    Row,
    Table,
    before_rows,
    effort_rows,
    months_table,
    people_rows,
    units_table,
)
from storage.recognitions import CITIZEN, CLAN, COMMUNITY, FAMILY, UNIT_1, UNIT_2

NUMBER, UNIT, SESSION, COURSE, DONG, MEMBER_UNIT = (
    t("count"),
    t("units"),
    t("sessions"),
    t("courses"),
    t("đồng"),
    t("organisations"),
)

_TITLES: tuple[tuple[Text, Text, str], ...] = (
    (t("People with the title “Learning citizen”"), PERSON, CITIZEN),
    (t("Learning families"), NUMBER, FAMILY),
    (t("Learning clans"), NUMBER, CLAN),
    (t("Learning communities"), NUMBER, COMMUNITY),
    (t("Learning units, level 1"), NUMBER, UNIT_1),
    (t("Learning units, level 2"), NUMBER, UNIT_2),
)
"""Titles that every report has a row for; what was recognised of any other matter gets a row when it is there."""

_REGISTERED = (t("People registered for “Learning citizen”"), PERSON)
_FIELDS: tuple[tuple[Text, Text], ...] = (
    (t("Members with an approved plan for self-study"), PERSON),
    (t("Members who completed compulsory training"), PERSON),
    (t("Classes, special topics and courses"), COURSE),
    (t("Attendances of classes, special topics and courses"), ENTRY),
    (t("People who study digital skills"), PERSON),
    (t("People who study foreign languages"), PERSON),
    (t("People who study ethnic languages"), PERSON),
    (t("Sessions of communication, news items"), SESSION),
    (t("Special-topic meetings of Party cells"), SESSION),
    (t("Initiatives and models"), NUMBER),
    (t("Collectives and persons proposed for commendation"), NUMBER),
)
"""What units report that no diary holds (field dictionary of the reports of learning-promotion associations)."""

_CIVIL_FIELDS: tuple[tuple[Text, Text], ...] = (
    (t("Members of the Association for Promoting Learning"), PERSON),
    (t("Branches and boards for promoting learning"), MEMBER_UNIT),
    (t("Fund for promoting learning"), DONG),
)


def appendix(data: UnitData) -> tuple[Table, ...]:
    """The tables of the appendix; those without a row are left out."""
    units = replace(units_table(data.summary), name=t("Table 2. Units"))
    months = replace(months_table(data), name=t("Table 3. Months"))
    tables = (figures_table(data), units, months, targets_table(data.summary))
    return tuple(table for table in tables if table.rows)


def figures_table(data: UnitData) -> Table:
    """Every figure with its three kinds apart."""
    approved = _approved(data.summary)
    lines: list[Row] = [
        (label, measure, self_logged, _known_as(label, approved), NO_DATA)
        for label, self_logged, measure in _lines(data)
    ]
    lines += [(label, measure, NO_DATA, NO_DATA, cell) for label, measure, cell in _fields(data.summary)]
    others = recognised_rows(data.summary, without={title for _, _, title in _TITLES})
    lines += [(label, measure, NO_DATA, NO_DATA, count) for label, count, measure in others]
    rows = [(str(number), *line) for number, line in enumerate(lines, 1)]
    header = (t("No."), t("Item"), t("Measured in"), t("Self-logged"), t("Approved"), t("Recognised"))
    return Table(t("Table 1. Figures"), header, tuple(rows))


def _approved(summary: UnitSummary) -> list[tuple[Text, Cell]]:
    """What is known of approved entries, with the label of the line."""
    labels = (t("People who logged"), t("Entries"), t("Hours studied"))
    return list(zip(labels, approved_cells(summary), strict=True))


def _known_as(label: Cell, known: list[tuple[Text, Cell]]) -> Cell:
    return next((cell for text, cell in known if text == label), NO_DATA)


def _lines(data: UnitData) -> Iterator[Row]:
    """Label, self-logged figure and measure."""
    summary = data.summary
    yield t("Units right below"), Figure(len(summary.figures.branches)), UNIT
    for label, cell, measure in (*people_rows(summary), *effort_rows(summary)):
        yield label, _known(summary, cell, is_headcount=label == t("Members")), measure
    yield from goal_rows(summary)
    yield from area_rows(data)
    yield from mode_rows(summary)
    yield from before_rows(summary)


def _fields(summary: UnitSummary) -> Iterator[tuple[Text, Text, Cell]]:
    """What no diary holds: label, measure and the recognised figure, which names its decisions in the label."""
    yield *_REGISTERED, NO_DATA
    for label, measure, title in _TITLES:
        cell, found = of_title(summary, title)
        if found:
            label = t("{item} ({decisions})", item=label, decisions=decisions_words(found))
        yield label, measure, cell
    for label, measure in (*_FIELDS, *(() if summary.is_military else _CIVIL_FIELDS)):
        yield label, measure, NO_DATA


def _known(summary: UnitSummary, cell: Cell, *, is_headcount: bool) -> Cell:
    """Without a single entry nothing is known of the study there: that is not 0."""
    return cell if summary.figures.entries or is_headcount else NO_DATA
