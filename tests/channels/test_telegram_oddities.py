"""What is odd over Telegram, in both modes: unknown kinds, repeats, strange letters, blocks, failures, logs."""

import logging
import time
from collections.abc import Sequence
from typing import Any

import pytest

from bot.channels.telegram import Mode
from bot.errors import Unreachable
from bot.message import Message, Outgoing
from tests.channels.test_telegram import both_modes, echo
from tests.telegram_emulator.bench import bench


@both_modes
@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
        {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
        {"location": {"longitude": 105.8, "latitude": 21.0}},
        {"contact": {"phone_number": "+84900000000", "first_name": "B"}},
    ],
    ids=lambda content: next(iter(content)),
)  # fmt: skip
async def test_what_is_not_understood_comes_in_as_an_empty_message(mode: Mode, content: dict[str, Any]) -> None:
    async with bench(mode, echo) as b:
        an = b.telegram.user("An")

        await an.sends(content)

        assert [message.text for message in await an.hears()] == ["?!"]


@both_modes
async def test_edits_channels_service_notices_and_unknown_kinds_are_passed_over(mode: Mode) -> None:
    async with bench(mode, echo) as b:
        an = b.telegram.user("An")
        channel = {"id": -1005, "type": "channel", "title": "Tin"}
        said = {"message_id": 1, "date": int(time.time()), "chat": an.chat.json, "from": an.json, "text": "sửa"}

        await b.telegram.feed.put({"update_id": 1, "edited_message": {**said, "edit_date": 1}})
        await b.telegram.feed.put({"update_id": 2, "channel_post": {**said, "chat": channel}})
        await b.telegram.feed.put({"update_id": 3, "unknown_kind": {"what": 1}})
        await b.telegram.feed.put({"update_id": 4, "message": {"broken": True}})
        await an.sends({"pinned_message": said})
        await an.says("còn đó không")

        assert [message.text for message in await an.hears()] == ["còn đó không!"]
        await b.telegram.told_all()
        assert [message.text for message in b.inbox.messages] == ["còn đó không"]


@both_modes
async def test_the_same_update_twice_has_one_effect(mode: Mode) -> None:
    async with bench(mode, echo) as b:
        an = b.telegram.user("An")
        update_id = await an.says("một lần")
        await an.hears()

        await b.telegram.tell_again(update_id)

        await an.hears_nothing()
        assert len(b.inbox.messages) == 1


@both_modes
async def test_control_characters_and_broken_letters_come_in_clean_and_go_out_whole(mode: Mode) -> None:
    def strange(message: Message) -> Sequence[Outgoing]:
        return [Outgoing(0, message.address, f"{message.text}\x00\ud83d")]

    async with bench(mode, strange) as b:
        an = b.telegram.user("An")

        await an.says("học\x00\x1b 2\ud83d tiếng\r\nxong")

        await an.hears()
        assert b.inbox.messages[0].text == "học   2\ufffd tiếng\nxong"
        assert an.sees[0].text == "học   2\ufffd tiếng\nxong \ufffd"


@both_modes
async def test_fifty_thousand_characters_come_in_as_they_are(mode: Mode) -> None:
    async with bench(mode, lambda m: [Outgoing(0, m.address, str(len(m.text)))]) as b:
        an = b.telegram.user("An")

        await an.says("a" * 50_000)

        assert [message.text for message in await an.hears()] == ["50000"]


@both_modes
async def test_who_blocks_the_bot_is_unreachable_until_they_write_again(mode: Mode) -> None:
    async with bench(mode, echo) as b:
        an = b.telegram.user("An")
        await an.says("chào")
        await an.hears()
        await an.blocks()
        await b.telegram.told_all()
        calls = len(b.telegram.calls)

        with pytest.raises(Unreachable):
            await b.channel.send(Outgoing(9, str(an.id), "nhắc việc"))
        assert b.telegram.made("sendMessage")[calls:] == []
        await an.unblocks()
        await an.says("tôi đây")

        assert [message.text for message in await an.hears()] == ["tôi đây!"]


@both_modes
async def test_what_the_inbox_cannot_take_now_is_told_again(mode: Mode) -> None:
    failures = iter([RuntimeError("database away"), RuntimeError("still away")])

    def fail(message: Message) -> None:
        if error := next(failures, None):
            raise error

    async with bench(mode, echo) as b:
        an = b.telegram.user("An")
        b.inbox.before_commit = fail

        await an.says("không được mất")

        assert [message.text for message in await an.hears()] == ["không được mất!"]


@both_modes
async def test_no_log_line_holds_the_token_or_a_persons_words(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async with bench(mode, echo) as b:
        an = b.telegram.user("An")
        b.telegram.fail_next("sendMessage", 429, "Too Many Requests", retry_after=1)
        await an.says("bí mật của tôi")
        if mode == "polling":
            await an.hears(seconds=8)
        await b.telegram.feed.put({"update_id": 3, "message": {"text": "bí mật của tôi"}})
        await b.telegram.told_all()

    ours = [record for record in caplog.records if not record.name.startswith("tests")]
    assert "bí mật" not in "".join(record.getMessage() for record in ours)
    assert b.telegram.token not in caplog.text
