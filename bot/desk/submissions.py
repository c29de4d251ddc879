"""A unit's report as a page: its figures, submit, zero-report, take back, return with a reason, and its text."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.channels.base import Abilities
from bot.desk.actions import Form, acted, said
from bot.desk.address import PATH
from bot.desk.completeness import chosen_period, period_view
from bot.desk.pages import desk_page
from bot.desk.scope import covered_line, period_said, unit_in_scope
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import UserError
from bot.i18n import Text, t
from bot.language.periods import Period
from bot.narrative import MOST_LETTERS, PROMPTS, TITLES, may_write, texts_of, write
from bot.report_view import view_of
from bot.reports.deadlines import KINDS
from bot.scope import own_units
from bot.submissions import (
    REASON_LETTERS,
    REPORT,
    ZERO,
    Report,
    before_the_others,
    check_open,
    reason_said,
    report_of,
    return_report,
    submit,
    withdraw,
)
from bot.summary_words import headline, name_of
from bot.turn import Turn
from storage.units import Unit

Work = Callable[[Turn, Report, Form], Awaitable[None]]
DONE = {
    "submit": t("The report has been submitted, with the figures as of now."),
    "without": t("The report has been submitted, with the figures as of now."),
    "back": t("The report has been taken back; it counts as not submitted."),
    "return": t("The report has been returned; its officers have been told."),
    "write": t("The text of the report has been kept."),
}
"""What each form did."""


async def start(request: web.Request, visit: Visit) -> web.Response:
    """The report of the first unit in the person's care."""
    for unit in await own_units(visit.turn):
        raise web.HTTPSeeOther(f"{PATH}/nop/{unit.id}")
    raise web.HTTPNotFound


async def show(request: web.Request, visit: Visit) -> web.Response:
    """The page."""
    unit = await unit_in_scope(visit, request.match_info["unit"])
    period, wrong = await chosen_period(request, visit, unit)
    words = request.query.get("ky", "") if wrong else ""
    done = DONE.get(request.query.get("da", ""))
    return await _page(visit, unit, period, period_view(visit, period, words, wrong), done)


async def _page(
    visit: Visit,
    unit: Unit,
    period: Period,
    shown_period: dict[str, object],
    done: Text | None = None,
    refused: Text | None = None,
    typed: Form | None = None,
) -> web.Response:
    """`refused` says why the last form did nothing; what was `typed` there stands in its fields again."""
    turn = visit.turn
    report = await report_of(turn, unit.id, period)
    if report.board.own is None:
        check_open(report)
    view = await view_of(turn, report)
    own, kept = report.board.own, await texts_of(turn, unit.id, period.key)
    may_submit = view.refusal is None and own is not None and not own.reported
    may_take_back = view.refusal is None and own is not None and own.reported and view.signed_by is None
    waiting = bool(report.board.waiting_for)
    return desk_page(
        "submission.html",
        visit,
        here="submission",
        title=name_of(report.unit),
        unit=unit,
        above=[(one.id, name_of(one)) for one in (await covered_line(visit, unit.id))[:-1]],
        done=[done] if done else [],
        refused=refused,
        lead=[*headline(view.summary).parts, *view.lines],
        refusal=view.refusal if own is not None and not own.reported else None,
        missing=before_the_others(report) if may_submit and waiting else None,
        kind=REPORT if view.summary.figures.entries else ZERO,
        may_submit=may_submit and not waiting,
        may_submit_without=may_submit and waiting,
        may_take_back=may_take_back,
        may_return=may_take_back and view.may_return,
        may_write=await may_write(turn, report) is None,
        sections=[(section, TITLES[section], PROMPTS[section], _typed(typed, f"s-{section}", kept.get(section, "")))
                  for section in TITLES],
        reason=_typed(typed, "reason", ""),
        most_reason=REASON_LETTERS,
        most=MOST_LETTERS,
        **shown_period,
    )  # fmt: skip


def _typed(form: Form | None, name: str, kept: str) -> str:
    return said(form, name) if form is not None and name in form else kept


async def _submit(turn: Turn, report: Report, form: Form) -> None:
    await submit(turn, report, said(form, "kind"))


async def _submit_without(turn: Turn, report: Report, form: Form) -> None:
    await submit(turn, report, said(form, "kind"), reason_said(said(form, "reason")))


async def _take_back(turn: Turn, report: Report, form: Form) -> None:
    await withdraw(turn, report)


async def _return(turn: Turn, report: Report, form: Form) -> None:
    await return_report(turn, report, reason_said(said(form, "reason")))


async def _write(turn: Turn, report: Report, form: Form) -> None:
    texts = {section: said(form, f"s-{section}") for section in TITLES if f"s-{section}" in form}
    await write(turn, report, texts)


ACTIONS: dict[str, Work] = {
    "submit": _submit,
    "without": _submit_without,
    "back": _take_back,
    "return": _return,
    "write": _write,
}


async def act(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], form: Form
) -> web.Response:
    """Do what a form says; when it cannot be done, the page says why, with all that was typed."""
    unit = await unit_in_scope(visit, request.match_info["unit"])
    period, what = period_said(visit, said(form, "ky")), said(form, "what")
    if period is None or period.kind not in KINDS or period.start > visit.turn.today or what not in ACTIONS:
        raise web.HTTPBadRequest

    async def work(turn: Turn) -> str:
        await ACTIONS[what](turn, await report_of(turn, unit.id, period), form)
        return what

    try:
        done = await acted(visit, door, abilities, work)
    except UserError as error:
        shown = await _page(visit, unit, period, period_view(visit, period, "", None), refused=error.text, typed=form)
        shown.set_status(400)
        return shown
    raise web.HTTPSeeOther(f"{PATH}/nop/{unit.id}?ky={period.key}&da={done}")
