"""Polling: the offset passes nothing unfinished, failures back off, and a second reader is told of once a minute."""

import asyncio
import logging
from collections.abc import Sequence

import pytest

from bot.channels.telegram import Telegram
from bot.channels.telegram_polling import Polling, lane_of
from bot.channels.telegram_request import AiohttpRequest
from bot.message import Message, Outgoing
from tests.channels.test_telegram import echo
from tests.telegram_emulator import Emulator, Limits
from tests.telegram_emulator.bench import bench
from tests.telegram_emulator.inbox import SmallInbox


def silent(message: Message) -> Sequence[Outgoing]:
    """Says nothing."""
    return ()


def offsets(telegram: Emulator) -> list[int]:
    """What was confirmed, call by call."""
    return [int(call.parameters.get("offset", 0)) for call in telegram.made("getUpdates")]


async def test_an_update_is_confirmed_only_after_its_commit() -> None:
    gate = asyncio.Event()

    async with bench("polling", silent) as b:
        an, binh = b.telegram.user("An"), b.telegram.user("Bình")
        b.inbox.before_commit = lambda message: gate.wait() if message.address == str(an.id) else None
        first = await an.says("một")
        await binh.says("hai")
        await asyncio.sleep(1.3)

        assert max(offsets(b.telegram)) <= first
        assert [message.text for message in b.inbox.messages] == ["hai"]
        gate.set()
        await b.telegram.told_all()

        assert [message.text for message in b.inbox.messages] == ["hai", "một"]


async def test_what_a_killed_process_had_not_committed_is_told_to_the_next_one() -> None:
    async with Emulator(limits=Limits(0, 0)) as telegram:
        an = telegram.user("An")
        killed, first = Telegram(telegram.token, api_url=telegram.url), SmallInbox(silent)
        first.before_commit = lambda message: asyncio.sleep(60) if message.text == "hai" else None
        await killed.start(first)
        await an.says("một")
        await an.says("hai")
        await an.says("ba")
        await asyncio.sleep(0.3)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if "telegram_polling" in repr(task) or task.get_name() == "telegram":
                task.cancel()
        await killed._request.shutdown()

        following, second = Telegram(telegram.token, api_url=telegram.url), SmallInbox(silent)
        await following.start(second)
        await telegram.told_all()
        await following.stop()

        assert [message.text for message in first.messages] == ["một"]
        assert [message.text for message in second.messages][-2:] == ["hai", "ba"]


async def test_a_clean_stop_confirms_what_was_handled() -> None:
    async with Emulator(limits=Limits(0, 0)) as telegram:
        an = telegram.user("An")
        channel, inbox = Telegram(telegram.token, api_url=telegram.url), SmallInbox(silent)
        inbox.before_commit = lambda message: asyncio.sleep(0.3)
        await channel.start(inbox)
        await an.says("một")
        await asyncio.sleep(0.15)

        await channel.stop()

        assert [message.text for message in inbox.messages] == ["một"]
        assert telegram.feed.pending == {}


async def test_the_webhook_is_taken_away_before_polling() -> None:
    async with Emulator() as telegram:
        await telegram.feed.set_webhook("http://127.0.0.1:9/gone", "", 40)
        channel = Telegram(telegram.token, api_url=telegram.url)
        inbox = SmallInbox(silent)

        await channel.start(inbox)
        await telegram.user("An").says("chào")
        await telegram.told_all()
        await channel.stop()

        assert len(inbox.messages) == 1


async def test_errors_back_off_and_then_go_on(caplog: pytest.LogCaptureFixture) -> None:
    async with bench("polling", echo) as b:
        b.telegram.fail_next("getUpdates", 502, "Bad Gateway")
        b.telegram.fail_next("getUpdates", 429, "Too Many Requests", retry_after=1)
        an = b.telegram.user("An")
        await an.says("một")
        await an.hears()

        await an.says("hai")

        assert [message.text for message in await an.hears(seconds=8)] == ["hai!"]
        assert any("no updates" in record.getMessage() for record in caplog.records)
        assert len(b.telegram.made("getUpdates")) < 10


async def test_a_second_reader_of_the_token_is_told_of_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)

    async with bench("polling", echo) as b:
        for _ in range(3):
            b.telegram.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request")
        an = b.telegram.user("An")
        await an.says("một")
        await an.hears()
        await an.says("hai")
        await an.hears(seconds=10)

    assert sum("another program" in record.getMessage() for record in caplog.records) == 1


async def test_an_update_that_breaks_the_program_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    handled: list[int] = []

    async def handle(update: dict[str, object]) -> None:
        if update["update_id"] == 1:
            raise RuntimeError("a bug")
        handled.append(int(str(update["update_id"])))

    async with Emulator() as telegram:
        request = AiohttpRequest()
        await request.initialize()
        await telegram.feed.put({"update_id": 1, "unknown": {}})
        await telegram.feed.put({"update_id": 2, "unknown": {}})
        polling = Polling(request, f"{telegram.url}/bot{telegram.token}", handle)
        work = asyncio.create_task(polling.run())
        await telegram.told_all()
        work.cancel()
        await asyncio.wait({work})
        await request.shutdown()

    assert handled == [2]
    assert any("was dropped" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"message": {"chat": {"id": 5}}}, 5),
        ({"callback_query": {"message": {"chat": {"id": -7}}}}, -7),
        ({"my_chat_member": {"chat": {"id": 5}}}, 5),
        ({"callback_query": {}}, 0),
        ({"message": "x"}, 0),
        ({}, 0),
    ],
)
def test_updates_of_one_chat_share_a_lane(update: dict[str, object], lane: int) -> None:
    assert lane_of(update) == lane
