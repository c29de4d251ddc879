"""Questions that nobody could answer, and answers that were called wrong."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import questions


class Questions:
    """Queries and changes about open questions."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def keep(self, person_id: int, text: str, reason: str, now: datetime, article: str = "") -> None:
        """Keep a question for an admin; `reason`: unknown, or wrong (the person said the answer was)."""
        self._changes.insert(
            questions,
            id=new_id(),
            person_id=person_id,
            text=text[:1000],
            state="open",
            reason=reason,
            article=article,
            asked_at=now,
        )

    async def of(self, person_id: int) -> list[Any]:
        """The person's kept questions, oldest first."""
        mine = select(questions).where(questions.c.person_id == person_id).order_by(questions.c.id)
        return list(await self._database.all(mine))

    async def open(self, limit: int = 20) -> list[Any]:
        """Open questions, newest first."""
        statement = select(questions).where(questions.c.state == "open").order_by(questions.c.id.desc()).limit(limit)
        return list(await self._database.all(statement))

    async def count_open(self) -> int:
        """How many wait."""
        return int(await self._database.value(select(func.count()).where(questions.c.state == "open")) or 0)
