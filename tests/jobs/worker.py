"""A scheduler in a process of its own, to be killed: `python -m tests.jobs.worker URL [HANG_AT]`.

Its one job promises everybody a reminder. It says on standard output when it leads, how far it is, when a run is done,
and each second the longest time that its loop was held up. With HANG_AT the run stops dead at that many people, so that
it is killed in the middle; a run that finds so many promised already (the next leader's) does not stop.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import func, select

from bot.channels.console import Console
from bot.clock import now
from bot.i18n import t
from bot.jobs import schedule
from bot.jobs.promise import Occasion, promise_once
from bot.jobs.rule import daily
from bot.jobs.runs import Context, Facts, Job, Scheduler
from bot.message import Reply
from storage.commits import Committer
from storage.database import Database
from storage.tables import outbox, persons

WORDS = Reply(t("{You} are an admin now. /tonghop shows every unit's summary, /thanhvien who waits to join."))
TITLE = t("Clear away what is kept long enough")
STEP = 10
"""People between two looks at HANG_AT."""
PAGE = 1_000


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


class Everybody:
    """The job."""

    def __init__(self, hang_at: int) -> None:
        self._hang_at = hang_at

    async def run(self, moment: datetime, context: Context) -> Facts | None:
        say(began=context.due.isoformat())
        watcher.longest = 0.0
        known = int(await context.database.value(select(func.count()).select_from(outbox)) or 0)
        occasion = Occasion("reminder", context.due)
        sent = 0
        async for people in pages(context.database, STEP if self._hang_at else PAGE):
            sent += await promise_once(context, occasion, dict.fromkeys(people, WORDS), moment)
            if known < self._hang_at <= known + sent:
                say(hangs=sent)
                await asyncio.Event().wait()
        say(done=sent)
        return {"sent": sent}


async def pages(database: Database, size: int) -> AsyncIterator[list[int]]:
    last = 0
    page = select(persons.c.id).order_by(persons.c.id).limit(size)
    while rows := await database.all(page.where(persons.c.id > last)):
        yield [row.id for row in rows]
        last = rows[-1].id


class Watcher:
    """How long the loop was held up by our own work: its thread's processor time between two moments of rest."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        said = time.perf_counter()
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.001)
            self.longest = max(self.longest, time.thread_time() - before)
            if time.perf_counter() - said > 1:
                say(held_up_ms=round(self.longest * 1000, 1), cpu=round(time.process_time(), 2))
                said = time.perf_counter()


watcher = Watcher()


async def main(url: str, hang_at: int) -> None:
    database = Database(url)
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    context = Context(database, Committer(database), {"console": Console.abilities}, zone, now())
    # Due in 12 hours: in the test it is run because somebody asks for it, at a moment that the test knows.
    hour = (now().astimezone(zone).hour + 12) % 24
    scheduler = Scheduler([Job("everybody", TITLE, daily(hour), Everybody(hang_at).run)], context, f"h:{os.getpid()}:x")
    ticker = schedule.Ticker(scheduler)
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    ticker.start()
    # As `python -m bot` does once it has started.
    gc.collect()
    gc.freeze()
    helpers = [asyncio.create_task(watcher.watch()), asyncio.create_task(say_when_it_leads(scheduler))]
    await told.wait()
    await ticker.stop()
    for helper in helpers:
        helper.cancel()
    await database.close()


async def say_when_it_leads(scheduler: Scheduler) -> None:
    await scheduler.took_lead.wait()
    say(leads=True)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0))
