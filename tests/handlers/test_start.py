"""The beginning: greeting, consent purpose by purpose, category, form of address, unit; all of it skippable."""

from datetime import UTC, datetime
from typing import Any

import pytest

from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit
from storage.people import People, Person
from storage.units import Units
from tests.chat import FakePerson

GREETING = (
    "Xin chào! Tôi là Bạn Học, trợ lý tự động của phong trào học tập suốt đời. Tôi giúp ghi giờ học, trả lời câu hỏi "
    "về phong trào và nhắc việc. Để ghi nhật ký học tập, tôi cần đồng ý của anh/chị về việc lưu dữ liệu."
)


@pytest.fixture
async def units(app: Any) -> None:
    """Two units below a third."""
    changes = Changes()
    storage = Units(app.database, changes)
    top = new_id()
    for id, code, name, key, above in (
        (top, "A", "Cơ quan mẫu", "co quan mau a", []),
        (new_id(), "A1", "Phòng Hành chính", "phong hanh chinh a1", [top]),
        (new_id(), "A2", "Phòng Kỹ thuật", "phong ky thuat a2", [top]),
    ):
        row = {
            "id": id,
            "code": code,
            "name": name,
            "search_key": key,
            "kind": "",
            "parent_id": above[0] if above else None,
        }
        storage.add({**row, "created_at": datetime.now(UTC)}, above)
    await app.committer.commit(Commit(changes))


async def stored(person: FakePerson) -> Person:
    known = await People(person.app.database, Changes()).by_accounts([("console", person.name)])
    return known["console", person.name]


async def test_the_greeting_says_that_it_is_automatic_and_asks_for_the_one_consent(an: FakePerson) -> None:
    await an.says("/start")

    assert an.last.text == GREETING
    an.hears("", buttons=["Đồng ý", "Đọc chi tiết", "Để sau"])
    assert (await stored(an)).consents == {}


async def test_the_details_name_the_law_the_rights_and_what_is_never_asked(an: FakePerson) -> None:
    await an.says("/start")

    await an.taps("Đọc chi tiết")

    an.hears("Luật 91/2025/QH15", buttons=["Đồng ý", "Để sau"])
    an.hears("/rutdongy")
    an.hears("Bản ngày 22/11/2026.")
    an.hears("Trên Telegram và Zalo, tin nhắn đi qua máy chủ của các công ty đó")
    an.hears("Không bao giờ hỏi: căn cước, số điện thoại, dân tộc, tôn giáo, đảng viên.")
    assert len(an.last.text) <= 1500


async def test_yes_agrees_to_the_log_and_to_nothing_else(an: FakePerson) -> None:
    await an.says("/start")

    await an.taps("Đồng ý")

    assert (await stored(an)).consents == {"log": True}
    an.hears("Đã đồng ý: nhật ký học tập.", buttons=["Tính vào số liệu đơn vị", "Nhắc tôi", "Nêu tên tôi", "Tiếp tục"])


async def test_each_further_purpose_is_agreed_to_alone(an: FakePerson) -> None:
    await an.says("/start")
    await an.says("đồng ý")

    await an.taps("Nhắc tôi")

    assert (await stored(an)).consents == {"log": True, "reminders": True}
    an.hears(
        "Đã đồng ý: nhật ký học tập, nhắc học, nhắc hạn.",
        buttons=["Tính vào số liệu đơn vị", "Nêu tên tôi", "Tiếp tục"],
    )


async def test_questions_are_answered_before_any_consent(an: FakePerson) -> None:
    await an.says("/start")

    await an.says("hoi chut giai doan 2 bat dau nam nao vay")

    an.hears("2026")
    an.hears("Nguồn: ", buttons=["Hữu ích", "Chưa đúng"])


async def test_later_leaves_everything_open_and_start_brings_it_back(an: FakePerson) -> None:
    await an.says("/start")

    await an.taps("Để sau")
    an.hears("Vâng, tôi chưa lưu gì.")
    await an.says("/start")

    assert an.last.text == GREETING


async def test_a_soldier_is_called_comrade_without_being_asked(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.taps("Tiếp tục")

    await an.taps("Chiến sĩ, quân nhân")

    an.hears("Đồng chí thuộc đơn vị nào?", buttons=["Bỏ qua"])
    assert (await stored(an)).category == "soldier"


async def test_everybody_else_chooses_the_form_of_address_once(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.taps("Tiếp tục")
    await an.taps("Cán bộ, công chức, viên chức")
    an.hears("Tôi nên xưng hô thế nào?", buttons=["Đồng chí", "Anh/chị", "Bỏ qua"])

    await an.taps("Đồng chí")

    an.hears("Đồng chí thuộc đơn vị nào?")
    assert (await stored(an)).address_form == "dongchi"


async def test_every_step_can_be_skipped(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.taps("Tiếp tục")

    await an.taps("Bỏ qua")
    await an.taps("Bỏ qua")
    await an.taps("Bỏ qua")

    an.hears("Đã xong.", buttons=[])
    person = await stored(an)
    assert (person.category, person.address_form, person.unit_id) == ("", "anhchi", None)


@pytest.mark.usefixtures("units")
async def test_a_unit_is_found_by_words_without_diacritics_and_asked_to_join(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.taps("Tiếp tục")
    await an.taps("Chiến sĩ, quân nhân")

    await an.says("phong")
    an.hears("Đơn vị nào là của đồng chí?", buttons=["Phòng Kỹ thuật (A2)", "Phòng Hành chính (A1)", "Bỏ qua"])
    await an.taps("Phòng Kỹ thuật (A2)")

    an.hears("Phòng Kỹ thuật")


@pytest.mark.usefixtures("units")
async def test_an_unknown_unit_is_asked_for_again_and_a_log_in_between_is_logged(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.taps("Tiếp tục")
    await an.taps("Chiến sĩ, quân nhân")

    await an.says("phòng không có")
    an.hears("Tôi không tìm thấy đơn vị nào với “phòng không có”.", buttons=["Bỏ qua"])
    await an.says("hôm nay học 1 tiếng tin học")

    an.hears("Đã ghi: 1 giờ · Tin học")


@pytest.mark.usefixtures("units")
async def test_a_deep_link_leads_to_the_unit_after_consent(an: FakePerson) -> None:
    await an.says("/start a1", start="a1")
    assert an.last.text == GREETING
    await an.taps("Đồng ý")
    await an.taps("Tiếp tục")

    await an.taps("Chiến sĩ, quân nhân")

    an.hears("Phòng Hành chính")


async def test_a_deep_link_with_a_wrong_code_says_so(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")

    await an.says("/start XYZ", start="XYZ")

    an.hears("Không có đơn vị nào mang mã XYZ.", buttons=["Bỏ qua"])


async def test_somebody_who_has_agreed_is_welcomed_back(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")

    await an.says("/start")

    an.hears("Chào anh/chị trở lại.", buttons=["Thiết lập lại", "Tiến độ của tôi"])


async def test_a_forged_purpose_is_refused(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")

    await an.taps_payload("start.purpose|everything")

    an.hears("Nút này không còn dùng được.")
    assert (await stored(an)).consents == {"log": True}
