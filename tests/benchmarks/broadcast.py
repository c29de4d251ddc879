"""A large broadcast by hand: kill -9 at random moments, the pace, replies meanwhile, stop and resume; prints figures.

    python -m tests.benchmarks.broadcast --telegram 12000 --zalo-oa 7900 --zalo-bot 100 --kills 100
"""

import argparse
import asyncio
import json
import random
import time
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from bot.clock import now
from storage.database import Database
from storage.migrate import upgrade
from tests.benchmarks.processes import postgres
from tests.broadcast_house import TEXT, House, broadcast_house
from tests.nursery import Nursery
from tests.telegram_emulator.bench import free_port

QUIET_SECONDS = 60.0
"""How long the pace and the replies are measured before the first kill."""
LATENCY = 0.05
EVERY = 0.5
"""Seconds between two people who ask something while the broadcast runs."""


class Asking:
    """People who write while the broadcast goes on, and how long each waits for the answer."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.seconds: list[float] = []
        self.unanswered = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self) -> None:
        """Ask again and again, somebody else each time."""
        number = 0
        while True:
            number += 1
            task = asyncio.create_task(self._one(number))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(EVERY)

    async def _one(self, number: int) -> None:
        user = self._house.telegram.user(f"asks {number}")
        began = time.monotonic()
        await user.says("/help")
        try:
            await user.hears(1, seconds=30)
            self.seconds.append(time.monotonic() - began)
        except AssertionError:
            self.unanswered += 1

    def figures(self) -> dict[str, Any]:
        """Median and 95th percentile in milliseconds."""
        cuts = quantiles(self.seconds, n=20) if len(self.seconds) > 1 else [0.0] * 19
        return {"asked": len(self.seconds) + self.unanswered, "unanswered": self.unanswered,
                "p50_ms": round(cuts[9] * 1000), "p95_ms": round(cuts[18] * 1000)}  # fmt: skip


def times(house: House) -> list[float]:
    """When Telegram took the announcement, in seconds of the monotonic clock."""
    return [at for at, call in house.telegram.taken if call.parameters.get("text") == TEXT]


def fullest(moments: list[float]) -> int:
    """The most messages that lie in any one second."""
    most, first = 0, 0
    for last, at in enumerate(moments):
        while at - moments[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


async def measure(house: House, options: argparse.Namespace) -> dict[str, Any]:
    """One run; everything that the issue asks for."""
    chance = random.Random(options.seed)
    await house.seed(options.telegram, options.zalo_oa, options.zalo_bot)
    port = await free_port()
    # The one that people write to is never killed in the first minute; its standby is a sender only.
    here = {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    await house.begin("--chat", **here)
    asking = Asking(house)
    asker = asyncio.create_task(asking.ask())
    await asyncio.sleep(3)
    began, before = time.monotonic(), len(times(house))
    await asyncio.sleep(QUIET_SECONDS)
    pace = (len(times(house)) - before) / (time.monotonic() - began)
    asker.cancel()
    quiet = asking.figures()
    stopped_at = time.monotonic()
    await house.move("stopped", hold=True)
    await asyncio.sleep(4)
    last = max([*times(house), stopped_at])
    await house.move("sending", hold=False)
    await house.begin()
    for _ in range(options.kills):
        await asyncio.sleep(chance.uniform(0.3, options.between))
        await house.kill(chance)
        if await house.state() == "done":
            break
    await house.until_done(1800)
    await house.end()
    all_times = sorted(at for at, _ in house.telegram.taken)
    return {
        **await house.verdict(),
        "latency_s": LATENCY,
        "telegram_per_second": round(pace, 2),
        "asked_per_second": 1 / EVERY,
        "possible_per_second": round(30 / (1 + LATENCY), 2),
        "share_of_possible_with_replies": round((pace + 1 / EVERY) / (30 / (1 + LATENCY)), 3),
        "fullest_second": fullest(all_times),
        "replies": quiet,
        "stop_seconds": round(last - stopped_at, 2),
        "minutes": round((time.monotonic() - began) / 60, 1),
        "at": now().isoformat(timespec="seconds"),
    }


async def main() -> None:
    """Run on the engine that was asked for, in a folder that goes away."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("telegram", 12_000), ("zalo-oa", 7_900), ("zalo-bot", 100), ("kills", 100), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--between", type=float, default=4.0, help="longest seconds between two kills")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="postgresql")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="bh-", dir="/tmp") as folder, postgres() as server, Nursery() as nursery:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.sqlite3'}"
        if options.engine == "postgresql":
            connection = await asyncpg.connect(user="postgres", host=server, database="postgres")
            await connection.execute("CREATE DATABASE broadcast")
            await connection.close()
            url = f"postgresql+asyncpg://postgres@/broadcast?host={server}"
        database = Database(url)
        await upgrade(database)
        await database.close()
        async with broadcast_house(url, nursery, latency=LATENCY) as house:
            print(json.dumps(await measure(house, options), indent=1))


if __name__ == "__main__":
    asyncio.run(main())
