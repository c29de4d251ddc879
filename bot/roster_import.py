"""Import a roster from the command line: all units, good rows in one transaction, two files beside the one read."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.clock import local
from bot.errors import UserError
from bot.i18n import Joined, Reader, t
from bot.message import File
from bot.roster import codes_of, lines_of, plan, read, write
from bot.roster_book import code_list, with_faults
from storage.audit import COMMAND, OPERATOR, Audit
from storage.changes import Changes
from storage.commits import Commit, Committer, Outcome
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in words, and the files that go with it: faulty rows, personal codes."""

    text: Joined
    files: tuple[File, ...]
    faulty: int


async def import_roster(database: Database, committer: Committer, content: bytes, name: str, now: datetime) -> Imported:
    """Import every good row. Raises UserError when the file as a whole is no use, or somebody was quicker."""
    roster = await read(content, name)
    found = await plan(database, roster.rows, roster.faults, None)
    changes, reader = Changes(), Reader()
    write(database, changes, found, None, now, local(now).date())
    if not found.does_nothing:
        counts = {"new": len(found.new), "changed": len(found.changed) + len(found.recognised)}
        Audit(database, changes).record("roster.imported", now, via=COMMAND, role=OPERATOR, detail=counts)
    if not found.does_nothing and await committer.commit(Commit(changes)) is not Outcome.DONE:
        raise UserError(t("Somebody changed the same people at the same moment. Please import the file again."))
    files = [with_faults(content, name, roster, found.faults, reader)] if found.faults else []
    if found.new:
        files.append(code_list(codes_of(found), reader))
    return Imported(lines_of(roster, found), tuple(files), len(found.faults))


def save_beside(path: Path, files: tuple[File, ...]) -> list[Path]:
    """Write the files into the folder of the roster; an older one of the same name is replaced."""
    written = [path.parent / file.name for file in files]
    for target, file in zip(written, files, strict=True):
        target.write_bytes(file.content)
    return written
