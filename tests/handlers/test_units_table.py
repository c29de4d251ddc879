"""Workbook and CSV list the units with what was logged, approved and recognised there, each in columns of its own."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from storage.columns import new_id
from storage.tables import evidence, files, study_logs
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.handlers.test_report_files import content_of, plain, received
from tests.organisation import Organisation, organisation

LAST = ("Lượt ghi đã duyệt", "Số phút đã duyệt", "Được công nhận")
NO_DATA = "chưa có số liệu"
BY = "(45/QĐ-UBND ngày 15/10/2026)"


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def approve(units: Organisation, code: str, people: int, minutes: int = 40) -> None:
    """So many people's entries of a unit get an approved certificate for so many minutes of each."""
    chosen = select(study_logs).where(study_logs.c.unit_id == units.ids[code]).order_by(study_logs.c.id).limit(people)
    rows = await units.bot.database.all(chosen)
    async with units.bot.database.writing() as connection:
        for row in rows:
            owner, file_id = {"person_id": row.person_id, "created_at": NOON}, new_id()
            picture = {"name": "a.pdf", "media_type": "application/pdf", "size": 1, "content": b"x"}
            await connection.execute(insert(files).values(id=file_id, **picture, **owner))
            paper = {"log_id": row.id, "file_id": file_id, "state": "approved", "minutes": minutes}
            await connection.execute(insert(evidence).values(id=new_id(), **paper, **owner))


async def table_of(officer: FakePerson, code: str) -> dict[str, tuple[Any, ...]]:
    """The three last columns by unit; the CSV has the same columns and the same cells."""
    await officer.says(f"/tonghop {code} 2026-10")
    buttons = officer.last.buttons
    await officer.taps_payload(buttons["Excel"])
    sheet = load_workbook(BytesIO(content_of(received(officer), ".xlsx")))["Đơn vị"]
    header, *rows = sheet.iter_rows(values_only=True)
    await officer.taps_payload(buttons["CSV"])
    lines = list(csv.reader(StringIO(content_of(received(officer), ".csv").decode("utf-8-sig"))))
    assert lines[0] == list(header)
    assert [plain(line) for line in lines[1:]] == [plain(row) for row in rows]
    assert header[-3:] == LAST
    return {str(row[0]): row[-3:] for row in rows}


async def test_each_unit_has_its_approved_entries_and_what_was_recognised_there(units: Organisation) -> None:
    for code, people in (("A", 5), ("A.1", 6), ("A.1.1", 5), ("A.2", 7)):
        await units.members(code, [60] * people)
    for code, people in (("A.1", 3), ("A.1.1", 3), ("A.2", 7)):
        await approve(units, code, people)
    admin = await units.admin("chi")
    for code, matter in (("A.1.1", "12 công dân học tập"), ("A.2", "30 công dân học tập"),
                         ("A.2", "9 gia đình học tập"), ("A", "20 câu lạc bộ")):  # fmt: skip
        await admin.says(f"/congnhan {code}; {matter}; 45/QĐ-UBND; 15/10/2026")
    officer = await units.officer("oanh", "A")

    assert await table_of(officer, "A") == {
        "A.1": (6, 240, f"Công dân học tập 12 {BY}"),
        "A.2": (7, 280, f"Công dân học tập 30 {BY}; Gia đình học tập 9 {BY}"),
        "A.3": (NO_DATA, NO_DATA, NO_DATA),
        "A": (NO_DATA, NO_DATA, f"câu lạc bộ 20 {BY}"),
    }


async def test_a_unit_without_people_has_its_row_where_something_was_recognised_for_it(units: Organisation) -> None:
    await units.members("A.1", [60] * 6)
    admin, officer = await units.admin("chi"), await units.officer("oanh", "A")

    assert "A" not in await table_of(officer, "A")
    await admin.says("/congnhan A; 20 công dân học tập; 45/QĐ-UBND; 15/10/2026")

    assert (await table_of(officer, "A"))["A"] == (NO_DATA, NO_DATA, f"Công dân học tập 20 {BY}")


async def test_few_approved_people_or_titles_are_hidden_and_cannot_be_subtracted_from_the_total(
    units: Organisation,
) -> None:
    for code, people in (("A.1", 6), ("A.2", 7), ("A.3", 9)):
        await units.members(code, [60] * people)
    for code, people in (("A.1", 2), ("A.2", 6), ("A.3", 9)):
        await approve(units, code, people)
    admin = await units.admin("chi")
    for code, count in (("A.1", 15), ("A.2", 3), ("A.3", 20)):
        await admin.says(f"/congnhan {code}; {count} công dân học tập; 45/QĐ-UBND; 15/10/2026")
    await admin.says("/congnhan A.2; 40 gia đình học tập; 45/QĐ-UBND; 15/10/2026")

    above, itself = await units.officer("oanh", "A"), await units.officer("lan", "A.1")
    family = f"Gia đình học tập 40 {BY}"
    assert await table_of(above, "A") == {
        "A.1": ("ẩn", "ẩn", "ẩn"), "A.2": ("ẩn", "ẩn", f"{family}; ẩn"), "A.3": (9, 360, f"Công dân học tập 20 {BY}"),
    }  # fmt: skip
    assert (await table_of(itself, "A.1"))["A.1"] == (2, 80, f"Công dân học tập 15 {BY}")


async def test_below_a_military_root_no_count_of_titles_stands_in_the_table(units: Organisation) -> None:
    await units.members("M.1", [60] * 6)
    await approve(units, "M.1", 6)
    admin, officer = await units.admin("chi"), await units.officer("minh", "M")
    await admin.says("/congnhan M.1; 77 công dân học tập; 45/QĐ-UBND; 15/10/2026")

    assert (await table_of(officer, "M"))["M.1"] == (6, 240, "ẩn")
