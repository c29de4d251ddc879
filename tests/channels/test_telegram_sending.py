"""What we tell Telegram: parameters, fallbacks, refusals as our errors, and the pause that 429 asks for."""

import io
import time
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot.channels.telegram import Telegram
from bot.errors import Rejected, Retry, Unreachable
from bot.message import BOLD, ITALIC, FileRef, Message, Outgoing, Style, Tap
from tests.channels.test_telegram import echo, png
from tests.telegram_emulator import User
from tests.telegram_emulator.bench import Bench, bench
from tests.telegram_emulator.inbox import stored_file, taps


@pytest.fixture
async def b() -> AsyncIterator[Bench]:
    """A polling channel."""
    async with bench("polling", echo) as running:
        yield running


@pytest.fixture
async def an(b: Bench) -> User:
    """A person who has started the bot and heard its first answer."""
    person = b.telegram.user("An")
    await person.says("chào")
    await person.hears()
    await b.inbox.idle()
    return person


def to(person: User, text: str, **rest: object) -> Outgoing:
    """A message for this person."""
    return Outgoing(100, str(person.id), text, **rest)  # type: ignore[arg-type]


async def test_a_text_goes_out_plain_without_a_link_preview(b: Bench, an: User) -> None:
    vendor_id = await b.channel.send(to(an, "*đậm* <b>&amp; https://example.vn"))

    assert an.sees[-1].text == "*đậm* <b>&amp; https://example.vn"
    assert vendor_id == str(an.sees[-1].id)
    assert b.telegram.made("sendMessage")[-1].parameters["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in b.telegram.made("sendMessage")[-1].parameters


STYLED = "😀 Họp gấp <b>&amp; 8h"
STYLES = (Style(2, 7, BOLD), Style(19, 2, ITALIC))


async def test_bold_and_italics_are_entities_of_the_very_words_and_nothing_needs_escaping(b: Bench, an: User) -> None:
    first = await b.channel.send(to(an, STYLED, styles=STYLES))
    shown = an.sees[-1]
    await b.channel.send(to(an, f"{STYLED}!", styles=STYLES, edits=first))
    edited = an.sees[-1]

    for one in (shown, edited):
        assert one.text.rstrip("!") == STYLED
        assert (one.styled("bold"), one.styled("italic")) == (["Họp gấp"], ["8h"])
    assert "parse_mode" not in b.telegram.made("sendMessage")[-1].parameters


async def test_bold_and_italics_stand_under_a_picture_and_before_a_file_whose_words_are_too_long(
    b: Bench, an: User
) -> None:
    picture = stored_file("a.png", "image/png", png())
    await b.channel.send(to(an, STYLED, styles=STYLES, files=(picture,)))
    caption = an.sees[-1]
    await b.channel.send(to(an, f"{STYLED}{'á' * 1024}", styles=STYLES, files=(picture,)))
    words, file = an.sees[-2:]

    assert (caption.styled("bold"), caption.styled("italic")) == (["Họp gấp"], ["8h"])
    assert (words.styled("bold"), words.styled("italic")) == (["Họp gấp"], ["8h"])
    assert (file.text, file.entities) == ("", [])


async def test_bold_and_italics_stand_in_a_webhooks_own_answer() -> None:
    def styled(message: Message) -> list[Outgoing]:
        return [Outgoing(0, message.address, STYLED, styles=STYLES)]

    async with bench("webhook", styled) as b:
        person = b.telegram.user("An")
        await person.says("chào")
        (heard,) = await person.hears()

        assert (heard.styled("bold"), heard.styled("italic")) == (["Họp gấp"], ["8h"])
        assert b.inbox.answered_here == 1


async def test_a_style_of_a_kind_that_nobody_knows_is_left_out(b: Bench, an: User) -> None:
    await b.channel.send(to(an, "chữ thường", styles=(Style(0, 3, "shouting"),)))

    assert (an.sees[-1].text, an.sees[-1].entities) == ("chữ thường", [])


async def test_short_buttons_stand_in_pairs_and_long_ones_alone(b: Bench, an: User) -> None:
    await b.channel.send(to(an, "a", buttons=taps("30 phút", "1 giờ", "2 giờ")))
    await b.channel.send(to(an, "b", buttons=taps("30 phút", "Đọc chi tiết về việc lưu dữ liệu")))

    assert [[button["text"] for button in row] for row in an.sees[-2].rows] == [["30 phút", "1 giờ"], ["2 giờ"]]
    assert [len(row) for row in an.sees[-1].rows] == [1, 1]


async def test_an_edit_that_changes_nothing_is_no_failure(b: Bench, an: User) -> None:
    first = await b.channel.send(to(an, "Vâng"))

    assert await b.channel.send(to(an, "Vâng", edits=first)) == first


async def test_an_edit_of_a_message_that_is_gone_becomes_a_new_one(b: Bench, an: User) -> None:
    vendor_id = await b.channel.send(to(an, "Vâng", edits="99999"))

    assert an.sees[-1].text == "Vâng"
    assert vendor_id == str(an.sees[-1].id)


async def test_clearing_buttons_that_are_gone_is_no_failure(b: Bench, an: User) -> None:
    await b.channel.send(to(an, "Vâng", clears="99999"))

    assert an.sees[-1].text == "Vâng"


async def test_long_words_with_a_file_go_before_it_and_the_buttons_stand_under_the_last(b: Bench, an: User) -> None:
    files = (stored_file("a.png", "image/png", png()), stored_file("b.xlsx", "application/x", b"xlsx"))

    vendor_id = await b.channel.send(to(an, "á" * 1025, buttons=taps("Đóng"), files=files))

    shown = an.sees[-3:]
    assert [(len(m.text), m.file.kind if m.file else "", m.buttons) for m in shown] == [
        (1025, "", []),
        (0, "photo", []),
        (0, "document", ["Đóng"]),
    ]
    assert vendor_id == str(shown[-1].id)


async def test_a_file_of_several_megabytes_arrives_whole(b: Bench, an: User) -> None:
    content = bytes(range(256)) * 12_000

    await b.channel.send(to(an, "", files=(stored_file("b.bin", "application/octet-stream", content),)))

    assert an.sees[-1].file is not None
    assert an.sees[-1].file.content == content


async def test_a_picture_that_telegram_cannot_show_goes_as_a_document(b: Bench, an: User) -> None:
    stream = io.BytesIO()
    Image.new("1", (2100, 10)).save(stream, "PNG")

    await b.channel.send(to(an, "", files=(stored_file("long.png", "image/png", stream.getvalue()),)))
    await b.channel.send(to(an, "", files=(stored_file("broken.png", "image/png", b"no picture"),)))

    assert [m.file.kind for m in an.sees[-2:] if m.file] == ["document", "document"]


async def test_after_a_failure_between_two_files_the_retry_sends_only_the_second(b: Bench, an: User) -> None:
    tries = iter([Retry("storage is busy"), None])

    async def second() -> bytes:
        if error := next(tries):
            raise error
        return b"hai"

    files = (stored_file("1.txt", "text/plain", b"mot"), FileRef(2, "2.txt", "text/plain", 3, second))
    outgoing = to(an, "Hai tệp", files=files)

    with pytest.raises(Retry):
        await b.channel.send(outgoing)
    await b.channel.send(outgoing)

    assert [m.file.name for m in an.sees if m.file] == ["1.txt", "2.txt"]


async def test_a_file_name_cannot_break_the_form(b: Bench, an: User) -> None:
    name = 'báo "cáo"\r\nX: 1\\.docx'

    await b.channel.send(to(an, "", files=(stored_file(name, "application/x", b"x"),)))

    file = an.sees[-1].file
    assert file is not None
    assert file.content == b"x"
    assert "\n" not in file.name
    assert file.name.startswith("báo")


@pytest.mark.parametrize(
    ("code", "description", "error"),
    [
        (403, "Forbidden: bot was blocked by the user", Unreachable),
        (403, "Forbidden: user is deactivated", Unreachable),
        (400, "Bad Request: chat not found", Unreachable),
        (400, "Bad Request: PEER_ID_INVALID", Unreachable),
        (400, "Bad Request: not enough rights to send text messages to the chat", Unreachable),
        (400, "Bad Request: message is too long", Rejected),
        (400, "Bad Request: BUTTON_DATA_INVALID", Rejected),
        (401, "Unauthorized", Retry),
        (409, "Conflict", Retry),
        (500, "Internal Server Error", Retry),
        (502, "Bad Gateway", Retry),
    ],
)
async def test_each_refusal_becomes_the_error_that_says_what_to_do(
    b: Bench, an: User, code: int, description: str, error: type[Exception]
) -> None:
    b.telegram.fail_next("sendMessage", code, description)

    with pytest.raises(error) as raised:
        await b.channel.send(to(an, "x"))

    assert type(raised.value) is error
    assert b.telegram.token not in repr(raised.value)


async def test_a_cut_connection_is_tried_again_later(b: Bench, an: User) -> None:
    b.telegram.fail_next("sendMessage", 0)

    with pytest.raises(Retry) as raised:
        await b.channel.send(to(an, "x"))

    assert b.telegram.token not in repr(raised.value)
    assert raised.value.__suppress_context__


async def test_a_flood_refusal_names_its_seconds_and_the_whole_token_waits_for_them(b: Bench, an: User) -> None:
    binh = b.telegram.user("Bình")
    await binh.says("chào")
    await binh.hears()
    b.telegram.fail_next("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)

    with pytest.raises(Retry) as raised:
        await b.channel.send(to(an, "x"))
    began = time.monotonic()
    await b.channel.send(to(binh, "y"))

    assert raised.value.after == 1
    assert 0.8 < time.monotonic() - began < 2


async def test_during_a_long_flood_pause_nothing_is_even_tried(b: Bench, an: User) -> None:
    b.telegram.fail_next("sendMessage", 429, "Too Many Requests: retry after 60", retry_after=60)
    with pytest.raises(Retry):
        await b.channel.send(to(an, "x"))
    calls = len(b.telegram.calls)

    with pytest.raises(Retry) as raised:
        await b.channel.send(to(an, "y"))
    await b.channel.typing(str(an.id))

    assert 55 < raised.value.after <= 60
    assert len(b.telegram.calls) == calls


@pytest.mark.parametrize("address", ["", "an", "12x", "1@2", "-5", "1@-2/x", "web:1"])
async def test_an_address_that_is_none_of_telegrams_is_rejected(address: str) -> None:
    with pytest.raises(Rejected):
        await Telegram("1:a").send(Outgoing(1, address, "x"))


async def test_typing_shows_and_never_fails(b: Bench, an: User) -> None:
    await b.channel.typing(str(an.id))
    await b.channel.typing("123456")

    assert an.chat.actions == ["typing"]


async def test_a_payload_comes_back_as_it_went_out(b: Bench, an: User) -> None:
    payload = "đ" * 32
    await b.channel.send(to(an, "?", buttons=(Tap("Có", payload),)))
    await an.hears()

    await an.taps("Có")
    await an.hears()

    assert b.inbox.messages[-1].tap == payload
    assert b.inbox.messages[-1].tapped == str(an.sees[-2].id)


async def test_a_picture_that_goes_to_many_is_uploaded_once(b: Bench, an: User) -> None:
    picture = stored_file("a.png", "image/png", png())

    for number in (1, 2, 3):
        await b.channel.send(Outgoing(number, str(an.id), "Triển lãm", files=(picture,), priority=2))

    assert [m.file.content for m in an.sees[-3:] if m.file] == [png()] * 3
    sent = [call.parameters.get("photo") for call in b.telegram.made("sendPhoto")]
    assert sum(isinstance(one, str) and one.startswith("file") for one in sent) == 2
