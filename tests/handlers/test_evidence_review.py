"""Evidence is decided about by the unit's officer; its minutes are a figure of their own; the sheet awards nothing."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from storage.changes import Changes
from storage.evidence import Evidence
from storage.recognitions import Recognised, Recognitions
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.handlers.test_evidence import JPEG, PDF
from tests.handlers.test_human_answers import TEN, member
from tests.organisation import Organisation, organisation

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def sends(units: Organisation, name: str, code: str, said: str = "hôm nay học 1 tiếng tin học") -> FakePerson:
    """A member who counts in the unit logs study and sends a certificate."""
    person = await member(units, name, code)
    await person.says("/start", at=TEN)
    await person.taps("Đồng ý")
    await person.taps_payload("mydata.agree|unit_totals")
    await person.says(said)
    await person.sends_file("bang.jpg", JPEG, "image/jpeg")
    return person


async def approved(app: Bot, unit_id: int) -> int:
    return await Evidence(app.database, Changes()).approved_minutes(unit_id, *YEAR)


async def test_the_officer_sees_the_file_approves_it_and_its_minutes_are_approved(
    units: Organisation, app: Bot
) -> None:
    oanh = await units.officer("oanh", "A")
    an = await sends(units, "an", "A.1")
    oanh.hears("Có minh chứng học tập chờ duyệt (Phòng Một).")
    assert await approved(app, units.ids["A"]) == 0

    await oanh.taps("Xem minh chứng", at=TEN)
    oanh.hears("1 minh chứng chờ duyệt, cũ nhất trước:\n1. người học (Phòng Một): 1 giờ · Tin học")
    assert "Sao Mai" not in oanh.last.text, "who has not agreed is not named"
    await oanh.taps("1. 1 giờ · Tin học · 23/11/2026")
    assert list(oanh.heard[-1].files.values()) == [JPEG] or list(oanh.heard[-2].files.values()) == [JPEG]
    await oanh.taps("Duyệt")

    oanh.hears("Đã duyệt minh chứng: 1 giờ · Tin học")
    an.hears("Minh chứng của lượt 1 giờ · Tin học")
    an.hears("đã được duyệt.")
    assert await approved(app, units.ids["A"]) == await approved(app, units.ids["A.1"]) == 60
    assert await approved(app, units.ids["A.2"]) == 0
    await oanh.says("/duyetminhchung")
    oanh.hears("Không có minh chứng nào chờ duyệt trong phạm vi phụ trách của anh/chị.")


async def test_returned_with_a_reason_counts_for_nothing_and_a_second_decision_is_told_so(
    units: Organisation, app: Bot
) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await sends(units, "an", "A.1")
    await oanh.taps("Xem minh chứng", at=TEN)
    await oanh.taps("1. 1 giờ · Tin học · 23/11/2026")
    approve = next(payload for heard in oanh.heard for label, payload in heard.buttons.items() if label == "Duyệt")
    await oanh.taps("Trả lại, ghi lý do")

    await oanh.says("x")
    oanh.hears("Xin viết vài chữ về điều cần bổ sung")
    await oanh.says("ảnh mờ, không đọc được")

    an.hears("được trả lại: ảnh mờ, không đọc được. Lượt học vẫn giữ nguyên")
    assert await approved(app, units.ids["A"]) == 0
    await oanh.taps_payload(approve)
    oanh.hears("Minh chứng này đã được quyết định rồi.")
    await an.says("/minhchung", at=TEN)
    an.hears("0 đã duyệt, 0 chờ duyệt, 1 trả lại.")
    an.hears("trả lại (ảnh mờ, không đọc được)")


async def test_nobody_outside_the_subtree_sees_a_file_or_decides_about_it(units: Organisation, app: Bot) -> None:
    oanh, minh = await units.officer("oanh", "A.1"), await units.officer("minh", "M")
    an = await sends(units, "an", "A.1")
    await oanh.taps("Xem minh chứng", at=TEN)
    id = oanh.last.buttons["1. 1 giờ · Tin học · 23/11/2026"].split("|")[1]

    for stranger in (minh, an, app.person("lan")):
        for action in ("show", "approve", "return"):
            await stranger.taps_payload(f"evidence.{action}|{id}", at=TEN)
            assert stranger.last.files == {}
            assert "Nút này không còn dùng được" in stranger.last.text or "dành cho cán bộ" in stranger.last.text
    await minh.says("/duyetminhchung", at=TEN)
    minh.hears("Không có minh chứng nào")
    assert await approved(app, units.ids["A"]) == 0


async def test_an_entry_counts_once_with_what_was_approved_and_not_after_it_is_deleted(
    units: Organisation, app: Bot
) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await sends(units, "an", "A.1")
    await an.sends_file("bang.pdf", PDF, "application/pdf")
    await oanh.says("/duyetminhchung", at=TEN)
    oanh.hears("2 minh chứng chờ duyệt")
    for payload in [one for one in oanh.last.buttons.values() if one.startswith("evidence.show")]:
        await oanh.taps_payload(payload)
        await oanh.taps("Duyệt")
    assert await approved(app, units.ids["A.1"]) == 60

    await an.says("nhầm, tin học 3 tiếng")
    an.hears("Đã sửa")
    assert await approved(app, units.ids["A.1"]) == 60, "what was added after the approval is self-logged only"
    await an.says("nhầm, tin học 30 phút")
    assert await approved(app, units.ids["A.1"]) == 30


async def test_the_sheet_holds_entries_by_competence_and_says_that_no_title_is_awarded(
    units: Organisation, app: Bot
) -> None:
    await units.officer("oanh", "A.1")
    an = await sends(units, "an", "A.1")
    await an.says("hôm nay học 2 tiếng tiếng Anh")

    await an.says("/minhchung")

    an.hears("Tôi không công nhận danh hiệu: anh/chị tự đánh giá, cấp có thẩm quyền xem xét, công nhận.")
    files = {name: content for heard in an.heard for name, content in heard.files.items()}
    content = files["minh-chung-cong-dan-hoc-tap.xlsx"]
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["Đọc trước", "Năng lực 1", "Năng lực 2", "Năng lực 3"]
    assert "không công nhận danh hiệu" in str(book["Đọc trước"]["A2"].value)
    assert [cell.value for cell in book["Năng lực 1"]["C"]] == ["Môn học", "tiếng anh"]
    assert [cell.value for cell in book["Năng lực 2"][2]][1:] == [60, "tin học", "", "bang.jpg", "chờ duyệt"]


async def test_an_admin_enters_what_an_authority_decided_with_number_and_date(units: Organisation, app: Bot) -> None:
    chi, oanh = await units.admin("chi"), await units.officer("oanh", "A")
    await chi.says("/congnhan A.1; Công dân học tập; 12; 45/QĐ-UBND; 15/10/2026", at=TEN)

    chi.hears("Đã nhập cho Phòng Một: Công dân học tập 12, theo quyết định 45/QĐ-UBND ngày 15/10/2026.")
    figures = Recognitions(app.database, Changes())
    decided = (Recognised("citizen", "Công dân học tập", 12, (("45/QĐ-UBND", date(2026, 10, 15)),)),)
    assert (await figures.recognised(units.ids["A"], *YEAR)).whole == decided
    for wrong, reason in (
        ("A.1; Công dân học tập; 12; 45/QĐ-UBND; 15/10/2026", "đã được nhập rồi"),
        ("A.1; Công dân học tập; 12; 45/QĐ-UBND; 15/12/2026", "không ở tương lai"),
        ("A.1; Công dân học tập; mười; 46/QĐ-UBND; 15/10/2026", "không phải là số lượng"),
        ("A.1; Công dân học tập; 12; bốn lăm; 15/10/2026", "không phải là số quyết định"),
        ("X.9; Công dân học tập; 12; 46/QĐ-UBND; 15/10/2026", "Không có đơn vị “X.9”."),
        ("A.1; Công dân học tập; 12", "Cần đủ năm mục"),
    ):
        await chi.says(f"/congnhan {wrong}")
        chi.hears(reason)
    await chi.says("/congnhan")
    await chi.taps("Thu hồi mục 1")
    chi.hears("Đã thu hồi: Công dân học tập 12 (45/QĐ-UBND).")
    assert (await figures.recognised(units.ids["A"], *YEAR)).whole == ()
    await oanh.says("/congnhan", at=TEN)
    oanh.hears("Chỉ quản trị")
