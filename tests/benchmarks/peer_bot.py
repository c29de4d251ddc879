"""The peer: a stock python-telegram-bot application with SQLAlchemy's ORM, one session for each update.

It does the least that a bot of this kind does, as the libraries' own examples do it: find the person, insert what was
studied, commit, `send_message`. It does not de-duplicate, ask for consent, keep a history or promise its replies.
"""

import argparse
import asyncio
import re
from datetime import date
from typing import Any

from aiohttp import web
from sqlalchemy import BigInteger, ForeignKey, event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.benchmarks.load import FIRST_CHAT

STUDIED = re.compile(r"học (.+?) (\d+) phút")


class Base(DeclarativeBase):
    """The peer's tables."""


class Person(Base):
    """Somebody who writes to the bot."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, unique=True)


class Log(Base):
    """What somebody studied."""

    __tablename__ = "study_logs"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    minutes: Mapped[int]
    subject: Mapped[str]


class Peer:
    """The bot and its database."""

    def __init__(self, database_url: str, api_url: str, secret: str) -> None:
        self._engine = create_async_engine(database_url)
        if database_url.startswith("sqlite"):
            event.listen(self._engine.sync_engine, "connect", _pragmas)
        self._sessions: async_sessionmaker[AsyncSession] = async_sessionmaker(self._engine, expire_on_commit=False)
        builder = Application.builder().token("1:peer").base_url(f"{api_url}/bot")
        self._application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        self._application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, self._on_text))
        self._secret = secret

    async def start(self, port: int, people: int) -> None:
        """Make the tables and the people, then listen."""
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with self._sessions() as session:
            session.add_all([Person(chat_id=FIRST_CHAT + number) for number in range(people)])
            await session.commit()
        await self._application.initialize()
        app = web.Application()
        app.add_routes([web.post("/webhook", self._called)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()

    async def _called(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != self._secret:
            return web.Response(status=403)
        update = Update.de_json(await request.json(), self._application.bot)
        await self._application.process_update(update)
        return web.Response()

    async def _on_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message and update.message.text and update.effective_chat
        found = STUDIED.search(update.message.text)
        if found is None:
            return
        async with self._sessions() as session:
            query = select(Person).where(Person.chat_id == update.effective_chat.id)
            person = (await session.scalars(query)).one()
            day = update.message.date.date()
            session.add(Log(person_id=person.id, day=day, minutes=int(found[2]), subject=found[1]))
            await session.commit()
        said = f"Đã ghi: {found[2]} phút · {found[1]} · hôm nay."
        await context.bot.send_message(chat_id=update.effective_chat.id, text=said)


def _pragmas(connection: Any, _record: Any) -> None:
    # As durable as ours (a commit is on the disk), and waiting instead of failing when two write at once.
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def main() -> None:
    """Run until killed; one line on standard output says that it listens."""
    parser = argparse.ArgumentParser()
    for name in ("database-url", "api-url", "secret"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--people", type=int, required=True)
    options = parser.parse_args()
    peer = Peer(options.database_url, options.api_url, options.secret)
    await peer.start(options.port, options.people)
    print("listening", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
