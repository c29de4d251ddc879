"""The demo: what it holds, that it is the same every time, and that it never lands on real data."""

import shutil
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.demo import load_demo
from bot.errors import UserError
from bot.i18n import Reader, render
from bot.units_import import import_units
from storage.changes import Changes
from storage.commits import Committer
from storage.database import Database
from storage.roles import Roles
from storage.tables import accounts, memberships, persons, study_logs, units
from storage.units import Units
from tests.chat import NOON


async def number(database: Database, table: object) -> int:
    return int(await database.value(select(func.count()).select_from(table)))  # type: ignore[arg-type]


async def test_it_holds_three_kinds_of_organisation_two_hundred_people_and_a_year_of_entries(
    database: Database, committer: Committer
) -> None:
    started = time.monotonic()

    result = await load_demo(database, committer, NOON)

    assert time.monotonic() - started < 10
    roots = await Units(database, Changes()).roots()
    assert [root.kind for root in roots] == ["military", "agency", "province"]
    assert (result.people, await number(database, persons)) == (200, 200)
    assert await number(database, study_logs) == result.logs > 5_000
    days = (await database.all(select(func.min(study_logs.c.day), func.max(study_logs.c.day))))[0]
    assert days[1] == NOON.date()
    assert (days[1] - days[0]).days >= 360


async def test_nobody_can_write_as_an_invented_person(database: Database, committer: Committer) -> None:
    await load_demo(database, committer, NOON)

    channels = {row.channel for row in await database.all(select(accounts.c.channel))}

    assert channels == {"demo"}


async def test_entries_of_those_who_did_not_agree_stand_in_no_unit(database: Database, committer: Committer) -> None:
    await load_demo(database, committer, NOON)

    query = select(persons.c.consents, study_logs.c.unit_id, persons.c.unit_id.label("home"))
    rows = await database.all(query.join(study_logs, study_logs.c.person_id == persons.c.id))

    assert {row.unit_id is None for row in rows} == {True, False}
    assert all(row.unit_id == (row.home if row.consents["unit_totals"] else None) for row in rows)
    assert all(row.consents["log"] for row in rows)


async def test_the_same_seed_makes_the_same_entries_and_another_seed_others(
    database: Database, committer: Committer, sqlite_template: Path, tmp_path: Path
) -> None:
    await load_demo(database, committer, NOON, seed=7)
    entries = await entries_of(database)

    for seed, is_same in ((7, True), (8, False)):
        path = tmp_path / f"{seed}.sqlite3"
        shutil.copy(sqlite_template, path)
        other = Database(f"sqlite+aiosqlite:///{path}")
        await load_demo(other, Committer(other), NOON, seed=seed)
        assert (await entries_of(other) == entries) is is_same
        await other.close()


async def entries_of(database: Database) -> list[tuple[str, ...]]:
    query = (
        select(accounts.c.address, study_logs.c.day, study_logs.c.minutes, study_logs.c.subject, units.c.code)
        .join(accounts, accounts.c.person_id == study_logs.c.person_id)
        .outerjoin(units, units.c.id == study_logs.c.unit_id)
    )
    return sorted(tuple(map(str, row)) for row in await database.all(query))


async def test_loading_it_again_changes_nothing(database: Database, committer: Committer) -> None:
    first = await load_demo(database, committer, NOON)

    again = await load_demo(database, committer, NOON)

    assert (again.units, again.admin_code) == (0, "")
    assert "loaded already" in render(again.text(), Reader("en"))
    assert await number(database, study_logs) == first.logs


async def test_it_refuses_a_database_with_units_of_others(database: Database, committer: Committer) -> None:
    await import_units(database, committer, b"code,name\nA,a\n", "units.csv", NOON)

    with pytest.raises(UserError) as refused:
        await load_demo(database, committer, NOON)

    assert "in use already" in render(refused.value.text, Reader("en"))
    assert await number(database, persons) == 0


async def test_its_codes_are_for_one_officer_and_one_admin(database: Database, committer: Committer) -> None:
    result = await load_demo(database, committer, NOON)

    roles = Roles(database, Changes(), NOON)
    assert await roles.purpose_of(result.officer_code) == "officer:QS-A"
    assert await roles.purpose_of(result.admin_code) == "admin"
    assert result.officer_code in render(result.text(), Reader("vi"))


async def test_the_officer_to_be_finds_people_who_wait(database: Database, committer: Committer) -> None:
    await load_demo(database, committer, NOON)
    nouns = Units(database, Changes())
    unit = await nouns.by_code("QS-A")
    assert unit is not None

    waiting = await nouns.pending([unit.id])

    assert len(waiting) == 4
    assert all(alias for _, alias, _ in waiting)
    active = select(func.count()).select_from(memberships).where(memberships.c.state == "active")
    assert await database.value(active) == 196
