"""The officers' desk: one-time links from the chat and the sessions that they open, both kept as hashes only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, String, Table, delete, func, insert, select, update

from storage.changes import Changes
from storage.columns import Id, UtcDateTime
from storage.database import Database
from storage.tables import metadata, units

LINK_LIFE = timedelta(minutes=10)
IDLE_LIFE = timedelta(hours=8)
"""A session ends when nobody used it for so long."""
LONGEST_LIFE = timedelta(hours=24)
"""A session ends so long after its sign-in, used or not."""
SEEN_STEP = timedelta(minutes=1)
"""How exactly it is kept when a session was used last."""
_KEPT = timedelta(days=1)
"""A used link is kept so long, to tell a second browser that it came too late."""

desk_links = Table(
    "desk_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("browser_hash", String(64), nullable=False, server_default=""),
    Index("ix_desk_links_person_id", "person_id"),
    comment="one-time links to the desk; the browser is the one that used it",
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_desk_sessions_person_id", "person_id"),
    comment="browsers that are signed in at the desk",
)


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link, as far as it is known: whose, when made, when and where used."""

    person_id: int
    made_at: datetime
    used_at: datetime | None
    browser_hash: str

    def is_open(self, now: datetime) -> bool:
        """True while nobody has used it and its ten minutes run."""
        return self.used_at is None and now < self.made_at + LINK_LIFE


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    token_hash: str
    person_id: int
    opened_at: datetime
    seen_at: datetime

    def is_alive(self, now: datetime) -> bool:
        """True before both ends of its life."""
        return now < self.opened_at + LONGEST_LIFE and now < self.seen_at + IDLE_LIFE


def hashed(token: str) -> str:
    """What is kept of a token: its SHA-256, which opens nothing."""
    return sha256(token.encode()).hexdigest()


class DeskAccess:
    """Queries and changes about links and sessions."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def make_link(self, person_id: int, now: datetime) -> str:
        """The token of a new link; the one before is gone. Only the hash is stored."""
        token = token_urlsafe(32)
        old = (desk_links.c.person_id == person_id) | (desk_links.c.made_at <= now - _KEPT)
        self._changes.run(delete(desk_links).where(old))
        self._changes.run(insert(desk_links).values(token_hash=hashed(token), person_id=person_id, made_at=now))
        return token

    async def link(self, token: str) -> Link | None:
        """The link of this token, whatever its state."""
        columns = (desk_links.c.person_id, desk_links.c.made_at, desk_links.c.used_at, desk_links.c.browser_hash)
        row = await self._database.first(select(*columns).where(desk_links.c.token_hash == hashed(token)))
        return None if row is None else Link(**row._mapping)

    def use_link(self, token: str, browser: str, now: datetime) -> None:
        """Bind the link to the browser of this cookie; a link that is used or too old makes a conflict."""
        unused = desk_links.c.used_at.is_(None) & (desk_links.c.made_at > now - LINK_LIFE)
        same = (desk_links.c.token_hash == hashed(token)) & unused
        self._changes.require(update(desk_links).where(same).values(used_at=now, browser_hash=hashed(browser)))

    def open_session(self, person_id: int, now: datetime) -> str:
        """The token of a new session; sessions whose life is over are cleared away."""
        token = token_urlsafe(32)
        over = (desk_sessions.c.opened_at <= now - LONGEST_LIFE) | (desk_sessions.c.seen_at <= now - IDLE_LIFE)
        self._changes.run(delete(desk_sessions).where(over))
        values = {"token_hash": hashed(token), "person_id": person_id, "opened_at": now, "seen_at": now}
        self._changes.run(insert(desk_sessions).values(**values))
        return token

    async def session(self, token: str, now: datetime) -> Session | None:
        """The living session of this token."""
        row = await self._database.first(select(desk_sessions).where(desk_sessions.c.token_hash == hashed(token)))
        found = None if row is None else Session(**row._mapping)
        return found if found is not None and found.is_alive(now) else None

    def seen(self, session: Session, now: datetime) -> None:
        """The session was used."""
        self._changes.run(update(desk_sessions).where(_is(session.token_hash)).values(seen_at=now))

    def end(self, token_hash: str) -> None:
        """Sign one browser out."""
        self._changes.run(delete(desk_sessions).where(_is(token_hash)))

    def end_all(self, person_id: int) -> None:
        """Sign the person out of every browser; links that are still open are void too."""
        self._changes.run(delete(desk_sessions).where(desk_sessions.c.person_id == person_id))
        self._changes.run(delete(desk_links).where(desk_links.c.person_id == person_id))

    async def units_below(self, ids: Collection[int]) -> dict[int, int]:
        """How many units stand right below each of these; those without any are left out."""
        counted = select(units.c.parent_id, func.count().label("below")).where(units.c.parent_id.in_(list(ids)))
        rows = await self._database.all(counted.group_by(units.c.parent_id))
        return {row.parent_id: int(row.below) for row in rows}


def _is(token_hash: str) -> ColumnElement[bool]:
    return desk_sessions.c.token_hash == token_hash
