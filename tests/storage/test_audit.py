"""The audit: every row is chained to the one before, whichever process wrote it, and a hand in the table is found."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, insert, select, update

from storage.audit import Audit, Fault, Head, audit, audit_head
from storage.changes import Changes
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from tests.chat import NOON
from tests.nursery import Nursery

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, ROWS_EACH = 3, 40
_WRITER = """
import asyncio, sys
from datetime import datetime, UTC
from storage import migrate
from storage.audit import Audit
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database

async def main(url, number, count):
    database = Database(url)
    committer = Committer(database)
    async def one(step):
        changes = Changes()
        Audit(database, changes).record("members.read", datetime.now(UTC), via="web", who=number, detail={"step": step})
        await committer.commit(Commit(changes))
    for start in range(0, count, 8):
        await asyncio.gather(*(one(step) for step in range(start, start + 8)))
    await committer.close()
    await database.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


async def written(database: Database, committer: Committer, count: int) -> None:
    for number in range(count):
        changes = Changes()
        store = Audit(database, changes)
        store.record("member.read", NOON, via="desk", who=7, unit_id=5, about=number, detail={"people": number})
        assert await committer.commit(Commit(changes)) is Outcome.DONE


async def by_hand(database: Database, *statements: Executable) -> None:
    async with database.writing() as connection:
        for statement in statements:
            await connection.execute(statement)


async def test_an_untouched_audit_is_whole_and_keeps_who_what_about_whom_and_from_where(
    database: Database, committer: Committer
) -> None:
    await written(database, committer, 3)

    assert await Audit(database, Changes()).verify() is None
    row = await database.first(select(audit).where(audit.c.seq == 2))
    assert (row.at, row.who, row.role, row.what, row.unit_id, row.about, row.via, row.detail) == (
        NOON, 7, "person", "member.read", 5, 1, "desk", {"people": 1},
    )  # fmt: skip


async def test_every_hand_in_the_table_is_found(database: Database, committer: Committer) -> None:
    await written(database, committer, 5)
    store = Audit(database, Changes())
    rows = list(await database.all(select(audit).order_by(audit.c.seq)))
    head = await store.head()
    forged = {**rows[4]._mapping, "seq": 6, "id": 1, "prev_hash": rows[4].hash}
    third = audit.c.seq == 3

    async def faulty(*hands: Executable) -> Fault | None:
        await by_hand(database, *hands)
        found = await store.verify()
        await by_hand(
            database,
            delete(audit),
            insert(audit).values([dict(row._mapping) for row in rows]),
            update(audit_head).values(seq=head.seq, hash=head.hash),
        )
        return found

    for column, value in (
        ("about", 9), ("who", None), ("what", "x"), ("detail", {"people": 8}), ("role", "admin"), ("via", "web"),
        ("unit_id", 6), ("hash", "f" * 64),
    ):  # fmt: skip
        assert await faulty(update(audit).where(third).values({column: value})) == Fault(3, rows[2].id, "changed")
    assert await faulty(update(audit).where(third).values(prev_hash="f" * 64)) == Fault(3, rows[2].id, "moved")
    assert await faulty(delete(audit).where(third)) == Fault(3, None, "missing")
    assert await faulty(delete(audit).where(audit.c.seq == 1)) == Fault(1, None, "missing")
    assert await faulty(delete(audit).where(audit.c.seq == 5)) == Fault(5, None, "missing")
    assert await faulty(delete(audit)) == Fault(1, None, "missing")
    assert await faulty(insert(audit).values(forged)) == Fault(6, None, "inserted")
    swapped = [update(audit).where(audit.c.seq == old).values(seq=new) for old, new in ((3, 99), (4, 3), (99, 4))]
    assert await faulty(*swapped) == Fault(3, rows[3].id, "moved")
    closed_up = [update(audit).where(audit.c.seq == old).values(seq=old - 1) for old in (4, 5)]
    assert await faulty(delete(audit).where(third), *closed_up) == Fault(3, rows[3].id, "moved")
    assert await store.verify() is None


async def test_a_chain_that_was_made_anew_as_a_whole_does_not_fit_what_was_noted_down(
    database: Database, committer: Committer
) -> None:
    await written(database, committer, 3)
    store = Audit(database, Changes())
    noted = await store.head()
    assert await store.verify(noted) is None

    await by_hand(database, delete(audit), delete(audit_head))
    await written(database, committer, 3)

    assert await store.verify() is None
    third = await database.value(select(audit.c.id).where(audit.c.seq == 3))
    assert await store.verify(noted) == Fault(3, third, "anchor")
    assert await store.verify(Head(9, noted.hash)) == Fault(9, None, "anchor")


async def test_several_processes_write_one_chain(database: Database, database_url: str) -> None:
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _WRITER, database_url, str(number), str(ROWS_EACH), cwd=ROOT
        )
        for number in range(1, PROCESSES + 1)
    ]
    checks = []
    while any(writer.returncode is None for writer in writers):
        # A check beside the writers never takes what is being written for a fault.
        checks.append(await Audit(database, Changes()).verify())
        await asyncio.wait([asyncio.ensure_future(writer.wait()) for writer in writers], timeout=0.2)

    assert [writer.returncode for writer in writers] == [0] * PROCESSES
    assert set(checks) == {None}
    assert await Audit(database, Changes()).verify() is None
    assert (await Audit(database, Changes()).head()).seq == PROCESSES * ROWS_EACH


async def test_no_text_gets_into_the_audit(database: Database) -> None:
    store = Audit(database, Changes())

    for value in ("Ban Mai", "học tiếng Anh", 1.5, ["x"], "x" * 81):
        with pytest.raises(ValueError, match="keeps no texts: alias"):
            store.record("member.read", NOON, via="web", detail={"alias": value})


async def test_the_operator_checks_and_exports_it(database: Database, committer: Committer, database_url: str,
                                                  nursery: Nursery, tmp_path: Path) -> None:  # fmt: skip
    await written(database, committer, 2)

    def run(*arguments: str) -> Sequence[str]:
        code, said, wrong = nursery.run("bot", "audit", *arguments, environment={"DATABASE_URL": database_url})
        return str(code), said.strip(), wrong.strip()

    whole = await asyncio.to_thread(run, "verify")
    head = await Audit(database, Changes()).head()
    assert whole[:2] == (
        "0", f"Nhật ký kiểm soát nguyên vẹn: 2 dòng. Dòng mới nhất: {head.seq}:{head.hash}",
    )  # fmt: skip
    await asyncio.to_thread(run, "export", str(tmp_path / "audit.csv"))
    lines = (tmp_path / "audit.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "seq,at,who,role,what,unit,about,via,detail,prev_hash,hash"
    assert lines[2].startswith("2,2026-11-22T08:15:00+07:00,7,person,member.read,5,1,desk,people=1,")
    await asyncio.to_thread(run, "export", str(tmp_path / "audit.xlsx"))
    assert (tmp_path / "audit.xlsx").read_bytes().startswith(b"PK")

    await by_hand(database, update(audit).where(audit.c.seq == 1).values(detail=json.loads('{"people": 3}')))

    assert (await asyncio.to_thread(run, "verify"))[:2] == (
        "1", "Dòng 1 của nhật ký kiểm soát đã bị sửa sau khi ghi.",
    )  # fmt: skip
