"""100,000 reminders due in one second, three schedulers, one killed -9: `python -m tests.benchmarks.reminders`."""

import argparse
import asyncio
import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import func, select

from bot.clock import now
from storage.database import Database
from storage.migrate import upgrade
from storage.tables import outbox
from tests.benchmarks.processes import postgres
from tests.jobs.crowd import crowd
from tests.jobs.processes import Worker, ask_to_run, first_to_say, workers
from tests.nursery import Nursery


@contextlib.asynccontextmanager
async def database_of(url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database."""
    database = Database(url)
    await upgrade(database)
    yield database
    await database.close()


async def measure(nursery: Nursery, url: str, people: int, processes: int, kills: int) -> None:
    """One round: everybody is due at once; prints how long until all stood in the outbox, and the longest hold-up."""
    async with database_of(url) as database:
        await crowd(database, people, now())
        async with workers(nursery, url, processes) as made:
            working = await first_to_say(made, "leads")
            await asyncio.sleep(2)
            began = time.perf_counter()
            await ask_to_run(database, now())
            alive = list(made)
            for _ in range(kills):
                await working.says("began")
                await asyncio.sleep(1)
                killed_at = time.perf_counter()
                await working.kill()
                alive.remove(working)
                working = await first_to_say(alive, "began")
                print(f"  killed -9; another went on after {time.perf_counter() - killed_at:.2f} s")
            await working.says("done")
            took = time.perf_counter() - began
            await asyncio.sleep(1.1)
            print(f"  {people} in {took:.1f} s ({people / took:.0f}/s); {_held(alive)}")
        rows = await database.value(select(func.count()).select_from(outbox))
        distinct = await database.value(select(func.count(outbox.c.person_id.distinct())))
        if (rows, distinct) != (people, people):
            raise SystemExit(f"{rows} messages for {distinct} of {people} people")


def _held(alive: list[Worker]) -> str:
    last = [[said for said in one.said if "held_up_ms" in said][-1] for one in alive]
    longest = max(one["held_up_ms"] for one in last)
    return f"loop held up at most {longest} ms of its own work; {max(one['cpu'] for one in last)} s CPU since its start"


def main() -> int:
    """Both engines, one process and three."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reminders", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    people = parser.parse_args().people
    with postgres() as folder, tempfile.TemporaryDirectory(prefix="bh-bench-") as place, Nursery() as nursery:
        for processes, kills in ((1, 0), (3, 0), (3, 1)):
            print(f"PostgreSQL, {processes} processes, {kills} killed", flush=True)
            asyncio.run(_on_postgres(nursery, folder, f"r{processes}{kills}", people, processes, kills))
        for processes, kills in ((1, 0), (2, 1)):
            print(f"SQLite, {processes} processes, {kills} killed", flush=True)
            path = Path(place) / f"s{processes}{kills}.sqlite3"
            asyncio.run(measure(nursery, f"sqlite+aiosqlite:///{path}", people, processes, kills))
        shutil.rmtree(place, ignore_errors=True)
    return 0


async def _on_postgres(nursery: Nursery, folder: str, name: str, people: int, processes: int, kills: int) -> None:
    import asyncpg  # type: ignore[import-untyped]

    connection = await asyncpg.connect(user="postgres", host=folder, database="postgres")
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    await measure(nursery, f"postgresql+asyncpg://postgres@/{name}?host={folder}", people, processes, kills)


if __name__ == "__main__":
    sys.exit(main())
