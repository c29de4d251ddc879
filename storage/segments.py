"""Whom a broadcast is meant for: subtree, category, role, channel, activity, phase and consent, as one question."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, or_, select, tuple_

from storage.roles import ADMIN, OFFICER, in_force
from storage.tables import accounts, persons, roles, study_logs, unit_tree, units

EVERYONE, OFFICERS, LEARNERS, ADMINS = "", OFFICER, "learner", ADMIN
OA_WINDOW = timedelta(hours=48)
"""How long after a person's last word the Zalo OA takes a message free of charge; beyond it nothing is sent there."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Every condition must hold; an empty one always does. Units stand for all below them, too."""

    units: tuple[int, ...] = ()
    not_units: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    role: str = EVERYONE
    channels: tuple[str, ...] = ()
    idle_days: int = 0
    """Nothing logged in so many days."""
    active_days: int = 0
    """Something logged in so many days."""
    logged_since: str = ""
    """An ISO date: something logged for a day from then on (a phase)."""
    not_logged_since: str = ""
    """An ISO date: nothing logged for a day from then on."""
    consent: str = ""
    """A purpose that the person has agreed to."""

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Segment":
        """Out of JSON; what an older program wrote has its defaults."""
        known = {field.name for field in fields(cls)}
        values: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in kept.items() if k in known}
        return cls(**values)


def people_of(segment: Segment, now: datetime, today: date) -> Select[Any]:
    """person_id, unit_id, language, alias, channel, address (both empty: no usable account), seen_at."""
    last = accounts.alias("last")
    usable = last.c.person_id.is_not(None)
    statement = (
        select(
            persons.c.id.label("person_id"),
            persons.c.unit_id,
            persons.c.language,
            persons.c.alias,
            func.coalesce(last.c.channel, "").label("channel"),
            func.coalesce(last.c.address, "").label("address"),
            last.c.seen_at,
        )
        .select_from(persons.outerjoin(last, _last_account(last)))
        .where(persons.c.erased_at.is_(None), persons.c.erase_at.is_(None), *_conditions(segment, now, today))
    )
    return statement.where(usable, last.c.channel.in_(segment.channels)) if segment.channels else statement


def _last_account(last: FromClause) -> ColumnElement[bool]:
    """True of a person's working account that was used last.

    Told by what is not there, which both engines join by its hash or index: numbering the accounts of everybody led
    PostgreSQL, as long as it had no statistics, to compare everybody with everybody (over a minute for 20,000 people).
    """
    later = accounts.alias("later")
    is_later = tuple_(later.c.seen_at, later.c.id) > tuple_(last.c.seen_at, last.c.id)
    newer = exists().where(later.c.person_id == last.c.person_id, later.c.stopped_at.is_(None), is_later)
    return and_(last.c.person_id == persons.c.id, last.c.stopped_at.is_(None), ~newer)


def _conditions(segment: Segment, now: datetime, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if segment.units:
        conditions.append(persons.c.unit_id.in_(_below(segment.units)))
    if segment.not_units:
        conditions.append(or_(persons.c.unit_id.is_(None), persons.c.unit_id.not_in(_below(segment.not_units))))
    if segment.categories:
        conditions.append(persons.c.category.in_(segment.categories))
    if segment.role:
        holds = exists().where(roles.c.person_id == persons.c.id, in_force(now))
        conditions.append(~holds if segment.role == LEARNERS else holds.where(roles.c.role == segment.role))
    if segment.idle_days:
        conditions.append(~_logged_from(today - timedelta(days=segment.idle_days - 1)))
    if segment.active_days:
        conditions.append(_logged_from(today - timedelta(days=segment.active_days - 1)))
    if segment.logged_since:
        conditions.append(_logged_from(date.fromisoformat(segment.logged_since)))
    if segment.not_logged_since:
        conditions.append(~_logged_from(date.fromisoformat(segment.not_logged_since)))
    if segment.consent:
        conditions.append(persons.c.consents[segment.consent].as_boolean().is_(True))
    return conditions


def _below(ids: tuple[int, ...]) -> Select[Any]:
    return select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id.in_(ids))


def _logged_from(day: date) -> ColumnElement[bool]:
    mine = study_logs.c.person_id == persons.c.id
    return exists().where(mine, study_logs.c.day >= day, study_logs.c.deleted_at.is_(None))


def counted(segment: Segment, now: datetime, today: date) -> Select[Any]:
    """channel ("" for nobody can be reached), people, and how many of them a Zalo OA message costs nothing."""
    people = people_of(segment, now, today).subquery("people")
    free = func.count().filter(people.c.seen_at >= now - OA_WINDOW)
    return select(people.c.channel, func.count().label("people"), free.label("free")).group_by(people.c.channel)


def sample(segment: Segment, now: datetime, today: date, size: int) -> Select[Any]:
    """Aliases and units of a few, chance picks whom."""
    people = people_of(segment, now, today).subquery("people")
    named = select(people.c.alias, units.c.name).outerjoin(units, units.c.id == people.c.unit_id)
    return named.where(people.c.channel != "").order_by(func.random()).limit(size)
