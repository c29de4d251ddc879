"""100,000 random operations on entries with changes of the tree, then every sum against a count by hand: run by hand.

`python -m tests.benchmarks.rollups [operations]`; ends with exit code 1 when one sum differs.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from storage.commits import Committer
from storage.database import Database
from storage.migrate import upgrade
from storage.rollups import Rollups
from tests.benchmarks.processes import postgres
from tests.storage.test_rollups import Crowd, sums_by_hand, sums_kept

UNITS, ROUNDS = 40, 20


async def measure(url: str, operations: int) -> bool:
    """One engine; True when all sums are right."""
    database = Database(url)
    await upgrade(database)
    crowd, rollups = Crowd(database, Committer(database), Random(1)), Rollups(database)
    await crowd.settle(UNITS)
    lived = folded = 0.0
    changes = 0
    for number in range(ROUNDS):
        began = time.perf_counter()
        await crowd.lives(operations // ROUNDS)
        lived += time.perf_counter() - began
        for step in range(3):
            await crowd.changes_the_tree(10 * number + step)
        began = time.perf_counter()
        while count := await rollups.fold():
            changes += count
        folded += time.perf_counter() - began
    right = await sums_kept(database) == await sums_by_hand(database) and not await rollups.differences()
    logs = len(crowd.logs)
    print(
        f"{database.url.split('+')[0]}: {operations} operations ({logs} entries) in {lived:.0f} s, {changes} changes "
        f"folded in {folded:.1f} s, {len(crowd.made)} changes of the tree stand, all sums right: {right}",
        flush=True,
    )
    await database.close()
    return right


async def _both(socket: str, operations: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="bh-rollups-") as folder:
        right = await measure(f"sqlite+aiosqlite:///{Path(folder) / 'all.sqlite3'}", operations)
    return await measure(f"postgresql+asyncpg://postgres@/postgres?host={socket}", operations) and right


def main() -> int:
    """Both engines."""
    operations = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with postgres() as socket:
        return 0 if asyncio.run(_both(socket, operations)) else 1


if __name__ == "__main__":
    sys.exit(main())
