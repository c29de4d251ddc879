"""Requests about personal data at the desk: for admins, with the law's days, answered by the chat's own rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot import data_requests
from bot.channels.base import Abilities
from bot.clock import local
from bot.data_requests import NAMES, STATES
from bot.desk.actions import Form, acted, number, said
from bot.desk.address import PATH as DESK
from bot.desk.pages import desk_page
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import NotAllowed, UserError
from bot.i18n import Text, t
from bot.turn import Turn
from storage.data_requests import DONE, OPEN, REFUSED, TEXT_LETTERS, DataRequest

PATH = f"{DESK}/yeu-cau"
SHOWN, CLOSED_SHOWN = 100, 20
"""Open requests that the page lists, the most urgent first, and closed ones, the newest first."""
RECEIVED, SETTLE, REFUSE = "received", "settle", "refuse"
DONE_WORDS = {
    RECEIVED: t("The person was told that the request is received."),
    SETTLE: t("The request is settled, and the person was told."),
    REFUSE: t("The request is refused, and the person was told."),
}
LABELS = {
    "open": t("Open requests, the most urgent first"),
    "none": t("No request about personal data is open."),
    "closed": t("Closed lately"),
    "header": (t("Request"), t("Asked on"), t("Response by"), t("Settled by"), t("State")),
    "text": t("In the person's words"),
    "alias": t("Alias"),
    "answer_given": t("Answer"),
    "received": t("Tell: received"),
    "answer": t("What was done, or why not? The person reads this."),
    "settle": t("Settled"),
    "refuse": t("Refuse"),
    "all": t("All requests about personal data"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One request on the page."""

    id: int
    kind: Text
    asked: date
    respond_by: date | Text
    due_by: date
    state: Text
    is_late: bool


async def show(request: web.Request, visit: Visit) -> web.Response:
    """Open requests with the day of each, and those that were closed lately."""
    turn = visit.turn
    await _must_be_admin(turn)
    waiting = await data_requests.store(turn).open_ones(SHOWN)
    closed = await data_requests.store(turn).closed_ones(CLOSED_SHOWN)
    if waiting or closed:
        turn.audit("request.read", people=len(waiting) + len(closed))
    done = DONE_WORDS.get(request.query.get("da", ""))
    return desk_page(
        "requests.html", visit, here="requests", title=t("Requests about personal data"), labels=LABELS,
        done=[done] if done else [], waiting=[_line(one, turn.today) for one in waiting],
        closed=[_line(one, turn.today) for one in closed],
    )  # fmt: skip


def _line(one: DataRequest, today: date) -> Line:
    late = one.state == OPEN and one.next_day() < today
    respond_by: date | Text = t("told") if one.responded_at else one.respond_by
    state = t("overdue since {date}", date=one.next_day()) if late else STATES[one.state]
    return Line(one.id, NAMES[one.kind], local(one.asked_at).date(), respond_by, one.due_by, state, late)


async def one(request: web.Request, visit: Visit) -> web.Response:
    """One request in the person's words, and what can be done about it."""
    return await _page(visit, number(request.match_info["id"]))


async def _page(visit: Visit, id: int, refused: Text | None = None, answer: str = "") -> web.Response:
    """`refused` says why the last form did nothing; its `answer` stands in the field again."""
    turn = visit.turn
    await _must_be_admin(turn)
    found = await data_requests.store(turn).by_id(id)
    if found is None:
        raise web.HTTPNotFound
    turn.audit("request.read", about=found.person_id)
    return desk_page(
        "request.html", visit, here="requests", title=NAMES[found.kind], labels=LABELS, found=found,
        line=_line(found, turn.today), refused=refused, answer=answer, most=TEXT_LETTERS,
        is_open=found.state == OPEN, may_tell=found.state == OPEN and found.responded_at is None,
    )  # fmt: skip


async def act(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], form: Form
) -> web.Response:
    """Tell that it is received, settle it or refuse it; each once, and why not when it cannot be done."""
    id, what = number(request.match_info["id"]), said(form, "what")
    await _must_be_admin(visit.turn)
    if await data_requests.store(visit.turn).by_id(id) is None:
        raise web.HTTPNotFound
    if what not in DONE_WORDS:
        raise web.HTTPBadRequest

    async def work(turn: Turn) -> str:
        if what == RECEIVED:
            await data_requests.received(turn, id)
        else:
            await data_requests.close(turn, id, DONE if what == SETTLE else REFUSED, said(form, "answer"))
        return what

    try:
        done = await acted(visit, door, abilities, work)
    except UserError as error:
        shown = await _page(visit, id, error.text, said(form, "answer"))
        shown.set_status(400)
        return shown
    raise web.HTTPSeeOther(f"{PATH}?da={done}")


async def _must_be_admin(turn: Turn) -> None:
    """The page is not there for anybody else. Raises HTTPNotFound."""
    try:
        await data_requests.must_be_admin(turn)
    except NotAllowed:
        raise web.HTTPNotFound from None
