"""Personal reminders: set in one sentence, listed, changed, dropped; all of them stop with one message."""

from bot import consent
from bot.errors import NotAnAnswer
from bot.i18n import t
from bot.language.fold import fold
from bot.language.reminding import OFF, ON, Wish, read_wish
from bot.language.study import understand
from bot.message import Message, Reply
from bot.reminders import check, drop, listed, off, on, set_one, wish
from bot.routes import Routes, key
from bot.turn import Turn

routes = Routes()

_OFF = {fold(OFF), "off", "stop", "dung"}
_ON = {fold(ON), "on", "mo"}


@routes.command("nhac", menu=t("Reminders to study"))
async def remind(message: Message, turn: Turn, rest: str) -> Reply:
    """List them; or with words set, stop or turn on."""
    said = fold(rest).strip(" .!")
    if not said:
        return await listed(turn)
    if said in _OFF:
        return off(turn)
    if said in _ON:
        return await on(turn)
    return await wish(turn, read_wish(rest))


@routes.answer("remind")
async def when_said(message: Message, turn: Turn) -> Reply:
    """Days or an hour that were asked for; anything else is something new."""
    said = read_wish(message.text)
    if (said.days is None and said.minute is None) or understand(message.text, turn.local_now).kind == "log":
        raise NotAnAnswer
    days, minute = turn.draft.get("days"), turn.draft.get("minute")
    whole = Wish(said.days or days, minute if said.minute is None else said.minute, said.other_half)
    return await wish(turn, whole)


@routes.tap("remind.days")
async def days_tapped(message: Message, turn: Turn, days: str, minute: str) -> Reply:
    """Days were tapped; "-" stands for an hour that is still to be asked."""
    check(key(days), 12 * 60)
    return await wish(turn, Wish(key(days), None if minute == "-" else key(minute)))


@routes.tap("remind.set")
async def set_tapped(message: Message, turn: Turn, days: str, minute: str) -> Reply:
    """Days and hour by a button, in place of what was set."""
    return await set_one(turn, key(days), key(minute))


@routes.tap("remind.beside")
async def beside_tapped(message: Message, turn: Turn, days: str, minute: str) -> Reply:
    """One more reminder: the former one, or one that was dropped."""
    return await set_one(turn, key(days), key(minute), beside=True)


@routes.tap("remind.agree")
async def agreed(message: Message, turn: Turn, days: str, minute: str) -> Reply:
    """Yes to reminders, and with it the one that waited."""
    check(key(days), key(minute))
    if not turn.person.agreed(consent.REMINDERS):
        consent.give(turn, {consent.REMINDERS: True})
    return await set_one(turn, key(days), key(minute))


@routes.tap("remind.no")
async def refused(message: Message, turn: Turn) -> Reply:
    """No: nothing is kept, and nobody asks again."""
    turn.close_question()
    return Reply(t("All right, I send no reminders. /nhac brings this back."), replaces=True)


@routes.tap("remind.drop")
async def dropped(message: Message, turn: Turn, id: str) -> Reply:
    """One of the list goes."""
    return await drop(turn, key(id))


@routes.tap("remind.off")
async def stopped(message: Message, turn: Turn) -> Reply:
    """All of them stop."""
    return off(turn)


@routes.tap("remind.on")
async def wanted(message: Message, turn: Turn) -> Reply:
    """On again, after the question for consent."""
    return await on(turn)


@routes.tap("remind.yes")
async def consented(message: Message, turn: Turn) -> Reply:
    """Yes to reminders; the list shows what holds now."""
    if not turn.person.agreed(consent.REMINDERS):
        consent.give(turn, {consent.REMINDERS: True})
    return await listed(turn)
