"""Random pairs of a unit and a period, asked of every output and compared with plain counting over the rows."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update

from bot.language.periods import Period, parse_period
from bot.reports.small_cells import SMALL
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit
from storage.roles import OFFICER, Roles
from storage.study_logs import StudyLog, StudyLogs
from storage.tables import evidence, files, memberships, persons, study_logs, units
from storage.unit_changes import Refused
from storage.unit_tables import unit_events
from storage.units import Unit, Units
from tests.chat import NOON
from tests.desk.browser import Browser
from tests.desk.conftest import House
from tests.storage.test_unit_history import make, random_change
from tests.truth import outputs, recognised
from tests.truth.brute import Count, Counted, counter
from tests.truth.outputs import Asked
from tests.truth.units_table import Line, lines_of

TODAY = NOON.date()
EYE = "eye"
"""A person who is officer of every unit: nothing is hidden from them but who moved."""
KEYS = (
    *(f"2026-{number:02}" for number in range(1, 12)), "2025-12", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4",
    "2026-H1", "2026-H2", "2026", "2025", "phase-1", "phase-2", "2026-W40", "2026-W43", "2026-W47", "2026-10-15",
)  # fmt: skip
COURSES = ("Kỹ năng số cơ bản", "Tiếng Anh A2", None, None)
AREAS = ("digital", "foreign_language", "law", "politics")
Start = dict[int, tuple[int | None, str]]


@dataclass
class Result:
    """How much was compared, and what differed."""

    pairs: int = 0
    hidden: int = 0
    compared: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, other: "Result") -> None:
        """Take the counts of another run over."""
        self.pairs += other.pairs
        self.hidden += other.hidden
        self.compared += other.compared
        self.differences += other.differences


async def start_of(house: House) -> Start:
    """The tree as it is before its first change."""
    rows = await house.bot.database.all(select(units.c.id, units.c.parent_id, units.c.name))
    return {row.id: (row.parent_id, row.name) for row in rows}


async def open_eye(house: House) -> None:
    """Make the person who is officer of every unit."""
    person = house.bot.person(EYE)
    await person.says("/start")
    known = await person_id(house, EYE)
    changes = Changes()
    roles = Roles(house.bot.database, changes, NOON)
    have = {role.unit_id for role in await roles.of(known)}
    for row in await house.bot.database.all(select(units.c.id)):
        if row.id not in have:
            roles.grant(known, OFFICER, row.id, NOON)
    await house.bot.committer.commit(Commit(changes))


async def person_id(house: House, name: str) -> int:
    from storage.people import People

    found = await People(house.bot.database, Changes()).by_account("console", name)
    assert found is not None
    return found.id


async def plant(house: House, chance: Random) -> Start:
    """A random tree of fourteen units with people and a year of entries of every area, form and course."""
    changes, ids, above = Changes(), dict[str, int](), {"": list[int]()}
    nouns = Units(house.bot.database, changes)
    for number in range(14):
        code = f"U{number}"
        parent = (
            "" if number in (0, 7) else chance.choice([known for known in ids if (int(known[1:]) < 7) == (number < 7)])
        )
        ids[code] = new_id()
        kind = {0: "military", 7: "agency"}.get(number, "")
        row = {"id": ids[code], "code": code, "name": f"Đơn vị {code}", "search_key": f"don vi {code.lower()}"}
        nouns.add(
            row | {"kind": kind, "parent_id": ids.get(parent), "position": number, "created_at": NOON}, above[parent]
        )
        above[code] = [ids[code], *above[parent]]
    homes = list(ids.values())
    logs = StudyLogs(house.bot.database, changes)
    for _ in range(60):
        person, home = new_id(), chance.choice(homes)
        changes.insert(persons, id=person, language="vi", address_form="anhchi", alias="", unit_id=home,
                       consents={"log": True, "unit_totals": True}, created_at=NOON)  # fmt: skip
        changes.insert(memberships, id=new_id(), person_id=person, unit_id=home, state="active", asked_at=NOON)
        for _ in range(chance.randrange(12)):
            logs.add(entry(chance, person, home))
    await house.bot.committer.commit(Commit(changes))
    return await start_of(house)


def entry(chance: Random, person: int, home: int) -> StudyLog:
    """One entry of some day since the autumn of last year."""
    day = TODAY - timedelta(days=chance.randrange(400))
    mode = chance.choice(("online", "in_person", "self_study", None))
    course, minutes = chance.choice(COURSES), chance.randrange(5, 300)
    done = course is not None and chance.random() < 0.3
    return StudyLog(0, person, home, day, minutes, "", chance.choice(AREAS), course, done, mode, NOON)


async def change_tree(house: House, chance: Random, count: int) -> int:
    """Random openings, renames, moves, merges, splits and closures; returns how many could be made."""
    made = 0
    for _ in range(count):
        known = [row.id for row in await house.bot.database.all(select(units.c.id).order_by(units.c.id))]
        newest = select(unit_events.c.number).order_by(unit_events.c.number.desc())
        number = int(await house.bot.database.value(newest) or 0)
        try:
            await make(house.bot.database, random_change(chance, known, number + 1))
        except Refused:
            continue
        made += 1
    return made


async def disturb(house: House, chance: Random) -> None:
    """Edit, delete and approve entries, add late ones, transfer people, and enter what authorities recognised."""
    database = house.bot.database
    rows = list(
        await database.all(select(study_logs).where(study_logs.c.deleted_at.is_(None)).order_by(study_logs.c.id))
    )
    people = list(await database.all(select(memberships).where(memberships.c.state == "active").order_by("id")))
    standing = [row.id for row in await database.all(select(units.c.id).where(units.c.valid_to.is_(None)))]
    async with database.writing() as connection:
        for row in chance.sample(rows, min(40, len(rows))):
            mine = update(study_logs).where(study_logs.c.id == row.id)
            match chance.randrange(4):
                case 0:
                    await connection.execute(mine.values(deleted_at=NOON))
                case 1:
                    await connection.execute(mine.values(minutes=chance.randrange(1, 400), area=chance.choice(AREAS)))
                case 2:
                    await connection.execute(mine.values(day=row.day - timedelta(days=chance.randrange(40))))
                case _:
                    await connection.execute(insert(evidence).values(**await a_file(connection, row)))
        for row in chance.sample(people, min(6, len(people))):
            moved = update(memberships).where(memberships.c.id == row.id)
            left = chance.random() < 0.3
            await connection.execute(
                moved.values(state="ended", ended_at=NOON) if left else moved.values(unit_id=chance.choice(standing))
            )
    # A chance of their own: trees and entries of a seed stay what they were, whatever is drawn here.
    await recognised.plant(house, Random(len(rows) + len(people)))


async def a_file(connection: Any, log: Any) -> dict[str, Any]:
    """An approved certificate for an entry."""
    row = {"person_id": log.person_id, "created_at": NOON}
    file_id = new_id()
    await connection.execute(
        insert(files).values(id=file_id, name="a.pdf", media_type="application/pdf", size=1, content=b"x", **row)
    )
    return {"id": new_id(), "log_id": log.id, "file_id": file_id, "state": "approved", "minutes": log.minutes, **row}


async def compare(house: House, browser: Browser, start: Start, chance: Random, pairs: int, costly: int) -> Result:
    """Ask every output for random pairs; `costly` of them also for the files and the page."""
    result, count = Result(), await counter(house.bot.database, start, TODAY)
    while result.pairs < pairs:
        period = parse_period(chance.choice(KEYS), TODAY)
        assert period is not None
        day = min(period.end, TODAY) if chance.random() < 0.4 else None
        unit = chance.choice(sorted(count.tree(day).parents))
        known = await Units(house.bot.database, Changes()).by_id(unit)
        assert known is not None
        await _one(house, browser, count, known, period, day, result, is_costly=result.pairs < costly)
        result.pairs += 1
    return result


async def _one(
    house: House, browser: Browser, count: Count, unit: Unit, period: Period, day: date | None, result: Result,
    *, is_costly: bool,
) -> None:  # fmt: skip
    name = count.tree(day).names[unit.id]
    asked = Asked(unit.id, unit.code, name, period.key, day is not None, count.is_military(unit.id, day))
    counted = count.count(unit.id, period.start, min(period.end, TODAY), day)
    person = house.bot.person(EYE)
    truth, cells = outputs.expected(counted, asked, year=period.end.year), outputs.cells_of(counted, count.codes)

    told, below = await outputs.by_json(house.bot.database, asked, person.at)
    _check(result, "json", asked, truth, told)
    _check(result, "json", asked, cells, below)
    chat = await outputs.by_chat(person, asked)
    if chat is None:
        result.hidden += 1
        if not any(counted.moved):
            result.differences.append(f"chat {asked}: hidden, and nobody moved")
        return
    if counted.entries and any(0 < people < SMALL for people in counted.moved):
        result.differences.append(f"chat {asked}: shown, and {counted.moved} people moved")
    _check_chat(result, asked, truth, chat, counted)
    if is_costly:
        names = [*count.tree(day).names.values(), *count.tree(None).names.values()]
        lines = lines_of(counted, asked.unit, count.codes, is_military=asked.is_military)
        await _files(browser, person, asked, counted, truth, lines, period, result, names)


async def _files(
    browser: Browser, person: Any, asked: Asked, counted: Counted, truth: outputs.Figures,
    lines: dict[str, Line], period: Period, result: Result, names: list[str],
) -> None:  # fmt: skip
    told, below = await outputs.by_workbook(person, asked)
    longer = period.kind not in ("day", "week")
    told.setdefault("months", {})
    if asked.is_military:
        truth |= {"courses": {name: one[1:] for name, one in counted.courses.items()}}
    _check(result, "xlsx", asked, truth | hours_of(truth), told, skip=() if longer else ("months",))
    _check(result, "xlsx", asked, {"lines": lines}, {"lines": below})
    _check(result, "csv", asked, {"lines": lines}, {"lines": await outputs.by_csv(person, asked)})
    told, below = await outputs.by_desk(browser, asked)
    _check(result, "web", asked, truth, told)
    if told:
        own = counted.cells[asked.unit]
        rows = sorted((one.entries, one.minutes) for one in counted.cells.values()
                      if one is not own or own.entries or own.members)  # fmt: skip
        _check(result, "web", asked, {"rows": rows}, {"rows": sorted(below.values())})
    if longer:
        told, missing = await outputs.by_report(person, asked, period, names)
        without = {name: told[name] for name in ("title_rows", "target_rows")}
        _check(result, "docx", asked, truth | hours_of(truth), told if counted.entries else without)
        _check(result, "docx", asked, {"numbers without a cell": set()}, {"numbers without a cell": missing})


def hours_of(truth: outputs.Figures) -> outputs.Figures:
    """Areas and forms as files tell them: hours with one decimal."""
    return {
        "area_hours": {name: outputs.tenths(minutes) for name, minutes in truth["areas"].items()},
        "mode_hours": {name: outputs.tenths(minutes) for name, minutes in truth["modes"].items()},
    }


def _check(
    result: Result, output: str, asked: Asked, truth: dict[str, Any], told: dict[str, Any], skip: tuple[str, ...] = ()
) -> None:
    for name, value in told.items():
        if name in skip or (name not in truth and value in (None, {})):
            continue
        result.compared[output] += 1
        if name not in truth or value != truth[name]:
            result.differences.append(f"{output} {asked}: {name} is {value}, counted {truth.get(name)}")


def _check_chat(result: Result, asked: Asked, truth: outputs.Figures, told: outputs.Figures, counted: Counted) -> None:
    approved = told.pop("approved_minutes", None)
    # The months of a phase are more than one message tells.
    _check(result, "chat", asked, truth, told, skip=("months",) if asked.key.startswith("phase") else ())
    if counted.entries and approved != (counted.approved[2] if counted.approved else None):
        result.differences.append(f"chat {asked}: approved {approved}, counted {counted.approved}")
