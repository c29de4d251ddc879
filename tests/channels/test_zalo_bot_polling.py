"""Polling: no cursor, so the next question waits for the commit; 408 is idle; replays, outages, a forgotten webhook."""

import asyncio
import logging
import time

import pytest

from bot.channels.zalo_bot import ZaloBot
from bot.errors import Retry
from bot.message import Message
from tests.channels.test_zalo_bot import echo
from tests.telegram_emulator.inbox import SmallInbox
from tests.zalo_fake.bot import ZaloBotServer
from tests.zalo_fake.bot_bench import bot_bench, listening


async def test_the_next_question_is_asked_only_after_the_commit() -> None:
    gate = asyncio.Event()
    async with bot_bench("polling", echo) as b:
        b.inbox.before_commit = lambda message: gate.wait()
        await b.zalo.user("An").says("một")
        await b.zalo.user("An").says("hai")
        await asyncio.sleep(0.2)
        asked = len(b.zalo.made("getUpdates"))
        gate.set()
        await b.zalo.told_all()

    assert asked == 1
    assert [message.text for message in b.inbox.messages] == ["một", "hai"]


@pytest.mark.parametrize("on_200", [False, True])
async def test_an_idle_poll_is_asked_again_at_once_and_leaves_no_line(
    on_200: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with bot_bench("polling", echo, idle_seconds=0.05, errors_on_200=on_200) as b:
        caplog.clear()
        await asyncio.sleep(0.6)
        asked = b.zalo.made("getUpdates")

    assert len(asked) >= 5
    assert {call.error for call in asked} == {408}
    assert caplog.records == []


async def test_idle_polls_that_come_back_at_once_are_no_hot_loop() -> None:
    async with bot_bench("polling", echo, idle_seconds=0.0, gap=0.2) as b:
        await asyncio.sleep(0.9)

    assert len(b.zalo.made("getUpdates")) <= 6


async def test_an_update_that_is_told_again_and_again_has_one_effect() -> None:
    handed_in: list[Message] = []
    async with bot_bench("polling", echo, replays=True, gap=0.05) as b:
        b.inbox.before_commit = handed_in.append
        an = b.zalo.user("An")
        began = time.monotonic()
        await an.says("chào")
        await an.hears()
        await an.hears_nothing(0.6)
        spent = time.monotonic() - began

    assert len(b.inbox.messages) == len(handed_in) == 1
    assert 3 <= len(b.zalo.made("getUpdates")) <= spent / 0.05 + 3


async def test_outages_back_off_and_then_go_on(caplog: pytest.LogCaptureFixture) -> None:
    async with bot_bench("polling", echo, idle_seconds=0.05) as b:
        an = b.zalo.user("An")
        for code in (502, 504, 429):
            b.zalo.fail_next("getUpdates", code, "Bad gateway")
        await asyncio.sleep(0.2)
        asked = len([call for call in b.zalo.made("getUpdates") if call.error != 408])
        await an.says("chào")

        (heard,) = await an.hears(seconds=10)

    assert heard.text == "chào!"
    assert asked == 1
    assert sum("no updates" in record.getMessage() for record in caplog.records) == 3


async def test_a_cut_connection_is_no_end() -> None:
    async with bot_bench("polling", echo, idle_seconds=0.05) as b:
        b.zalo.fail_next("getUpdates", 0)
        await asyncio.sleep(0.1)
        await b.zalo.user("An").says("chào")

        assert [heard.text for heard in await b.zalo.user("An").hears(seconds=8)] == ["chào!"]


async def test_storage_that_is_out_of_reach_is_waited_for() -> None:
    async with bot_bench("polling", echo) as b:
        failures = iter([True, False])

        def before(message: Message) -> None:
            if next(failures):
                raise Retry("storage is out of reach")

        b.inbox.before_commit = before
        await b.zalo.user("An").says("chào")

        assert [heard.text for heard in await b.zalo.user("An").hears()] == ["chào!"]


async def test_a_forgotten_webhook_is_told_of_and_taken_away(caplog: pytest.LogCaptureFixture) -> None:
    async with ZaloBotServer() as zalo:
        zalo.webhook = {"url": "https://old.example/hook", "secret_token": "secret-of-old"}
        channel = ZaloBot(zalo.token, api_url=zalo.url, gap=0.01)
        await channel.start(SmallInbox(echo))
        await listening(zalo, "polling")
        await channel.stop()

    assert zalo.webhook == {}
    assert any("https://old.example/hook" in record.getMessage() for record in caplog.records)
    assert [call.method for call in zalo.calls[:3]] == ["getMe", "getWebhookInfo", "deleteWebhook"]


@pytest.mark.parametrize("on_200", [False, True])
async def test_no_webhook_set_is_no_error(on_200: bool, caplog: pytest.LogCaptureFixture) -> None:
    async with bot_bench("polling", echo, errors_on_200=on_200) as b:
        assert [call.error for call in b.zalo.made("getWebhookInfo")] == [404]

    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


async def test_a_webhook_that_another_program_sets_is_told_of_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    async with bot_bench("polling", echo, idle_seconds=0.05) as b:
        b.zalo.webhook = {"url": "https://other.example", "secret_token": "other-secret"}
        await asyncio.sleep(1.8)

    assert sum("another program" in record.getMessage() for record in caplog.records) == 1


async def test_a_token_that_is_refused_later_ends_the_questions_and_is_shown() -> None:
    async with bot_bench("polling", echo, idle_seconds=0.05) as b:
        b.zalo.token = "1:another"
        await asyncio.sleep(0.5)
        asked = len(b.zalo.calls)
        await asyncio.sleep(0.3)

        assert len(b.zalo.calls) == asked
        assert "token is refused" in b.channel.usage().problem


async def test_what_was_taken_is_handled_before_the_stop() -> None:
    async with bot_bench("polling", echo) as b:
        b.inbox.before_commit = lambda message: asyncio.sleep(0.4)
        await b.zalo.user("An").says("chào")
        await asyncio.sleep(0.1)

        await b.channel.stop()

        assert [message.text for message in b.inbox.messages] == ["chào"]


async def test_the_platform_may_come_up_after_the_bot() -> None:
    zalo = ZaloBotServer()
    await zalo.start()
    port = int(zalo.url.rpartition(":")[2])
    await zalo.stop()
    channel, inbox = ZaloBot(zalo.token, api_url=zalo.url, gap=0.01), SmallInbox(echo)
    inbox.channel = channel
    await channel.start(inbox)
    late = ZaloBotServer()
    await late.start(port)

    await late.user("An").says("chào")

    assert [heard.text for heard in await late.user("An").hears(seconds=10)] == ["chào!"]
    await channel.stop()
    await late.stop()
