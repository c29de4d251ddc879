"""The unit's own documents: proposed, published, withdrawn; `passages` are [heading, text] pairs in their order."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, delete, func, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import documents

PENDING, PUBLISHED, WITHDRAWN = "pending", "published", "withdrawn"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What a list shows of a document; its passages and its bytes are read apart."""

    id: int
    name: str
    title: str
    date: str
    state: str
    passage_count: int
    imported_at: datetime
    decided_at: datetime | None


_COLUMNS = (
    documents.c.id,
    documents.c.name,
    documents.c.title,
    documents.c.date,
    documents.c.state,
    documents.c.passage_count,
    documents.c.imported_at,
    documents.c.decided_at,
)


class Documents:
    """Queries and changes about the unit's own documents."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def add(
        self,
        name: str,
        title: str,
        date: str,
        content: bytes,
        now: datetime,
        *,
        passages: Sequence[tuple[str, str]],
        removed: Sequence[str] = (),
        doubtful: Sequence[str] = (),
        by: int | None = None,
    ) -> StoredDocument:
        """Keep a document that waits to be decided about."""
        made = StoredDocument(new_id(), name, title, date, PENDING, len(passages), now, None)
        self._changes.insert(
            documents,
            id=made.id,
            name=name,
            title=title,
            date=date,
            state=PENDING,
            passages=[list(pair) for pair in passages],
            passage_count=len(passages),
            removed=list(removed),
            doubtful=list(doubtful),
            content=content,
            digest=_digest(content),
            imported_by=by,
            imported_at=now,
        )
        return made

    async def by_id(self, id: int) -> StoredDocument | None:
        """A document by its key, whatever its state."""
        return await self._one(select(*_COLUMNS).where(documents.c.id == id))

    async def published_as(self, name: str) -> StoredDocument | None:
        """The published document of this file name."""
        return await self._one(select(*_COLUMNS).where(documents.c.name == name, documents.c.state == PUBLISHED))

    async def same(self, name: str, content: bytes) -> StoredDocument | None:
        """The document of this name with exactly these bytes that is published, or else waits."""
        statement = select(*_COLUMNS).where(documents.c.name == name, documents.c.digest == _digest(content))
        statement = statement.where(documents.c.state != WITHDRAWN)
        return await self._one(statement.order_by(_pending_first().desc(), documents.c.id.desc()))

    async def listed(self, limit: int, skip: int = 0) -> list[StoredDocument]:
        """Documents that wait, then the published ones; newest first."""
        statement = select(*_COLUMNS).where(documents.c.state != WITHDRAWN)
        statement = statement.order_by(_pending_first(), documents.c.id.desc()).limit(limit).offset(skip)
        return [StoredDocument(**row._mapping) for row in await self._database.all(statement)]

    async def everything(self, limit: int) -> list[StoredDocument]:
        """Every document, also withdrawn ones: waiting ones first, then the newest."""
        statement = select(*_COLUMNS).order_by(_pending_first(), documents.c.id.desc()).limit(limit)
        return [StoredDocument(**row._mapping) for row in await self._database.all(statement)]

    async def counts(self) -> dict[str, int]:
        """Documents by state."""
        statement = select(documents.c.state, func.count()).group_by(documents.c.state)
        return {state: int(count) for state, count in await self._database.all(statement)}

    async def published_ids(self) -> tuple[int, ...]:
        """The keys of all published documents: they change exactly when something is published or withdrawn."""
        statement = select(documents.c.id).where(documents.c.state == PUBLISHED).order_by(documents.c.id)
        return tuple(row.id for row in await self._database.all(statement))

    async def texts(self, ids: Iterable[int]) -> list[Any]:
        """Name, title, date, passages, removed and doubtful of some documents, by key."""
        c = documents.c
        statement = select(c.id, c.name, c.title, c.date, c.passages, c.removed, c.doubtful).where(c.id.in_(list(ids)))
        return list(await self._database.all(statement.order_by(c.id)))

    async def own_pending(self, id: int, person_id: int) -> Any:
        """Name and bytes of a waiting document that this person brought, or None."""
        mine = (documents.c.id == id) & (documents.c.imported_by == person_id) & (documents.c.state == PENDING)
        return await self._database.first(select(documents.c.name, documents.c.content).where(mine))

    def publish(self, document: StoredDocument, by: int | None, now: datetime) -> None:
        """Publish it; a published one of the same name gives way. Decided meanwhile = conflict."""
        older = (documents.c.name == document.name) & (documents.c.state == PUBLISHED) & (documents.c.id != document.id)
        values = {"state": WITHDRAWN, "decided_by": by, "decided_at": now}
        self._changes.first(update(documents).where(older).values(**values))
        self._decide(document, PUBLISHED, by, now)

    def withdraw(self, document: StoredDocument, by: int | None, now: datetime) -> None:
        """Take a published document back; it can be published again."""
        self._decide(document, WITHDRAWN, by, now)

    def drop(self, id: int) -> None:
        """Delete a document that was never published."""
        self._changes.require(delete(documents).where(documents.c.id == id, documents.c.state == PENDING))

    def _decide(self, document: StoredDocument, state: str, by: int | None, now: datetime) -> None:
        as_read = (documents.c.id == document.id) & (documents.c.state == document.state)
        values = {"state": state, "decided_by": by, "decided_at": now}
        self._changes.require(update(documents).where(as_read).values(**values))

    async def _one(self, statement: Select[Any]) -> StoredDocument | None:
        row = await self._database.first(statement.limit(1))
        return None if row is None else StoredDocument(**row._mapping)


def _pending_first() -> Any:
    return case((documents.c.state == PENDING, 0), else_=1)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
