"""The webhook: who may knock, probes, bare and wrapped bodies, duplicates, and 200 only after the commit."""

import asyncio
import json
from typing import Any

import pytest

from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot_webhook import MAX_BODY, PATH, derived_secret
from bot.errors import Retry
from bot.message import Message
from tests.channels.test_zalo_bot import echo
from tests.channels.test_zalo_bot_updates import SAMPLES, TEXT
from tests.telegram_emulator.inbox import SmallInbox
from tests.zalo_fake.bot import TOKEN, ZaloBotServer
from tests.zalo_fake.bot_bench import SECRET, bot_bench


def body(update: Any) -> bytes:
    return json.dumps(update).encode()


@pytest.mark.parametrize("wrapped", [False, True])
async def test_bare_and_wrapped_updates_are_answered_200_after_the_commit(wrapped: bool) -> None:
    async with bot_bench("webhook", echo, wrapped=wrapped) as b:
        gate = asyncio.Event()
        b.inbox.before_commit = lambda message: gate.wait()
        await b.zalo.user("An").says("chào")
        await asyncio.sleep(0.2)
        early = list(b.zalo.answers)
        gate.set()
        await b.zalo.told_all()

    assert early == []
    assert b.zalo.answers == [200]
    assert [message.text for message in b.inbox.messages] == ["chào"]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "ậ"])
async def test_without_the_right_secret_nothing_is_heard(secret: str | None) -> None:
    async with bot_bench("webhook", echo) as b:
        assert await b.post(body(TEXT), secret=secret) == 403
        assert await b.post(b"[]", secret=secret) == 403

    assert b.inbox.messages == []


@pytest.mark.parametrize("probe", [b"", b"{}", b" {} "])
@pytest.mark.parametrize("secret", [None, SECRET])
async def test_an_empty_probe_is_welcome(probe: bytes, secret: str | None) -> None:
    async with bot_bench("webhook", echo) as b:
        assert await b.post(probe, secret=secret) == 200


@pytest.mark.parametrize(
    "content",
    [b"no json", b"[" * 100_000, b"7", b"null", b'{"ok":true}', b'{"ok":true,"result":[]}', b"\xff\xfe", b'{"a":1}'],
)
async def test_what_is_no_update_is_answered_200_and_left(content: bytes) -> None:
    async with bot_bench("webhook", echo) as b:
        assert await b.post(content) == 200

    assert b.inbox.messages == []


@pytest.mark.parametrize("update", SAMPLES, ids=lambda update: update["event_name"])
async def test_every_event_and_three_malformed_forms_of_it_get_200(update: dict[str, Any]) -> None:
    async with bot_bench("webhook", echo) as b:
        message = update["message"]
        broken = [
            {"event_name": update["event_name"]},
            {**update, "message": [message]},
            {**update, "message": {**message, "from": "a1b2"}},
        ]

        answers = [await b.post(body(one)) for one in [update, *broken]]

    assert answers == [200] * 4
    assert len(b.inbox.messages) == 1


async def test_a_body_over_the_limit_is_refused() -> None:
    async with bot_bench("webhook", echo) as b:
        assert await b.post(b" " * (MAX_BODY + 1)) == 413


async def test_two_thousand_duplicates_make_one_effect() -> None:
    async with bot_bench("webhook", echo) as b:
        slots = asyncio.Semaphore(20)

        async def knock() -> int:
            async with slots:
                return await b.post(body(TEXT))

        answers = await asyncio.gather(*(knock() for _ in range(2_000)))

    assert set(answers) == {200}
    assert len(b.inbox.messages) == 1


async def test_while_storage_is_out_of_reach_the_answer_is_503_and_the_update_is_tried_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot._IN_REQUEST", 0.1)
    async with bot_bench("webhook", echo) as b:
        failures = iter([True, False])

        def before(message: Message) -> None:
            if next(failures):
                raise Retry("storage is out of reach")

        b.inbox.before_commit = before
        first, second = await asyncio.gather(b.post(body(TEXT)), b.post(body(TEXT)))
        async with asyncio.timeout(5):
            while not b.inbox.messages:  # noqa: ASYNC110 - the small inbox has no event
                await asyncio.sleep(0.01)

        assert (first, second) == (503, 503)
        assert await b.post(body(TEXT)) == 200
        assert len(b.inbox.messages) == 1


async def test_a_bug_in_the_program_is_no_5xx() -> None:
    async with bot_bench("webhook", echo) as b:

        def before(message: Message) -> None:
            raise RuntimeError("a bug")

        b.inbox.before_commit = before

        assert await b.post(body(TEXT)) == 200


async def test_the_webhook_is_set_with_its_secret_after_the_server_answers() -> None:
    async with bot_bench("webhook", echo) as b:
        assert b.zalo.webhook == {"url": b.web_url + PATH, "secret_token": SECRET}
        assert [call.error for call in b.zalo.made("setWebhook")] == [0]


async def test_a_secret_is_made_where_none_is_set() -> None:
    assert derived_secret(TOKEN) == derived_secret(TOKEN) != derived_secret("1:other")
    assert TOKEN not in derived_secret(TOKEN) and 8 <= len(derived_secret(TOKEN)) <= 256


async def test_polling_opens_no_door() -> None:
    assert ZaloBot(TOKEN).routes(SmallInbox(echo)) == ()


async def test_a_platform_that_refuses_the_webhook_is_asked_again() -> None:
    async with ZaloBotServer(https_only=True) as zalo:
        channel = ZaloBot(zalo.token, mode="webhook", api_url=zalo.url, public_url="http://127.0.0.1:9")
        await channel.start(SmallInbox(echo))
        await asyncio.sleep(1.4)
        await channel.stop()

    assert [call.error for call in zalo.made("setWebhook")] == [400, 400]
