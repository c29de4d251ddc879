"""Delegation: /uyquyen offers some of one's rights until a day, lists and ends what was delegated."""

from bot.delegation import listed, offer, revoke, said
from bot.i18n import t
from bot.message import Message, Reply
from bot.rights import rights_said
from bot.routes import OFFICERS, Routes, dead_button, key
from bot.study_answers import iso_day
from bot.turn import Turn

routes = Routes()

REST_LETTERS = 200


@routes.command("uyquyen", menu=t("Delegate my rights"), who=OFFICERS)
async def delegate(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: "A.1 xem, xác nhận đến 30/11"; without it the list."""
    return await (said(turn, rest[:REST_LETTERS]) if rest.strip() else listed(turn))


@routes.tap("uq")
async def unit_chosen(message: Message, turn: Turn, id: str, rights: str, day: str) -> Reply:
    """One of several own units."""
    unit, until = await turn.units.by_id(key(id)), iso_day(day)
    if unit is None or until < turn.today:
        raise dead_button()
    return await offer(turn, unit, rights_said(rights) if rights else (), until)


@routes.tap("uq.end")
async def end(message: Message, turn: Turn, role: str) -> Reply:
    """End what was delegated."""
    return await revoke(turn, key(role))
