"""The Telegram channel: polling or webhook in, Bot API calls out, through python-telegram-bot's objects."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot, BotCommand, Update
from telegram.error import InvalidToken, TelegramError

from bot.channels.base import Abilities, Channel, Inbox
from bot.channels.pacer import UNSEEN, Pacer
from bot.channels.telegram_polling import Polling
from bot.channels.telegram_request import AiohttpRequest
from bot.channels.telegram_sending import Sending
from bot.channels.telegram_updates import ALLOWED_UPDATES, Me, Place, Presence, read
from bot.channels.telegram_webhook import (
    MAX_CONNECTIONS,
    PATH,
    Answer,
    NotReady,
    Webhook,
    derived_secret,
)
from bot.errors import ChannelError, Retry, SettingsError
from bot.message import Message, Outgoing

log = logging.getLogger(__name__)

Mode = Literal["polling", "webhook"]
Menu = Sequence[tuple[str, str, str]]
"""Commands of the menu: (command, Vietnamese description, English description)."""

_LONGEST_BACKOFF = 60.0
PER_SECOND = 30
"""Messages that Telegram takes from one bot in any second; to one chat it takes one."""


class Telegram(Channel):
    """One bot account on Telegram.

    Addresses are explained at `telegram_updates.Place`: `42` is a private chat, `42@-1001` the same person in a group.
    Edited messages, channel posts and other bots are not heard. A message in a group is heard only when it names the
    bot or answers it. A person who blocks the bot makes the next `send` raise Unreachable.
    """

    name = "telegram"
    # A little under Telegram's own limits (4096 units, 100 buttons): the same cuts as on the terminal.
    abilities = Abilities(
        text_limit=4000,
        buttons=True,
        button_limit=24,
        label_limit=60,
        edits=True,
        files=True,
        file_limit=50_000_000,
        formats=True,
    )

    def __init__(
        self,
        token: str,
        *,
        mode: Mode = "polling",
        api_url: str = "https://api.telegram.org",
        public_url: str = "",
        secret: str = "",
        menu: Menu = (),
        description: Mapping[str, str] | None = None,
        per_second: int = PER_SECOND,
        chat_gap: float = 1.0,
        bot: Bot | None = None,
    ) -> None:
        """`description` is what a new person reads before /start, by language; `per_second` messages go to all chats in
        any second and one in `chat_gap` seconds to one (0 = no limit); `bot` is a PTB bot to send through instead of
        one of our own: then nothing is listened to, and its owner hands the updates to `handle_update`."""
        # PTB writes whole messages into its debug lines; those are people's words.
        logging.getLogger("telegram").setLevel(max(logging.INFO, logging.getLogger("telegram").level))
        self._request = AiohttpRequest()
        base = api_url.rstrip("/")
        self._bot = bot or Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._is_handed_updates = bot is not None
        self._api_host = urlsplit(base).netloc
        self._mode: Mode = mode
        self._public_url = public_url.rstrip("/")
        self._secret = secret or derived_secret(token)
        self._menu = menu
        self._description = description or {}
        self.pacer = Pacer(per_second, chat_gap=chat_gap)
        self.token_name = f"telegram:{sha256(token.encode()).hexdigest()[:20]}"
        self._sending = Sending(self._bot, self.pacer)
        self._me: Me | None = None
        self._polling: Polling | None = None
        self._work: asyncio.Task[None] | None = None
        self._soon: set[asyncio.Task[None]] = set()

    @property
    def username(self) -> str:
        """The bot's name without @, for deep links; empty until Telegram has told it."""
        return self._me.username if self._me else ""

    def routes(self, inbox: Inbox) -> Sequence[web.AbstractRouteDef]:
        """The webhook's address, in webhook mode."""
        if self._mode != "webhook":
            return ()

        async def take(update: dict[str, Any]) -> Answer | None:
            return await self._take_from_webhook(update, inbox)

        return (web.post(PATH, Webhook(self._secret, take).called),)

    async def start(self, inbox: Inbox) -> None:
        """Begin to listen. Raises SettingsError when the token is refused; a network that is down is waited for."""
        await self._request.initialize()
        try:
            await self._introduce()
        except InvalidToken:
            await self._request.shutdown()
            raise SettingsError(f"TELEGRAM_TOKEN is not accepted by {self._api_host}") from None
        except TelegramError as error:
            log.warning("telegram: %s is not reached yet: %s", self._api_host, type(error).__name__)
        if not self._is_handed_updates:
            self._work = asyncio.create_task(self._listen(inbox), name="telegram")

    async def stop(self) -> None:
        """Stop asking, let accepted updates end, close the connections; a webhook stays set for the next start."""
        if self._work:
            self._work.cancel()
            await asyncio.wait({self._work})
            self._work = None
        if self._polling:
            await self._polling.finish()
        await self.settled()
        await self._request.shutdown()

    async def send(self, outgoing: Outgoing) -> str:
        """Send, edit or clear; returns the message's id. Raises Retry, Unreachable or Rejected."""
        return await self._sending.send(outgoing)

    async def settled(self) -> None:
        """Wait for the small calls that follow an answer: ended taps, cleared buttons."""
        if self._soon:
            await asyncio.wait(set(self._soon), timeout=5)

    async def typing(self, address: str) -> None:
        """Show "typing …"; a failure is no one's loss."""
        await self._sending.typing(address)

    async def handle_update(self, update: Update, inbox: Inbox, *, answer_here: bool = False) -> Sequence[Outgoing]:
        """Take one of PTB's updates to its commit: the door for a PTB Application and for both modes here."""
        heard = read(update, await self._who())
        if isinstance(heard, Presence):
            log.info("telegram: a chat was %s", "left or blocked" if heard.gone else "joined or unblocked")
            self._sending.presence(heard.chat, gone=heard.gone)
        if not isinstance(heard, Message):
            return ()
        place = Place.of(heard.address)
        self._sending.presence(place.chat, gone=False)
        pacer = self.pacer
        here = answer_here and pacer is not None and pacer.try_now(place.chat)
        replies: Sequence[Outgoing] = ()
        try:
            replies = await inbox.accept(heard, answer_here=here)
            return replies
        finally:
            if here and pacer is not None and not replies:
                pacer.give_back(place.chat)
            if update.callback_query:
                self._later(self._sending.acknowledge(update.callback_query.id))

    async def _take_from_poll(self, raw: dict[str, Any], inbox: Inbox) -> None:
        """Handle a polled update; one that the inbox cannot take now is tried until it can: nothing is lost."""
        update = self._parsed(raw)
        delay = 0.5
        while update is not None:
            try:
                await self.handle_update(update, inbox)
                return
            except Retry as error:
                log.warning("telegram: update %d waits %.1f s: %s", update.update_id, delay, error)
            except Exception:
                log.exception("telegram: update %d failed; trying again in %.1f s", update.update_id, delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_BACKOFF)

    async def _take_from_webhook(self, raw: dict[str, Any], inbox: Inbox) -> Answer | None:
        if self._me is None:
            raise NotReady
        update = self._parsed(raw)
        if update is None:
            return None
        try:
            replies = await self.handle_update(update, inbox, answer_here=True)
        except Retry as error:
            log.warning("telegram: update %d comes again: %s", update.update_id, error)
            raise NotReady from None
        except Exception:
            log.exception("telegram: update %d failed; Telegram will bring it again", update.update_id)
            raise NotReady from None
        return await self._answer(update, replies, inbox)

    async def _answer(self, update: Update, replies: Sequence[Outgoing], inbox: Inbox) -> Answer | None:
        """One plain reply becomes the webhook's answer; whatever needs more calls is sent here and now."""
        tapped = update.callback_query.message if update.callback_query else None
        if len(replies) == 1:
            reply = replies[0]
            method = self._sending.as_answer(reply, tapped_has_text=bool(getattr(tapped, "text", None)))
            self._use_up(Place.of(reply.address).chat, used=method is not None)
            if method is not None:

                async def delivered() -> None:
                    self._later(self._sending.clear(reply))
                    await inbox.delivered(reply, reply.edits)

                return method, delivered
        for reply in replies:
            try:
                await inbox.delivered(reply, await self.send(reply))
            except ChannelError as error:
                log.info("telegram: a reply stays with the outbox: %s", type(error).__name__)
                break
        return None

    def _use_up(self, chat: int, *, used: bool) -> None:
        """The slot that was taken for a webhook's answer: Telegram sees the answer soon, and never tells when."""
        assert self.pacer is not None
        if used:
            self.pacer.finish(chat, UNSEEN)
        else:
            self.pacer.give_back(chat)

    def _parsed(self, raw: dict[str, Any]) -> Update | None:
        """PTB's object, or None for what it cannot read; the log line names the update, never its content."""
        try:
            update = Update.de_json(raw, self._bot)
        except Exception as error:
            log.warning("telegram: update %s cannot be read: %s", raw.get("update_id"), type(error).__name__)
            return None
        if not any((update.message, update.callback_query, update.my_chat_member)):
            log.info("telegram: update %d is of a kind that is not heard", update.update_id)
        return update

    async def _who(self) -> Me:
        if self._me is None:
            await self._introduce()
        assert self._me is not None
        return self._me

    async def _introduce(self) -> None:
        """Learn who we are; the name is how groups address the bot."""
        user = await self._bot.get_me()
        self._me = Me(user.id, user.username or "")

    async def _listen(self, inbox: Inbox) -> None:
        await self._until_done(self._who)
        await self._describe()
        if self._mode == "webhook":
            await self._until_done(self._set_webhook)
            log.info("telegram: @%s listens at its webhook", self.username)
            return
        await self._until_done(self._bot.delete_webhook)
        self._polling = Polling(self._request, self._bot.base_url, lambda raw: self._take_from_poll(raw, inbox))
        log.info("telegram: @%s is polling", self.username)
        await self._polling.run()

    async def _set_webhook(self) -> None:
        await self._bot.set_webhook(
            f"{self._public_url}{PATH}",
            secret_token=self._secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=MAX_CONNECTIONS,
        )

    async def _describe(self) -> None:
        """The command menu and the description in both languages, Vietnamese where no other fits; best effort."""
        vietnamese = [BotCommand(command, words) for command, words, _ in self._menu]
        english = [BotCommand(command, words) for command, _, words in self._menu]
        set_commands, set_description = self._bot.set_my_commands, self._bot.set_my_description
        calls: list[Callable[[], Awaitable[bool]]] = []
        if self._menu:
            calls += [partial(set_commands, vietnamese), partial(set_commands, english, language_code="en")]
        for language, words in self._description.items():
            calls.append(partial(set_description, words, language_code="" if language == "vi" else language))
        for call in calls:
            try:
                await call()
            except TelegramError as error:
                log.warning("telegram: the menu or description was not taken: %s", error.message)

    async def _until_done(self, call: Callable[[], Awaitable[object]]) -> None:
        """Repeat a call that must succeed before we can listen, more and more slowly."""
        delay = 1.0
        while True:
            try:
                await call()
                return
            except TelegramError as error:
                log.warning("telegram: not yet listening: %s; next try in %.0f s", type(error).__name__, delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_BACKOFF)

    def _later(self, call: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(call)
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)
