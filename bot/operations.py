"""The operator's commands: read figures, grant, import, withdraw, migrate, connect."""

import argparse
import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import structlog

from bot import audit, clock, documents, grants, roster_import, tree_file, units_import
from bot import demo as demo_module
from bot import settings as settings_module
from bot.app import ABILITIES
from bot.channels.console import typed_lines
from bot.errors import SettingsError
from bot.i18n import Reader, render, t
from bot.jobs import erasures
from bot.jobs import retention as retention_module
from bot.letters import line as letter_line
from bot.reports.completeness import completeness as board_of
from bot.reports.unit import figures
from bot.settings import Settings
from bot.zalo import OfficialAccount
from bot.zalo_login import login
from storage import backup as backups
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.letters import Letters
from storage.migrate import upgrade, write_next
from storage.rollups import Rollups

VIETNAMESE = Reader("vi")


def load(log_level: str | None = None) -> Settings:
    """The settings, with the clock's zone and the log set up by them. Raises SettingsError."""
    settings = settings_module.load()
    clock.set_zone(settings.tz)
    level = getattr(logging, (log_level or settings.log_level).upper())
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for noisy in ("httpx", "aiosqlite", "alembic", "apscheduler"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return settings


async def summary(options: argparse.Namespace) -> int:
    """The figures that /tonghop shows, as JSON."""
    async with storage() as (database, _):
        print(json.dumps(await figures(database, options.unit, options.period), ensure_ascii=False))
    return 0


async def completeness(options: argparse.Namespace) -> int:
    """The board that /hoanthanh shows, as JSON."""
    async with storage() as (database, _):
        print(json.dumps(await board_of(database, options.unit, options.period, clock.now()), ensure_ascii=False))
    return 0


async def grant(options: argparse.Namespace) -> int:
    """Give a role to an account, also before its first message."""
    async with storage() as (database, committer):
        limits = {"rights": options.rights, "until": options.until}
        who = (options.account, options.role, options.unit)
        print(await grants.grant(database, committer, *who, clock.now(), **limits))
    return 0


async def units(options: argparse.Namespace) -> int:
    """Import units; 1 when rows were refused."""
    async with storage() as (database, committer):
        content = await _content(options.file)
        result = await units_import.import_units(database, committer, content, options.file.name, clock.now())
    print(render(result.text(), VIETNAMESE))
    return 1 if result.errors else 0


async def change_units(options: argparse.Namespace) -> int:
    """Make a file's changes of the tree, or show what they would do; 1 when rows were refused."""
    async with storage() as (database, _):
        content = await _content(options.file)
        result = await tree_file.change_from_file(database, content, clock.now(), is_dry_run=not options.yes)
    print(render(result.text(), VIETNAMESE))
    return 1 if result.errors else 0


async def undo_units(options: argparse.Namespace) -> int:
    """Take back all changes of one file."""
    async with storage() as (database, _):
        undone = await tree_file.undo_file(database, options.batch, clock.now())
    print(render(t("{count} changes undone.", count=undone), VIETNAMESE))
    return 0


async def roster(options: argparse.Namespace) -> int:
    """Import the people of a roster; 1 when rows were refused. The files that result stand beside the roster."""
    async with storage() as (database, committer):
        content = await _content(options.file)
        done = await roster_import.import_roster(database, committer, content, options.file.name, clock.now())
    print(render(done.text, VIETNAMESE))
    for path in await asyncio.to_thread(roster_import.save_beside, options.file, done.files):
        print(path)
    return 1 if done.faulty else 0


async def import_documents(options: argparse.Namespace) -> int:
    """Import documents of the unit; 1 when one was refused."""
    async with storage() as (database, committer):
        files = [(file.name, await _content(file)) for file in options.files]
        result = await documents.import_files(database, committer, files, clock.now(), publish=options.yes)
    print(render(result.text(), VIETNAMESE))
    return 1 if result.errors else 0


async def list_documents(_: argparse.Namespace) -> int:
    """Every document with its number and state."""
    async with storage() as (database, _committer):
        print(render(await documents.listed(database), VIETNAMESE))
    return 0


async def withdraw_document(options: argparse.Namespace) -> int:
    """Withdraw a document by its number or file name."""
    async with storage() as (database, committer):
        print(render(await documents.withdraw(database, committer, options.which, clock.now()), VIETNAMESE))
    return 0


async def outbox(options: argparse.Namespace) -> int:
    """Messages that were not delivered: list them, send them again, or let them go. Raises SettingsError."""
    if options.action != "list" and options.state is None:
        raise SettingsError("say which: --state failed, or --state unknown (those may have arrived)")
    async with storage() as (database, committer):
        changes = Changes()
        letters = Letters(database, changes)
        if options.action == "list":
            for letter in await letters.newest(1000, options.state):
                print(f"{letter.id} {render(letter_line(letter), VIETNAMESE)}")
            return 0
        count = await letters.count(options.state, options.id)
        if options.action == "retry":
            letters.retry(options.state, clock.now(), options.id)
        else:
            letters.drop(options.state, options.id)
        await committer.commit(Commit(changes))
    print(count)
    return 0


async def demo(_: argparse.Namespace) -> int:
    """Fill an empty database with an invented organisation."""
    async with storage() as (database, committer):
        result = await demo_module.load_demo(database, committer, clock.now())
    print(render(result.text(), VIETNAMESE))
    return 0


async def rollups(options: argparse.Namespace) -> int:
    """Compare the sums with the entries, or make them anew; 1 when they differ."""
    async with storage() as (database, _):
        kept = Rollups(database)
        if options.action == "rebuild":
            await kept.rebuild()
        found = await kept.differences()
    for one in found:
        print(f"{one.table}: {'missing' if one.missing else 'wrong'} {one.row}")
    print(f"{len(found)} differences" if found else "all sums equal the entries")
    return 1 if found else 0


async def retention(options: argparse.Namespace) -> int:
    """Count what is kept long enough, kind by kind; with --yes delete it."""
    async with storage() as (database, _):
        work = retention_module.clear if options.yes else retention_module.due
        for kind, count in (await work(database, clock.now())).items():
            print(f"{kind:16}{count:>10}  older than {retention_module.KEPT_DAYS[kind]} days")
    print("deleted" if options.yes else "nothing deleted; --yes deletes it")
    return 0


async def zalo_login(_: argparse.Namespace) -> int:
    """Walk through the consent of the Zalo Official Account; 1 when it did not come about."""
    async with storage() as (database, committer):
        account = OfficialAccount(settings_module.load(), database, committer, ABILITIES)
        done = await login(account.consent, account.consented_at, typed_lines(sys.stdin), print)
    return 0 if done else 1


async def audit_verify(options: argparse.Namespace) -> int:
    """Check the chain; 1 when a row is not as it was sealed."""
    anchor = audit.anchor_of(options.anchor)
    async with storage() as (database, _):
        whole, text = await audit.verified(database, anchor)
    print(render(text, VIETNAMESE))
    return 0 if whole else 1


async def audit_export(options: argparse.Namespace) -> int:
    """Write the audit into a file."""
    async with storage() as (database, _):
        content = await audit.exported(database, options.file.suffix.lower(), VIETNAMESE)
    await asyncio.to_thread(options.file.write_bytes, content)
    print(options.file)
    return 0


async def erasures_apply(_: argparse.Namespace) -> int:
    """Erase again whoever is on the deletion list and came back with a backup; also done at every start."""
    async with storage() as (database, committer):
        count = await erasures.apply(database, committer, clock.now())
    print(render(t("Erased again after a restore: {count}.", count=count), VIETNAMESE))
    return 0


async def backup(options: argparse.Namespace) -> int:
    """Write the whole database into a file that only its owner may read."""
    async with storage() as (database, _):
        try:
            counts = await backups.write(database, options.file)
        except OSError as error:
            raise SettingsError(f"cannot write {options.file}: {error.strerror}") from error
    print(f"{options.file}: {sum(counts.values())} rows of {len(counts)} tables")
    return 0


async def restore(options: argparse.Namespace) -> int:
    """Read a backup into an empty database, then erase again whoever has asked for it since."""
    async with storage() as (database, committer):
        try:
            counts = await backups.restore(database, options.file)
        except backups.BackupError as error:
            raise SettingsError(f"{options.file}: {error}") from error
        erased = await erasures.apply(database, committer, clock.now())
    print(f"{sum(counts.values())} rows of {len(counts)} tables are back")
    print(render(t("Erased again after a restore: {count}.", count=erased), VIETNAMESE))
    return 0


async def migrate(options: argparse.Namespace) -> int:
    """Bring the database to the newest version, or write the next migration."""
    async with storage() as (database, _):
        if options.write:
            await write_next(database, options.write)
    return 0


async def _content(path: Path) -> bytes:
    try:
        return await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error


@contextlib.asynccontextmanager
async def storage() -> AsyncIterator[tuple[Database, Committer]]:
    """The migrated database of the settings, and its write path."""
    database = Database(load("error").database_url)
    committer = Committer(database)
    try:
        await upgrade(database)
        yield database, committer
        await committer.close()
    finally:
        await database.close()
