"""The summary of a unit and a period as a page: the chat's own sentence, figures, charts with their tables, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.desk.address import PATH
from bot.desk.charts import columns, lengths
from bot.desk.downloads import choices
from bot.desk.pages import desk_page
from bot.desk.scope import THEN_QUERY, covered_line, page_number, period_said, tree_said, unit_in_scope
from bot.desk.sessions import Visit
from bot.i18n import Text, t
from bot.language.periods import PHASES, Period, half, month, phase, quarter, year
from bot.reports.period import following, name_of_period
from bot.reports.unit import UnitSummary
from bot.reports.unit_data import UnitData, year_of_months
from bot.reports.unit_parts import MODE_NAMES, approved_rows, courses_table, part_name, parts_total
from bot.reports.unit_tables import (
    Cell,
    Figure,
    effort_rows,
    hours,
    months_table,
    people_rows,
    share,
    units_table,
)
from bot.scope import own_units
from bot.study import AREA_NAMES
from bot.summary_reading import read_summary, segments
from bot.summary_words import change_warning, headline, name_of, tree_note
from storage.named_people import NamedPeople
from storage.summaries import Part
from storage.unit_history import UnitHistory

ELSEWHERE = t("Belong elsewhere now")
"""The column of those who logged here and are members of another unit now."""
COURSES_SHOWN = 10
"""Courses that the page lists; the workbook holds more."""
UNITS_SHOWN = 100
"""Units right below that one page lists."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: what it is about (a link when there is a unit to open), its cells, hours first."""

    name: Cell
    cells: tuple[Cell, ...]
    exact: float | None
    """The minutes behind the hours; None where they are hidden."""
    bar: float | None
    """The length of the bar in percent of the longest."""
    unit_id: int | None = None
    quiet: bool = False
    """True for what has no entries yet."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of the page."""

    header: tuple[Text, ...]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of the page's head; `exact` is the number behind it where the words round it."""

    label: Cell
    cell: Cell
    measured_in: Cell
    exact: float | None


async def start(request: web.Request, visit: Visit) -> web.Response:
    """The summary of the first unit in the person's care."""
    for unit in await own_units(visit.turn):
        raise web.HTTPSeeOther(f"{PATH}/tong-hop/{unit.id}")
    raise web.HTTPNotFound


async def show(request: web.Request, visit: Visit) -> web.Response:
    """The page; words that name no period are said to be so, and this month is shown."""
    turn = visit.turn
    unit = await unit_in_scope(visit, request.match_info["unit"])
    said = request.query.get("ky", "")
    period = period_said(visit, said)
    wrong = t("I do not know the period “{text}”. Try for example 2026-10.", text=said[:60]) if period is None else None
    chosen = period or month(turn.today.year, turn.today.month)
    found = await read_summary(turn, unit.id, chosen, tree_said(request))
    tree = THEN_QUERY if found.tree_of else ""
    unit, own = found.unit, await turn.officer_units()
    months = await year_of_months(turn.summaries, found, own=own)
    data = UnitData(found, months, NamedPeople(), AREA_NAMES)
    number, pages = page_number(request, len(found.figures.branches), UNITS_SHOWN)
    return desk_page(
        "summary.html",
        visit,
        here="summary",
        title=name_of(unit),
        unit=unit,
        period=chosen,
        period_name=name_of_period(chosen),
        said=said if wrong else "",
        wrong=wrong,
        above=[(one.id, name_of(one)) for one in (await covered_line(visit, unit.id))[:-1]],
        before=_link(found.period_before),
        after=_link(following(chosen, turn.today)),
        periods=_periods(visit, chosen),
        lead=(*tree_note(found), *headline(found).parts, *change_warning(found)),
        approved=approved_line(found),
        cards=cards(found),
        areas=part_grid(found.areas, AREA_NAMES, t("Area")),
        modes=part_grid(found.modes, MODE_NAMES, t("Form of study")),
        courses=course_grid(found),
        tree=tree,
        query=chosen.key + tree,
        trees=await _trees(visit, found),
        months=month_grid(data),
        columns=columns(months, chosen, turn.reader),
        units=unit_grid(found, number),
        number=number,
        pages=pages,
        files=choices(found),
    )


def _link(period: Period | None) -> tuple[str, Text] | None:
    return None if period is None else (period.key, name_of_period(period))


def _periods(visit: Visit, chosen: Period) -> list[tuple[str, Text, bool]]:
    """The periods that hold today, from the month to the phase."""
    day = visit.turn.today
    found = [
        month(day.year, day.month),
        quarter(day.year, (day.month + 2) // 3),
        half(day.year, (day.month + 5) // 6),
        year(day.year),
        *(phase(number) for number, (first, last) in enumerate(PHASES, 1) if first <= day.year <= last),
    ]
    return [(one.key, name_of_period(one), one == chosen) for one in found]


def cards(summary: UnitSummary) -> list[Card]:
    """Who logged and how much, by the rules of every other file; the hours carry their exact minutes."""
    people = [_card(row, row[1]) for row in people_rows(summary)]
    if not summary.figures.former_people and not summary.is_military:
        del people[2]
    entries, total, minutes, median = effort_rows(summary)
    return [*people, _card(total, minutes[1]), _card(median, median[1]), _card(entries, entries[1])]


def _card(row: tuple[Cell, ...], exact: Cell) -> Card:
    label, cell, measured_in = row
    return Card(label, cell, measured_in, _number(exact))


def _number(cell: Cell) -> float | None:
    return cell.value if isinstance(cell, Figure) else None


def part_grid(parts: Sequence[Part], names: Mapping[str, Text], title: Text) -> Grid:
    """Hours and share of each area or form; none where the unit is hidden."""
    total, bars = parts_total(parts), lengths([part.minutes for part in parts])
    rows = [
        Row(part_name(part, names), (hours(part.minutes), share(part.minutes, total)), part.minutes, bar)
        for part, bar in zip(parts, bars, strict=True)
    ]
    return Grid((title, t("Hours studied"), t("Share")), rows)


def course_grid(summary: UnitSummary) -> Grid:
    """The named courses with the most hours."""
    whole = courses_table(summary)
    bars = lengths([part.minutes for part in summary.courses])
    rows = [
        Row(row[0], (row[-1], *row[1:-2]), part.minutes, bar)
        for row, part, bar in zip(whole.rows, summary.courses, bars, strict=True)
    ]
    return Grid((whole.header[0], whole.header[-1], *whole.header[1:-2]), rows[:COURSES_SHOWN])


def approved_line(summary: UnitSummary) -> list[Row]:
    """Approved and recognised figures, apart from the self-logged ones."""
    return [Row(label, (cell,), None, None) for label, cell, _ in approved_rows(summary)]


async def _trees(visit: Visit, found: UnitSummary) -> list[tuple[str, Text, bool]]:
    """The tree now and then, and the parts before and from a change, as links; none where the trees are the same."""
    key, then = found.period.key, found.tree_of is not None
    stood = await UnitHistory(visit.turn.database, visit.turn.changes).unit_on(
        found.unit.id, min(found.period.end, visit.turn.today)
    )
    links = []
    if then or (found.differs and stood):
        links = [(key, t("By the tree now"), not then), (key + THEN_QUERY, t("By the tree then"), then)]
    return links + [(part.key + THEN_QUERY, name_of_period(part), False) for part in segments(found)]


def unit_grid(summary: UnitSummary, number: int) -> Grid:
    """One page of the units right below and, on the last one, the unit's own people."""
    whole, branches = units_table(summary), summary.figures.branches
    minutes = [_number(row[-2]) for row in whole.rows]
    bars = lengths(minutes)
    rows = [
        Row(name_of(branch), _hours_first(row), exact, bar, branch.unit_id, not branch.entries)
        for branch, row, exact, bar in zip(branches, whole.rows, minutes, bars, strict=False)
    ]
    own = [
        Row(row[1], _hours_first(row), exact, bar, quiet=not summary.figures.direct.entries)
        for row, exact, bar in list(zip(whole.rows, minutes, bars, strict=True))[len(branches) :]
    ]
    shown = rows[(number - 1) * UNITS_SHOWN : number * UNITS_SHOWN]
    is_last = number * UNITS_SHOWN >= len(branches)
    header = (whole.header[1], *_hours_first(whole.header))
    return _without_elsewhere(Grid(header, [*shown, *own] if is_last else shown))


def month_grid(data: UnitData) -> Grid:
    """The twelve months of the chart."""
    whole = months_table(data)
    minutes = [_number(row[-2]) for row in whole.rows]
    rows = [
        Row(row[0], _hours_first(row, 2), exact, None, quiet=not month.figures.entries)
        for row, exact, month in zip(whole.rows, minutes, data.months, strict=True)
    ]
    return _without_elsewhere(Grid((whole.header[0], *_hours_first(whole.header, 2)), rows))


def _without_elsewhere(grid: Grid) -> Grid:
    """Leave out who belongs elsewhere now, where nobody does: the narrower the table, the better it is read."""
    if ELSEWHERE not in grid.header:
        return grid
    column = grid.header.index(ELSEWHERE) - 1
    if any(_number(row.cells[column]) for row in grid.rows):
        return grid
    header = tuple(title for title in grid.header if title != ELSEWHERE)
    return Grid(header, [replace(row, cells=(*row.cells[:column], *row.cells[column + 1 :])) for row in grid.rows])


def _hours_first(row: tuple[Any, ...], people: int = 3) -> tuple[Any, ...]:
    """Hours, then people and entries; the minutes stand behind the hours, and the state is seen from the cells."""
    return (row[-1], *row[people:-2])
