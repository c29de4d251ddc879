"""Who may import whom: the table of docs/architecture.md, checked on the code's own import statements."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("bot", "handlers", "storage")
CORE = {
    "bot.marks", "bot.message", "bot.routes", "bot.errors", "bot.i18n", "bot.clock", "bot.metrics", "bot.language",
    "bot.files",
}  # fmt: skip
"""The shared words: everything may import them, and they import nothing but each other."""

MAY: dict[str, set[str]] = {
    "storage": {"storage"},
    "bot/language": {"bot.language", "bot.clock"},
    "bot/channels": {"bot.channels", "bot.web", *CORE},
    "bot/web": {"bot.web", "bot.channels.base", *CORE},
    "bot/desk": {
        "bot.broadcasts", "bot.broadcast_drafts", "bot.broadcast_rules", "bot.broadcast_words", "bot.segments",
        "bot.desk", "bot.web", "bot.reports", "bot.turn", "bot.scope", "bot.membership", "bot.notices", "bot.study",
        "bot.summary_words", "bot.summary_reading", "bot.narrative", "bot.submissions", "bot.board_words",
        "bot.report_view", "bot.report_reminders", "bot.periods", "bot.knowledge.answer", "bot.channels.base",
        "bot.audit", "storage", *CORE,
        "bot.human_answers", "bot.question_report", "bot.question_words", "bot.articles", "bot.shelf", "bot.exports",
        "bot.file_articles",
        "bot.roster", "bot.roster_book", "bot.roster_chat", "bot.transfers",
        "bot.deadline_said", "bot.evidence", "bot.data_requests",
    },
    "bot/knowledge": {"bot.knowledge", "storage", *CORE},
    "bot/reports": {"bot.reports", "storage", *CORE},
    "bot/jobs": {
        "bot.broadcast_words", "bot.jobs", "bot.notices", "bot.question_report", "bot.question_words", "bot.reports",
        "bot.working_hours", "bot.summary_words", "bot.channels.base", "bot.channels.fit", "storage", *CORE,
    },
}
SINGLE_HOME = {
    "telegram": "bot/channels/telegram",
    "apscheduler": "bot/jobs/schedule.py",
    "sqlalchemy": "storage/",
    "alembic": "storage/",
}
"""One outside library, one home: the path of every file that imports it begins so."""


def files() -> list[Path]:
    found = [path for folder in OURS for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts]
    return sorted(found)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, allowed: set[str]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in allowed)


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_what_its_folder_may(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    names = set(imports(path))

    for folder, allowed in MAY.items():
        if place.startswith(folder + "/"):
            ours = {name for name in names if name.split(".")[0] in OURS}
            assert not {name for name in ours if not within(name, allowed)}
    for library, home in SINGLE_HOME.items():
        if not place.startswith(home):
            assert not {name for name in names if within(name, {library})}


@pytest.mark.parametrize("path", sorted((ROOT / "handlers").glob("[a-z]*.py")), ids=lambda path: path.name)
def test_a_handler_knows_no_channel_no_database_and_no_other_handler(path: Path) -> None:
    never = {"sqlalchemy", "aiohttp", "telegram", "bot.channels", "bot.app", "bot.jobs", "storage", "handlers"}

    assert not {name for name in imports(path) if within(name, never)}


@pytest.mark.parametrize("name", sorted(CORE - {"bot.language"}))
def test_the_shared_words_import_nothing_below_them(name: str) -> None:
    path = ROOT / (name.replace(".", "/") + ".py")
    if not path.exists():
        return

    ours = {found for found in imports(path) if found.split(".")[0] in OURS}
    assert not {found for found in ours if not within(found, CORE)}


def test_no_file_is_named_after_nothing() -> None:
    assert not [path for path in files() if path.stem in {"utils", "helpers", "misc", "common"}]


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_says_in_one_sentence_what_it_is_for_and_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]

    assert first.endswith((".", ":"))
    assert len(text.splitlines()) <= 320
