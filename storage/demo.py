"""The demo's rows: whether a database holds the demo, and writing all of it in one transaction."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.people import CONSENT_VERSION
from storage.study_logs import StudyLog
from storage.tables import accounts, consents, memberships, persons, study_log_changes, study_logs, units
from storage.units import ACTIVE

CHANNEL = "demo"
"""The channel of invented people: no program listens on it, so nobody can write as one of them."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person with the unit that they belong to and what they agreed to."""

    address: str
    alias: str
    category: str
    address_form: str
    unit_id: int
    consents: dict[str, bool]
    joined_at: datetime
    state: str = ACTIVE
    """Of the membership: active, or pending for those who still wait for the officer."""


class Demo:
    """Questions and changes about the demo's rows."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def is_there(self) -> bool:
        """True when this database holds the demo."""
        statement = select(func.count()).select_from(accounts).where(accounts.c.channel == CHANNEL)
        return bool(await self._database.value(statement))

    async def holds_others(self) -> bool:
        """True when there are units or people already."""
        for table in (units, persons):
            if await self._database.value(select(func.count()).select_from(table)):
                return True
        return False

    def add_person(self, person: DemoPerson) -> int:
        """Insert a person with account, consents and membership; returns the key."""
        id = new_id()
        self._changes.insert(
            persons,
            id=id,
            language="vi",
            address_form=person.address_form,
            category=person.category,
            alias=person.alias,
            unit_id=person.unit_id if person.state == ACTIVE else None,
            consents=person.consents,
            created_at=person.joined_at,
        )
        at = person.joined_at
        self._changes.insert(accounts, id=new_id(), channel=CHANNEL, address=person.address, person_id=id, seen_at=at)
        self._changes.insert(
            memberships,
            id=new_id(),
            person_id=id,
            unit_id=person.unit_id,
            state=person.state,
            asked_at=at,
            decided_at=at if person.state == ACTIVE else None,
        )
        self._consents(id, person)
        return id

    def _consents(self, person_id: int, person: DemoPerson) -> None:
        for purpose, granted in person.consents.items():
            row = {"purpose": purpose, "granted": granted, "text_version": CONSENT_VERSION, "channel": CHANNEL}
            self._changes.insert(consents, id=new_id(), person_id=person_id, **row, at=person.joined_at)

    def add_logs(self, logs: Iterable[StudyLog]) -> int:
        """Insert entries with their history; their ids are made here, in the order of logging. Returns how many."""
        count = 0
        for log in logs:
            values: dict[str, Any] = asdict(log) | {"id": new_id()}
            self._changes.insert(study_logs, **values)
            self._changes.insert(
                study_log_changes,
                id=new_id(),
                log_id=values["id"],
                person_id=log.person_id,
                at=log.created_at,
                what="added",
                before=None,
                after=log.facts(),
            )
            count += 1
        return count
