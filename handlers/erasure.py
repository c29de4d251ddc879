"""Deleting everything: asked twice, a day to take it back, or at once on a second request."""

from bot import erasure
from bot.i18n import t
from bot.message import Message, Reply
from bot.routes import Routes
from bot.turn import Turn

routes = Routes()


@routes.command("xoa", menu=t("Delete all my data"))
async def erase(message: Message, turn: Turn, rest: str) -> Reply:
    """Say what goes and what stays, then ask once more."""
    return erasure.question()


@routes.tap("erase.sure")
async def sure(message: Message, turn: Turn) -> Reply:
    """Yes: the day begins in which it can be taken back."""
    return await erasure.ask(turn)


@routes.tap(erasure.KEEP)
async def keep(message: Message, turn: Turn) -> Reply:
    """No, or no longer."""
    return await erasure.keep(turn)


@routes.tap(erasure.AT_ONCE)
async def at_once(message: Message, turn: Turn) -> Reply:
    """The second explicit request: nothing waits."""
    return await erasure.at_once(turn)


@routes.tap(erasure.WITHDRAWN)
async def withdrawn_at_the_vendor(message: Message, turn: Turn) -> None:
    """The person withdrew at the vendor (Zalo's `user_withdraw`): the data go at once, and there is nobody to tell."""
    await erasure.let_go(turn)
