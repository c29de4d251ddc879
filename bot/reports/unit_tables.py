"""The tables of a unit's files, with the small-cell and military rules applied: every file shows these cells.

A workbook, a CSV and the appendix of the official report differ in form only. Cells keep their type: a `Figure` is a
number with the form in which people read it; words are `Text` or a string; an unknown figure is never 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.clock import local
from bot.i18n import Clock, Joined, Reader, Text, format_number, render, t
from bot.reports.period import name_of_period
from bot.reports.unit import SMALL, UnitSummary
from bot.reports.unit_data import UnitData
from bot.reports.unit_months import MonthFigures
from storage.summaries import Branch, Figures

Form = Literal["count", "hours", "share", "percent"]
"""A whole number; hours with one decimal; a fraction of 1 read as 37,87%; a fraction of 1 read as whole percent."""

HIDDEN = t("hidden")
"""Stands where a small cell or the cell that protects it is."""
NO_DATA = t("no data yet")
"""Stands where nobody has reported, which is not 0."""
FEW = t("fewer than {count}", count=SMALL)
HOUR, PERSON, ENTRY, MINUTE = t("hours"), t("people"), t("entries"), t("minutes")
PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it stands in a cell, rounded to what is shown, and its form."""

    value: float
    form: Form = "count"


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month by its first day: sorts as a date, reads as 10/2026."""

    first: date


Cell = Figure | Month | Text | Joined | Clock | str | date | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A name, a header and rows of typed cells."""

    name: Text
    header: tuple[Text, ...]
    rows: tuple[Row, ...]


def words(cell: Cell, reader: Reader) -> str:
    """A cell as people read it."""
    if isinstance(cell, Month):
        return f"{cell.first:%m/%Y}"
    if not isinstance(cell, Figure):
        return render(cell, reader)
    if cell.form in ("share", "percent"):
        return format_number(100 * cell.value, reader.language) + "%"
    return format_number(cell.value, reader.language)


def hours(minutes: int) -> Figure:
    """Hours with one decimal, rounded half up."""
    return Figure((minutes + 3) // 6 / 10, "hours")


def share(part: int, whole: int, *, exact: bool = True) -> Figure | Text:
    """A part of a whole; where head-counts are hidden, only whole percent, which give none away."""
    if not whole:
        return NO_DATA
    if exact:
        return Figure(round(part / whole, 4), "share")
    return Figure((200 * part + whole) // (2 * whole) / 100, "percent")


def overview(data: UnitData, more: Sequence[Row] = ()) -> Table:
    """One figure a row: what the chat says in one message, exactly; `more` rows stand at the end."""
    summary = data.summary
    rows: list[Row] = [
        (t("Unit"), summary.unit.name, None),
        (t("Unit code"), summary.unit.code, None),
        (t("Period"), name_of_period(summary.period), None),
        (t("From day"), summary.period.start, None),
        (t("To day"), summary.period.end, None),
        (t("Figures as of"), Clock(summary.as_of), None),
        (t("Tree of units"), tree_words(summary), None),
        (t("Kind of figures"), t("self-logged, neither approved nor recognised"), None),
        *people_rows(summary),
        *effort_rows(summary),
        *before_rows(summary),
        *more,
    ]
    if data.people.too_many:
        rows.append((t("List of people"), t("too long; please take a unit below"), None))
    return Table(t("Overview"), (t("Item"), t("Value"), t("Measured in")), tuple(rows))


def tree_words(summary: UnitSummary) -> Text:
    """Whose tree the figures follow."""
    return t("of today") if summary.tree_of is None else t("of {date}", date=summary.tree_of)


def people_rows(summary: UnitSummary) -> list[Row]:
    """Who belongs there and who logged; of a military root only the share."""
    figures = summary.figures
    present = figures.active_people - figures.former_people
    cells = _people_cells(figures, hidden=summary.hidden, military=summary.is_military)
    if summary.is_military:
        return [(t("Share of the people who logged"), cells[-1], PERCENT)]
    labels = (t("Members"), t("People who logged"), t("People who logged and belong elsewhere now"))
    rows = [(label, cell, PERSON) for label, cell in zip(labels, cells, strict=False)]
    if summary.hidden:
        return [*rows, (t("Share of the members who logged"), HIDDEN, PERCENT)]
    counts = t("Share of the members who logged ({part}/{whole})", part=present, whole=figures.members)
    return [*rows, (counts, cells[-1], PERCENT)]


def effort_rows(summary: UnitSummary) -> list[Row]:
    """Entries, hours and the median."""
    figures = summary.figures
    values = (
        Figure(figures.entries),
        hours(figures.minutes),
        Figure(figures.minutes),
        Figure(int(figures.median_minutes + 0.5)),
    )
    entries, total, minutes, median = _unless(summary.hidden and figures.entries > 0, values)
    return [
        (t("Entries"), entries, ENTRY),
        (t("Hours studied"), total, HOUR),
        (t("Minutes studied"), minutes, MINUTE),
        (t("Median per person"), median, MINUTE),
    ]


def before_rows(summary: UnitSummary) -> list[Row]:
    """The period before, as far as the running one can be compared with it; nothing where a cell is small."""
    before, period = summary.before, summary.period_before
    if before is None or period is None or summary.hidden or before.active_people < SMALL:
        return []
    name = name_of_period(period)
    if summary.period.start <= local(summary.as_of).date() < summary.period.end:
        name = t("the same days of {period}", period=name)
    rows: list[Row] = [(t("For comparison, hours in {period}", period=name), hours(before.minutes), HOUR)]
    if not summary.is_military:
        people = t("For comparison, people who logged in {period}", period=name)
        rows.append((people, Figure(before.active_people), PERSON))
    return rows


def units_table(summary: UnitSummary, *, with_own: bool = False) -> Table:
    """The units right below and, where there are any (or they are asked for), the unit's own people, one a row."""
    people = _people_header(military=summary.is_military)
    header = (t("Unit code"), t("Unit"), t("State"), *people, t("Entries"), t("Minutes studied"), t("Hours studied"))
    branches = [(branch, branch.name) for branch in summary.figures.branches]
    direct = summary.figures.direct
    rows = [_unit_row(summary, branch, name) for branch, name in branches]
    if direct.members or direct.entries or with_own:
        rows.append(_unit_row(summary, direct, t("{unit}: its own people", unit=direct.name)))
    return Table(t("Units"), header, tuple(rows))


def _unit_row(summary: UnitSummary, branch: Branch, name: Text | str) -> Row:
    logged = branch.entries > 0
    hidden = logged and (summary.hidden or branch.unit_id in summary.hidden_branches)
    state = HIDDEN if hidden else t("has entries") if logged else t("no entries yet")
    people = _people_cells(branch, hidden=hidden or summary.hidden, military=summary.is_military)
    effort = _unless(hidden, (Figure(branch.entries), Figure(branch.minutes), hours(branch.minutes)))
    return (branch.code, name, state, *people, *effort)


def months_table(data: UnitData) -> Table:
    """The months of the period, one a row, as they stand with the members of today."""
    military = data.summary.is_military
    people = _people_header(military=military)[0 if military else 1 :]
    header = (t("Month"), t("State"), *people, t("Entries"), t("Minutes studied"), t("Hours studied"))
    return Table(t("Months"), header, tuple(_month_row(one, military=military) for one in data.months))


def _month_row(one: MonthFigures, *, military: bool) -> Row:
    figures, hidden = one.figures, one.hidden
    state = HIDDEN if hidden else t("has entries") if figures.entries else t("no entries yet")
    people = _people_cells(figures, hidden=hidden, military=military)[0 if military else 1 :]
    effort = _unless(hidden, (Figure(figures.entries), Figure(figures.minutes), hours(figures.minutes)))
    return (Month(one.period.start), state, *people, *effort)


def people_table(data: UnitData) -> Table | None:
    """Who agreed to be named, by alias; None where nobody may be listed."""
    if not data.people.people:
        return None
    header = (t("Alias"), t("Unit code"), t("Unit"), t("Entries"), t("Minutes studied"), t("Hours studied"),
              t("Last day"))  # fmt: skip
    rows: list[Row] = [
        (
            person.alias,
            person.unit_code,
            person.unit_name,
            Figure(person.entries),
            Figure(person.minutes),
            hours(person.minutes),
            person.last_day,
        )
        for person in data.people.people
    ]
    return Table(t("People"), header, tuple(rows))


def _people_header(*, military: bool) -> tuple[Text, ...]:
    if military:
        return (t("Share of the people who logged"),)
    return (t("Members"), t("People who logged"), t("Belong elsewhere now"), t("Share of the members who logged"))


def _people_cells(figures: Figures | Branch, *, hidden: bool, military: bool) -> tuple[Cell, ...]:
    """Cells under `_people_header`; a handful of members who log nothing is not counted out either."""
    present, members = figures.active_people - figures.former_people, figures.members
    if military:
        return _unless(hidden, (share(present, members, exact=False),))
    cells = _unless(hidden, (Figure(members), Figure(present), Figure(figures.former_people), share(present, members)))
    if not figures.entries and 0 < members < SMALL:
        return (FEW, *cells[1:])
    return cells


def _unless(hidden: bool, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(HIDDEN for _ in cells) if hidden else cells
