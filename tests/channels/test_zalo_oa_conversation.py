"""The whole product over the Zalo Official Account says what it says on the terminal, with the same buttons."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select

from bot import clock
from bot.app import ABILITIES, App
from bot.channels.fit import CONTINUED
from bot.channels.zalo_oa_webhook import PATH
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from bot.zalo import OfficialAccount
from storage.tables import persons
from tests.channels.test_zalo_bot_conversation import on_terminal
from tests.outsider.script import MORNING
from tests.test_same_words import PICTURE, SCRIPT, Sends, Taps
from tests.zalo_fake.oa import FakeOA
from tests.zalo_fake.oa_bench import serving
from tests.zalo_fake.oa_users import Seen

NAMED = re.compile(r" ?Tệp (\S+) \([^)]*\) không gửi được ở đây[^.]*\.")
"""The sentence about a file that Zalo does not take."""


def settings_for(oa: FakeOA, port: int) -> dict[str, Any]:
    """The settings of an operator whose Official Account is this one."""
    return {
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "zalo_oa_app_id": oa.app_id,
        "zalo_oa_app_secret": oa.app_secret,
        "zalo_oa_secret_key": oa.oa_secret,
        "zalo_oa_id": oa.oa_id,
        "zalo_oa_api_url": oa.url,
        "zalo_oauth_url": oa.url,
    }


async def consented(app: App, oa: FakeOA) -> None:
    """An admin of the OA opens the consent link and agrees; the webhook is pointed at the running app."""
    account = OfficialAccount(app.settings, app.database, app.committer, ABILITIES)
    async with aiohttp.ClientSession() as session, session.get(account.consent.link()) as response:
        assert (response.status, response.url.path) == (200, "/zalo/oa/callback"), await response.text()
    assert await account.consented_at() is not None
    oa.webhook.url = app.settings.public_url + PATH


@asynccontextmanager
async def on_oa(url: str, knowledge: Knowledge, port: int) -> AsyncIterator[tuple[App, FakeOA]]:
    """The app as the settings build it, listening, and connected to a fake OA whose clock stands near MORNING."""
    async with serving() as oa:
        oa.advance(hours=(MORNING.timestamp() - oa.now()) / 3600)
        settings = Settings(database_url=url, _env_file=None, **settings_for(oa, port))  # type: ignore[call-arg]
        app = App(settings, knowledge=knowledge)
        app.add_zalo_oa()
        await app.start()
        try:
            await consented(app, oa)
            yield app, oa
        finally:
            await app.stop()


def comparable(text: str) -> str:
    """The words without what differs by right: the account's own name, and where a long text is cut."""
    return re.sub(r"\s+", " ", re.sub(r"(console|zalo_oa):\S+", "<address>", text)).strip()


def shown_on_terminal(lines: list[dict[str, Any]]) -> tuple[str, list[str], list[str]]:
    """Words, labels and files of one step's answer."""
    files = [re.sub(r"^.*/\d+-", "", path) for line in lines for path in line["files"]]
    return comparable("\n".join(line["text"] for line in lines)), [b for line in lines for b in line["buttons"]], files


def shown_on_oa(messages: list[Seen]) -> tuple[str, list[str], list[str]]:
    """The same of the OA; a file that Zalo does not take counts by the sentence that names it."""
    text = comparable("\n".join(one.text for one in messages if one.text != CONTINUED))
    labels = [label for one in messages for label in one.buttons]
    return NAMED.sub("", text).strip(), labels, [one.name for one in messages if one.name] + NAMED.findall(text)


async def test_the_scripted_conversation_says_the_same_as_on_the_terminal(
    database_url: str,
    sqlite_template: Path,
    knowledge: Knowledge,
    tmp_path: Path,
    unused_tcp_port_factory: Callable[[], int],
) -> None:
    different, files = [], []
    with clock.standing_at(MORNING):
        async with (
            on_terminal(sqlite_template, knowledge, tmp_path) as terminal,
            on_oa(database_url, knowledge, unused_tcp_port_factory()) as (app, oa),
        ):
            an = oa.user("an")
            for how, what in SCRIPT:
                seen = len(an.sees)
                if how == Sends:
                    await an.sends_image(PICTURE, ".png")
                elif how == Taps:
                    await an.taps(what)
                else:
                    await an.says(what)
                await app.sender.idle()
                expected = shown_on_terminal(await terminal.does(how, what))
                heard = shown_on_oa(an.sees[seen:])
                files += heard[2]
                if heard != expected:
                    different.append((how, what, expected, heard))

    assert different == []
    assert files
    assert [call for call in oa.api.calls if call.error] == []
    assert {delivery.status for delivery in oa.webhook.made} == {200}


async def test_a_changed_message_comes_as_a_new_one(
    database_url: str, knowledge: Knowledge, unused_tcp_port_factory: Callable[[], int]
) -> None:
    with clock.standing_at(MORNING):
        async with on_oa(database_url, knowledge, unused_tcp_port_factory()) as (_, oa):
            an = oa.user("an")
            await an.follows()
            await an.hears()
            await an.taps("Đồng ý")
            await an.hears()
            await an.says("hôm nay học 1 tiếng tin học")
            (saved,) = await an.hears()

            await an.taps("Hoàn tác")

            (undone,) = await an.hears()
            assert undone.id != saved.id
            assert list(undone.buttons) == ["Khôi phục"]
            assert list(saved.buttons) == ["Sửa", "Hoàn tác"]


RARE = [
    "anonymous_send_file", "anonymous_send_sticker", "oa_send_anonymous_image", "oa_send_anonymous_file",
    "oa_send_template", "user_send_group_image", "user_send_group_file", "user_leave_group", "user_click_button",
    "user_click_link", "user_follow", "user_received_zns", "user_feedback", "change_oa_template_status",
]  # fmt: skip
"""Events of which Zalo's pages give no more than the name, or that only some clients have seen."""


async def test_rare_events_whole_or_malformed_in_three_ways_are_ignored(
    database_url: str, knowledge: Knowledge, unused_tcp_port_factory: Callable[[], int]
) -> None:
    with clock.standing_at(MORNING):
        async with on_oa(database_url, knowledge, unused_tcp_port_factory()) as (app, oa):
            an = oa.user("an")
            people = {"sender": {"id": an.id}, "recipient": {"id": oa.oa_id}}
            for name in RARE:
                whole = {**people, "message": {"msg_id": f"m-{name}", "text": "hôm nay học 1 tiếng tin học"}}
                for event in (whole, people, {**whole, "sender": [an.id]}, {**whole, "message": ["x"], "info": 7}):
                    await oa.tell(event, name)
            await app.sender.idle()

            assert [delivery.status for delivery in oa.webhook.made] == [200] * 4 * len(RARE)
            assert an.sees == []
            assert await app.database.value(select(func.count()).select_from(persons)) == 0
