"""A conversation over the Zalo OA: words, sealed buttons, files both ways, long texts, and who may be written to."""

import asyncio
import io
import logging
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from PIL import Image

from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_events import WITHDRAWN
from bot.channels.zalo_oa_refusals import OutsideWindow
from bot.clock import now
from bot.errors import Rejected, Retry, Unreachable
from bot.message import Message, Outgoing
from tests.telegram_emulator.inbox import stored_file, taps
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


def picture(kind: str, size: tuple[int, int] = (20, 10)) -> bytes:
    """A small true picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, kind)
    return stream.getvalue()


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


async def test_files_go_down_as_picture_and_document_and_a_workbook_is_named() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.says("xin")
        png, gif = picture("PNG"), picture("GIF", (300, 200))
        files = (
            stored_file("thẻ.png", "image/png", png),
            stored_file("vui", "image/gif", gif),
            stored_file("báo cáo", "application/pdf", b"%PDF"),
        )
        book = stored_file("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK")

        for number, file in enumerate((*files, book), 1):
            await b.channel.send(Outgoing(number, an.id, "Đây ạ", files=(file,)))

        seen = await an.hears(5)
        assert [(m.kind, m.name, m.text) for m in seen] == [
            ("image", "thẻ.png", "Đây ạ"),
            ("gif", "vui.gif", "Đây ạ"),
            ("text", "", "Đây ạ"),
            ("file", "báo cáo.pdf", ""),
            ("text", "", seen[4].text),
        ]
        assert [m.content for m in seen[:2]] == [png, gif]
        assert seen[4].text.startswith("Đây ạ\n\n")
        assert "a.xlsx" in seen[4].text


async def test_buttons_stand_after_the_files_and_more_than_five_go_in_a_further_message() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.says("xin")
        file = stored_file("thẻ.png", "image/png", picture("PNG"))

        await b.channel.send(Outgoing(1, an.id, "Chọn", taps(*"1234567"), files=(file,)))

        seen = await an.hears(3)
        assert [(m.kind, m.text, list(m.buttons)) for m in seen] == [
            ("image", "", []),
            ("text", "Chọn", ["1", "2", "3", "4", "5"]),
            ("text", "…", ["6", "7"]),
        ]


async def test_a_long_text_is_split_at_two_thousand_and_decomposed_letters_are_joined() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.says("xin")
        text = " ".join(["Học tập suốt đời 😀."] * 300)

        await b.channel.send(Outgoing(1, an.id, unicodedata.normalize("NFD", text)))

        seen = await an.hears(4)
        assert " ".join(message.text for message in seen) == text
        assert all(len(message.text.encode("utf-16-le")) <= 4_000 for message in seen)


async def test_a_failed_part_is_not_preceded_by_the_parts_that_arrived() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.says("xin")
        outgoing = Outgoing(1, an.id, "a " * 1_500)
        b.oa.api.fail_next(CS, -32)

        with pytest.raises(Retry):
            await b.channel.send(outgoing)
        b.channel._client._pace._not_before = 0.0
        b.oa.api.faults[CS] = []
        await b.channel.send(outgoing)

        assert "".join(message.text for message in await an.hears(2)).count("a") == 1_500
        await an.hears_nothing()


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


@pytest.mark.parametrize(
    ("code", "error", "calls"),
    [
        (-32, Retry, 1),
        (-200, Rejected, 2),
        (-201, Rejected, 1),
        (-204, Retry, 1),
        (-210, Rejected, 1),
        (-211, Retry, 1),
        (-213, Unreachable, 1),
        (-216, Retry, 2),
        (-217, Unreachable, 1),
        (-223, Retry, 1),
        (-224, Retry, 1),
        (-227, Unreachable, 1),
        (-230, OutsideWindow, 1),
        (-231, OutsideWindow, 1),
        (-232, OutsideWindow, 1),
        (-234, Rejected, 1),
        (-240, Rejected, 1),
        (-244, Unreachable, 1),
        (-320, Retry, 1),
        (-99999, Retry, 1),
    ],
)
async def test_each_error_number_has_its_meaning(
    code: int, error: type[Exception], calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa_sending._SECOND_TRY", 0)
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.says("xin")
        for _ in range(3):
            b.oa.api.fail_next(CS, code)

        with pytest.raises(error) as raised:
            await b.channel.send(Outgoing(1, an.id, "x"))

        assert type(raised.value) is error
        assert len(b.oa.api.made(CS)) == calls
        assert an.sees == []


@pytest.mark.parametrize("status", [429, 500, 502, 404])
async def test_a_refusal_of_zalos_front_is_tried_again_later(status: int) -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.says("xin")
        b.oa.api.fail_next(CS, 0, status=status)

        with pytest.raises(Retry) as raised:
            await b.channel.send(Outgoing(1, an.id, "x"))

        assert raised.value.after > 0
        assert ("wait" in str(raised.value)) == (status == 429)


async def test_after_a_rate_refusal_nothing_is_asked_before_the_next_minute() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.says("xin")
        b.oa.api.per_minute = 0

        for number in (1, 2, 3):
            with pytest.raises(Retry) as raised:
                await b.channel.send(Outgoing(number, an.id, "x"))
            assert 0 < raised.value.after <= 60.5

        assert len(b.oa.api.made(CS)) == 1


async def test_our_own_pace_stays_below_zalos() -> None:
    async with bench(silent, calls_per_minute=3) as b:
        an = b.oa.user("An")
        await an.says("xin")
        for number in (1, 2, 3):
            await b.channel.send(Outgoing(number, an.id, "x"))

        with pytest.raises(Retry, match="minute"):
            await b.channel.send(Outgoing(4, an.id, "x"))

        assert len(an.sees) == 3


async def test_a_refused_token_is_refreshed_once_and_the_call_repeated_once() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.says("xin")
        b.oa.advance(hours=26)
        an.last_interaction = b.oa.now()

        await b.channel.send(Outgoing(1, an.id, "vẫn tới"))

        assert [message.text for message in await an.hears()] == ["vẫn tới"]
        assert b.tokens.refreshed == 1
        assert [call.error for call in b.oa.api.made(CS)] == [-220, 0]


async def test_neither_token_nor_words_nor_addresses_stand_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with bench(echo) as b:
            an = b.oa.user("An")
            token = b.tokens.value
            b.oa.api.fail_next(CS, -201, f"bad token {token}")
            with pytest.raises(Rejected) as raised:
                await b.channel.send(Outgoing(1, an.id, "bí mật"))
            await an.says("điều riêng tư")
            await an.hears()

    written = "\n".join([*caplog.messages, str(raised.value), repr(raised.value)])
    assert "bad token ***" in written
    assert token not in written
    assert "riêng tư" not in written
    assert "bí mật" not in written


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
