"""What the chat may do about the desk: make a one-time link, and sign the person out everywhere."""

from bot.desk.address import PATH, origin
from bot.i18n import Clock, Text, joined, t
from bot.turn import Turn
from storage.audit_search import AuditSearch
from storage.desk import LINK_LIFE, DeskAccess

MINUTES = int(LINK_LIFE.total_seconds()) // 60
"""How long a link may be opened."""

SIGN_INS_SHOWN = 5


def new_link(turn: Turn) -> str:
    """A link for the person of this turn; the one made before no longer works."""
    turn.audit("desk.link")
    token = DeskAccess(turn.database, turn.changes).make_link(turn.person.id, turn.now)
    return f"{origin()}{PATH}/vao/{token}"


def end_sessions(turn: Turn) -> None:
    """Every browser of the person is signed out, and links that wait are void."""
    turn.audit("desk.signed_out", everywhere=True)
    DeskAccess(turn.database, turn.changes).end_all(turn.person.id)


async def recent_sign_ins(turn: Turn) -> Text:
    """When the person signed in lately, newest first, so that a stranger's sign-in is noticed."""
    times = await AuditSearch(turn.database).sign_ins(turn.person.id, SIGN_INS_SHOWN)
    if not times:
        return t("There was no sign-in at the desk yet.")
    return t("Recent sign-ins at the desk: {times}.", times=joined([Clock(at) for at in times], "; "))
