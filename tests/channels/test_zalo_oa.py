"""A conversation over the Zalo OA: words, sealed buttons, files both ways, long texts, and who may be written to."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_events import WITHDRAWN
from bot.channels.zalo_oa_refusals import OutsideWindow
from bot.clock import now
from bot.errors import Rejected, Retry, SettingsError, Unreachable
from bot.message import Message, Outgoing
from tests.telegram_emulator.inbox import taps
from tests.zalo_fake.oa_bench import bench

CS = "/v3.0/oa/message/cs"


def echo(message: Message) -> Sequence[Outgoing]:
    """Says back what it understood."""
    kinds = ",".join(file.kind for file in message.files)
    return [Outgoing(0, message.address, f"{message.tap or message.text or kinds or '?'}!")]


def asks(message: Message) -> Sequence[Outgoing]:
    """Asks with two buttons."""
    if message.tap:
        return [Outgoing(0, message.address, f"Đã chọn {message.tap}")]
    return [Outgoing(0, message.address, "Có hay không?", taps("Có", "Không"))]


def silent(message: Message) -> Sequence[Outgoing]:
    """Only listens."""
    return []


async def test_a_text_is_answered() -> None:
    async with bench(echo) as b:
        an = b.oa.user("An")

        id = await an.says("xin chào")

        assert [message.text for message in await an.hears()] == ["xin chào!"]
        assert [(m.channel, m.address, m.id, m.group) for m in b.inbox.messages] == [("zalo_oa", an.id, id, False)]
        assert abs((b.inbox.messages[0].at - now()).total_seconds()) < 5


async def test_a_tapped_button_comes_back_as_a_tap() -> None:
    async with bench(asks) as b:
        an = b.oa.user("An")
        await an.says("hỏi đi")
        (question,) = await an.hears()
        assert list(question.buttons) == ["Có", "Không"]
        assert {button["type"] for button in question.buttons.values()} == {"oa.query.hide"}

        await an.taps("Không")

        assert [message.text for message in await an.hears()] == ["Đã chọn pick|Không"]
        assert [message.text for message in b.inbox.messages] == ["hỏi đi", ""]


async def test_a_typed_payload_does_not_tap_another_persons_button_nor_a_made_up_one() -> None:
    async with bench(asks) as b:
        an, eve = b.oa.user("An"), b.oa.user("Eve")
        await an.says("hỏi đi")
        (question,) = await an.hears()
        stolen = question.buttons["Có"]["payload"]
        seal = stolen.split(":")[1]

        forged = [stolen, "cb:pick|Có", "cb:", "cb::", f"cb:{seal}:erase.sure", "cb::pick|Có", f"cb:{seal}:", "cb:đ:x"]
        for text in forged:
            await eve.says(text)
        await eve.says(WITHDRAWN)
        await eve.says("erase.sure")

        heard = [(m.tap, m.text) for m in b.inbox.messages if m.address == eve.id]
        assert heard == [("dead", "")] * len(forged) + [("", "erase.now"), ("", "erase.sure")]


async def test_files_come_up_with_their_bytes() -> None:
    async with bench(echo) as b:
        an = b.oa.user("An")

        await an.sends_image(b"jpeg bytes", caption="chứng chỉ")
        await an.sends_image(b"png bytes", ".png")
        await an.sends_file("chứng chỉ.pdf", b"%PDF-1.7")

        photo, png, document = (message.files[0] for message in b.inbox.messages)
        assert (photo.kind, photo.media_type, await photo.read()) == ("photo", "image/jpeg", b"jpeg bytes")
        assert (png.media_type, await png.read()) == ("image/png", b"png bytes")
        assert (document.name, document.media_type, document.size) == ("chứng chỉ.pdf", "application/pdf", 8)
        assert await document.read() == b"%PDF-1.7"
        assert [message.text for message in b.inbox.messages] == ["chứng chỉ", "", ""]


async def test_a_file_that_is_too_long_or_gone_is_refused_when_it_is_read() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.sends_file("dài.pdf", b"x" * (6 << 20))
        await an.sends_image(b"x" * (6 << 20))
        await an.sends("image", {"url": f"{b.oa.url}/media/none.jpg"})
        await an.sends("image", {"url": "http://127.0.0.1:1/x.jpg"})

        long_file, long_image, gone, down = (message.files[0] for message in b.inbox.messages)

        for file in (long_file, long_image, gone):
            with pytest.raises(Rejected):
                await file.read()
        with pytest.raises(Retry):
            await down.read()


async def test_nothing_is_sent_outside_the_window_and_a_word_of_the_person_opens_it() -> None:
    async def three_days_ago(address: str) -> datetime | None:
        return now() - timedelta(days=3)

    async with bench(silent, last_heard=three_days_ago) as b:
        an = b.oa.user("An")
        an.last_interaction = b.oa.now() - 3 * 24 * 3600

        with pytest.raises(OutsideWindow) as closed:
            await b.channel.send(Outgoing(1, an.id, "Nhắc học"))

        assert (str(closed.value), closed.value.code) == ("ngoài cửa sổ", "outside_window")
        assert isinstance(closed.value, Rejected)
        assert b.oa.api.made(CS) == []
        await an.says("tôi đây")
        await b.channel.send(Outgoing(2, an.id, "Nhắc học"))
        assert [message.text for message in await an.hears()] == ["Nhắc học"]


@pytest.mark.parametrize(("days", "sent"), [(1, True), (3, True), (8, False)])
async def test_an_oa_that_pays_may_write_for_seven_days(days: int, sent: bool) -> None:
    async def last_heard(address: str) -> datetime | None:
        return now() - timedelta(days=days)

    async with bench(silent, last_heard=last_heard, pays=True) as b:
        an = b.oa.user("An")
        an.last_interaction = b.oa.now() - days * 24 * 3600
        b.oa.api.sub_quota = 1

        try:
            await b.channel.send(Outgoing(1, an.id, "Nhắc học"))
        except OutsideWindow:
            assert not sent

        assert len(an.sees) == sent
        assert b.oa.api.sub_quota == (0 if days == 3 else 1)


async def test_when_nobody_knows_the_last_word_zalo_decides() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        an.last_interaction = b.oa.now()
        b.oa.advance(hours=8 * 24)

        with pytest.raises(OutsideWindow):
            await b.channel.send(Outgoing(1, an.id, "Nhắc học"))


async def test_who_stops_following_is_not_written_to_until_they_write() -> None:
    told: list[str] = []

    async def stopped(address: str) -> None:
        told.append(address)

    async with bench(echo) as b, bench(echo, stopped=stopped) as durable:
        an = b.oa.user("An")
        await an.follows()
        await an.hears()

        await an.unfollows()

        with pytest.raises(Unreachable):
            await b.channel.send(Outgoing(1, an.id, "Nhắc học"))
        await an.says("tôi về rồi")
        assert [message.text for message in await an.hears()] == ["tôi về rồi!"]
        binh = durable.oa.user("Bình")
        await binh.unfollows()
        assert told == [binh.id]


async def test_a_follower_is_welcomed_once_a_day() -> None:
    async with bench(echo) as b:
        an = b.oa.user("An")

        await an.follows()
        await an.unfollows()
        await an.follows()
        await b.oa.tell({"oa_id": b.oa.oa_id, "user_id": an.id}, "user_click_chatnow")

        assert [message.text for message in b.inbox.messages] == ["/start"]


async def test_a_withdrawal_is_handed_in_as_the_one_tap_that_nobody_can_make() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")

        await an.withdraws()

        assert [(m.address, m.tap, m.text) for m in b.inbox.messages] == [(an.id, WITHDRAWN, "")]
        assert not WITHDRAWN.isprintable()


async def test_an_address_of_another_kind_is_refused() -> None:
    async with bench(silent) as b:
        for address in ("", "a b", "x" * 200, "đ"):
            with pytest.raises(Rejected):
                await b.channel.send(Outgoing(1, address, "x"))


def test_what_the_channel_can_do_is_what_zalo_takes() -> None:
    able = ZaloOA.abilities

    assert (able.text_limit, able.buttons, able.button_limit, able.edits) == (2_000, True, 5, False)


async def test_typing_is_no_call_at_all() -> None:
    async with bench(silent) as b:
        await b.channel.typing("1")
        await asyncio.sleep(0)

        assert b.oa.api.calls == []


@pytest.mark.parametrize(("app_id", "secret"), [("", "x"), ("1", "")])
def test_a_channel_without_its_secret_does_not_start(app_id: str, secret: str) -> None:
    with pytest.raises(SettingsError, match="ZALO_OA_SECRET_KEY"):
        ZaloOA(app_id, secret, NoTokens())


class NoTokens:
    """A channel that is refused asks for none."""

    async def access(self) -> str:
        """Never called."""
        raise AssertionError

    async def refresh(self, stale: str) -> str:
        """Never called."""
        raise AssertionError

    async def close(self) -> None:
        """Never called."""
