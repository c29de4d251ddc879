"""The people below a unit who agreed to be named, with what they logged there over some days."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, select

from storage.changes import Changes
from storage.database import Database
from storage.people import NAMED, UNIT_TOTALS
from storage.tables import memberships, persons, study_logs, unit_tree, units
from storage.units import ACTIVE

MOST = 5_000
"""More people than this make no list that anybody reads."""


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody by alias, with the unit where they belong now and their counted entries there."""

    alias: str
    unit_id: int
    unit_code: str
    unit_name: str
    entries: int
    minutes: int
    last_day: date


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """The list of a unit and all below it; `too_many` says that it is left empty for its length."""

    people: tuple[NamedPerson, ...] = ()
    too_many: bool = False


class PeopleByName:
    """Questions about people who may be named."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def below(
        self,
        unit_id: int,
        start: date,
        end: date,
        *,
        own: Collection[int],
        least: int,
        hidden: Collection[int] = (),
        most: int = MOST,
    ) -> NamedPeople:
        """Who belongs below the unit now, has counted entries there in these days, and agreed to be named.

        Outside the units `own`, people are listed only where at least `least` studied and either none or at least
        `least` of them stay unnamed (the unit's total minus the list would give the others away), and never below a
        branch of `hidden` (the unit itself stands there for its own people only).
        """
        rows = await self._database.all(_statement(unit_id, start, end).limit(most + 1))
        if len(rows) > most:
            return NamedPeople(too_many=True)
        unnamed = {row.unit_id: row.people for row in await self._database.all(_unnamed(unit_id, start, end))}
        closed = await self._closed(unit_id, hidden)
        named = Counter(row.unit_id for row in rows)

        def listed(unit: int) -> bool:
            rest = unnamed.get(unit, 0)
            enough = named[unit] + rest >= least and (rest == 0 or rest >= least)
            return unit in own or (enough and unit not in closed)

        return NamedPeople(tuple(_person(row) for row in rows if listed(row.unit_id)))

    async def silent(self, unit_id: int, start: date, end: date, most: int) -> list[str]:
        """Aliases of the unit's own members without any entry in these days, who agreed to be counted and named.

        Whoever does not want to be counted may have logged for themselves: nothing is said of them.
        """
        any_entry = exists().where(
            study_logs.c.person_id == memberships.c.person_id,
            study_logs.c.day.between(start, end),
            study_logs.c.deleted_at.is_(None),
        )
        statement = (
            select(persons.c.alias)
            .join(memberships, memberships.c.person_id == persons.c.id)
            .where(memberships.c.unit_id == unit_id, memberships.c.state == ACTIVE, ~any_entry)
            .where(_may_be_named(), _is_counted(), persons.c.alias != "", persons.c.erased_at.is_(None))
            .order_by(persons.c.alias, persons.c.id)
            .limit(most)
        )
        return [row.alias for row in await self._database.all(statement)]

    async def _closed(self, unit_id: int, hidden: Collection[int]) -> set[int]:
        """Every unit of the hidden branches."""
        below = unit_tree.c.ancestor_id.in_(set(hidden) - {unit_id})
        rows = await self._database.all(select(unit_tree.c.unit_id).where(below))
        return {row.unit_id for row in rows} | (set(hidden) & {unit_id})


def _person(row: Any) -> NamedPerson:
    entries, minutes = int(row.entries), int(row.minutes)
    return NamedPerson(row.alias, row.unit_id, row.code, row.name, entries, minutes, row.last_day)


def _entries(start: date, end: date) -> Any:
    """Counted entries of people in the unit where they belong now."""
    return (
        (study_logs.c.person_id == memberships.c.person_id)
        & (study_logs.c.unit_id == memberships.c.unit_id)
        & study_logs.c.day.between(start, end)
        & study_logs.c.deleted_at.is_(None)
    )


def _may_be_named() -> Any:
    return func.coalesce(persons.c.consents[NAMED].as_boolean(), False)


def _is_counted() -> Any:
    return func.coalesce(persons.c.consents[UNIT_TOTALS].as_boolean(), False)


def _statement(unit_id: int, start: date, end: date) -> Select[Any]:
    sums = (
        func.count().label("entries"),
        func.sum(study_logs.c.minutes).label("minutes"),
        func.max(study_logs.c.day).label("last_day"),
    )
    return (
        select(persons.c.alias, units.c.id.label("unit_id"), units.c.code, units.c.name, *sums)
        .select_from(memberships)
        .join(unit_tree, unit_tree.c.unit_id == memberships.c.unit_id)
        .join(persons, persons.c.id == memberships.c.person_id)
        .join(units, units.c.id == memberships.c.unit_id)
        .join(study_logs, _entries(start, end))
        .where(
            unit_tree.c.ancestor_id == unit_id, memberships.c.state == ACTIVE, _may_be_named(), persons.c.alias != ""
        )
        .group_by(persons.c.id, persons.c.alias, units.c.id, units.c.code, units.c.name)
        .order_by(units.c.code, persons.c.alias, persons.c.id)
    )


def _unnamed(unit_id: int, start: date, end: date) -> Select[Any]:
    """Of each unit below, how many people studied there without being on the list (also those who have left)."""
    belongs = (
        select(memberships.c.person_id)
        .join(persons, persons.c.id == memberships.c.person_id)
        .where(
            memberships.c.person_id == study_logs.c.person_id,
            memberships.c.unit_id == study_logs.c.unit_id,
            memberships.c.state == ACTIVE,
            _may_be_named(),
            persons.c.alias != "",
        )
    )
    return (
        select(study_logs.c.unit_id, func.count(study_logs.c.person_id.distinct()).label("people"))
        .join(unit_tree, unit_tree.c.unit_id == study_logs.c.unit_id)
        .where(
            unit_tree.c.ancestor_id == unit_id,
            study_logs.c.day.between(start, end),
            study_logs.c.deleted_at.is_(None),
            ~belongs.exists(),
        )
        .group_by(study_logs.c.unit_id)
    )
