"""The documents speak of things that exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_of_a_page_exist(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))

    missing = [link for link in targets if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_every_make_command_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))

    assert not {name for name in named if not re.search(rf"^{name}:", makefile, re.M)}


def test_make_help_lists_every_target_that_is_explained() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for name in ("install", "run", "test", "check", "eval", "bench", "texts", "language", "migration", "demo"):
        assert re.search(rf"make {name}\s", listed)


def test_every_file_that_the_architecture_names_exists() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|handlers|storage|tests)/[\w/.]+\.py)`", page)

    assert named
    assert not [path for path in named if not (ROOT / path).exists()]


def test_the_command_line_explains_itself() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    for command in ("web", "worker", "console", "understand", "ask", "summary", "grant", "units", "demo", "migrate"):
        assert re.search(rf"^\s+{command}\b", shown, re.M)


def test_no_committed_text_names_a_registry_or_an_index() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    requirements = [ROOT / name for name in listed if name.startswith("requirements")]

    assert not [path.name for path in requirements if "index-url" in path.read_text(encoding="utf-8")]
