"""The Zalo Official Account channel: signed webhook in, OpenAPI v3 calls out, buttons as sealed hidden queries."""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from bot.channels.base import Abilities, Channel, Inbox
from bot.channels.pacer import Pacer
from bot.channels.zalo_oa_client import PER_SECOND, Client
from bot.channels.zalo_oa_consent import PATH as CALLBACK
from bot.channels.zalo_oa_consent import Consent
from bot.channels.zalo_oa_events import CHANNEL, WITHDRAWN, Left, Reading
from bot.channels.zalo_oa_sending import BUTTONS, FILE_LIMIT, LABEL, TEXT_LIMIT, Sending
from bot.channels.zalo_oa_taking import Held, Taking
from bot.channels.zalo_oa_taps import Seal
from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_webhook import PATH, NotReady, Webhook
from bot.channels.zalo_oa_window import LastHeard, Window
from bot.errors import ChannelError, Rejected, SettingsError, Unreachable
from bot.message import Message, Outgoing

log = logging.getLogger(__name__)

Stopped = Callable[[str], Awaitable[None]]
"""Told when a person stops following, so that no process writes to that address until they write again."""
_ADDRESS = re.compile(r"[0-9A-Za-z_.:=+/-]{1,100}")
_KEEP_FRESH = 1800.0
"""Seconds between looks at the token: an OA that nobody writes to must not let its refresh token die of age."""


class ZaloOA(Channel):
    """One Official Account. An address is Zalo's `user_id`, which is the person's within this OA only."""

    name = CHANNEL
    abilities = Abilities(
        text_limit=TEXT_LIMIT,
        buttons=True,
        button_limit=BUTTONS,
        label_limit=LABEL,
        edits=False,
        files=True,
        file_limit=FILE_LIMIT,
    )

    def __init__(
        self,
        app_id: str,
        secret_key: str,
        tokens: Tokens,
        *,
        oa_id: str = "",
        api_url: str = "https://openapi.zalo.me",
        consent: Consent | None = None,
        held: Held | None = None,
        last_heard: LastHeard | None = None,
        stopped: Stopped | None = None,
        pays: bool = False,
        calls_per_second: int = PER_SECOND,
    ) -> None:
        """`secret_key` is the OA Secret Key (webhook signature), not the App Secret; the rest is optional: `consent`
        opens the callback address, `held` keeps slow events, `last_heard` and `pays` govern the 48-hour window."""
        if not (app_id and secret_key):
            raise SettingsError("ZALO_OA_APP_ID and ZALO_OA_SECRET_KEY are needed together: see docs/zalo-oa.md")
        self._app_id = app_id
        self._secret_key = secret_key
        self._tokens = tokens
        self._consent = consent
        self._held = held
        self._stopped = stopped
        seal = Seal(secret_key)
        self.pacer: Pacer = Pacer(calls_per_second)
        self.token_name = f"zalo_oa:{app_id}:{oa_id}"
        self._client = Client(api_url, tokens, self.pacer)
        self._sending = Sending(self._client, seal)
        self._reading = Reading(seal, self._client.download, oa_id)
        self._window = Window(last_heard, pays=pays)
        self._gone: set[str] = set()
        self._taking: Taking | None = None
        self._fresh: asyncio.Task[None] | None = None
        self._stopping = False

    def routes(self, inbox: Inbox) -> Sequence[web.AbstractRouteDef]:
        """The webhook and, with `consent`, the address that Zalo leads an admin back to."""
        webhook = Webhook(self._app_id, self._secret_key, self._hear)
        self._taking = Taking(inbox, self._held)
        routes = [web.post(PATH, webhook.called), web.get(PATH, webhook.probed)]
        return (*routes, web.get(CALLBACK, self._consent.called_back)) if self._consent else routes

    async def start(self, inbox: Inbox) -> None:
        """Hand in what a crash left, and keep the token fresh; a missing consent is told and waited for."""
        self._taking = self._taking or Taking(inbox, self._held)
        self._taking.start(self._hear_held)
        self._fresh = asyncio.create_task(self._keep_fresh(), name="zalo oa token watch")

    async def stop(self) -> None:
        """Take nothing more, finish what was taken, close the connections."""
        self._stopping = True
        if self._fresh is not None:
            self._fresh.cancel()
            await asyncio.wait({self._fresh})
        if self._taking is not None:
            await self._taking.stop()
        await self._tokens.close()
        await self._client.close()

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message; raises Retry, Unreachable, Rejected or, of the latter kind, OutsideWindow."""
        if not _ADDRESS.fullmatch(outgoing.address):
            raise Rejected("not a Zalo address")
        if outgoing.address in self._gone:
            raise Unreachable("not following any more")
        await self._window.check(outgoing.address)
        return await self._sending.send(outgoing)

    async def _hear(self, event: dict[str, Any], body: str) -> None:
        """One signed event; returns within two seconds and raises only NotReady."""
        if self._stopping or self._taking is None:
            raise NotReady
        try:
            heard = self._reading.read(event)
        except Exception:
            log.exception("zalo oa: an event could not be read")
            return
        if isinstance(heard, Left):
            await self._leave(heard.address)
        elif isinstance(heard, Message):
            self._note(heard)
            await self._taking.take(heard, body)

    async def _hear_held(self, body: str) -> None:
        """An event that was answered by a process which then died."""
        heard = self._reading.read(json.loads(body))
        if isinstance(heard, Message) and self._taking is not None:
            self._note(heard)
            await self._taking.take_held(heard)

    def _note(self, message: Message) -> None:
        if message.tap != WITHDRAWN:
            self._gone.discard(message.address)
            self._window.heard(message.address, message.at)

    async def _leave(self, address: str) -> None:
        """Durably where possible; in memory it would outlive the person's return to another process."""
        if self._stopped is not None:
            try:
                await asyncio.wait_for(self._stopped(address), 1.5)
                return
            except Exception as error:
                log.warning("zalo oa: a farewell is known to this process alone: %s", type(error).__name__)
        self._gone.add(address)

    async def _keep_fresh(self) -> None:
        while True:
            try:
                await self._tokens.access()
            except ChannelError as error:
                log.warning("zalo oa: %s", error)
            except Exception as error:
                log.warning("zalo oa: the token cannot be read: %s", type(error).__name__)
            await asyncio.sleep(_KEEP_FRESH)
