"""The pacer: no window above the limit whatever the network does, replies before bulk, pauses, and slots given back."""

import asyncio
import random
from collections import deque

import pytest

from bot.channels.pacer import BULK, Pacer
from bot.errors import Retry
from tests.telegram_emulator.limits import Limits
from tests.telegram_emulator.refusal import Refusal

WINDOW = 0.2
"""Seconds; the tests' vendor counts in short windows, so that they are over soon."""


class Vendor:
    """Counts as Telegram does: at some moment between a call's start and its acknowledgement."""

    def __init__(self, overall: int, per_chat: int = 0, chance: int = 1) -> None:
        self.limits = Limits(overall, per_chat, WINDOW)
        self.chance = random.Random(chance)
        self.taken: list[int] = []
        self.refused = 0

    async def call(self, pacer: Pacer, number: int, chat: int, priority: int = 0) -> None:
        async with pacer.slot(chat, priority):
            await asyncio.sleep(self.chance.random() * 0.02)
            try:
                self.limits.pass_one(chat)
                self.taken.append(number)
            except Refusal:
                self.refused += 1
            await asyncio.sleep(self.chance.random() * 0.02)


async def test_no_window_ever_holds_more_than_the_limit_however_the_network_trembles() -> None:
    pacer, vendor = Pacer(30, WINDOW), Vendor(30)

    await asyncio.gather(*(vendor.call(pacer, n, n, BULK if n % 3 else 0) for n in range(200)))

    assert (len(vendor.taken), vendor.refused) == (200, 0)


async def test_one_chat_waits_for_its_gap_and_others_do_not_wait_for_it() -> None:
    pacer, vendor = Pacer(30, WINDOW, chat_gap=WINDOW), Vendor(30, per_chat=1)

    await asyncio.gather(*(vendor.call(pacer, n, 1 if n < 3 else n) for n in range(12)))

    assert vendor.refused == 0
    assert sorted(vendor.taken) == list(range(12))
    assert vendor.taken.index(11) < vendor.taken.index(2)


async def test_replies_overtake_all_bulk_that_waits() -> None:
    pacer, left = Pacer(1, 0.02), deque[str]()

    async def call(name: str, priority: int) -> None:
        async with pacer.slot(name, priority):
            left.append(name)

    bulk = [asyncio.create_task(call(f"bulk {n}", BULK)) for n in range(5)]
    await asyncio.sleep(0)
    await call("reply", 0)
    await asyncio.gather(*bulk)

    assert list(left).index("reply") <= 1


async def test_a_new_leader_sends_nothing_for_a_whole_window() -> None:
    pacer = Pacer(30, WINDOW)
    loop = asyncio.get_running_loop()
    pacer.start_full()
    began = loop.time()

    async with pacer.slot(1):
        waited = loop.time() - began

    assert waited >= WINDOW


async def test_who_would_wait_too_long_goes_back_untried() -> None:
    pacer = Pacer(1, WINDOW)
    pacer.start_full()
    waiting = asyncio.create_task(Vendor(1).call(pacer, 0, 0))
    await asyncio.sleep(0)

    pacer.pause(60)

    with pytest.raises(Retry) as sent_back:
        await waiting
    assert not sent_back.value.tried
    assert sent_back.value.after > 50
    with pytest.raises(Retry):
        async with pacer.slot(1):
            pass


async def test_a_webhooks_answer_takes_a_slot_only_when_one_is_free() -> None:
    pacer = Pacer(2, WINDOW, chat_gap=WINDOW)

    assert pacer.try_now(1)
    assert not pacer.try_now(1)
    assert pacer.try_now(2)
    assert not pacer.try_now(3)
    pacer.give_back(2)
    assert pacer.try_now(3)
    pacer.finish(1)
    pacer.finish(3)
    assert not pacer.try_now(4)


async def test_a_cancelled_wait_costs_no_slot() -> None:
    pacer = Pacer(1, WINDOW)

    async with pacer.slot(1):
        waiting = asyncio.create_task(Vendor(9).call(pacer, 0, 0))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})

    async with asyncio.timeout(5):
        async with pacer.slot(2):
            pass


async def test_without_a_limit_nothing_waits() -> None:
    pacer = Pacer(0)

    async with asyncio.timeout(5):
        for _ in range(1000):
            async with pacer.slot(1):
                pass


async def test_few_come_to_the_door_at_once() -> None:
    pacer, sending = Pacer(30, WINDOW), 0

    assert await pacer.wants_bulk(lambda: sending) == 2
    sending = 2
    more = asyncio.create_task(pacer.wants_bulk(lambda: sending))
    await asyncio.sleep(0)
    assert not more.done()
    async with pacer.slot(1, BULK):
        assert await more == 1
