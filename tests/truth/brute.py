"""What plain counting over the raw rows finds for a unit and some days: none of the product's queries is used."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import select

from bot.reports.small_cells import SMALL
from storage.database import Database
from storage.recognitions import recognitions
from storage.tables import evidence, units
from tests.storage.tree_by_hand import HandTree, Raw, read_raw
from tests.truth.recognised import Matters, counted

Ways = dict[tuple[int | None, int | None], list[Any]]
"""Entries by the cell in which they count in the tree of the day, and in the tree now; None is outside."""


@dataclass
class Cell:
    """One unit right below with all below it, or the unit's own people."""

    members: int = 0
    people: set[int] = field(default_factory=set)
    here: set[int] = field(default_factory=set)
    """Those of them who belong there now."""
    entries: int = 0
    minutes: int = 0
    approved: tuple[int, int] = (0, 0)
    """Entries and minutes of approved evidence."""
    recognised: Matters = field(default_factory=list)


@dataclass
class Counted:
    """The figures of one unit and period."""

    members: int
    active: int
    former: int
    entries: int
    minutes: int
    median: float
    areas: dict[str, int]
    modes: dict[str, int]
    courses: dict[str, tuple[int, int, int, int]]
    """People, entries, minutes and completions of each named course."""
    months: dict[str, int]
    approved: tuple[int, int, int] | None
    recognised: Matters
    cells: dict[int, Cell]
    moved: tuple[int, int]
    """People whose entries count in this unit in the tree of the day only, and in the tree now only."""
    blurred: frozenset[str]
    """Months in which fewer than five people went one way between the two trees (decision 10): no one sees them.

    Nor the month with the fewest people beside the only one of them that has entries (all, where no other has any).
    """


class Count:
    """All rows, and each unit's line in every tree that was asked for."""

    def __init__(
        self, raw: Raw, approved: dict[int, int], today: date, kinds: dict[int, str], decided: list[Any]
    ) -> None:
        self.raw, self.approved, self.today, self.kinds, self.decided = raw, approved, today, kinds, decided
        self.codes = {id: code for code, id in raw.ids.items()}
        self._trees: dict[date | None, HandTree] = {}
        self._lines: dict[date | None, dict[int, list[int]]] = {}
        self._logs: dict[int, list[Any]] = defaultdict(list)
        for log in raw.logs:
            if log.unit_id is not None:
                self._logs[log.unit_id].append(log)

    def tree(self, day: date | None) -> HandTree:
        """The tree of a day, of today without one."""
        if day not in self._trees:
            self._trees[day] = self.raw.tree(day or self.today)
            self._lines[day] = {id: self._trees[day].line(id) for id in self.codes}
        return self._trees[day]

    def is_military(self, unit: int, day: date | None) -> bool:
        """True below a military root."""
        self.tree(day)
        return self.kinds.get(self._lines[day][unit][-1]) == "military"

    def count(self, unit: int, start: date, end: date, day: date | None) -> Counted:
        """The figures from `start` to `end`, both included, in the tree of a day or of today."""
        tree = self.tree(day)
        lines = self._lines[day]
        cells = {id: Cell() for id, parent in tree.parents.items() if parent == unit} | {unit: Cell()}
        logs = []
        for id, line in lines.items():
            if unit not in line:
                continue
            cell = cells[_cell(line, unit) or unit]
            inside = [log for log in self._logs[id] if start <= log.day <= end]
            logs += inside
            cell.people |= {log.person_id for log in inside}
            cell.entries += len(inside)
            cell.minutes += sum(log.minutes for log in inside)
            proven = [min(log.minutes, self.approved[log.id]) for log in inside if log.id in self.approved]
            cell.approved = (cell.approved[0] + len(proven), cell.approved[1] + sum(proven))
        members = set()
        for person, home in self.raw.members.items():
            line = lines[home]
            if unit in line:
                members.add(person)
                cell = cells[_cell(line, unit) or unit]
                cell.members += 1
                cell.here |= {person} & cell.people
        decided = [row for row in self.decided if unit in lines[row.unit_id] and start <= row.decision_date <= end]
        for id, cell in cells.items():
            cell.recognised = counted([row for row in decided if (_cell(lines[row.unit_id], unit) or unit) == id])
        return _counted(logs, members, cells, self.approved, self._moved(unit, start, end, day), counted(decided))

    def _moved(self, unit: int, start: date, end: date, day: date | None) -> Ways:
        """The entries that count here in one of the two trees only, by the way that they went."""
        self.tree(None)
        found: Ways = defaultdict(list)
        for id in self.codes:
            way = (_cell(self._lines[day][id], unit), _cell(self._lines[None][id], unit))
            if None in way and way != (None, None):
                found[way] += [log for log in self._logs[id] if start <= log.day <= end]
        return found


def _cell(line: list[int], unit: int) -> int | None:
    """The unit right below `unit` (or itself) on this line; None where the line does not pass it."""
    return line[max(line.index(unit) - 1, 0)] if unit in line else None


def _people(logs: Iterable[Any]) -> int:
    return len({log.person_id for log in logs})


def _month(log: Any) -> str:
    return f"{log.day:%m/%Y}"


def _counted(
    logs: list[Any], members: set[int], cells: dict[int, Cell], approved: dict[int, int], moved: Ways,
    recognised: Matters,
) -> Counted:  # fmt: skip
    by_person: Counter[int] = Counter()
    sums: dict[str, Counter[str]] = {name: Counter() for name in ("areas", "modes", "months")}
    courses: dict[str, list[Any]] = defaultdict(list)
    for log in logs:
        by_person[log.person_id] += log.minutes
        sums["areas"][log.area] += log.minutes
        sums["modes"][log.mode or ""] += log.minutes
        sums["months"][_month(log)] += log.minutes
        if log.course:
            courses[log.course].append(log)
    blurred = {
        month
        for those in moved.values()
        for month in {_month(log) for log in those}
        if _people(log for log in those if _month(log) == month) < SMALL
    }
    seen = [log for log in logs if log.id in approved]
    proven = sum(min(log.minutes, approved[log.id]) for log in seen)
    return Counted(
        members=len(members),
        active=len(by_person),
        former=len(by_person.keys() - members),
        entries=len(logs),
        minutes=sum(by_person.values()),
        median=median(by_person.values()) if by_person else 0,
        areas=dict(sums["areas"]),
        modes=dict(sums["modes"]),
        courses={name: _course(rows) for name, rows in courses.items()},
        months=dict(sums["months"]),
        approved=(len({log.person_id for log in seen}), len(seen), proven) if seen else None,
        recognised=recognised,
        cells=cells,
        moved=(
            _people(log for way, those in moved.items() if way[0] is not None for log in those),
            _people(log for way, those in moved.items() if way[1] is not None for log in those),
        ),
        blurred=frozenset(blurred | _beside(blurred, logs)),
    )


def _beside(blurred: set[str], logs: list[Any]) -> set[str]:
    """The month that would give the only blurred one away, once it is taken from the period's total."""
    months: dict[str, list[Any]] = defaultdict(list)
    for log in logs:
        months[_month(log)].append(log)
    if len(blurred & months.keys()) != 1:
        return set()
    sizes = {
        (_people(those), sum(log.minutes for log in those), month[3:] + month[:2])
        for month, those in months.items()
        if month not in blurred
    }
    return {min(sizes)[2][4:] + "/" + min(sizes)[2][:4]} if sizes else set()


def _course(rows: list[Any]) -> tuple[int, int, int, int]:
    people = {row.person_id for row in rows}
    return len(people), len(rows), sum(row.minutes for row in rows), sum(row.completed for row in rows)


async def counter(database: Database, start: dict[int, tuple[int | None, str]], today: date) -> Count:
    """Read all rows; `start` is the tree before its first change."""
    raw = await read_raw(database, start)
    passed = select(evidence.c.log_id, evidence.c.minutes).where(evidence.c.state == "approved")
    approved: dict[int, int] = {}
    for row in await database.all(passed):
        approved[row.log_id] = max(approved.get(row.log_id, 0), row.minutes)
    kinds = {row.id: row.kind for row in await database.all(select(units.c.id, units.c.kind))}
    decided = await database.all(select(recognitions).where(recognitions.c.withdrawn_at.is_(None)))
    return Count(raw, approved, today, kinds, list(decided))
