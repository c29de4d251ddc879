"""The diary: pages, edit, delete, restore and history."""

import pytest

from tests.chat import FakePerson


@pytest.fixture
async def learner(an: FakePerson) -> FakePerson:
    """Somebody who has agreed."""
    await an.says("/start")
    await an.taps("Đồng ý")
    return an


async def test_an_empty_diary_says_how_to_begin(learner: FakePerson) -> None:
    await learner.says("/nhatky")

    learner.hears("Nhật ký chưa có lượt nào.", buttons=[])


async def test_entries_stand_by_day_newest_first_five_a_page(learner: FakePerson) -> None:
    for day in range(16, 22):
        await learner.says(f"ngày {day}/11 học {day} phút tin học")

    await learner.says("nhat ky")

    learner.hears("1. 21 phút · Tin học · hôm qua 21/11\n2. 20 phút · Tin học · 20/11")
    assert list(learner.last.buttons) == ["1", "2", "3", "4", "5", "Cũ hơn", "Đã xóa"]

    await learner.taps("Cũ hơn")

    learner.hears("6. 16 phút · Tin học · 16/11", buttons=["6", "Mới hơn", "Đã xóa"])


async def test_a_page_takes_the_place_of_the_one_before(learner: FakePerson) -> None:
    for day in range(16, 22):
        await learner.says(f"ngày {day}/11 học {day} phút tin học")
    await learner.says("/nhatky")
    before = learner.last.id

    await learner.taps("Cũ hơn")

    assert before not in [seen.id for seen in learner.channel.screens["an"]]


async def test_an_entry_is_deleted_and_restored(learner: FakePerson) -> None:
    await learner.says("hôm nay học 30 phút tin học")
    await learner.says("/nhatky")
    await learner.taps("1")
    learner.hears("30 phút · Tin học · hôm nay 22/11\nGhi lúc 08:15", buttons=["Sửa", "Xóa", "Lịch sử", "Quay lại"])

    await learner.taps("Xóa")
    learner.hears("Đã xóa: 30 phút · Tin học · hôm nay 22/11.", buttons=["Khôi phục", "Quay lại"])
    await learner.taps("Khôi phục")

    learner.hears("Đã khôi phục: 30 phút · Tin học · hôm nay 22/11.")
    await learner.says("/nhatky")
    learner.hears("1. 30 phút · Tin học")


async def test_deleted_entries_are_listed_and_come_back_by_their_number(learner: FakePerson) -> None:
    await learner.says("hôm nay học 30 phút tin học")
    await learner.taps("Hoàn tác")
    await learner.says("/nhatky")

    await learner.taps("Đã xóa")
    learner.hears("Các lượt đã xóa; chọn số để khôi phục:\n1. 30 phút · Tin học", buttons=["1", "Quay lại"])
    await learner.taps("1")

    learner.hears("Đã khôi phục: 30 phút · Tin học")


async def test_an_entry_is_edited_from_the_diary(learner: FakePerson) -> None:
    await learner.says("hôm nay học 30 phút tin học")
    await learner.says("/nhatky")
    await learner.taps("1")

    await learner.taps("Sửa")
    await learner.taps("Thời lượng")
    await learner.says("1 tiếng")

    learner.hears("Đã sửa: 1 giờ · Tin học · 22/11.", buttons=["Hoàn tác"])


async def test_the_history_tells_when_what_was_and_what_became_of_it(learner: FakePerson) -> None:
    await learner.says("hôm nay học 30 phút tin học")
    await learner.says("nhầm, 1 tiếng")
    await learner.taps("Hoàn tác")
    await learner.says("/nhatky")
    await learner.taps("1")

    await learner.taps("Lịch sử")

    learner.hears("08:15 22/11/2026: anh/chị ghi\n")
    learner.hears("anh/chị sửa 30 phút → 1 giờ\n")
    learner.hears("anh/chị sửa 1 giờ → 30 phút")


async def test_deleting_twice_says_so(learner: FakePerson) -> None:
    await learner.says("hôm nay học 30 phút tin học")
    await learner.says("/nhatky")
    await learner.taps("1")
    payload = learner.last.buttons["Xóa"]
    await learner.taps_payload(payload)

    await learner.taps_payload(payload)

    learner.hears("Lượt này đã xóa rồi")


async def test_another_persons_entry_is_not_shown(learner: FakePerson, app: object) -> None:
    await learner.says("hôm nay học 30 phút tin học")
    await learner.says("/nhatky")
    stranger = app.person("binh")  # type: ignore[attr-defined]

    await stranger.taps_payload(learner.last.buttons["1"])

    stranger.hears("Nút này không còn dùng được.")


async def test_a_made_up_page_is_refused_or_empty(learner: FakePerson) -> None:
    await learner.taps_payload("diary|-1")
    learner.hears("Nút này không còn dùng được.")

    await learner.taps_payload("diary|9999999999999999999")

    assert "lỗi" not in learner.last.text
