"""The rows behind a unit's figures: total, branches, members, areas, forms, courses and approvals in one statement."""

from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, func, literal, select, union_all

from storage.columns import Id
from storage.evidence import APPROVED
from storage.tables import evidence, memberships, study_logs, unit_tree
from storage.unit_rows import valid_on
from storage.unit_tables import unit_parents
from storage.units import ACTIVE

TOTAL, AREA, MODE, COURSE, APPROVALS, BRANCH_APPROVALS, BRANCH, MEMBERS = (
    "total", "area", "mode", "course", "approved", "branch approved", "branch", "members",
)  # fmt: skip
"""What a row is about."""
COURSES = 50
"""Named courses that are listed, those with the most minutes first."""


def statement(unit_id: int, start: date, end: date, tree_of: date | None) -> Any:
    """Total, areas, branches and members, all out of the same subqueries."""
    subtree = subtree_of(unit_id, tree_of)
    entries, members = _entries(subtree, start, end), _members(subtree)
    people, proved = _people(entries, members), _proved(subtree, start, end)
    return union_all(
        _total(people),
        _parts(AREA, entries, entries.c.area),
        _parts(MODE, entries, entries.c.mode),
        _courses(entries),
        _approvals(APPROVALS, proved),
        _approvals(BRANCH_APPROVALS, proved, id=proved.c.branch_id).group_by(proved.c.branch_id),
        _branches(entries, members),
        _headcounts(members),
    )


def subtree_of(unit_id: int, tree_of: date | None) -> CTE:
    """Every unit below (now or on a day), each with the unit right below `unit_id` that leads to it."""
    return subtree_now(unit_id) if tree_of is None else subtree_on(unit_id, tree_of)


def subtree_now(unit_id: int, name: str = "subtree") -> CTE:
    """Every unit below, with the unit right below `unit_id` that leads to it (itself for the unit's own people).

    Above every unit stands one ancestor per depth, so that branch is the ancestor one step lower than `unit_id`. A unit
    that ended stands at the depth of the one that it is part of: with none one step lower it is among the own people.
    """
    step = unit_tree.alias("step")
    same = (step.c.unit_id == unit_tree.c.unit_id) & (step.c.depth == unit_tree.c.depth - 1)
    branch = func.coalesce(step.c.ancestor_id, unit_tree.c.ancestor_id).label("branch_id")
    joined = unit_tree.outerjoin(step, same)
    below = select(unit_tree.c.unit_id, branch).select_from(joined).where(unit_tree.c.ancestor_id == unit_id)
    return below.cte(name)


def subtree_on(unit_id: int, day: date, name: str = "subtree") -> CTE:
    """The same by the parents of a day."""
    own = literal(unit_id, Id)
    here = select(own.label("unit_id"), own.label("branch_id")).cte(name, recursive=True)
    row = unit_parents.alias("row")
    is_branch = row.c.stands & (here.c.branch_id == own)
    branch = case((is_branch, row.c.unit_id), else_=here.c.branch_id)
    below = select(row.c.unit_id, branch).join(here, row.c.parent_id == here.c.unit_id)
    return here.union_all(below.where(valid_on(row, day)))


def _entries(subtree: CTE, start: date, end: date) -> CTE:
    """Entries folded to one row per person, branch, area, form and course."""
    mode = func.coalesce(study_logs.c.mode, "").label("mode")
    course = func.coalesce(study_logs.c.course, "").label("course")
    properties = (study_logs.c.area, mode, course)
    return (
        select(
            study_logs.c.person_id,
            subtree.c.branch_id,
            *properties,
            func.count().label("entries"),
            func.sum(study_logs.c.minutes).label("minutes"),
            func.sum(case((study_logs.c.completed, 1), else_=0)).label("completed"),
        )
        .join(subtree, subtree.c.unit_id == study_logs.c.unit_id)
        .where(counts_between(start, end))
        .group_by(study_logs.c.person_id, subtree.c.branch_id, *properties)
        .cte("entries")
    )


def counts_between(start: date, end: date) -> ColumnElement[bool]:
    """The condition that an entry counts on these days, both included."""
    return study_logs.c.day.between(start, end) & study_logs.c.deleted_at.is_(None)


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
        TOTAL,
        active=func.count(),
        former=func.count(case((people.c.member_id.is_(None), 1))),
        entries=func.sum(people.c.entries),
        minutes=func.sum(people.c.minutes),
        median=func.avg(case((middle, people.c.minutes))),
    ).select_from(people)


def _parts(part: str, entries: CTE, key: ColumnElement[str]) -> Select[Any]:
    """People, entries and minutes by one property of the entries."""
    row = _row(part, name=key, active=func.count(entries.c.person_id.distinct()), **_sums(entries))
    return row.group_by(key)


def _courses(entries: CTE) -> Select[Any]:
    """The same for the named courses with the most minutes."""
    rows = _parts(COURSE, entries, entries.c.course).where(entries.c.course != "")
    order = (func.sum(entries.c.minutes).desc(), entries.c.course)
    largest = rows.order_by(*order).limit(COURSES).subquery("largest")
    return select(*largest.c)


def _sums(entries: CTE) -> dict[str, ColumnElement[Any]]:
    names = ("entries", "minutes", "completed")
    return {name: func.sum(entries.c[name]) for name in names}


def _proved(subtree: CTE, start: date, end: date) -> CTE:
    """Entries whose evidence an officer has approved, with at most the minutes that they had then."""
    proven = (
        select(evidence.c.log_id, func.max(evidence.c.minutes).label("minutes"))
        .where(evidence.c.state == APPROVED)
        .group_by(evidence.c.log_id)
        .subquery("proven")
    )
    least = case((proven.c.minutes < study_logs.c.minutes, proven.c.minutes), else_=study_logs.c.minutes)
    counted = study_logs.join(subtree, subtree.c.unit_id == study_logs.c.unit_id)
    found = select(study_logs.c.person_id, subtree.c.branch_id, least.label("minutes"))
    return (
        found.select_from(counted.join(proven, proven.c.log_id == study_logs.c.id))
        .where(counts_between(start, end))
        .cte("proved")
    )


def _approvals(part: str, proved: CTE, **columns: Any) -> Select[Any]:
    """How many approved entries there are, of how many people and for how long."""
    people, minutes = func.count(proved.c.person_id.distinct()), func.sum(proved.c.minutes)
    return _row(part, active=people, entries=func.count(), minutes=minutes, **columns).select_from(proved)


def _branches(entries: CTE, members: CTE) -> Select[Any]:
    belongs = (members.c.person_id == entries.c.person_id) & (members.c.branch_id == entries.c.branch_id)
    left = case((members.c.person_id.is_(None), entries.c.person_id))
    row = _row(
        BRANCH,
        id=entries.c.branch_id,
        active=func.count(entries.c.person_id.distinct()),
        former=func.count(left.distinct()),
        entries=func.sum(entries.c.entries),
        minutes=func.sum(entries.c.minutes),
    )
    return row.select_from(entries.outerjoin(members, belongs)).group_by(entries.c.branch_id)


def _headcounts(members: CTE) -> Select[Any]:
    return _row(MEMBERS, id=members.c.branch_id, entries=func.count()).group_by(members.c.branch_id)


def _row(part: str, **columns: Any) -> Select[Any]:
    """One SELECT of the union; what a part has not is 0 (a bare NULL would make PostgreSQL guess its type)."""
    shape: dict[str, ColumnElement[Any]] = {"id": literal(0, Id), "name": literal("")}
    shape |= dict.fromkeys(("active", "former", "entries", "minutes", "completed", "median"), literal(0))
    shown = [value.label(name) for name, value in (shape | columns).items()]
    return select(literal(part).label("part"), *shown)
