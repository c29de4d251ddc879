"""The fake OA is as strict as Zalo: what it refuses, by which number, and that refresh tokens work once."""

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.zalo_fake.oa import FakeOA
from tests.zalo_fake.oa_bench import serving

CS = "/v3.0/oa/message/cs"


class Caller:
    """Calls the fake as a bot would."""

    def __init__(self, oa: FakeOA, session: aiohttp.ClientSession) -> None:
        self.oa = oa
        self.session = session
        self.token = oa.grant().access

    async def post(self, path: str, body: Any, **headers: str) -> dict[str, Any]:
        """A JSON call; returns the envelope."""
        given = {"access_token": self.token, **headers}
        async with self.session.post(self.oa.url + path, json=body, headers=given) as response:
            return dict(await response.json())

    async def say(self, user_id: str, **message: Any) -> int:
        """A consultation message; returns the error number."""
        answer = await self.post(CS, {"recipient": {"user_id": user_id}, "message": message})
        return int(answer["error"])

    async def token_call(self, headers: dict[str, str], **form: str) -> tuple[int, dict[str, Any]]:
        """A call of the token address."""
        url = f"{self.oa.url}/v4/oa/access_token"
        async with self.session.post(url, data={"app_id": self.oa.app_id, **form}, headers=headers) as response:
            return response.status, await response.json()

    async def upload(self, kind: str, name: str, content: bytes) -> dict[str, Any]:
        """An upload; returns the envelope."""
        form = aiohttp.FormData()
        form.add_field("file", io.BytesIO(content), filename=name)
        url, headers = f"{self.oa.url}/v2.0/oa/upload/{kind}", {"access_token": self.token}
        async with self.session.post(url, data=form, headers=headers) as response:
            return dict(await response.json())


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    """A fake OA and a bot with a token."""
    async with serving() as oa, aiohttp.ClientSession() as session:
        yield Caller(oa, session)


def buttons(count: int = 1, **changes: Any) -> dict[str, Any]:
    """An attachment of so many buttons."""
    button = {"title": "Có", "type": "oa.query.hide", "payload": "#yes", **changes}
    return {"type": "template", "payload": {"buttons": [button] * count}}


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"text": "x" * 2_000}, 0),
        ({"text": "x" * 2_001}, -210),
        ({"text": "😀" * 1_001}, -210),
        ({"text": " "}, -201),
        ({"text": 7}, -201),
        ({}, -201),
        ({"text": "x", "parse_mode": "HTML"}, -201),
        ({"text": "x", "attachment": buttons(5)}, 0),
        ({"text": "x", "attachment": buttons(6)}, -201),
        ({"text": "x", "attachment": buttons(title="x" * 101)}, -201),
        ({"text": "x", "attachment": buttons(payload="x" * 1_001)}, -201),
        ({"text": "x", "attachment": buttons(type="oa.callback")}, -201),
        ({"attachment": buttons()}, -201),
        ({"text": "x", "attachment": {"type": "image", "payload": {"url": "https://x.example/a.jpg"}}}, -201),
        ({"text": "x", "attachment": {"type": "file", "payload": {"token": "none"}}}, -201),
    ],
)
async def test_a_message_is_checked_to_the_letter(call: Caller, message: dict[str, Any], error: int) -> None:
    an = call.oa.user("An")
    await an.says("xin")

    assert await call.say(an.id, **message) == error
    assert len(an.sees) == (error == 0)


async def test_whom_the_oa_may_not_write_to(call: Caller) -> None:
    an, stranger = call.oa.user("An"), call.oa.user("Lạ")
    await an.says("xin")
    an.blocked = True

    assert await call.say("none", text="x") == -201
    assert await call.say(stranger.id, text="x") == -213
    assert await call.say(an.id, text="x") == -217


@pytest.mark.parametrize(
    ("hours", "quota", "error"), [(47, 0, 0), (49, 0, -211), (49, 1, 0), (167, 1, 0), (169, 1, -230)]
)
async def test_the_window_is_free_then_paid_then_closed(call: Caller, hours: int, quota: int, error: int) -> None:
    an = call.oa.user("An")
    await an.follows()
    call.oa.api.sub_quota = quota
    call.oa.advance(hours=hours)
    call.token = call.oa.grant().access

    assert await call.say(an.id, text="x") == error
    assert call.oa.api.sub_quota == (0 if error == 0 and hours > 48 else quota)


async def test_a_refresh_token_works_once_and_kills_the_pair_before_it(call: Caller) -> None:
    pair, secret = call.oa.oauth.pairs[-1], {"secret_key": call.oa.app_secret}
    form = {"grant_type": "refresh_token", "refresh_token": pair.refresh}

    _, first = await call.token_call(secret, **form)
    _, second = await call.token_call(secret, **form)

    assert first["expires_in"] == "90000"
    assert second["error"] == -14014
    assert "access_token" not in second
    assert (await call.post(CS, {}))["error"] == -216
    call.token = first["access_token"]
    assert (await call.post(CS, {}))["error"] == -201


async def test_the_token_address_wants_its_secret_in_the_header(call: Caller) -> None:
    assert await call.token_call({}, grant_type="refresh_token") == (404, {"error": 404, "message": "empty api"})
    status, answer = await call.token_call({"secret_key": call.oa.oa_secret}, grant_type="refresh_token")
    assert (status, answer["error"]) == (200, -14004)


async def test_tokens_expire_and_are_not_taken_from_the_address(call: Caller) -> None:
    async with call.session.get(f"{call.oa.url}/v2.0/oa/getoa?access_token={call.token}") as response:
        assert response.status == 404
    call.oa.advance(hours=26)

    assert (await call.post(CS, {}))["error"] == -220


async def test_the_rate_is_counted_by_the_minute(call: Caller) -> None:
    call.oa.now = lambda: 1_000_000.0  # type: ignore[method-assign]
    call.oa.api.per_minute = 2

    errors = [(await call.post("/v2.0/oa/message", {}))["error"] for _ in range(3)]

    assert errors == [-240, -240, -32]


async def test_uploads_are_checked_and_expire(call: Caller) -> None:
    an = call.oa.user("An")
    await an.says("xin")

    assert (await call.upload("image", "a.jpg", b"x" * ((1 << 20) + 1)))["error"] == -210
    assert (await call.upload("file", "a.xlsx", b"x"))["data"] == {}
    assert (await call.upload("file", "a", b"x"))["data"] == {}
    token = (await call.upload("file", "a.pdf", b"%PDF"))["data"]["token"]
    file = {"type": "file", "payload": {"token": token}}
    assert await call.say(an.id, attachment=file) == 0
    call.oa.advance(hours=7 * 24 + 1)
    call.token = call.oa.grant().access
    an.last_interaction = call.oa.now()
    assert await call.say(an.id, attachment=file) == -100


async def test_an_app_whose_events_all_fail_is_unsubscribed(call: Caller) -> None:
    call.oa.webhook.url, call.oa.webhook.scale = "http://127.0.0.1:1/", 0.00001

    await call.oa.user("An").says("x")
    await call.oa.webhook.settled()

    assert [delivery.retry for delivery in call.oa.webhook.made] == [0, 1, 2, 3, 4, 5]
    assert not call.oa.webhook.subscribed
