"""Announcements under way: a second pair of eyes, stop, resume, end, the result, and who has read them."""

from bot import broadcast_rules as rules
from bot import broadcasts as shown
from bot.broadcast_rules import APPROVAL, SCHEDULED, SENDING, STOPPED
from bot.i18n import joined, t
from bot.message import Button, Message, Reply
from bot.routes import Routes, key
from bot.turn import Turn

routes = Routes()

NEWEST = 5


@routes.tap("broadcast.approve")
async def approve(message: Message, turn: Turn, id: str) -> Reply:
    """The second pair of eyes says yes."""
    return await rules.approve(turn, await rules.found(turn, id, APPROVAL))


@routes.tap("broadcast.refuse")
async def refuse(message: Message, turn: Turn, id: str) -> Reply:
    """The second pair of eyes says no."""
    return await rules.refuse(turn, await rules.found(turn, id, APPROVAL))


@routes.tap("broadcast.stop")
async def stop(message: Message, turn: Turn, id: str) -> Reply:
    """Stop at once."""
    return rules.stop(turn, await rules.found(turn, id, SENDING, SCHEDULED))


@routes.tap("broadcast.resume")
async def resume(message: Message, turn: Turn, id: str) -> Reply:
    """Go on."""
    return rules.resume(turn, await rules.found(turn, id, STOPPED))


@routes.tap("broadcast.end")
async def end(message: Message, turn: Turn, id: str) -> Reply:
    """Nobody else gets it."""
    return rules.end(turn, await rules.found(turn, id, STOPPED, SENDING, SCHEDULED))


@routes.tap("broadcast.result")
async def result(message: Message, turn: Turn, id: str) -> Reply:
    """How far it is, by state and unit."""
    broadcast = await rules.found(turn, id)
    buttons = [Button(t("Excel"), "broadcast.excel", (id,))]
    if broadcast.state == SENDING:
        buttons.insert(0, Button(t("Stop"), "broadcast.stop", (id,)))
    if broadcast.state == STOPPED:
        buttons[:0] = [Button(t("Resume"), "broadcast.resume", (id,)), Button(t("End it"), "broadcast.end", (id,))]
    return Reply(t("{lines}", lines=await shown.result(turn, broadcast)), tuple(buttons), keeps_buttons=True)


@routes.tap("broadcast.excel")
async def excel(message: Message, turn: Turn, id: str) -> Reply:
    """The result as a workbook."""
    file = await shown.workbook_of(turn, await rules.found(turn, id))
    return Reply(t("The result as an Excel file."), files=(file,), keeps_buttons=True)


@routes.tap("broadcast.list")
async def newest(message: Message, turn: Turn) -> Reply:
    """The newest announcements."""
    turn.close_question()
    await rules.may_send(turn)
    mine = None if await turn.is_admin() else turn.person.id
    found = await rules.store(turn).newest(NEWEST, by=mine)
    if not found:
        return Reply(t("No announcement has been sent yet."))
    lines = joined([shown.line(number, one) for number, one in enumerate(found, 1)], "\n")
    buttons = tuple(Button(str(number), "broadcast.result", (str(one.id),)) for number, one in enumerate(found, 1))
    return Reply(t("Newest announcements:\n{lines}", lines=lines), buttons)


@routes.tap("broadcast.read")
async def read(message: Message, turn: Turn, id: str) -> Reply:
    """A recipient says to have read it."""
    return await _noted(turn, key(id))


@routes.command("dadoc")
async def read_in_words(message: Message, turn: Turn, rest: str) -> Reply:
    """The same in words, for channels without buttons: it means the newest one that is not read yet."""
    id = await rules.store(turn).newest_unread(turn.person.id)
    if id is None:
        return Reply(t("There is no announcement that waits to be read."))
    return await _noted(turn, id)


async def _noted(turn: Turn, id: int) -> Reply:
    if await rules.store(turn).is_recipient(id, turn.person.id):
        rules.store(turn).read(id, turn.person.id, turn.now)
    return Reply(t("Thank you. It is noted that {you} have read the announcement."))
