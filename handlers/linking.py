"""One person on several channels: /lienket gives a code, takes one, and shows the linked accounts."""

from bot import linking
from bot.i18n import t
from bot.message import Message, Reply
from bot.routes import Routes, Said
from bot.turn import Turn

routes = Routes()


@routes.command("lienket", menu=t("Link another channel"))
async def link(message: Message, turn: Turn, rest: str) -> Said:
    """With a code: join the person who made it; alone: a code and the linked accounts."""
    return await linking.code_said(turn, rest) if rest.strip() else await linking.overview(turn)


@routes.answer(linking.QUESTION)
async def code_said(message: Message, turn: Turn) -> Said:
    """Just the six digits, after /lienket."""
    return await linking.answered(turn, message.text)


@routes.tap("link.join")
async def sure(message: Message, turn: Turn, code: str) -> Said:
    """Join although this account's rights go along."""
    return await linking.code_said(turn, code, sure=True)


@routes.tap("link.off")
async def unlink(message: Message, turn: Turn, id: str) -> Reply:
    """Ask once more before an account is taken out."""
    return await linking.ask_to_unlink(turn, id)


@routes.tap("link.off.sure")
async def unlink_sure(message: Message, turn: Turn, id: str) -> Reply:
    """Take the account out."""
    return await linking.unlink(turn, id)


@routes.tap("link.keep")
async def keep(message: Message, turn: Turn) -> Reply:
    """Neither link nor unlink."""
    return linking.unchanged()
