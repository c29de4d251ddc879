"""Announcements on the desk: write one, look at it, send, stop, resume, and the result; the rules are the chat's."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot import broadcast_rules as rules
from bot import broadcasts as shown
from bot.broadcast_rules import APPROVAL, DRAFT, SCHEDULED, SENDING, STOPPED, Broadcast
from bot.broadcast_words import ENDS, MOST_LETTERS, STATES, title
from bot.broadcast_words import whom as segment_words
from bot.channels.base import Abilities
from bot.desk.broadcast_form import Wrong, blank, draft_of, filled, typed
from bot.desk.pages import desk_page
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import UserError
from bot.i18n import Clock, Text, t
from bot.message import Reply
from bot.notices import promise_notice
from bot.turn import Turn
from bot.web.files import SHOWN, file_headers
from bot.web.uploads import Parts, endings
from storage.changes import Changes
from storage.commits import Commit, Outcome

PATH = "/desk/thong-bao"
NEWEST = 30
MAX_TRIES = 3
Act = Callable[[Turn, Broadcast], Awaitable[Reply]]


async def _send(turn: Turn, broadcast: Broadcast) -> Reply:
    return await rules.submit(turn, broadcast, rules.planned(turn, broadcast))


async def _send_now(turn: Turn, broadcast: Broadcast) -> Reply:
    return await rules.submit(turn, broadcast, None)


async def _stop(turn: Turn, broadcast: Broadcast) -> Reply:
    return rules.stop(turn, broadcast)


async def _resume(turn: Turn, broadcast: Broadcast) -> Reply:
    return rules.resume(turn, broadcast)


async def _end(turn: Turn, broadcast: Broadcast) -> Reply:
    return rules.end(turn, broadcast)


ACTS: Mapping[str, tuple[Act, tuple[str, ...]]] = {
    "send": (_send, (DRAFT,)),
    "now": (_send_now, (DRAFT,)),
    "approve": (rules.approve, (APPROVAL,)),
    "refuse": (rules.refuse, (APPROVAL,)),
    "stop": (_stop, (SENDING, SCHEDULED)),
    "resume": (_resume, (STOPPED,)),
    "end": (_end, (STOPPED,)),
}
"""What a button of the page does, and in which states it stands there."""
LABELS = {
    "send": t("Send"),
    "now": t("Send now"),
    "approve": t("Approve"),
    "refuse": t("Send back"),
    "stop": t("Stop"),
    "resume": t("Resume"),
    "end": t("End it"),
}


async def show_all(request: web.Request, visit: Visit) -> web.Response:
    """The newest announcements, and a form for a new one."""
    return await _all(visit, blank(), {})


async def _all(visit: Visit, said: Mapping[str, str], faults: Mapping[str, Text]) -> web.Response:
    turn = visit.turn
    await rules.may_send(turn)
    mine = None if await turn.is_admin() else turn.person.id
    found = await rules.store(turn).newest(NEWEST, by=mine)
    rows = [(one.id, title(one), t("{moment} · {state}", moment=Clock(one.created_at), state=STATES[one.state]))
            for one in found]  # fmt: skip
    return desk_page("broadcasts.html", visit, here="broadcasts", title=t("Announcements"), rows=rows,
                     status=400 if faults else 200, **await _form(turn, said, faults))  # fmt: skip


async def change(request: web.Request, visit: Visit) -> web.Response:
    """The form of a draft that is there."""
    broadcast = await _found(visit, request.match_info["id"], DRAFT)
    return await _changed(visit, broadcast, filled(broadcast), {})


async def _changed(
    visit: Visit, broadcast: Broadcast, said: Mapping[str, str], faults: Mapping[str, Text]
) -> web.Response:
    turn = visit.turn
    file = await rules.store(turn).file(broadcast.file_id)
    whom = t("Now: {whom}. Empty: it stays so.",
             whom=segment_words(broadcast.segment, await rules.names(turn, broadcast.segment)))  # fmt: skip
    return desk_page(
        "broadcast_change.html", visit, here="broadcasts", title=t("Change the announcement"), id=broadcast.id,
        segment=whom, file=t("Without the file {name}", name=file.name) if file is not None else None,
        status=400 if faults else 200, **await _form(turn, said, faults),
    )  # fmt: skip


async def _form(turn: Turn, said: Mapping[str, str], faults: Mapping[str, Text]) -> dict[str, Any]:
    """What the form shows: the words of its fields, and what is wrong with them."""
    return {"typed": said, "faults": faults, "admin": await turn.is_admin(), "most": MOST_LETTERS,
            "endings": endings()}  # fmt: skip


async def show(request: web.Request, visit: Visit) -> web.Response:
    """One announcement: what a draft will look like, or how far it is."""
    turn = visit.turn
    broadcast = await _found(visit, request.match_info["id"])
    counts = await rules.store(turn).counts(broadcast.id)
    lines = await _lines(turn, broadcast)
    acts = [(name, _label(name, broadcast)) for name, (_, states) in ACTS.items() if broadcast.state in states]
    if broadcast.due_at is None:
        acts = [(name, label) for name, label in acts if name != "now"]
    file = await rules.store(turn).file(broadcast.file_id)
    states = [(label, counts[state]) for state, label in ENDS.items() if counts.get(state)]
    return desk_page(
        "broadcast.html", visit, here="broadcasts", title=t("Announcement"), id=broadcast.id, lines=lines, acts=acts,
        states=states, read=counts.get("read", 0), ack=broadcast.ack, started=broadcast.started_at is not None,
        file=file, picture=file is not None and file.media_type in SHOWN, draft=broadcast.state == DRAFT,
    )  # fmt: skip


def _label(act: str, broadcast: Broadcast) -> Text:
    if act == "send" and broadcast.due_at is not None:
        return t("Send at {moment}", moment=Clock(broadcast.due_at))
    return LABELS[act]


async def attached(request: web.Request, visit: Visit) -> web.Response:
    """The picture or file of an announcement."""
    broadcast = await _found(visit, request.match_info["id"])
    for file in await visit.turn.kept_files(broadcast.file_id):
        return web.Response(body=file.content, headers=file_headers(file))
    raise web.HTTPNotFound


async def download(request: web.Request, visit: Visit) -> web.Response:
    """The result as a workbook."""
    file = await shown.workbook_of(visit.turn, await _found(visit, request.match_info["id"]))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return web.Response(body=file.content, content_type=file.media_type, headers=headers)


async def write(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], sent: Parts
) -> web.Response:
    """A draft out of the form, new or changed; then its page, or the form again with what is wrong."""
    told = request.match_info.get("id", "")
    before = await _found(visit, told, DRAFT) if told else None

    async def keep(turn: Turn) -> int:
        await rules.may_send(turn)
        draft = await rules.found(turn, told, DRAFT) if told else None
        values = await draft_of(turn, sent, draft)
        if draft is None:
            return rules.store(turn).add(turn.person.id, values.pop("segment"), values.pop("texts"), turn.now, **values)
        rules.store(turn).edit(draft, **values)
        return draft.id

    try:
        id = await _written(visit, door, abilities, keep)
    except Wrong as wrong:
        said = typed(sent)
        if before is None:
            return await _all(visit, said, wrong.faults)
        return await _changed(visit, before, said, wrong.faults)
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


async def _found(visit: Visit, id: str, *states: str) -> Broadcast:
    try:
        return await rules.found(visit.turn, id, *states)
    except UserError:
        raise web.HTTPNotFound from None


async def _lines(turn: Turn, broadcast: Broadcast) -> list[Reply]:
    """What stands on the page above the figures."""
    if broadcast.state == DRAFT:
        return await shown.preview(turn, broadcast)
    result = t("{lines}", lines=await shown.result(turn, broadcast))
    return [*(await shown.summary(turn, broadcast)), Reply(result)]
