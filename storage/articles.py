"""Articles written at run time, a row for each version, and who besides the admins may publish them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
    text,
    update,
)

from storage.changes import Changes
from storage.columns import Id, Json, UtcDateTime, new_id
from storage.database import Database
from storage.tables import metadata

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"

written_articles = Table(
    "written_articles",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("article_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", String(120), nullable=False),
    Column("questions", Json, nullable=False),
    Column("body", Text, nullable=False),
    Column("sources", Json, nullable=False),
    Column("language", String(8), nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("state", String(16), nullable=False),
    Column("question_id", Id),
    Column("written_by", Id, ForeignKey("persons.id")),
    Column("written_at", UtcDateTime, nullable=False),
    Column("decided_by", Id, ForeignKey("persons.id")),
    Column("decided_at", UtcDateTime),
    Column("of_file", String(80), nullable=False, server_default=""),
    CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state"),
    UniqueConstraint("article_id", "version"),
    Index("ix_written_articles_state", "state"),
    Index("ix_written_articles_written_by", "written_by"),
    Index(
        "ux_written_articles_published",
        "article_id",
        unique=True,
        postgresql_where=text("state = 'published'"),
        sqlite_where=text("state = 'published'"),
    ),
    comment="answers that people wrote; article_id is one article over its versions, of which one at most is published",
)
"""`of_file` is the id of the program's own article whose place this one takes in its language; "" for all others."""

knowledge_editors = Table(
    "knowledge_editors",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("granted_by", Id, ForeignKey("persons.id")),
    Column("granted_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_knowledge_editors_person_id", "person_id"),
    comment="officers whom an admin lets publish articles without asking",
)


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One version of an article; `sources` are documents with number, title, issuer, date and part."""

    id: int
    article_id: int
    version: int
    title: str
    questions: list[str]
    body: str
    sources: list[dict[str, str]]
    language: str
    since: date | None
    until: date | None
    state: str
    question_id: int | None
    written_by: int | None
    written_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    of_file: str = ""

    def holds(self, day: date) -> bool:
        """True while it is in force."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Articles:
    """Queries and changes about written articles."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def add(self, made: ArticleVersion) -> None:
        """Keep a version."""
        self._changes.insert(
            written_articles, **{name: getattr(made, name) for name in ArticleVersion.__dataclass_fields__}
        )

    async def published_ids(self, day: date) -> tuple[int, ...]:
        """The versions that are published and in force on this day, by key."""
        c = written_articles.c
        holds = or_(c.since.is_(None), c.since <= day) & or_(c.until.is_(None), c.until >= day)
        statement = select(c.id).where(c.state == PUBLISHED, holds).order_by(c.id)
        return tuple(row.id for row in await self._database.all(statement))

    async def some(self, ids: Sequence[int]) -> list[ArticleVersion]:
        """Versions by key."""
        return await self._all(select(written_articles).where(written_articles.c.id.in_(list(ids))))

    async def newest(self, article_id: int) -> ArticleVersion | None:
        """The newest version of an article."""
        found = await self.versions(article_id)
        return found[0] if found else None

    async def published(self, article_id: int) -> ArticleVersion | None:
        """The version that is published now."""
        return next((one for one in await self.versions(article_id) if one.state == PUBLISHED), None)

    async def made_of(self, question_id: int) -> ArticleVersion | None:
        """The version, not withdrawn, that was made of the answer to this question."""
        c = written_articles.c
        found = await self._all(select(written_articles).where(c.question_id == question_id, c.state != WITHDRAWN))
        return found[0] if found else None

    async def versions(self, article_id: int) -> list[ArticleVersion]:
        """Every version, newest first."""
        same = select(written_articles).where(written_articles.c.article_id == article_id)
        return await self._all(same.order_by(written_articles.c.version.desc()))

    async def listed(self, words: str = "", limit: int = 50, skip: int = 0) -> list[ArticleVersion]:
        """The newest version of each article, drafts first, then the newest; with words, those that hold them all."""
        c = written_articles.c
        last = select(c.article_id, func.max(c.version).label("version")).group_by(c.article_id).subquery()
        statement = select(written_articles).join(
            last, (last.c.article_id == c.article_id) & (last.c.version == c.version)
        )
        for word in words.split():
            statement = statement.where(or_(c.title.icontains(word, autoescape=True),
                                            c.body.icontains(word, autoescape=True)))  # fmt: skip
        drafts_first = (c.state != DRAFT, c.id.desc())
        return await self._all(statement.order_by(*drafts_first).limit(limit).offset(skip))

    def publish(self, version: ArticleVersion, by: int, now: datetime) -> None:
        """Publish it; the version that was published gives way. Decided meanwhile = conflict."""
        c = written_articles.c
        older = (c.article_id == version.article_id) & (c.state == PUBLISHED) & (c.id != version.id)
        values = {"state": WITHDRAWN, "decided_by": by, "decided_at": now}
        self._changes.first(update(written_articles).where(older).values(**values))
        self._decide(version, PUBLISHED, by, now)

    def withdraw(self, version: ArticleVersion, by: int, now: datetime) -> None:
        """Quote it no more."""
        self._decide(version, WITHDRAWN, by, now)

    def retire(self, article_id: int, by: int, now: datetime) -> None:
        """Make room for a version that is published in the same turn that writes it."""
        c = written_articles.c
        older = (c.article_id == article_id) & (c.state == PUBLISHED)
        self._changes.first(
            update(written_articles).where(older).values(state=WITHDRAWN, decided_by=by, decided_at=now)
        )

    async def is_editor(self, person_id: int) -> bool:
        """True for an officer whom an admin lets publish."""
        mine = (knowledge_editors.c.person_id == person_id) & knowledge_editors.c.ended_at.is_(None)
        return bool(await self._database.value(select(func.count()).where(mine)))

    def let_edit(self, person_id: int, by: int, now: datetime) -> None:
        """Give this right."""
        self._changes.insert(knowledge_editors, id=new_id(), person_id=person_id, granted_by=by, granted_at=now)

    def end_editing(self, person_id: int, now: datetime) -> None:
        """Take this right away."""
        mine = (knowledge_editors.c.person_id == person_id) & knowledge_editors.c.ended_at.is_(None)
        self._changes.run(update(knowledge_editors).where(mine).values(ended_at=now))

    def _decide(self, version: ArticleVersion, state: str, by: int, now: datetime) -> None:
        as_read = (written_articles.c.id == version.id) & (written_articles.c.state == version.state)
        values = {"state": state, "decided_by": by, "decided_at": now}
        self._changes.require(update(written_articles).where(as_read).values(**values))

    async def _all(self, statement: Any) -> list[ArticleVersion]:
        return [ArticleVersion(**row._mapping) for row in await self._database.all(statement)]
