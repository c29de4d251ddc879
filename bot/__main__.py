"""The program's command line: `python -m bot [command]`; without one, everything runs in one process."""

import argparse
import asyncio
import contextlib
import json
import logging
import secrets
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import structlog

from bot import settings as settings_module
from bot.errors import BanHocError, SettingsError, UserError
from bot.i18n import LOCALES, Reader, render
from bot.settings import Settings

Command = Callable[[argparse.Namespace], Coroutine[Any, Any, int] | int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Errors that a person can mend end in one line, without a trace."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        result = command(options)
        return _run_loop(result) if asyncio.iscoroutine(result) else int(result)
    except UserError as error:
        print(f"banhoc: {render(error.text, Reader('vi'))}", file=sys.stderr)
    except (SettingsError, BanHocError) as error:
        print(f"banhoc: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return 2


def _run_loop(work: Coroutine[Any, Any, int]) -> int:
    """Run to the end on uvloop where it exists (everywhere but Windows): a quicker loop with the same meaning."""
    try:
        from uvloop import run
    except ImportError:
        return asyncio.run(work)
    return int(run(work))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Bạn Học: chat, log study, ask, summarise.")
    parser.set_defaults(command=_run, parts="all")
    commands = parser.add_subparsers(title="commands")
    for name, help_text, parts in (
        ("web", "serve the web chat and the webhooks", "web"),
        ("worker", "poll channels and send what is due, without the web server", "worker"),
    ):
        commands.add_parser(name, help=help_text).set_defaults(command=_run, parts=parts)
    _add_console(commands)
    commands.add_parser("understand", help="study sentences on standard input → JSON").set_defaults(command=_understand)
    commands.add_parser("ask", help="questions on standard input → JSON").set_defaults(command=_ask)
    summary = commands.add_parser("summary", help="the figures of a unit and period")
    summary.add_argument("--unit", required=True, metavar="CODE")
    summary.add_argument("--period", required=True, help="2026-10, 2026-Q3, 2026-H1, 2026, phase-1, or in words")
    summary.add_argument("--json", action="store_true", help="as JSON (the only form today)")
    summary.set_defaults(command=_summary)
    grant = commands.add_parser("grant", help="give a role: grant telegram:123 officer A1 | grant web:… admin")
    grant.add_argument("account", metavar="CHANNEL:ID")
    grant.add_argument("role", choices=("officer", "admin"))
    grant.add_argument("unit", nargs="?", metavar="UNIT-CODE")
    grant.set_defaults(command=_grant)
    units = commands.add_parser("units", help="import units from .csv or .xlsx")
    units.add_argument("action", choices=("import",))
    units.add_argument("file", type=Path)
    units.set_defaults(command=_units)
    commands.add_parser("demo", help="fill an empty database with an invented organisation").set_defaults(command=_demo)
    migrate = commands.add_parser("migrate", help="bring the database to the newest version")
    migrate.add_argument("--write", metavar="WHAT", help="write the next migration instead (developers)")
    migrate.set_defaults(command=_migrate)
    return parser


def _add_console(commands: Any) -> None:
    console = commands.add_parser("console", help="chat in the terminal, or replay a conversation")
    console.add_argument("--script", metavar="FILE|-", help="JSON Lines in, JSON Lines out")
    console.add_argument("--as", dest="person", default="toi", help="who chats (default: toi)")
    console.add_argument("--files", type=Path, help="folder for the files that the bot sends (default: data/console)")
    console.set_defaults(command=_console)


def _load(log_level: str | None = None) -> Settings:
    settings = settings_module.load()
    from bot import clock

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


async def _run(options: argparse.Namespace) -> int:
    from bot.app import App

    settings = _load("warning" if options.parts == "all" else None)
    app = App(settings)
    if options.parts != "worker":
        app.add_web()
    if options.parts != "web" or settings.telegram_mode == "webhook":
        app.add_telegram()
    await app.start(listen=options.parts != "worker")
    try:
        await _greet(app, options.parts)
        await _until_told()
    finally:
        await app.stop()
    return 0


async def _greet(app: Any, parts: str) -> None:
    from bot.first_start import admin_code, offers_demo

    settings = app.settings
    where = f"http://{settings.host}:{settings.port}" if parts != "worker" else "worker"
    extra = ""
    if code := await admin_code(app.database, app.committer, secrets.token_hex(5).upper()):
        extra = f" · admin code (once): /quantri {code}"
    if await offers_demo(app.database):
        extra += " · empty: try `make demo`"
    print(f"Bạn Học is running at {where}{extra}", flush=True)


async def _until_told() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await stop.wait()


async def _console(options: argparse.Namespace) -> int:
    from bot.app import App
    from bot.channels.console import Console, typed_lines

    app = App(_load("error"))
    scripted = options.script is not None
    channel = Console(_print_json if scripted else _print_chat, options.files)
    app.add(channel)
    await app.start(listen=False)
    try:
        if scripted:
            lines = sys.stdin if options.script == "-" else _lines_of(Path(options.script))
            await channel.play(lines, app.turns, app.sender.idle)
        else:
            print("Bạn Học · gõ tin nhắn, hoặc nhãn của một nút; Ctrl-D để thôi.")
            await channel.chat(options.person, typed_lines(sys.stdin), app.turns, app.sender.idle)
    finally:
        await app.stop()
    return 0


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {path}: {error}") from error


def _print_json(shown: dict[str, Any]) -> None:
    print(json.dumps(shown, ensure_ascii=False), flush=True)


def _print_chat(shown: dict[str, Any]) -> None:
    print(shown["text"], flush=True)
    if shown["buttons"]:
        print("  " + " ".join(f"[{label}]" for label in shown["buttons"]), flush=True)
    for path in shown["files"]:
        print(f"  → {path}", flush=True)


def _understand(_: argparse.Namespace) -> int:
    from bot.language.lines import understand_line

    for line in _stdin_lines():
        print(json.dumps(understand_line(line), ensure_ascii=False), flush=True)
    return 0


def _ask(_: argparse.Namespace) -> int:
    from bot.knowledge.answer import Knowledge
    from bot.knowledge.lines import ask_line

    knowledge = Knowledge.load(LOCALES)
    for line in _stdin_lines():
        print(json.dumps(ask_line(knowledge, line), ensure_ascii=False), flush=True)
    return 0


def _stdin_lines() -> list[str] | Any:
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    return (line.rstrip("\n") for line in sys.stdin if line.strip())


async def _summary(options: argparse.Namespace) -> int:
    from bot.reports.unit import figures

    async with _storage() as (database, _):
        print(json.dumps(await figures(database, options.unit, options.period), ensure_ascii=False))
    return 0


async def _grant(options: argparse.Namespace) -> int:
    from bot.clock import now
    from bot.grants import grant

    async with _storage() as (database, committer):
        print(await grant(database, committer, options.account, options.role, options.unit, now()))
    return 0


async def _units(options: argparse.Namespace) -> int:
    from bot.clock import now
    from bot.units_import import import_units

    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise SettingsError(f"cannot read {options.file}: {error.strerror}") from error
    async with _storage() as (database, committer):
        result = await import_units(database, committer, content, options.file.name, now())
    print(render(result.text(), Reader("vi")))
    return 1 if result.errors else 0


async def _demo(_: argparse.Namespace) -> int:
    from bot.clock import now
    from bot.demo import load_demo

    async with _storage() as (database, committer):
        result = await load_demo(database, committer, now())
    print(render(result.text(), Reader("vi")))
    return 0


async def _migrate(options: argparse.Namespace) -> int:
    from storage.migrate import write_next

    async with _storage() as (database, _):
        if options.write:
            await write_next(database, options.write)
    return 0


@contextlib.asynccontextmanager
async def _storage() -> Any:
    from storage.commits import Committer
    from storage.database import Database
    from storage.migrate import upgrade

    database = Database(_load("error").database_url)
    committer = Committer(database)
    try:
        await upgrade(database)
        yield database, committer
        await committer.close()
    finally:
        await database.close()


if __name__ == "__main__":
    sys.exit(main())
