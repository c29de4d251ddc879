"""The data map names every table, and says of each table about persons that it is one."""

import re
from pathlib import Path

from storage.erasure import rows_about
from storage.migrate import metadata

PAGE = Path(__file__).resolve().parent.parent / "docs" / "privacy.md"
ABOUT_PERSONS, ABOUT_WORK = "### About persons", "### About units and work"


def rows(part: str) -> list[list[str]]:
    """The cells of each row of a part's table."""
    found = [line.strip().strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in found]


def parts() -> tuple[str, str]:
    page = PAGE.read_text(encoding="utf-8")
    about_persons, _, rest = page.partition(ABOUT_PERSONS)[2].partition(ABOUT_WORK)
    return about_persons, rest.partition("\n## ")[0]


def named(part: str) -> set[str]:
    return {name for row in rows(part) for name in re.findall(r"`(\w+)`", row[0])}


def test_every_table_is_in_the_data_map_and_every_name_there_is_a_table() -> None:
    known = set(metadata.tables)
    mapped = set().union(*(named(part) for part in parts()))

    assert sorted(known - mapped) == [], "add these tables to docs/privacy.md: what, why, how long, who sees it"
    assert sorted(mapped - known) == [], "these are no tables any more"


def test_every_table_with_rows_about_a_person_stands_among_those_about_persons() -> None:
    about = {table.name for table in rows_about(1)}

    assert sorted(about - named(parts()[0])) == []


def test_every_table_says_what_why_how_long_and_who() -> None:
    about_persons, about_work = parts()

    assert [row[0] for row in rows(about_persons) if len(row) != 6 or not all(row)] == []
    assert [row[0] for row in rows(about_work) if len(row) != 5 or not all(row)] == []
