"""The whole bot with the web chat and the desk on a database of its own, outside of the fixtures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import App
from bot.desk.address import set_origin
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from storage.database import Database
from storage.migrate import upgrade
from tests.chat import Chat
from tests.conftest import Bot
from tests.desk.conftest import House
from tests.organisation import Organisation


@asynccontextmanager
async def running(database_url: str, knowledge: Knowledge) -> AsyncIterator[House]:
    """Start it on a migrated database without units."""
    database = Database(database_url)
    await upgrade(database)
    await database.close()
    app, chat = App(Settings(database_url=database_url, _env_file=None), knowledge=knowledge), Chat()  # type: ignore[call-arg]
    app.add(chat)
    app.add_web()
    await app.start(listen=False)
    bot = Bot(app, chat)
    house = House(bot, Organisation(bot, {}))
    await house.server.start_server()
    set_origin("", "127.0.0.1", house.server.port or 0)
    try:
        yield house
    finally:
        await house.closes()
        await app.stop()
