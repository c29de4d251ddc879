"""The webhook's door: who may knock, what is refused, and that a reply in the answer is delivered or sent again."""

import asyncio
import json
import time

import pytest

from bot.channels.telegram import Telegram
from bot.channels.telegram_webhook import MAX_BODY, derived_secret
from bot.message import Message, Outgoing
from tests.channels.test_telegram import asks, echo
from tests.telegram_emulator.bench import SECRET, bench


def update(text: str, update_id: int = 5) -> bytes:
    """A private text as Telegram would bring it."""
    sender = {"id": 501, "is_bot": False, "first_name": "An"}
    chat = {"id": 501, "type": "private", "first_name": "An"}
    message = {"message_id": 1, "date": int(time.time()), "chat": chat, "from": sender, "text": text}
    return json.dumps({"update_id": update_id, "message": message}).encode()


@pytest.mark.parametrize("secret", ["wrong", "", None, SECRET + "x", "bí mật", "\udcff"])
async def test_a_wrong_secret_is_refused_and_nothing_is_done(secret: str | None) -> None:
    async with bench("webhook", echo) as b:
        assert await b.post(update("xin chào"), secret=secret) == 403

        assert b.inbox.messages == []


async def test_a_wrong_secret_is_refused_before_the_body_is_read() -> None:
    async with bench("webhook", echo) as b:
        port = int(b.web_url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        writer.write(
            b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 99\r\n\r\n{"
        )

        assert (await asyncio.wait_for(reader.readline(), 2)).startswith(b"HTTP/1.1 403")
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{" + b" " * MAX_BODY + b"}", "application/json", 413),
        (update("x"), "text/plain", 400),
        (b"a=1", "application/x-www-form-urlencoded", 400),
        (b"{not json", "application/json", 200),
        (b"\xff\xfe\x00", "application/json", 200),
        (b"[" * 100_000, "application/json", 200),
        (b"[1]", "application/json", 200),
        (b"{}", "application/json", 200),
        (b'{"update_id": "x"}', "application/json", 200),
        (b'{"update_id": 1}', "application/json", 200),
        (b'{"update_id": 1, "poll_from_mars": {}}', "application/json", 200),
        (b'{"update_id": 1, "message": []}', "application/json", 200),
        (b'{"update_id": 1, "message": {"chat": 7}}', "application/json", 200),
        (b'{"update_id": 1, "callback_query": "x"}', "application/json", 200),
    ],
)
async def test_each_malformed_call_has_its_answer_and_the_service_stays_up(
    body: bytes, kind: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with bench("webhook", echo) as b:
        assert await b.post(body, kind=kind) == status
        an = b.telegram.user("An")
        await an.says("còn đó không")

        assert [message.text for message in await an.hears()] == ["còn đó không!"]
        assert len(b.inbox.messages) == 1
        assert all(body.decode("latin-1")[:20] not in record.getMessage() for record in caplog.records if len(body) > 3)


async def test_an_oversized_body_in_chunks_without_a_length_is_refused_too() -> None:
    async with bench("webhook", echo) as b:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(b.web_url.rpartition(":")[2]))
        writer.write(
            b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"X-Telegram-Bot-Api-Secret-Token: " + SECRET.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(20):
            writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")

        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 413")
        writer.close()


async def test_a_single_reply_travels_in_the_answer_and_then_counts_as_delivered() -> None:
    async with bench("webhook", asks) as b:
        an = b.telegram.user("An")
        await an.says("hỏi đi")
        await an.hears()
        await an.taps("Có")
        await an.hears()
        await b.telegram.told_all()

        assert [
            (c.method, c.in_answer) for c in b.telegram.calls if c.method in ("sendMessage", "editMessageText")
        ] == [
            ("sendMessage", True),
            ("editMessageText", True),
        ]
        assert b.inbox.delivered_ids == [(1, ""), (2, str(an.sees[0].id))]


async def test_several_replies_go_by_calls_of_their_own() -> None:
    def twice(message: Message) -> list[Outgoing]:
        return [Outgoing(0, message.address, "một"), Outgoing(0, message.address, "hai")]

    async with bench("webhook", twice) as b:
        an = b.telegram.user("An")

        await an.says("đếm")

        assert [message.text for message in await an.hears(2)] == ["một", "hai"]
        assert [call.in_answer for call in b.telegram.made("sendMessage")] == [False, False]


async def test_a_reply_is_not_called_delivered_when_the_caller_is_gone() -> None:
    gate = asyncio.Event()

    async with bench("webhook", echo) as b:
        b.inbox.before_commit = lambda message: gate.wait()
        _, writer = await asyncio.open_connection("127.0.0.1", int(b.web_url.rpartition(":")[2]))
        body = update("xin chào")
        writer.write(
            b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"X-Telegram-Bot-Api-Secret-Token: "
            + SECRET.encode()
            + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
            + body
        )
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.transport.abort()
        await asyncio.sleep(0.1)
        gate.set()
        await asyncio.sleep(0.2)

        assert len(b.inbox.messages) == 1
        assert b.inbox.delivered_ids == []


async def test_while_telegram_wants_silence_replies_leave_the_answer_to_the_outbox() -> None:
    async with bench("webhook", echo) as b:
        an = b.telegram.user("An")
        await an.says("một")
        await an.hears()
        b.telegram.fail_next("sendChatAction", 429, "Too Many Requests", retry_after=1)
        await b.channel.typing(str(an.id))
        began = time.monotonic()

        await an.says("hai")

        await an.hears()
        assert time.monotonic() - began > 0.8
        assert b.inbox.answered_here == 1
        assert b.telegram.limits.refusals == 0


async def test_the_webhook_is_set_with_its_secret_and_only_what_is_heard() -> None:
    async with bench("webhook", echo) as b:
        (call,) = b.telegram.made("setWebhook")

        assert call.parameters["secret_token"] == SECRET
        assert call.parameters["max_connections"] == 40
        assert sorted(call.parameters["allowed_updates"]) == ["callback_query", "message", "my_chat_member"]
        assert b.telegram.feed.webhook is not None
        assert b.telegram.feed.webhook.url.endswith("/telegram/webhook")


def test_without_a_secret_of_their_own_each_token_has_one_that_telegram_takes() -> None:
    first, second = derived_secret("1:a"), derived_secret("2:b")

    assert first != second
    assert first == derived_secret("1:a")
    assert len(first) == 64
    assert first.isalnum()


def test_polling_serves_no_webhook() -> None:
    channel = Telegram("1:a", mode="polling")

    assert channel.routes(object()) == ()  # type: ignore[arg-type]
