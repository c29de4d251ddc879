"""Notices to many people at once: one statement puts those into the outbox whose key is not there yet.

The key of an outbox row says what was promised to whom (`…:<person>`); a second promise of the same key is left out.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    String,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.audit import audit, seal
from storage.changes import Changes
from storage.columns import UtcDateTime
from storage.database import Database
from storage.tables import accounts, conversations, outbox, persons


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person is reached: their words, and the account that they used last."""

    person_id: int
    language: str
    address_form: str
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """One message for one person; `payload` is an index into the batch's payloads."""

    id: int
    person_id: int
    channel: str
    address: str
    payload: int
    key: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that are promised together."""

    rows: Sequence[Row]
    payloads: Sequence[Mapping[str, Any]]
    due_at: datetime
    expires_at: datetime | None
    priority: int
    choices: Sequence[tuple[Sequence[Sequence[str]], Sequence[int]]] = ()
    """For channels without buttons: what a number or label in the answer taps, and of whom."""
    kept: Changes | None = None
    """The rows of the audit in it are sealed with the messages: what the messages show about people."""


class Promises:
    """Queries and writes of promises to many; each write is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reach(self, people: Sequence[int], key: str) -> list[Reach]:
        """Those of these people who can be reached and have no promise under `<key>:<person>` yet."""
        # Two questions by index: as one with NOT EXISTS over made-up keys, PostgreSQL reads the whole outbox each time.
        keys = {id: f"{key}:{id}" for id in people}
        rows = await self._database.all(select(outbox.c.key).where(self._among(outbox.c.key, keys.values(), String)))
        known = {row.key for row in rows}
        wanted = [id for id in people if keys[id] not in known]
        if not wanted:
            return []
        statement = (
            select(persons.c.id, persons.c.language, persons.c.address_form, accounts.c.channel, accounts.c.address)
            .join(accounts, accounts.c.person_id == persons.c.id)
            .where(self._among(accounts.c.person_id, wanted), accounts.c.stopped_at.is_(None))
            .order_by(accounts.c.seen_at)
        )
        return list({row[0]: Reach(*row) for row in await self._database.all(statement)}.values())

    async def promise(self, batch: Batch, now: datetime) -> int:
        """Write what nobody has promised yet; how many messages that was. Without any, nothing is audited either."""
        given, payloads = self._given(batch.rows), self._payloads(batch.payloads)
        rows = select(
            given.c.i,
            given.c.c,
            given.c.a,
            given.c.p,
            payloads.c.payload,
            literal("ready"),
            literal(batch.due_at, UtcDateTime),
            literal(now, UtcDateTime),
            literal(batch.priority),
            given.c.k,
            literal(batch.expires_at, UtcDateTime),
        ).join(payloads, payloads.c.number == given.c.g)
        names = ("id", "channel", "address", "person_id", "payload", "state", "due_at", "created_at", "priority", "key",
                 "expires_at")  # fmt: skip
        build = (sqlite if self._database.is_sqlite else postgresql).insert
        # SQLite takes ON CONFLICT after SELECT for a join's ON unless a WHERE stands between them.
        added = build(outbox).from_select(list(names), rows.where(given.c.i > 0))
        async with self._database.writing() as connection:
            count = (await connection.execute(added.on_conflict_do_nothing(index_elements=["key"]))).rowcount
            for taps, people in batch.choices:
                await connection.execute(self._offer(batch, taps, people))
            if count and batch.kept is not None:
                # Last of all: the head of the audit is locked from here to COMMIT.
                await seal(connection, [values for table, values in batch.kept.rows if table is audit])
        return count

    async def cancel(self, key: str) -> int:
        """Take back what `taken_back` names, at once; how many messages."""
        async with self._database.writing() as connection:
            return (await connection.execute(taken_back(key))).rowcount

    def _offer(self, batch: Batch, taps: Sequence[Sequence[str]], people: Sequence[int]) -> Any:
        """Keep the choices of the notice in the conversations of those who were just promised it."""
        new = select(outbox.c.person_id).where(outbox.c.id.in_(select(self._given(batch.rows).c.i)))
        text = json.dumps([list(tap) for tap in taps], ensure_ascii=False)
        state: Any = conversations.c.state
        if self._database.is_sqlite:
            state = func.json_set(state, "$.taps", func.json(literal(text)))
        else:
            state = func.jsonb_set(state, cast(["taps"], ARRAY(Text)), cast(literal(text, Text), postgresql.JSONB))
        theirs = self._among(conversations.c.person_id, people) & conversations.c.person_id.in_(new)
        return update(conversations).where(theirs).values(version=conversations.c.version + 1, state=state)

    def _given(self, rows: Sequence[Row]) -> FromClause:
        """Rows as one JSON parameter, whatever their number (PostgreSQL takes 32,767 parameters, SQLite fewer)."""
        listed = [
            {"i": row.id, "p": row.person_id, "c": row.channel, "a": row.address, "g": row.payload, "k": row.key}
            for row in rows
        ]
        text = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
        if self._database.is_sqlite:
            each = func.json_each(literal(text)).table_valued("value").alias("each")
            part = {name: func.json_extract(each.c.value, f"$.{name}") for name in "ipcagk"}
            return select(*(value.label(name) for name, value in part.items())).subquery("given")
        kinds = {"i": BigInteger, "p": BigInteger, "c": Text, "a": Text, "g": Integer, "k": Text}
        fields: list[Any] = [column(name, kind) for name, kind in kinds.items()]
        given = func.jsonb_to_recordset(cast(literal(text, Text), postgresql.JSONB)).table_valued(*fields)
        return given.render_derived("given", with_types=True)

    def _payloads(self, payloads: Sequence[Mapping[str, Any]]) -> FromClause:
        """The payloads, numbered from 0."""
        text = json.dumps(payloads, ensure_ascii=False, separators=(",", ":"))
        if self._database.is_sqlite:
            each = func.json_each(literal(text)).table_valued("key", "value").alias("texts")
            return select(each.c.key.label("number"), each.c.value.label("payload")).subquery("payloads")
        listed = func.jsonb_array_elements(cast(literal(text, Text), postgresql.JSONB))
        each = listed.table_valued(column("value", postgresql.JSONB), with_ordinality="place").render_derived("texts")
        return select((each.c.place - 1).label("number"), each.c.value.label("payload")).subquery("payloads")

    def _among(self, column: ColumnElement[Any], values: Iterable[Any], kind: Any = BigInteger) -> ColumnElement[bool]:
        """One parameter for any number of values."""
        if self._database.is_sqlite:
            each = func.json_each(literal(json.dumps(list(values)))).table_valued("value").alias("listed")
            return column.in_(select(each.c.value))
        return column == func.any(bindparam(None, list(values), type_=ARRAY(kind)))


def taken_back(key: str) -> Update:
    """The statement that takes back what was promised under this key, or keys that go on after it with a colon.

    Only what is not sent, nor being sent at this moment. Unlike `Outbox.cancel` it frees the keys: a date that is moved
    there and back may be promised again.
    """
    mine = (outbox.c.key >= f"{key}:") & (outbox.c.key < f"{key};")
    waiting = mine & (outbox.c.state == "ready") & (outbox.c.claimed_by == "")
    return update(outbox).where(waiting).values(state="cancelled", key=None)
