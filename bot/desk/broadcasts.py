"""Announcements on the desk: write one, look at it, send, stop, resume, and the result; the rules are the chat's."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from bot import broadcast_rules as rules
from bot import broadcasts as shown
from bot.broadcast_rules import APPROVAL, DRAFT, SCHEDULED, SENDING, STOPPED, Broadcast
from bot.broadcast_words import ENDS, MOST_LETTERS, STATES, plain, title
from bot.channels.base import Abilities
from bot.desk.pages import desk_page
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import UserError
from bot.i18n import Clock, t
from bot.message import Reply
from bot.notices import promise_notice
from bot.segments import read_segment
from bot.turn import Turn
from storage.changes import Changes
from storage.commits import Commit, Outcome

PATH = "/desk/thong-bao"
NEWEST = 30
MAX_TRIES = 3
Act = Callable[[Turn, Broadcast], Awaitable[Reply]]


async def _send(turn: Turn, broadcast: Broadcast) -> Reply:
    return await rules.submit(turn, broadcast, None)


async def _stop(turn: Turn, broadcast: Broadcast) -> Reply:
    return rules.stop(turn, broadcast)


async def _resume(turn: Turn, broadcast: Broadcast) -> Reply:
    return rules.resume(turn, broadcast)


async def _end(turn: Turn, broadcast: Broadcast) -> Reply:
    return rules.end(turn, broadcast)


ACTS: Mapping[str, tuple[Act, tuple[str, ...]]] = {
    "send": (_send, (DRAFT,)),
    "approve": (rules.approve, (APPROVAL,)),
    "refuse": (rules.refuse, (APPROVAL,)),
    "stop": (_stop, (SENDING, SCHEDULED)),
    "resume": (_resume, (STOPPED,)),
    "end": (_end, (STOPPED,)),
}
"""What a button of the page does, and in which states it stands there."""
LABELS = {
    "send": t("Send"),
    "approve": t("Approve"),
    "refuse": t("Send back"),
    "stop": t("Stop"),
    "resume": t("Resume"),
    "end": t("End it"),
}


async def show_all(request: web.Request, visit: Visit) -> web.Response:
    """The newest announcements, and a form for a new one."""
    turn = visit.turn
    await rules.may_send(turn)
    mine = None if await turn.is_admin() else turn.person.id
    found = await rules.store(turn).newest(NEWEST, by=mine)
    rows = [(one.id, Clock(one.created_at), STATES[one.state], title(one)) for one in found]
    return desk_page("broadcasts.html", visit, here="broadcasts", title=t("Announcements"), rows=rows,
                     admin=await turn.is_admin(), most=MOST_LETTERS)  # fmt: skip


async def show(request: web.Request, visit: Visit) -> web.Response:
    """One announcement: what a draft will look like, or how far it is."""
    turn = visit.turn
    broadcast = await _found(visit, request.match_info["id"])
    counts = await rules.store(turn).counts(broadcast.id)
    lines = await _lines(turn, broadcast)
    acts = [(name, LABELS[name]) for name, (_, states) in ACTS.items() if broadcast.state in states]
    states = [(label, counts[state]) for state, label in ENDS.items() if counts.get(state)]
    return desk_page(
        "broadcast.html", visit, here="broadcasts", title=t("Announcement"), id=broadcast.id, lines=lines, acts=acts,
        states=states, read=counts.get("read", 0), ack=broadcast.ack, started=broadcast.started_at is not None,
    )  # fmt: skip


async def download(request: web.Request, visit: Visit) -> web.Response:
    """The result as a workbook."""
    file = await shown.workbook_of(visit.turn, await _found(visit, request.match_info["id"]))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return web.Response(body=file.content, content_type=file.media_type, headers=headers)


async def write(
    visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], form: Mapping[str, Sequence[str]]
) -> web.Response:
    """A new draft out of the form; then its page."""
    said = {name: (form.get(name) or [""])[0] for name in ("text", "english", "whom", "ack", "urgent")}
    text, english = plain(said["text"]), plain(said["english"])
    if not text or max(len(text), len(english)) > MOST_LETTERS:
        raise UserError(t("An announcement has 1 to {count} characters.", count=MOST_LETTERS))

    async def add(turn: Turn) -> int:
        await rules.may_send(turn)
        segment = await rules.first_segment(turn)
        if said["whom"].strip():
            segment = await read_segment(turn, said["whom"], segment)
        await rules.must_cover(turn, segment)
        texts = {"vi": text, **({"en": english} if english else {})}
        urgent = bool(said["urgent"]) and await turn.is_admin()
        store = rules.store(turn)
        return store.add(turn.person.id, segment, texts, turn.now, file_id=None, ack=bool(said["ack"]), urgent=urgent)

    id = await _written(visit, door, abilities, add)
    raise web.HTTPSeeOther(f"{PATH}/{id}")


async def act(
    visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], id: str, form: Mapping[str, Sequence[str]]
) -> web.Response:
    """What one of the page's buttons does."""
    what = (form.get("what") or [""])[0]
    if what not in ACTS:
        raise web.HTTPBadRequest
    do, states = ACTS[what]

    async def change(turn: Turn) -> int:
        broadcast = await rules.found(turn, id, *states)
        await do(turn, broadcast)
        return broadcast.id

    await _written(visit, door, abilities, change)
    raise web.HTTPSeeOther(f"{PATH}/{id}")


async def _written(
    visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], write: Callable[[Turn], Awaitable[int]]
) -> int:
    """Run it as a turn of its own, notices included; again when somebody else was quicker."""
    for _ in range(MAX_TRIES):
        changes = Changes()
        turn = await door.turn(visit.session.person_id, changes, door.clock())
        if turn is None:
            raise web.HTTPNotFound
        turn.abilities = abilities
        id = await write(turn)
        for people, reply in turn.notices:
            await promise_notice(turn.database, changes, abilities, people, reply, turn.now)
        if await door.committer.commit(Commit(changes)) is Outcome.DONE:
            return id
    raise web.HTTPServiceUnavailable


async def _found(visit: Visit, id: str) -> Broadcast:
    try:
        return await rules.found(visit.turn, id)
    except UserError:
        raise web.HTTPNotFound from None


async def _lines(turn: Turn, broadcast: Broadcast) -> list[Reply]:
    """What stands on the page above the figures."""
    if broadcast.state == DRAFT:
        return await shown.preview(turn, broadcast)
    result = t("{lines}", lines=await shown.result(turn, broadcast))
    return [*(await shown.summary(turn, broadcast)), Reply(result)]
