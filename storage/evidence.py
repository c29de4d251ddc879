"""Evidence: certificates and pictures that a person sent for entries of study, and what became of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import evidence, files

PENDING, APPROVED, RETURNED = "pending", "approved", "returned"


class Evidence:
    """Queries and changes about evidence; every question names the person whose rows it may see."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def keep_file(self, person_id: int, name: str, media_type: str, content: bytes, now: datetime) -> int:
        """Keep a file that a person sent; returns its key."""
        id = new_id()
        self._changes.insert(
            files,
            id=id,
            person_id=person_id,
            name=name[:160],
            media_type=media_type,
            size=len(content),
            content=content,
            created_at=now,
        )
        return id

    def add(self, person_id: int, log_id: int, file_id: int, now: datetime) -> int:
        """Make a kept file evidence of an entry, waiting for the officer; returns its key."""
        id = new_id()
        self._changes.insert(
            evidence, id=id, person_id=person_id, log_id=log_id, file_id=file_id, state=PENDING, created_at=now
        )
        return id

    async def owns_file(self, person_id: int, file_id: int) -> bool:
        """True for a file that this person sent or got."""
        statement = select(func.count()).where(files.c.id == file_id, files.c.person_id == person_id)
        return bool(await self._database.value(statement))

    async def is_used(self, file_id: int) -> bool:
        """True when the file is already evidence of an entry."""
        return bool(await self._database.value(select(func.count()).where(evidence.c.file_id == file_id)))

    async def of(self, person_id: int) -> Sequence[Any]:
        """The person's evidence with the file's name, type and size, oldest first."""
        statement = (
            select(evidence, files.c.name, files.c.media_type, files.c.size)
            .join(files, files.c.id == evidence.c.file_id)
            .where(evidence.c.person_id == person_id)
            .order_by(evidence.c.id)
        )
        return await self._database.all(statement)
