"""Reporting periods: what a root has set, exceptions, and the expected set, frozen once the period has ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from storage.changes import Changes
from storage.columns import Id, new_id
from storage.database import Database
from storage.jobs import Jobs
from storage.period_tables import expected_units, period_exceptions, period_freezes, period_settings, submissions
from storage.promises import taken_back
from storage.tables import unit_tree, units
from storage.unit_rows import line_on, valid_on
from storage.unit_tables import unit_names, unit_parents

DEADLINE_NOTICES = "deadline"
"""How the keys of notices about coming deadlines begin: `deadline:<root>:<period>:…`."""
DEADLINES_JOB = "deadlines"
"""The job that promises them."""
ALL = "*"
"""The scope of a setting that holds for every period."""
LATER, UNLOCK = "deadline", "unlock"
"""Kinds of exceptions: a later deadline; entries of a locked period that may be changed until a day."""
Settings = Mapping[tuple[str, str], str]
"""Values by scope (a kind of period, one period's key, or ALL) and name."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A unit that must report, with its name and parent of the day."""

    unit_id: int
    code: str
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class PeriodException:
    """A later deadline, or an open lock, for a unit and all below it."""

    id: int
    unit_id: int
    period_key: str
    what: str
    until: date
    reason: str


class Periods:
    """Queries and changes about reporting periods."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def settings(self, root_id: int) -> dict[tuple[str, str], str]:
        """What the root has set; the newest version of each value."""
        mine = select(period_settings).where(period_settings.c.root_id == root_id)
        rows = await self._database.all(mine.order_by(period_settings.c.version))
        newest = {(row.scope, row.name): row.value for row in rows}
        return {name: value for name, value in newest.items() if value}

    async def versions(self, root_id: int, scope: str) -> dict[str, tuple[int, str, str]]:
        """By name: the newest version, its value and the value before it ("" for none)."""
        mine = (period_settings.c.root_id == root_id) & (period_settings.c.scope == scope)
        found: dict[str, tuple[int, str, str]] = {}
        for row in await self._database.all(select(period_settings).where(mine).order_by(period_settings.c.version)):
            found[row.name] = (row.version, row.value, found[row.name][1] if row.name in found else "")
        return found

    async def change(self, root_id: int, scope: str, values: Mapping[str, str], by_id: int, now: datetime) -> None:
        """Set values ("" takes one back); set by somebody else at the same moment makes a conflict."""
        known = await self.versions(root_id, scope)
        for name, value in values.items():
            version = known[name][0] + 1 if name in known else 1
            row = {"root_id": root_id, "scope": scope, "name": name, "value": value, "version": version}
            self._changes.insert(period_settings, id=new_id(), **row, by_id=by_id, at=now)
        self._take_notices_back(f"{DEADLINE_NOTICES}:{root_id}", now)

    def _take_notices_back(self, key: str, now: datetime) -> None:
        """No stale notice of a deadline goes out after an edit; those that are still right are promised anew."""
        self._changes.run(taken_back(key))
        Jobs(self._database, self._changes).look_again(DEADLINES_JOB, now)

    async def roots_in_use(self) -> dict[int, datetime]:
        """Roots of now that have set something, or below which a unit has submitted, with the first moment of that."""
        first: dict[int, datetime] = {}
        top = units.c.parent_id.is_(None) & units.c.valid_to.is_(None)
        set_here = select(units.c.id, func.min(period_settings.c.at).label("at"))
        set_here = set_here.join(period_settings, period_settings.c.root_id == units.c.id).where(top)
        below = select(units.c.id, func.min(submissions.c.at).label("at"))
        below = below.join(unit_tree, unit_tree.c.ancestor_id == units.c.id)
        below = below.join(submissions, submissions.c.unit_id == unit_tree.c.unit_id).where(top)
        for question in (set_here.group_by(units.c.id), below.group_by(units.c.id)):
            for row in await self._database.all(question):
                first[row.id] = min(row.at, first.get(row.id, row.at))
        return first

    async def root_now(self, unit_id: int) -> int | None:
        """The root above a unit in the tree now."""
        above = select(unit_tree.c.ancestor_id).where(unit_tree.c.unit_id == unit_id)
        root: int | None = await self._database.value(above.order_by(unit_tree.c.depth.desc()).limit(1))
        return root

    async def root_on(self, unit_id: int, day: date) -> int | None:
        """The root above a unit on a day; None when it stood nowhere then."""
        line = await line_on(self._database, unit_id, day)
        stands = (unit_parents.c.unit_id == unit_id) & unit_parents.c.stands & valid_on(unit_parents, day)
        if not line or await self._database.value(select(unit_parents.c.unit_id).where(stands)) is None:
            return None
        return line[-1]

    async def exceptions(self, unit_ids: Iterable[int], period_key: str | None = None) -> list[PeriodException]:
        """Exceptions in force of these units, for one period or for all, oldest first."""
        columns = [period_exceptions.c[name] for name in PeriodException.__dataclass_fields__]
        mine = period_exceptions.c.unit_id.in_(list(unit_ids)) & period_exceptions.c.ended_at.is_(None)
        statement = select(*columns).where(mine)
        if period_key is not None:
            statement = statement.where(period_exceptions.c.period_key == period_key)
        rows = await self._database.all(statement.order_by(period_exceptions.c.id))
        return [PeriodException(**row._mapping) for row in rows]

    async def exceptions_below(self, unit_id: int, since: date, limit: int) -> list[PeriodException]:
        """Exceptions in force that run until `since` or longer, of the unit and all below it now, newest first."""
        columns = [period_exceptions.c[name] for name in PeriodException.__dataclass_fields__]
        below = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id == unit_id)
        mine = period_exceptions.c.ended_at.is_(None) & (period_exceptions.c.until >= since)
        statement = select(*columns).where(mine, period_exceptions.c.unit_id.in_(below))
        rows = await self._database.all(statement.order_by(period_exceptions.c.id.desc()).limit(limit))
        return [PeriodException(**row._mapping) for row in rows]

    async def exceptions_of_period(self, period_key: str) -> list[PeriodException]:
        """All exceptions in force for a period, oldest first."""
        columns = [period_exceptions.c[name] for name in PeriodException.__dataclass_fields__]
        mine = (period_exceptions.c.period_key == period_key) & period_exceptions.c.ended_at.is_(None)
        rows = await self._database.all(select(*columns).where(mine).order_by(period_exceptions.c.id))
        return [PeriodException(**row._mapping) for row in rows]

    async def exception(self, id: int) -> PeriodException | None:
        """One exception in force by its key."""
        columns = [period_exceptions.c[name] for name in PeriodException.__dataclass_fields__]
        mine = (period_exceptions.c.id == id) & period_exceptions.c.ended_at.is_(None)
        row = await self._database.first(select(*columns).where(mine))
        return None if row is None else PeriodException(**row._mapping)

    def grant(self, given: PeriodException, by_id: int, now: datetime) -> int:
        """Write an exception (its id is made here); returns its key."""
        id = new_id()
        values = {name: getattr(given, name) for name in ("unit_id", "period_key", "what", "until", "reason")}
        self._changes.insert(period_exceptions, id=id, **values, by_id=by_id, at=now)
        self._take_notices_back(DEADLINE_NOTICES, now)
        return id

    def take_back(self, exception_id: int, now: datetime) -> None:
        """End an exception; ended meanwhile makes a conflict."""
        mine = (period_exceptions.c.id == exception_id) & period_exceptions.c.ended_at.is_(None)
        self._changes.require(update(period_exceptions).where(mine).values(ended_at=now))
        self._take_notices_back(DEADLINE_NOTICES, now)

    async def above(self, unit_id: int) -> list[int]:
        """The unit and all above it in the tree now, nearest first."""
        mine = select(unit_tree.c.ancestor_id).where(unit_tree.c.unit_id == unit_id).order_by(unit_tree.c.depth)
        return [row.ancestor_id for row in await self._database.all(mine)]

    async def frozen(self, root_id: int, period_key: str) -> int | None:
        """The key of a root's frozen expected set of a period; None when it is not frozen yet."""
        mine = (period_freezes.c.root_id == root_id) & (period_freezes.c.period_key == period_key)
        found: int | None = await self._database.value(select(period_freezes.c.id).where(mine))
        return found

    async def freeze(self, root_id: int, period_key: str, day: date, now: datetime) -> int:
        """Freeze the expected set by the tree of the day, once and for all; whoever comes second finds the first's."""
        if (known := await self.frozen(root_id, period_key)) is not None:
            return known
        id = new_id()
        row = {"id": id, "root_id": root_id, "period_key": period_key, "day": day, "at": now}
        found = _standing_below(root_id, day).subquery()
        columns = (literal(id, Id), found.c.unit_id, found.c.parent_id, found.c.name, found.c.position)
        names = ("freeze_id", "unit_id", "parent_id", "name", "position")
        try:
            async with self._database.writing() as connection:
                await connection.execute(insert(period_freezes).values(**row))
                await connection.execute(insert(expected_units).from_select(names, select(*columns)))
        except IntegrityError:
            return await self.frozen(root_id, period_key) or id
        return id

    async def expected(self, freeze_id: int, unit_id: int) -> list[Expected]:
        """The frozen set: the unit and all below it then, the unit first, each parent before its children."""
        names = ("unit_id", "parent_id", "name", "position")
        top = (expected_units.c.freeze_id == freeze_id) & (expected_units.c.unit_id == unit_id)
        columns = [expected_units.c[name] for name in names]
        here = select(*columns, literal(0).label("step")).where(top).cte("here", recursive=True)
        row = expected_units.alias("row")
        below = select(*(row.c[name] for name in names), here.c.step + 1).join(here, row.c.parent_id == here.c.unit_id)
        tree = here.union_all(below.where(row.c.freeze_id == freeze_id))
        shown = select(tree.c.unit_id, units.c.code, tree.c.name, tree.c.parent_id)
        statement = shown.join(units, units.c.id == tree.c.unit_id)
        rows = await self._database.all(statement.order_by(tree.c.step, tree.c.position, units.c.code))
        return [Expected(*row) for row in rows]

    async def expected_live(self, unit_id: int, day: date) -> list[Expected]:
        """The same for a period that still runs: the tree of the day."""
        found = _standing_below(unit_id, day).subquery()
        columns = (found.c.unit_id, found.c.code, found.c.name, found.c.parent_id)
        order = (found.c.step, found.c.position, found.c.code)
        return [Expected(*row) for row in await self._database.all(select(*columns).order_by(*order))]

    async def count_expected(self, freeze_id: int) -> int:
        """How many units a frozen set holds."""
        mine = expected_units.c.freeze_id == freeze_id
        return int(await self._database.value(select(func.count()).select_from(expected_units).where(mine)) or 0)


def _standing_below(unit_id: int, day: date) -> Select[Any]:
    """The unit and all that stood below it on a day, with their names then; nothing when it did not stand."""
    own = unit_parents.alias("own")
    is_there = own.c.stands & valid_on(own, day)
    first = select(own.c.unit_id, own.c.parent_id, literal(0).label("step")).where(own.c.unit_id == unit_id, is_there)
    here = first.cte("standing", recursive=True)
    row = unit_parents.alias("row")
    below = select(row.c.unit_id, row.c.parent_id, here.c.step + 1).join(here, row.c.parent_id == here.c.unit_id)
    tree = here.union_all(below.where(row.c.stands, valid_on(row, day)))
    return (
        select(tree.c.unit_id, tree.c.parent_id, tree.c.step, units.c.code, units.c.position, unit_names.c.name)
        .join(units, units.c.id == tree.c.unit_id)
        .join(unit_names, (unit_names.c.unit_id == tree.c.unit_id) & valid_on(unit_names, day))
    )
