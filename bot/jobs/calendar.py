"""The movement's calendar as data: entries with their sources, their days in a year, and whom to tell when; pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "campaign.toml"
LEARNERS, OFFICERS, ADMINS = "learners", "officers", "admins"
STUDIED, MARKED = "studied", "marked"
"""How it is known that somebody has done it: an entry of study, or a tap."""
Days = tuple[date, date]
Edits = Mapping[tuple[str, int], Days]
"""What a root has set: first and last day by entry and year."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Whom to tell, and when: so many days before the first or the last day."""

    to: str
    days: tuple[int, ...]
    before: str
    done: str
    within: int = 0
    """With STUDIED: an entry of the last so many days counts; 0: one since the first day."""

    def step(self, days_left: int) -> int | None:
        """The step that so many days before belong to; None too early and afterwards."""
        return min((step for step in self.days if 0 <= days_left <= step), default=None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the calendar."""

    key: str
    first: str
    last: str
    source: str
    exact: bool
    notices: tuple[Notice, ...]

    @property
    def is_yearly(self) -> bool:
        """True for what comes again every year."""
        return len(self.first) == len("MM-DD")

    def days(self, year: int) -> Days:
        """First and last day, of a yearly entry those that begin in this year."""
        if not self.is_yearly:
            return date.fromisoformat(self.first), date.fromisoformat(self.last)
        first, last = date.fromisoformat(f"{year}-{self.first}"), date.fromisoformat(f"{year}-{self.last}")
        return first, last if last >= first else date.fromisoformat(f"{year + 1}-{self.last}")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An entry in one year, with the days that hold in a root."""

    entry: Entry
    year: int
    first: date
    last: date
    is_edited: bool

    def day_of(self, notice: Notice) -> date:
        """The day that a notice is about."""
        return self.first if notice.before == "first" else self.last


@cache
def entries() -> tuple[Entry, ...]:
    """All entries of the file, in its order."""
    with FILE.open("rb") as file:
        return tuple(_entry(row) for row in tomllib.load(file)["entry"])


def occurrences(today: date, edits: Edits) -> list[Occurrence]:
    """Of every entry the one that runs or comes next, soonest end first; what is over for good is left out."""
    found = []
    for entry in entries():
        years = range(today.year - 1, today.year + 2) if entry.is_yearly else [int(entry.first[:4])]
        coming = [one for year in years if (one := occurrence(entry, year, edits)).last >= today]
        found += coming[:1]
    return sorted(found, key=lambda one: (one.last, one.first))


def occurrence(entry: Entry, year: int, edits: Edits) -> Occurrence:
    """An entry in a year."""
    edited = edits.get((entry.key, year))
    first, last = edited or entry.days(year)
    return Occurrence(entry, year, first, last, edited is not None)


def since(one: Occurrence, notice: Notice, today: date) -> date:
    """From which day on an entry of study counts as done."""
    return today - timedelta(days=notice.within - 1) if notice.within else one.first


def _entry(row: Mapping[str, Any]) -> Entry:
    notices = tuple(Notice(**{**notice, "days": tuple(notice["days"])}) for notice in row.get("notice", ()))
    return Entry(row["key"], row["first"], row["last"], row["source"], row.get("exact", True), notices)
