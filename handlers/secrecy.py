"""Secrecy mode in the chat: an admin sees each root's mode and switches it."""

from bot import secrecy
from bot.i18n import t
from bot.message import Message, Reply
from bot.routes import ADMINS, Routes, key
from bot.turn import Turn

routes = Routes()


@routes.command("baomat", menu=t("Secrecy mode"), who=ADMINS)
async def overview(message: Message, turn: Turn, rest: str) -> Reply:
    """Every root with its mode."""
    return await secrecy.overview(turn)


@routes.tap("secrecy.ask_off")
async def ask_off(message: Message, turn: Turn, id: str) -> Reply:
    """Switching it off is asked once more."""
    return await secrecy.ask_off(turn, key(id))


@routes.tap("secrecy.switch")
async def switch(message: Message, turn: Turn, id: str, said: str) -> Reply:
    """On or off."""
    return await secrecy.switch(turn, key(id), said)


@routes.tap("secrecy.keep")
async def keep(message: Message, turn: Turn) -> Reply:
    """It stays on."""
    return Reply(t("Secrecy mode stays on."), replaces=True)
