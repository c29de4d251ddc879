"""Questions for a human: what nobody could answer or was called wrong, by meaning, with who has it and until when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.question_tables import questions
from storage.tables import unit_tree, units

UNKNOWN, WRONG = "unknown", "wrong"
OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
WITHDRAWN, UNANSWERABLE, KNOWN = "withdrawn", "unanswerable", "known"
"""How a question was closed: taken back, told that there is no answer, or found in the knowledge meanwhile."""
TEXT_LETTERS = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """One question of one person."""

    id: int
    person_id: int
    text: str
    state: str
    reason: str
    article: str
    asked_at: datetime
    meaning: str
    cluster_id: int
    unit_id: int | None
    holder_id: int | None
    due_at: datetime | None
    step: int
    ended: str
    decided_by: int | None
    decided_at: datetime | None
    talk_until: datetime | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Open questions of one meaning, as far as somebody may see them; the text is the oldest one's."""

    id: int
    count: int
    text: str
    reason: str
    article: str
    unit_name: str
    asked_at: datetime
    due_at: datetime | None


_CLUSTER = func.coalesce(questions.c.cluster_id, questions.c.id)
@dataclass(frozen=True, slots=True)
class Week:
    """What became of questions in some days, and what is open at their end."""

    asked: int
    answered: int
    closed: int
    passed_on: int
    flagged: int
    open: int
    late: int


_SHOWN = (questions.c.text, questions.c.reason, questions.c.article, questions.c.asked_at)
_COLUMNS = [_CLUSTER.label("cluster_id") if column.name == "cluster_id" else column for column in questions.c]


class Questions:
    """Queries and changes about questions. `units` are those whose subtrees may be seen; None is every question."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def keep(
        self,
        person_id: int,
        text: str,
        reason: str,
        now: datetime,
        article: str = "",
        *,
        meaning: str = "",
        cluster_id: int | None = None,
        unit_id: int | None = None,
        holder_id: int | None = None,
        due_at: datetime | None = None,
    ) -> int:
        """Keep a question for a human; without a cluster it begins one. Returns its key."""
        id = new_id()
        self._changes.insert(
            questions,
            id=id,
            person_id=person_id,
            text=text[:TEXT_LETTERS],
            state=OPEN,
            reason=reason,
            article=article,
            asked_at=now,
            meaning=meaning[:TEXT_LETTERS],
            cluster_id=cluster_id or id,
            unit_id=unit_id,
            holder_id=holder_id,
            due_at=due_at,
        )
        return id

    async def of(self, person_id: int) -> list[Any]:
        """The person's kept questions, oldest first."""
        mine = select(questions).where(questions.c.person_id == person_id).order_by(questions.c.id)
        return list(await self._database.all(mine))

    async def open(self, limit: int = 20) -> list[Any]:
        """Open questions, newest first."""
        statement = select(questions).where(questions.c.state == OPEN).order_by(questions.c.id.desc()).limit(limit)
        return list(await self._database.all(statement))

    async def count_open(self) -> int:
        """How many wait."""
        return int(await self._database.value(select(func.count()).where(questions.c.state == OPEN)) or 0)

    async def by_id(self, id: int) -> Question | None:
        """A question by its key."""
        found = await self._some(select(*_COLUMNS).where(questions.c.id == id))
        return found[0] if found else None

    async def newest_of(self, person_id: int, limit: int) -> list[Question]:
        """The person's questions, newest first."""
        mine = select(*_COLUMNS).where(questions.c.person_id == person_id)
        return await self._some(mine.order_by(questions.c.id.desc()).limit(limit))

    async def count_since(self, person_id: int, since: datetime) -> int:
        """How many questions the person has handed over since then."""
        mine = (questions.c.person_id == person_id) & (questions.c.asked_at >= since)
        return int(await self._database.value(select(func.count()).where(mine)) or 0)

    async def meanings(self, reason: str, article: str, since: datetime, limit: int) -> list[tuple[int, str]]:
        """Cluster and meaning of the questions of this kind since then, oldest first, at most `limit` of the newest."""
        alike = (questions.c.reason == reason) & (questions.c.article == article) & (questions.c.asked_at >= since)
        statement = select(_CLUSTER, questions.c.meaning).where(alike, questions.c.meaning != "")
        rows = await self._database.all(statement.order_by(questions.c.id.desc()).limit(limit))
        return [(int(cluster), meaning) for cluster, meaning in reversed(rows)]

    async def clusters(self, among: Collection[int] | None, limit: int, skip: int = 0) -> list[Cluster]:
        """Open questions by meaning, the earliest term first, then the one asked most."""
        seen = self._seen(among)
        many = func.count()
        grouped = (
            select(
                _CLUSTER.label("cluster"), many.label("count"), func.min(questions.c.id).label("first"),
                func.min(questions.c.due_at).label("due_at"),
            )
            .where(questions.c.state == OPEN, seen)
            .group_by(_CLUSTER)
            .subquery()
        )  # fmt: skip
        statement = (
            select(grouped, *_SHOWN, units.c.name)
            .join(questions, questions.c.id == grouped.c.first)
            .outerjoin(units, units.c.id == questions.c.unit_id)
            .order_by(grouped.c.due_at.is_(None), grouped.c.due_at, grouped.c.count.desc(), grouped.c.cluster)
        )
        rows = await self._database.all(statement.limit(limit).offset(skip))
        return [
            Cluster(row.cluster, row.count, row.text, row.reason, row.article, row.name or "", row.asked_at, row.due_at)
            for row in rows
        ]

    async def counts(self, among: Collection[int] | None) -> tuple[int, int]:
        """How many meanings and how many questions are open."""
        statement = select(func.count(func.distinct(_CLUSTER)), func.count()).where(
            questions.c.state == OPEN, self._seen(among)
        )
        row = await self._database.first(statement)
        return int(row[0]), int(row[1])

    async def of_cluster(self, cluster: int, among: Collection[int] | None, state: str = OPEN) -> list[Question]:
        """The questions of one meaning in this state, oldest first."""
        same = (questions.c.state == state, _CLUSTER == cluster)  # noqa: SIM300 - the column stands left, as elsewhere
        return await self._some(select(*_COLUMNS).where(*same, self._seen(among)).order_by(questions.c.id))

    async def due(self, now: datetime, limit: int) -> list[Question]:
        """Open questions whose term is over, the earliest first."""
        late = (questions.c.state == OPEN) & (questions.c.due_at <= now)
        return await self._some(select(*_COLUMNS).where(late).order_by(questions.c.due_at, questions.c.id).limit(limit))

    async def silent_talks(self, now: datetime, limit: int) -> list[Question]:
        """Talks in which nobody has said anything for too long."""
        over = (questions.c.talk_until <= now) & (questions.c.state == ANSWERED)
        return await self._some(select(*_COLUMNS).where(over).order_by(questions.c.talk_until).limit(limit))

    async def week(self, since: datetime, now: datetime) -> Week:
        """The figures from `since` up to now."""
        c = questions.c
        asked, decided = c.asked_at.between(since, now), c.decided_at.between(since, now)
        late = (c.state == OPEN) & (c.due_at.is_(None) | (c.due_at <= now))
        parts = (
            asked,
            decided & (c.state == ANSWERED),
            decided & (c.ended == UNANSWERABLE),
            asked & (c.step > 0),
            asked & (c.reason == WRONG),
            c.state == OPEN,
            late,
        )
        row = await self._database.first(select(*(func.count().filter(part) for part in parts)))
        return Week(*(int(count) for count in row))

    async def often(self, since: datetime, limit: int) -> list[tuple[str, int]]:
        """The open meanings that were asked most since then: the oldest wording and how often."""
        many = func.count()
        grouped = (
            select(_CLUSTER.label("cluster"), many.label("count"), func.min(questions.c.id).label("first"))
            .where(questions.c.asked_at >= since, questions.c.state == OPEN)
            .group_by(_CLUSTER)
            .subquery()
        )
        statement = select(questions.c.text, grouped.c.count).join(grouped, grouped.c.first == questions.c.id)
        rows = await self._database.all(statement.order_by(grouped.c.count.desc(), questions.c.id).limit(limit))
        return [(words, int(count)) for words, count in rows]

    def settle(self, question: Question, state: str, by: int, now: datetime, ended: str = "") -> None:
        """Answer or close an open question; decided about meanwhile = conflict."""
        values = {"state": state, "ended": ended, "decided_by": by, "decided_at": now}
        self._as_read(question, **values)

    def reopen(self, question: Question, cluster: int, holder_id: int | None, due_at: datetime) -> None:
        """An answered question waits again, by itself: what is asked now is another thing."""
        again = {"cluster_id": cluster, "holder_id": holder_id, "due_at": due_at, "step": question.step + 1}
        self._as_read(question, state=OPEN, ended="", **again)

    def pass_on(self, question: Question, holder_id: int | None, due_at: datetime | None) -> None:
        """The next ones have it now, until then; the step makes sure that it is passed on once."""
        self._as_read(question, holder_id=holder_id, due_at=due_at, step=question.step + 1)

    def talk(self, question: Question, until: datetime | None) -> None:
        """Open the talk, or keep it open until then; None ends it."""
        self._changes.run(update(questions).where(questions.c.id == question.id).values(talk_until=until))

    def end_talk(self, question: Question) -> None:
        """End a talk that nobody has gone on with since it was read."""
        same = (questions.c.id == question.id) & (questions.c.talk_until == question.talk_until)
        self._changes.require(update(questions).where(same).values(talk_until=None))

    def _as_read(self, question: Question, **values: Any) -> None:
        same = (questions.c.id == question.id) & (questions.c.state == question.state)
        same &= questions.c.step == question.step
        self._changes.require(update(questions).where(same).values(**values))

    async def _some(self, statement: Select[Any]) -> list[Question]:
        return [Question(**row._mapping) for row in await self._database.all(statement)]

    def _seen(self, among: Collection[int] | None) -> ColumnElement[bool]:
        """Only questions of these units and those below them."""
        if among is None:
            return true()
        below = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id.in_(list(among)))
        return questions.c.unit_id.in_(below)


def oldest(found: Sequence[Question]) -> Question:
    """The question that was asked first."""
    return min(found, key=lambda one: one.id)
