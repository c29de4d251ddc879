"""Search in the audit: rows by who, what, about whom, unit and days, newest first, within the units of the reader."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from storage.audit import audit
from storage.database import Database
from storage.tables import persons, unit_tree, units


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; nothing said finds everything. `within` None stands for an admin, who reads all."""

    what: str = ""
    who: int | None = None
    about: int | None = None
    below: int | None = None
    """A unit, with all below it."""
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""
    within: Collection[int] | None = None
    """Units of the reader: only rows of these and all below are found."""


class AuditSearch:
    """Questions about the audit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, wanted: Wanted) -> int:
        """How many rows there are."""
        return int(await self._database.value(select(func.count()).select_from(audit).where(*_where(wanted))) or 0)

    async def rows(self, wanted: Wanted, limit: int, skip: int = 0) -> Sequence[Any]:
        """Rows with the unit's code and the alias by which the acting person is known today (none once erased)."""
        statement = (
            select(audit, units.c.code.label("unit_code"), persons.c.alias.label("alias"))
            .outerjoin(units, units.c.id == audit.c.unit_id)
            .outerjoin(persons, persons.c.id == audit.c.who)
            .where(*_where(wanted))
            .order_by(audit.c.seq.desc())
            .limit(limit)
            .offset(skip)
        )
        return await self._database.all(statement)

    async def verbs(self) -> list[str]:
        """Every verb that the audit holds."""
        return sorted(row.what for row in await self._database.all(select(audit.c.what).distinct()))

    async def sign_ins(self, person_id: int, limit: int) -> list[datetime]:
        """When this person signed in at the desk, newest first."""
        mine = (audit.c.who == person_id) & (audit.c.what == "desk.signed_in")
        rows = await self._database.all(select(audit.c.at).where(mine).order_by(audit.c.seq.desc()).limit(limit))
        return [row.at for row in rows]


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    said: list[ColumnElement[bool]] = []
    if wanted.what:
        said.append(audit.c.what == wanted.what)
    if wanted.who is not None:
        said.append(audit.c.who == wanted.who)
    if wanted.about is not None:
        said.append(audit.c.about == wanted.about)
    if wanted.since is not None:
        said.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        said.append(audit.c.at < wanted.until)
    if wanted.below is not None:
        said.append(_in_subtree([wanted.below]))
    if wanted.within is not None:
        said.append(_in_subtree(wanted.within))
    return said


def _in_subtree(unit_ids: Collection[int]) -> ColumnElement[bool]:
    return audit.c.unit_id.in_(select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id.in_(list(unit_ids))))
