"""The calendar in chat: everybody reads it with its sources, an admin sets days for a tree, and nobody else does."""

import pytest

from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def test_everybody_reads_what_comes_next_with_its_source(an: FakePerson) -> None:
    await an.says("/lich")

    an.hears("• Chốt số liệu năm: 31/12/2026. Nguồn: Thông tư 25/2023/TT-BGDĐT")
    an.hears("• Giai đoạn 2 của phong trào: 2026-2030. Nguồn: Kế hoạch 29/KH-UBND")
    assert "Đặt ngày khác" not in an.last.text
    assert "Giai đoạn 1" not in an.last.text
    assert len(an.last.text) <= 1500


async def test_an_admin_sets_days_of_a_tree_and_takes_them_back(units: Organisation) -> None:
    chi, lan = await units.admin("chi"), await units.officer("lan", "A.1")
    await chi.says("/lich")
    chi.hears("Đặt ngày khác: /lich tuần lễ: 06/10-12/10")

    await chi.says("/lich a chốt số liệu: 25/12")
    chi.hears("Chốt số liệu năm: 25/12/2026, theo quy định của đơn vị", buttons=["Hoàn tác"])
    await lan.says("/lich")
    lan.hears("Lịch phong trào · Cục Mẫu:")
    lan.hears("Chốt số liệu năm: 25/12/2026, theo quy định của đơn vị")

    await chi.taps("Hoàn tác")
    chi.hears("Lịch trở lại như trước")
    await lan.says("/lich")
    lan.hears("Chốt số liệu năm: 31/12/2026. Nguồn")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/lich chốt số liệu: 25/12", "Vui lòng ghi mã đơn vị cao nhất ở trước, một trong: A, M"),
        ("/lich A.1 tuần lễ: 06/10-12/10", "Lịch được đặt cho cả hệ thống đơn vị"),
        ("/lich A giai đoạn 2: 06/10-12/10", "Có thể đặt ngày cho: Tuần lễ"),
        ("/lich A tuần lễ: mai", "tôi chưa đọc được “mai”"),
        ("/lich A tuần lễ: 31/02-05/03", "tôi chưa đọc được"),
        ("/lich A tuần lễ: 12/10-06/10", "Ngày cuối phải sau ngày đầu"),
        ("/lich A tuần lễ: 01/10/2026-02/10/2026", "đã qua"),
    ],
)
async def test_what_cannot_be_set_is_said_and_nothing_changes(units: Organisation, said: str, answer: str) -> None:
    chi = await units.admin("chi")

    await chi.says(said)

    chi.hears(answer)
    await chi.says("/lich")
    assert "theo quy định của đơn vị" not in chi.last.text


async def test_nobody_else_sets_days_also_not_by_an_old_button(units: Organisation) -> None:
    chi, lan = await units.admin("chi"), await units.officer("lan", "A")
    await chi.says("/lich A chốt số liệu: 25/12")
    payload = chi.last.buttons["Hoàn tác"]

    await lan.says("/lich A chốt số liệu: 26/12")
    lan.hears("Chỉ quản trị viên")
    await lan.taps_payload(payload)
    lan.hears("Chỉ quản trị viên")
    for forged in ("lich.undo|1|closing|2026|1", "lich.undo|x|closing|2026|1", "campaign.done|none|2026|1"):
        await chi.taps_payload(forged)
        chi.hears("không còn dùng được")
