"""Announcements as their senders and readers see them: draft, choice in words, preview, approval, stop, result."""

import asyncio
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from bot.app import ABILITIES
from bot.broadcast_rules import set_second_admin_above
from bot.clock import LOCAL_ZONE
from bot.jobs.broadcast import Round
from storage.broadcast_tables import broadcast_recipients, broadcasts
from storage.broadcasts import Broadcasts
from storage.changes import Changes
from storage.tables import accounts, outbox
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL_ZONE)
NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
async def house(app: Bot) -> Organisation:
    """Units, seven members, an admin and an officer of A.1."""
    house = await organisation(app)
    await house.members("A.1", [60, 60, 0])
    await house.members("A.1.1", [30])
    await house.members("A.2", [0, 0, 0])
    return house


async def admin(house: Organisation, name: str = "lan") -> FakePerson:
    person = await house.admin(name)
    await person.says("/start")
    return person


async def rounds(bot: Bot, at: datetime = MORNING, count: int = 3) -> None:
    """Let the job look a few times, and the senders send."""
    for number in range(count):
        await Round(bot.database, bot.committer, ABILITIES, at + timedelta(seconds=11 * number)).all()
        await sent_out(bot)


async def sent_out(bot: Bot) -> None:
    """Wait until nothing that may go now waits in the outbox."""
    waiting = select(func.count()).where(outbox.c.state == "ready", outbox.c.due_at < MORNING + timedelta(days=900))
    async with asyncio.timeout(20):
        while await bot.database.value(waiting):  # noqa: ASYNC110 - a row has no event
            await asyncio.sleep(0.01)


async def drafted(person: FakePerson, words: str, text: str = "Họp đơn vị 8h thứ Hai.") -> None:
    await person.says(f"/thongbao {text}")
    await person.says(words)


async def heard_by(bot: Bot, text: str) -> int:
    return sum(any(text in one.text for one in heard) for heard in bot.channel.heard.values())


async def test_an_admin_writes_chooses_in_words_previews_and_everyone_chosen_gets_it_once(
    app: Bot, house: Organisation
) -> None:
    lan = await admin(house)

    await lan.says("/thongbao")
    lan.hears("Vui lòng gửi nội dung thông báo", buttons=["Các thông báo trước", "Hủy"])
    await lan.says("Họp đơn vị:\n- 8h thứ Hai\n- mang sổ")
    lan.hears("Gửi cho ai?")
    await lan.says("mọi người của A.1, trừ A.1.1")
    lan.hears("Gửi tới: mọi người của Phòng Một (A.1) và đơn vị trực thuộc · trừ Tổ Một (A.1.1)")
    lan.hears("3 người, dự kiến 1 phút")
    await lan.taps("Xem trước và gửi")
    assert any("Trên cửa sổ lệnh sẽ hiện như sau" in one.text and "• 8h thứ Hai" in one.text for one in lan.heard)
    lan.hears("Ví dụ: Ban Mai", buttons=["Gửi thử cho tôi", "Gửi", "Hẹn giờ", "Sửa", "Hủy"])
    await lan.taps("Gửi thử cho tôi")
    lan.hears("• mang sổ", buttons=["Đã đọc"])
    await lan.taps("Gửi")
    lan.hears("Sẽ gửi cho 3 người, trong khoảng 07:30 đến 21:30")
    await rounds(app)

    rows = await app.database.all(select(broadcast_recipients))
    assert {row.state for row in rows} == {"sent"}
    assert len(rows) == 3
    assert await heard_by(app, "• mang sổ") == 4
    lan.hears("Đã xử lý 3/3 người")
    assert await app.database.value(select(broadcasts.c.state)) == "done"


async def test_who_reads_it_says_so_by_a_button_or_in_words_and_the_figures_agree_everywhere(
    app: Bot, house: Organisation
) -> None:
    lan = await admin(house)
    await drafted(lan, "mọi người của A và các đơn vị")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    await rounds(app)
    readers = [name for name in app.channel.heard if name.startswith("member-")]
    await app.person(readers[0]).taps("Đã đọc")
    await app.person(readers[0]).taps_payload(f"broadcast.read|{await app.database.value(select(broadcasts.c.id))}")
    await app.person(readers[1]).says("đã đọc")

    await lan.says("/thongbao")
    await lan.taps("Các thông báo trước")
    await lan.taps("1")
    lan.hears("đã gửi: 7")
    lan.hears("Đã quán triệt (bấm “Đã đọc”): 2")
    lan.hears("Phòng Một (A.1): ít hơn 5 người")
    await lan.taps("Excel")

    book = load_workbook(BytesIO(next(iter(lan.last.files.values()))))
    figures = {row[0]: row[1] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    assert (figures["đã gửi"], figures["Đã quán triệt"]) == (7, 2)
    counts = await Broadcasts(app.database, Changes()).counts(await app.database.value(select(broadcasts.c.id)))
    assert (counts["sent"], counts["read"]) == (7, 2)
    assert await app.database.value(select(func.count()).where(broadcast_recipients.c.read_at.is_not(None))) == 2


async def test_an_officer_announces_to_their_own_units_only(app: Bot, house: Organisation) -> None:
    minh = await house.officer("minh", "A.1")
    await minh.says("/start")

    await drafted(minh, "A.2")
    minh.hears("dành cho cán bộ")
    await minh.says("/thongbao Sinh hoạt tối nay.")
    await minh.taps("Giữ như hiện tại")
    minh.hears("mọi người của Phòng Một (A.1)")
    assert "Khẩn (cả ban đêm)" not in minh.last.buttons
    # Even a draft that somebody changed by hand is checked again when it is sent.
    async with app.database.writing() as connection:
        everyone = {"units": []}
        await connection.execute(update(broadcasts).values(segment=everyone))
    await minh.taps("Xem trước và gửi")
    minh.hears("Chỉ quản trị gửi được cho mọi người")
    stranger = app.person("ai")
    await stranger.says("/thongbao Chào")
    stranger.hears("dành cho cán bộ")


async def test_many_recipients_need_a_second_admin_who_is_another_person(
    app: Bot, house: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_second_admin_above(5)
    try:
        lan, hoa = await admin(house), await admin(house, "hoa")
        await drafted(lan, "mọi người của A")
        await lan.taps("Xem trước và gửi")
        lan.hears("Trên 5 người nhận: cần quản trị thứ hai duyệt")
        await lan.taps("Gửi")
        lan.hears("Đã gửi quản trị thứ hai duyệt")
        await rounds(app)
        assert await app.database.value(select(func.count()).select_from(broadcast_recipients)) == 0

        id = await app.database.value(select(broadcasts.c.id))
        await lan.taps_payload(f"broadcast.approve|{id}")
        lan.hears("Cần một quản trị khác duyệt")
        hoa.hears("Có thông báo gửi 7 người chờ anh/chị duyệt")
        await hoa.taps("Trả lại")
        lan.hears("được trả lại")
        await lan.taps("Sửa")
        await lan.taps("Xem trước và gửi")
        await lan.taps("Gửi")
        await hoa.taps("Duyệt")
        await rounds(app)

        assert await heard_by(app, "Họp đơn vị 8h thứ Hai.") >= 7
        assert await app.database.value(select(broadcasts.c.state)) == "done"
    finally:
        set_second_admin_above(500)


async def test_at_night_it_waits_for_the_morning_unless_an_admin_ticked_urgent(app: Bot, house: Organisation) -> None:
    lan = await admin(house)
    await drafted(lan, "mọi người của A.2", "Tin thường.")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    await rounds(app, NIGHT)
    assert await heard_by(app, "Tin thường.") <= 1

    await drafted(lan, "mọi người của A.2", "Tin khẩn.")
    await lan.taps("Khẩn (cả ban đêm)")
    lan.hears("Khẩn: gửi vào mọi giờ")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    await rounds(app, NIGHT)
    assert await heard_by(app, "Tin khẩn.") == 4

    await rounds(app, MORNING + timedelta(days=1))
    assert await heard_by(app, "Tin thường.") == 4


async def test_a_stopped_one_sends_nothing_more_and_a_resumed_one_finishes(app: Bot, house: Organisation) -> None:
    lan = await admin(house)
    await drafted(lan, "mọi người của A")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    broadcast = (await Broadcasts(app.database, Changes()).in_state("scheduled"))[0]
    await Broadcasts(app.database, Changes()).freeze(broadcast, MORNING, MORNING.date())

    await lan.taps("Dừng")
    lan.hears("Đã dừng", buttons=["Gửi tiếp", "Kết thúc", "Tiến độ"])
    await rounds(app)
    assert await app.database.value(select(func.count()).where(broadcast_recipients.c.state == "waiting")) == 7

    await lan.taps("Gửi tiếp")
    await rounds(app)
    assert {row.state for row in await app.database.all(select(broadcast_recipients.c.state))} == {"sent"}


async def test_an_ended_one_is_taken_back_from_whoever_waits(app: Bot, house: Organisation) -> None:
    lan = await admin(house)
    await drafted(lan, "mọi người của A")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    broadcast = (await Broadcasts(app.database, Changes()).in_state("scheduled"))[0]
    await Broadcasts(app.database, Changes()).freeze(broadcast, MORNING, MORNING.date())
    await lan.taps("Dừng")

    await lan.taps("Kết thúc")
    await rounds(app)

    counts = await Broadcasts(app.database, Changes()).counts(broadcast.id)
    assert (counts.get("sent", 0), counts["cancelled"]) == (0, 7)


async def test_who_joins_while_it_is_in_force_still_gets_it_and_nobody_twice(app: Bot, house: Organisation) -> None:
    lan = await admin(house)
    await drafted(lan, "mọi người của A.2", "Nội quy mới.")
    await lan.taps("Hạn hiệu lực")
    await lan.says("14 ngày")
    lan.hears("Có hiệu lực đến")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    await rounds(app)
    assert await heard_by(app, "Nội quy mới.") == 4

    await house.members("A.2", [0])
    await rounds(app, MORNING + timedelta(hours=1))
    await rounds(app, MORNING + timedelta(hours=2))

    assert await heard_by(app, "Nội quy mới.") == 5
    assert await app.database.value(select(func.count()).where(outbox.c.broadcast_id.is_not(None))) == 4


async def test_a_picture_goes_along_and_each_language_has_its_text(app: Bot, house: Organisation) -> None:
    lan = await admin(house)
    await lan.says("/thongbao")
    await lan.sends_file("áp phích.png", b"\x89PNG picture", "image/png", caption="Triển lãm sách.")
    await lan.says("mọi người của A.2")
    lan.hears("Tệp: áp phích.png")
    await lan.taps("Bản tiếng Anh")
    await lan.says("Book fair.")
    lan.hears("Bản tiếng Anh: Book fair.")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    await rounds(app)

    got = [heard[-1] for name, heard in app.channel.heard.items() if name.startswith("member-")]
    assert [one.text for one in got] == ["Triển lãm sách."] * 3
    assert [one.files for one in got] == [{"áp phích.png": b"\x89PNG picture"}] * 3


async def test_people_without_a_working_channel_are_recorded(app: Bot, house: Organisation) -> None:
    lan = await admin(house)
    members = await house.members("A.3", [0, 0])
    async with app.database.writing() as connection:
        await connection.execute(update(accounts).where(accounts.c.person_id == members[0]).values(stopped_at=NOON))
    await drafted(lan, "mọi người của A.3")
    lan.hears("1 người không có kênh liên lạc")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    await rounds(app)

    counts = await Broadcasts(app.database, Changes()).counts(await app.database.value(select(broadcasts.c.id)))
    assert (counts["sent"], counts["unreachable"]) == (1, 1)


async def test_what_is_too_long_or_for_nobody_is_told_in_words(app: Bot, house: Organisation) -> None:
    lan = await admin(house)

    await lan.says("/thongbao " + "dài " * 500)
    lan.hears("tối đa 1.500 ký tự")
    await drafted(lan, "quản trị của A.2")
    lan.hears("0 người")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    lan.hears("Không có ai thuộc lựa chọn này")
    await lan.taps("Sửa")
    await lan.taps("Nơi nhận")
    await lan.says("mọi người của A.2")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Hẹn giờ")
    await lan.says("hôm qua 8h")
    lan.hears("thời điểm sắp tới")
    await lan.says("14h30 ngày 2/12")
    lan.hears("Đã hẹn gửi lúc 14:30 02/12/2026: 3 người")
