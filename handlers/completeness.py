"""The completeness board: who has submitted and who has not, by name; drill-down, reminders and the workbook."""

import asyncio
from dataclasses import replace

from bot.board_words import PAGE, board_lines
from bot.errors import UserError
from bot.i18n import joined, t
from bot.message import Button, File, Message, Reply
from bot.periods import no_unit, open_deadlines, period_of
from bot.report_reminders import remind
from bot.reports.board_file import board_file_name, board_workbook
from bot.reports.deadlines import is_frozen
from bot.reports.period import earlier, following, name_of_period
from bot.reports.workbook import XLSX
from bot.routes import OFFICERS, Routes, dead_button, key
from bot.scope import find_units, must_be_officer, own_units, unit_and_period
from bot.submissions import Report, name_of_line, report_of
from bot.summary_words import name_of
from bot.turn import Turn

routes = Routes()


@routes.command("hoanthanh", menu=t("Who has submitted the report"), who=OFFICERS)
async def completeness(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: a unit, then a period; without them the own unit and the report that is due or was due last."""
    await must_be_officer(turn)
    words, period = await unit_and_period(rest, turn)
    units = await (find_units(turn, words) if words else own_units(turn))
    if not units:
        raise no_unit(rest, "/hoanthanh A1 tháng 10")
    if period is None:
        await turn.must_cover(units[0].id)
        open_ones = await open_deadlines(turn, units[0].id)
        if not open_ones:
            raise UserError(t("Your organisation asks for no report now. Please name a period, for example: /hoanthanh "
                              "tháng 10."))  # fmt: skip
        period = next((one for one in reversed(open_ones) if one.due <= turn.today), open_ones[0]).period
    if len(units) > 1:
        choices = tuple(Button(name_of(unit), "board", (str(unit.id), period.key, "0")) for unit in units[:PAGE])
        return Reply(t("Which unit? ({period})", period=name_of_period(period)), choices)
    return await _shown(turn, await report_of(turn, units[0].id, period), 0)


@routes.tap("board")
async def board_tapped(message: Message, turn: Turn, id: str, period: str, page: str) -> Reply:
    """Another unit, period or page."""
    report = await report_of(turn, key(id), period_of(turn, period))
    return replace(await _shown(turn, report, key(page)), replaces=True)


async def _shown(turn: Turn, report: Report, page: int) -> Reply:
    found = report.board
    if page and page * PAGE >= len(found.lines):
        raise dead_button()
    return Reply(t("{lines}", lines=joined(board_lines(found, page), "\n")), tuple(await _buttons(turn, report, page)))


async def _buttons(turn: Turn, report: Report, page: int) -> list[Button]:
    found, id, period = report.board, str(report.unit.id), report.period
    buttons = [Button(name_of_line(line), "board" if line.below.expected else "nop",
                      (str(line.unit_id), period.key, *(("0",) if line.below.expected else ())))
               for line in found.lines[page * PAGE : (page + 1) * PAGE]]  # fmt: skip
    for other, label in ((page - 1, t("‹ Page {page}", page=page)), (page + 1, t("Page {page} ›", page=page + 2))):
        if other >= 0 and other * PAGE < len(found.lines):
            buttons.append(Button(label, "board", (id, period.key, str(other))))
    if found.waiting_for and found.deadline.is_wanted and not is_frozen(period):
        buttons.append(Button(t("Remind the units that have not"), "board.remind", (id, period.key)))
    if found.own is not None:
        buttons.append(Button(t("Own report"), "nop", (id, period.key)))
    above = await turn.units.by_id(report.unit.parent_id) if report.unit.parent_id else None
    if above is not None and await turn.roles.covers(turn.person.id, above.id):
        buttons.append(Button(t("Up: {unit}", unit=above.name), "board", (str(above.id), period.key, "0")))
    before, after = earlier(period), following(period, turn.today)
    if before is not None:
        buttons.append(Button(t("‹ {period}", period=name_of_period(before)), "board", (id, before.key, "0")))
    if after is not None:
        buttons.append(Button(t("{period} ›", period=name_of_period(after)), "board", (id, after.key, "0")))
    return [*buttons, Button(t("Excel"), "board.xlsx", (id, period.key))]


@routes.tap("board.remind")
async def reminded(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """Remind the units right below that have not submitted."""
    report = await report_of(turn, key(id), period_of(turn, period))
    back = Button(t("Board"), "board", (id, period, "0"))
    return Reply(await remind(turn, report), (back,), keeps_buttons=True)


@routes.tap("board.xlsx")
async def workbook(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """The board as a workbook: every unit below, one a row."""
    report = await report_of(turn, key(id), period_of(turn, period))
    line = await turn.units.ancestors(report.unit.id)
    content = await asyncio.to_thread(board_workbook, report.board, turn.reader)
    file = File(board_file_name(report.board, secret=bool(line) and line[0].is_secret), XLSX, content)
    names = {"unit": name_of(report.unit), "period": name_of_period(report.period)}
    text = t("{unit} · {period}: the board as a workbook.", **names)
    return Reply(text, (Button(t("Board"), "board", (id, period, "0")),), (file,), keeps_buttons=True)
