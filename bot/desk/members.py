"""Who waits to join: a list with yes and no, for one or many at once; the rules and notices are the chat's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.channels.base import Abilities
from bot.desk.actions import number
from bot.desk.pages import desk_page
from bot.desk.scope import covers
from bot.desk.sessions import Doorkeeper, Visit
from bot.i18n import Clock, Text, t, tn
from bot.membership import check_acceptance, settle
from bot.notices import promise_notice
from bot.scope import own_units
from bot.summary_words import name_of
from bot.turn import Turn
from storage.changes import Changes
from storage.commits import Commit, Outcome
from storage.roles import CONFIRM
from storage.units import PENDING

PAGE = 50
"""People that one page lists, oldest first."""
MAX_TRIES = 4
ACCEPT, REFUSE, ACCEPT_ALL = "confirm", "refuse", "confirm_all"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request on the page."""

    id: int
    alias: str
    unit: str
    asked_at: Clock


async def show(request: web.Request, visit: Visit) -> web.Response:
    """The list, and what the last decision did."""
    if not await may_confirm(visit.turn):
        raise web.HTTPNotFound
    below = [one.id for one in await own_units(visit.turn, CONFIRM)]
    waiting = await visit.turn.units.pending(below, PAGE)
    count = await visit.turn.units.count_pending(below)
    if waiting:
        visit.turn.audit("members.read", unit_id=below[0], people=len(waiting))
    return desk_page(
        "members.html",
        visit,
        here="members",
        title=t("Who waits to join"),
        waiting=[Waiting(one.id, alias or "–", name_of(unit), Clock(one.asked_at)) for one, alias, unit in waiting],
        count=count,
        done=_done(request),
        lead=tn("{count} waits to be confirmed.", "{count} wait to be confirmed.", count),
    )


async def may_confirm(turn: Turn) -> bool:
    """True for whoever confirms members anywhere."""
    return await turn.is_admin() or bool(await turn.officer_units(CONFIRM))


def _done(request: web.Request) -> list[Text]:
    """What the decision before did, by the counts in the address."""
    counts = {name: _count(request.query.get(name, "")) for name in ("nhan", "tu-choi", "cu")}
    lines = []
    if counts["nhan"]:
        lines.append(tn("Confirmed: {count} person.", "Confirmed: {count} people.", counts["nhan"]))
    if counts["tu-choi"]:
        lines.append(tn("Refused: {count} person.", "Refused: {count} people.", counts["tu-choi"]))
    if counts["cu"]:
        lines.append(tn("{count} had been dealt with already.", "{count} had been dealt with already.", counts["cu"]))
    if not lines and request.query.get("nhan"):
        lines.append(t("Nobody was chosen."))
    return lines


def _count(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0


async def decide(
    visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], form: Mapping[str, Sequence[str]]
) -> web.Response:
    """Settle those who were chosen, all in one transaction. Raises HTTPNotFound when one is outside the scope."""
    what = (form.get("what") or [""])[0]
    if what not in (ACCEPT, REFUSE, ACCEPT_ALL):
        raise web.HTTPBadRequest
    chosen = form.get("shown" if what == ACCEPT_ALL else "one", [])
    ids = list(dict.fromkeys(number(said) for said in chosen))[:PAGE]
    for _ in range(MAX_TRIES):
        settled = await _settle(visit, door, abilities, ids, accept=what != REFUSE)
        if settled is not None:
            counts = f"nhan={settled if what != REFUSE else 0}&tu-choi={settled if what == REFUSE else 0}"
            raise web.HTTPSeeOther(f"/desk/thanh-vien?{counts}&cu={len(ids) - settled}")
    raise web.HTTPServiceUnavailable


async def _settle(
    visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], ids: Sequence[int], *, accept: bool
) -> int | None:
    """How many were settled; None when the chat decided about one of them at the same moment."""
    changes = Changes()
    turn = await door.turn(visit.session.person_id, changes, door.clock())
    if turn is None:
        raise web.HTTPNotFound
    again = Visit(turn, visit.session, visit.secret)
    settled = 0
    for id in ids:
        found = await turn.units.membership_by_id(id)
        if found is None or not await covers(again, found.unit_id, CONFIRM):
            raise web.HTTPNotFound
        unit = await turn.units.by_id(found.unit_id)
        if found.state == PENDING and unit is not None:
            if accept:
                await check_acceptance(turn, found)
            settle(turn, found, unit, accept)
            settled += 1
    for people, reply in turn.notices:
        await promise_notice(turn.database, changes, abilities, people, reply, turn.now)
    if not settled:
        return 0
    return settled if await door.committer.commit(Commit(changes)) is Outcome.DONE else None
