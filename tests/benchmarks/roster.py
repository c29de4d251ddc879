"""A roster of 10,000 rows, first and again, and one with faults in every tenth row, on both engines: run by hand.

`python -m tests.benchmarks.roster [rows]`; reading the .xlsx, the plan, the commit, and the files that go out.
"""

import asyncio
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

from bot.clock import now
from bot.roster_import import Imported, import_roster
from bot.units_import import import_units
from storage.commits import Committer
from storage.database import Database
from storage.migrate import upgrade
from tests.benchmarks.processes import postgres
from tests.organisation import TREE

PLACES = ("A", "A.1", "A.1.1", "A.2", "A.3")


def roster(rows: int, *, faulty: bool = False) -> bytes:
    """A workbook of invented people; with `faulty` every tenth names a unit that is not there."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Bí danh", "Mã đơn vị", "Đối tượng", "Mã người"])
    for number in range(rows):
        place = "Z9" if faulty and number % 10 == 0 else PLACES[number % len(PLACES)]
        sheet.append([f"Người {number}", place, "Công nhân", f"{'F' if faulty else 'K'}{number}"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


async def measure(url: str, rows: int) -> None:
    """One engine."""
    database = Database(url)
    await upgrade(database)
    committer = Committer(database)
    await import_units(database, committer, TREE.encode(), "units.csv", now())
    files = {"new": roster(rows), "again": roster(rows), "a tenth faulty": roster(rows, faulty=True)}
    for what, content in files.items():
        began, used = time.perf_counter(), time.process_time()
        done: Imported = await import_roster(database, committer, content, "roster.xlsx", now())
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
        engine = url.split("+")[0]
        line = f"{engine}: {rows} rows, {what}: {seconds:.1f} s, of it CPU {cpu:.1f} s ({done.faulty} faulty)"
        print(line, flush=True)
    await committer.close()
    await database.close()


async def _both(socket: str, rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bh-roster-") as folder:
        await measure(f"sqlite+aiosqlite:///{Path(folder) / 'all.sqlite3'}", rows)
    await measure(f"postgresql+asyncpg://postgres@/postgres?host={socket}", rows)


def main() -> int:
    """Both engines."""
    with postgres() as socket:
        asyncio.run(_both(socket, int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
    return 0


if __name__ == "__main__":
    sys.exit(main())
