"""The demo: an invented, safe tree of three kinds of organisation, 200 people, and a year of plausible study logs.

Names of units and aliases are made up; people live on a channel that nobody can log in to. The same seed gives the same
people and entries; only the one-time codes differ each time, because a code that stands in public source opens a door.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from bot import demo_content as content
from bot.clock import local
from bot.errors import UserError
from bot.i18n import Joined, joined, t
from bot.language import subjects
from bot.units_import import search_key
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.demo import Demo, DemoPerson
from storage.people import LOG, NAMED, REMINDERS, UNIT_TOTALS
from storage.roles import ADMIN, OFFICER, Roles
from storage.study_logs import StudyLog
from storage.units import ACTIVE, PENDING, Units

PEOPLE = 200
WAITING = 4
"""Of the people, those whose request to join still waits for the officer."""
DAYS = 365


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo holds; the codes are empty when it was there before."""

    units: int = 0
    people: int = 0
    logs: int = 0
    officer_unit: str = content.OFFICER_UNIT
    officer_code: str = ""
    admin_code: str = ""

    def text(self) -> Joined:
        """What was loaded, and how to become its officer and its admin."""
        if not self.units:
            return joined([t("The demo is loaded already. Nothing was changed.")])
        loaded = t(
            "Demo loaded: {units} units, {people} people, {logs} entries of study, all of it invented.",
            units=self.units,
            people=self.people,
            logs=self.logs,
        )
        officer = t("To be the officer of {unit}, send once in the chat: {command}",
                    unit=self.officer_unit, command=f"/quantri {self.officer_code}")  # fmt: skip
        admin = t("To be the admin, send once in the chat: {command}", command=f"/quantri {self.admin_code}")
        return joined([loaded, officer, admin], "\n")


async def load_demo(database: Database, committer: Committer, now: datetime, seed: int = 2026) -> DemoResult:
    """Fill an empty database. Loaded before: nothing happens. Raises UserError where other units or people are."""
    changes = Changes()
    demo, roles = Demo(database, changes), Roles(database, changes, now)
    if await demo.is_there():
        return DemoResult()
    if await demo.holds_others():
        raise UserError(t("This database is in use already. The demo goes into an empty database only."))
    chance = Random(seed)
    units = _add_units(Units(database, changes), now)
    people = _people(chance, units, now)
    ids = [demo.add_person(person) for person in people]
    logs = [log for id, person in zip(ids, people, strict=True) for log in _year(chance, id, person, units, now)]
    count = demo.add_logs(sorted(logs, key=lambda log: log.created_at))
    officer_code, admin_code = secrets.token_hex(5).upper(), secrets.token_hex(5).upper()
    roles.make_code(officer_code, f"{OFFICER}:{content.OFFICER_UNIT}", now)
    roles.make_code(admin_code, ADMIN, now)
    outcome = await committer.commit(Commit(changes))
    if outcome is not Outcome.DONE:
        return DemoResult()
    return DemoResult(len(units), len(people), count, officer_code=officer_code, admin_code=admin_code)


@dataclass(frozen=True, slots=True)
class _DemoUnit:
    """A unit of the demo as people and logs need it."""

    id: int
    code: str
    kind: str
    """The kind of its root: military, agency or province."""
    weight: int
    """How many people it has against others."""


def _add_units(units: Units, now: datetime) -> list[_DemoUnit]:
    made: dict[str, _DemoUnit] = {}
    above: dict[str, list[int]] = {"": []}
    for position, (code, name, parent, kind, weight) in enumerate(content.tree()):
        id = new_id()
        row = {
            "id": id,
            "code": code,
            "name": name,
            "search_key": search_key(name, code),
            "kind": kind,
            "parent_id": made[parent].id if parent else None,
            "position": position,
            "created_at": now,
        }
        units.add(row, above[parent])
        above[code] = [id, *above[parent]]
        made[code] = _DemoUnit(id, code, made[parent].kind if parent else kind, weight)
    return list(made.values())


def _people(chance: Random, units: Sequence[_DemoUnit], now: datetime) -> list[DemoPerson]:
    weights = [unit.weight for unit in units]
    officer_unit = next(unit for unit in units if unit.code == content.OFFICER_UNIT)
    below = [unit for unit in units if unit.code.startswith(f"{officer_unit.code}-")]
    return [
        _person(chance, number, chance.choices(units, weights)[0] if number > WAITING else chance.choice(below), now)
        for number in range(1, PEOPLE + 1)
    ]


def _person(chance: Random, number: int, unit: _DemoUnit, now: datetime) -> DemoPerson:
    world = content.WORLDS[unit.kind]
    waits = number <= WAITING
    agreed = {
        LOG: True,
        UNIT_TOTALS: chance.random() < 0.94,
        REMINDERS: chance.random() < 0.7,
        NAMED: chance.random() < 0.4,
    }
    days_ago = 0 if waits else chance.randint(DAYS, DAYS + 120)
    return DemoPerson(
        address=f"{number:03}",
        alias=f"{chance.choice(content.ALIASES)} {number:03}",
        category=chance.choices(world.categories, world.category_weights)[0],
        address_form=world.address_form,
        unit_id=unit.id,
        consents=agreed,
        joined_at=now - timedelta(days=days_ago, minutes=chance.randint(1, 300)),
        state=PENDING if waits else ACTIVE,
    )


def _year(
    chance: Random, person_id: int, person: DemoPerson, units: Sequence[_DemoUnit], now: datetime
) -> Iterator[StudyLog]:
    """A person's entries: some study daily, most now and then, some never; evenings and weekends more than Mondays."""
    unit = next(one for one in units if one.id == person.unit_id)
    if person.state != ACTIVE or unit.code in content.SILENT_UNITS or chance.random() < 0.12:
        return
    per_week = min(chance.lognormvariate(0.1, 0.8), 6.0)
    world = content.WORLDS[unit.kind]
    favourites = chance.choices(world.subjects, [subject.weight for subject in world.subjects], k=3)
    today = local(now).date()
    for days_ago in range(DAYS, -1, -1):
        day = today - timedelta(days=days_ago)
        if chance.random() < per_week / 7 * content.RHYTHM[day.weekday()] * content.SEASON[day.month - 1]:
            counted = unit.id if person.consents[UNIT_TOTALS] else None
            yield _entry(chance, person_id, counted, day, chance.choice(favourites), now)


def _entry(
    chance: Random, person_id: int, unit_id: int | None, day: date, subject: content.Subject, now: datetime
) -> StudyLog:
    minutes = chance.choices(content.MINUTES, content.MINUTES_WEIGHTS)[0]
    evening = datetime.combine(day, time(19 + chance.randint(0, 2), chance.randint(0, 59)), local(now).tzinfo)
    logged = evening + timedelta(days=chance.choices((0, 1, 2), (85, 12, 3))[0])
    return StudyLog(
        id=0,
        person_id=person_id,
        unit_id=unit_id,
        day=day,
        minutes=minutes,
        subject=subject.name,
        area=subjects.area_of(subject.name),
        course=subject.course if chance.random() < 0.5 else None,
        completed=subject.course is not None and chance.random() < 0.05,
        mode=chance.choice(subject.modes),
        created_at=min(logged, now),
    )
