"""Personal reminders: set in one sentence, consent asked, listed, changed, stopped at once, sent with respect."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.app import App
from bot.clock import LOCAL_ZONE, standing_at
from bot.jobs.promise import Occasion
from bot.knowledge.answer import Knowledge
from bot.language.commands import find_command
from bot.language.reminding import OFF, find_wish, next_moment, read_wish
from bot.settings import Settings
from storage.changes import Changes
from storage.commits import Commit
from storage.outbox import Outbox, Promised
from storage.people import People
from storage.reminders import Reminders
from storage.tables import outbox
from tests.chat import Chat, FakePerson
from tests.conftest import Bot


def clock(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL_ZONE)


@pytest.fixture
async def app(database_url: str, knowledge: Knowledge) -> AsyncIterator[Bot]:
    """The whole bot, whose clock stands where the test puts it: its own sender and scheduler are not started."""
    running = App(Settings(database_url=database_url, _env_file=None), knowledge=knowledge)  # type: ignore[call-arg]
    channel = Chat()
    running.add(channel)
    yield Bot(running, channel)
    await running.stop()


async def ticks(app: Bot, moment: datetime) -> None:
    """The scheduler looks at the clock, and the outbox sends what is there."""
    with standing_at(moment):
        await app.app.scheduler.tick(moment)
        sender, table = app.app.sender, Outbox(app.database, Changes())
        sender.deliver(await table.take_due(moment, sender.owner, ["console"]))
        sender.deliver(await table.take_bulk("console", sender.owner, moment, 100))
        await sender.idle()


async def test_a_reminder_is_set_in_one_sentence_after_consent_and_comes_at_its_hour(app: Bot) -> None:
    an = app.person("an")
    await an.says("nhắc tôi học thứ 2 4 6 lúc 19:30", at=clock(23, 8))
    an.hears("Để nhắc anh/chị học thứ Hai, thứ Tư, thứ Sáu lúc 19:30, tôi cần anh/chị đồng ý nhận lời nhắc")
    await ticks(app, clock(23, 19, 30))
    assert len(an.heard) == 1

    await an.taps("Đồng ý nhận lời nhắc", at=clock(23, 20))
    an.hears("Tôi sẽ nhắc anh/chị học thứ Hai, thứ Tư, thứ Sáu lúc 19:30", buttons=["Tắt nhắc"])
    for moment in (clock(24, 19, 30), clock(25, 19, 29)):
        await ticks(app, moment)
    assert len(an.heard) == 2
    await ticks(app, clock(25, 19, 30))
    await ticks(app, clock(25, 19, 31))

    an.hears("Đến giờ học anh/chị đã hẹn. Tuần này: 0 phút.", buttons=["Ghi giờ học", "Tắt nhắc"])
    assert len(an.heard) == 3


async def test_without_diacritics_and_with_nothing_said_of_the_half_of_the_day(app: Bot) -> None:
    an = app.person("an")
    await an.says("nhac toi hoc moi ngay 7h toi")
    await an.taps("Đồng ý nhận lời nhắc")
    an.hears("học mỗi ngày lúc 19:00")

    await an.says("nhắc tôi học t3, t5 lúc 8h")
    an.hears("thứ Ba, thứ Năm lúc 08:00")
    an.hears("Lịch này thay cho: mỗi ngày lúc 19:00.")
    assert list(an.last.buttons) == ["Đổi sang 20:00", "Giữ cả: mỗi ngày lúc 19:00", "Tắt nhắc"]
    await an.taps("Đổi sang 20:00")
    await an.taps("Giữ cả: thứ Ba, thứ Năm lúc 08:00")
    await an.says("nhắc nhở")

    an.hears("Lịch nhắc học của anh/chị:\n• thứ Ba, thứ Năm lúc 20:00\n• thứ Ba, thứ Năm lúc 08:00")
    await an.taps("Bỏ: thứ Ba, thứ Năm lúc 08:00")
    an.hears("Đã bỏ lịch nhắc: thứ Ba, thứ Năm lúc 08:00.", buttons=["Hoàn tác"])
    await an.taps("Hoàn tác")
    await an.says("/nhac")
    an.hears("• thứ Ba, thứ Năm lúc 20:00\n• thứ Ba, thứ Năm lúc 08:00")


async def test_what_is_missing_is_asked_once_and_a_diary_entry_meanwhile_is_logged(app: Bot) -> None:
    an = app.person("an")
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("nhắc tôi học lúc 20h")
    an.hears("vào những ngày nào?", buttons=["Mỗi ngày", "Thứ 2, 4, 6", "Thứ 3, 5, 7", "Cuối tuần"])
    await an.says("hôm nay học 1 tiếng tin học")
    an.hears("Đã ghi: 1 giờ · Tin học")

    await an.says("nhắc tôi học chủ nhật")
    an.hears("lúc mấy giờ?", buttons=["12:00", "19:30", "20:00", "21:00"])
    await an.says("8h sáng")
    an.hears("học Chủ nhật lúc 08:00")


async def test_the_quiet_hours_are_refused_with_a_sentence(app: Bot) -> None:
    an = app.person("an")
    for text, time in (("nhắc tôi 5h sáng mỗi ngày", "05:00"), ("nhac toi hoc moi ngay 22h", "22:00")):
        await an.says(text)
        an.hears(f"{time} nằm ngoài giờ nhắn tin: tôi chỉ nhắc từ 07:30 đến 21:30 nên chưa đặt lịch.")
    for forged in ("remind.agree|127|100", "remind.set|0|1170", "remind.set|999|1170", "remind.days|x|-"):
        await an.taps_payload(forged)
    person = await People(app.database, Changes()).by_account("console", "an")
    assert person is not None
    assert not person.agreed("reminders")
    assert await Reminders(app.database, Changes()).of(person.id) == []


async def test_nobody_is_reminded_who_has_studied_that_day_or_reached_the_goal(app: Bot) -> None:
    an = app.person("an")
    await an.says("/start", at=clock(23, 8))
    await an.taps("Đồng ý")
    await an.says("nhắc tôi học mỗi ngày 19h30")
    await an.taps("Đồng ý nhận lời nhắc")
    await an.says("mục tiêu 2 giờ một tuần")
    await an.says("hôm nay học 1 tiếng tin học")
    before = len(an.heard)

    await ticks(app, clock(23, 19, 30))
    assert len(an.heard) == before
    await ticks(app, clock(24, 19, 30))
    an.hears("Tuần này: 1 giờ / mục tiêu 2 giờ.")
    await an.says("hôm nay học 1 tiếng tin học", at=clock(24, 20))
    before = len(an.heard)
    await ticks(app, clock(25, 19, 30))
    assert len(an.heard) == before
    await ticks(app, clock(30, 19, 30))
    an.hears("Tuần này: 0 phút / mục tiêu 2 giờ.")


async def test_after_three_in_a_row_without_an_answer_it_falls_silent_until_the_person_writes(app: Bot) -> None:
    an = app.person("an")
    await an.says("nhắc tôi học mỗi ngày 19h30", at=clock(2, 8))
    await an.taps("Đồng ý nhận lời nhắc")
    before = len(an.heard)

    for day in range(2, 8):
        await ticks(app, clock(day, 19, 30))
    assert len(an.heard) == before + 3
    assert len({heard.text for heard in an.heard[before:]}) == 3
    await an.says("cảm ơn", at=clock(8, 9))
    await ticks(app, clock(8, 19, 30))

    assert len(an.heard) == before + 5
    an.hears("Tuần này: 0 phút.")


@pytest.mark.parametrize("text", ["tắt nhắc", "tat nhac", "đừng nhắc nữa", "bo nhac"])
async def test_one_message_stops_all_reminders_at_once_and_keeps_official_notices(app: Bot, text: str) -> None:
    an = app.person("an")
    await an.says("nhắc tôi học mỗi ngày 19h30", at=clock(2, 8))
    await an.taps("Đồng ý nhận lời nhắc")
    person = await People(app.database, Changes()).by_account("console", "an")
    assert person is not None
    waiting = Changes()
    for number, key in enumerate((f"{Occasion('remind:study', clock(2, 12)).key}:{person.id}", "broadcast:1:7")):
        payload = {"text": key, "buttons": [], "files": [], "edits": "", "clears": "", "extra": {}}
        message = Promised(number + 1, "console", "an", person.id, payload, key=key)
        Outbox(app.database, waiting).promise(message, clock(2, 8))
    await app.committer.commit(Commit(waiting))

    await an.says(text, at=clock(2, 9))
    an.hears("Đã tắt nhắc. Từ giờ tôi không gửi lời nhắc nào nữa; thông báo chính thức")
    before = len(an.heard)
    await ticks(app, clock(2, 19, 30))

    assert [heard.text for heard in an.heard[before:]] == ["broadcast:1:7"]
    states = await app.database.all(select(outbox.c.state).where(outbox.c.key.startswith("remind")))
    assert [row.state for row in states] == ["cancelled"]
    await an.says("bật nhắc", at=clock(3, 9))
    an.hears("Để nhắc việc, tôi cần anh/chị đồng ý")
    await an.taps("Đồng ý nhận lời nhắc")
    an.hears("• mỗi ngày lúc 19:30")
    before = len(an.heard)
    await ticks(app, clock(3, 19, 30))
    assert len(an.heard) == before + 1


async def test_taking_the_consent_back_elsewhere_stops_reminders_too(app: Bot) -> None:
    an = app.person("an")
    await an.says("nhắc tôi học mỗi ngày 19h30", at=clock(2, 8))
    await an.taps("Đồng ý nhận lời nhắc")
    await an.says("/rutdongy")
    await an.taps("Rút: nhắc học, nhắc hạn")
    before = len(an.heard)

    await ticks(app, clock(2, 19, 30))
    assert len(an.heard) == before
    await an.says("/nhac")
    an.hears("Hiện đang tắt nhắc")


async def test_what_a_sleeping_host_missed_is_dropped_and_recorded_not_made_up_for(app: Bot) -> None:
    an = app.person("an")
    await an.says("nhắc tôi học mỗi ngày 19h30", at=clock(2, 8))
    await an.taps("Đồng ý nhận lời nhắc")
    before = len(an.heard)

    await ticks(app, clock(4, 2))
    await ticks(app, clock(4, 8))
    assert len(an.heard) == before
    await ticks(app, clock(4, 20, 15))

    assert len(an.heard) == before + 1
    person = await People(app.database, Changes()).by_account("console", "an")
    assert person is not None
    record = await Reminders(app.database, Changes()).record_of(person.id)
    assert [(row.outcome, row.key.split(":")[2]) for row in record] == [
        ("stale", "20261102123000"), ("stale", "20261103123000"), ("sent", "20261104123000")
    ]  # fmt: skip


async def test_both_halves_of_a_joined_person_keep_their_reminders(an: FakePerson, app: Bot) -> None:
    other = app.person("hoa")
    await other.says("nhắc tôi học thứ 7 lúc 9h sáng")
    await other.taps("Đồng ý nhận lời nhắc")
    await an.says("/lienket")
    code = an.last.text.split("/lienket ")[1][:6]
    await other.says(f"/lienket {code}")

    await other.says("/nhac")

    other.hears("• thứ Bảy lúc 09:00")


WISHES = {
    "nhắc tôi học thứ 2 4 6 lúc 19:30": ("246", "19:30"), "nhac toi hoc moi ngay 7h toi": ("2345678", "19:00"),
    "Nhắc em 20h học bài nhé": ("", "20:00"), "nhắc tôi thứ hai, tư, sáu 7 giờ rưỡi tối": ("246", "19:30"),
    "nhac toi t2 t4 t6 19h30": ("246", "19:30"), "nhắc tôi từ thứ 2 đến thứ 6 lúc 12h15": ("23456", "12:15"),
    "nhac hoc cuoi tuan 9h sang": ("78", "09:00"), "remind me every day at 8pm": ("2345678", "20:00"),
    "remind me to study on Monday and Wednesday at 19:00": ("24", "19:00"), "đổi giờ nhắc sang 20:15": ("", "20:15"),
    "đổi nhắc thứ 7 chủ nhật 8h sáng": ("78", "08:00"), "nhắc tôi học mỗi tối lúc 8h": ("2345678", "20:00"),
    "nhắc tôi học lúc 7h": ("", "19:00"), "nhac toi 7h": ("", "19:00"), "nhắc tôi học chủ nhật": ("8", ""),
    "nhac toi hoc thu 2 4 6 8h toi": ("246", "20:00"), "nhắc tôi học 8 giờ kém 15 tối thứ 3": ("3", "19:45"),
    "nhắc tôi học thứ 2,4,6,cn 19h": ("2468", "19:00"), "nhắc tôi học từ t2-t6 19h": ("23456", "19:00"),
    "mỗi ngày nhắc tôi học lúc 19h30": ("2345678", "19:30"), "nhắc tôi học lúc 9 tối hàng ngày": ("2345678", "21:00"),
    "nhắc tôi học thứ 3 lúc 8h được không?": ("3", "08:00"),
    "nhắc tôi buổi sáng 8h thứ 4": ("4", "08:00"),
    "nhắc tôi trưa 12h thứ 3": ("3", "12:00"), "nhắc em học ngày thường lúc 20h": ("23456", "20:00"),
}  # fmt: skip


def test_days_and_hours_are_understood_in_words() -> None:
    for text, (days, time) in WISHES.items():
        said = find_wish(text)
        assert said is not None, text
        wish = read_wish(said)
        shown = "".join("2345678"[day] for day in range(7) if (wish.days or 0) >> day & 1)
        minute = "" if wish.minute is None else f"{wish.minute // 60:02}:{wish.minute % 60:02}"
        assert (shown, minute) == (days, time), text
        assert find_command(text) == ("nhac", said)


def test_one_message_to_stop_is_understood_however_it_is_typed() -> None:
    for text in ("tắt nhắc", "tat nhac", "đừng nhắc nữa", "dung nhac nua", "bỏ nhắc", "bo nhac di", "stop reminding me",
                 "thôi đừng nhắc tôi nữa nhé", "không cần nhắc nữa", "đừng làm phiền tôi", "ngừng nhắc"):  # fmt: skip
        assert find_command(text) == ("nhac", OFF), text


def test_what_only_mentions_reminding_is_no_wish() -> None:
    for text in ("Kế hoạch 29 nhắc phải hoàn thành mục tiêu ngày nào", "nhắc đến kế hoạch ngày 2/4", "thầy nhắc bài",
                 "nhắc con ôn toán 45 phút", "hôm nay thầy nhắc bài 2 tiếng"):  # fmt: skip
        assert find_wish(text) is None, text


def test_the_next_moment_is_on_a_chosen_day_and_later() -> None:
    sunday = clock(22, 8)
    for days in range(1, 128):
        moment = next_moment(days, 19 * 60 + 30, LOCAL_ZONE, sunday).astimezone(LOCAL_ZONE)
        assert days >> moment.weekday() & 1
        assert timedelta() < moment - sunday <= timedelta(days=7)
        between = [sunday + timedelta(days=n) for n in range((moment.date() - sunday.date()).days)]
        assert not [day for day in between if days >> day.weekday() & 1]
    exactly = clock(23, 19, 30)
    assert next_moment(1, 1170, LOCAL_ZONE, exactly) == exactly + timedelta(days=7)
