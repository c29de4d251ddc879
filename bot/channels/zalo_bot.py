"""The Zalo Bot Platform: long poll or webhook in, plain text out; no buttons, so choices are numbered."""

import asyncio
import logging
import random
import unicodedata
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Any, Final, Literal

from aiohttp import web

from bot.channels.base import Abilities, Channel, Inbox
from bot.channels.pacer import Pacer
from bot.channels.zalo_bot_client import Client, NoAnswer, Refused, in_time
from bot.channels.zalo_bot_polling import Polling
from bot.channels.zalo_bot_updates import Me, Place, key_of, read
from bot.channels.zalo_bot_usage import Meter, Usage
from bot.channels.zalo_bot_webhook import PATH, Webhook, derived_secret
from bot.errors import Rejected, Retry, SettingsError, Unanswered, Unreachable
from bot.message import Outgoing

log = logging.getLogger(__name__)

Mode = Literal["polling", "webhook"]

API_URL: Final = "https://bot-api.zaloplatforms.com"
"""The older host bot-api.zapps.me still works for some bots and answers others with 404."""
TEXT_LIMIT: Final = 2_000
PER_SECOND: Final = 10
"""Messages in any second: the platform names no rate, so this is our own caution."""
_LONGEST_BACKOFF = 60.0
_IN_REQUEST = 5.0
"""Seconds that a webhook call waits for storage before it answers 503."""
_LAST_WAIT = 10.0
_REMEMBERED = 10_000
_GONE_WORDS = ("chat not found", "user not found", "blocked", "not a friend", "deactivated")
_NONE_SET = 404
_TOKEN = 401


class ZaloBot(Channel):
    """One bot of the Zalo Bot Platform ("Zalo Bot Creator").

    Addresses are explained at `zalo_bot_updates.Place`. Zalo hands a bot only text and pictures; a message with a link,
    a file or a video comes without its content and is answered with a request for text. The bot cannot send files:
    the text says how to get them (`fit`).
    """

    name = "zalo_bot"
    abilities = Abilities(
        text_limit=TEXT_LIMIT, buttons=False, button_limit=24, label_limit=60, edits=False, files=False, file_limit=0
    )

    def __init__(
        self,
        token: str,
        *,
        mode: Mode = "polling",
        api_url: str = API_URL,
        public_url: str = "",
        secret: str = "",
        gap: float = 1.0,
        per_second: int = PER_SECOND,
    ) -> None:
        """`secret` (8 to 256 characters) is what Zalo shows at the webhook, by default one made of the token; `gap` is
        the least number of seconds between two polls that brought something."""
        if mode == "webhook" and not public_url:
            raise SettingsError("ZALO_BOT_MODE=webhook needs PUBLIC_URL")
        if secret and not 8 <= len(secret) <= 256:
            raise SettingsError("ZALO_BOT_SECRET must have 8 to 256 characters")
        self._client = Client(token.strip(), api_url or API_URL)
        self._mode: Mode = mode
        self._public_url = public_url.rstrip("/")
        self._secret = secret or derived_secret(token)
        self._gap = gap
        self._meter = Meter()
        self.pacer = self._sending_pace = Pacer(per_second)
        self.token_name = f"zalo_bot:{sha256(token.encode()).hexdigest()[:20]}"
        self._me: Me | None = None
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._polling: Polling | None = None
        self._work: asyncio.Task[None] | None = None
        self._trying: dict[str, asyncio.Task[None]] = {}

    def usage(self) -> Usage:
        """What the quotas leave, for admins."""
        return self._meter.usage()

    def recount(self, sent: int, people: int) -> None:
        """Tell the meter what storage knows: messages sent this month and people, over all processes and restarts."""
        self._meter.recount(sent, people)

    def routes(self, inbox: Inbox) -> Sequence[web.AbstractRouteDef]:
        """The webhook's address, in webhook mode."""
        if self._mode != "webhook":
            return ()

        async def take(update: dict[str, Any]) -> bool:
            return await self._take_from_webhook(update, inbox)

        webhook = Webhook(self._secret, take)
        return (web.post(PATH, webhook.called), web.get(PATH, webhook.probed))

    async def start(self, inbox: Inbox) -> None:
        """Begin to listen. Raises SettingsError when the token is refused; a network that is down is waited for."""
        try:
            await self._introduce()
        except Refused as refused:
            if refused.code == _TOKEN:
                await self._client.close()
                raise SettingsError(f"ZALO_BOT_TOKEN is not accepted by {self._client.host}") from None
            log.warning("zalo bot: %s does not say who the bot is yet: %s", self._client.host, refused)
        except NoAnswer as nothing:
            log.warning("zalo bot: %s is not reached yet: %s", self._client.host, nothing)
        self._work = asyncio.create_task(self._listen(inbox), name="zalo_bot")

    async def stop(self) -> None:
        """Stop asking, let what was taken come to its commit, close the connections; a webhook stays set."""
        under_way = self._polling.work if self._polling else None
        if self._work:
            self._work.cancel()
            await asyncio.wait({self._work})
            self._work = None
        for task in [*self._trying.values(), *([under_way] if under_way else [])]:
            if not await in_time(task, _LAST_WAIT):
                log.warning("zalo bot: an update was not handled before the stop")
        await self._client.close()

    async def send(self, outgoing: Outgoing) -> str:
        """Send a text; returns the message's id. Raises Retry, Unreachable or Rejected.

        A message that went out without an answer is Rejected: it may have arrived, and Zalo knows no key that would
        keep a second one from arriving, too.
        """
        if pause := self._meter.pause:
            raise Retry("Zalo refuses messages (429)", after=pause, tried=False)
        text = unicodedata.normalize("NFC", outgoing.text)
        if len(text) > TEXT_LIMIT:
            text = outgoing.text
        try:
            result = await self._say(Place.of(outgoing.address).chat, text, outgoing.priority)
        except Refused as refused:
            raise self._meaning(refused) from None
        except NoAnswer as nothing:
            if not nothing.sent:
                raise Retry(f"{self._client.host} is not reached: {nothing}") from None
            self._meter.lost_sight()
            raise Unanswered(f"no answer ({nothing}): it may have arrived and is not sent again") from None
        if self._meter.took():
            log.warning("zalo bot: %d of a Basic bot's %d messages a month are used", *self._used())
        return str(result.get("message_id", "")) if isinstance(result, dict) else ""

    async def _say(self, chat: str, text: str, priority: int) -> Any:
        async with self._sending_pace.slot(chat, priority):
            return await self._client.call("sendMessage", {"chat_id": chat, "text": text})

    async def typing(self, address: str) -> None:
        """Show "typing …" for some seconds; a failure is no one's loss."""
        try:
            await self._client.call("sendChatAction", {"chat_id": Place.of(address).chat, "action": "typing"})
        except (Refused, NoAnswer) as error:
            log.debug("zalo bot: typing was not shown: %s", error)

    def _used(self) -> tuple[int, int]:
        usage = self._meter.usage()
        return usage.sent, usage.sent_limit

    def _meaning(self, refused: Refused) -> Retry | Unreachable | Rejected:
        """What a refused send means for the message. Zalo names no waiting time, so haste is answered with jitter."""
        words = refused.words.lower()
        if refused.code == 429:
            seconds = self._meter.refused()
            self._sending_pace.pause(seconds)
            level = logging.ERROR if self._meter.is_cap else logging.WARNING
            log.log(level, "zalo bot: a quota is used up (%s); silent for %.0f s", refused, seconds)
            return Retry(str(refused), after=seconds * random.uniform(1.0, 1.2))
        if refused.code in (400, 404) and any(one in words for one in _GONE_WORDS):
            return Unreachable(str(refused))
        if refused.code == _TOKEN:
            self._stumble(f"the token is refused: {refused}")
            return Retry(str(refused), after=300)
        if refused.code == 404:
            self._stumble(f"{self._client.host} does not know the bot API: {refused}; see ZALO_BOT_API_URL")
            return Retry(str(refused), after=60)
        if refused.code == 403 or refused.code >= 500:
            return Retry(str(refused), after=5 * random.uniform(1.0, 2.0))
        return Rejected(str(refused))

    def _stumble(self, problem: str) -> None:
        """An operator's matter: told once, shown in `usage` until the next start."""
        if self._meter.problem != problem:
            self._meter.problem = problem
            log.error("zalo bot: %s", problem)

    async def _handle(self, update: dict[str, Any], inbox: Inbox) -> None:
        """One update to its commit. Raises what `accept` raises."""
        key = key_of(update)
        if key in self._seen:
            return
        heard = read(update, self._me or Me(), self._client.download)
        if heard is None:
            log.info("zalo bot: an update held nothing for the bot")
        else:
            place = Place.of(heard.address)
            self._meter.heard(place.user, place.chat)
            await inbox.accept(heard)
        self._seen[key] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    async def _until_handled(self, update: dict[str, Any], inbox: Inbox) -> None:
        """Zalo does not bring an update again for certain: one that storage cannot take now is tried until it can."""
        delay = 0.5
        while True:
            try:
                await self._handle(update, inbox)
                return
            except Retry as error:
                log.warning("zalo bot: an update waits %.1f s: %s", delay, error)
            except Exception:
                log.exception("zalo bot: an update failed and is dropped")
                return
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_BACKOFF)

    async def _take_from_webhook(self, update: dict[str, Any], inbox: Inbox) -> bool:
        """True after the commit; False when storage takes its time (the update is tried on all the same)."""
        key = key_of(update)
        task = self._trying.get(key)
        if task is None:
            task = self._trying[key] = asyncio.create_task(self._until_handled(update, inbox))
            task.add_done_callback(lambda _: self._trying.pop(key))
        done, _ = await asyncio.wait({task}, timeout=_IN_REQUEST)
        return bool(done)

    async def _introduce(self) -> None:
        """Learn who we are: own messages come back as updates, and groups name the bot."""
        me = await self._client.call("getMe")
        if not isinstance(me, dict):
            raise Refused(502, "getMe without a bot")
        names = [me[key] for key in ("account_name", "display_name") if isinstance(me.get(key), str) and me[key]]
        self._me = Me(str(me.get("id", "")), tuple(names))

    async def _listen(self, inbox: Inbox) -> None:
        if self._me is None:
            await self._until_done(self._introduce)
        if self._mode == "webhook":
            await self._until_done(self._set_webhook)
            log.info("zalo bot: listens at its webhook")
            return
        await self._until_done(self._clear_webhook)
        self._polling = Polling(self._client, lambda update: self._until_handled(update, inbox), gap=self._gap)
        log.info("zalo bot: is polling")
        self._stumble(f"polling has ended, the token is refused: {await self._polling.run()}")

    async def _set_webhook(self) -> None:
        values = {"url": f"{self._public_url}{PATH}", "secret_token": self._secret}
        await self._client.call("setWebhook", values)

    async def _clear_webhook(self) -> None:
        """While a webhook is set, a polling bot hears nothing: say so, and take it away."""
        try:
            info = await self._client.call("getWebhookInfo")
        except Refused as refused:
            if refused.code == _NONE_SET:
                return
            raise
        if isinstance(info, dict) and info.get("url"):
            log.warning("zalo bot: a webhook was set (%s) and is taken away", self._client.plain(info["url"]))
            await self._client.call("deleteWebhook")

    async def _until_done(self, call: Callable[[], Awaitable[None]]) -> None:
        """Repeat a call that must succeed before we can listen, more and more slowly; a refused token ends it."""
        delay = 1.0
        while True:
            try:
                await call()
                return
            except Refused as refused:
                if refused.code == _TOKEN:
                    self._stumble(f"the token is refused: {refused}")
                    await asyncio.Event().wait()
                log.warning("zalo bot: not yet listening: %s; next try in %.0f s", refused, delay)
            except NoAnswer as nothing:
                log.warning("zalo bot: not yet listening: %s; next try in %.0f s", nothing, delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_BACKOFF)
