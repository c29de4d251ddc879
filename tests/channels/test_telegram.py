"""The same conversation over Telegram by polling and by webhook: words, buttons, edits, files, groups, refusals."""

import asyncio
import io
from collections.abc import Sequence

import pytest
from PIL import Image

from bot.channels.telegram import Mode, Telegram
from bot.errors import Rejected, SettingsError
from bot.message import Message, Outgoing
from tests.telegram_emulator import Emulator, Limits
from tests.telegram_emulator.bench import bench
from tests.telegram_emulator.inbox import SmallInbox, stored_file, taps

MODES: list[Mode] = ["polling", "webhook"]
both_modes = pytest.mark.parametrize("mode", MODES)


def png(width: int = 20, height: int = 10) -> bytes:
    """A small true picture."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(stream, "PNG")
    return stream.getvalue()


def echo(message: Message) -> Sequence[Outgoing]:
    """Says back what it understood."""
    kinds = ",".join(file.kind for file in message.files)
    said = message.tap or message.text or kinds or "?"
    return [Outgoing(0, message.address, f"{said}!" + (f" [{message.start}]" if message.start else ""))]


def asks(message: Message) -> Sequence[Outgoing]:
    """Asks with two buttons, and turns the tapped question into its answer."""
    if message.tap:
        return [Outgoing(0, message.address, f"Đã chọn {message.tap}", edits=message.tapped, clears=message.tapped)]
    return [Outgoing(0, message.address, "Có hay không?", taps("Có", "Không"))]


@both_modes
async def test_a_text_is_answered(mode: Mode) -> None:
    async with bench(mode, echo) as b:
        an = b.telegram.user("An")

        await an.says("xin chào")

        assert [message.text for message in await an.hears()] == ["xin chào!"]
        assert [(m.channel, m.address, m.language, m.group) for m in b.inbox.messages] == [
            ("telegram", str(an.id), "vi", False)
        ]
        await b.inbox.idle()
        assert len(b.inbox.delivered_ids) == 1
        assert b.inbox.answered_here == (1 if mode == "webhook" else 0)


@both_modes
async def test_a_tapped_question_turns_into_its_answer_and_loses_its_buttons(mode: Mode) -> None:
    async with bench(mode, asks) as b:
        an = b.telegram.user("An")
        await an.says("hỏi đi")
        assert [message.buttons for message in await an.hears()] == [["Có", "Không"]]

        await an.taps("Có")

        assert [message.text for message in await an.hears()] == ["Đã chọn pick|Có"]
        assert [(message.text, message.buttons, message.edits) for message in an.sees] == [("Đã chọn pick|Có", [], 1)]
        await b.telegram.told_all()
        await b.channel.stop()
        assert len(b.telegram.methods.answered) == 1


@both_modes
async def test_buttons_of_an_answered_question_go_away_when_the_answer_is_a_new_message(mode: Mode) -> None:
    def new_message(message: Message) -> Sequence[Outgoing]:
        if message.tap:
            return [Outgoing(0, message.address, "Vâng", clears=message.tapped)]
        return asks(message)

    async with bench(mode, new_message) as b:
        an = b.telegram.user("An")
        await an.says("hỏi đi")
        await an.hears()

        await an.taps("Không")

        await an.hears()
        await b.telegram.told_all()
        await b.channel.stop()
        assert [(message.text, message.buttons) for message in an.sees] == [("Có hay không?", []), ("Vâng", [])]


@both_modes
async def test_a_tap_under_a_picture_is_answered_by_a_new_message(mode: Mode) -> None:
    def chart_then_words(message: Message) -> Sequence[Outgoing]:
        if message.tap:
            return asks(message)
        chart = stored_file("chart.png", "image/png", png())
        return [Outgoing(0, message.address, "Biểu đồ", taps("Đóng"), (chart,))]

    async with bench(mode, chart_then_words) as b:
        an = b.telegram.user("An")
        await an.says("biểu đồ")
        await an.hears()

        await an.taps("Đóng")

        assert [message.text for message in await an.hears()] == ["Đã chọn pick|Đóng"]
        await b.telegram.told_all()
        await b.inbox.idle()
        assert [(message.text, message.buttons) for message in an.sees] == [("Biểu đồ", []), ("Đã chọn pick|Đóng", [])]


@both_modes
async def test_files_go_both_ways(mode: Mode) -> None:
    fetched: list[bytes] = []

    def mirror(message: Message) -> Sequence[Outgoing]:
        async def fetch() -> bytes:
            fetched.append(await message.files[0].read())
            return fetched[-1]

        file = stored_file(message.files[0].name, message.files[0].media_type, b"")
        return [Outgoing(0, message.address, message.text, (), (type(file)(1, file.name, file.media_type, 1, fetch),))]

    async with bench(mode, mirror) as b:
        an = b.telegram.user("An")

        await an.sends_file(b"%PDF-1.4 chung chi", "chứng chỉ.pdf", "của tôi")
        (paper,) = await an.hears()
        await an.sends_photo(png())
        (picture,) = await an.hears()

        assert paper.file is not None
        assert (paper.text, paper.file.name, paper.file.kind) == ("của tôi", "chứng chỉ.pdf", "document")
        assert paper.file.content == b"%PDF-1.4 chung chi"
        assert picture.file is not None
        assert (picture.file.kind, picture.file.content) == ("photo", png())
        assert fetched == [b"%PDF-1.4 chung chi", png()]


@both_modes
async def test_a_file_over_the_limit_is_refused_without_a_download(mode: Mode) -> None:
    async with bench(mode, echo) as b:
        an = b.telegram.user("An")
        await an.sends_file(b"x" * (5 * 1024 * 1024 + 1), "big.bin")
        await an.hears()

        with pytest.raises(Rejected):
            await b.inbox.messages[0].files[0].read()

        assert b.telegram.made("getFile") == []


@both_modes
async def test_a_deep_link_brings_its_code(mode: Mode) -> None:
    async with bench(mode, echo) as b:
        an = b.telegram.user("An", language="en-US")

        await an.says("/start A1-3")

        assert [message.text for message in await an.hears()] == ["/start! [A1-3]"]
        assert b.inbox.messages[0].language == "en"


@both_modes
async def test_a_group_is_answered_only_when_it_addresses_the_bot(mode: Mode) -> None:
    async with bench(mode, asks) as b:
        an, group = b.telegram.user("An"), b.telegram.group("Tổ 1")

        await an.says("mọi người ơi", to=group)
        await an.says("/help@other_bot", to=group)
        await an.says("gửi mail banhoc@banhoc_bot.vn", to=group)
        await an.says("@BanHoc_bot, giai đoạn 2?", to=group)
        (question,) = await group.hears()
        await an.says("/help@banhoc_bot tháng 10", to=group)
        await group.hears()
        await an.says("vì sao", to=group, reply_to=group.sees[0])
        await group.hears()
        await an.taps("Có", to=group)
        await group.hears()

        assert question.text == "Có hay không?"
        heard = [(message.text or message.tap, message.group) for message in b.inbox.messages]
        assert heard == [("giai đoạn 2?", True), ("/help tháng 10", True), ("vì sao", True), ("pick|Có", True)]
        assert {message.address for message in b.inbox.messages} == {f"{an.id}@{group.id}"}
        assert an.sees == []


@both_modes
async def test_a_topic_is_answered_in_the_topic(mode: Mode) -> None:
    async with bench(mode, echo) as b:
        an, group = b.telegram.user("An"), b.telegram.group("Tổ 1")

        await an.sends({"text": "@banhoc_bot chào", "message_thread_id": 7, "is_topic_message": True}, group)

        assert [message.topic for message in await group.hears()] == [7]


@both_modes
async def test_updates_of_one_chat_stay_in_order_while_others_overtake(mode: Mode) -> None:
    gate = asyncio.Event()

    async with bench(mode, echo) as b:
        an, binh = b.telegram.user("An"), b.telegram.user("Bình")
        b.inbox.before_commit = lambda message: gate.wait() if message.address == str(an.id) else None

        await an.says("một")
        await an.says("hai")
        await binh.says("ba")
        await binh.hears()
        gate.set()

        assert [message.text for message in await an.hears(2)] == ["một!", "hai!"]


async def test_the_menu_stands_in_both_languages_and_vietnamese_is_the_default() -> None:
    menu = [("tiendo", "Tiến độ của tôi", "My progress")]

    async with bench("polling", echo, menu=menu, description={"vi": "Chào", "en": "Hello"}) as b:
        assert b.telegram.methods.commands == {
            "": [{"command": "tiendo", "description": "Tiến độ của tôi"}],
            "en": [{"command": "tiendo", "description": "My progress"}],
        }
        assert b.telegram.methods.descriptions == {"": "Chào", "en": "Hello"}
        assert b.channel.username == "banhoc_bot"


async def test_a_wrong_token_stops_the_start_with_one_line_that_does_not_hold_it() -> None:
    async with Emulator() as telegram:
        channel = Telegram("1:wrong", api_url=telegram.url)

        with pytest.raises(SettingsError) as refused:
            await channel.start(SmallInbox(echo))

        assert "TELEGRAM_TOKEN" in str(refused.value)
        assert "wrong" not in str(refused.value)


async def test_a_network_that_is_down_at_the_start_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    async with Emulator() as telegram:
        channel, inbox = Telegram(telegram.token, api_url=telegram.url), SmallInbox(echo)
        inbox.channel = channel
        telegram.fail_next("getMe", 502, "Bad Gateway")
        telegram.fail_next("getMe", 502, "Bad Gateway")
        an = telegram.user("An")
        await an.says("có ai không")

        await channel.start(inbox)

        assert [message.text for message in await an.hears(seconds=8)] == ["có ai không!"]
        await channel.stop()
        assert telegram.token not in caplog.text


@both_modes
async def test_rates_are_kept_and_nothing_is_lost_when_one_chat_is_fast(mode: Mode) -> None:
    limits = Limits(overall=30, per_chat=1)

    async with bench(mode, echo, limits=limits, chat_gap=1.0, per_second=30) as b:
        an = b.telegram.user("An")

        for number in range(3):
            await an.says(str(number))

        heard = await an.hears(3, seconds=15)
        assert sorted(message.text for message in heard) == ["0!", "1!", "2!"]
        assert not [call for call in b.telegram.calls if call.in_answer and call.error]
