"""A bot with two channels, one with buttons and one without, and people who link their accounts on them."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.channels.zalo_bot import ZaloBot
from bot.knowledge.answer import Knowledge
from bot.message import Message
from bot.settings import Settings
from storage.changes import Changes
from storage.people import People, Person
from storage.study_logs import StudyLogs
from tests.chat import Chat, FakePerson
from tests.conftest import Bot


class ZaloChat(Chat):
    """A second channel, without buttons."""

    name = ZaloBot.name
    abilities = ZaloBot.abilities


@dataclass(slots=True)
class ZaloPerson(FakePerson):
    """Somebody who chats there."""

    async def _send(self, message: Message) -> None:
        await self.app.turns.accept(replace(message, channel=ZaloBot.name))
        await self.app.sender.idle()


@dataclass
class Channels:
    """The whole bot with two channels."""

    bot: Bot
    zalo: ZaloChat

    def web(self, name: str) -> FakePerson:
        """A person on the channel with buttons."""
        return self.bot.person(name)

    def on_zalo(self, name: str) -> ZaloPerson:
        """A person on the channel without buttons."""
        return ZaloPerson(name, self.bot.app, self.zalo)

    async def behind(self, channel: str, name: str) -> Person:
        """Who is behind an account now."""
        return (await People(self.bot.database, Changes()).by_accounts([(channel, name)]))[channel, name]

    async def minutes(self, person_id: int) -> int:
        """Minutes that count for a person."""
        return sum(log.minutes for log in await StudyLogs(self.bot.database, Changes()).all_of(person_id))

    async def count(self, table: Any) -> int:
        """Rows of a table."""
        return int(await self.bot.database.value(select(func.count()).select_from(table)))


@pytest.fixture(name="both")
async def two_channels(database_url: str, knowledge: Knowledge) -> AsyncIterator[Channels]:
    """The bot with a channel with buttons (console) and one without (zalo_bot)."""
    running = App(Settings(database_url=database_url, _env_file=None), knowledge=knowledge)  # type: ignore[call-arg]
    console, zalo = Chat(), ZaloChat()
    running.add(console)
    running.add(zalo)
    await running.start(listen=False)
    yield Channels(Bot(running, console), zalo)
    await running.stop()


def code_of(person: FakePerson) -> str:
    """The code that stands in the newest message."""
    found = re.search(r"/lienket (\d{6})", person.last.text)
    assert found, person.last.text
    return found[1]


def wrong(code: str, by: int = 1) -> str:
    """Another code that begins with the same two digits."""
    return code[:2] + f"{(int(code[2:]) + by) % 10_000:04d}"


async def linked(both: Channels, an: FakePerson, zalo: FakePerson) -> None:
    """Link two accounts, the code being made by the first one."""
    await an.says("/lienket", at=max(an.at, zalo.at) + timedelta(seconds=5))
    await zalo.says(f"/lienket {code_of(an)}", at=an.at + timedelta(seconds=5))


async def agrees(person: FakePerson) -> None:
    """Consent to the log."""
    await person.says("/start")
    await person.says("Đồng ý")
