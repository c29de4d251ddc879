"""Figures of a unit and all below it over some days: one statement, so that all of them are of the same moment.

Every summary, on whatever channel or in whatever file, reads its numbers here. An entry counts for the unit that stands
on it (the person's unit when it was logged, and only if the person agreed to be counted), whoever leaves later.
Where that unit stands is asked of the tree now (`unit_tree`) or of the tree on a day (`unit_parents`); a unit
that does not stand there then is part of the one that stands in its place, so that no entry is lost.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, func, literal, select, union_all

from storage.changes import Changes
from storage.columns import Id
from storage.database import Database
from storage.tables import memberships, study_logs, unit_tree, units
from storage.unit_rows import valid_on
from storage.unit_tables import unit_names, unit_parents
from storage.units import ACTIVE

_TOTAL, _AREA, _BRANCH, _MEMBERS = "total", "area", "branch", "members"


@dataclass(frozen=True, slots=True)
class Branch:
    """Figures of one unit right below (with all below that one), or of the unit's own people."""

    unit_id: int
    code: str
    name: str
    members: int
    active_people: int
    former_people: int
    entries: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a unit with all below it.

    The sums of `branches` and `direct` equal the totals; only a person with entries in two of them counts in both.
    """

    members: int
    """People who belong there now: who is expected to log."""
    active_people: int
    """Different people with at least one entry."""
    former_people: int
    """Those of them who belong there no more."""
    entries: int
    minutes: int
    median_minutes: float
    """Median over the active people of each one's minutes; 0 without any."""
    areas: dict[str, int]
    """Minutes by area, largest first."""
    branches: tuple[Branch, ...]
    """Every unit right below, in the tree's order, also those without an entry."""
    direct: Branch
    """People and entries of the unit itself, not of a unit below."""


class Summaries:
    """Questions about units' totals."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def figures(self, unit_id: int, start: date, end: date, *, tree_of: date | None = None) -> Figures | None:
        """The figures from `start` to `end`, both included, in the tree now or in that of a day.

        None when there is no such unit in that tree.
        """
        shown = _units(tree_of)
        itself = await self._database.first(shown.where(units.c.id == unit_id))
        if itself is None:
            return None
        parent = units.c.parent_id if tree_of is None else unit_parents.c.parent_id
        below = await self._database.all(shown.where(parent == unit_id))
        rows = await self._database.all(_statement(unit_id, start, end, tree_of))
        total = next(row for row in rows if row.part == _TOTAL)
        areas = sorted((row for row in rows if row.part == _AREA), key=lambda row: (-row.minutes, row.name))
        members = {row.id: int(row.entries) for row in rows if row.part == _MEMBERS}
        branches = {row.id: row for row in rows if row.part == _BRANCH}

        def branch(unit: Any) -> Branch:
            counts = _counts(members.get(unit.id, 0), branches.get(unit.id))
            return Branch(unit.id, unit.code, unit.name, *counts)

        return Figures(
            *_counts(sum(members.values()), total),
            median_minutes=float(total.median or 0),
            areas={row.name: int(row.minutes) for row in areas},
            branches=tuple(branch(unit) for unit in below),
            direct=branch(itself),
        )


def _counts(members: int, row: Any) -> tuple[int, int, int, int, int]:
    if row is None:
        return (members, 0, 0, 0, 0)
    return (members, row.active, row.former or 0, int(row.entries or 0), int(row.minutes or 0))


def _units(day: date | None) -> Select[Any]:
    """The units that stand now or on a day, with their names then, in the tree's order."""
    if day is None:
        standing = select(units.c.id, units.c.code, units.c.name).where(units.c.valid_to.is_(None))
    else:
        standing = (
            select(units.c.id, units.c.code, unit_names.c.name)
            .join(unit_names, (unit_names.c.unit_id == units.c.id) & valid_on(unit_names, day))
            .join(unit_parents, (unit_parents.c.unit_id == units.c.id) & valid_on(unit_parents, day))
            .where(unit_parents.c.stands)
        )
    return standing.order_by(units.c.position, units.c.code)


def _statement(unit_id: int, start: date, end: date, tree_of: date | None) -> Any:
    """Total, areas, branches and members, all out of the same subqueries."""
    subtree = _subtree(unit_id) if tree_of is None else _subtree_on(unit_id, tree_of)
    entries, members = _entries(subtree, start, end), _members(subtree)
    people = _people(entries, members)
    return union_all(_total(people), _areas(entries), _branches(entries, members), _headcounts(members))


def _subtree(unit_id: int) -> CTE:
    """Every unit below, with the unit right below `unit_id` that leads to it (itself for the unit's own people).

    Above every unit stands one ancestor per depth, so that branch is the ancestor one step lower than `unit_id`. A unit
    that ended stands at the depth of the one that it is part of: with none one step lower it is among the own people.
    """
    step = unit_tree.alias("step")
    same = (step.c.unit_id == unit_tree.c.unit_id) & (step.c.depth == unit_tree.c.depth - 1)
    branch = func.coalesce(step.c.ancestor_id, unit_tree.c.ancestor_id).label("branch_id")
    joined = unit_tree.outerjoin(step, same)
    below = select(unit_tree.c.unit_id, branch).select_from(joined).where(unit_tree.c.ancestor_id == unit_id)
    return below.cte("subtree")


def _subtree_on(unit_id: int, day: date) -> CTE:
    """The same by the parents of a day."""
    own = literal(unit_id, Id)
    here = select(own.label("unit_id"), own.label("branch_id")).cte("subtree", recursive=True)
    row = unit_parents.alias("row")
    is_branch = row.c.stands & (here.c.branch_id == own)
    branch = case((is_branch, row.c.unit_id), else_=here.c.branch_id)
    below = select(row.c.unit_id, branch).join(here, row.c.parent_id == here.c.unit_id)
    return here.union_all(below.where(valid_on(row, day)))


def _entries(subtree: CTE, start: date, end: date) -> CTE:
    """Entries folded to one row per person, branch and area."""
    return (
        select(
            study_logs.c.person_id,
            subtree.c.branch_id,
            study_logs.c.area,
            func.count().label("entries"),
            func.sum(study_logs.c.minutes).label("minutes"),
        )
        .join(subtree, subtree.c.unit_id == study_logs.c.unit_id)
        .where(study_logs.c.day.between(start, end), study_logs.c.deleted_at.is_(None))
        .group_by(study_logs.c.person_id, subtree.c.branch_id, study_logs.c.area)
        .cte("entries")
    )


def _members(subtree: CTE) -> CTE:
    """Who belongs below now, with the branch (a person has one active membership at most)."""
    below = select(memberships.c.person_id, subtree.c.branch_id).join(
        subtree, subtree.c.unit_id == memberships.c.unit_id
    )
    return below.where(memberships.c.state == ACTIVE).cte("members")


def _people(entries: CTE, members: CTE) -> CTE:
    """One row per active person with a rank by minutes, for a median that both engines can compute."""
    minutes = func.sum(entries.c.minutes).label("minutes")
    each = select(entries.c.person_id, func.sum(entries.c.entries).label("entries"), minutes)
    sums = each.group_by(entries.c.person_id).subquery("sums")
    return (
        select(
            sums.c.entries,
            sums.c.minutes,
            members.c.person_id.label("member_id"),
            func.row_number().over(order_by=sums.c.minutes).label("rank"),
            func.count().over().label("people"),
        )
        .outerjoin(members, members.c.person_id == sums.c.person_id)
        .cte("people")
    )


def _total(people: CTE) -> Select[Any]:
    middle = people.c.rank.in_(((people.c.people + 1) // 2, (people.c.people + 2) // 2))
    return _row(
        _TOTAL,
        active=func.count(),
        former=func.count(case((people.c.member_id.is_(None), 1))),
        entries=func.sum(people.c.entries),
        minutes=func.sum(people.c.minutes),
        median=func.avg(case((middle, people.c.minutes))),
    ).select_from(people)


def _areas(entries: CTE) -> Select[Any]:
    sums = {"entries": func.sum(entries.c.entries), "minutes": func.sum(entries.c.minutes)}
    return _row(_AREA, name=entries.c.area, **sums).group_by(entries.c.area)


def _branches(entries: CTE, members: CTE) -> Select[Any]:
    belongs = (members.c.person_id == entries.c.person_id) & (members.c.branch_id == entries.c.branch_id)
    left = case((members.c.person_id.is_(None), entries.c.person_id))
    row = _row(
        _BRANCH,
        id=entries.c.branch_id,
        active=func.count(entries.c.person_id.distinct()),
        former=func.count(left.distinct()),
        entries=func.sum(entries.c.entries),
        minutes=func.sum(entries.c.minutes),
    )
    return row.select_from(entries.outerjoin(members, belongs)).group_by(entries.c.branch_id)


def _headcounts(members: CTE) -> Select[Any]:
    return _row(_MEMBERS, id=members.c.branch_id, entries=func.count()).group_by(members.c.branch_id)


def _row(part: str, **columns: Any) -> Select[Any]:
    """One SELECT of the union; what a part has not is 0 (a bare NULL would make PostgreSQL guess its type)."""
    shape: dict[str, ColumnElement[Any]] = {"id": literal(0, Id), "name": literal("")}
    shape |= dict.fromkeys(("active", "former", "entries", "minutes", "median"), literal(0))
    shown = [value.label(name) for name, value in (shape | columns).items()]
    return select(literal(part).label("part"), *shown)
