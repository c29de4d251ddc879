"""Whether a labelled row also stands in the articles, the rules or a test: then its figure says less than it seems."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.knowledge.scoring import folded

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("bot", "handlers", "storage", "locales", "tests")
SUFFIXES = {".py", ".md", ".toml", ".po", ".jsonl"}
SHORTEST = 15
"""Letters of a folded row from which finding it elsewhere is unlikely to be chance."""

Overlap = tuple[str, str, str]
"""Set, id of the row, file."""


def overlaps(sets: Iterable[str], read: Callable[[str], list[dict[str, Any]]]) -> list[Overlap]:
    """Rows whose folded text stands word for word in another file of the project."""
    texts = {str(path.relative_to(ROOT)): folded(path.read_text(encoding="utf-8")) for path in _files()}
    found = []
    for name in sets:
        for row in read(name):
            key = folded(row["text"])
            if len(key) >= SHORTEST:
                found += [(name, row["id"], path) for path, text in texts.items() if f" {key} " in f" {text} "]
    return found


def _files() -> list[Path]:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))]
    return [path for path in paths if path.suffix in SUFFIXES and "fixtures" not in path.parts]
