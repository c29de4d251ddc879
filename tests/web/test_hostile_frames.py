"""What a hostile or broken page may send to the socket: answered or refused in words, and the line stays."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer

from tests.web.fake_inbox import FakeInbox
from tests.web.visitor import ID, Visitor


@pytest.fixture
async def an() -> AsyncIterator[Visitor]:
    inbox = FakeInbox(reread_seconds=0.1)
    async with TestClient(TestServer(inbox.app())) as client:
        yield Visitor(client, inbox)
        await inbox.channel.stop()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "", "http://[broken"])
async def test_a_page_of_another_origin_cannot_open_the_socket(an: Visitor, origin: str) -> None:
    await an.client.get("/")

    with pytest.raises(WSServerHandshakeError) as refused:
        await an.client.ws_connect("/ws", headers={"Origin": origin} if origin else {})

    assert refused.value.status == 403


async def test_a_socket_without_cookie_is_told_so_by_its_close_code(an: Visitor) -> None:
    ws = await an.client.ws_connect("/ws", origin=an.origin)

    closed = await ws.receive(timeout=3)

    assert closed.type is WSMsgType.CLOSE and closed.data == 4401


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        ("{", "không phải JSON"),
        ("[]", "không phải JSON"),
        ("[" * 100_000, "không phải JSON"),
        ('{"type":"dance"}', "Loại tin này"),
        ('{"type":{"a":1}}', "Loại tin này"),
        ('{"type":"say","id":"short","text":"a"}', "không đầy đủ"),
        (f'{{"type":"say","id":"{ID}","text":"  "}}', "không đầy đủ"),
        (f'{{"type":"say","id":"{ID}","text":5}}', "không đầy đủ"),
        (f'{{"type":"say","id":"{ID}","text":"a\\u0000b"}}', "ký tự điều khiển"),
        (f'{{"type":"say","id":"{ID}","text":"a\\u001bb"}}', "ký tự điều khiển"),
        (f'{{"type":"say","id":"{ID}","text":"\\ud800"}}', "ký tự điều khiển"),
        (f'{{"type":"tap","id":"{ID}","payload":"","message":"1"}}', "không đầy đủ"),
        (f'{{"type":"tap","id":"{ID}","payload":"{"p" * 300}","message":"1"}}', "không đầy đủ"),
        (f'{{"type":"tap","id":"{ID}","payload":"p","message":"99999999999999999999"}}', "không đầy đủ"),
        ('{"type":"hello","since":"-1"}', "không đầy đủ"),
        ('{"type":"hello","since":"9999999999999999999"}', "không đầy đủ"),
        ('{"v":2,"type":"ping"}', "tải lại"),
    ],
)
async def test_a_frame_that_cannot_be_understood_is_answered_and_the_line_stays(
    an: Visitor, frame: str, sentence: str
) -> None:
    await an.comes()

    await an.ws.send_str(frame)

    error = await an.hears("error")
    assert sentence in error["text"]
    assert error["id"] == (ID if ID in frame else "")
    assert an.inbox.heard == []
    await an.still_works()


async def test_bytes_in_place_of_text_are_answered_and_the_line_stays(an: Visitor) -> None:
    await an.comes()

    await an.ws.send_bytes(b"\xff\x00")

    assert "JSON" in (await an.hears("error"))["text"]
    await an.still_works()


async def test_a_page_must_say_hello_before_anything_else(an: Visitor) -> None:
    await an.client.get("/")
    an.ws = await an.client.ws_connect("/ws", origin=an.origin)

    await an.says("vội")

    assert (await an.hears("error"))["id"] == ID
    assert an.inbox.heard == []


async def test_a_text_of_50000_characters_reaches_the_turn_which_answers_it(an: Visitor) -> None:
    await an.comes()

    await an.says("ế" * 50_000)

    assert len((await an.hears("message"))["text"]) == 50_006
    await an.hears("accepted")
    await an.still_works()


async def test_a_frame_beyond_all_reason_closes_only_that_line(an: Visitor) -> None:
    await an.comes()

    await an.says("a" * 600_000)

    assert (await an.ws.receive(timeout=3)).data == 1009
    await an.comes()
    await an.still_works()


async def test_too_many_messages_at_once_are_refused_with_one_sentence_each(an: Visitor) -> None:
    await an.comes()

    for number in range(25):
        await an.says(f"tin {number}", id=f"{number:08}")
    kinds = [(await an.ws.receive_json(timeout=3)) for _ in range(19 * 3 + 6)]

    refused = [frame for frame in kinds if frame["type"] == "error"]
    assert len(an.inbox.heard) == 19, "the hello counts too"
    assert [frame["id"] for frame in refused] == [f"{number:08}" for number in range(19, 25)]
    assert refused[0]["text"] == "Tin gửi quá nhanh. Xin chờ vài giây rồi gửi tiếp."


async def test_a_ninth_page_closes_the_oldest(an: Visitor) -> None:
    await an.comes()
    oldest = an.ws

    for _ in range(8):
        await an.client.ws_connect("/ws", origin=an.origin)

    assert (await oldest.receive(timeout=3)).data == 4408


async def test_when_the_inbox_fails_the_visitor_is_told_and_the_line_stays(an: Visitor) -> None:
    def fail(message: Any) -> list[dict[str, Any]]:
        raise RuntimeError("out of order")

    await an.comes()
    answer, an.inbox.answer = an.inbox.answer, fail

    await an.says("thử")

    error = await an.hears("error")
    assert (error["id"], error["text"]) == (ID, "Chưa nhận được tin nhắn lúc này. Xin gửi lại.")
    an.inbox.answer = answer
    await an.still_works()
