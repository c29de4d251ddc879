"""The webhook's door: signature and probe, 200 within two seconds whatever happens, nothing lost, nothing twice."""

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_webhook import MAX_BODY, signature
from bot.clock import now
from bot.errors import Retry
from bot.message import Message, Outgoing
from tests.channels.test_zalo_oa import echo, silent
from tests.zalo_fake.oa import APP_ID, OA_ID, OA_SECRET
from tests.zalo_fake.oa_bench import STAMP, PlainTokens, bench, event, knock, listening, serving, signed

VECTOR = (
    '{"app_id":"1234567890","event_name":"user_send_text","sender":{"id":"111"},"recipient":{"id":"222"},'
    '"message":{"text":"xin chào","msg_id":"m-1"},"timestamp":"1700000000000"}'
).encode()
VECTOR_SIGNATURE = "e8e56da4b8295a1f4a67b6c9f62e31538d7ca5e226f613840c1e1b68fa2debef"


def test_the_signature_is_the_vendors_vector() -> None:
    assert len(VECTOR) == 174
    assert signature("1234567890", VECTOR, "1700000000000", "oa-secret") == VECTOR_SIGNATURE


async def test_the_vendors_vector_is_heard() -> None:
    async with bench(silent) as b:
        assert await b.oa.webhook.post(VECTOR, {"X-ZEvent-Signature": f"mac={VECTOR_SIGNATURE}"}) == 200

        assert [(m.address, m.text, m.id) for m in b.inbox.messages] == [("111", "xin chào", "m-1")]
        assert (now() - b.inbox.messages[0].at).total_seconds() < 5


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "mac=",
        "mac=" + "0" * 64,
        f"mac={VECTOR_SIGNATURE[:-1]}",
        f"mac={VECTOR_SIGNATURE}0",
        f"sha256={VECTOR_SIGNATURE}",
        "mac=đ",
    ],
)
async def test_an_event_without_the_right_signature_is_refused(header: str | None) -> None:
    async with bench(silent) as b:
        headers = {} if header is None else {"X-ZEvent-Signature": header}

        assert await b.oa.webhook.post(VECTOR, headers) == 403

        assert b.inbox.messages == []


@pytest.mark.parametrize("change", [(b"xin", b"Xin"), (b'"111"', b'"112"'), (b"{", b"{ "), (b"17000", b"17001")])
async def test_a_changed_byte_makes_the_signature_wrong(change: tuple[bytes, bytes]) -> None:
    async with bench(silent) as b:
        body = VECTOR.replace(*change, 1)

        assert await b.oa.webhook.post(body, {"X-ZEvent-Signature": f"mac={VECTOR_SIGNATURE}"}) == 403


async def test_another_app_or_another_secret_is_refused() -> None:
    async with bench(silent) as b:
        other_app = {**event("user_send_text", message={"text": "x", "msg_id": "1"}), "app_id": "999"}
        body, _ = signed(other_app)

        for app_id, secret in (("999", OA_SECRET), (APP_ID, "app-secret"), (OA_ID, OA_SECRET)):
            mac = signature(app_id, body, STAMP, secret)
            assert await b.oa.webhook.post(body, {"X-ZEvent-Signature": f"mac={mac}"}) == 403

        assert await knock(b, other_app) == 403


@pytest.mark.parametrize("body", [b"", b"{}", b" { } \n"])
async def test_the_consoles_unsigned_probe_is_welcome_and_does_nothing(body: bytes) -> None:
    async with bench(silent) as b:
        assert await b.oa.probe(body) == 200
        assert b.inbox.messages == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 403),
        (b"null", 403),
        (b"{not json", 403),
        (b"\xff\xfe\x00", 403),
        (b"[" * 100_000, 403),
        (b'{"a":1}', 403),
        (b'{"timestamp":[1],"app_id":{}}', 403),
        (b'{"timestamp":"\\ud800","app_id":"1"}', 403),
        (b"{" + b" " * MAX_BODY + b"}", 413),
    ],
)
async def test_nothing_but_the_probe_passes_unsigned(body: bytes, status: int) -> None:
    async with bench(silent) as b:
        assert await b.oa.webhook.post(body, {"X-ZEvent-Signature": f"mac={VECTOR_SIGNATURE}"}) == status
        assert b.inbox.messages == []


async def test_a_timestamp_as_number_or_in_the_header_counts_too() -> None:
    async with bench(silent) as b:
        number = event("user_send_text", message={"text": "số", "msg_id": "n"}, timestamp=1700000000000)
        bare = event("user_send_text", message={"text": "đầu", "msg_id": "h"})
        del bare["timestamp"]
        body = json.dumps(bare).encode()
        mac = signature(APP_ID, body, "17", OA_SECRET)

        assert await knock(b, number) == 200
        assert await b.oa.webhook.post(body, {"X-ZEvent-Signature": mac, "X-ZEvent-Timestamp": "17"}) == 200

        assert [message.text for message in b.inbox.messages] == ["số", "đầu"]


class Odd:
    """An inbox that misbehaves, then does its work; what it accepted counts once, as in the real one."""

    def __init__(self, *, seconds: float = 0.0, failures: Sequence[Exception] = ()) -> None:
        self.seconds = seconds
        self.failures = list(failures)
        self.messages: dict[str, Message] = {}
        self.asked = 0

    async def accept(self, message: Message, *, answer_here: bool = False) -> Sequence[Outgoing]:
        """Take long, fail, then accept."""
        self.asked += 1
        await asyncio.sleep(self.seconds)
        if self.failures:
            raise self.failures.pop(0)
        self.messages.setdefault(message.id, message)
        return ()

    async def delivered(self, outgoing: Outgoing, vendor_id: str = "") -> None:
        """Never called: Zalo's webhook carries no answers."""
        raise AssertionError


class Memory:
    """Held events in memory; `seconds` is how slow storage is, and `down` lets it fail."""

    def __init__(self, *, seconds: float = 0.0, down: bool = False) -> None:
        self.seconds = seconds
        self.down = down
        self.kept: dict[str, str] = {}
        self.ever: list[str] = []

    async def hold(self, message_id: str, body: str, at: datetime) -> None:
        """Keep one."""
        await asyncio.sleep(self.seconds)
        if self.down:
            raise OSError("storage is down")
        self.kept[message_id] = body
        self.ever.append(message_id)

    async def drop(self, message_id: str) -> None:
        """It is handled."""
        self.kept.pop(message_id, None)

    async def left(self, before: datetime) -> Sequence[tuple[str, str]]:
        """What is left."""
        return list(self.kept.items())


@pytest.mark.parametrize(
    ("inbox", "held"),
    [
        (Odd(seconds=30), None),
        (Odd(seconds=30), Memory()),
        (Odd(seconds=30), Memory(seconds=30)),
        (Odd(seconds=30), Memory(down=True)),
        (Odd(failures=[Retry("storage")] * 9), None),
        (Odd(failures=[Retry("storage")] * 9), Memory(down=True)),
        (Odd(failures=[ValueError("bug")] * 9), None),
    ],
)
async def test_zalo_hears_200_within_two_seconds_whatever_happens_inside(
    inbox: Odd, held: Memory | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa_taking._LAST_WAIT", 0.01)
    async with bench(inbox=inbox, held=held) as b:
        began = time.monotonic()

        status = await knock(b, event("user_send_text", message={"text": "x", "msg_id": "1"}))

        assert (status, time.monotonic() - began < 1.95) == (200, True)


async def test_an_event_that_storage_cannot_take_is_tried_until_it_can() -> None:
    inbox = Odd(failures=[Retry("storage"), Retry("storage")])
    async with bench(inbox=inbox) as b:
        an = b.oa.user("An")
        await an.says("một")
        await an.says("hai")

        async with asyncio.timeout(5):
            while len(inbox.messages) < 2:  # noqa: ASYNC110 - the inbox has no event of its own
                await asyncio.sleep(0.02)

        assert [message.text for message in inbox.messages.values()] == ["một", "hai"]


async def test_an_event_answered_before_it_was_handled_survives_a_kill() -> None:
    held = Memory()
    async with serving() as oa:
        stuck, later = Odd(seconds=3600), Odd()
        first = make(oa, held)
        async with listening(oa, first, stuck):
            await oa.user("An").says("hôm nay học 30 phút")
            assert len(held.kept) == 1
            # A killed process runs nothing of its end: its task is cut off, the stored event stays.
            assert first._taking is not None
            for task in first._taking._tasks.values():
                task.cancel()

        async with listening(oa, make(oa, held), later):
            async with asyncio.timeout(5):
                while held.kept:  # noqa: ASYNC110 - the memory has no event of its own
                    await asyncio.sleep(0.02)

    assert [message.text for message in later.messages.values()] == ["hôm nay học 30 phút"]
    assert stuck.messages == {}


def make(oa: Any, held: Memory) -> ZaloOA:
    """A channel of one process."""
    return ZaloOA(oa.app_id, oa.oa_secret, PlainTokens(oa), oa_id=oa.oa_id, api_url=oa.url, held=held)


async def test_a_slow_event_is_kept_only_until_it_is_handled() -> None:
    held, inbox = Memory(), Odd(seconds=1.3)
    async with bench(inbox=inbox, held=held) as b:
        await b.oa.user("An").says("chậm")
        assert len(held.kept) == 1
        await asyncio.sleep(0.5)

        assert held.kept == {}
        assert len(inbox.messages) == 1


async def test_a_retry_of_zalos_is_handled_once() -> None:
    inbox = Odd(seconds=1.0)
    async with bench(inbox=inbox) as b:
        same = event("user_send_text", message={"text": "x", "msg_id": "1"})

        statuses = await asyncio.gather(*(knock(b, same) for _ in range(20)))
        again = await knock(b, same)

        assert {*statuses, again} == {200}
        assert inbox.asked == 1


async def test_while_stopping_zalo_is_asked_to_come_again() -> None:
    async with bench(silent) as b:
        b.channel._stopping = True

        assert await knock(b, event("user_send_text", message={"text": "x", "msg_id": "1"})) == 503


async def test_zalos_ladder_brings_an_event_until_the_server_is_back() -> None:
    async with bench(echo) as b:
        an, url = b.oa.user("An"), b.oa.webhook.url
        b.oa.webhook.url = "http://127.0.0.1:1/zalo/oa"
        await an.says("còn đó không")
        b.oa.webhook.url = url

        assert [message.text for message in await an.hears()] == ["còn đó không!"]
        assert [delivery.status for delivery in b.oa.webhook.made] == [0, 200]
