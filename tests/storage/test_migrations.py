"""The migrations make exactly the tables that the code knows."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from storage.columns import new_id
from storage.database import Database
from storage.migrate import differences, upgrade
from storage.tables import persons

NAIVE = datetime.fromisoformat("2026-11-22T08:15:00")


async def test_the_migrations_leave_no_difference(database: Database) -> None:
    await upgrade(database)

    assert await differences(database) == []


async def test_a_moment_comes_back_as_it_was_whatever_its_zone(database: Database) -> None:
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=7)))
    row = {"id": new_id(), "language": "vi", "address_form": "anhchi", "consents": {}, "created_at": noon}

    async with database.writing() as connection:
        await connection.execute(insert(persons).values(**row))

    kept = await database.value(select(persons.c.created_at))
    assert kept == noon
    assert kept.tzinfo is UTC


async def test_a_naive_time_is_refused(database: Database) -> None:
    row = {"id": new_id(), "language": "vi", "address_form": "anhchi", "consents": {}}

    with pytest.raises(StatementError, match="naive"):
        async with database.writing() as connection:
            await connection.execute(insert(persons).values(**row, created_at=NAIVE))


def test_ids_grow_and_fit_a_signed_64_bit_key() -> None:
    made = [new_id() for _ in range(10_000)]

    assert made == sorted(set(made))
    assert made[-1] < 2**63
