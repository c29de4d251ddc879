"""Questions that nobody answers in time go up the tree in working hours, once each; silent talks end; the week told."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.app import ABILITIES
from bot.clock import LOCAL_ZONE
from bot.jobs import questions
from bot.jobs.runs import Context
from bot.working_hours import after, is_working
from storage.changes import Changes
from storage.questions import Questions
from storage.tables import outbox
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.handlers.test_human_answers import ANSWER, ASKED, TEN, member
from tests.organisation import Organisation, organisation


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL_ZONE)


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def clock(bot: Bot, now: datetime) -> object:
    """The scheduler's run at this moment."""
    context = Context(bot.database, bot.committer, ABILITIES, LOCAL_ZONE, now)
    return await questions.run(now, context)


async def promised(bot: Bot, name: str) -> list[str]:
    """What was promised to this person, sent or not."""
    rows = await bot.database.all(select(outbox.c.payload).where(outbox.c.address == name).order_by(outbox.c.id))
    return [row.payload["text"] for row in rows]


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        (at(23, 8), 4, at(23, 12)),
        (at(23, 10), 4, at(23, 15)),
        (at(23, 15), 4, at(24, 10)),
        (at(23, 12, 30), 4, at(23, 17)),
        (at(27, 16), 4, at(30, 11)),
        (at(22, 8), 4, at(23, 12)),
        (datetime(2026, 12, 31, 16, tzinfo=LOCAL_ZONE), 4, datetime(2027, 1, 4, 11, tzinfo=LOCAL_ZONE)),
        (datetime(2027, 2, 4, 16, tzinfo=LOCAL_ZONE), 4, datetime(2027, 2, 11, 11, tzinfo=LOCAL_ZONE)),
        (datetime(2027, 4, 15, 16, tzinfo=LOCAL_ZONE), 4, datetime(2027, 4, 19, 11, tzinfo=LOCAL_ZONE)),
        (at(23, 8), 0.5, at(23, 8, 30)),
    ],
)
def test_working_hours_skip_noon_nights_weekends_and_the_holidays_of_the_law(
    asked: datetime, hours: float, due: datetime
) -> None:
    assert after(asked, hours) == due


async def test_a_question_goes_up_the_tree_to_the_admins_in_working_hours_and_everybody_is_told_once(
    units: Organisation, app: Bot
) -> None:
    for name, code in (("oanh", "A.1.1"), ("hoa", "A")):
        await units.officer(name, code)
    await units.admin("chi")
    an = await member(units, "an", "A.1.1")
    await an.says(ASKED, at=TEN)
    an.hears("trả lời trước 15:00 23/11/2026.")

    assert await clock(app, at(23, 14, 59)) is None, "not before the term"
    assert await clock(app, at(23, 15, 1)) == {"passed_on": 1, "talks_ended": 0}
    assert await clock(app, at(23, 15, 1)) is None, "once"
    assert "cán bộ tổng hợp của đơn vị Cục Mẫu, trả lời trước 10:01" in (await promised(app, "an"))[-1]
    assert [text for text in await promised(app, "hoa") if f"“{ASKED}”" in text and "Tổ Một" in text]
    assert await clock(app, at(23, 22)) is None, "never at night"
    assert await clock(app, at(24, 10, 2)) == {"passed_on": 1, "talks_ended": 0}
    assert "cơ quan thường trực (quản trị)" in (await promised(app, "an"))[-1]
    assert len([text for text in await promised(app, "chi") if ASKED in text]) == 1
    assert await clock(app, at(25, 9)) == {"passed_on": 1, "talks_ended": 0}
    assert "Tôi đã nhắc cơ quan thường trực" in (await promised(app, "an"))[-1]
    for day in (26, 27, 30):
        assert await clock(app, at(day, 10)) is None, "then it waits and stands in the report"
    assert len([text for text in await promised(app, "chi") if ASKED in text]) == 2
    assert len([text for text in await promised(app, "hoa") if ASKED in text]) == 1


async def test_two_schedulers_at_once_pass_a_question_on_once(units: Organisation, app: Bot) -> None:
    await units.officer("oanh", "A.1")
    await units.officer("hoa", "A")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)
    now = at(23, 15, 1)
    late = await questions.due(app.database, now)
    context = Context(app.database, app.committer, ABILITIES, LOCAL_ZONE, now)

    done = [await questions._pass_on(context, one, now) for one in [*late, *late]]

    assert done == [True, False]
    assert len([text for text in await promised(app, "hoa") if ASKED in text]) == 1
    assert len([text for text in await promised(app, "an") if "chưa được trả lời đúng hạn" in text]) == 1


async def test_what_was_answered_in_time_goes_nowhere(units: Organisation, app: Bot) -> None:
    oanh = await units.officer("oanh", "A.1")
    await units.admin("chi")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)
    await oanh.taps("Trả lời", at=TEN)
    await oanh.says(ANSWER)

    assert await clock(app, at(24, 10)) is None
    assert not [text for text in await promised(app, "chi") if ASKED in text]


async def test_a_talk_ends_after_a_day_without_a_word_but_not_while_an_answer_is_awaited(
    units: Organisation, app: Bot
) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)
    await oanh.taps("Trả lời", at=TEN)
    await oanh.says(ANSWER)
    await an.taps("Hỏi tiếp", at=TEN)
    await an.says("mấy giờ ạ?", at=TEN)
    await clock(app, at(25, 7))
    assert not [text for text in await promised(app, "an") if "một ngày không có tin mới" in text]
    await oanh.taps("Trả lời", at=at(25, 8))
    await oanh.says("Bảy giờ sáng.")

    assert await clock(app, at(26, 7)) is None
    assert await clock(app, at(26, 9)) == {"passed_on": 0, "talks_ended": 1}

    assert "một ngày không có tin mới" in (await promised(app, "an"))[-1]
    await an.says("giai đoạn 2 bắt đầu năm nào?", at=at(26, 10))
    an.hears("Nguồn: ")


async def test_the_week_is_told_to_the_admins_once(units: Organisation, app: Bot) -> None:
    oanh, hoa = await units.officer("oanh", "A.1"), await units.officer("hoa", "A")
    await units.admin("chi")
    people = [await member(units, name, "A.1") for name in ("an", "binh", "cuong")]
    for one in people:
        await one.says(ASKED, at=TEN)
    await people[0].says("Câu lạc bộ sách sinh hoạt vào thứ mấy?", at=TEN)
    await oanh.taps("Trả lời", at=TEN)
    await oanh.says("Thứ sáu.")
    await people[1].says("phong trao nay do ai phat dong", at=TEN)
    await people[1].taps("Chưa đúng", at=TEN)
    await clock(app, at(24, 10))
    assert hoa is not None
    monday = at(30, 7, 45)
    context = Context(app.database, app.committer, ABILITIES, LOCAL_ZONE, monday)

    assert await questions.weekly(monday, context) == {"told": 1}
    assert await questions.weekly(monday + timedelta(hours=1), context) is None

    (told,) = [text for text in await promised(app, "chi") if "Câu hỏi gửi người phụ trách" in text]
    assert (
        "23/11/2026 đến 29/11/2026: đã hỏi 5, đã trả lời 1, đóng không trả lời 0, chuyển cấp trên 4, báo chưa đúng 1. "
        "Đang chờ: 4, trong đó quá hạn: 4." in told
    )
    assert f"– “{ASKED}”: 3 lần" in told
    figures = await Questions(app.database, Changes()).week(monday - timedelta(days=7), monday)
    assert (figures.asked, figures.open) == (5, 4)


async def test_a_question_kept_while_there_was_nobody_reaches_the_first_admin(app: Bot, an: FakePerson) -> None:
    units = await organisation(app)
    await an.says(ASKED, at=TEN)
    an.hears("Hiện chưa có người phụ trách.")
    assert is_working(at(23, 15, 1))
    await clock(app, at(23, 15, 1))
    await units.admin("chi")

    await clock(app, at(24, 11))

    assert [text for text in await promised(app, "chi") if ASKED in text]
