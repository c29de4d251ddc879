"""Scheduler processes that a test or benchmark starts, hears and kills."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.jobs import Jobs
from tests.nursery import Life, Nursery


class Worker:
    """One process of `tests/jobs/worker.py`."""

    def __init__(self, process: Life) -> None:
        self.process = process
        self.said: list[dict[str, Any]] = []
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for line in self.process.stdout:
            async with self._news:
                self.said.append(json.loads(line))
                self._news.notify_all()

    async def says(self, word: str) -> Any:
        """Wait until it has said this."""
        async with self._news:
            await self._news.wait_for(lambda: any(word in said for said in self.said))
        return next(said[word] for said in self.said if word in said)

    async def end(self) -> None:
        """Let it finish what it does, and stop."""
        if self.process.returncode is None:
            self.process.terminate()
            assert await self.process.wait() == 0
        await self._reader

    async def kill(self) -> None:
        """kill -9."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reader


@asynccontextmanager
async def workers(nursery: Nursery, url: str, count: int, *, hang_at: int = 0) -> AsyncIterator[list[Worker]]:
    """This many scheduler processes on one database."""
    made = [await _start(nursery, url, hang_at) for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            await one.kill()


async def _start(nursery: Nursery, url: str, hang_at: int) -> Worker:
    return Worker(await nursery.begin_heard("tests.jobs.worker", url, str(hang_at), environment=os.environ))


async def first_to_say(made: list[Worker], word: str) -> Worker:
    """The first of them that says this."""
    waiting = {asyncio.create_task(one.says(word)): one for one in made}
    done, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for other in others:
        other.cancel()
    return waiting[done.pop()]


async def ask_to_run(database: Database, moment: datetime, name: str = "everybody") -> None:
    """What an admin's tap does."""
    changes = Changes()
    Jobs(database, changes).ask_to_run(name, None, moment)
    await Committer(database).commit(Commit(changes))
