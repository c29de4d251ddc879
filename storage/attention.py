"""What an officer should look into: people who have fallen silent, entries that cannot be right, units that fell off.

Only who agreed to count in the unit is looked at: of anybody else the unit knows nothing. An alias is read only of who
agreed to be named. People are those for whom the unit's officers are the nearest ones.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from storage.changes import Changes
from storage.database import Database
from storage.people import NAMED, UNIT_TOTALS
from storage.roles import OFFICER, VIEW, in_force
from storage.tables import memberships, persons, roles, study_logs, unit_tree, units
from storage.units import ACTIVE

MOST_PEOPLE = 1_000
"""More people than this are not counted one by one."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who has logged nothing for long; the alias is empty for whoever did not agree to be named."""

    alias: str
    unit_id: int
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Odd:
    """A day of somebody's entries that cannot be right: too many minutes, or the same entry again and again."""

    alias: str
    unit_id: int
    day: date
    minutes: int
    same: int
    """How often the most repeated entry of the day stands there."""


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer's role: whose digest it is, and about which unit."""

    role_id: int
    person_id: int
    unit_id: int


class Attention:
    """Questions for the digest; each about one unit and all below it."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def officers(self, now: datetime, after: int, limit: int) -> list[Officer]:
        """Officers who may view a unit that stands, a page of roles in the order of their keys."""
        statement = (
            select(roles.c.id, roles.c.person_id, roles.c.unit_id)
            .join(units, units.c.id == roles.c.unit_id)
            .where(roles.c.role == OFFICER, in_force(now, VIEW), units.c.valid_to.is_(None), roles.c.id > after)
            .order_by(roles.c.id)
            .limit(limit)
        )
        return [Officer(*row) for row in await self._database.all(statement)]

    async def silent(self, unit_id: int, since: date, joined_before: datetime, now: datetime) -> list[Silent]:
        """Members of long standing with no entry since the day; longest silent first, at most MOST_PEOPLE."""
        last = (
            select(func.max(study_logs.c.day))
            .where(study_logs.c.person_id == persons.c.id, study_logs.c.deleted_at.is_(None))
            .where(study_logs.c.unit_id.is_not(None))
            .scalar_subquery()
        )
        people = select(_alias().label("alias"), memberships.c.unit_id, last.label("last_day"))
        people = _members(people, unit_id, now).where(memberships.c.asked_at < joined_before)
        found = people.subquery()
        quiet = found.c.last_day.is_(None) | (found.c.last_day < since)
        order = (found.c.last_day.is_not(None), found.c.last_day, found.c.alias)
        rows = await self._database.all(select(found).where(quiet).order_by(*order).limit(MOST_PEOPLE))
        return [Silent(row.alias, row.unit_id, row.last_day) for row in rows]

    async def odd(
        self, unit_id: int, start: date, end: date, most_minutes: int, most_same: int, now: datetime
    ) -> list[Odd]:
        """Days with more minutes than these, or with more equal entries; the worst first."""
        counted = (
            select(
                study_logs.c.person_id,
                study_logs.c.day,
                func.sum(study_logs.c.minutes).label("minutes"),
                func.count().label("same"),
            )
            .where(study_logs.c.day.between(start, end), study_logs.c.deleted_at.is_(None))
            .where(study_logs.c.unit_id.in_(_below(unit_id)))
            .group_by(study_logs.c.person_id, study_logs.c.day, study_logs.c.subject, study_logs.c.minutes)
            .subquery()
        )
        minutes, same = func.sum(counted.c.minutes), func.max(counted.c.same)
        days = (
            select(counted.c.person_id, counted.c.day, minutes.label("minutes"), same.label("same"))
            .group_by(counted.c.person_id, counted.c.day)
            .having((minutes > most_minutes) | (same > most_same))
            .subquery()
        )
        people = select(_alias().label("alias"), memberships.c.unit_id, days.c.day, days.c.minutes, days.c.same)
        people = _members(people, unit_id, now).join(days, days.c.person_id == persons.c.id)
        worst = people.order_by(days.c.minutes.desc(), days.c.day, memberships.c.id).limit(MOST_PEOPLE)
        rows = await self._database.all(worst)
        return [Odd(row.alias, row.unit_id, row.day, int(row.minutes), int(row.same)) for row in rows]

    async def sizes(self, unit_ids: Collection[int]) -> dict[int, int]:
        """How many members each of these units itself has now."""
        mine = memberships.c.unit_id.in_(list(unit_ids)) & (memberships.c.state == ACTIVE)
        statement = select(memberships.c.unit_id, func.count().label("people")).where(mine)
        rows = await self._database.all(statement.group_by(memberships.c.unit_id))
        return {row.unit_id: row.people for row in rows}

    async def names(self, unit_ids: Collection[int]) -> dict[int, str]:
        """Units' names, each with its code where the name does not hold it."""
        statement = select(units.c.id, units.c.code, units.c.name).where(units.c.id.in_(list(unit_ids)))
        rows = await self._database.all(statement)
        return {row.id: row.name if row.code in row.name else f"{row.name} ({row.code})" for row in rows}


def _members(statement: Select[Any], unit_id: int, now: datetime) -> Select[Any]:
    """Members below the unit now who agreed to count there, without those below another officer further down."""
    agreed = func.coalesce(persons.c.consents[UNIT_TOTALS].as_boolean(), False)
    others = (
        select(unit_tree.c.unit_id)
        .join(roles, roles.c.unit_id == unit_tree.c.ancestor_id)
        .where(roles.c.role == OFFICER, in_force(now, VIEW), roles.c.unit_id != unit_id)
        .where(roles.c.unit_id.in_(_below(unit_id)))
    )
    here = memberships.c.unit_id.in_(_below(unit_id)) & memberships.c.unit_id.not_in(others)
    return (
        statement.select_from(memberships)
        .join(persons, persons.c.id == memberships.c.person_id)
        .where(here, memberships.c.state == ACTIVE, agreed)
    )


def _below(unit_id: int) -> Select[Any]:
    return select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id == unit_id)


def _alias() -> ColumnElement[str]:
    named = func.coalesce(persons.c.consents[NAMED].as_boolean(), False)
    return case((named, persons.c.alias), else_="")


