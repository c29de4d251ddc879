"""What the chat may do about the desk: make a one-time link, and sign the person out everywhere."""

from bot.desk.address import PATH, origin
from bot.turn import Turn
from storage.desk import LINK_LIFE, DeskAccess

MINUTES = int(LINK_LIFE.total_seconds()) // 60
"""How long a link may be opened."""


def new_link(turn: Turn) -> str:
    """A link for the person of this turn; the one made before no longer works."""
    token = DeskAccess(turn.database, turn.changes).make_link(turn.person.id, turn.now)
    return f"{origin()}{PATH}/vao/{token}"


def end_sessions(turn: Turn) -> None:
    """Every browser of the person is signed out, and links that wait are void."""
    DeskAccess(turn.database, turn.changes).end_all(turn.person.id)
