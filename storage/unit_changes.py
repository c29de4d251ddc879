"""Changes of the tree: what each kind needs, what refuses it, and what it does.

A change is planned on the tree as it is read and written as statements of one `Changes`; two that read the same tree
carry the same number, and the second one is a conflict. The rules of what counts where stand in
docs/decisions/0006-the-tree-has-a-history.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, insert, or_, select, update

from storage import unit_closure
from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import memberships, persons, unit_tree, units
from storage.unit_rows import EventRows, NewUnit, line_on
from storage.unit_tables import unit_events, unit_names, unit_parents
from storage.units import OPEN_REQUESTS

OPEN, RENAME, MOVE, MERGE, SPLIT, CLOSE = KINDS = ("open", "rename", "move", "merge", "split", "close")
WAITING, APPLIED, REFUSED, UNDONE = "waiting", "applied", "refused", "undone"
MAX_LEVELS = 12
"""Levels of the tree: a guard against an endless chain (Vietnam's organisations have up to seven)."""


class Refused(Exception):
    """The change cannot be made; `reason` is a key that the caller puts into words, `unit_id` whom it is about."""

    def __init__(self, reason: str, unit_id: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unit_id = unit_id


@dataclass(frozen=True, slots=True)
class Change:
    """One change with its effective day. `to_id`: new parent of a move or an opening, or the unit merged into."""

    kind: str
    effective: date
    unit_id: int | None = None
    to_id: int | None = None
    name: str = ""
    search_key: str = ""
    new: tuple[NewUnit, ...] = ()
    basis: str = ""
    by_id: int | None = None
    batch_id: int | None = None

    def details(self) -> dict[str, Any]:
        """What the kind needs, as JSON."""
        new = [[one.code, one.name, one.search_key, one.kind] for one in self.new]
        return {"to": self.to_id, "name": self.name, "search_key": self.search_key, "new": new}

    @classmethod
    def of(cls, row: Any) -> "Change":
        """The change that a row of `unit_events` holds."""
        kept = row.details
        new = tuple(NewUnit(*one) for one in kept["new"])
        return cls(row.kind, row.effective, row.unit_id, kept["to"], kept["name"], kept["search_key"], new, row.basis)


class UnitChanges:
    """Plans changes of the tree into `changes`."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def make(self, change: Change, now: datetime, today: date) -> int:
        """Plan a change, or keep it until its day when that has not come. Returns the event. Raises Refused."""
        waits = change.effective > today
        event_id = await self._add_event(change, WAITING if waits else APPLIED, now)
        if waits:
            await self._check_units(change)
        else:
            await self._apply(event_id, change, now)
        return event_id

    async def apply_waiting(self, row: Any, now: datetime) -> None:
        """Apply an event whose day has come. Raises Refused when the tree has changed so that it cannot be."""
        still = (unit_events.c.id == row.id) & (unit_events.c.state == WAITING)
        number = await self._next_number()
        self._changes.require(update(unit_events).where(still).values(state=APPLIED, number=number))
        await self._apply(row.id, Change.of(row), now)

    def refuse_waiting(self, event_id: int, reason: str) -> None:
        """Remember why an event could not be applied on its day."""
        still = (unit_events.c.id == event_id) & (unit_events.c.state == WAITING)
        self._changes.require(update(unit_events).where(still).values(state=REFUSED, reason=reason))

    async def note(self, kind: str, unit_ids: Sequence[int], now: datetime, day: date) -> EventRows:
        """An event of its own kind about several units (an import, an undo); gives what writes its rows."""
        event_id = await self._add_event(Change(kind, day), APPLIED, now)
        rows = EventRows(self._changes, event_id, day)
        rows.touch(unit_ids)
        return rows

    async def _next_number(self) -> int:
        return int(await self._database.value(select(func.max(unit_events.c.number))) or 0) + 1

    async def _add_event(self, change: Change, state: str, now: datetime) -> int:
        row = {"id": new_id(), "number": await self._next_number(), "kind": change.kind, "state": state}
        row |= {"unit_id": change.unit_id, "effective": change.effective, "details": change.details(), "at": now}
        row |= {"basis": change.basis[:300], "by_id": change.by_id, "batch_id": change.batch_id}
        self._changes.run(insert(unit_events).values(**row))
        return int(str(row["id"]))

    async def _check_units(self, change: Change) -> None:
        """A change for later must name units that stand today."""
        for id in (change.unit_id, change.to_id):
            if id is not None:
                await self._standing(id)
        for new in change.new:
            await self._must_be_free(new.code)

    async def _apply(self, event_id: int, change: Change, now: datetime) -> None:
        rows = EventRows(self._changes, event_id, change.effective)
        if change.kind == OPEN:
            await self._open(rows, change, now)
        else:
            unit = await self._standing(change.unit_id, change.effective)
            steps = {
                RENAME: self._rename, MOVE: self._move, MERGE: self._merge, SPLIT: self._split, CLOSE: self._close,
            }  # fmt: skip
            await steps[change.kind](rows, change, unit, now)
        rows.touch()

    async def _open(self, rows: EventRows, change: Change, now: datetime) -> None:
        if change.to_id is not None:
            await self._standing(change.to_id, change.effective)
            await self._must_fit(change.to_id, 1)
        for one in change.new:
            await self._must_be_free(one.code)
            rows.open_unit(one, change.to_id, now)

    async def _rename(self, rows: EventRows, change: Change, unit: Any, now: datetime) -> None:
        if unit.name == change.name:
            raise Refused("same", unit.id)
        await self._must_be_newest_name(unit.id, change.effective)
        rows.rename(unit.id, change.name, change.search_key)

    async def _move(self, rows: EventRows, change: Change, unit: Any, now: datetime) -> None:
        if unit.parent_id == change.to_id:
            raise Refused("same", unit.id)
        await self._must_be_newest_place(unit.id, change.effective)
        if change.to_id is not None:
            await self._standing(change.to_id, change.effective)
            await self._must_not_be_below(change.to_id, unit.id, change.effective)
            await self._must_fit(change.to_id, await self._height(unit.id) + 1)
        rows.place(unit.id, change.to_id)
        unit_closure.move(self._changes, unit.id, change.to_id)

    async def _merge(self, rows: EventRows, change: Change, unit: Any, now: datetime) -> None:
        target = await self._standing(change.to_id, change.effective)
        await self._must_not_be_below(target.id, unit.id, change.effective)
        await self._must_fit(target.id, await self._height(unit.id))
        await self._end(rows, unit, target.id)
        rows.touched.append(target.id)
        rows.queue(unit.id, target.id, now)
        theirs = (memberships.c.unit_id == unit.id) & memberships.c.state.in_(OPEN_REQUESTS)
        self._changes.run(update(memberships).where(theirs).values(unit_id=target.id))
        self._changes.run(update(persons).where(persons.c.unit_id == unit.id).values(unit_id=target.id))

    async def _split(self, rows: EventRows, change: Change, unit: Any, now: datetime) -> None:
        if not change.new:
            raise Refused("no_parts", unit.id)
        if await self._children(unit.id):
            raise Refused("children", unit.id)
        for one in change.new:
            await self._must_be_free(one.code)
            rows.open_unit(one, unit.parent_id, now)
        await self._end(rows, unit, unit.parent_id)
        rows.queue(unit.id, None, now)

    async def _close(self, rows: EventRows, change: Change, unit: Any, now: datetime) -> None:
        await self._end(rows, unit, unit.parent_id)
        rows.queue(unit.id, None, now)

    async def _end(self, rows: EventRows, unit: Any, successor_id: int | None) -> None:
        """The unit ends; it is part of the successor, and what is below it goes below the successor."""
        if successor_id is not None:
            await self._standing(successor_id, rows.day)
        about = or_(unit_parents.c.unit_id == unit.id, unit_parents.c.parent_id == unit.id)
        later = or_(unit_parents.c.valid_from > rows.day, unit_parents.c.valid_to > rows.day)
        if await self._database.value(select(exists().where(about, later))):
            raise Refused("later", unit.id)
        await self._must_be_newest_name(unit.id, rows.day)
        children = await self._children(unit.id)
        if children and successor_id is None:
            raise Refused("children", unit.id)
        for child in children:
            rows.place(child, successor_id)
        rows.place(unit.id, successor_id, stands=False)
        rows.end_name(unit.id)
        self._changes.run(update(units).where(units.c.id == unit.id).values(valid_to=rows.day))
        unit_closure.end(self._changes, unit.id, successor_id)

    async def _standing(self, id: int | None, since: date | None = None) -> Any:
        """The unit, which must stand now, and since the day when one is named."""
        row = await self._database.first(select(units).where(units.c.id == id))
        if row is None:
            raise Refused("unknown", id)
        if row.valid_to is not None:
            raise Refused("ended", id)
        if since is not None and row.valid_from > since:
            raise Refused("not_yet", id)
        return row

    async def _children(self, unit_id: int) -> list[int]:
        below = (units.c.parent_id == unit_id) & units.c.valid_to.is_(None)
        return [row.id for row in await self._database.all(select(units.c.id).where(below).order_by(units.c.id))]

    async def _must_be_newest_name(self, unit_id: int, day: date) -> None:
        later = exists().where(unit_names.c.unit_id == unit_id, unit_names.c.valid_from > day)
        if await self._database.value(select(later)):
            raise Refused("later", unit_id)

    async def _must_be_newest_place(self, unit_id: int, day: date) -> None:
        later = exists().where(unit_parents.c.unit_id == unit_id, unit_parents.c.valid_from > day)
        if await self._database.value(select(later)):
            raise Refused("later", unit_id)

    async def _must_be_free(self, code: str) -> None:
        if await self._database.first(select(units.c.id).where(func.upper(units.c.code) == code.upper())):
            raise Refused("code")

    async def _must_not_be_below(self, id: int, unit_id: int, since: date) -> None:
        """`id` must not stand below `unit_id` now, nor on any day since then."""
        later = select(unit_parents.c.valid_from).where(unit_parents.c.valid_from > since).distinct()
        for day in (since, *(row.valid_from for row in await self._database.all(later))):
            if unit_id in await line_on(self._database, id, day):
                raise Refused("circle", unit_id)

    async def _must_fit(self, above_id: int, levels: int) -> None:
        deepest = select(func.max(unit_tree.c.depth)).where(unit_tree.c.unit_id == above_id)
        if int(await self._database.value(deepest) or 0) + 1 + levels > MAX_LEVELS:
            raise Refused("levels", above_id)

    async def _height(self, unit_id: int) -> int:
        deepest = select(func.max(unit_tree.c.depth)).where(unit_tree.c.ancestor_id == unit_id)
        return int(await self._database.value(deepest) or 0)
