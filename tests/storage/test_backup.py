"""A backup holds everything, also from one engine to the other; a broken one changes nothing."""

import gzip
import json
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.demo import load_demo
from storage.backup import BackupError, kept_tables, restore, write
from storage.columns import new_id
from storage.commits import Committer
from storage.database import Database
from storage.migrate import upgrade
from storage.rollups import Rollups
from storage.tables import files, inbound, persons, units
from tests.chat import NOON
from tests.jobs.crowd import crowd


async def filled(database: Database, committer: Committer) -> None:
    """A demo organisation, a file, and more rows of one kind than one batch holds."""
    await load_demo(database, committer, NOON)
    (person,) = await crowd(database, 1, NOON)
    file = {"id": new_id(), "person_id": person, "name": "ảnh.png", "media_type": "image/png", "size": 3}
    async with database.writing() as connection:
        await connection.execute(insert(files).values(**file, content=b"\x00\xff\x01", created_at=NOON))
        rows = [{"channel": "web" if n % 2 else "console", "message_id": f"m{n}", "at": NOON} for n in range(2_300)]
        await connection.execute(insert(inbound), rows)


async def content(database: Database) -> dict[str, list[Sequence[Any]]]:
    return {
        table.name: [tuple(row) for row in await database.all(select(table).order_by(*table.primary_key.columns))]
        for table in kept_tables()
    }


@pytest.fixture
async def fresh(tmp_path: Path):  # type: ignore[no-untyped-def]
    """An empty, migrated SQLite database."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'fresh.sqlite3'}")
    await upgrade(database)
    yield database
    await database.close()


async def test_everything_comes_back_row_by_row_also_on_the_other_engine(
    database: Database, committer: Committer, fresh: Database, tmp_path: Path
) -> None:
    await filled(database, committer)
    path = tmp_path / "backup.gz"

    written = await write(database, path)
    restored = await restore(fresh, path)

    assert written == restored
    assert written["inbound"] == 2_300
    assert await content(fresh) == await content(database)
    assert await Rollups(fresh).differences() == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


async def test_a_backup_of_sqlite_comes_back_on_either_engine(
    database: Database, fresh: Database, tmp_path: Path
) -> None:
    committer = Committer(fresh)
    await filled(fresh, committer)
    await write(fresh, tmp_path / "backup.gz")

    await restore(database, tmp_path / "backup.gz")

    assert await content(database) == await content(fresh)
    await filled_further(database)


async def filled_further(database: Database) -> None:
    """Rows can be added after a restore."""
    before = await database.value(select(func.count()).select_from(persons))
    await crowd(database, 3, NOON, channels=("telegram",))
    assert await database.value(select(func.count()).select_from(persons)) == before + 3


async def test_a_broken_backup_or_a_database_in_use_is_refused_and_nothing_changes(
    database: Database, committer: Committer, fresh: Database, tmp_path: Path
) -> None:
    await filled(database, committer)
    path = tmp_path / "backup.gz"
    await write(database, path)
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    head = json.loads(lines[0])

    def changed(*kept: str) -> Path:
        other = tmp_path / f"changed-{len(list(tmp_path.iterdir()))}.gz"
        other.write_bytes(gzip.compress("\n".join(kept).encode()))
        return other

    for bad, why in (
        (changed(json.dumps({**head, "revision": "0001"}), *lines[1:]), "revision 0001"),
        (changed(*lines[:-1]), "cut off"),
        (changed(*lines[:-2], lines[-1]), "cut off"),
        (changed("{}"), "no backup"),
        (changed(lines[0], '{"table": "secrets", "rows": []}'), "does not know"),
        (tmp_path / "nothing.gz", "cannot be read"),
    ):
        with pytest.raises(BackupError, match=why):
            await restore(fresh, bad)
    with pytest.raises(BackupError, match="not empty"):
        await restore(database, path)

    assert await fresh.value(select(func.count()).select_from(units)) == 0
    assert await restore(fresh, path)


def test_no_key_of_a_backup_is_made_by_the_database() -> None:
    assert not [table.name for table in kept_tables() if table.autoincrement_column is not None]
