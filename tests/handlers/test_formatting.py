"""Bold and italics in announcements: what the sender sees before, and what leaves for each channel."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.app import ABILITIES
from bot.broadcast_rules import set_second_admin_above
from bot.jobs.attempts import Attempts
from bot.jobs.broadcast import Round
from storage.columns import new_id
from storage.sending import Promised
from storage.tables import accounts, outbox
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.handlers.test_broadcasts import MORNING
from tests.organisation import Organisation, organisation

TEXT = "*Họp gấp* lúc _8h_:\n* mang sổ\n* tệp ke_hoach_2.xlsx, 2*3 bản"
SHOWN = "Họp gấp lúc 8h:\n• mang sổ\n• tệp ke_hoach_2.xlsx, 2*3 bản"
STYLES = [[0, 7, "bold"], [12, 2, "italic"]]
CHANNELS = ("telegram", "web", "zalo_oa", "zalo_bot")


@pytest.fixture
async def house(app: Bot) -> Organisation:
    """Units, and a member of A.1 on each channel and on the terminal."""
    house = await organisation(app)
    made = await house.members("A.1", [60] * (len(CHANNELS) + 1))
    async with app.database.writing() as connection:
        for person, channel in zip(made, CHANNELS, strict=False):
            at = MORNING - timedelta(hours=1)
            await connection.execute(update(accounts).where(accounts.c.person_id == person).values(seen_at=NOON))
            row = {"id": new_id(), "channel": channel, "address": f"to-{channel}", "person_id": person, "seen_at": at}
            await connection.execute(insert(accounts), [row])
    return house


async def admin(house: Organisation, name: str = "lan") -> FakePerson:
    person = await house.admin(name)
    await person.says("/start")
    return person


async def test_each_channel_gets_the_words_and_only_those_that_can_show_it_the_styles(
    app: Bot, house: Organisation
) -> None:
    lan = await admin(house)
    await lan.says(f"/thongbao {TEXT}")
    await lan.says("người học của A.1")
    await lan.taps("Xem trước và gửi")
    await lan.taps("Gửi")
    await Round(app.database, app.committer, ABILITIES, MORNING).all()

    rows = await app.database.all(select(outbox.c.channel, outbox.c.payload).where(outbox.c.priority == 2))
    sent = {row.channel: row.payload for row in rows}
    assert set(sent) == {*CHANNELS, "console"}
    assert {channel: one.get("styles") for channel, one in sent.items()} == {
        "telegram": STYLES, "web": STYLES, "zalo_oa": None, "zalo_bot": None, "console": None
    }  # fmt: skip
    assert all(one["text"].startswith(SHOWN) for one in sent.values())


async def test_the_preview_shows_each_look_and_says_what_stands_out_where_it_cannot_show_it(
    app: Bot, house: Organisation
) -> None:
    lan = await admin(house)
    await lan.says(f"/thongbao {TEXT}")
    await lan.says("người học của A.1")
    lan.hears("Nội dung: *Họp gấp* lúc _8h_:")
    await lan.taps("Xem trước và gửi")

    seen = [one.text for one in lan.heard if "sẽ hiện như sau" in one.text]
    styled = next(one for one in seen if "Telegram" in one)
    plain = [one for one in seen if "không có chữ đậm, chữ nghiêng" in one]
    assert "chat web" in styled and SHOWN in styled and "“Họp gấp”: chữ đậm." in styled
    assert "“8h”: chữ nghiêng." in styled
    assert all(any(name in one and SHOWN in one for one in plain) for name in ("Zalo OA", "Zalo Bot", "cửa sổ lệnh"))
    assert all("chữ đậm." not in one for one in plain)
    await lan.taps("Gửi thử cho tôi")
    lan.hears(SHOWN)


async def test_without_formatting_the_preview_says_nothing_about_it(app: Bot, house: Organisation) -> None:
    lan = await admin(house)
    await lan.says("/thongbao Họp lúc 8h, 2*3 bản.")
    await lan.says("người học của A.1")
    await lan.taps("Xem trước và gửi")

    seen = "\n".join(one.text for one in lan.heard)
    assert "sẽ hiện như sau:\n\nHọp lúc 8h, 2*3 bản." in seen
    assert "chữ đậm, chữ nghiêng nên" not in seen


async def test_a_second_admin_and_the_list_of_announcements_see_the_words_without_marks(
    app: Bot, house: Organisation
) -> None:
    set_second_admin_above(3)
    try:
        lan, hoa = await admin(house), await admin(house, "hoa")
        await lan.says(f"/thongbao {TEXT}")
        await lan.says("người học của A.1")
        await lan.taps("Xem trước và gửi")
        await lan.taps("Gửi")
        hoa.hears(f"Nội dung: {SHOWN}")
        await lan.says("/thongbao")
        await lan.taps("Các thông báo trước")
        lan.hears("chờ quản trị thứ hai duyệt · Họp gấp lúc 8h:")
    finally:
        set_second_admin_above(500)


async def test_a_message_of_an_older_version_goes_out_plain_and_a_blanked_one_never_points_behind_its_words(
    app: Bot,
) -> None:
    attempts = Attempts(app.database, app.committer, app.app.channels)
    old = {"text": "Chào", "buttons": [], "files": [], "edits": "", "clears": "", "extra": {}}
    shorter = {**old, "styles": [[0, 3, "bold"], [2, 40, "italic"], [50, 3, "bold"]]}

    assert attempts.outgoing(Promised(1, "web", "an", 1, old)).styles == ()
    kept = attempts.outgoing(Promised(2, "web", "an", 1, shorter)).styles
    assert [(one.start, one.length, one.kind) for one in kept] == [(0, 3, "bold"), (2, 2, "italic")]
