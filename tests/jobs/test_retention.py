"""What is old enough goes, in small batches, and what a person may still need stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.clock import LOCAL_ZONE
from bot.jobs.outbox import payload_of
from bot.jobs.retention import KEPT_DAYS, clear, due, run
from bot.jobs.runs import Context
from bot.message import FileRef
from storage.broadcast_tables import broadcasts
from storage.columns import new_id
from storage.commits import Committer
from storage.database import Database
from storage.retention import BATCH, EXPIRED
from storage.tables import accounts, consents, evidence, files, inbound, one_time_codes, outbox, study_logs
from tests.jobs.crowd import crowd

NOW = datetime(2026, 11, 28, 3, 15, tzinfo=LOCAL_ZONE)
OLD, NEW = NOW - timedelta(days=500), NOW - timedelta(hours=5)


async def add(database: Database, table: Any, *rows: dict[str, Any]) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(table), list(rows))


async def count(database: Database, table: Any) -> int:
    return int(await database.value(select(func.count()).select_from(table)))


def file(person: int, at: datetime) -> dict[str, Any]:
    return {"id": new_id(), "person_id": person, "name": "a.png", "media_type": "image/png", "size": 1,
            "content": b"x", "created_at": at}  # fmt: skip


def message(person: int, state: str, at: datetime, *carried: int) -> dict[str, Any]:
    refs = [FileRef(id, "a.png", "image/png", 1, None) for id in carried]  # type: ignore[arg-type]
    row = {"id": new_id(), "channel": "web", "address": "a", "person_id": person, "state": state, "due_at": at}
    sent_at = at if state == "sent" else None
    return {**row, "payload": payload_of("x", (), refs, "", ""), "created_at": at, "sent_at": sent_at}


def test_each_kind_has_its_days() -> None:
    assert set(KEPT_DAYS) == set(EXPIRED)
    assert not {"study_logs", "study_log_changes", "consents", "persons", "evidence"} & {
        expired.table.name for expired in EXPIRED.values()
    }


async def test_old_rows_go_in_batches_and_the_dry_run_says_how_many(database: Database) -> None:
    many = 2 * BATCH + 7
    rows = [{"channel": "web", "message_id": f"m{n}", "at": OLD if n < many else NEW} for n in range(many + 3)]
    await add(database, inbound, *rows)
    codes = [{"code_hash": str(at), "purpose": "admin", "made_at": at} for at in (OLD, NEW)]
    await add(database, one_time_codes, *codes)

    planned = await due(database, NOW)
    assert await count(database, inbound) == many + 3
    cleared = await clear(database, NOW)

    assert planned == cleared
    assert {kind: number for kind, number in cleared.items() if number} == {"inbound": many, "one_time_codes": 1}
    assert await count(database, inbound) == 3
    assert await clear(database, NOW) == dict.fromkeys(KEPT_DAYS, 0)


async def test_what_waits_to_be_sent_stays_however_old(database: Database, committer: Committer) -> None:
    (person,) = await crowd(database, 1, OLD)
    await add(database, outbox, *(message(person, state, OLD) for state in ("sent", "failed", "ready")))

    facts = await run(NOW, Context(database, committer, {}, LOCAL_ZONE, NOW))

    assert facts == {"outbox_sent": 1, "outbox_unsent": 1}
    assert await database.value(select(outbox.c.state)) == "ready"


async def test_a_file_stays_while_a_message_an_entry_or_an_announcement_refers_to_it(database: Database) -> None:
    (person,) = await crowd(database, 1, OLD)
    unused, carried, proof, announced = (file(person, OLD) for _ in range(4))
    new = file(person, NEW)
    await add(database, files, unused, carried, proof, announced, new)
    told = {"id": 1, "created_by": person, "created_at": OLD, "state": "done", "segment": {}, "texts": {}}
    await add(database, broadcasts, {**told, "file_id": announced["id"], "ack": False, "urgent": False})
    await add(database, outbox, message(person, "sent", NEW, carried["id"]), message(person, "sent", NEW))
    entry = {"id": new_id(), "person_id": person, "day": OLD.date(), "minutes": 30, "subject": "x", "area": "digital",
             "completed": False, "created_at": OLD}  # fmt: skip
    await add(database, study_logs, entry)
    refers = {"id": new_id(), "person_id": person, "log_id": entry["id"], "file_id": proof["id"], "state": "pending"}
    await add(database, evidence, {**refers, "created_at": OLD})

    await clear(database, NOW)

    kept = {row.id for row in await database.all(select(files.c.id))}
    assert kept == {carried["id"], proof["id"], announced["id"], new["id"]}


@pytest.mark.parametrize("table", [study_logs, consents, accounts], ids=lambda table: table.name)
async def test_the_persons_own_data_is_never_cleared_away(database: Database, table: Any) -> None:
    (person,) = await crowd(database, 1, OLD)
    await add(database, consents, {"id": 1, "person_id": person, "purpose": "log", "granted": True,
                                   "text_version": "1", "channel": "web", "at": OLD})  # fmt: skip
    await add(database, study_logs, {"id": 2, "person_id": person, "day": OLD.date(), "minutes": 30, "subject": "x",
                                     "area": "digital", "completed": False, "created_at": OLD})  # fmt: skip
    before = await count(database, table)

    await clear(database, NOW + timedelta(days=9_999))

    assert await count(database, table) == before == 1
