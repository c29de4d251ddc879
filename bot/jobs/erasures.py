"""Lets go of whoever asked for it a day ago, and keeps the deletion list in a file too, for after a restore."""

import asyncio
import os
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.jobs.runs import Context, Facts
from storage.changes import Changes
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.erasure import Erased, Erasure
from storage.rollups import Rollups

MOST_TRIES = 5
"""Somebody may write or be told something while they are erased: then it is planned anew."""
_LINE = re.compile(r"([0-9a-f]{64}) (\S+)")


async def run(now: datetime, context: Context) -> Facts | None:
    """Erase who is due, drop farewells that went out, bring the list in the file up to date."""
    database, committer = context.database, context.committer
    due = await Erasure(database, Changes()).due(now)
    erased = sum([await erase(database, committer, one, now) for one in due])
    changes = Changes()
    farewells = await Erasure(database, changes).farewells(now)
    if farewells:
        await committer.commit(Commit(changes))
    written = await write_list(database)
    if written:
        await _fold(database)
    if erased or farewells or written:
        await database.scrub()
    return {"erased": erased} if erased else None


async def erase(database: Database, committer: Committer, person_id: int, now: datetime) -> bool:
    """Let one person go; False when a turn of theirs was always quicker (the next run tries again)."""
    for _ in range(MOST_TRIES):
        changes = Changes()
        await Erasure(database, changes).erase(person_id, now)
        if await committer.commit(Commit(changes)) is Outcome.DONE:
            return True
    return False


async def apply(database: Database, committer: Committer, now: datetime) -> int:
    """At every start: whoever is on the list in the file is erased again where an older backup brought them back.

    Returns how many. The list is read as a whole only when the database lacks a line of it, as after a restore.
    """
    listed = {one.hash: one.at for one in await asyncio.to_thread(_read, database.erasures_file)}
    store = Erasure(database, Changes())
    known = {one.hash for one in await store.listed()}
    unknown = {hash: at for hash, at in listed.items() if hash not in known}
    erased = 0
    if unknown:
        for person_id in await store.here_again(unknown):
            erased += await erase(database, committer, person_id, now)
        changes = Changes()
        Erasure(database, changes).put_on_list(Erased(hash, at) for hash, at in unknown.items())
        await committer.commit(Commit(changes))
        await _fold(database)
        await database.scrub()
    await write_list(database)
    return erased


async def _fold(database: Database) -> None:
    """The sums per person and month are of the row without a face now: until this the old number stands in them."""
    rollups = Rollups(database)
    while await rollups.fold():
        pass


async def write_list(database: Database) -> int:
    """Append to the file what it lacks; returns how many lines. The database is the truth, the file outlives it."""
    path = database.erasures_file
    rows = await Erasure(database, Changes()).listed()
    if path is None or not rows:
        return 0
    known = {one.hash for one in await asyncio.to_thread(_read, path)}
    new = [one for one in rows if one.hash not in known]
    if new:
        await asyncio.to_thread(_append, path, new)
    return len(new)


def _read(path: Path | None) -> list[Erased]:
    """The lines of the file; a line that a crash cut off is no line, and is written again."""
    if path is None or not path.exists():
        return []
    found = (_LINE.fullmatch(line) for line in path.read_text(encoding="ascii", errors="replace").splitlines())
    return [Erased(line[1], datetime.fromisoformat(line[2])) for line in found if line]


def _append(path: Path, lines: Iterable[Erased]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write("".join(f"{one.hash} {one.at.isoformat()}\n" for one in lines).encode())
        file.flush()
        os.fsync(file.fileno())
