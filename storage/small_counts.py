"""How many people stand behind what two figures differ by: other days of a cell, and the tree of a day against now.

The rules that hide small cells (`bot/reports/small_cells.py`) ask here; nobody is shown these counts.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CTE, Date, Select, func, literal, or_, select, union, union_all

from storage.columns import Id
from storage.summary_rows import counts_between, subtree_now, subtree_of, subtree_on
from storage.tables import study_logs

Days = tuple[date, date]
"""First and last day, both included."""
WHOLE = 0
"""Stands for the unit with all below it among its cells."""


def people_by_days(unit_id: int, days: Sequence[Days], cells: Collection[int], tree_of: date | None) -> Any:
    """Rows of number (place in `days`), cell (a branch, the unit for its own people, or WHOLE), people."""
    subtree = subtree_of(unit_id, tree_of)
    ranges = _ranges(days)
    seen = (
        select(ranges.c.number, subtree.c.branch_id, study_logs.c.person_id)
        .join(subtree, subtree.c.unit_id == study_logs.c.unit_id)
        .join(ranges, study_logs.c.day.between(ranges.c.first, ranges.c.last))
        .where(counts_between(min(first for first, _ in days), max(last for _, last in days)))
        .where(subtree.c.branch_id.in_(set(cells)))
        .distinct()
        .cte("seen")
    )
    people = func.count(seen.c.person_id.distinct()).label("people")
    by_branch = select(seen.c.number, seen.c.branch_id.label("cell"), people)
    whole = select(seen.c.number, literal(WHOLE, Id).label("cell"), people)
    return union_all(by_branch.group_by(seen.c.number, seen.c.branch_id), whole.group_by(seen.c.number))


def _ranges(days: Sequence[Days]) -> CTE:
    rows = [
        select(literal(number).label("number"), literal(first, Date).label("first"), literal(last, Date).label("last"))
        for number, (first, last) in enumerate(days)
    ]
    return union_all(*rows).cte("ranges")


def people_who_moved(unit_id: int, start: date, end: date, day: date) -> Select[Any]:
    """Rows of then_cell, now_cell (None outside the unit), people: whose entries count elsewhere in the two trees."""
    then, now = subtree_on(unit_id, day, "then"), subtree_now(unit_id, "now")
    places = [
        select(left.c.unit_id, then.c.branch_id.label("then_cell"), now.c.branch_id.label("now_cell")).select_from(
            left.outerjoin(right, right.c.unit_id == left.c.unit_id)
        )
        for left, right in ((then, now), (now, then))
    ]
    place = union(*places).subquery("place")
    differs = or_(place.c.then_cell != place.c.now_cell, place.c.then_cell.is_(None), place.c.now_cell.is_(None))
    people = func.count(study_logs.c.person_id.distinct()).label("people")
    return (
        select(place.c.then_cell, place.c.now_cell, people)
        .join(study_logs, study_logs.c.unit_id == place.c.unit_id)
        .where(differs, counts_between(start, end))
        .group_by(place.c.then_cell, place.c.now_cell)
    )
