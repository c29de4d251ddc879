"""The completeness board as a page: who has submitted and who has not, drill-down, one-tap reminders, the workbook."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.board_words import NOT_EXPECTED, counts, deadline_line, state_words
from bot.channels.base import Abilities
from bot.desk.actions import Form, acted, said
from bot.desk.address import PATH
from bot.desk.pages import desk_page
from bot.desk.scope import covered_line, page_number, period_said, unit_in_scope
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import UserError
from bot.i18n import Text, t
from bot.language.periods import Period
from bot.periods import open_deadlines
from bot.report_reminders import remind
from bot.reports.board_file import board_file_name, board_workbook
from bot.reports.completeness import Line
from bot.reports.deadlines import KINDS, is_frozen
from bot.reports.period import earlier, following, name_of_period
from bot.reports.unit_tables import Cell, Figure
from bot.reports.workbook import XLSX
from bot.scope import own_units
from bot.submissions import Report, name_of_line, report_of
from bot.summary_words import name_of
from bot.turn import Turn
from storage.units import Unit

UNITS_SHOWN = 100
"""Units right below that one page lists."""
REMIND = "remind"


@dataclass(frozen=True, slots=True)
class Row:
    """One unit right below: what stands with it, and how far the units below it are."""

    unit_id: int
    name: str
    state: Text
    is_missing: bool
    cells: tuple[Cell, ...]
    has_units: bool


async def start(request: web.Request, visit: Visit) -> web.Response:
    """The board of the first unit in the person's care."""
    for unit in await own_units(visit.turn):
        raise web.HTTPSeeOther(f"{PATH}/hoan-thanh/{unit.id}")
    raise web.HTTPNotFound


async def show(request: web.Request, visit: Visit) -> web.Response:
    """The page."""
    unit = await unit_in_scope(visit, request.match_info["unit"])
    period, wrong = await chosen_period(request, visit, unit)
    report = await report_of(visit.turn, unit.id, period)
    found = report.board
    number, pages = page_number(request, len(found.lines), UNITS_SHOWN)
    shown = found.lines[(number - 1) * UNITS_SHOWN : number * UNITS_SHOWN]
    may_remind = found.waiting_for and found.deadline.is_wanted and not is_frozen(period)
    return desk_page(
        "completeness.html",
        visit,
        here="completeness",
        title=name_of(report.unit),
        unit=unit,
        above=[(one.id, name_of(one)) for one in (await covered_line(visit, unit.id))[:-1]],
        done=_done(request),
        lead=[*counts(found), deadline_line(found)] if found.own else [NOT_EXPECTED],
        rows=[_row(line, report) for line in shown],
        may_remind=may_remind,
        number=number,
        pages=pages,
        **period_view(visit, period, request.query.get("ky", "") if wrong else "", wrong),
    )


async def chosen_period(request: web.Request, visit: Visit, unit: Unit) -> tuple[Period, Text | None]:
    """The period of the address, else the report that is due or was due last; and what was wrong with the words."""
    words = request.query.get("ky", "")
    period = period_said(visit, words) if words else None
    if period is not None and period.kind in KINDS and period.start <= visit.turn.today:
        return period, None
    wrong = t("There is no report for “{text}”. Try for example 2026-10.", text=words[:60]) if words else None
    return await due_period(visit.turn, unit.id), wrong


async def due_period(turn: Turn, unit_id: int) -> Period:
    """The report whose deadline passed last, else the next one, else this month's."""
    open_ones = await open_deadlines(turn, unit_id)
    due = next((one for one in reversed(open_ones) if one.due <= turn.today), None)
    if due is not None or open_ones:
        return (due or open_ones[0]).period
    raise UserError(t("Your organisation asks for no report now. Please name a period, for example: /hoanthanh "
                      "tháng 10."))  # fmt: skip


def period_view(visit: Visit, period: Period, words: str, wrong: Text | None) -> dict[str, object]:
    """What the part of a page shows that chooses the period."""
    before, after = earlier(period), following(period, visit.turn.today)
    return {
        "period": period,
        "period_name": name_of_period(period),
        "before": (before.key, name_of_period(before)) if before else None,
        "after": (after.key, name_of_period(after)) if after else None,
        "said": words,
        "wrong": wrong,
    }


def _row(line: Line, report: Report) -> Row:
    below = (Figure(line.below.reported), Figure(line.below.expected)) if line.below.expected else (None, None)
    version: Cell = Figure(line.submission.version) if line.submission and line.submission.stands else None
    state = state_words(line, report.board)
    has_units = bool(line.below.expected)
    return Row(line.unit_id, name_of_line(line), state, not line.reported, (version, *below), has_units)


def _done(request: web.Request) -> list[Text]:
    return [t("The officers of the missing units have been reminded.")] if request.query.get("da") == REMIND else []


async def act(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], form: Form
) -> web.Response:
    """Remind the units right below that have not submitted. Raises UserError with the reason when nobody can be."""
    unit = await unit_in_scope(visit, request.match_info["unit"])
    period = period_said(visit, said(form, "ky"))
    if period is None or said(form, "what") != REMIND:
        raise web.HTTPBadRequest

    async def work(turn: Turn) -> str:
        await remind(turn, await report_of(turn, unit.id, period))
        return REMIND

    done = await acted(visit, door, abilities, work)
    raise web.HTTPSeeOther(f"{PATH}/hoan-thanh/{unit.id}?ky={period.key}&da={done}")


async def send(request: web.Request, visit: Visit) -> web.Response:
    """The board as a workbook."""
    unit = await unit_in_scope(visit, request.match_info["unit"])
    period, _ = await chosen_period(request, visit, unit)
    report = await report_of(visit.turn, unit.id, period)
    line = await visit.turn.units.ancestors(unit.id)
    content = await asyncio.to_thread(board_workbook, report.board, visit.turn.reader)
    visit.turn.audit("file.exported", unit_id=unit.id, period=period.key, file="board")
    name = board_file_name(report.board, secret=bool(line) and line[0].is_secret)
    headers = {
        "Content-Type": XLSX,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return web.Response(body=content, headers=headers)
