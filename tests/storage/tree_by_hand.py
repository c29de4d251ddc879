"""The tree of any day by plain replay of the changes, to compare the product's tree and figures with."""

from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import select

from storage.database import Database
from storage.tables import memberships, study_logs, unit_tree, units
from storage.unit_tables import unit_events


@dataclass
class HandTree:
    """Parents and names of the units that stand; for the others, of which unit they are part."""

    parents: dict[int, int | None] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    part_of: dict[int, int | None] = field(default_factory=dict)

    def place(self, unit: int) -> int | None:
        """The standing unit in which an entry of this unit counts."""
        while unit not in self.parents:
            successor = self.part_of.get(unit)
            if successor is None:
                return None
            unit = successor
        return unit

    def line(self, unit: int) -> list[int]:
        """The unit that stands in its place, and all above."""
        here, line = self.place(unit), []
        while here is not None:
            line.append(here)
            here = self.parents[here]
        return line

    def end(self, unit: int, successor: int | None) -> None:
        for child, parent in self.parents.items():
            if parent == unit:
                self.parents[child] = successor
        del self.parents[unit]
        del self.names[unit]
        self.part_of[unit] = successor


@dataclass
class Raw:
    """The rows of a database, read without any of the product's queries."""

    start: dict[int, tuple[int | None, str]]
    events: list[Any]
    ids: dict[str, int]
    logs: list[Any]
    members: dict[int, int]
    closure: set[tuple[int, int, int]]

    def tree(self, day: date) -> HandTree:
        """Replay what had happened by a day; a unit not yet opened is part of its first parent."""
        tree = HandTree({id: parent for id, (parent, _) in self.start.items()})
        tree.names = {id: name for id, (_, name) in self.start.items()}
        first = self._first_parents()
        for event in self._in_order():
            self._replay(tree, event, event.effective <= day, first)
        return tree

    def _in_order(self) -> list[Any]:
        return sorted(self.events, key=lambda one: (one.effective, one.number))

    def _first_parents(self) -> dict[int, int | None]:
        """For every split, below which unit the new ones stood on their first day."""
        tree, found = HandTree({id: parent for id, (parent, _) in self.start.items()}), {}
        tree.names = {id: name for id, (_, name) in self.start.items()}
        for event in self._in_order():
            found[event.number] = tree.parents.get(event.unit_id)
            self._replay(tree, event, True, found)
        return found

    def _replay(self, tree: HandTree, event: Any, has_happened: bool, first: dict[int, int | None]) -> None:
        unit, to = event.unit_id, event.details["to"]
        parent = to if event.kind == "open" else first[event.number]
        for code, name, *_ in event.details["new"]:
            if has_happened:
                tree.parents[self.ids[code]], tree.names[self.ids[code]] = parent, name
            else:
                tree.part_of[self.ids[code]] = parent
        if not has_happened:
            return
        if event.kind == "rename":
            tree.names[unit] = event.details["name"]
        elif event.kind == "move":
            tree.parents[unit] = to
        elif event.kind == "merge":
            tree.end(unit, to)
        elif event.kind in ("split", "close"):
            tree.end(unit, tree.parents[unit])


async def read_raw(database: Database, start: dict[int, tuple[int | None, str]]) -> Raw:
    """All rows; `start` is the tree before its first change."""
    applied = (unit_events.c.state == "applied") & unit_events.c.kind.not_in(("import", "undo"))
    belongs = await database.all(select(memberships).where(memberships.c.state == "active"))
    return Raw(
        start,
        list(await database.all(select(unit_events).where(applied))),
        {row.code: row.id for row in await database.all(select(units.c.id, units.c.code))},
        list(await database.all(select(study_logs).where(study_logs.c.deleted_at.is_(None)))),
        {row.person_id: row.unit_id for row in belongs},
        {tuple(row) for row in await database.all(select(*unit_tree.c["ancestor_id", "unit_id", "depth"]))},
    )


def closure_of(raw: Raw, tree: HandTree) -> set[tuple[int, int, int]]:
    """What `unit_tree` must hold."""
    known = {*raw.ids.values()}
    return {(above, unit, depth) for unit in known for depth, above in enumerate(tree.line(unit))}


def figures_by_hand(raw: Raw, tree: HandTree, unit: int, start: date, end: date) -> tuple[Any, ...]:
    """Entries, minutes, active and former people, median, members, own entries, and entries by branch with its name."""
    minutes: dict[int, int] = {}
    branches = {tree.names[id]: 0 for id, parent in tree.parents.items() if parent == unit}
    entries = own = 0
    for log in raw.logs:
        line = tree.line(log.unit_id)
        if unit not in line or not start <= log.day <= end:
            continue
        entries += 1
        minutes[log.person_id] = minutes.get(log.person_id, 0) + log.minutes
        if line[0] == unit:
            own += 1
        else:
            branches[tree.names[line[line.index(unit) - 1]]] += 1
    members = {person for person, home in raw.members.items() if unit in tree.line(home)}
    middle = median(minutes.values()) if minutes else 0
    return (
        entries, sum(minutes.values()), len(minutes), len(minutes.keys() - members), middle, len(members), own,
        tuple(sorted(branches.items())),
    )  # fmt: skip


def as_tuple(figures: Any) -> tuple[Any, ...]:
    """The product's figures in the same shape."""
    branches = tuple(sorted((branch.name, branch.entries) for branch in figures.branches))
    return (
        figures.entries, figures.minutes, figures.active_people, figures.former_people, figures.median_minutes,
        figures.members, figures.direct.entries, branches,
    )  # fmt: skip
