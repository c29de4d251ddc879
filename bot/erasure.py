"""Erasure with a way back: asked for, a day in which nothing is processed or shown, then gone; or gone at once.

The rules stand in docs/decisions/0020-erasure-with-a-way-back.md.
"""

from dataclasses import replace

from bot.i18n import Clock, Text, t
from bot.message import Button, Reply
from bot.turn import Turn

KEEP, AT_ONCE, WITHDRAWN = "erase.keep", "erase.at_once", "\x1ferase.now"
"""Taps: keep everything; go without waiting; withdrawn at the vendor (the control character keeps it out of reach)."""
OPEN_TAPS = frozenset({KEEP, AT_ONCE, WITHDRAWN})
"""All that somebody can still do who asked to be erased."""


def question() -> Reply:
    """What goes and what stays; asked once more before anything happens."""
    return Reply(
        t(
            "Delete all data of {you}? The diary, evidence, questions, consents, roles, unit and this account's link "
            "go for good 24 hours from now; until then {you} can keep them, and I process and show nothing. Only "
            "minutes without a name stay in the totals of the unit. /dulieu gives a copy first."
        ),
        (Button(t("Delete everything"), "erase.sure"), Button(t("Keep"), KEEP)),
    )


async def ask(turn: Turn) -> Reply:
    """Set the person aside; it is final in a day."""
    until = await turn.erasure.ask(turn.person.id, turn.now)
    turn.audit("person.erasure_asked", about=turn.person.id)
    turn.silent = True
    turn.close_question()
    turn.memory.clear()
    text = t(
        "All right. All data of {you} will be deleted for good at {at}. From now on I process and show nothing of it.",
        at=Clock(until),
    )
    return Reply(text, _choices(), replaces=True)


def _choices() -> tuple[Button, Button]:
    return Button(t("Keep"), KEEP), Button(t("Delete now, without waiting"), AT_ONCE)


async def closed(turn: Turn) -> Reply:
    """The answer to everything that somebody says who asked to be erased; after the day it is done here and now."""
    assert turn.person.erase_at is not None
    turn.silent = True
    if turn.person.erase_at <= turn.now:
        return await at_once(turn)
    text = t("All data of {you} wait to be deleted at {at}; until then I process nothing. To go on, please tap “Keep”.",
             at=Clock(turn.person.erase_at))  # fmt: skip
    return Reply(text, _choices())


async def keep(turn: Turn) -> Reply:
    """Nothing is deleted; what was set aside is back."""
    if turn.person.erase_at is None:
        return Reply(t("All right, nothing was deleted."), replaces=True)
    if turn.person.erase_at <= turn.now:
        return await at_once(turn)
    await turn.erasure.keep(turn.person.id, turn.now)
    turn.audit("person.erasure_kept", about=turn.person.id)
    return Reply(t("Kept: the diary, consents, unit and rights of {you} are as before."), replaces=True)


async def at_once(turn: Turn) -> Reply:
    """Gone now; the farewell is the last message."""
    await let_go(turn)
    return Reply(_farewell(), replaces=True)


def _farewell() -> Text:
    return t("All data of {you} are deleted. Thank you for learning with us. /start begins afresh, as a new person.")


async def let_go(turn: Turn) -> None:
    """Erase the person of this turn; from here on it is a turn of the row without a face."""
    faceless = await turn.erasure.erase(turn.person.id, turn.now)
    turn.person = replace(turn.person, id=faceless, erase_at=None)
    turn.erased = True
