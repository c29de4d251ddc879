"""One leader over all processes, taken over at once when it ends or is killed; and the call that wakes the leader."""

import asyncio
import subprocess
import sys
from pathlib import Path

from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.leadership import Leadership

ROOT = Path(__file__).resolve().parent.parent.parent
HOLDER = """
import asyncio, sys
from storage.database import Database
from storage.leadership import Leadership

async def main():
    leadership = Leadership(Database(sys.argv[1]))
    print(sorted(await leadership.refresh(["telegram:a", "zalo:b"])), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_only_one_leads_and_the_other_takes_over_when_it_ends(database: Database) -> None:
    first, second = Leadership(database), Leadership(database)
    names = ["telegram:a", "zalo:b"]

    assert await first.refresh(names) == set(names)
    assert await first.refresh(names) == set(names)
    assert await second.refresh(names) == set()
    assert await second.refresh(["web:c"]) == {"web:c"}
    await first.close()
    async with asyncio.timeout(5):
        while not set(names) <= await second.refresh(names):  # noqa: ASYNC110 - a lock has no event
            await asyncio.sleep(0.01)
    await second.close()


async def test_a_killed_leader_is_followed_at_once(database: Database, database_url: str) -> None:
    holder = subprocess.Popen(  # noqa: ASYNC220 - a process of its own is what is tested
        [sys.executable, "-c", HOLDER, database_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    standby = Leadership(database)
    try:
        assert holder.stdout
        assert await asyncio.to_thread(holder.stdout.readline) == "['telegram:a', 'zalo:b']\n"
        assert await standby.refresh(["telegram:a"]) == set()
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()

    async with asyncio.timeout(5):
        while not await standby.refresh(["telegram:a"]):  # noqa: ASYNC110 - a lock has no event
            await asyncio.sleep(0.01)
    await standby.close()


async def test_a_promise_calls_the_leader(database: Database, committer: Committer) -> None:
    called = asyncio.Event()
    committer.woken = called.set
    leader = Leadership(database, called.set)
    await leader.refresh(["telegram:a"])
    other = Committer(database)
    other.woken = called.set if database.is_sqlite else lambda: None
    changes = Changes()
    changes.wake()

    await other.commit(Commit(changes))

    async with asyncio.timeout(5):
        await called.wait()
    await other.close()
    await leader.close()


async def test_the_scheduler_and_the_senders_lead_apart_from_each_other(database: Database) -> None:
    senders, scheduler, standby = Leadership(database), Leadership(database, answer_within=5), Leadership(database)

    assert await senders.refresh(["telegram:a"]) == {"telegram:a"}
    assert await scheduler.refresh(["schedule"]) == {"schedule"}
    assert await standby.refresh(["schedule", "telegram:a"]) == set()
    await senders.close()
    assert await scheduler.refresh(["schedule"]) == {"schedule"}, "one that ends takes no other's lead away"
    async with asyncio.timeout(5):
        while await standby.refresh(["schedule", "telegram:a"]) != {"telegram:a"}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    for one in (scheduler, standby):
        await one.close()
    assert await standby.refresh(["schedule"]) == {"schedule"}, "who gave everything up may lead again"
    await standby.close()
