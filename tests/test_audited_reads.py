"""Wherever officers and admins are shown personal rows, the audit says so, in the same transaction."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.jobs.digest import run
from storage.audit import audit
from storage.changes import Changes
from storage.people import People
from storage.tables import outbox, persons
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.jobs.test_digest import LONG_AGO, MONDAY, members
from tests.jobs.test_submissions import context
from tests.organisation import Organisation, organisation

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def number_of(app: Bot, name: str) -> int:
    return (await People(app.database, Changes()).by_accounts([("console", name)]))["console", name].id


async def reads(app: Bot, what: str) -> list[Any]:
    return list(await app.database.all(select(audit).where(audit.c.what == what).order_by(audit.c.seq)))


async def test_a_digest_that_shows_people_is_a_read_by_its_officer_once_and_one_without_people_is_none(
    units: Organisation, app: Bot
) -> None:
    await units.officer("lan", "A.1")
    await members(units, "A.1", 6)
    await run(MONDAY, context(units, MONDAY))
    assert await reads(app, "people.read") == [], "nothing was wrong, so nobody was told"
    await members(units, "A.1", 2, day=LONG_AGO)

    await run(MONDAY, context(units, MONDAY))
    await run(MONDAY, context(units, MONDAY))

    (row,) = await reads(app, "people.read")
    assert (row.who, row.role, row.unit_id, row.via) == (
        await number_of(app, "lan"), "officer", units.ids["A.1"], "system"
    )  # fmt: skip
    assert row.detail == {"people": 2}


async def test_an_officer_whom_the_digest_cannot_reach_has_read_nothing(units: Organisation, app: Bot) -> None:
    lan = await units.officer("lan", "A.1")
    await members(units, "A.1", 2, day=LONG_AGO)
    await lan.says("/xoa")
    await lan.taps("Xóa tất cả")

    await run(MONDAY, context(units, MONDAY))

    assert await app.database.all(select(outbox.c.id).where(outbox.c.key.like("digest:%"))) == []
    assert await reads(app, "people.read") == []


async def joined(units: Organisation, name: str, officer: FakePerson) -> FakePerson:
    person = units.bot.person(name)
    await person.says("/donvi A.1")
    await person.says("Sao Mai")
    await officer.taps("Xác nhận")
    return person


async def test_what_is_pushed_to_officers_about_a_person_is_kept_about_that_person(
    units: Organisation, app: Bot
) -> None:
    oanh = await units.officer("oanh", "A.1")
    hoa = await units.officer("hoa", "A")
    an = await joined(units, "an", oanh)
    await an.says("Đơn vị có tổ chức thi Rung chuông vàng không?")
    await oanh.says("/hoidap")
    await oanh.taps("1. Đơn vị có tổ chức thi…")
    await oanh.taps("Chuyển cấp trên")
    await hoa.taps("Trả lời")
    await hoa.says("Có, sáng thứ bảy tại hội trường lớn.")
    await an.taps("Hỏi tiếp")
    await an.says("Ai được dự thi ạ?")

    about = await number_of(app, "an")
    assert [(row.about, row.unit_id) for row in await reads(app, "member.told")] == [(about, units.ids["A.1"])]
    told = [(row.about, row.unit_id, row.detail["people"]) for row in await reads(app, "question.told")]
    assert told == [(about, units.ids["A.1"], 1), (about, units.ids["A"], 1), (about, units.ids["A"], 1)]


async def test_lists_and_previews_that_show_people_are_reads(units: Organisation, app: Bot) -> None:
    oanh, root = await units.officer("oanh", "A.1"), await units.admin("quan")
    await joined(units, "an", oanh)
    await joined(units, "binh", oanh)

    await root.says("/chuyendonvi Sao Mai sang A.2 từ hôm nay")
    assert [row.detail for row in await reads(app, "people.read")] == [{"people": 2}]
    await root.taps_payload(next(payload for payload in root.last.buttons.values() if payload.startswith("mv|")))
    assert [row.about for row in await reads(app, "member.read")][-1] in {
        await number_of(app, "an"), await number_of(app, "binh")
    }  # fmt: skip

    await root.says("/thongbao Họp lúc 14 giờ.")
    await root.says("A.1")
    await root.taps("Xem trước và gửi")
    sample = (await reads(app, "people.read"))[-1]
    assert "broadcast" in sample.detail and sample.detail["people"] >= 2

    async with app.database.writing() as connection:
        await connection.execute(update(outbox).values(state="failed").where(
            outbox.c.person_id == await number_of(app, "an")))  # fmt: skip
        await connection.execute(update(persons).values(erase_at=None))
    await root.says("/thulai", at=NOON + timedelta(hours=1))
    assert (await reads(app, "letters.read"))[-1].detail["people"] >= 1


SHOWS_NO_OTHER = {
    "bot/demo.py": "made-up people",
    "bot/letters.py": "one line; handlers/letters.py keeps the read",
    "handlers/unlogged.py": "bot/silent_people.py keeps the read",
    "bot/human_answers.py": "the writer's own alias, shown to the asker",
}
"""Files that put an alias into words and leave the audit to another one, each with the reason."""


def words_with_an_alias(path: Path) -> bool:
    """True when a sentence of the file holds an alias."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("t", "tn"))
    return any(keyword.arg in ("alias", "who", "people") and "alias" in ast.unparse(keyword.value)
               for call in named for keyword in call.keywords)  # fmt: skip


def test_a_file_that_says_aliases_keeps_who_read_them() -> None:
    files = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").glob("*.py")])
    silent = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if words_with_an_alias(path) and not re.search(r"\b(audit|Audit)\b", path.read_text(encoding="utf-8"))
    }

    assert silent - set(SHOWS_NO_OTHER) == set()
