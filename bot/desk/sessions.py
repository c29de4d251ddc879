"""Who is signed in at the desk: cookies, form tokens, and whether a form stood on a page of ours."""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from aiohttp import web

from bot.knowledge.answer import Knowledge
from bot.message import Message
from bot.routes import Routes
from bot.turn import Turn
from bot.web.visitors import Visitors
from storage.audit import audit
from storage.changes import Changes
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.desk import LINK_LIFE, LONGEST_LIFE, SEEN_STEP, DeskAccess, Session, hashed
from storage.people import People
from storage.roles import Role

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in: the same turn as in the chat, the session, and the form's token."""

    turn: Turn
    session: Session
    secret: str
    """The cookie's value: forms carry a token made of it."""
    roles: tuple[Role, ...] = ()
    """The person's roles that count now: the menu has what they may open."""


class Doorkeeper:
    """Knows browsers by their cookies; the database only ever sees hashes of them."""

    def __init__(
        self,
        database: Database,
        committer: Committer,
        knowledge: Knowledge,
        routes: Routes,
        *,
        origin: str,
        clock: Callable[[], datetime],
    ) -> None:
        """`origin` is how the outside reaches this server: with https the cookies are for https only."""
        self.database = database
        self.committer = committer
        self.clock = clock
        self._knowledge = knowledge
        self._routes = routes
        self._secure = origin.startswith("https:")
        self._here = Visitors(secure=self._secure, origins=(origin,))
        # The prefix makes browsers refuse the cookie from a sister domain or over plain HTTP.
        prefix = "__Host-" if self._secure else ""
        self._session_cookie = f"{prefix}banhoc-desk"
        self._door_cookie = f"{prefix}banhoc-door"

    async def visit(self, request: web.BaseRequest) -> Visit | None:
        """Who asks, when the session lives and the person still holds a role; without a role it ends now."""
        secret = _secret(request, self._session_cookie)
        moment, changes = self.clock(), Changes()
        access = DeskAccess(self.database, changes)
        session = await access.session(secret, moment) if secret else None
        turn = await self.turn(session.person_id, changes, moment) if session else None
        if session is None or turn is None:
            return None
        roles = tuple(await turn.own_roles())
        if not roles:
            access.end_all(session.person_id)
            await self.committer.commit(Commit(changes))
            return None
        if moment - session.seen_at >= SEEN_STEP:
            seen = Changes()
            DeskAccess(self.database, seen).seen(session, moment)
            await self.committer.commit(Commit(seen))
        return Visit(turn, session, secret, roles)

    async def keep_audit(self, visit: Visit) -> None:
        """Write what a page noted down about its reading (`turn.audit`), before the page goes out."""
        read = Changes(rows=[(table, values) for table, values in visit.turn.changes.rows if table is audit])
        if read.rows and await self.committer.commit(Commit(read)) is not Outcome.DONE:
            raise web.HTTPServiceUnavailable

    async def turn(self, person_id: int, changes: Changes, moment: datetime) -> Turn | None:
        """A turn of this person as the chat's handlers have it; None for somebody without a working account."""
        person = (await People(self.database, changes).by_ids([person_id])).get(person_id)
        if person is None:
            return None
        message = Message("desk", person.address, "", moment)
        return Turn(message, person, self.database, changes, self._knowledge, self._routes)

    def door(self, request: web.BaseRequest) -> str:
        """The secret of a browser that has seen a link's page; "" for any other."""
        return _secret(request, self._door_cookie)

    def greet(self, response: web.Response, door: str) -> None:
        """Let the browser that opened a link's page be known again when its button is pressed."""
        seconds = int(LINK_LIFE.total_seconds())
        self._give(response, self._door_cookie, door, seconds)

    async def enter(self, token: str, door: str, turn: Turn, request: web.BaseRequest) -> str | None:
        """Use the link up for this browser; returns the session's secret, or None when another was quicker."""
        access = DeskAccess(self.database, turn.changes)
        access.use_link(token, door, turn.now)
        if former := _secret(request, self._session_cookie):
            access.end(hashed(former))
        secret = access.open_session(turn.person.id, turn.now)
        turn.audit("desk.signed_in")
        return secret if await self.committer.commit(Commit(turn.changes)) is Outcome.DONE else None

    def sign_in(self, response: web.StreamResponse, secret: str) -> None:
        """Give the session's cookie."""
        self._give(response, self._session_cookie, secret, int(LONGEST_LIFE.total_seconds()))

    def sign_out(self, response: web.StreamResponse) -> None:
        """Take the session's cookie away."""
        response.del_cookie(self._session_cookie, path="/", secure=self._secure, httponly=True, samesite="Lax")

    def _give(self, response: web.StreamResponse, name: str, secret: str, seconds: int) -> None:
        response.set_cookie(name, secret, max_age=seconds, path="/", httponly=True, samesite="Lax", secure=self._secure)

    def is_from_here(self, request: web.BaseRequest) -> bool:
        """True unless the browser says that the form stood on a page of somebody else."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        return "Origin" not in request.headers or self._here.same_origin(request)


def form_token(secret: str) -> str:
    """What a form must send back: made of the browser's secret cookie, which no other site can read."""
    return hmac.new(secret.encode(), b"desk form", sha256).hexdigest()


def is_form_token(given: str, secret: str) -> bool:
    """True for the token that belongs to the cookie; compared in constant time."""
    return bool(secret) and hmac.compare_digest(given.encode(), form_token(secret).encode())


def new_secret() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def _secret(request: web.BaseRequest, cookie: str) -> str:
    secret = request.cookies.get(cookie, "")
    return secret if _SECRET.fullmatch(secret) else ""
