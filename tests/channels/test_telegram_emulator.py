"""The emulator is as strict as Telegram: it refuses what Telegram refuses, in its words."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.telegram_emulator import Emulator, Limits, User


class Caller:
    """Calls methods as any HTTP client would."""

    def __init__(self, telegram: Emulator, session: aiohttp.ClientSession) -> None:
        self.telegram = telegram
        self.session = session

    async def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One call with a JSON body; returns the decoded answer."""
        url = f"{self.telegram.url}/bot{self.telegram.token}/{method}"
        async with self.session.post(url, json=parameters) as response:
            answer: dict[str, Any] = await response.json()
        assert response.status == (200 if answer["ok"] else answer["error_code"])
        return answer

    async def refusal(self, method: str, **parameters: Any) -> str:
        """Why it is refused; empty when it is not."""
        return str((await self(method, **parameters)).get("description", ""))


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    """An emulator without limits."""
    async with Emulator(limits=Limits(0, 0)) as telegram, aiohttp.ClientSession() as session:
        yield Caller(telegram, session)


@pytest.fixture
async def an(call: Caller) -> User:
    """A person who started the bot."""
    person = call.telegram.user("An")
    await person.says("/start")
    return person


def entity(offset: int, length: int, kind: str = "bold", **more: Any) -> list[dict[str, Any]]:
    """One stretch of a text that looks different."""
    return [{"type": kind, "offset": offset, "length": length, **more}]


def one_button(**action: str) -> dict[str, Any]:
    """A keyboard of one button."""
    return {"inline_keyboard": [[{"text": "a", **action}]]}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n\x00 "}, "message text is empty"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "parse_mod": "HTML"}, 'unknown parameter "parse_mod"'),
        ({"text": "x", "chat_id": 999}, "chat not found"),
        ({"text": "x", "chat_id": "an"}, '"chat_id" is not understood'),
        ({"text": "x", "reply_markup": one_button()}, "exactly one action"),
        ({"text": "x", "reply_markup": one_button(callback_data="đ" * 33)}, "BUTTON_DATA"),
        ({"text": "x", "reply_markup": one_button(callback_data="")}, "BUTTON_DATA"),
        ({"text": "x", "reply_markup": {"keyboard": []}}, "only inline keyboards"),
        ({"text": "x", "parse_mode": "HTML"}, '"parse_mode" is not understood'),
        ({"text": "đậm", "entities": entity(0, 4)}, "ends after the end of the text"),
        ({"text": "đậm", "entities": entity(-1, 2)}, "incorrect offset"),
        ({"text": "đậm", "entities": entity(0, 0)}, "incorrect length"),
        ({"text": "😀x", "entities": entity(1, 2)}, "begins in a middle of a UTF-16 symbol"),
        ({"text": "x😀", "entities": entity(0, 2)}, "ends in a middle of a UTF-16 symbol"),
        ({"text": "đậm", "entities": entity(0, 3, "strong")}, "unsupported type"),
        ({"text": "đậm", "entities": entity(0, 3, url="x")}, "can't parse MessageEntity"),
    ],
)  # fmt: skip
async def test_a_bad_message_is_refused(call: Caller, an: User, fields: dict[str, Any], why: str) -> None:
    assert why in await call.refusal("sendMessage", **{"chat_id": an.id, **fields})
    assert an.sees == []


async def test_the_longest_text_is_taken(call: Caller, an: User) -> None:
    assert await call.refusal("sendMessage", chat_id=an.id, text="😀" * 2048) == ""


async def test_a_person_who_never_wrote_and_one_who_blocked_cannot_be_reached(call: Caller, an: User) -> None:
    stranger = call.telegram.user("Lạ")
    await an.blocks()

    assert "chat not found" in await call.refusal("sendMessage", chat_id=stranger.id, text="x")
    assert "blocked by the user" in await call.refusal("sendMessage", chat_id=an.id, text="x")


async def test_edits_are_checked(call: Caller, an: User) -> None:
    sent = (await call("sendMessage", chat_id=an.id, text="một"))["result"]["message_id"]
    own = min(an.chat.messages)

    assert "not modified" in await call.refusal("editMessageText", chat_id=an.id, message_id=sent, text="một")
    assert "not found" in await call.refusal("editMessageText", chat_id=an.id, message_id=999, text="hai")
    assert "can't be edited" in await call.refusal("editMessageText", chat_id=an.id, message_id=own, text="hai")
    assert await call.refusal("editMessageText", chat_id=an.id, message_id=sent, text="hai") == ""
    assert await call.refusal("deleteMessage", chat_id=an.id, message_id=sent) == ""
    assert an.sees == []


async def test_a_tap_is_answered_once(call: Caller, an: User) -> None:
    markup = {"inline_keyboard": [[{"text": "Có", "callback_data": "y"}]]}
    await call("sendMessage", chat_id=an.id, text="?", reply_markup=markup)
    await an.taps("Có")
    query = call.telegram.told[-1]["callback_query"]["id"]

    assert await call.refusal("answerCallbackQuery", callback_query_id=query) == ""
    assert "query is too old" in await call.refusal("answerCallbackQuery", callback_query_id=query)
    with pytest.raises(AssertionError):
        await an.taps("Không")


async def test_updates_stay_until_a_higher_offset_is_asked_for(call: Caller, an: User) -> None:
    second = await an.says("hai")

    first_look = (await call("getUpdates"))["result"]
    again = (await call("getUpdates", offset=second - 1))["result"]
    rest = (await call("getUpdates", offset=second))["result"]

    assert [update["update_id"] for update in first_look] == [second - 1, second]
    assert again == first_look
    assert rest == first_look[1:]
    assert (await call("getUpdates", offset=second + 1))["result"] == []
    assert (await call("getUpdates"))["result"] == []


async def test_a_long_poll_waits_for_news_and_not_longer(call: Caller) -> None:
    async def soon() -> None:
        await asyncio.sleep(0.2)
        await call.telegram.user("An").says("x")

    began = time.monotonic()
    writing = asyncio.create_task(soon())
    answer = await call("getUpdates", timeout=5)
    await writing

    assert len(answer["result"]) == 1
    assert 0.15 < time.monotonic() - began < 2


async def test_a_second_poll_ends_the_first_and_a_webhook_forbids_both(call: Caller) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=5))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(call("getUpdates", timeout=1))

    assert (await first)["error_code"] == 409
    assert (await second)["result"] == []
    await call("setWebhook", url="http://127.0.0.1:9/x")
    assert (await call("getUpdates"))["error_code"] == 409


@pytest.mark.parametrize(
    "fields",
    [{"url": "ftp://x"}, {"url": "http://x", "secret_token": "có dấu"}, {"url": "http://x", "max_connections": 0}],
)
async def test_a_bad_webhook_is_refused(call: Caller, fields: dict[str, Any]) -> None:
    assert "Bad Request" in await call.refusal("setWebhook", **fields)


async def test_a_webhook_that_fails_is_tried_again_and_tells_why(call: Caller, an: User) -> None:
    await call("setWebhook", url="http://127.0.0.1:9/x")
    await asyncio.sleep(0.5)

    info = (await call("getWebhookInfo"))["result"]

    assert info["pending_update_count"] == 1
    assert info["last_error_message"]
    assert len(call.telegram.feed.deliveries) >= 2


async def test_a_wrong_token_and_an_unknown_method_are_refused(call: Caller) -> None:
    async with call.session.post(f"{call.telegram.url}/bot1:x/getMe") as response:
        assert response.status == 401

    assert "Not Found" in await call.refusal("getNothing")


async def test_kinds_that_were_not_asked_for_do_not_come(call: Caller, an: User) -> None:
    await call("getUpdates", allowed_updates=["message"])

    await an.blocks()
    await an.says("x")

    assert [set(update) - {"update_id"} for update in (await call("getUpdates"))["result"]] == [{"message"}] * 2


async def test_a_sliding_second_takes_thirty_messages_and_one_for_each_chat() -> None:
    async with Emulator() as telegram, aiohttp.ClientSession() as session:
        call = Caller(telegram, session)
        people = [telegram.user(f"P{number}") for number in range(31)]
        for person in people:
            await person.says("/start")

        answers = [await call("sendMessage", chat_id=person.id, text="x") for person in people]
        again = await call("sendMessage", chat_id=people[0].id, text="y")

        assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
        assert again["parameters"] == {"retry_after": 1}
        assert telegram.limits.refusals == 2
        await asyncio.sleep(1.05)
        assert (await call("sendMessage", chat_id=people[0].id, text="y"))["ok"]
        assert not (await call("sendMessage", chat_id=people[0].id, text="z"))["ok"]


async def test_a_harsh_limit_stays_silent_for_its_penalty() -> None:
    limits = Limits(overall=1, per_chat=0, penalty=5)
    limits.pass_one(1)

    waits = []
    for _ in range(2):
        with pytest.raises(Exception, match="retry after") as refused:
            limits.pass_one(2)
        waits.append(refused.value.retry_after)  # type: ignore[attr-defined]

    assert waits == [5, 5]


async def test_forms_are_understood_like_json_and_uploads_are_kept(call: Caller, an: User) -> None:
    form = aiohttp.FormData({"chat_id": str(an.id), "caption": "tệp"})
    form.add_field("document", b"noi dung", filename="a.txt", content_type="text/plain")
    url = f"{call.telegram.url}/bot{call.telegram.token}"

    async with call.session.post(f"{url}/sendDocument", data=form) as response:
        document = (await response.json())["result"]["document"]
    path = (await call("getFile", file_id=document["file_id"]))["result"]["file_path"]
    async with call.session.get(f"{call.telegram.url}/file/bot{call.telegram.token}/{path}") as response:
        content = await response.read()

    assert content == b"noi dung"
    assert document["file_size"] == 8
    assert an.sees[-1].text == "tệp"
