"""Group commit: the turns that end at the same time share one transaction; each learns its own outcome after COMMIT.

One loop at a time drains the queue. A batch first de-duplicates its messages and moves each conversation's version on
(one statement each), then writes the rows and statements of the turns that are new. When a turn lost a race or the
batch fails, it is rolled back and its turns are committed one by one, so that one faulty turn harms no other.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Executable, Table, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.audit import audit, seal
from storage.changes import Changes
from storage.database import Database
from storage.leadership import CHANNEL
from storage.tables import conversations, inbound, metadata

MAX_BATCH = 100


_CALL = text(f"NOTIFY {CHANNEL}")


class Outcome(Enum):
    """How the commit of one turn ended."""

    DONE = "done"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


@dataclass(slots=True)
class Commit:
    """One turn's writes; without a message (a job) or a conversation (no state) those checks are left out."""

    changes: Changes
    message: tuple[str, str, datetime] | None = None
    """Channel, the channel's message id, and when."""
    conversation: tuple[int, int, dict[str, Any]] | None = None
    """Person, the version that the turn read (0 = none yet), and the new state."""
    outcome: "asyncio.Future[Outcome]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class _Lost(Exception):
    """A required statement did not touch exactly one row."""


class Committer:
    """The one write path of a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: list[Commit] = []
        self.woken: Callable[[], None] = lambda: None
        """Called after a commit that left something in the outbox for whoever leads."""
        self._drain: asyncio.Task[None] | None = None
        self._build = build = (sqlite if database.is_sqlite else postgresql).insert
        claim = build(inbound).on_conflict_do_nothing()
        self._claim = claim.returning(inbound.c.channel, inbound.c.message_id)
        move = build(conversations)
        move = move.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"version": move.excluded.version, "state": move.excluded.state},
            where=conversations.c.version == move.excluded.version - 1,
        )
        self._move = move.returning(conversations.c.person_id)

    async def commit(self, commit: Commit) -> Outcome:
        """Wait until the writes are durable (or refused). Raises what the database raised for this turn alone."""
        self._queue.append(commit)
        if self._drain is None:
            self._drain = asyncio.create_task(self._run())
        return await asyncio.shield(commit.outcome)

    async def close(self) -> None:
        """Wait for what is queued."""
        if self._drain is not None:
            await self._drain

    async def _run(self) -> None:
        # The queue is looked at again right before the flag goes: nothing can slip in between, as nothing awaits there.
        try:
            while self._queue:
                batch, self._queue = self._queue[:MAX_BATCH], self._queue[MAX_BATCH:]
                await self._settle(batch)
        finally:
            self._drain = None

    async def _settle(self, batch: list[Commit]) -> None:
        try:
            outcomes = await self._write(batch)
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._settle([one])
            elif isinstance(error, _Lost | IntegrityError):
                _resolve(batch[0], Outcome.CONFLICT)
            elif not batch[0].outcome.done():
                batch[0].outcome.set_exception(error)
        else:
            for commit, outcome in zip(batch, outcomes, strict=True):
                _resolve(commit, outcome)

    async def _write(self, batch: Sequence[Commit]) -> list[Outcome]:
        async with self._database.writing() as connection:
            fresh = await self._claim_messages(connection, batch)
            moved = await self._move_conversations(connection, [one for one in batch if _is_fresh(one, fresh)])
            outcomes: list[Outcome] = []
            claimed: set[tuple[str, str]] = set()
            for one in batch:
                outcomes.append(_outcome(one, fresh, moved, claimed))
            if Outcome.CONFLICT in outcomes:
                # The message of a lost turn must not count as handled: roll back, and settle each turn alone.
                raise _Lost
            done = [one for one, outcome in zip(batch, outcomes, strict=True) if outcome is Outcome.DONE]
            await _write_all(connection, done, self._build)
            wakes = any(one.changes.wakes for one in done)
            if wakes and not self._database.is_sqlite:
                await connection.execute(_CALL)
        if wakes:
            self.woken()
        return outcomes

    async def _claim_messages(self, connection: AsyncConnection, batch: Iterable[Commit]) -> set[tuple[str, str]]:
        wanted = {one.message[:2]: one.message for one in batch if one.message}
        if not wanted:
            return set()
        rows = [{"channel": channel, "message_id": key, "at": at} for channel, key, at in wanted.values()]
        result = await connection.execute(self._claim, rows)
        return {(row.channel, row.message_id) for row in result}

    async def _move_conversations(self, connection: AsyncConnection, batch: Iterable[Commit]) -> set[int]:
        """Move the versions on; a new person's conversation (version 0) is inserted later, after the person's row."""
        known = [one.conversation for one in batch if one.conversation and one.conversation[1]]
        new_people = {one.conversation[0] for one in batch if one.conversation and not one.conversation[1]}
        if not known:
            return new_people
        rows = [{"person_id": person, "version": version + 1, "state": state} for person, version, state in known]
        moved = await connection.execute(self._move, rows)
        return new_people | {row.person_id for row in moved}


def _is_fresh(commit: Commit, fresh: set[tuple[str, str]]) -> bool:
    return commit.message is None or commit.message[:2] in fresh


def _outcome(commit: Commit, fresh: set[tuple[str, str]], moved: set[int], claimed: set[tuple[str, str]]) -> Outcome:
    if commit.message is not None:
        key = commit.message[:2]
        if key not in fresh or key in claimed:
            return Outcome.DUPLICATE
        claimed.add(key)
    if commit.conversation is not None and commit.conversation[0] not in moved:
        return Outcome.CONFLICT
    return Outcome.DONE


async def _write_all(connection: AsyncConnection, commits: Sequence[Commit], build: Callable[[Table], Any]) -> None:
    groups: dict[tuple[Table, bool, tuple[str, ...]], list[dict[str, Any]]] = {}
    audited: list[dict[str, Any]] = []
    for commit in commits:
        for statement in commit.changes.before:
            await connection.execute(statement)
        for table, values in [*commit.changes.rows, *_first_conversation(commit)]:
            if table is audit:
                audited.append(values)
            else:
                groups.setdefault((table, False, tuple(values)), []).append(values)
        for table, values in commit.changes.once:
            groups.setdefault((table, True, tuple(values)), []).append(values)
    order = _positions(len(metadata.tables))
    for (table, once, _), rows in sorted(groups.items(), key=lambda group: order[group[0][0]]):
        await connection.execute(build(table).on_conflict_do_nothing() if once else insert(table), rows)
    for commit in commits:
        for statement in commit.changes.conditions:
            result: CursorResult[Any] = await connection.execute(statement)
            if result.rowcount != 1:
                raise _Lost
        for statement in commit.changes.statements:
            await connection.execute(statement)
    repeated: dict[Executable, list[dict[str, Any]]] = {}
    for commit in commits:
        for statement, parameters in commit.changes.repeated:
            repeated.setdefault(statement, []).append(parameters)
    for statement, parameter_sets in repeated.items():
        await connection.execute(statement, parameter_sets)
    await seal(connection, audited)


@cache
def _positions(count: int) -> Mapping[Table, int]:
    """The order in which tables are written; asked anew when a module has defined more of them (`count`)."""
    return {table: position for position, table in enumerate(metadata.sorted_tables)}


def _first_conversation(commit: Commit) -> Iterable[tuple[Table, dict[str, Any]]]:
    if commit.conversation and not commit.conversation[1]:
        person_id, _, state = commit.conversation
        yield conversations, {"person_id": person_id, "version": 1, "state": state}


def _resolve(commit: Commit, outcome: Outcome) -> None:
    if not commit.outcome.done():
        commit.outcome.set_result(outcome)
