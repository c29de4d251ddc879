"""The program's command line: `python -m bot [command]`; without one, everything runs in one process."""

import argparse
import asyncio
import contextlib
import gc
import json
import secrets
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.errors import BanHocError, SettingsError, UserError
from bot.i18n import Reader, render

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


def _operation(name: str) -> Command:
    """An operator's command by its name; imported only when it runs, so that `ask` and `understand` start at once."""

    async def run(options: argparse.Namespace) -> int:
        from bot import operations

        done: int = await getattr(operations, name)(options)
        return done

    return run


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
    read = commands.add_parser("understand", help="study sentences on standard input → JSON")
    read.set_defaults(command=_understand)
    commands.add_parser("ask", help="questions on standard input → JSON").set_defaults(command=_ask)
    summary = commands.add_parser("summary", help="the figures of a unit and period")
    summary.add_argument("--unit", required=True, metavar="CODE")
    summary.add_argument("--period", required=True, help="2026-10, 2026-Q3, 2026-H1, 2026, phase-1, or in words")
    summary.add_argument("--json", action="store_true", help="as JSON (the only form today)")
    summary.set_defaults(command=_operation("summary"))
    board = commands.add_parser("completeness", help="who has submitted the report of a period, as JSON")
    board.add_argument("--unit", required=True, metavar="CODE")
    board.add_argument("--period", required=True, help="2026-10, 2026-Q3, 2026-H1, 2026, phase-1, or in words")
    board.set_defaults(command=_operation("completeness"))
    grant = commands.add_parser("grant", help="give a role: grant telegram:123 officer A1 | grant web:… admin")
    grant.add_argument("account", metavar="CHANNEL:ID")
    grant.add_argument("role", choices=("officer", "admin"))
    grant.add_argument("unit", nargs="?", metavar="UNIT-CODE")
    grant.add_argument("--rights", default="", metavar="LIST", help="some of view,confirm,submit,send (else all)")
    grant.add_argument("--until", default="", metavar="DAY", help="last day of the role, 31/12/2026 (else no end)")
    grant.set_defaults(command=_operation("grant"))
    people = commands.add_parser("roster", help="import people from .xlsx or .csv as expected members")
    people.add_argument("action", choices=("import",))
    people.add_argument("file", type=Path)
    people.set_defaults(command=_operation("roster"))
    papers = commands.add_parser("documents", help="the unit's own documents: import, list, withdraw")
    _add_documents(papers.add_subparsers(title="actions", required=True))
    box = commands.add_parser("outbox", help="messages that were not delivered: list, retry, drop")
    box.add_argument("action", choices=("list", "retry", "drop"))
    box.add_argument("--state", choices=("failed", "unknown"), help="retry and drop: which (unknown may have arrived)")
    box.add_argument("--id", type=int, action="append", default=[], help="only these, as `list` numbers them")
    box.set_defaults(command=_operation("outbox"))
    units = commands.add_parser("units", help="the tree of units: import, change, undo")
    _add_units(units.add_subparsers(title="actions", required=True))
    demo = commands.add_parser("demo", help="fill an empty database with an invented organisation")
    demo.set_defaults(command=_operation("demo"))
    sums = commands.add_parser("rollups", help="the sums per unit: compare them with the entries, or make them anew")
    sums.add_argument("action", choices=("check", "rebuild"))
    sums.set_defaults(command=_operation("rollups"))
    kept = commands.add_parser("retention", help="what is kept long enough: shows it, --yes clears it away")
    kept.add_argument("--yes", action="store_true", help="delete it now (the scheduler does so each night)")
    kept.set_defaults(command=_operation("retention"))
    for name, help_text in (
        ("backup", "write the whole database into one file, while everybody goes on"),
        ("restore", "read a backup into a new database (DATABASE_URL), on either engine"),
    ):
        kept_file = commands.add_parser(name, help=help_text)
        kept_file.add_argument("file", type=Path)
        kept_file.set_defaults(command=_operation(name))
    zalo = commands.add_parser("zalo", help="connect the Zalo Official Account: zalo login")
    zalo.add_argument("action", choices=("login",))
    zalo.set_defaults(command=_operation("zalo_login"))
    gone = commands.add_parser("erasures", help="the deletion list: apply it again after a restore")
    gone.add_argument("action", choices=("apply",))
    gone.set_defaults(command=_operation("erasures_apply"))
    _add_audit(commands.add_parser("audit", help="the audit: verify, export").add_subparsers(required=True))
    migrate = commands.add_parser("migrate", help="bring the database to the newest version")
    migrate.add_argument("--write", metavar="WHAT", help="write the next migration instead (developers)")
    migrate.set_defaults(command=_operation("migrate"))
    return parser


def _add_units(actions: Any) -> None:
    read = actions.add_parser("import", help="units from .csv or .xlsx")
    read.add_argument("file", type=Path)
    read.set_defaults(command=_operation("units"))
    change = actions.add_parser(
        "change", help="a reorganisation from .csv, all of it or nothing: a dry run without --yes"
    )
    change.add_argument("file", type=Path)
    change.add_argument("--yes", action="store_true", help="make the changes")
    change.set_defaults(command=_operation("change_units"))
    undo = actions.add_parser("undo", help="take back all changes of one file")
    undo.add_argument("batch", type=int, help="the number that `units change --yes` printed")
    undo.set_defaults(command=_operation("undo_units"))


def _add_documents(actions: Any) -> None:
    read = actions.add_parser("import", help="read .docx, .pdf, .txt or .html and show what would be quoted")
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    read.add_argument("--yes", action="store_true", help="publish at once (else it waits for /tailieu)")
    read.set_defaults(command=_operation("import_documents"))
    actions.add_parser("list", help="all documents").set_defaults(command=_operation("list_documents"))
    withdraw = actions.add_parser("withdraw", help="quote a document no longer")
    withdraw.add_argument("which", metavar="NUMBER|FILE")
    withdraw.set_defaults(command=_operation("withdraw_document"))


def _add_audit(actions: Any) -> None:
    check = actions.add_parser("verify", help="find the first row that was changed, removed, inserted or moved")
    check.add_argument("--anchor", metavar="SEQ:HASH", default="", help="a row as it was noted down earlier")
    check.set_defaults(command=_operation("audit_verify"))
    export = actions.add_parser("export", help="write the whole audit as .xlsx or .csv")
    export.add_argument("file", type=Path)
    export.set_defaults(command=_operation("audit_export"))


def _add_console(commands: Any) -> None:
    console = commands.add_parser("console", help="chat in the terminal, or replay a conversation")
    console.add_argument("--script", metavar="FILE|-", help="JSON Lines in, JSON Lines out")
    console.add_argument("--as", dest="person", default="toi", help="who chats (default: toi)")
    console.add_argument("--files", type=Path, help="folder for the files that the bot sends (default: data/console)")
    console.set_defaults(command=_console)


async def _run(options: argparse.Namespace) -> int:
    told = _told_to_stop()
    from bot.app import App
    from bot.operations import load

    settings = load("warning" if options.parts == "all" else None)
    app = App(settings)
    if options.parts != "worker":
        app.add_web()
        app.add_zalo_oa()
    if options.parts != "web" or settings.telegram_mode == "webhook":
        app.add_telegram()
    if options.parts != "web" or settings.zalo_bot_mode == "webhook":
        app.add_zalo_bot()
    if options.parts != "web":
        app.add_schedule()
    # Who is told to stop meanwhile finishes the start first: a migration is not cut off, and all that opens is closed.
    await app.start(listen=options.parts != "worker")
    # What was loaded at the start stays for good: without it in every full collection none holds up the loop for 80 ms.
    gc.collect()
    gc.freeze()
    try:
        if not told.is_set():
            await _greet(app, options.parts)
        await told.wait()
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


def _told_to_stop() -> asyncio.Event:
    """Is set by SIGTERM and Ctrl-C, from now on: also a stop that comes during the start ends with code 0."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers: there Ctrl-C ends the program as it does any Python program.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, told.set)
    return told


async def _console(options: argparse.Namespace) -> int:
    from bot.app import App
    from bot.channels.console import Console, typed_lines
    from bot.operations import load

    app = App(load("error"))
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
    from bot.i18n import LOCALES
    from bot.knowledge.answer import Knowledge
    from bot.knowledge.lines import ask_line

    knowledge = Knowledge.load(LOCALES)
    for line in _stdin_lines():
        print(json.dumps(ask_line(knowledge, line), ensure_ascii=False), flush=True)
    return 0


def _stdin_lines() -> Iterator[str]:
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    return (line.rstrip("\n") for line in sys.stdin if line.strip())


if __name__ == "__main__":
    sys.exit(main())
