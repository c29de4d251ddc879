"""Logging study: in a sentence, step by step, with limits, undo and restore."""

from datetime import datetime, timedelta

import pytest

from bot.clock import LOCAL_ZONE
from storage.changes import Changes
from storage.people import People
from storage.study_logs import StudyLog, StudyLogs
from tests.chat import NOON, FakePerson


@pytest.fixture
async def learner(an: FakePerson) -> FakePerson:
    """Somebody who has agreed to a study log."""
    await an.says("/start")
    await an.taps("Đồng ý")
    return an


async def logs_of(person: FakePerson) -> list[StudyLog]:
    database = person.app.database
    known = await People(database, Changes()).by_accounts([("console", person.name)])
    return await StudyLogs(database, Changes()).all_of(known["console", person.name].id)


async def test_two_entries_in_one_sentence_are_echoed_as_the_product_promises(learner: FakePerson) -> None:
    await learner.says("hôm nay học 2 tiếng rưỡi tiếng Anh, hôm qua 45p tin hoc")

    learner.hears(
        "Đã ghi 2 lượt: 2 giờ 30 phút · Tiếng Anh · hôm nay 22/11; 45 phút · Tin học · hôm qua 21/11.\n"
        "Tuần này: 3 giờ 15 phút.",
        buttons=["Sửa", "Hoàn tác"],
    )
    assert [(log.minutes, log.subject, log.area) for log in await logs_of(learner)] == [
        (45, "tin học", "digital"),
        (150, "tiếng anh", "foreign_language"),
    ]


async def test_one_entry_is_echoed_with_the_sum_of_the_week(learner: FakePerson) -> None:
    await learner.says("hôm kia học 1 tiếng tin học")

    await learner.says("sáng nay học 30 phút tin học")

    learner.hears("Đã ghi: 30 phút · Tin học · hôm nay 22/11.\nTuần này: 1 giờ 30 phút.")


async def test_the_week_begins_on_monday(learner: FakePerson) -> None:
    monday = datetime(2026, 11, 23, 20, 0, tzinfo=LOCAL_ZONE)

    await learner.says("hôm nay 15 phút tiếng Anh, hôm qua 45 phút tin học", at=monday)

    learner.hears("Tuần này: 15 phút.")


async def test_before_consent_the_entry_waits_and_is_saved_right_after_the_yes(an: FakePerson) -> None:
    await an.says("hôm nay học 2 tiếng tiếng Anh")
    an.hears("tôi ghi ngay: 2 giờ · Tiếng Anh · hôm nay 22/11.", buttons=["Đồng ý", "Đọc chi tiết", "Để sau"])

    await an.taps("Đồng ý")

    assert any(heard.text.startswith("Đã ghi: 2 giờ · Tiếng Anh · hôm nay 22/11.") for heard in an.heard)
    assert [log.minutes for log in await logs_of(an)] == [120]


async def test_a_question_in_between_does_not_lose_what_waits_for_consent(an: FakePerson) -> None:
    await an.says("hôm nay học 2 tiếng tiếng Anh")
    await an.says("ai phát động phong trào?")

    await an.says("đồng ý")

    assert [log.minutes for log in await logs_of(an)] == [120]


async def test_two_sentences_before_consent_are_both_saved(an: FakePerson) -> None:
    await an.says("hôm nay học 2 tiếng tiếng Anh")
    await an.says("hôm qua học 1 tiếng tin học")

    await an.says("đồng ý")

    assert sorted(log.minutes for log in await logs_of(an)) == [60, 120]


async def test_what_waited_and_breaks_a_limit_is_refused_while_the_consent_stays(an: FakePerson) -> None:
    await an.says("hôm nay học 10 tiếng tiếng Anh")
    await an.says("hôm nay học 8 tiếng tin học")

    await an.says("đồng ý")

    assert any("một ngày tối đa 16 giờ" in heard.text for heard in an.heard)
    await an.says("hôm nay học 1 tiếng tin học")
    an.hears("Đã ghi: 1 giờ · Tin học")


async def test_study_that_recurs_is_logged_one_day_at_a_time(learner: FakePerson) -> None:
    await learner.says("mỗi tối học 1 tiếng tiếng Anh")
    learner.hears("Tôi ghi từng ngày một. Anh/chị học ngày nào?")
    await learner.taps("Hôm qua")
    learner.hears("Anh/chị học bao lâu?")

    await learner.taps("1 giờ")

    learner.hears("Đã ghi: 1 giờ · Tiếng Anh · hôm qua 21/11.")


async def test_one_length_for_two_subjects_is_asked_back(learner: FakePerson) -> None:
    await learner.says("học tiếng anh và tin học 2 tiếng")

    learner.hears("Mỗi môn, mỗi ngày bao lâu?")
    assert await logs_of(learner) == []


async def test_a_length_alone_asks_for_the_subject(learner: FakePerson) -> None:
    await learner.says("1 tiếng rưỡi")
    learner.hears("Anh/chị học môn gì?")

    await learner.says("đọc sách")

    learner.hears("Đã ghi: 1 giờ 30 phút · Đọc sách · hôm nay 22/11.")


async def test_a_new_sentence_is_not_taken_for_a_subject(learner: FakePerson) -> None:
    await learner.says("/hoc")

    await learner.says("hôm qua học 1 tiếng tin học")

    learner.hears("Đã ghi: 1 giờ · Tin học · hôm qua 21/11.")


async def test_later_keeps_nothing(an: FakePerson) -> None:
    await an.says("hôm nay học 2 tiếng tiếng Anh")

    await an.taps("Để sau")
    await an.says("/start")
    await an.taps("Đồng ý")

    assert await logs_of(an) == []


async def test_sessions_ask_for_the_length_of_each_and_are_multiplied(learner: FakePerson) -> None:
    await learner.says("sáng nay học 2 buổi kỹ năng số")
    learner.hears("Mỗi buổi bao lâu?", buttons=["1 giờ", "1 giờ 30 phút", "2 giờ", "3 giờ"])

    await learner.taps("1 giờ 30 phút")

    learner.hears("Đã ghi: 3 giờ · Kỹ năng số · hôm nay 22/11.")


async def test_the_length_may_be_typed_instead_of_tapped(learner: FakePerson) -> None:
    await learner.says("hôm qua học tiếng Anh")
    learner.hears("Anh/chị học bao lâu?", buttons=["30 phút", "1 giờ", "1 giờ 30 phút", "2 giờ"])

    await learner.says("khoảng một tiếng rưỡi")

    learner.hears("Đã ghi: 1 giờ 30 phút · Tiếng Anh · hôm qua 21/11.")


async def test_an_unclear_length_is_asked_once_more(learner: FakePerson) -> None:
    await learner.says("hôm qua học tiếng Anh")

    await learner.says("lâu lắm")
    learner.hears("Tôi chưa hiểu rõ. Anh/chị học bao lâu?")
    await learner.says("45 phút")

    learner.hears("Đã ghi: 45 phút · Tiếng Anh · hôm qua 21/11.")


async def test_a_question_does_not_close_the_open_one(learner: FakePerson) -> None:
    await learner.says("hôm qua học tiếng Anh")

    await learner.says("ai phát động phong trào?")
    await learner.says("45 phút")

    learner.hears("Đã ghi: 45 phút · Tiếng Anh · hôm qua 21/11.")


async def test_a_vague_day_is_asked_for(learner: FakePerson) -> None:
    await learner.says("hôm trước học tin học 2 tiếng")
    learner.hears("Anh/chị học ngày nào?", buttons=["Hôm nay", "Hôm qua", "Hôm kia"])

    await learner.taps("Hôm kia")

    learner.hears("Đã ghi: 2 giờ · Tin học · 20/11.")


async def test_guided_logging_asks_subject_length_and_day(learner: FakePerson) -> None:
    await learner.says("/hoc")
    learner.hears("Anh/chị học môn gì?")
    await learner.says("tin hoc van phong")
    learner.hears("Anh/chị học bao lâu?")
    await learner.taps("1 giờ")
    learner.hears("Anh/chị học ngày nào?")

    await learner.says("hôm qua")

    learner.hears("Đã ghi: 1 giờ · Tin học văn phòng · hôm qua 21/11.")


async def test_guided_logging_offers_the_subjects_of_before(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tiếng Thái")

    await learner.says("/hoc")
    await learner.taps("Tiếng Thái")
    await learner.taps("30 phút")
    await learner.taps("Hôm nay")

    learner.hears("Đã ghi: 30 phút · Tiếng Thái · hôm nay 22/11.")


async def test_never_mind_logs_nothing(learner: FakePerson) -> None:
    await learner.says("hôm qua học tiếng Anh")

    await learner.says("không ghi nữa")

    learner.hears("Vâng, tôi không ghi gì.")
    assert await logs_of(learner) == []


async def test_more_than_16_hours_a_day_are_refused_and_nothing_is_saved(learner: FakePerson) -> None:
    await learner.says("hôm nay học 10 tiếng tin học")

    await learner.says("hôm nay học 1 tiếng tiếng Anh, 6 tiếng tin học")

    learner.hears("Chưa ghi: thêm 7 giờ thì ngày 22/11/2026 thành 17 giờ; một ngày tối đa 16 giờ.")
    assert [log.minutes for log in await logs_of(learner)] == [600]


async def test_a_whole_course_of_20_hours_on_one_day_is_refused(learner: FakePerson) -> None:
    await learner.says("Em hoàn thành khóa tin học, tổng cộng 20 tiếng")

    assert await logs_of(learner) == []
    assert "16 giờ" in learner.last.text or "bao lâu" in learner.last.text


async def test_a_day_to_come_is_refused_with_its_reason(learner: FakePerson) -> None:
    await learner.says("/hoc tin học")
    await learner.says("1 tiếng")

    await learner.says("ngày mai")

    learner.hears("Ngày đó chưa đến.")
    assert await logs_of(learner) == []


async def test_days_older_than_31_days_are_sent_to_an_officer(learner: FakePerson) -> None:
    await learner.says("ngày 22/10 học 1 tiếng tin học")
    learner.hears("Đã ghi: 1 giờ · Tin học · 22/10.")

    await learner.says("ngày 21/10 học 1 tiếng tin học")

    learner.hears("Chưa ghi: ngày 21/10/2026 đã quá 31 ngày. Với ngày cũ hơn, anh/chị vui lòng nhờ cán bộ tổng hợp")
    assert len(await logs_of(learner)) == 1


async def test_undo_deletes_just_these_entries_and_restore_brings_them_back(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tiếng Anh")
    await learner.says("hôm nay học 30 phút tin học, 20 phút tiếng Thái")

    await learner.taps("Hoàn tác")

    learner.hears("Đã hoàn tác: 30 phút · Tin học · hôm nay 22/11; 20 phút · Tiếng Thái", buttons=["Khôi phục"])
    learner.hears("Tuần này: 1 giờ.")
    assert [log.minutes for log in await logs_of(learner)] == [60]

    await learner.taps("Khôi phục")

    learner.hears("Đã khôi phục: 30 phút · Tin học", buttons=["Sửa", "Hoàn tác"])
    assert len(await logs_of(learner)) == 3


async def test_undo_tapped_twice_says_so(learner: FakePerson) -> None:
    await learner.says("hôm nay học 1 tiếng tiếng Anh")
    payload = learner.last.buttons["Hoàn tác"]
    await learner.taps_payload(payload)

    await learner.taps_payload(payload)

    learner.hears("đã hoàn tác rồi", buttons=["Khôi phục"])
    assert await logs_of(learner) == []


async def test_another_persons_undo_button_does_nothing(learner: FakePerson, app: object) -> None:
    await learner.says("hôm nay học 1 tiếng tiếng Anh")
    stranger = app.person("binh")  # type: ignore[attr-defined]

    await stranger.taps_payload(learner.last.buttons["Hoàn tác"])

    stranger.hears("Tôi không còn thấy các lượt này")
    assert len(await logs_of(learner)) == 1


async def test_restoring_respects_the_limit_of_the_day(learner: FakePerson) -> None:
    await learner.says("hôm nay học 10 tiếng tin học")
    await learner.taps("Hoàn tác")
    await learner.says("hôm nay học 8 tiếng tiếng Anh")

    await learner.taps("Khôi phục")

    learner.hears("một ngày tối đa 16 giờ")
    assert [log.minutes for log in await logs_of(learner)] == [480]


async def test_a_button_of_a_question_that_is_closed_does_nothing(learner: FakePerson) -> None:
    await learner.says("hôm qua học tiếng Anh")
    await learner.says("hôm nay học 1 tiếng tin học")

    await learner.taps("2 giờ")

    learner.hears("Nút này không còn dùng được.")
    assert [log.minutes for log in await logs_of(learner)] == [60]


async def test_the_goal_is_shown_when_there_is_one(learner: FakePerson) -> None:
    database, committer = learner.app.database, learner.app.committer
    from storage.commits import Commit

    person = (await People(database, Changes()).by_accounts([("console", "an")]))["console", "an"]
    changes = Changes()
    People(database, changes).update(person, goal_minutes=420)
    await committer.commit(Commit(changes))

    await learner.says("hôm nay học 5 tiếng tin học")

    learner.hears("Tuần này: 5 giờ / mục tiêu 7 giờ.")


async def test_an_entry_just_after_midnight_counts_for_the_new_day(learner: FakePerson) -> None:
    midnight = (NOON + timedelta(days=1)).replace(hour=0, minute=5)

    await learner.says("vừa học 20 phút tin học", at=midnight)

    learner.hears("Đã ghi: 20 phút · Tin học · hôm nay 23/11.")
