"""Submit a unit's report of a period: look at it, submit it or say that there was nothing, take it back, return it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.board_words import open_reports, submitted_words
from bot.errors import UserError
from bot.i18n import Text, joined, t
from bot.language.fold import fold
from bot.message import Button, Message, Reply
from bot.periods import no_unit, open_deadlines, period_of
from bot.report_view import ReportView, view_of
from bot.reports.period import name_of_period
from bot.routes import OFFICERS, Routes, key
from bot.scope import find_units, must_be_officer, own_units, unit_and_period
from bot.submissions import (
    LEAST_REASON,
    REASON_LETTERS,
    REPORT,
    ZERO,
    Report,
    before_the_others,
    check_open,
    must_be_above,
    reason_said,
    report_of,
    return_report,
    submit,
    submit_button,
    withdraw,
)
from bot.summary_words import PAGE, headline, name_of
from bot.turn import Turn

routes = Routes()

STOP = {"thoi", "huy", "khong", "dung", "cancel", "stop", "no"}


@routes.command("nop", menu=t("Submit the unit's report"), who=OFFICERS)
async def submission(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: a unit, then a period; without a period the reports that may be submitted now."""
    await must_be_officer(turn)
    words, period = await unit_and_period(rest, turn)
    units = await (find_units(turn, words) if words else own_units(turn))
    if not units:
        raise no_unit(rest, "/nop A1 tháng 10")
    if period is not None and len(units) == 1:
        return await _shown(turn, await report_of(turn, units[0].id, period))
    if period is not None:
        choices = tuple(Button(name_of(unit), "nop", (str(unit.id), period.key)) for unit in units[:PAGE])
        return Reply(t("Which unit? ({period})", period=name_of_period(period)), choices)
    return await _open_ones(turn, [unit.id for unit in units[:PAGE]])


async def _open_ones(turn: Turn, unit_ids: Sequence[int]) -> Reply:
    """The reports that these units may submit now and have not; the only one is shown at once."""
    waiting: list[Report] = []
    for unit_id in unit_ids:
        await turn.must_cover(unit_id)
        for deadline in await open_deadlines(turn, unit_id):
            report = await report_of(turn, unit_id, deadline.period)
            if report.board.own is not None and not report.board.own.reported:
                waiting.append(report)
    if not waiting:
        return Reply(t("Every report that may be submitted now has been submitted. The board: /hoanthanh."))
    if len(waiting) == 1:
        return await _shown(turn, waiting[0])
    labels = [t("{unit} · {period}", unit=name_of(one.unit), period=name_of_period(one.period)) for one in waiting]
    buttons = [Button(label, "nop", (str(one.unit.id), one.period.key))
               for label, one in zip(labels, waiting, strict=True)]  # fmt: skip
    return Reply(open_reports(len(waiting)), tuple(buttons[: 2 * PAGE]))


@routes.tap("nop")
async def report_tapped(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """One unit's report."""
    return replace(await _shown(turn, await _report(turn, id, period)), keeps_buttons=True)


async def _report(turn: Turn, id: str, period: str) -> Report:
    return await report_of(turn, key(id), period_of(turn, period))


async def _shown(turn: Turn, report: Report) -> Reply:
    """The figures, what stands, and what can be done."""
    if report.board.own is None:
        check_open(report)
    view = await view_of(turn, report)
    lines = [headline(view.summary), *view.lines]
    args = (str(report.unit.id), report.period.key)
    buttons: list[Button] = []
    own = report.board.own
    if view.refusal is None and own is not None and not own.reported:
        if report.board.waiting_for:
            lines.append(before_the_others(report))
            buttons += [Button(t("Remind the units that have not"), "board.remind", args),
                        Button(t("Submit with a reason"), "nop.why", args)]  # fmt: skip
        else:
            buttons.append(_send(view, args))
    if own is not None and own.reported and view.signed_by is None and view.refusal is None:
        buttons.append(Button(t("Take it back"), "nop.back", args))
        if view.may_return:
            buttons.append(Button(t("Return it"), "nop.return", args))
    if view.refusal is not None and not (own and own.reported):
        lines.append(view.refusal)
    buttons += [Button(t("Text of the report"), "bc", args), Button(t("Board"), "board", (*args, "0"))]
    return Reply(t("{lines}", lines=joined(lines, "\n")), tuple(buttons))


def _send(view: ReportView, args: tuple[str, str]) -> Button:
    """One tap submits; without a single entry it says that there was nothing."""
    if view.summary.figures.entries:
        return Button(t("Submit"), "nop.send", (*args, REPORT))
    return Button(t("Nothing to report"), "nop.send", (*args, ZERO))


@routes.tap("nop.send")
async def sent(message: Message, turn: Turn, id: str, period: str, kind: str) -> Reply:
    """Submit."""
    report = await _report(turn, id, period)
    if report.board.own is not None and report.board.own.reported:
        return await _shown(turn, report)
    return _done(report, submitted_words(report.board, await submit(turn, report, kind)))


def _done(report: Report, text: Text) -> Reply:
    args = (str(report.unit.id), report.period.key)
    return Reply(text, (Button(t("Take it back"), "nop.back", args), Button(t("Board"), "board", (*args, "0"))))


@routes.tap("nop.why")
async def why(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """Ask why the report goes up before those of the units below."""
    report = await _report(turn, id, period)
    turn.ask("submit_reason", unit=report.unit.id, period=report.period.key)
    return Reply(
        t("{missing}\nWhy is it submitted without them? Please write why ({least} to {most} characters), or “thôi”.",
          missing=before_the_others(report), least=LEAST_REASON, most=REASON_LETTERS)
    )  # fmt: skip


@routes.answer("submit_reason")
async def reason_given(message: Message, turn: Turn) -> Reply:
    """Submit with the reason; a faulty reason leaves the question open."""
    if _stops(message.text):
        return Reply(t("All right, nothing was submitted."))
    reason = reason_said(message.text)
    try:
        report = await _asked_about(turn)
        kind = REPORT if (await view_of(turn, report)).summary.figures.entries else ZERO
        return _done(report, submitted_words(report.board, await submit(turn, report, kind, reason)))
    except UserError as error:
        return Reply(error.text)


def _stops(text: str) -> bool:
    return fold(text).strip(" .!") in STOP


async def _asked_about(turn: Turn) -> Report:
    """The report of the open question."""
    return await report_of(turn, int(turn.draft["unit"]), period_of(turn, turn.draft["period"]))


@routes.tap("nop.back")
async def taken_back(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """Take the report back."""
    report = await _report(turn, id, period)
    await withdraw(turn, report)
    text = t("Taken back: the report of {unit} for {period} counts as not submitted until it is submitted again.",
             unit=name_of(report.unit), period=name_of_period(report.period))  # fmt: skip
    return Reply(text, (submit_button(report),), replaces=True)


@routes.tap("nop.return")
async def return_asked(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """Ask why the report is returned."""
    report = await _report(turn, id, period)
    await must_be_above(turn, report.unit)
    turn.ask("return_reason", unit=report.unit.id, period=report.period.key)
    return Reply(
        t("Why is the report of {unit} for {period} returned? Its officers read the reason. Please write it "
          "({least} to {most} characters), or “thôi”.", unit=name_of(report.unit), period=name_of_period(report.period),
          least=LEAST_REASON, most=REASON_LETTERS)
    )  # fmt: skip


@routes.answer("return_reason")
async def returned(message: Message, turn: Turn) -> Reply:
    """Return it with the reason; a faulty reason leaves the question open."""
    if _stops(message.text):
        return Reply(t("All right, the report was not returned."))
    reason = reason_said(message.text)
    try:
        report = await _asked_about(turn)
        await return_report(turn, report, reason)
    except UserError as error:
        return Reply(error.text)
    text = t("Returned: the report of {unit} for {period}. Its officers have been told, and it counts as missing until "
             "it is submitted again.", unit=name_of(report.unit), period=name_of_period(report.period))  # fmt: skip
    args = (str(report.unit.id), report.period.key, "0")
    return Reply(text, (Button(t("Board"), "board", args),))
