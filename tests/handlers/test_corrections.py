"""Correcting what was logged, in words and by buttons, and undoing the correction."""

import pytest

from tests.chat import FakePerson


@pytest.fixture
async def learner(an: FakePerson) -> FakePerson:
    """Somebody who has agreed and logged two entries."""
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("hôm nay học 2 tiếng rưỡi tiếng Anh, hôm qua 45p tin hoc")
    return an


async def test_a_correction_names_its_entry_by_subject(learner: FakePerson) -> None:
    await learner.says("nhầm, tin học 1 tiếng")

    learner.hears("Đã sửa: 1 giờ · Tin học · 21/11.", buttons=["Hoàn tác"])


async def test_without_a_name_the_last_entry_is_meant(learner: FakePerson) -> None:
    await learner.says("nhầm, 1 tiếng thôi")

    learner.hears("Đã sửa: 1 giờ · Tin học · 21/11.")


async def test_undoing_a_correction_brings_the_version_before_back(learner: FakePerson) -> None:
    await learner.says("nhầm, tin học 1 tiếng")

    await learner.taps("Hoàn tác")

    learner.hears("Đã hoàn tác, trở lại: 45 phút · Tin học · 21/11.")


async def test_undoing_a_correction_twice_says_so(learner: FakePerson) -> None:
    await learner.says("nhầm, tin học 1 tiếng")
    payload = learner.last.buttons["Hoàn tác"]
    await learner.taps_payload(payload)

    await learner.taps_payload(payload)

    learner.hears("Đã hoàn tác rồi: 45 phút · Tin học · 21/11.")


async def test_an_old_undo_does_not_overwrite_a_later_change(learner: FakePerson) -> None:
    await learner.says("nhầm, tin học 1 tiếng")
    payload = learner.last.buttons["Hoàn tác"]
    await learner.says("nhầm, tin học 2 tiếng")

    await learner.taps_payload(payload)

    learner.hears("Lượt này đã được sửa tiếp sau đó.")


async def test_deleting_asks_which_of_several_entries(learner: FakePerson) -> None:
    await learner.says("xóa giúp lượt vừa ghi")
    learner.hears("Anh/chị muốn xóa lượt nào?")

    await learner.taps("45 phút · Tin học · 21/11")
    learner.hears("Đã hoàn tác: 45 phút · Tin học")
    await learner.taps("Khôi phục")

    learner.hears("Đã khôi phục: 45 phút · Tin học · hôm qua 21/11.")


async def test_deleting_the_only_entry_of_the_last_message(learner: FakePerson) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")

    await learner.says("xóa giúp lượt vừa ghi")

    learner.hears("Đã xóa: 20 phút · Tiếng Thái · 22/11.", buttons=["Khôi phục"])


async def test_after_an_undo_there_is_nothing_to_correct(learner: FakePerson) -> None:
    await learner.taps("Hoàn tác")

    await learner.says("nhầm, 1 tiếng thôi")

    learner.hears("Không có lượt nào vừa ghi để sửa.")


async def test_the_edit_button_asks_entry_part_and_value(learner: FakePerson) -> None:
    await learner.taps("Sửa")
    learner.hears("Anh/chị muốn sửa lượt nào?")
    await learner.taps("45 phút · Tin học · 21/11")
    learner.hears("Anh/chị muốn sửa gì trong lượt", buttons=["Thời lượng", "Ngày", "Môn học"])
    await learner.taps("Thời lượng")
    learner.hears("Thời lượng đúng là bao lâu?", buttons=["30 phút", "1 giờ", "1 giờ 30 phút", "2 giờ"])

    await learner.taps("2 giờ")

    learner.hears("Đã sửa: 2 giờ · Tin học · 21/11.")


async def test_the_value_may_be_typed(learner: FakePerson) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")
    await learner.taps("Sửa")
    await learner.taps("Môn học")

    await learner.says("tieng mong")

    learner.hears("Đã sửa: 20 phút · Tiếng Mông · 22/11.")


async def test_the_day_may_be_changed_by_a_tap(learner: FakePerson) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")
    await learner.taps("Sửa")
    await learner.taps("Ngày")

    await learner.taps("Hôm kia")

    learner.hears("Đã sửa: 20 phút · Tiếng Thái · 20/11.")


async def test_a_correction_beyond_the_limit_of_the_day_is_refused(learner: FakePerson) -> None:
    await learner.says("hôm nay học 8 tiếng tin học")

    await learner.says("nhầm, 15 tiếng")

    learner.hears("một ngày tối đa 16 giờ")


async def test_another_persons_entry_cannot_be_edited(learner: FakePerson, app: object) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")
    first, last = learner.last.buttons["Sửa"].split("|")[1:]
    stranger = app.person("binh")  # type: ignore[attr-defined]

    await stranger.taps_payload(f"log.set|{first}|minutes|60")

    assert first == last
    stranger.hears("Nút này không còn dùng được.")


async def test_somebody_who_logged_nothing_has_nothing_to_correct(app: object) -> None:
    stranger = app.person("binh")  # type: ignore[attr-defined]

    await stranger.says("nhầm, 1 tiếng thôi")

    stranger.hears("Không có lượt nào vừa ghi để sửa.")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("1 tiếng", "Đã sửa: 1 giờ · Tiếng Thái · 22/11."),
        ("hôm kia", "Đã sửa: 20 phút · Tiếng Thái · 20/11."),
        ("tiếng mông", "Đã sửa: 20 phút · Tiếng Mông · 22/11."),
        ("1 tiếng hôm qua", "Đã sửa: 1 giờ · Tiếng Thái · 21/11."),
        ("nhầm, 1 tiếng thôi", "Đã sửa: 1 giờ · Tiếng Thái · 22/11."),
        ("xóa lượt này đi", "Đã xóa: 20 phút · Tiếng Thái · 22/11."),
        ("thời lượng", "Thời lượng đúng là bao lâu?"),
        ("không", "Vâng, tôi không sửa gì."),
        ("17 tiếng", "Chưa ghi: 17 giờ vượt mức 16 giờ của một ngày."),
        ("0 phút", "Chưa ghi: mỗi ngày ghi được từ 1 phút đến 16 giờ"),
        ("ngày 31/2", "Không có ngày 31/2. Anh/chị muốn sửa gì trong lượt"),
        ("20", "Tôi chưa hiểu rõ. Anh/chị muốn sửa gì trong lượt"),
        ("hôm qua học 1 tiếng tin học", "Đã ghi: 1 giờ · Tin học · hôm qua 21/11."),
        ("ai phát động phong trào?", "Nguồn: "),
    ],
)
async def test_the_new_value_may_be_typed_when_asked_what_to_change(learner: FakePerson, said: str, heard: str) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")
    await learner.taps("Sửa")
    learner.hears("Anh/chị muốn sửa gì trong lượt")

    await learner.says(said)

    learner.hears(heard)


async def test_a_question_in_between_leaves_the_correction_open(learner: FakePerson) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")
    await learner.taps("Sửa")

    await learner.says("ai phát động phong trào?")
    await learner.says("50 phút")

    learner.hears("Đã sửa: 50 phút · Tiếng Thái · 22/11.")


@pytest.mark.parametrize("part", ["Thời lượng", "Ngày"])
async def test_a_whole_new_sentence_is_not_taken_for_the_new_value(learner: FakePerson, part: str) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")
    await learner.taps("Sửa")
    await learner.taps(part)

    await learner.says("hôm qua học 1 tiếng tin học")

    learner.hears("Đã ghi: 1 giờ · Tin học · hôm qua 21/11.")


async def test_a_new_day_to_come_is_refused_with_its_reason_and_buttons(learner: FakePerson) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")
    await learner.taps("Sửa")
    await learner.taps("Ngày")

    await learner.says("ngày mai")

    learner.hears("Ngày đó chưa đến.", buttons=["Hôm nay", "Hôm qua", "Hôm kia"])


async def test_an_entry_deleted_while_its_correction_is_open_blocks_nothing(learner: FakePerson) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")
    undo = learner.last.buttons["Hoàn tác"]
    await learner.taps("Sửa")
    await learner.taps_payload(undo)

    await learner.says("1 tiếng")

    learner.hears("Anh/chị học môn gì?")


@pytest.mark.parametrize("said", ["hoàn tác", "hoan tac", "undo"])
async def test_undo_right_after_a_deletion_offers_to_restore(learner: FakePerson, said: str) -> None:
    await learner.says("sáng nay học 20 phút tiếng Thái")
    await learner.says("xóa lượt vừa rồi")

    await learner.says(said)
    learner.hears("Vừa xóa: 20 phút · Tiếng Thái · 22/11.", buttons=["Khôi phục"])
    await learner.taps("Khôi phục")

    learner.hears("Đã khôi phục: 20 phút · Tiếng Thái")


async def test_undo_after_one_of_several_was_deleted_does_not_delete_the_other(learner: FakePerson) -> None:
    await learner.says("xóa giúp lượt vừa ghi")
    await learner.taps("45 phút · Tin học · 21/11")

    await learner.says("hoàn tác")

    learner.hears("Vừa xóa: 45 phút · Tin học · 21/11.", buttons=["Khôi phục"])


async def test_after_a_new_entry_undo_means_that_entry(learner: FakePerson) -> None:
    await learner.says("xóa bản ghi tin học vừa rồi đi")
    await learner.says("sáng nay học 20 phút tiếng Thái")

    await learner.says("hoàn tác")

    learner.hears("Đã xóa: 20 phút · Tiếng Thái · 22/11.")
