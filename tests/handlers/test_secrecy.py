"""Secrecy mode: on for military roots, switched by an admin in the chat; what it hides, and what is masked anyway."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from bot.language.masking import HIDDEN
from bot.units_import import import_units
from storage.changes import Changes
from storage.tables import metadata
from storage.units import Units
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


@pytest.fixture
async def units(app: Bot) -> Organisation:
    made = await organisation(app)
    await made.members("A.1", [60] * 6)
    await made.members("M.1", [60] * 6)
    return made


async def shows(officer: FakePerson) -> tuple[str, str]:
    """The summary in words, and what the workbook's file is called."""
    await officer.says("tổng hợp tháng 10")
    text = officer.last.text
    await officer.taps("Excel")
    return text, next(iter(officer.last.files))


async def test_it_is_on_for_military_roots_and_an_admin_switches_it_for_each_root(units: Organisation) -> None:
    ha, oanh = await units.admin("ha"), await units.officer("oanh", "M")
    lan = await units.officer("lan", "A")
    secret, open_ = await shows(oanh), await shows(lan)
    assert "6 người" not in secret[0]
    assert "6/6 người" in open_[0]
    assert (secret[1], open_[1]) == ("tong-hop-2026-10.xlsx", "tong-hop-A-2026-10.xlsx")

    await ha.says("/baomat")
    ha.hears("Cục Mẫu (A): đang tắt\nTrung đoàn Mẫu (M): đang bật", buttons=["Bật: A", "Tắt: M"])
    await ha.taps("Bật: A")
    ha.hears("Đã bật chế độ bảo mật của Cục Mẫu (A).", buttons=["Hoàn tác"])
    await ha.says("/baomat")
    await ha.taps("Tắt: M")
    ha.hears("xem được số người", buttons=["Tắt chế độ bảo mật", "Giữ nguyên"])
    assert (await shows(oanh))[1] == "tong-hop-2026-10.xlsx"
    await ha.taps("Tắt chế độ bảo mật")

    opened, closed = await shows(oanh), await shows(lan)
    assert "6/6 người" in opened[0]
    assert "6/6 người" not in closed[0]
    assert (opened[1], closed[1]) == ("tong-hop-M-2026-10.xlsx", "tong-hop-2026-10.xlsx")


async def test_only_an_admin_switches_it_and_only_a_root_has_it(units: Organisation) -> None:
    oanh, ha = await units.officer("oanh", "M"), await units.admin("ha")

    for tap in ("secrecy.ask_off", "secrecy.switch"):
        rest = "|off" if tap.endswith("switch") else ""
        await oanh.taps_payload(f"{tap}|{units.ids['M']}{rest}")
        oanh.hears("Chỉ quản trị viên được bật, tắt chế độ bảo mật.")
        await ha.taps_payload(f"{tap}|{units.ids['M.1']}{rest}")
        ha.hears("Nút này không còn dùng được")
    await oanh.says("/baomat")
    oanh.hears("Chỉ quản trị viên được bật, tắt chế độ bảo mật.")


async def test_a_unit_is_not_called_by_its_real_number_there(units: Organisation) -> None:
    ha, bot = await units.admin("ha"), units.bot
    rows = ("code,name,parent,kind", "M.2,Tiểu đoàn 2,M,", "M.3,Trung đoàn 847,M,", "B,Trung đoàn 847,,",
            "N,Sư đoàn 391,,military")  # fmt: skip
    result = await import_units(bot.database, bot.committer, "\n".join(rows).encode(), "x.csv", NOON)
    assert [(one.code, result.new) for one in result.errors] == [("M.3", 2), ("N", 2)]

    await ha.says("/caydonvi M.2")
    await ha.taps("Đổi tên")
    await ha.says("Tiểu đoàn 15")
    ha.hears(f"“Tiểu đoàn {HIDDEN}” có phiên hiệu thật của đơn vị")

    await ha.says("/baomat")
    await ha.taps("Bật: B")
    ha.hears("Các đơn vị sau còn mang phiên hiệu thật, vui lòng đổi tên bằng /caydonvi: B.")
    assert [unit.name for unit in await Units(bot.database, Changes()).all() if unit.code == "M.2"] == ["Tiểu đoàn 2"]


async def test_numbers_and_strengths_that_are_typed_reach_no_table_whatever_is_typed_where(units: Organisation) -> None:
    an = units.bot.person("an")
    await an.says("/start")
    await an.taps("Đồng ý")
    for said in (
        "/donvi trung đoàn 847", "hôm nay học 1 tiếng lịch sử trung đoàn 847", "trung đoàn 847 có bao nhiêu người học?",
        "quân số 8471 người thì báo cáo thế nào?", "tổng hợp trung đoàn 847",
    ):  # fmt: skip
        await an.says(said)
    await an.says("/donvi A.1")
    await an.says("Lan trung đoàn 847")
    an.hears("Bí danh không ghi phiên hiệu đơn vị hay quân số.")
    await an.says("Hoa Sim")
    await an.says("hôm nay học 1 tiếng tin học")
    await an.sends_file("trung đoàn 847.jpg", b"\xff\xd8\xff x", "image/jpeg")

    assert await tables_with(units.bot, "847") == []


async def tables_with(bot: Bot, words: str) -> list[str]:
    """Tables in whose words (not keys and hashes) this stands."""
    found = []
    for table in metadata.sorted_tables:
        for row in await bot.database.all(select(table)):
            if any(re.search(rf"(?<!\d){words}(?!\d)", text) for value in row for text in spoken(value)):
                found.append(table.name)
    return sorted(set(found))


def spoken(value: Any) -> list[str]:
    if isinstance(value, str):
        return [] if len(value) == 64 else [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in spoken(one)]
    return [text for one in value for text in spoken(one)] if isinstance(value, list | tuple) else []
