"""My data: what is stored, the two files, consents, and deleting everything."""

import json
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from storage.changes import Changes
from storage.erasure import rows_about
from storage.people import People
from storage.study_logs import StudyLogs
from storage.tables import study_logs
from tests.chat import FakePerson
from tests.organisation import organisation


@pytest.fixture
async def learner(an: FakePerson) -> FakePerson:
    """Somebody who has agreed and logged."""
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("hôm nay học 2 tiếng tiếng Anh, hôm qua 45 phút tin học")
    return an


def files_of(person: FakePerson) -> dict[str, bytes]:
    return {name: content for heard in person.heard for name, content in heard.files.items()}


def cells(workbook: bytes, sheet: int = 1) -> str:
    with ZipFile(BytesIO(workbook)) as parts:
        strings = parts.read("xl/sharedStrings.xml").decode()
        return strings + parts.read(f"xl/worksheets/sheet{sheet}.xml").decode()


async def test_it_says_what_is_stored_and_the_own_code(learner: FakePerson) -> None:
    await learner.says("du lieu")

    said = next(heard.text for heard in learner.heard if "Dữ liệu đang lưu" in heard.text)
    assert "Mã của anh/chị: console:an" in said
    assert "Số lượt đã ghi: 2 (đã xóa: 0); minh chứng: 0" in said
    assert "nhật ký học tập: có, 08:15 22/11/2026" in said
    assert "nhắc học, nhắc hạn: không (chưa trả lời)" in said
    assert sorted(files_of(learner)) == ["ban-hoc.json", "ban-hoc.xlsx"]


async def test_the_json_holds_entries_history_and_consents_with_iso_dates(learner: FakePerson) -> None:
    await learner.says("nhầm, tin học 1 tiếng")

    await learner.says("/dulieu")

    data = json.loads(files_of(learner)["ban-hoc.json"])
    assert [(log["day"], log["minutes"], log["subject"]) for log in data["study_logs"]] == [
        ("2026-11-21", 60, "tin học"),
        ("2026-11-22", 120, "tiếng anh"),
    ]
    assert [change["what"] for change in data["history"]] == ["added", "added", "edited"]
    assert [(one["purpose"], one["granted"]) for one in data["consents"]] == [("log", True)]
    assert data["exported_at"].endswith("+07:00")


async def test_deleted_entries_are_exported_too(learner: FakePerson) -> None:
    await learner.taps("Hoàn tác")

    await learner.says("/dulieu")

    data = json.loads(files_of(learner)["ban-hoc.json"])
    assert [log["deleted_at"] is not None for log in data["study_logs"]] == [True, True]


async def test_the_workbook_has_typed_cells_a_frozen_header_and_a_filter(learner: FakePerson) -> None:
    await learner.says("/dulieu")

    sheet = cells(files_of(learner)["ban-hoc.xlsx"])
    serial = (date(2026, 11, 22) - date(1899, 12, 30)).days
    assert f"<v>{serial}</v>" in sheet
    assert "<v>120</v>" in sheet
    assert "<autoFilter" in sheet
    assert 'state="frozen"' in sheet


async def test_a_subject_that_looks_like_a_formula_stays_text(learner: FakePerson) -> None:
    await learner.taps("Sửa")
    await learner.taps("2 giờ · Tiếng Anh · 22/11")
    await learner.taps("Môn học")
    await learner.says("=HYPERLINK(1)+2")

    await learner.says("/dulieu")

    sheet = cells(files_of(learner)["ban-hoc.xlsx"])
    assert "<f>" not in sheet
    assert "hyperlink" in sheet.lower()


async def test_taking_the_consent_to_log_back_stops_logging(learner: FakePerson) -> None:
    await learner.says("rút đồng ý")
    learner.hears("nhật ký học tập: có\nsố liệu đơn vị: không")

    await learner.taps("Rút: nhật ký học tập")
    learner.hears(
        "Từ giờ tôi không ghi thêm. Các lượt đã ghi vẫn còn", buttons=["Đồng ý: nhật ký học tập", "Tất cả đồng ý"]
    )
    await learner.says("hôm nay học 1 tiếng tin học")

    learner.hears("tôi cần đồng ý của anh/chị", buttons=["Đồng ý", "Đọc chi tiết", "Để sau"])


async def test_a_consent_can_be_given_again(learner: FakePerson) -> None:
    await learner.says("/rutdongy")
    await learner.taps("Rút: nhật ký học tập")
    await learner.taps("Đồng ý: nhật ký học tập")

    await learner.says("hôm nay học 1 tiếng tin học")

    learner.hears("Đã ghi: 1 giờ · Tin học")


async def test_every_yes_and_no_is_kept_with_version_and_time(learner: FakePerson) -> None:
    await learner.says("/rutdongy")
    await learner.taps("Rút: nhật ký học tập")

    people = People(learner.app.database, Changes())
    person = (await people.by_accounts([("console", "an")]))["console", "an"]
    history = [
        (row.purpose, row.granted, row.text_version, row.channel) for row in await people.consent_history(person.id)
    ]

    assert history == [("log", True, "2026-11-22", "console"), ("log", False, "2026-11-22", "console")]


async def test_deleting_everything_takes_a_second_tap(learner: FakePerson) -> None:
    await learner.says("/xoa")
    learner.hears("Chỉ số phút không kèm tên còn trong số tổng hợp", buttons=["Xóa tất cả", "Giữ lại"])

    await learner.taps("Giữ lại")

    learner.hears("Vâng, tôi không xóa gì.")
    await learner.says("/nhatky")
    learner.hears("1. 2 giờ · Tiếng Anh")


async def test_after_deleting_the_person_is_new_and_the_minutes_have_no_name(learner: FakePerson, app: Any) -> None:
    before = (await People(app.database, Changes()).by_accounts([("console", "an")]))["console", "an"]
    await learner.says("/xoa")

    await learner.taps("Xóa tất cả")
    learner.hears("sẽ bị xóa vĩnh viễn lúc 08:15 23/11/2026", buttons=["Giữ lại", "Xóa ngay, không chờ"])
    await learner.taps("Xóa ngay, không chờ")
    learner.hears("Đã xóa toàn bộ dữ liệu của anh/chị.", buttons=[])

    assert await People(app.database, Changes()).by_accounts([("console", "an")]) == {}
    assert await StudyLogs(app.database, Changes()).all_of(before.id) == []
    columns = (study_logs.c.minutes, study_logs.c.subject, study_logs.c.course)
    left = await app.database.all(select(*columns).order_by(study_logs.c.minutes))
    assert [tuple(log) for log in left] == [(45, "", None), (120, "", None)]
    await learner.says("/nhatky")
    learner.hears("Nhật ký chưa có lượt nào.")


async def test_the_files_hold_every_row_of_every_table_that_is_about_the_person(learner: FakePerson, app: Any) -> None:
    units = await organisation(app)
    oanh = await units.officer("oanh", "A.1")
    await learner.says("/donvi A.1")
    await learner.says("Sao Mai")
    await oanh.says("/thanhvien")
    await oanh.taps("Sao Mai")
    await oanh.taps("Xác nhận")
    await learner.says("nhầm, tin học 1 tiếng")
    await learner.sends_file("chung-chi.jpg", b"\xff\xd8\xff", "image/jpeg")
    await learner.says("/lienket")
    person = (await People(app.database, Changes()).by_accounts([("console", "an")]))["console", "an"]

    await learner.says("/dulieu")

    data = json.loads(files_of(learner)["ban-hoc.json"])
    called = {"study_log_changes": "history"}
    for table, which in rows_about(person.id).items():
        count = await app.database.value(select(func.count()).select_from(table).where(which))
        # What this very turn wrote (its reply, the two files) is not in its own files.
        rows = data["other"].get(table.name, data.get(called.get(table.name, table.name), []))
        wrote = {"outbox": 2, "files": 2}.get(table.name, 0)
        assert len(rows) == count - wrote, table.name
    assert [(one["what"], one["role"], one["via"]) for one in data["looked_at"]] == [
        ("member.told", "system", "console"),
        ("member.read", "officer", "console"),
        ("member.confirmed", "officer", "console"),
    ]
    whole = json.dumps(data, ensure_ascii=False)
    assert "Sao Mai" in whole
    assert "oanh" not in whole
