"""What the Zalo OA is told: files, long texts, rates, refused tokens, and what each of its error numbers means."""

import asyncio
import io
import logging
import unicodedata

import pytest
from PIL import Image

from bot.channels.zalo_oa_refusals import OutsideWindow
from bot.errors import Rejected, Retry, Unreachable
from bot.message import Outgoing
from tests.channels.test_telegram import png
from tests.channels.test_zalo_oa import echo, silent
from tests.telegram_emulator.inbox import stored_file, taps
from tests.zalo_fake.oa_bench import bench

CS = "/v3.0/oa/message/cs"


def picture(kind: str, size: tuple[int, int] = (20, 10)) -> bytes:
    """A small true picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, kind)
    return stream.getvalue()


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
        b.channel.pacer._not_before = 0.0
        b.oa.api.faults[CS] = []
        await b.channel.send(outgoing)

        assert "".join(message.text for message in await an.hears(2)).count("a") == 1_500
        await an.hears_nothing()


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
    async with bench(silent, calls_per_second=3) as b:
        an = b.oa.user("An")
        await an.says("xin")
        began = asyncio.get_running_loop().time()

        for number in (1, 2, 3, 4):
            await b.channel.send(Outgoing(number, an.id, "x"))

        assert asyncio.get_running_loop().time() - began >= 1.0
        assert len(an.sees) == 4


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


async def test_a_picture_that_goes_to_many_is_uploaded_once_and_again_when_it_expired() -> None:
    async with bench(silent) as b:
        an = b.oa.user("An")
        await an.says("xin")
        picture = stored_file("a.png", "image/png", png())

        for number in (1, 2):
            await b.channel.send(Outgoing(number, an.id, "Triển lãm", files=(picture,), priority=2))
        b.oa.api.fail_next(CS, -100)
        await b.channel.send(Outgoing(3, an.id, "Triển lãm", files=(picture,), priority=2))

        assert len(an.sees) == 3
        assert len(b.oa.api.made("/v2.0/oa/upload/image")) == 2
