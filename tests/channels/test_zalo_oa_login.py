"""Connecting the OA: the consent link, the code that comes back by callback or pasted, and what is refused."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_consent import PATH, Consent
from bot.channels.zalo_oa_oauth import OAuth, challenge
from bot.clock import now, standing_at
from bot.errors import UserError
from bot.i18n import Reader, render
from bot.zalo_login import alert_text, login, typed_lines
from tests.zalo_fake.oa import FakeOA
from tests.zalo_fake.oa_bench import PlainTokens, listening, serving

REDIRECT = "https://banhoc.example.vn/zalo/oa/callback"


@dataclass
class Connecting:
    """An OA without consent, and what was stored of it."""

    oa: FakeOA
    redirect: str = REDIRECT
    stored: list[tuple[str, str, datetime, datetime, str]] = field(default_factory=list)

    def consent(self, **settings: Any) -> Consent:
        """Our side of it."""

        async def consented(*pair: Any) -> None:
            self.stored.append(pair)

        oauth = OAuth(self.oa.app_id, self.oa.app_secret, self.oa.url)
        given = {"oa_id": self.oa.oa_id, **settings}
        return Consent(oauth, self.oa.app_secret, self.redirect, consented, **given)

    async def consented_at(self) -> datetime | None:
        """When the stored pair was consented to."""
        return self.stored[-1][2] if self.stored else None

    async def agree(self, link: str) -> str:
        """An admin opens the link and agrees; where Zalo leads the browser to."""
        async with aiohttp.ClientSession() as session, session.get(link, allow_redirects=False) as response:
            return response.headers.get("Location", await response.text())


@pytest.fixture
async def connecting() -> AsyncIterator[Connecting]:
    """A fake OA that waits for consent."""
    async with serving() as oa:
        oa.oauth.callback = REDIRECT
        yield Connecting(oa)


def query(address: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def take(consent: Consent, address: str) -> None:
    """What the callback does with the address that Zalo leads to."""
    given = query(address)
    await consent.take(given.get("code", ""), given.get("state", ""), given.get("oa_id", ""))


async def test_a_consent_stores_the_pair_with_its_lifetime(connecting: Connecting) -> None:
    consent = connecting.consent()

    await take(consent, await connecting.agree(consent.link()))

    ((access, refresh, issued, expires, oa_id),) = connecting.stored
    granted = connecting.oa.oauth.pairs[-1]
    assert (access, refresh, oa_id) == (granted.access, granted.refresh, connecting.oa.oa_id)
    assert expires - issued == timedelta(hours=25)


async def test_each_link_has_its_own_state_and_challenge_and_any_process_can_take_its_answer(
    connecting: Connecting,
) -> None:
    first, second = (query(connecting.consent().link()) for _ in range(2))
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]

    answered = await connecting.agree(connecting.consent().link())
    await take(connecting.consent(), answered)

    assert len(connecting.stored) == 1


async def test_a_console_with_a_fixed_challenge_is_served_by_one_verifier(connecting: Connecting) -> None:
    consent = connecting.consent(verifier="A" * 43)

    link = consent.link()
    await take(consent, await connecting.agree(link))

    assert query(link)["code_challenge"] == challenge("A" * 43)
    assert len(connecting.stored) == 1


async def test_a_foreign_late_or_changed_state_is_refused_before_zalo_is_asked(connecting: Connecting) -> None:
    consent = connecting.consent()
    given = query(await connecting.agree(consent.link(timedelta(hours=1))))
    state = given["state"]
    later = f"{int(state.partition('.')[0], 16) + 9999:x}.{state.partition('.')[2]}"
    stranger = query(Consent(OAuth("1", "x"), "x", REDIRECT, consent._consented).link())["state"]

    for forged in ("", "x", "..", "đ.đ.đ", state[:-1], later, stranger):
        with pytest.raises(UserError, match="not ours"):
            await consent.take(given["code"], forged, given["oa_id"])
    with standing_at(now() + timedelta(hours=2)), pytest.raises(UserError, match="too old"):
        await consent.take(given["code"], state, given["oa_id"])

    assert connecting.stored == []
    assert given["code"] in connecting.oa.oauth.codes


async def test_another_oa_a_missing_code_and_a_used_code_are_told_apart(connecting: Connecting) -> None:
    consent = connecting.consent()
    given = query(await connecting.agree(consent.link()))

    with pytest.raises(UserError, match="another Official Account"):
        await consent.take(given["code"], given["state"], "999")
    with pytest.raises(UserError, match="no code"):
        await consent.take("", given["state"], given["oa_id"])
    await consent.take(given["code"], given["state"], given["oa_id"])
    with pytest.raises(UserError, match="refused the code"):
        await consent.take(given["code"], given["state"], given["oa_id"])

    assert len(connecting.stored) == 1


async def test_a_zalo_that_does_not_answer_is_told(connecting: Connecting) -> None:
    async def never(*pair: Any) -> None:
        raise AssertionError

    away = Consent(OAuth("1", "x", "http://127.0.0.1:1"), "x", REDIRECT, never)

    with pytest.raises(UserError, match="did not answer"):
        await away.take("code-code", query(away.link())["state"], "")


async def test_the_callback_address_takes_the_consent_and_says_so_in_both_languages(connecting: Connecting) -> None:
    oa = connecting.oa
    consent = connecting.consent()
    channel = ZaloOA(oa.app_id, oa.oa_secret, PlainTokens(oa), api_url=oa.url, consent=consent)
    async with listening(oa, channel, NoInbox()) as url, aiohttp.ClientSession() as session:
        back = await connecting.agree(consent.link())

        async with session.get(f"{url}{PATH}?{urlsplit(back).query}") as response:
            assert (response.status, "Đã kết nối" in await response.text()) == (200, True)
        async with session.get(f"{url}{PATH}?code=<script>&state=x") as response:
            said = await response.text()

    assert (response.status, response.content_type, "<script>" in said) == (400, "text/plain", False)
    assert len(connecting.stored) == 1


class NoInbox:
    """Nobody writes in these tests."""

    async def accept(self, message: Any, *, answer_here: bool = False) -> tuple[()]:
        """Never called."""
        raise AssertionError

    async def delivered(self, outgoing: Any, vendor_id: str = "") -> None:
        """Never called."""
        raise AssertionError


async def lines_of(*lines: str) -> AsyncIterator[str]:
    """What an operator types, then the end of the input."""
    for line in lines:
        yield line


async def silence() -> AsyncIterator[str]:
    """An operator who types nothing."""
    await asyncio.sleep(3600)
    yield ""


async def pasting(connecting: Connecting, what: str, said: list[str]) -> AsyncIterator[str]:
    """An operator who opens the printed link and pastes the `address` or the `code`."""
    async with asyncio.timeout(5):
        while not any(line.startswith("http") for line in said):  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.01)
    back = await connecting.agree(next(line for line in said if line.startswith("http")))
    yield ""
    yield back if what == "address" else query(back)["code"]


@pytest.mark.parametrize("what", ["address", "code"])
async def test_the_operator_pastes_the_address_or_the_code(connecting: Connecting, what: str) -> None:
    said: list[str] = []

    done = await login(connecting.consent(), connecting.consented_at, pasting(connecting, what, said), said.append)

    assert done
    assert len(connecting.stored) == 1
    assert said[-1].startswith("Đã kết nối")


async def test_the_operator_need_not_paste_when_the_callback_reached_a_server(connecting: Connecting) -> None:
    said: list[str] = []
    working = asyncio.create_task(
        login(connecting.consent(), connecting.consented_at, silence(), said.append, look_seconds=0.02)
    )
    await asyncio.sleep(0.1)

    await take(connecting.consent(), await connecting.agree(said[1]))

    assert await asyncio.wait_for(working, 5)
    assert said[-1].startswith("Đã kết nối")


async def test_three_wrong_pastes_or_the_end_of_the_input_change_nothing(connecting: Connecting) -> None:
    for lines, refusals in ((("wrong-code-1", "x", "https://x.example/?code=abcdefgh&state=y", "more"), 3), ((), 0)):
        said: list[str] = []

        assert not await login(connecting.consent(), connecting.consented_at, lines_of(*lines), said.append)

        assert len(said) == 4 + refusals
        assert said[-1].startswith("Chưa kết nối")
    assert connecting.stored == []


async def test_the_wrong_callback_address_shows_zalos_error(connecting: Connecting) -> None:
    connecting.redirect = REDIRECT + "/"

    assert "-14003" in await connecting.agree(connecting.consent().link())


async def test_typed_lines_come_one_by_one_until_the_end() -> None:
    assert [line async for line in typed_lines(io.StringIO("một\nhai \n"))] == ["một", "hai"]


def test_the_alert_names_the_reason_and_the_link_in_the_readers_language() -> None:
    said = render(alert_text("-14014 Invalid refresh token", "https://x.example/y"), Reader("vi"))

    assert said.startswith("Cần kết nối lại Zalo Official Account (-14014")
    assert said.endswith("https://x.example/y")
