"""Answers to the open question of a log: what is a new entry, and what cannot be, with the reason."""

import pytest

from tests.chat import FakePerson

LIMITS = "Chưa ghi: mỗi ngày ghi được từ 1 phút đến 16 giờ, tính tròn phút."


@pytest.fixture
async def learner(an: FakePerson) -> FakePerson:
    """Somebody who has agreed to a study log."""
    await an.says("/start")
    await an.taps("Đồng ý")
    return an


async def test_a_whole_sentence_while_a_day_is_asked_is_the_new_entry(learner: FakePerson) -> None:
    await learner.says("tháng trước học 10 tiếng tin học")
    learner.hears("Anh/chị học ngày nào?")

    await learner.says("hôm nay học 1 tiếng tiếng Anh")

    learner.hears("Đã ghi: 1 giờ · Tiếng Anh · hôm nay 22/11.")


@pytest.mark.parametrize(
    "said",
    [
        "hôm nay học 17 tiếng",
        "hôm nay học tiếng Anh 25 tiếng",
        "25 tiếng",
        "0 phút",
        "hôm nay học 0 phút tiếng Anh",
        "hôm nay học tiếng Anh 30 giây",
        "học tin học 2000 phút",
        "hôm trước học 17 tiếng tin học",
        "/hoc tin học 17 tiếng",
    ],
)
async def test_a_length_that_no_day_holds_gets_its_reason_and_no_question(learner: FakePerson, said: str) -> None:
    await learner.says(said)

    learner.hears(LIMITS, buttons=[])
    assert "bao lâu" not in learner.last.text


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("học tin học lúc 17 giờ", "Anh/chị học bao lâu?"),
        ("tháng trước học 20 tiếng tin học", "Tôi ghi từng ngày một."),
        ("hôm nay học tiếng Anh", "Anh/chị học bao lâu?"),
    ],
)
async def test_a_time_of_day_or_a_sum_over_days_is_no_length_of_a_day(
    learner: FakePerson, said: str, asked: str
) -> None:
    await learner.says(said)

    learner.hears(asked)


@pytest.mark.parametrize("said", ["0 phút", "30 giây", "200 tiếng"])
async def test_a_length_that_cannot_be_leaves_the_question_open(learner: FakePerson, said: str) -> None:
    await learner.says("hôm qua học tiếng Anh")

    await learner.says(said)
    learner.hears(LIMITS, buttons=["30 phút", "1 giờ", "1 giờ 30 phút", "2 giờ"])
    await learner.says("45 phút")

    learner.hears("Đã ghi: 45 phút · Tiếng Anh · hôm qua 21/11.")


@pytest.mark.parametrize("day", ["31/2", "31 tháng 2"])
async def test_a_day_that_the_calendar_lacks_is_said_to_be_none(learner: FakePerson, day: str) -> None:
    await learner.says(f"ngày {day} học 1 tiếng tin học")
    learner.hears(f"Không có ngày {day}. Anh/chị học ngày nào?", buttons=["Hôm nay", "Hôm qua", "Hôm kia"])

    await learner.taps("Hôm qua")

    learner.hears("Đã ghi: 1 giờ · Tin học · hôm qua 21/11.")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("ngày 31/2", "Không có ngày 31/2."),
        ("ngày 32", "Không có ngày 32."),
        ("ngày mai", "Ngày đó chưa đến. Tôi chỉ ghi việc đã học."),
    ],
)
async def test_a_day_that_cannot_be_is_asked_again_with_its_reason_and_buttons(
    learner: FakePerson, said: str, reason: str
) -> None:
    await learner.says("hôm trước học tin học 2 tiếng")

    await learner.says(said)
    learner.hears(f"{reason} Anh/chị học ngày nào?", buttons=["Hôm nay", "Hôm qua", "Hôm kia"])
    await learner.says("hôm qua")

    learner.hears("Đã ghi: 2 giờ · Tin học · hôm qua 21/11.")


async def test_a_vague_day_of_a_feast_is_not_called_none(learner: FakePerson) -> None:
    await learner.says("mấy hôm trước học tin học 2 tiếng")

    assert "Không có ngày" not in learner.last.text


async def test_undo_in_words_after_the_undo_button_offers_to_restore(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tin học")
    await learner.says("hôm nay học 1 tiếng tiếng Anh")
    await learner.taps("Hoàn tác")

    await learner.says("hoàn tác")

    learner.hears("Vừa xóa: 1 giờ · Tiếng Anh · 22/11.", buttons=["Khôi phục"])


async def test_undo_in_words_after_a_deletion_in_the_diary_means_that_entry(learner: FakePerson) -> None:
    await learner.says("hôm qua học 30 phút tin học")
    await learner.says("hôm nay học 1 tiếng tiếng Anh")
    await learner.says("/nhatky")
    await learner.taps("2")
    await learner.taps("Xóa")

    await learner.says("hoàn tác")

    learner.hears("Vừa xóa: 30 phút · Tin học · 21/11.", buttons=["Khôi phục"])
