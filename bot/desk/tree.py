"""The tree as an officer may walk it: the own units, what stands right below a unit, and search by name or code."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.desk.pages import desk_page
from bot.desk.scope import covered_line, page_number, unit_in_scope
from bot.desk.sessions import Visit
from bot.i18n import Text, t
from bot.scope import find_units, own_units
from bot.summary_words import name_of
from storage.desk import DeskAccess
from storage.units import Unit

PAGE = 100
"""Units that one page lists."""
SEARCH_LETTERS = 100


@dataclass(frozen=True, slots=True)
class Node:
    """One unit of a list, with how many stand right below it."""

    id: int
    name: str
    below: int


async def start(request: web.Request, visit: Visit) -> web.Response:
    """The own units, or what was searched; a single own unit is opened at once."""
    said = " ".join(request.query.get("tim", "")[:SEARCH_LETTERS].split())
    if said:
        found = [unit for unit in await find_units(visit.turn, said) if await covered_line(visit, unit.id)]
        lead = t("Found for “{words}”", words=said) if found else t("No unit in your care fits “{words}”.", words=said)
        return await _page(request, visit, (), None, found, lead, said)
    own = await own_units(visit.turn)
    if len(own) == 1:
        return await _opened(request, visit, own[0])
    return await _page(request, visit, (), None, own, t("Units in your care"), "")


async def unit(request: web.Request, visit: Visit) -> web.Response:
    """One unit with what stands right below it."""
    return await _opened(request, visit, await unit_in_scope(visit, request.match_info["unit"]))


async def _opened(request: web.Request, visit: Visit, found: Unit) -> web.Response:
    line = await covered_line(visit, found.id)
    children = await visit.turn.units.children(found.id)
    return await _page(request, visit, line[:-1], found, children, t("Units right below"), "")


async def _page(
    request: web.Request,
    visit: Visit,
    above: Sequence[Unit],
    opened: Unit | None,
    shown: Sequence[Unit],
    lead: Text,
    said: str,
) -> web.Response:
    number, pages = page_number(request, len(shown), PAGE)
    part = shown[(number - 1) * PAGE : number * PAGE]
    below = await DeskAccess(visit.turn.database, visit.turn.changes).units_below([one.id for one in part])
    return desk_page(
        "tree.html",
        visit,
        here="tree",
        title=name_of(opened) if opened else t("Units"),
        above=[(one.id, name_of(one)) for one in above],
        opened=opened,
        nodes=[Node(one.id, name_of(one), below.get(one.id, 0)) for one in part],
        lead=lead,
        said=said,
        number=number,
        pages=pages,
        counted=lambda node: t("{count} below", count=node.below),
    )
