"""Engines for SQLite (WAL) and PostgreSQL (asyncpg): many readers, one way to write."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.shared import Ask, Shared

BUSY_TIMEOUT_MS = 15_000


class Database:
    """One database: `read` for questions (autocommit, pooled), `writing` for one transaction."""

    def __init__(self, url: str) -> None:
        """`url`: sqlite+aiosqlite:///path or postgresql+asyncpg://…"""
        self.url = url
        self._shared: dict[str, Shared] = {}
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = self._sqlite_engine(pool_size=1)
            self._reader = self._sqlite_engine(pool_size=4).execution_options(isolation_level="AUTOCOMMIT")
            event.listen(self._writer.sync_engine, "begin", _begin_immediate)
        else:
            self._writer = create_async_engine(url, pool_size=8, max_overflow=4, hide_parameters=True)
            self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")

    def _sqlite_engine(self, pool_size: int) -> AsyncEngine:
        file = make_url(self.url).database
        if file and file != ":memory:":
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(self.url, pool_size=pool_size, max_overflow=0, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _sqlite_pragmas)
        return engine

    @property
    def erasures_file(self) -> Path | None:
        """Where the deletion list lies outside of the database: beside the SQLite file, else in the folder `data`."""
        name = make_url(self.url).database
        if not name or name == ":memory:":
            return None
        return Path(f"{name}.erasures") if self.is_sqlite else Path("data") / f"{name}.erasures"

    async def scrub(self) -> None:
        """After an erasure: empty SQLite's journal, which holds pages as they were (PostgreSQL vacuums by itself)."""
        if self.is_sqlite:
            async with self._reader.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def all(self, statement: Executable) -> Sequence[Any]:
        """All rows of a question (SQLAlchemy rows: by name, index or unpacked)."""
        async with self._reader.connect() as connection:
            return (await connection.execute(statement)).all()

    async def first(self, statement: Executable) -> Any:
        """The first row of a question, or None."""
        async with self._reader.connect() as connection:
            return (await connection.execute(statement)).first()

    async def value(self, statement: Executable) -> Any:
        """The first column of the first row, or None."""
        row = await self.first(statement)
        return None if row is None else row[0]

    def shared(self, name: str, ask: Ask) -> Shared:
        """The question of this name that concurrent turns ask together."""
        if name not in self._shared:
            self._shared[name] = Shared(ask)
        return self._shared[name]

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back by an exception."""
        async with self._writer.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()


def is_out_of_reach(error: BaseException) -> bool:
    """True when the database does not answer (down, restarting, locked too long): the work may succeed later."""
    if isinstance(error, OperationalError | InterfaceError | OSError | TimeoutError):
        return True
    # PostgreSQL's own words for it (SQLSTATE): 08 connection, 53 out of resources, 57P shutting down.
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
    return isinstance(error, DBAPIError) and (error.connection_invalidated or state.startswith(("08", "53", "57P")))


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: BEGIN IMMEDIATE below does, else two writers deadlock at once.
    connection.isolation_level = None
    cursor = connection.cursor()
    # secure_delete: what is deleted is overwritten in the file, not only left out of the tables.
    always = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in (*always, f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
