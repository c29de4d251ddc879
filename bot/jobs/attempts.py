"""One try to send one promised message, and what its end means: sent, later, refused, stopped, or in doubt."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.channels.base import Channel
from bot.clock import now
from bot.errors import Rejected, Retry, Unanswered, Unreachable
from bot.marks import clipped
from bot.message import FileRef, Outgoing, Style, Tap
from bot.metrics import SENDS
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database, is_out_of_reach
from storage.outbox import BULK, MAX_ATTEMPTS, Outbox, Promised

log = structlog.get_logger(__name__)

SEND_SECONDS = 50.0
"""Longest time for one send, its wait for a slot included; shorter than the outbox's lease, so that nobody else takes
the row meanwhile."""
SETTLE_TRIES = 6


class Attempts:
    """Sends through the channels of this process and writes down how it ended."""

    def __init__(self, database: Database, committer: Committer, channels: Mapping[str, Channel]) -> None:
        self._database = database
        self._committer = committer
        self._channels = channels
        self.postponed: Callable[[float], None] = lambda _: None
        """Told in how many seconds a message is due again."""

    def outgoing(self, message: Promised) -> Outgoing:
        """The message as its channel sends it."""
        payload = message.payload
        # Rows of an older version have no styles, and a text from which a name was taken may be shorter than they say.
        styles = (Style(*stretch) for stretch in payload.get("styles", ()))
        return Outgoing(
            id=message.id,
            address=message.address,
            text=payload["text"],
            buttons=tuple(Tap(label, data) for label, data in payload["buttons"]),
            files=tuple(self._file(*file) for file in payload["files"]),
            edits=payload["edits"],
            clears=payload["clears"],
            priority=message.priority,
            styles=clipped(styles, 0, len(payload["text"])),
            extra=payload["extra"],
        )

    async def send(self, message: Promised, ended: Callable[[], None] = lambda: None) -> None:
        """Try once; `ended` is told when the channel is done with it, before that is written down.

        What may have arrived is sent again only when it is no bulk: a reply twice is better than none.
        """
        if message.expires_at is not None and message.expires_at <= now():
            ended()
            await self.settle(message, "expired", lambda outbox: outbox.dropped(message.id))
            return
        bulk = message.priority == BULK
        try:
            vendor_id = await self._hand_over(message, ended)
        except Unreachable:
            stop = (message.channel, message.address)
            await self.settle(message, "stopped", lambda outbox: outbox.stop_account(*stop, now()))
        except Unanswered as error:
            await self._doubt(message, str(error))
        except Rejected as error:
            await self._refuse(message, str(error))
        except Retry as error:
            if bulk and error.doubtful:
                await self._doubt(message, str(error))
            else:
                await self._postpone(message, str(error), error.after, tried=error.tried)
        except Exception as error:
            reason = str(error) or type(error).__name__
            if bulk:
                await self._doubt(message, reason)
            else:
                await self._postpone(message, reason, min(2.0**message.attempts, 300.0))
        else:
            await self.settle(message, "sent", lambda outbox: outbox.sent(message.id, vendor_id, now()))

    async def settle(self, message: Promised, outcome: str, write: Callable[[Outbox], None]) -> None:
        """Write an end down, also when the database takes its time to answer."""
        SENDS.labels(message.channel, outcome).inc()
        for number in range(1, SETTLE_TRIES + 1):
            try:
                await self.write(write)
                return
            except Exception as error:
                if number == SETTLE_TRIES or not is_out_of_reach(error):
                    raise
            await asyncio.sleep(0.3 * number)

    async def write(self, write: Callable[[Outbox], None]) -> None:
        """Commit changes of the outbox."""
        changes = Changes()
        write(Outbox(self._database, changes))
        await self._committer.commit(Commit(changes))

    async def _hand_over(self, message: Promised, ended: Callable[[], None]) -> str:
        try:
            outgoing = self.outgoing(message)
            return await asyncio.wait_for(self._channels[message.channel].send(outgoing), SEND_SECONDS)
        finally:
            ended()

    async def _doubt(self, message: Promised, reason: str) -> None:
        log.warning("message in doubt", channel=message.channel, outbox=message.id, reason=reason)
        await self.settle(message, "unknown", lambda outbox: outbox.doubted(message.id, reason))

    async def _refuse(self, message: Promised, reason: str) -> None:
        log.warning("message refused", channel=message.channel, outbox=message.id, reason=reason)
        await self.settle(message, "refused", lambda outbox: outbox.failed(message.id, reason))

    async def _postpone(self, message: Promised, reason: str, after: float, *, tried: bool = True) -> None:
        if tried and message.attempts + 1 >= MAX_ATTEMPTS:
            log.error("message given up", channel=message.channel, outbox=message.id, reason=reason)
            await self.settle(message, "given_up", lambda outbox: outbox.failed(message.id, reason))
            return
        due = now() + timedelta(seconds=after)
        await self.settle(message, "postponed", lambda outbox: outbox.later(message.id, due, reason, tried=tried))
        self.postponed(after)

    def _file(self, id: str, name: str, media_type: str, size: int) -> FileRef:
        async def read() -> bytes:
            row: Any = await Outbox(self._database, Changes()).file(int(id))
            if row is None:
                raise Rejected("the file is gone")
            content: bytes = row.content
            return content

        return FileRef(int(id), name, media_type, size, read)
