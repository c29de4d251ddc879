"""A small organisation for tests: units, people with an active membership, their entries, and who is an officer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.grants import grant
from bot.units_import import import_units
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit
from storage.study_logs import StudyLog, StudyLogs
from storage.tables import accounts, memberships, persons
from storage.units import ACTIVE, Units
from tests.chat import NOON, FakePerson
from tests.conftest import Bot

TREE = """code,name,parent,kind
A,Cục Mẫu,,agency
A.1,Phòng Một,A,
A.1.1,Tổ Một,A.1,
A.2,Phòng Hai,A,
A.3,Phòng Ba,A,
M,Trung đoàn Mẫu,,military
M.1,Đại đội Mẫu,M,
"""


@dataclass
class Organisation:
    """Units on a running bot."""

    bot: Bot
    ids: dict[str, int]

    async def officer(self, name: str, code: str) -> FakePerson:
        """A person who is an officer of the unit."""
        await grant(self.bot.database, self.bot.committer, f"console:{name}", "officer", code, NOON)
        return self.bot.person(name)

    async def admin(self, name: str) -> FakePerson:
        """A person who is an admin."""
        await grant(self.bot.database, self.bot.committer, f"console:{name}", "admin", None, NOON)
        return self.bot.person(name)

    async def members(
        self, code: str, minutes: Sequence[int], *, day: date = date(2026, 10, 15), area: str = "digital"
    ) -> list[int]:
        """One member of the unit for each number of minutes; 0 stands for a member who logs nothing."""
        changes = Changes()
        logs = StudyLogs(self.bot.database, changes)
        made = []
        for each in minutes:
            person, unit = new_id(), self.ids[code]
            account = {"id": new_id(), "channel": "console", "address": f"member-{person}", "seen_at": NOON}
            changes.insert(persons, id=person, language="vi", address_form="anhchi", alias="Ban Mai", unit_id=unit,
                           consents={"log": True, "unit_totals": True}, created_at=NOON)  # fmt: skip
            changes.insert(accounts, person_id=person, **account)
            changes.insert(memberships, id=new_id(), person_id=person, unit_id=unit, state=ACTIVE, asked_at=NOON)
            if each:
                logs.add(StudyLog(0, person, unit, day, each, "tin học", area, None, False, None, NOON))
            made.append(person)
        await self.bot.committer.commit(Commit(changes))
        return made


async def organisation(bot: Bot) -> Organisation:
    """Import the tree."""
    await import_units(bot.database, bot.committer, TREE.encode(), "units.csv", NOON)
    units = await Units(bot.database, Changes()).all()
    return Organisation(bot, {unit.code: unit.id for unit in units})
