"""Who of several processes may do a thing alone, and how they wake each other: PostgreSQL's locks, or a locked file.

The system lets both go when the process dies, also by kill -9. Senders lead a token each, the scheduler the clock.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import Database

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

CHANNEL = "banhoc_outbox"
"""What processes listen to on PostgreSQL: something was promised that another process sends."""
ANSWER_SECONDS = 1.0
"""A database that takes longer to answer is lost: whoever led steps down, unless more time is given."""
CONNECT_SECONDS = 5.0


class Leadership:
    """Leads what it could get and nobody else has; `refresh` is asked a few times a second."""

    def __init__(
        self, database: Database, woken: Callable[[], None] | None = None, *, answer_within: float = ANSWER_SECONDS
    ) -> None:
        """`woken` is called when another process promised something (on PostgreSQL; SQLite has no such call); within
        so many seconds the database has to answer whoever leads."""
        url = make_url(database.url)
        self._locks: _Files | _Session
        if database.is_sqlite:
            self._locks = _Files(None if url.database in (None, "", ":memory:") else Path(str(url.database)))
        else:
            self._locks = _Session(database.url, woken, answer_within)

    async def refresh(self, names: Iterable[str]) -> set[str]:
        """Try for those of these names that are not led yet; returns all that are led now."""
        return await self._locks.refresh(list(names))

    async def close(self) -> None:
        """Give everything up, so that another process leads at once."""
        await self._locks.close()


def _key(name: str) -> int:
    return int.from_bytes(sha256(f"banhoc {name}".encode()).digest()[:8], "big", signed=True)


class _Session:
    """Advisory locks of one connection that does nothing else: PostgreSQL frees them when the process is gone."""

    def __init__(self, url: str, woken: Callable[[], None] | None, answer_within: float) -> None:
        # A host that vanishes without a word is noticed after some seconds, not after the system's two hours.
        settings = {"tcp_keepalives_idle": "3", "tcp_keepalives_interval": "1", "tcp_keepalives_count": "3"}
        arguments: dict[str, Any] = {"server_settings": settings, "timeout": CONNECT_SECONDS}
        self._engine: AsyncEngine = create_async_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args=arguments
        )
        self._woken, self._answer_within = woken, answer_within
        self._connection: AsyncConnection | None = None
        self._held: set[str] = set()

    async def refresh(self, names: list[str]) -> set[str]:
        try:
            async with asyncio.timeout(self._answer_within if self._connection else CONNECT_SECONDS):
                connection = self._connection or await self._connect()
                missing = [name for name in names if name not in self._held]
                asked = [func.pg_try_advisory_lock(_key(name)) for name in missing]
                row = (await connection.execute(select(*asked) if asked else text("SELECT 1"))).one()
        except (SQLAlchemyError, OSError, TimeoutError):
            await self._drop()
            return set()
        self._held |= {name for name, got in zip(missing, row, strict=False) if got}
        return set(self._held)

    async def close(self) -> None:
        await self._drop()
        await self._engine.dispose()

    async def _connect(self) -> AsyncConnection:
        connection = await self._engine.connect()
        try:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            if (woken := self._woken) is not None:
                raw: Any = (await connection.get_raw_connection()).driver_connection
                await raw.add_listener(CHANNEL, lambda *_: woken())
        except BaseException:
            await connection.invalidate()
            raise
        self._connection = connection
        return connection

    async def _drop(self) -> None:
        self._held.clear()
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with contextlib.suppress(SQLAlchemyError, OSError, TimeoutError):
            raw: Any = (await connection.get_raw_connection()).driver_connection
            # Not a polite close, which would wait for a server that may be gone.
            raw.terminate()
        with contextlib.suppress(SQLAlchemyError, OSError, TimeoutError):
            await connection.invalidate()
        with contextlib.suppress(SQLAlchemyError, OSError, TimeoutError):
            await connection.close()


class _Files:
    """Locked files beside the SQLite file: the system unlocks them when the process is gone."""

    def __init__(self, database: Path | None) -> None:
        self._database = database
        self._held: dict[str, IO[bytes] | None] = {}

    async def refresh(self, names: list[str]) -> set[str]:
        for name in names:
            if name not in self._held:
                self._try(name)
        return set(self._held)

    async def close(self) -> None:
        for file in self._held.values():
            if file is not None:
                file.close()
        self._held.clear()

    def _try(self, name: str) -> None:
        if self._database is None:
            self._held[name] = None
            return
        path = self._database.with_name(f"{self._database.name}.{_key(name) & 0xFFFFFFFFFFFF:012x}.lock")
        file = path.open("ab")
        try:
            _lock(file)
        except OSError:
            file.close()
            return
        os.utime(path)
        self._held[name] = file


def _lock(file: IO[bytes]) -> None:
    """Raises OSError when another process has it."""
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
