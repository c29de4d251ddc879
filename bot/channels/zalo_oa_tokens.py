"""Who may use the single-use refresh token, and when: one question for all callers of all processes."""

import asyncio
import logging
import os
import time
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final, Protocol

from bot.channels.zalo_oa_oauth import Granted, NoEffect, OAuth, Refused, Unclear
from bot.clock import now
from bot.errors import Retry

log = logging.getLogger(__name__)

CLAIM_SECONDS: Final = 60.0
"""A claim older than this belongs to a process that died between asking Zalo and saving the answer."""
_WAIT = 10.0
"""Seconds that a caller waits for another process's refresh; the outbox brings the message again."""
_LOOK = 0.1
_CACHE = 5.0
"""Seconds that a pair is believed without looking; a token that changed meanwhile is refused by Zalo and looked up."""
PAUSE: Final = 15.0
"""Seconds without a new try after one that failed."""
_EARLY = 0.8
"""The share of an access token's life after which the next pair is fetched: 20 of 25 hours."""
_NO_CONSENT = 600.0


class Tokens(Protocol):
    """Where the client gets its access token; the app builds a `Rotation`, tests may give less."""

    async def access(self) -> str:
        """A token that is valid as far as we know. Raises Retry when there is none."""
        ...

    async def refresh(self, stale: str) -> str:
        """Zalo refused `stale`: another one. Raises Retry when there is none."""
        ...

    async def close(self) -> None:
        """Bring a refresh that is under way to its end."""
        ...


class Kept(Protocol):
    """A stored pair, as `storage.zalo_tokens.Pair` has it."""

    @property
    def access(self) -> str: ...
    @property
    def refresh(self) -> str: ...
    @property
    def issued_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def rotation(self) -> int: ...
    @property
    def claimed_by(self) -> str: ...
    @property
    def claimed_at(self) -> datetime | None: ...
    @property
    def dead_at(self) -> datetime | None: ...


class Store(Protocol):
    """The durable side, as `storage.zalo_tokens.ZaloTokens` does it."""

    async def read(self) -> Kept | None: ...
    async def claim(self, rotation: int, owner: str, at: datetime) -> bool: ...
    async def release(self, rotation: int, owner: str) -> None: ...
    async def save(
        self, rotation: int, access: str, refresh: str, issued_at: datetime, expires_at: datetime
    ) -> bool: ...
    async def bury(self, rotation: int, reason: str, at: datetime) -> bool: ...


class Rotation:
    """Hands out the access token and moves the pair on.

    The rules (docs/zalo-oa.md): the claim is durable before Zalo is asked; the new pair is durable before anyone gets
    it; a refresh without a clear answer is never repeated; a dead refresh token gives one alert, and the access token
    is used for as long as it lives.
    """

    def __init__(
        self, oauth: OAuth, store: Store, *, claim_seconds: float = CLAIM_SECONDS, pause: float = PAUSE
    ) -> None:
        self._oauth = oauth
        self._store = store
        self._pause = pause
        self._claim_life = timedelta(seconds=claim_seconds)
        self._owner = f"{os.getpid()}:{token_hex(8)}"
        self._asked = 0
        """The last rotation that this process asked Zalo with: never a second time."""
        self._work: asyncio.Task[str] | None = None
        self._seen: Kept | None = None
        self._seen_at = float("-inf")
        self._not_before = float("-inf")

    async def access(self) -> str:
        """The access token; the next pair is fetched in the background when most of its life is over."""
        kept = self._seen
        if kept is None or time.monotonic() - self._seen_at > _CACHE:
            kept = await self._read()
        if now() >= kept.expires_at:
            return await self.refresh(kept.access)
        due = kept.issued_at + (kept.expires_at - kept.issued_at) * _EARLY
        if now() >= due and kept.dead_at is None and not self._wait() and not self._is_working():
            self._begin(kept.access).add_done_callback(_noticed)
        return kept.access

    async def refresh(self, stale: str) -> str:
        """The token that follows `stale`: the stored one when it is newer, else one fetched now, once for all callers.

        Raises Retry: soon (the way to Zalo is down, another process is at it) or in ten minutes (consent is needed).
        """
        kept = await self._read()
        if kept.access != stale and now() < kept.expires_at:
            return kept.access
        if not self._is_working() and (wait := self._wait()):
            raise Retry("the Zalo OA token was not refreshed a moment ago", after=wait)
        # Shielded: the outbox cuts a slow send off, and a pair on its way must not be lost with it.
        return await asyncio.shield(self._begin(stale))

    async def close(self) -> None:
        """Let a refresh that is under way come to its end."""
        if self._work is not None:
            await asyncio.wait({self._work})

    def _begin(self, stale: str) -> "asyncio.Task[str]":
        if self._work is None or not self._is_working():
            self._work = asyncio.create_task(self._settle(stale), name="zalo oa token")
            self._work.add_done_callback(self._ended)
        return self._work

    def _is_working(self) -> bool:
        return self._work is not None and not self._work.done()

    def _wait(self) -> float:
        return max(self._not_before - time.monotonic(), 0.0)

    def _ended(self, work: "asyncio.Task[str]") -> None:
        if not work.cancelled() and work.exception() is not None:
            self._not_before = time.monotonic() + self._pause

    async def _read(self) -> Kept:
        kept = await self._store.read()
        if kept is None:
            raise Retry("the Zalo OA is not connected yet: python -m bot zalo login", after=_NO_CONSENT)
        self._seen, self._seen_at = kept, time.monotonic()
        return kept

    async def _settle(self, stale: str) -> str:
        """Look, claim, ask, save; or wait for the process that does."""
        give_up = time.monotonic() + _WAIT
        while True:
            kept = await self._read()
            if kept.access != stale and now() < kept.expires_at:
                return kept.access
            if kept.dead_at is not None:
                raise Retry("the Zalo OA must be connected again: python -m bot zalo login", after=_NO_CONSENT)
            if time.monotonic() > give_up:
                raise Retry("another process is refreshing the Zalo OA token", after=2)
            if kept.claimed_at is None:
                await self._store.claim(kept.rotation, self._owner, now())
                continue
            if kept.claimed_by == self._owner:
                await self._rotate(kept)
                continue
            if now() - kept.claimed_at > self._claim_life:
                await self._bury(kept, "a process died while it was refreshing")
            await asyncio.sleep(_LOOK)

    async def _rotate(self, kept: Kept) -> None:
        """Use the claim, once; the loop then reads what became of it."""
        if self._asked == kept.rotation:
            await asyncio.sleep(_LOOK)
            await self._bury(kept, "a refresh without a clear answer")
            return
        self._asked = kept.rotation
        issued_at = now()
        try:
            granted = await self._oauth.refresh(kept.refresh)
        except NoEffect as error:
            self._asked = 0
            await self._store.release(kept.rotation, self._owner)
            raise Retry(f"the Zalo OA token was not refreshed: {error}", after=30) from None
        except (Unclear, Refused) as error:
            await self._bury(kept, str(error))
            return
        await self._save(kept, granted, issued_at)

    async def _save(self, kept: Kept, granted: Granted, issued_at: datetime) -> None:
        """Until it is durable nobody gets the new pair, and nothing else matters."""
        expires_at = issued_at + timedelta(seconds=granted.seconds)
        delay = 0.1
        while True:
            try:
                saved = await self._store.save(kept.rotation, granted.access, granted.refresh, issued_at, expires_at)
                break
            except Exception as error:
                log.error("zalo oa: the new tokens are not stored yet: %s", type(error).__name__)
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5.0)
        log.info("zalo oa: token rotation %d %s", kept.rotation + 1, "saved" if saved else "was overtaken by a consent")

    async def _bury(self, kept: Kept, reason: str) -> None:
        """Mark the token dead with one alert over all processes; who comes too late changes nothing."""
        if await self._store.bury(kept.rotation, reason, now()):
            log.error("zalo oa: the refresh token is lost (%s); an OA admin must consent again", reason)


def _noticed(work: "asyncio.Task[str]") -> None:
    """An early refresh that failed is no one's loss yet: the token in use still lives."""
    if not work.cancelled() and (error := work.exception()) is not None:
        log.warning("zalo oa: an early refresh failed: %s", error)
