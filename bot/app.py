"""The composition root: the one place that builds the parts and connects them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog
from aiohttp import web

from bot import metrics
from bot.broadcast_rules import set_second_admin_above
from bot.channels.base import Channel
from bot.channels.console import Console
from bot.channels.telegram import Telegram
from bot.channels.webchat import WebChat
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOA
from bot.clock import local, now, zone
from bot.desk.address import origin_of, set_origin
from bot.desk.routes import Desk
from bot.desk.sessions import Doorkeeper
from bot.doors import Doors, set_doors
from bot.i18n import LOCALES, Reader, render
from bot.inbox import Turns
from bot.jobs import erasures
from bot.jobs.outbox import Sender
from bot.jobs.runs import Context, Scheduler
from bot.jobs.schedule import JOBS, Ticker
from bot.knowledge.answer import Knowledge
from bot.message import FileRef, Outgoing
from bot.router import Router
from bot.routes import merged
from bot.settings import Settings
from bot.web import server
from bot.working_hours import set_answer_hours
from bot.zalo import OfficialAccount
from handlers import TABLES
from storage.audit import COMMAND, OPERATOR, Audit
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.migrate import upgrade
from storage.outbox import Outbox
from storage.people import People
from storage.roles import ADMIN, Roles

log = structlog.get_logger(__name__)

ROUTES = merged(TABLES)
ABILITIES = {channel.name: channel.abilities for channel in (WebChat, Telegram, ZaloOA, ZaloBot, Console)}
"""Every channel of the product, whether this process serves it or another one does."""


class App:
    """The running bot: storage, knowledge, handlers, and the channels that it was given."""

    def __init__(self, settings: Settings, *, knowledge: Knowledge | None = None) -> None:
        self.settings = settings
        self.database = Database(settings.database_url)
        self.committer = Committer(self.database)
        self.knowledge = knowledge or Knowledge.load(LOCALES)
        self.channels: dict[str, Channel] = {}
        self.sender = Sender(self.database, self.committer, self.channels)
        self.turns = Turns(self.database, self.committer, Router(ROUTES), self.knowledge, self.sender, ABILITIES)
        context = Context(self.database, self.committer, ABILITIES, zone(), now())
        self.scheduler = Scheduler(JOBS, context, self.sender.owner)
        self._ticker: Ticker | None = None
        self._runner: web.AppRunner | None = None
        set_second_admin_above(settings.broadcast_second_admin_above)
        set_answer_hours(settings.question_hours)
        set_origin(settings.public_url, settings.host, settings.port)

    def add(self, channel: Channel) -> None:
        """Connect a channel; before `start`."""
        self.channels[channel.name] = channel

    def add_web(self) -> None:
        """Connect the web chat."""
        self.add(WebChat(self._history, self._web_file, secure=self.settings.public_url.startswith("https:")))

    def add_telegram(self, *, chat_gap: float = 1.0) -> None:
        """Connect Telegram when there is a token; `chat_gap` is the seconds between two messages to one chat."""
        settings = self.settings
        if token := settings.telegram_token.get_secret_value():
            self.add(
                Telegram(
                    token,
                    mode=settings.telegram_mode,
                    api_url=settings.telegram_api_url,
                    public_url=settings.public_url,
                    secret=settings.telegram_webhook_secret.get_secret_value(),
                    menu=menu(),
                    chat_gap=chat_gap,
                )
            )

    def add_zalo_oa(self) -> None:
        """Connect the Zalo Official Account when it is set up."""
        if self.settings.zalo_oa_app_id:
            self.add(OfficialAccount(self.settings, self.database, self.committer, ABILITIES).channel())

    def add_zalo_bot(self) -> None:
        """Connect the bot of the Zalo Bot Platform when there is a token."""
        settings = self.settings
        if token := settings.zalo_bot_token.get_secret_value():
            self.add(
                ZaloBot(
                    token,
                    mode=settings.zalo_bot_mode,
                    api_url=settings.zalo_bot_api_url,
                    public_url=settings.public_url,
                    secret=settings.zalo_bot_secret.get_secret_value(),
                )
            )

    def add_schedule(self) -> None:
        """Let this process run the jobs that are due, if no other one does."""
        self._ticker = Ticker(self.scheduler)

    async def start(self, *, listen: bool = True) -> None:
        """Migrate, make the admins, send what a crash left, then listen (also on the web port when `listen`)."""
        await upgrade(self.database)
        await erasures.apply(self.database, self.committer, now())
        await self.make_admins(self.settings.admins)
        if listen:
            self._runner = await server.serve(self.application(), self.settings.host, self.settings.port)
        await self.sender.lead()
        for channel in self.channels.values():
            if isinstance(channel, ZaloBot):
                await self._recount(channel)
            await channel.start(self.turns)
        set_doors(self._doors())
        self.sender.start()
        if self._ticker is not None:
            self._ticker.start()

    def _doors(self) -> Doors:
        """What a poster may name: the web chat where it is served, and the Telegram bot once it has told its name."""
        settings, telegram = self.settings, self.channels.get(Telegram.name)
        web_chat = origin_of(settings.public_url, settings.host, settings.port) if WebChat.name in self.channels else ""
        return Doors(web_chat, telegram.username if isinstance(telegram, Telegram) else "")

    def application(self, clock: Callable[[], datetime] = now) -> web.Application:
        """What the web server serves; with the web chat also the officers' desk, whose style the chat page serves."""
        built = server.build(list(self.channels.values()), self.turns, health=self.health, metrics=metrics.text)
        if WebChat.name in self.channels:
            settings = self.settings
            origin = origin_of(settings.public_url, settings.host, settings.port)
            door = Doorkeeper(self.database, self.committer, self.knowledge, ROUTES, origin=origin, clock=clock)
            built.add_routes(Desk(door, ABILITIES).routes())
        return built

    async def stop(self) -> None:
        """Stop listening, finish what was accepted, close everything."""
        await (self._ticker or self.scheduler).stop()
        for channel in self.channels.values():
            await channel.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.sender.stop()
        await self.committer.close()
        await self.database.close()

    async def health(self) -> dict[str, Any]:
        """Whether the database answers, and what waits to be sent. Raises when it does not answer."""
        counts = await Outbox(self.database, Changes()).counts()
        return {"ok": True, "outbox": counts, "channels": sorted(self.channels)}

    async def make_admins(self, accounts: Iterable[str]) -> None:
        """Give the admin role to the accounts of the ADMINS setting; people not seen yet are made."""
        for account in accounts:
            channel, _, address = account.partition(":")
            changes = Changes()
            people, roles = People(self.database, changes), Roles(self.database, changes, now())
            known = (await people.by_accounts([(channel, address)])).get((channel, address))
            if known and await roles.is_admin(known.id):
                continue
            person = known or people.add(channel, address, "vi", now())
            roles.grant(person.id, ADMIN, None, now())
            Audit(self.database, changes).record(
                "role.granted", now(), via=COMMAND, role=OPERATOR, about=person.id, detail={"role": ADMIN}
            )
            await self.committer.commit(Commit(changes))

    async def _recount(self, channel: ZaloBot) -> None:
        """Tell the quota's meter what was sent this month, before the restart and by other processes."""
        month = local(now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        channel.recount(*await Outbox(self.database, Changes()).sent_since(channel.name, month))
        self.turns.quotas[channel.name] = channel.usage

    async def _history(self, address: str, after_id: int) -> Sequence[Outgoing]:
        promised = await Outbox(self.database, Changes()).since("web", address, after_id)
        return [self.sender.outgoing(message) for message in promised]

    async def _web_file(self, address: str, file_id: int) -> FileRef | None:
        row = await Outbox(self.database, Changes()).account_file("web", address, file_id)
        if row is None:
            return None

        async def read() -> bytes:
            content: bytes = row.content
            return content

        return FileRef(row.id, row.name, row.media_type, row.size, read)


def menu() -> list[tuple[str, str, str]]:
    """The command menu that everyone sees: name, Vietnamese and English description."""
    return [
        (command.name, render(command.menu, Reader("vi")), render(command.menu, Reader("en")))
        for command in ROUTES.commands.values()
        if command.menu is not None and command.who == "everyone"
    ]
