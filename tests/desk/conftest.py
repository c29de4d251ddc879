"""The desk behind the whole bot: officers come in by the chat's own link, and a clock that the test moves."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from bot.app import App
from bot.desk.address import set_origin
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from storage.changes import Changes
from storage.commits import Commit
from storage.people import People
from storage.roles import OFFICER, Roles
from tests.chat import NOON, Chat
from tests.conftest import Bot
from tests.desk.browser import Browser
from tests.organisation import Organisation, organisation


class House:
    """The running desk, its organisation, and the browsers that visit it."""

    def __init__(self, bot: Bot, units: Organisation) -> None:
        self.bot = bot
        self.units = units
        self.now = NOON + timedelta(minutes=1)
        self.server = TestServer(bot.app.application(clock=lambda: self.now))
        self._sessions: list[ClientSession] = []

    @property
    def address(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def browser(self) -> Browser:
        """A fresh browser with an empty cookie jar."""
        session = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self._sessions.append(session)
        return Browser(session, self.address)

    async def link(self, name: str) -> str:
        """The path of the link that the chat gives to this person now."""
        person = self.bot.person(name)
        await person.says("/banlamviec", at=self.now)
        found = re.search(r"http://\S+(/desk/vao/\S+)", person.last.text)
        assert found, person.last.text
        return found[1]

    async def enters(self, name: str) -> Browser:
        """This person in a browser of their own, signed in."""
        browser = self.browser()
        await browser.opens(await self.link(name))
        await browser.presses("Vào bàn làm việc")
        assert browser.status == 200, browser.text
        return browser

    async def ends_role(self, name: str, code: str) -> None:
        """The person is no officer of the unit any more."""
        changes = Changes()
        person = await People(self.bot.database, changes).by_account("console", name)
        assert person is not None
        Roles(self.bot.database, changes, self.now).end(person.id, OFFICER, self.units.ids[code], self.now)
        await self.bot.committer.commit(Commit(changes))

    async def closes(self) -> None:
        for session in self._sessions:
            await session.close()
        await self.server.close()


@pytest.fixture
async def desk(database_url: str, knowledge: Knowledge) -> AsyncIterator[House]:
    """The whole bot with the web chat and the desk, over a small organisation."""
    running = App(Settings(database_url=database_url, _env_file=None), knowledge=knowledge)  # type: ignore[call-arg]
    chat = Chat()
    running.add(chat)
    running.add_web()
    await running.start(listen=False)
    bot = Bot(running, chat)
    house = House(bot, await organisation(bot))
    await house.server.start_server()
    set_origin("", "127.0.0.1", house.server.port or 0)
    yield house
    await house.closes()
    await running.stop()
