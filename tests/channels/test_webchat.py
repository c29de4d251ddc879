"""The web chat's protocol: who one is, and that every message arrives once and in order."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer

from bot.message import Tap
from tests.web.fake_inbox import FakeInbox
from tests.web.visitor import ID, Visitor


@pytest.fixture
async def an() -> AsyncIterator[Visitor]:
    inbox = FakeInbox(reread_seconds=0.1)
    async with TestClient(TestServer(inbox.app())) as client:
        yield Visitor(client, inbox)
        await inbox.channel.stop()


async def test_the_cookie_is_secret_and_the_address_is_only_its_hash(an: Visitor) -> None:
    response = await an.client.get("/")
    cookie = response.headers["Set-Cookie"]
    secret = response.cookies["banhoc"].value

    await an.comes()
    await an.says("xin chào")
    await an.hears("message")

    assert re.search(r"; HttpOnly", cookie) and "SameSite=Lax" in cookie and f"Max-Age={400 * 86_400}" in cookie
    assert len(secret) == 43
    address = an.inbox.heard[0].address
    assert re.fullmatch(r"[0-9a-f]{32}", address) and secret not in address


async def test_over_https_the_cookie_is_bound_to_the_host_and_never_sent_in_clear() -> None:
    async with TestClient(TestServer(FakeInbox(secure=True).app())) as client:
        cookie = (await client.get("/")).headers["Set-Cookie"]

    assert cookie.startswith("__Host-banhoc=") and "Secure" in cookie and "Path=/" in cookie


async def test_a_visitor_keeps_the_same_identity_over_visits(an: Visitor) -> None:
    first = await an.comes()
    again = await an.comes()

    assert first["visitor"] == again["visitor"]
    assert re.fullmatch(r"[0-9a-f]{8}", first["visitor"])


async def test_what_is_said_is_accepted_after_its_answer(an: Visitor) -> None:
    await an.comes()

    await an.says("hôm nay học 2 tiếng\r\ntiếng Anh")

    answer = await an.hears("message")
    assert answer["text"] == "Nghe: hôm nay học 2 tiếng\ntiếng Anh"
    assert answer["v"] == 1 and isinstance(answer["id"], str) and answer["buttons"] == [] and answer["files"] == []
    assert await an.hears("accepted") == {"v": 1, "type": "accepted", "id": ID}
    message = an.inbox.heard[0]
    assert (message.channel, message.id) == ("web", f"{message.address}:{ID}")


async def test_the_same_message_sent_twice_counts_once_and_is_accepted_twice(an: Visitor) -> None:
    await an.comes()

    await an.says("một lần")
    await an.says("một lần")

    await an.hears("message")
    assert [(await an.hears("accepted"))["id"] for _ in range(2)] == [ID, ID]
    assert len(an.inbox.heard) == 1


async def test_the_same_id_of_two_visitors_are_two_messages(an: Visitor) -> None:
    await an.comes()
    await an.says("của tôi")
    await an.hears("message")
    async with TestClient(TestServer(an.inbox.app())) as client:
        other = Visitor(client, an.inbox)
        await other.comes()

        await other.says("của người khác")
        await other.hears("message")

    assert [one.text for one in an.inbox.heard] == ["của tôi", "của người khác"]


async def test_a_tap_hands_in_payload_and_message_and_the_answer_edits(an: Visitor) -> None:
    an.inbox.answer = lambda message: (
        [{"text": "Đã hoàn tác.", "edits": message.tapped, "clears": message.tapped}]
        if message.tap
        else [{"text": "Đã ghi.", "buttons": (Tap("Hoàn tác", "undo|1"),)}]
    )
    await an.comes()
    await an.says("học 1 tiếng")
    asked = await an.hears("message")
    await an.hears("accepted")

    await an.sends(type="tap", id="22222222-tap", payload="undo|1", label="Hoàn tác", message=asked["id"])

    answer = await an.hears("message")
    assert asked["buttons"] == [{"label": "Hoàn tác", "payload": "undo|1"}]
    assert answer["edits"] == answer["clears"] == asked["id"]
    assert (an.inbox.heard[1].tap, an.inbox.heard[1].tapped) == ("undo|1", asked["id"])


async def test_a_link_with_a_unit_code_starts_with_that_code(an: Visitor) -> None:
    await an.comes()

    await an.sends(type="say", id=ID, text="/start", start="A1.3")
    await an.hears("message")

    assert (an.inbox.heard[0].text, an.inbox.heard[0].start) == ("/start", "A1.3")


async def test_after_a_broken_line_only_the_newer_messages_come_in_their_order(an: Visitor) -> None:
    await an.comes()
    await an.says("một")
    seen = await an.hears("message")
    await an.ws.close()
    for text in ("hai", "ba"):
        await an.inbox.channel.send(an.inbox.write(an.inbox.heard[0].address, text=text))

    await an.comes(since=seen["id"])

    assert [(await an.hears("message"))["text"] for _ in range(2)] == ["hai", "ba"]
    await an.still_works()


async def test_what_another_process_wrote_appears_once_even_when_its_id_is_older(an: Visitor) -> None:
    await an.comes()
    await an.says("chào")
    answer = await an.hears("message")
    await an.hears("accepted")
    address = an.inbox.heard[0].address
    late = replace(an.inbox.write(address, text="đến muộn"), id=int(answer["id"]) - 1)
    an.inbox.written[-1] = late

    heard = await an.hears("message")
    await asyncio.sleep(0.35)

    assert (heard["text"], heard["id"]) == ("đến muộn", str(late.id))
    await an.still_works()


async def test_all_open_pages_of_a_visitor_hear_a_message_and_nobody_else_does(an: Visitor) -> None:
    await an.comes()
    second = await an.client.ws_connect("/ws", origin=an.origin)
    await second.send_str('{"type":"hello","since":""}')
    await second.receive_json(timeout=3)
    async with TestClient(TestServer(an.inbox.app())) as client:
        stranger = Visitor(client, an.inbox)
        await stranger.comes()

        await an.says("riêng tôi")
        await an.hears("message")

        assert (await second.receive_json(timeout=3))["text"] == "Nghe: riêng tôi"
        with pytest.raises(TimeoutError):
            await stranger.ws.receive(timeout=0.3)


async def test_a_reset_comes_before_its_message(an: Visitor) -> None:
    an.inbox.answer = lambda message: [{"text": "Đã xóa dữ liệu.", "extra": {"reset": "1"}}]
    await an.comes()

    await an.says("/xoa")

    reset = await an.hears("reset")
    assert (await an.hears("message"))["id"] == reset["id"]


async def test_a_message_shows_the_time_when_it_was_written(an: Visitor) -> None:
    an.inbox.answer = lambda message: [{"text": "Nhắc việc", "extra": {"at": "2026-11-22T07:30:00+07:00"}}]
    await an.comes()

    await an.says("giờ nào")

    shown = datetime.fromisoformat((await an.hears("message"))["at"])
    assert shown == datetime(2026, 11, 22, 0, 30, tzinfo=UTC)


async def test_a_ping_is_answered(an: Visitor) -> None:
    await an.comes()

    await an.sends(type="ping")

    assert (await an.hears("pong"))["v"] == 1


async def test_typing_is_shown_on_the_open_page(an: Visitor) -> None:
    await an.comes()
    await an.says("chào")
    await an.hears("message")
    await an.hears("accepted")

    await an.inbox.channel.typing(an.inbox.heard[0].address)

    assert (await an.ws.receive_json(timeout=3))["type"] == "typing"


async def test_stopping_says_going_away_and_takes_nobody_new(an: Visitor) -> None:
    await an.comes()

    await an.inbox.channel.stop()

    assert (await an.ws.receive(timeout=3)).data == 1001
    with pytest.raises(WSServerHandshakeError) as refused:
        await an.client.ws_connect("/ws", origin=an.origin)
    assert refused.value.status == 503


async def test_the_pages_language_is_suggested_and_used_for_refusals(an: Visitor) -> None:
    await an.comes()
    await an.sends(type="hello", since="", lang="en")
    await an.hears("ready")

    await an.ws.send_str("{")

    assert (await an.hears("error"))["text"] == "That could not be read: it is not valid JSON."
    await an.still_works()
    assert an.inbox.heard[0].language == "en"
