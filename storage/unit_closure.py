"""Statements that keep `unit_tree`, the closure of the tree now, in step with the changes of units.

Everything here runs in the order in which it is called. A subtree is first cut off from all above it, then hung below
its new parent; a unit that ends hands all its rows, and those of the units that are part of it, to its successor.
"""

from collections.abc import Iterable

from sqlalchemy import delete, insert, literal, select, true

from storage.changes import Changes
from storage.columns import Id
from storage.tables import unit_tree

_COLUMNS = ("ancestor_id", "unit_id", "depth")


def add(changes: Changes, unit_id: int, parent_id: int | None) -> None:
    """A new unit without anything below it."""
    changes.run(insert(unit_tree).values(ancestor_id=unit_id, unit_id=unit_id, depth=0))
    if parent_id is not None:
        _hang(changes, unit_id, parent_id, 1)


def move(changes: Changes, unit_id: int, parent_id: int | None) -> None:
    """Hang a unit with all below it under another parent; without one it becomes a root."""
    _cut(changes, unit_id)
    if parent_id is not None:
        _hang(changes, unit_id, parent_id, 1)


def end(changes: Changes, unit_id: int, successor_id: int | None) -> None:
    """The unit is part of its successor from now on, and what was below it is below the successor."""
    _cut(changes, unit_id)
    if successor_id is not None:
        _hang(changes, unit_id, successor_id, 0)
    changes.run(delete(unit_tree).where(unit_tree.c.ancestor_id == unit_id))


def revive(
    changes: Changes, unit_id: int, parent_id: int | None, parts: Iterable[int], children: Iterable[int]
) -> None:
    """An ended unit stands again: with the units that are part of it, and its children back below it."""
    children = list(children)
    for child in children:
        _cut(changes, child)
    parts = list(parts)
    changes.run(delete(unit_tree).where(unit_tree.c.unit_id.in_([unit_id, *parts])))
    add(changes, unit_id, parent_id)
    line = unit_tree.alias("line")
    for part in parts:
        rows = select(line.c.ancestor_id, literal(part, Id), line.c.depth).where(line.c.unit_id == unit_id)
        changes.run(insert(unit_tree).from_select(_COLUMNS, rows))
    for child in children:
        _hang(changes, child, unit_id, 1)


def _cut(changes: Changes, unit_id: int) -> None:
    """Take all above a unit away from it and from all below it."""
    below, above = unit_tree.alias("below"), unit_tree.alias("above")
    subtree = select(below.c.unit_id).where(below.c.ancestor_id == unit_id)
    line = select(above.c.ancestor_id).where(above.c.unit_id == unit_id, above.c.ancestor_id != unit_id)
    changes.run(delete(unit_tree).where(unit_tree.c.unit_id.in_(subtree), unit_tree.c.ancestor_id.in_(line)))


def _hang(changes: Changes, unit_id: int, above_id: int, step: int) -> None:
    """Put a cut subtree `step` levels below a unit; 0 makes its top part of that unit."""
    above, below = unit_tree.alias("above"), unit_tree.alias("below")
    rows = select(above.c.ancestor_id, below.c.unit_id, above.c.depth + below.c.depth + step)
    every_pair = above.join(below, true())
    rows = rows.select_from(every_pair).where(above.c.unit_id == above_id, below.c.ancestor_id == unit_id)
    changes.run(insert(unit_tree).from_select(_COLUMNS, rows))
