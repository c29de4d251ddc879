"""Rows that are kept for a time only: which they are, counting them, deleting them in small batches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Table, and_, cast, delete, exists, func, select, tuple_
from sqlalchemy.dialects import postgresql

from storage.database import Database
from storage.desk import desk_links, desk_sessions
from storage.jobs import job_runs
from storage.joining_tables import roster_imports
from storage.links import link_codes, link_tries
from storage.reminders import reminded
from storage.tables import files, inbound, metadata, one_time_codes, outbox

BATCH = 500
"""Rows per transaction: no chat waits noticeably for it."""


@dataclass(frozen=True, slots=True)
class Expired:
    """Rows of one kind that are older than a moment."""

    table: Table
    old: Callable[[datetime], ColumnElement[bool]]


EXPIRED: Mapping[str, Expired] = {
    "inbound": Expired(inbound, lambda moment: inbound.c.at < moment),
    "outbox_sent": Expired(outbox, lambda moment: (outbox.c.state == "sent") & (outbox.c.sent_at < moment)),
    "outbox_unsent": Expired(
        outbox, lambda moment: outbox.c.state.not_in(("sent", "ready")) & (outbox.c.created_at < moment)
    ),
    "one_time_codes": Expired(one_time_codes, lambda moment: one_time_codes.c.made_at < moment),
    "link_codes": Expired(link_codes, lambda moment: link_codes.c.made_at < moment),
    "link_tries": Expired(link_tries, lambda moment: link_tries.c.at < moment),
    "desk_links": Expired(desk_links, lambda moment: desk_links.c.made_at < moment),
    "roster_imports": Expired(roster_imports, lambda moment: roster_imports.c.made_at < moment),
    "desk_sessions": Expired(desk_sessions, lambda moment: desk_sessions.c.opened_at < moment),
    "files": Expired(files, lambda moment: files.c.created_at < moment),
    "job_runs": Expired(job_runs, lambda moment: job_runs.c.ended_at < moment),
    "reminded": Expired(reminded, lambda moment: reminded.c.at < moment),
}
"""By kind. Study entries, their history, consents, roles and evidence are of no kind: they are never cleared away."""


class Retention:
    """Counts and deletes what is old enough."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, kind: str, before: datetime) -> int:
        """How many rows of a kind would go."""
        statement = select(func.count()).select_from(EXPIRED[kind].table).where(self._old(kind, before))
        return int(await self._database.value(statement) or 0)

    async def clear(self, kind: str, before: datetime) -> int:
        """Delete one batch; how many rows went (fewer than BATCH: nothing is left)."""
        table = EXPIRED[kind].table
        key = list(table.primary_key.columns)
        some = select(*key).where(self._old(kind, before)).limit(BATCH)
        chosen = key[0].in_(some) if len(key) == 1 else tuple_(*key).in_(some)
        async with self._database.writing() as connection:
            return (await connection.execute(delete(table).where(chosen))).rowcount

    def _old(self, kind: str, before: datetime) -> ColumnElement[bool]:
        old = EXPIRED[kind].old(before)
        return old if kind != "files" else and_(old, *self._unused_files())

    def _unused_files(self) -> list[ColumnElement[bool]]:
        """No row of any table refers to the file, and no message of the outbox carries it."""
        columns = [column for table in metadata.sorted_tables for column in table.columns]
        referring = [column for column in columns if column.name == "file_id" or _names_a_file(column)]
        unused = [~exists().where(column == files.c.id) for column in referring]
        listed: Any
        if self._database.is_sqlite:
            listed = func.json_each(outbox.c.payload, "$.files").table_valued("value", joins_implicitly=True)
            carried = cast(func.json_extract(listed.c.value, "$[0]"), BigInteger)
        else:
            inside = func.jsonb_array_elements(outbox.c.payload["files"])
            listed = inside.table_valued("value", joins_implicitly=True)
            carried = cast(cast(listed.c.value, postgresql.JSONB)[0].astext, BigInteger)
        return [*unused, files.c.id.not_in(select(carried).select_from(outbox, listed))]


def _names_a_file(column: Column[Any]) -> bool:
    return any(key.column is files.c.id for key in column.foreign_keys)
