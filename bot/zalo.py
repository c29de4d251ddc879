"""Builds the Zalo Official Account out of its settings: tokens, consent, the window, and the alert to admins."""

from collections.abc import Mapping
from datetime import datetime

from bot.channels.base import Abilities
from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_consent import Consent
from bot.channels.zalo_oa_oauth import OAuth
from bot.channels.zalo_oa_tokens import Rotation
from bot.clock import now
from bot.errors import SettingsError
from bot.message import Reply
from bot.notices import promise_notice
from bot.settings import Settings
from bot.zalo_login import alert_text
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.outbox import Outbox
from storage.people import People
from storage.roles import Roles
from storage.zalo_tokens import ZaloHeld, ZaloTokens

CALLBACK = "/zalo/oa/callback"


class OfficialAccount:
    """The parts of one Official Account that the channel and the login command share."""

    def __init__(
        self, settings: Settings, database: Database, committer: Committer, abilities: Mapping[str, Abilities]
    ) -> None:
        """Raises SettingsError when the Official Account is not set up."""
        if not settings.zalo_oa_app_id:
            raise SettingsError("ZALO_OA_APP_ID is not set: see docs/zalo-oa.md")
        self._settings = settings
        self._database = database
        self._committer = committer
        self._abilities = abilities
        secret = settings.zalo_oa_app_secret.get_secret_value()
        self._oauth = OAuth(settings.zalo_oa_app_id, secret, settings.zalo_oauth_url)
        self.tokens = ZaloTokens(database, committer, settings.zalo_oa_app_id, self._alert)
        self.consent = Consent(
            self._oauth, secret, settings.public_url + CALLBACK, self.tokens.consented, oa_id=settings.zalo_oa_id
        )

    def channel(self) -> ZaloOA:
        """The channel, ready to be started."""
        return ZaloOA(
            self._settings.zalo_oa_app_id,
            self._settings.zalo_oa_secret_key.get_secret_value(),
            Rotation(self._oauth, self.tokens),
            oa_id=self._settings.zalo_oa_id,
            api_url=self._settings.zalo_oa_api_url,
            consent=self.consent,
            held=ZaloHeld(self._database),
            last_heard=self._last_heard,
            stopped=self._stopped,
        )

    async def consented_at(self) -> datetime | None:
        """When the stored tokens were consented to, or None."""
        pair = await self.tokens.read()
        return pair.consented_at if pair else None

    async def _alert(self, changes: Changes, reason: str) -> None:
        admins = await Roles(self._database, changes, now()).admins()
        text = alert_text(reason, self.consent.link())
        await promise_notice(self._database, changes, self._abilities, admins, Reply(text), now())

    async def _last_heard(self, address: str) -> datetime | None:
        key = (ZaloOA.name, address)
        person = (await People(self._database, Changes()).by_accounts([key])).get(key)
        return person.seen_at if person else None

    async def _stopped(self, address: str) -> None:
        changes = Changes()
        Outbox(self._database, changes).stop_account(ZaloOA.name, address, now())
        await self._committer.commit(Commit(changes))
