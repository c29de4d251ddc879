"""What was said about a question after it was asked: a human's answers and what the asker wrote back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.question_tables import question_posts

ASKER, OFFICER, ADMIN = "asker", "officer", "admin"

@dataclass(frozen=True, slots=True)
class Post:
    """One message of the talk."""

    id: int
    question_id: int
    person_id: int
    role: str
    unit_id: int | None
    text: str
    at: datetime


class QuestionPosts:
    """Queries and changes about the talk."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def add(self, question_id: int, person_id: int, role: str, unit_id: int | None, text: str, now: datetime) -> Post:
        """Keep one message."""
        made = Post(new_id(), question_id, person_id, role, unit_id, text, now)
        self._changes.insert(
            question_posts,
            id=made.id, question_id=question_id, person_id=person_id, role=role, unit_id=unit_id, text=text, at=now,
        )  # fmt: skip
        return made

    async def of(self, question_id: int) -> list[Post]:
        """All messages of one talk, oldest first."""
        mine = select(question_posts).where(question_posts.c.question_id == question_id)
        return [Post(**row._mapping) for row in await self._database.all(mine.order_by(question_posts.c.id))]

    async def by_id(self, id: int) -> Post | None:
        """One message by its key."""
        row = await self._database.first(select(question_posts).where(question_posts.c.id == id))
        return None if row is None else Post(**row._mapping)

    async def together_with(self, post: Post) -> list[Post]:
        """The posts of one answer to several askers: written by the same person at the same moment."""
        c = question_posts.c
        same = (c.person_id == post.person_id) & (c.at == post.at) & (c.role == post.role) & (c.text == post.text)
        return [Post(**row._mapping) for row in await self._database.all(select(question_posts).where(same))]
