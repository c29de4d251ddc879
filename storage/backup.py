"""The whole database as one file, and back: on either engine, also from one to the other.

A backup is gzipped JSON Lines: a head (format, revision of the tables), the rows of each table, parents first, and at
last how many there were. It is read from one state of the database while everybody goes on writing. Sums that are
derived from other rows are left out and made anew.
"""

import base64
import gzip
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Column, Date, LargeBinary, Table, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.columns import UtcDateTime
from storage.database import Database
from storage.rollups import Rollups
from storage.tables import metadata, persons, units

FORMAT = "banhoc-backup-1"
BATCH = 1_000
DERIVED = "rollup_"
"""Tables whose names begin so hold sums only."""


class BackupError(Exception):
    """The file cannot be read back into this database; the message is one line that says why."""


def kept_tables() -> list[Table]:
    """The tables of a backup, each after those that it refers to."""
    return [table for table in metadata.sorted_tables if not table.name.startswith(DERIVED)]


async def write(database: Database, path: Path) -> dict[str, int]:
    """Write everything into a new file that only its owner may read; rows by table. Raises OSError."""
    counts: dict[str, int] = {}
    part = path.with_name(f"{path.name}.part")
    part.touch(mode=0o600)
    part.chmod(0o600)
    with gzip.open(part, "wt", encoding="utf-8", newline="\n") as file:
        async with _one_state(database) as connection:
            _put(file, {"format": FORMAT, "revision": await _revision(connection)})
            for table in kept_tables():
                counts[table.name] = 0
                async for rows in _rows(connection, table):
                    counts[table.name] += len(rows)
                    _put(file, {"table": table.name, "rows": rows})
            _put(file, {"end": counts})
    part.replace(path)
    return counts


async def restore(database: Database, path: Path) -> dict[str, int]:
    """Read a backup into a migrated database without people and units; rows by table. Raises BackupError.

    All or nothing: one transaction, and the counts of the file must be reached.
    """
    tables = {table.name: table for table in kept_tables()}
    counts = dict.fromkeys(tables, 0)
    async with database.writing() as connection:
        lines = _lines(path)
        await _check_head(connection, next(lines, {}))
        for table in reversed(list(tables.values())):
            await connection.execute(delete(table))
        waiting: dict[str, list[dict[str, Any]]] = {}
        end: Mapping[str, int] | None = None
        for line in lines:
            if "end" in line:
                end = line["end"]
                continue
            table = _known(tables, line.get("table"))
            rows = [_row(table, row) for row in line["rows"]]
            counts[table.name] += len(rows)
            if _refers_to_itself(table):
                waiting.setdefault(table.name, []).extend(rows)
                continue
            await _insert_waiting(connection, tables, waiting)
            await connection.execute(insert(table), rows)
        await _insert_waiting(connection, tables, waiting)
        if end is None or {name: count for name, count in end.items() if count} != {
            n: c for n, c in counts.items() if c
        }:
            raise BackupError("the file is cut off or was changed: its rows are not those that it says")
    await Rollups(database).rebuild()
    return counts


@asynccontextmanager
async def _one_state(database: Database) -> AsyncIterator[AsyncConnection]:
    """A connection that sees the database as it is now, whatever others write meanwhile."""
    if database.is_sqlite:
        engine = create_async_engine(database.url, isolation_level="AUTOCOMMIT")
        begin = "BEGIN"
    else:
        engine = create_async_engine(database.url, isolation_level="AUTOCOMMIT", pool_size=1)
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    try:
        async with engine.connect() as connection:
            await connection.execute(text(begin))
            yield connection
            await connection.execute(text("COMMIT"))
    finally:
        await engine.dispose()


async def _revision(connection: AsyncConnection) -> str:
    return str((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar())


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[list[list[Any]]]:
    """The table's rows as JSON values, BATCH at a time, in the order of its key."""
    key = list(table.primary_key.columns)
    statement, after = select(table).order_by(*key).limit(BATCH), None
    while True:
        page = statement if after is None else statement.where(_later(key, after))
        found = (await connection.execute(page)).all()
        if found:
            yield [[_value(value) for value in row] for row in found]
        if len(found) < BATCH:
            return
        after = [found[-1]._mapping[column] for column in key]


def _later(key: Sequence[Column[Any]], after: Sequence[Any]) -> Any:
    """Rows behind this key: (a, b) > (x, y), column by column, as both engines do it with any type."""
    first, *rest = key
    if not rest:
        return first > after[0]
    return (first > after[0]) | ((first == after[0]) & _later(rest, after[1:]))


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _row(table: Table, values: Sequence[Any]) -> dict[str, Any]:
    return {column.name: _back(column, value) for column, value in zip(table.columns, values, strict=True)}


def _back(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column.type, LargeBinary) else value


async def _check_head(connection: AsyncConnection, head: Mapping[str, Any]) -> None:
    if head.get("format") != FORMAT:
        raise BackupError("this is no backup of this program")
    revision = await _revision(connection)
    if head.get("revision") != revision:
        raise BackupError(
            f"the backup is of revision {head.get('revision')}, the program of {revision}: take that program"
        )
    for table in (persons, units):
        if (await connection.execute(select(func.count()).select_from(table))).scalar():
            raise BackupError("the database is not empty: give DATABASE_URL of a new one")


def _known(tables: Mapping[str, Table], name: Any) -> Table:
    if name not in tables:
        raise BackupError(f"the backup holds a table that the program does not know: {name}")
    return tables[name]


def _refers_to_itself(table: Table) -> bool:
    return any(key.column.table is table for column in table.columns for key in column.foreign_keys)


async def _insert_waiting(
    connection: AsyncConnection, tables: Mapping[str, Table], waiting: dict[str, list[dict[str, Any]]]
) -> None:
    """Rows of tables that refer to themselves: those referred to first."""
    for name in list(waiting):
        rows, table = waiting.pop(name), tables[name]
        own = [column.name for column in table.columns for key in column.foreign_keys if key.column.table is table]
        for some in _parents_first(rows, own):
            await connection.execute(insert(table), some)


def _parents_first(rows: list[dict[str, Any]], own: Sequence[str]) -> Iterable[list[dict[str, Any]]]:
    """Groups of rows by key `id`, each of which refers to earlier groups only."""
    done: set[Any] = set()
    while rows:
        ready = [row for row in rows if all(row[name] is None or row[name] in done for name in own)]
        if not ready:
            raise BackupError("rows refer to rows that are not in the backup")
        done |= {row["id"] for row in ready}
        rows = [row for row in rows if row["id"] not in done]
        yield ready


def _put(file: TextIO, line: Mapping[str, Any]) -> None:
    file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, EOFError, UnicodeDecodeError, ValueError) as error:
        raise BackupError(f"the file cannot be read: {type(error).__name__}") from error
