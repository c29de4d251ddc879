"""One process of several leads: an advisory lock on PostgreSQL, a lock on a file beside the database on SQLite.

Both are let go by the system when the process dies, also by kill -9, so that another one takes over at its next try.
"""

from pathlib import Path
from typing import IO
from zlib import crc32

from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import Database

try:
    import fcntl
except ImportError:  # Windows has no such lock: there one process is all that a SQLite file may have.
    fcntl = None  # type: ignore[assignment]

_SPACE = 0x62684C64
"""First half of the keys of these advisory locks ("bhLd")."""
_KEEPALIVE = {"tcp_keepalives_idle": "8", "tcp_keepalives_interval": "4", "tcp_keepalives_count": "2"}
"""Seconds: a server on another machine notices within 16 s that a leader's machine is gone, and frees its lock."""


class Leader:
    """Whether this process leads in the matter of this name."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._engine: AsyncEngine | None = None
        self._connection: AsyncConnection | None = None
        self._file: IO[bytes] | None = None

    async def leads(self) -> bool:
        """Lead if nobody else does; True while this process leads. Quick: asked at every tick."""
        return self._lock_file() if self._database.is_sqlite else await self._lock_row()

    async def step_down(self) -> None:
        """Let another process lead."""
        if self._file is not None:
            self._file.close()
            self._file = None
        await self._disconnect()

    def _lock_file(self) -> bool:
        path = make_url(self._database.url).database
        if self._file is not None or fcntl is None or not path or path == ":memory:":
            return True
        file = Path(f"{path}.{self._name}.lock").open("ab")  # noqa: SIM115 - held as long as this process leads
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    async def _lock_row(self) -> bool:
        if self._connection is not None:
            try:
                await self._connection.execute(select(1))
            except Exception:
                # Whatever broke the connection: the server has let the lock go with it.
                await self._connection.invalidate()
                await self._disconnect()
            else:
                return True
        if self._engine is None:
            arguments = {"server_settings": _KEEPALIVE, "timeout": 5, "command_timeout": 5}
            self._engine = create_async_engine(self._database.url, poolclass=NullPool, connect_args=arguments)
        connection = await self._engine.connect()
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        key = crc32(self._name.encode()) & 0x7FFFFFFF
        try:
            taken = (await connection.execute(text(f"SELECT pg_try_advisory_lock({_SPACE}, {key})"))).scalar()
        except BaseException:
            await connection.close()
            raise
        if taken:
            self._connection = connection
        else:
            await connection.close()
        return bool(taken)

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        engine, self._engine = self._engine, None
        if connection is not None:
            await connection.close()
        if engine is not None:
            await engine.dispose()
