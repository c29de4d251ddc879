"""What of a request's words the person may have: units inside the scope, periods that exist, pages that are there.

Every check ends in the same functions as the chat's. A unit outside the scope and a unit that is not there get the same
answer, so that an address tells nothing about other people's trees.
"""

from aiohttp import web

from bot.desk.sessions import Visit
from bot.errors import NotAllowed
from bot.language.periods import Period, parse_period
from bot.summary_reading import NOW, THEN
from storage.roles import VIEW
from storage.units import Unit

_MOST = 2**63
PERIOD_LETTERS = 60
THEN_QUERY = "&cay=then"
"""What an address carries to stay in the tree of the period's last day."""


async def unit_in_scope(visit: Visit, said: str) -> Unit:
    """The unit of this id. Raises HTTPNotFound when it is not there or not the person's to see."""
    if not said.isascii() or not said.isdigit() or len(said) > 19 or int(said) >= _MOST:
        raise web.HTTPNotFound
    found = await visit.turn.units.by_id(int(said))
    if found is None or not await covers(visit, found.id):
        raise web.HTTPNotFound
    return found


async def covers(visit: Visit, unit_id: int, right: str = VIEW) -> bool:
    """True when the chat would show this unit to the person now, or let them use this right there."""
    try:
        await visit.turn.must_cover(unit_id, right)
    except NotAllowed:
        return False
    return True


async def covered_line(visit: Visit, unit_id: int) -> list[Unit]:
    """From the highest unit that the person may see down to this one; empty outside the scope."""
    line = await visit.turn.units.ancestors(unit_id)
    while line and not await covers(visit, line[0].id):
        del line[0]
    return line


def period_said(visit: Visit, said: str) -> Period | None:
    """The period of these words or this key; this month without any; None for words that name no period."""
    words = " ".join(said[:PERIOD_LETTERS].split()) or f"{visit.turn.today:%Y-%m}"
    return parse_period(words, visit.turn.today)


def tree_said(request: web.Request) -> str:
    """Whose tree the address asks for."""
    return THEN if request.query.get("cay") == THEN else NOW


def page_number(request: web.Request, count: int, size: int) -> tuple[int, int]:
    """The page that was asked for, kept within those that exist, and how many there are."""
    pages = max((count + size - 1) // size, 1)
    said = request.query.get("trang", "1")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 1
    return min(max(number, 1), pages), pages
