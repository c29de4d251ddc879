"""An admin says by button or in words which title of the movement an authority recognised, and takes it back."""

from datetime import date
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.changes import Changes
from storage.database import Database
from storage.migrate import upgrade
from storage.recognitions import Recognitions
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

YEAR = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def counted(units: Organisation, code: str = "A") -> dict[str | None, int]:
    """What holds, by title; free words under None."""
    found = await Recognitions(units.bot.database, Changes()).recognised(units.ids[code], *YEAR)
    return {one.title: one.count for one in found.whole}


async def test_the_title_is_tapped_and_the_rest_is_one_line(units: Organisation) -> None:
    admin = await units.admin("chi")
    await admin.says("/congnhan")
    await admin.taps("Nhập số liệu")
    admin.hears("Nội dung được công nhận là gì?")
    titles = list(admin.last.buttons)
    assert titles[0] == "Công dân học tập"
    assert "Đơn vị học tập (mức độ 2)" in titles
    assert titles[-1] == "Nội dung khác"

    await admin.taps("Đơn vị học tập (mức độ 2)")
    admin.hears("Thông tư số 24/2023/TT-BGDĐT")
    await admin.says("A.1; mười hai; 45/QĐ-UBND; 15/10/2026")
    admin.hears("“mười hai” không phải là số lượng")
    await admin.says("A.1; 12; 45/QĐ-UBND; 15/10/2026")

    admin.hears("Đã nhập cho Phòng Một: Đơn vị học tập (mức độ 2) 12, theo quyết định 45/QĐ-UBND ngày 15/10/2026.")
    admin.hears("nằm ở dòng của danh hiệu đó", buttons=["Rút lại"])
    assert await counted(units) == {"unit_2": 12}
    await admin.taps("Rút lại")
    assert await counted(units) == {}


async def test_the_number_may_stand_before_the_title_in_the_line(units: Organisation) -> None:
    admin = await units.admin("chi")

    await admin.says("/congnhan A.1; 12 công dân học tập; 45/QĐ-UBND; 15/10/2026")
    admin.hears("Công dân học tập 12, theo quyết định 45/QĐ-UBND")
    await admin.says("/congnhan A.1; người đạt danh hiệu Công dân học tập; 12; 45/QĐ-UBND; 15/10/2026")
    admin.hears("đã được nhập rồi")
    await admin.says("/congnhan A.1; 12 gia đình học tập; 13; 45/QĐ-UBND; 15/10/2026")
    admin.hears("Có hai số lượng khác nhau là 12 và 13")
    await admin.says("/congnhan A.1; 7 gia đình học tập; 7; 45/QĐ-UBND; 15/10/2026")

    assert await counted(units) == {"citizen": 12, "family": 7}


async def test_free_words_get_their_title_later_and_lose_it_again(units: Organisation) -> None:
    admin = await units.admin("chi")
    await admin.says("/congnhan A.1; Công dân học tập tiêu biểu; 12; 45/QĐ-UBND; 15/10/2026")
    admin.hears("nằm ở một dòng riêng", buttons=["Rút lại", "Chọn danh hiệu"])
    assert await counted(units) == {None: 12}

    await admin.taps("Chọn danh hiệu")
    admin.hears("“Công dân học tập tiêu biểu” (45/QĐ-UBND) là danh hiệu nào?")
    await admin.taps("Công dân học tập")
    admin.hears("Công dân học tập 12 (45/QĐ-UBND). Trong báo cáo, số này nằm ở dòng của danh hiệu đó.")
    assert await counted(units) == {"citizen": 12}
    await admin.taps("Hoàn tác")

    assert await counted(units) == {None: 12}
    await admin.says("/congnhan A.1; Công dân học tập; 5; 45/QĐ-UBND; 15/10/2026")
    await admin.says("/congnhan")
    admin.hears("1. Phòng Một: Công dân học tập 5")
    await admin.taps("Chọn danh hiệu mục 2")
    await admin.taps("Công dân học tập")
    admin.hears("đã được nhập rồi")
    assert await counted(units) == {"citizen": 5, None: 12}


async def test_something_else_asks_for_the_matter_too_and_can_be_left(units: Organisation) -> None:
    admin = await units.admin("chi")
    for words, answer in (("thôi", "Vâng, tôi dừng"), ("/congnhan", "Chưa nhập số liệu được công nhận nào.")):
        await admin.says("/congnhan")
        await admin.taps("Nhập số liệu")
        await admin.taps("Nội dung khác")
        admin.hears("mã đơn vị; nội dung; số lượng; số quyết định; ngày")
        await admin.says(words)
        admin.hears(answer)
    await admin.taps("Nhập số liệu")
    await admin.taps("Nội dung khác")
    await admin.says("A.1; Câu lạc bộ tiêu biểu; 2; 45/QĐ-UBND; 15/10/2026")

    admin.hears("Đã nhập cho Phòng Một: Câu lạc bộ tiêu biểu 2")
    assert await counted(units) == {None: 2}


async def test_only_an_admin_and_only_a_button_that_was_made_changes_anything(units: Organisation) -> None:
    admin, officer = await units.admin("chi"), await units.officer("oanh", "A")
    await admin.says("/congnhan A.1; Câu lạc bộ; 2; 45/QĐ-UBND; 15/10/2026")
    id = admin.last.buttons["Rút lại"].split("|")[1]

    for payload in ("new", "title|citizen", f"choose|{id}", f"is|{id}|citizen", f"drop|{id}"):
        await officer.taps_payload(f"recognition.{payload}")
        officer.hears("Chỉ quản trị viên được nhập")
    for wrong in ("recognition.title|king", f"recognition.is|{id}|king", "recognition.is|1|citizen"):
        await admin.taps_payload(wrong)
        admin.hears("Nút này")

    assert await counted(units) == {None: 2}


def _to_before(connection: Connection) -> Any:
    """Bring the database to the version before titles; gives the migration."""
    config = Config()
    config.set_main_option("script_location", "storage/migrations")
    config.attributes["connection"] = connection
    revisions = ScriptDirectory.from_config(config).walk_revisions()
    titles = next(one for one in revisions if "titles of recognised figures" in (one.doc or ""))
    command.downgrade(config, str(titles.down_revision))
    return titles


async def test_figures_of_before_get_the_title_that_their_words_are(database: Database) -> None:
    said = {
        "Công dân học tập": "citizen", "Người đạt danh hiệu “Công dân học tập”": "citizen",
        "gia đình học tập": "family",
        "Dòng họ học tập": "clan", "Cộng đồng học tập": "community", "Cộng đồng học tập cấp xã": "commune",
        "Đơn vị học tập cấp xã": "commune_unit", "Đơn vị học tập": "unit", "Đơn vị học tập (mức độ 1)": "unit_1",
        "Đơn vị học tập cấp tỉnh, mức độ 2": "unit_2", "Công dân học tập tiêu biểu": None, "Giấy khen": None,
    }  # fmt: skip
    unit = "INSERT INTO units (id, code, name, search_key, created_at) VALUES (1, 'A', 'A', 'a', '2026-01-01 00:00:00')"
    row = text(
        "INSERT INTO recognitions (id, unit_id, what, count, decision_number, decision_date, entered_at) "
        "VALUES (:id, 1, :what, 3, '45/QĐ-UBND', '2026-10-15', '2026-10-16 00:00:00')"
    )
    async with database.writing() as connection:
        await connection.run_sync(_to_before)
        await connection.execute(text(unit))
        for id, what in enumerate(said, 1):
            await connection.execute(row, {"id": id, "what": what})

    await upgrade(database)

    assert {one.what: one.title for one in await Recognitions(database, Changes()).newest(20)} == said
