"""Undo of a change of the tree: the newest event of its units is taken back, history rows and all."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, literal, or_, select, update

from storage import unit_closure
from storage.changes import Changes
from storage.columns import Id
from storage.database import Database
from storage.tables import memberships, persons, roles, study_logs, unit_tree, units
from storage.unit_changes import APPLIED, CLOSE, KINDS, MERGE, MOVE, SPLIT, UNDONE, WAITING, Refused, UnitChanges
from storage.unit_tables import unit_event_units, unit_events, unit_names, unit_parents, unit_transfers

UNDO = "undo"
"""Kind of the event that an undo leaves itself."""


class UnitUndo:
    """Plans the undo of an event into `changes`."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def undo(self, event_id: int, by_id: int | None, now: datetime, today: date) -> None:
        """Take an event back; one that waits for its day is only struck off. Raises Refused."""
        event = await self._database.first(select(unit_events).where(unit_events.c.id == event_id))
        if event is None or event.kind not in KINDS or event.state not in (WAITING, APPLIED):
            raise Refused("not_open")
        same = (unit_events.c.id == event_id) & (unit_events.c.state == event.state)
        values = {"state": UNDONE, "undone_at": now, "undone_by": by_id}
        self._changes.require(update(unit_events).where(same).values(**values))
        await UnitChanges(self._database, self._changes).note(UNDO, (), now, today)
        if event.state == APPLIED:
            await self._take_back(event)

    async def _take_back(self, event: Any) -> None:
        await self._must_be_newest(event)
        names = await self._ended(event, unit_names)
        places = await self._ended(event, unit_parents)
        opened = await self._opened(event)
        for id in opened:
            await self._must_be_unused(id, event.unit_id)
        for place in places:
            await self._must_stand(place.parent_id, {row.unit_id for row in places})
        if event.kind in (MERGE, SPLIT, CLOSE):
            self._people_back(event)
        for table in (unit_names, unit_parents):
            self._changes.run(delete(table).where(table.c.begun_by == event.id))
            reopened = update(table).where(table.c.ended_by == event.id)
            self._changes.run(reopened.values(valid_to=None, ended_by=None))
        for name in names:
            self._set(name.unit_id, name=name.name, search_key=name.search_key)
        for place in places:
            self._set(place.unit_id, parent_id=place.parent_id)
        if event.kind == MOVE:
            await self._move_back(places[0])
        elif event.kind in (MERGE, SPLIT, CLOSE):
            await self._revive(event, places)
        self._forget(opened)

    async def _must_be_newest(self, event: Any) -> None:
        """No later event touches the same units."""
        mine = select(unit_event_units.c.unit_id).where(unit_event_units.c.event_id == event.id)
        later = (
            select(unit_events.c.id)
            .join(unit_event_units, unit_event_units.c.event_id == unit_events.c.id)
            .where(unit_event_units.c.unit_id.in_(mine), unit_events.c.number > event.number)
            .where(unit_events.c.state == APPLIED)
        )
        if await self._database.first(later):
            raise Refused("not_newest", event.unit_id)

    async def _ended(self, event: Any, table: Any) -> list[Any]:
        return list(await self._database.all(select(table).where(table.c.ended_by == event.id).order_by(table.c.id)))

    async def _opened(self, event: Any) -> list[int]:
        codes = [one[0] for one in event.details["new"]]
        return [row.id for row in await self._database.all(select(units.c.id).where(units.c.code.in_(codes)))]

    async def _must_be_unused(self, id: int, old_id: int | None) -> None:
        """A unit that was opened can go only while nothing refers to it."""
        below = exists().where(unit_parents.c.parent_id == id, unit_parents.c.unit_id != id)
        used = [exists().where(table.c.unit_id == id) for table in (memberships, persons, study_logs, roles)]
        if await self._database.value(select(or_(below, *used))):
            raise Refused("used", id)

    async def _must_stand(self, parent_id: int | None, reviving: set[int]) -> None:
        """What comes back needs its old parent, unless that comes back with it."""
        if parent_id is None or parent_id in reviving:
            return
        if await self._database.value(select(units.c.valid_to).where(units.c.id == parent_id)):
            raise Refused("ended", parent_id)

    def _people_back(self, event: Any) -> None:
        """Who was taken along, or assigned from the queue, and is still there belongs to the old unit again."""
        moved = exists().where(
            unit_transfers.c.event_id == event.id,
            unit_transfers.c.membership_id == memberships.c.id,
            unit_transfers.c.to_unit_id == memberships.c.unit_id,
        )
        theirs = select(memberships.c.person_id).where(moved, memberships.c.state == "active")
        self._changes.run(update(persons).where(persons.c.id.in_(theirs)).values(unit_id=event.unit_id))
        self._changes.run(update(memberships).where(moved).values(unit_id=event.unit_id))
        self._changes.run(delete(unit_transfers).where(unit_transfers.c.event_id == event.id))

    def _set(self, unit_id: int, **values: Any) -> None:
        self._changes.run(update(units).where(units.c.id == unit_id).values(**values))

    async def _move_back(self, place: Any) -> None:
        if place.parent_id is not None:
            below = (unit_tree.c.ancestor_id == place.unit_id) & (unit_tree.c.unit_id == place.parent_id)
            if await self._database.first(select(unit_tree.c.depth).where(below)):
                raise Refused("circle", place.parent_id)
        unit_closure.move(self._changes, place.unit_id, place.parent_id)

    async def _revive(self, event: Any, places: list[Any]) -> None:
        """The unit stands again, with all that had become part of it."""
        own = next(place for place in places if place.unit_id == event.unit_id)
        children = [place.unit_id for place in places if place.unit_id != event.unit_id]
        if own.parent_id is not None:
            below = unit_tree.c.ancestor_id.in_(children) & (unit_tree.c.unit_id == own.parent_id)
            if await self._database.first(select(unit_tree.c.depth).where(below)):
                raise Refused("circle", own.parent_id)
        parts = [row.unit_id for row in await self._database.all(_parts(event.unit_id))]
        self._set(event.unit_id, valid_to=None)
        unit_closure.revive(self._changes, event.unit_id, own.parent_id, parts, children)

    def _forget(self, opened: list[int]) -> None:
        for id in opened:
            self._changes.run(delete(units).where(units.c.id == id))


def _parts(unit_id: int) -> Select[Any]:
    """The units that are part of this one today, directly or through others that are."""
    start = select(literal(unit_id, Id).label("unit_id")).cte("parts", recursive=True)
    row = unit_parents.alias("row")
    found: ColumnElement[bool] = row.c.valid_to.is_(None) & row.c.stands.is_(False)
    parts = start.union_all(select(row.c.unit_id).join(start, row.c.parent_id == start.c.unit_id).where(found))
    return select(parts.c.unit_id).where(parts.c.unit_id != unit_id)
