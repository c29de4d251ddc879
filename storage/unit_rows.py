"""The rows that one event of the tree writes: names and parents with their days, new units, people without a unit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, literal, or_, select, update

from storage import unit_closure
from storage.changes import Changes
from storage.columns import Id, UtcDateTime, new_id
from storage.database import Database
from storage.tables import memberships, units
from storage.unit_tables import unit_event_units, unit_names, unit_parents, unit_transfers
from storage.units import OPEN_REQUESTS, SINCE_EVER


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that a change opens; `search_key` is what people may type to find it."""

    code: str
    name: str
    search_key: str
    kind: str = ""


@dataclass(slots=True)
class EventRows:
    """Writes for one event, all with its effective day; `touched` are the units whose newest event it becomes."""

    changes: Changes
    event_id: int
    day: date
    touched: list[int] = field(default_factory=list)

    def open_unit(self, new: NewUnit, parent_id: int | None, now: datetime) -> None:
        """A new unit; what is logged in it for days before it stood is part of its first parent."""
        id = new_id()
        row = {"id": id, "code": new.code, "name": new.name, "search_key": new.search_key, "kind": new.kind}
        after = select(func.coalesce(func.max(units.c.position), 0) + 1).scalar_subquery()
        insertion = insert(units).values(**row, parent_id=parent_id, position=after, created_at=now)
        self.changes.run(insertion.values(valid_from=self.day, valid_to=None))
        if self.day > SINCE_EVER:
            self._place(id, parent_id, stands=False, since=SINCE_EVER, until=self.day)
        self._place(id, parent_id, stands=True, since=self.day)
        self._name(id, new.name, new.search_key)
        unit_closure.add(self.changes, id, parent_id)
        self.touched.append(id)

    def rename(self, unit_id: int, name: str, search_key: str) -> None:
        """Another name from the day on."""
        self.end_name(unit_id)
        self._name(unit_id, name, search_key)
        renamed = update(units).where(units.c.id == unit_id)
        self.changes.run(renamed.values(name=name, search_key=search_key))
        self.touched.append(unit_id)

    def place(self, unit_id: int, parent_id: int | None, *, stands: bool = True) -> None:
        """Another parent from the day on (or the unit that it is part of, when it stands no more)."""
        present = (unit_parents.c.unit_id == unit_id) & unit_parents.c.valid_to.is_(None)
        ended = update(unit_parents).where(present)
        self.changes.run(ended.values(valid_to=self.day, ended_by=self.event_id))
        self._place(unit_id, parent_id, stands=stands, since=self.day)
        self.changes.run(update(units).where(units.c.id == unit_id).values(parent_id=parent_id))
        self.touched.append(unit_id)

    def end_name(self, unit_id: int) -> None:
        """The present name ends on the day."""
        present = (unit_names.c.unit_id == unit_id) & unit_names.c.valid_to.is_(None)
        self.changes.run(update(unit_names).where(present).values(valid_to=self.day, ended_by=self.event_id))

    def queue(self, unit_id: int, to_id: int | None, now: datetime) -> None:
        """Remember whose unit ended; without a target a human says where each one goes."""
        decided = literal(None if to_id is None else now, UtcDateTime)
        row = (literal(self.event_id, Id), memberships.c.id, literal(unit_id, Id), literal(to_id, Id), decided)
        rows = select(*row).where(memberships.c.unit_id == unit_id, memberships.c.state.in_(OPEN_REQUESTS))
        columns = ("event_id", "membership_id", "from_unit_id", "to_unit_id", "decided_at")
        self.changes.run(insert(unit_transfers).from_select(columns, rows))

    def touch(self, also: Iterable[int] = ()) -> None:
        """Write down which units this event is the newest of."""
        for unit_id in dict.fromkeys([*self.touched, *also]):
            self.changes.run(insert(unit_event_units).values(event_id=self.event_id, unit_id=unit_id))

    def _place(
        self, unit_id: int, parent_id: int | None, *, stands: bool, since: date, until: date | None = None
    ) -> None:
        row = {"unit_id": unit_id, "parent_id": parent_id, "stands": stands, "valid_from": since, "valid_to": until}
        self.changes.run(insert(unit_parents).values(id=new_id(), begun_by=self.event_id, **row))

    def _name(self, unit_id: int, name: str, search_key: str) -> None:
        row = {"unit_id": unit_id, "name": name, "search_key": search_key, "valid_from": self.day}
        self.changes.run(insert(unit_names).values(id=new_id(), begun_by=self.event_id, valid_to=None, **row))


def valid_on(row: Any, day: date) -> Any:
    """The condition that a row of names or parents holds on a day."""
    return (row.c.valid_from <= day) & or_(row.c.valid_to.is_(None), row.c.valid_to > day)


async def line_on(database: Database, unit_id: int, day: date) -> list[int]:
    """The unit and all above it on a day, by its parents of that day, nearest first."""
    here = select(literal(unit_id, Id).label("unit_id"), literal(0).label("step")).cte("line", recursive=True)
    row = unit_parents.alias("row")
    above = select(row.c.parent_id, here.c.step + 1).join(here, row.c.unit_id == here.c.unit_id)
    line = here.union_all(above.where(row.c.parent_id.is_not(None), valid_on(row, day)))
    return [found.unit_id for found in await database.all(select(line.c.unit_id).order_by(line.c.step))]
