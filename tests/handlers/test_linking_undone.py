"""Taking an account out again: a new person without the diary, and both sides are told."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from storage import links
from storage.changes import Changes
from storage.tables import outbox
from tests.handlers.linked import Channels, agrees, linked, two_channels  # noqa: F401 - two_channels is the fixture `both`


async def test_it_shows_the_linked_accounts_and_takes_one_out(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await an.says("hôm nay học 2 tiếng tiếng Anh")
    await linked(both, an, zalo)
    await an.says("/lienket")
    an.hears("• Dòng lệnh …an (đang dùng)\n• Zalo Bot …zalo", buttons=["Gỡ Dòng lệnh …an", "Gỡ Zalo Bot …zalo"])

    await an.taps("Gỡ Zalo Bot …zalo")
    an.hears("Gỡ liên kết Zalo Bot …zalo?", buttons=["Gỡ liên kết", "Giữ liên kết"])
    await an.taps("Gỡ liên kết")

    an.hears("Đã gỡ liên kết Zalo Bot …zalo; nhật ký vẫn ở đây.")
    new, old = await both.behind("zalo_bot", "an-zalo"), await both.behind("console", "an")
    assert new.id != old.id and new.consents == {} and new.state == {}
    assert (await both.minutes(new.id), await both.minutes(old.id)) == (0, 120)
    async with asyncio.timeout(10):
        while "không còn liên kết" not in zalo.last.text:  # noqa: ASYNC110 - the outbox is read every few seconds
            await asyncio.sleep(0.05)
    await zalo.says("/nhatky", at=an.at + timedelta(seconds=5))
    zalo.hears("Nhật ký chưa có lượt nào.")


async def test_an_account_may_take_itself_out(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await an.says("hôm nay học 2 tiếng tiếng Anh")
    await linked(both, an, zalo)
    await zalo.says("1")
    zalo.hears("Gỡ liên kết Zalo Bot …zalo?")

    await zalo.says("1")

    zalo.hears("Tài khoản này không còn liên kết")
    async with asyncio.timeout(10):
        while "đã tự gỡ liên kết" not in an.last.text:  # noqa: ASYNC110 - the outbox is read every few seconds
            await asyncio.sleep(0.05)
    await zalo.says("hôm nay học 1 tiếng tin học")
    zalo.hears("tôi cần đồng ý")
    await an.says("/nhatky", at=zalo.at + timedelta(seconds=5))
    an.hears("2 giờ · Tiếng Anh")


async def test_the_last_account_cannot_be_taken_out_even_when_both_go_at_once(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await linked(both, an, zalo)
    ids = {one.channel: one.id for one in await links.Links(both.bot.database, Changes()).accounts_of(
        (await both.behind("console", "an")).id)}  # fmt: skip

    await asyncio.gather(
        an.taps_payload(f"link.off.sure|{ids['console']}"), zalo.taps_payload(f"link.off.sure|{ids['zalo_bot']}")
    )

    first, second = await both.behind("console", "an"), await both.behind("zalo_bot", "an-zalo")
    assert first.id != second.id
    assert [first.agreed("log"), second.agreed("log")].count(True) == 1


async def test_nobody_unlinks_another_persons_account(both: Channels) -> None:
    an, zalo, binh = both.web("an"), both.on_zalo("an-zalo"), both.web("binh")
    await linked(both, an, zalo)
    account = (await both.behind("zalo_bot", "an-zalo")).account_id

    for payload in (f"link.off|{account}", f"link.off.sure|{account}", "link.off.sure|x", "link.off.sure|"):
        await binh.taps_payload(payload)
        binh.hears("Nút này không còn dùng được.")

    assert (await both.behind("zalo_bot", "an-zalo")).id == (await both.behind("console", "an")).id


async def test_what_was_sent_to_an_unlinked_account_is_not_kept(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await linked(both, an, zalo)
    await zalo.says("hôm nay học 1 tiếng tin học")
    account = (await both.behind("zalo_bot", "an-zalo")).account_id

    await an.taps_payload(f"link.off.sure|{account}", at=zalo.at + timedelta(seconds=5))

    rows = await both.bot.database.all(select(outbox.c.payload).where(outbox.c.address == "an-zalo"))
    assert ["Đã ghi" in row.payload["text"] for row in rows] == [False]
