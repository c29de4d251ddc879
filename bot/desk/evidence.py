"""Evidence at the desk: what waits in the person's care, each file looked at safely, approval or return."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot import evidence
from bot.channels.base import Abilities
from bot.desk.actions import Form, acted, number, said
from bot.desk.address import PATH as DESK
from bot.desk.files import attached
from bot.desk.pages import desk_page
from bot.desk.scope import page_number
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import NotAllowed, UserError
from bot.evidence import APPROVED, PENDING, RETURNED, Item
from bot.i18n import Clock, Text, t, tn
from bot.message import File
from bot.turn import Turn
from bot.web.uploads import media_type_of, safe_name

PATH = f"{DESK}/minh-chung"
PAGE = 30
"""Pieces that one page lists, oldest first."""
PICTURES = ("image/jpeg", "image/png")
"""What the page shows itself; everything else is saved by the reader."""
UNKNOWN = "application/octet-stream"
APPROVE, RETURN = "approve", "return"
DECISIONS = {APPROVE: APPROVED, RETURN: RETURNED}
DONE = {
    APPROVE: t("The evidence is approved; the person has been told."),
    RETURN: t("The evidence is returned; the person has been told why."),
}
LABELS = {
    "none": t("No evidence waits for approval in your care."),
    "about": t("Whose"),
    "entry": t("Entry that it proves"),
    "sent": t("Sent at"),
    "file": t("File"),
    "state": t("State"),
    "save": t("Save the file"),
    "picture": t("Picture of the evidence"),
    "approve": t("Approve the evidence"),
    "reason": t("What has to be mended? The person reads this."),
    "return": t("Return with a reason"),
    "all": t("All that waits"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence on the page."""

    id: int
    whose: Text
    entry: Text
    sent: Clock


async def show(request: web.Request, visit: Visit) -> web.Response:
    """What waits, oldest first."""
    turn = visit.turn
    among = await _scope(turn)
    count = await turn.evidence.count_pending(among)
    page, pages = page_number(request, count, PAGE)
    found = await turn.evidence.pending(among, PAGE, (page - 1) * PAGE)
    if found:
        turn.audit("evidence.read", count=len(found))
    done = DONE.get(request.query.get("da", ""))
    return desk_page(
        "evidence.html", visit, here="evidence", title=t("Evidence that waits"), labels=LABELS,
        done=[done] if done else [], page=page, pages=pages,
        lead=tn("{count} piece of evidence waits, oldest first:", "{count} pieces of evidence wait, oldest first:",
                count),
        lines=[Line(one.id, await evidence.whose(turn, one), evidence.proves(one), Clock(one.created_at))
               for one in found],
    )  # fmt: skip


async def one(request: web.Request, visit: Visit) -> web.Response:
    """One piece with its file, and what can be decided."""
    return await _page(visit, await _visible(visit.turn, request.match_info["id"]))


async def _page(visit: Visit, item: Item, refused: Text | None = None, reason: str = "") -> web.Response:
    """`refused` says why the last form did nothing; its `reason` stands in the field again."""
    turn = visit.turn
    turn.audit("evidence.read", unit_id=item.unit_id, about=item.person_id, evidence=str(item.id))
    file = await _file(turn, item)
    return desk_page(
        "evidence_one.html", visit, here="evidence", title=evidence.proves(item), labels=LABELS, id=item.id,
        whose=await evidence.whose(turn, item), sent=Clock(item.created_at), state=evidence.STATES[item.state],
        waits=item.state == PENDING, file=file.name, is_picture=file.media_type in PICTURES, refused=refused,
        reason=reason, most=evidence.REASON_LETTERS,
    )  # fmt: skip


async def send(request: web.Request, visit: Visit) -> web.Response:
    """The file itself, to be saved; what kind it is its bytes say, whatever it was called."""
    item = await _visible(visit.turn, request.match_info["id"])
    visit.turn.audit("evidence.read", unit_id=item.unit_id, about=item.person_id, evidence=str(item.id))
    return attached(await _file(visit.turn, item))


async def _file(turn: Turn, item: Item) -> File:
    content = await turn.evidence.content(item)
    kind = await asyncio.to_thread(media_type_of, content, item.name)
    return File(safe_name(item.name, kind), kind or UNKNOWN, content)


async def act(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], form: Form
) -> web.Response:
    """Approve or return; the scope is asked for again, and what was decided meanwhile is said so."""
    id, what = request.match_info["id"], said(form, "what")
    reason = said(form, "reason") if what == RETURN else ""
    if what not in DECISIONS:
        raise web.HTTPBadRequest

    async def work(turn: Turn) -> str:
        evidence.decide(turn, await _visible(turn, id), DECISIONS[what], reason)
        return what

    try:
        done = await acted(visit, door, abilities, work)
    except UserError as error:
        shown = await _page(visit, await _visible(visit.turn, id), error.text, reason)
        shown.set_status(400)
        return shown
    raise web.HTTPSeeOther(f"{PATH}?da={done}")


async def _scope(turn: Turn) -> Collection[int] | None:
    """The units whose evidence the person sees, None for all. Raises HTTPNotFound."""
    try:
        return await evidence.scope(turn)
    except NotAllowed:
        raise web.HTTPNotFound from None


async def _visible(turn: Turn, id: str) -> Item:
    """A piece that the person may see now. Raises HTTPNotFound, whether it is there or not."""
    try:
        return await evidence.visible(turn, number(id))
    except UserError:
        raise web.HTTPNotFound from None
