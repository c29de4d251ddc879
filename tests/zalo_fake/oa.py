"""A fake Official Account, true to Zalo's protocol to the letter: people, webhook, OAuth and OpenAPI in one state."""

import itertools
import time
from typing import Any

from aiohttp import web

from tests.zalo_fake.oa_api import Api
from tests.zalo_fake.oa_oauth import OAuthServer, Pair
from tests.zalo_fake.oa_users import OAUser
from tests.zalo_fake.oa_webhook import Deliveries

APP_ID, APP_SECRET, OA_SECRET, OA_ID = "1234567890", "app-secret-of-the-fake", "oa-secret", "222"


class FakeOA:
    """One OA; serve it with `tests.zalo_fake.server.Server`, which sets `url`."""

    def __init__(self, *, scale: float = 0.001) -> None:
        """`scale` shortens the webhook's ladder of retries (30 s, 5 min, …)."""
        self.app_id, self.app_secret, self.oa_secret, self.oa_id = APP_ID, APP_SECRET, OA_SECRET, OA_ID
        self.url = ""
        self.oauth = OAuthServer(APP_ID, APP_SECRET, OA_ID, self.now)
        self.webhook = Deliveries(APP_ID, OA_SECRET, scale)
        self.api = Api(self)
        self.users: dict[str, OAUser] = {}
        self.by_id: dict[str, OAUser] = {}
        self._later = 0.0
        self._ids = itertools.count(1)

    def routes(self) -> list[web.RouteDef]:
        """Everything that Zalo's two hosts serve."""
        return [
            web.get("/v4/oa/permission", self.oauth.permission),
            web.post("/v4/oa/access_token", self.oauth.token),
            *self.api.routes(),
        ]

    async def close(self) -> None:
        """End what is on its way."""
        await self.webhook.close()

    def now(self) -> float:
        """Zalo's clock, in seconds."""
        return time.time() + self._later

    def advance(self, *, hours: float) -> None:
        """Let time pass at Zalo."""
        self._later += hours * 3600

    def grant(self) -> Pair:
        """A pair, as if an admin had consented."""
        return self.oauth.grant()

    def user(self, name: str) -> OAUser:
        """The person of this name, made on first use."""
        if name not in self.users:
            user = OAUser(self, str(7_000_000_000 + len(self.users)), name)
            self.users[name] = self.by_id[user.id] = user
        return self.users[name]

    def new_id(self, kind: str) -> str:
        """A fresh id."""
        return f"{kind}{next(self._ids):08x}"

    async def tell(self, event: dict[str, Any], name: str) -> None:
        """Bring an event with the common fields around it."""
        stamp = str(int(self.now() * 1000))
        await self.webhook.bring({"app_id": self.app_id, **event, "event_name": name, "timestamp": stamp})

    async def probe(self, body: bytes = b"{}") -> int:
        """What the console does when the webhook's address is saved."""
        return await self.webhook.post(body, {})
