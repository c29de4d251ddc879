"""The outbox: what was promised to people, whether it was sent, and who is sending it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, literal_column, select, update

from storage.broadcast_tables import broadcast_recipients, broadcasts
from storage.sending import BULK, COLUMNS, LEASE, MAX_ATTEMPTS, NOTICE, READY, REPLY, OutboxSending, Promised
from storage.tables import accounts, files, outbox

__all__ = ["BULK", "LEASE", "MAX_ATTEMPTS", "NOTICE", "REPLY", "Outbox", "Promised"]


class Outbox(OutboxSending):
    """Queries and changes of the outbox. Promises are written with their turn; the rest is written by senders."""

    def promise(self, message: Promised, now: datetime, owner: str = "") -> None:
        """Write a message with the turn; the owner is the process that sends it right after the commit."""
        write = self._changes.insert_once if message.key else self._changes.insert
        write(
            outbox,
            id=message.id,
            channel=message.channel,
            address=message.address,
            person_id=message.person_id,
            payload=message.payload,
            state="ready",
            due_at=now + LEASE if owner else now,
            claimed_by=owner,
            created_at=now,
            priority=message.priority,
            key=message.key,
            expires_at=message.expires_at,
            broadcast_id=message.broadcast_id,
        )
        if not owner:
            self._changes.wake()

    async def known_keys(self, keys: Iterable[str]) -> set[str]:
        """Those of these keys that were promised before."""
        rows = await self._database.all(select(outbox.c.key).where(outbox.c.key.in_(list(keys))))
        return {row.key for row in rows}

    def cancel(self, key_prefix: str) -> None:
        """Take back what waits under keys that begin so; what is being sent at this moment goes out."""
        mine = (outbox.c.key >= key_prefix) & (outbox.c.key < key_prefix + "\U0010ffff")
        waiting = mine & READY & (outbox.c.claimed_by == "")
        self._changes.run(update(outbox).where(waiting).values(state="cancelled"))

    def store_file(self, id: int, person_id: int, name: str, media_type: str, content: bytes, now: datetime) -> None:
        """Keep a file that a message refers to, or that a person sent."""
        self._changes.insert(
            files,
            id=id,
            person_id=person_id,
            name=name[:160],
            media_type=media_type,
            size=len(content),
            content=content,
            created_at=now,
        )

    async def since(self, channel: str, address: str, after_id: int, limit: int = 100) -> list[Promised]:
        """An account's newest messages after an id, oldest first: what a web page has not seen yet."""
        mine = (outbox.c.channel == channel) & (outbox.c.address == address) & (outbox.c.id > after_id)
        unsent = outbox.c.state.in_(["cancelled", "expired"]) | (READY & (outbox.c.priority > REPLY))
        statement = select(*COLUMNS).where(mine, ~unsent)
        rows = await self._database.all(statement.order_by(outbox.c.id.desc()).limit(limit))
        return [Promised(**row._mapping) for row in reversed(rows)]

    async def file(self, id: int, person_id: int | None = None) -> Any:
        """A stored file with its content, or None; with a person, only that person's."""
        statement = select(files).where(files.c.id == id)
        if person_id is not None:
            statement = statement.where(files.c.person_id == person_id)
        return await self._database.first(statement)

    async def account_file(self, channel: str, address: str, id: int) -> Any:
        """A stored file, when it belongs to the person behind the account or came with an announcement to them."""
        owner = select(accounts.c.person_id).where(accounts.c.channel == channel, accounts.c.address == address)
        announced = select(broadcasts.c.file_id).join(
            broadcast_recipients, broadcast_recipients.c.broadcast_id == broadcasts.c.id
        )
        got = files.c.id.in_(announced.where(broadcast_recipients.c.person_id.in_(owner)))
        return await self._database.first(select(files).where(files.c.id == id, files.c.person_id.in_(owner) | got))

    async def sent_since(self, channel: str, moment: datetime) -> tuple[int, int]:
        """Messages that a channel took since a moment, and its accounts: what a vendor's quota counts."""
        sent = select(func.count()).where(outbox.c.channel == channel, outbox.c.sent_at >= moment)
        people = select(func.count()).where(accounts.c.channel == channel)
        return int(await self._database.value(sent) or 0), int(await self._database.value(people) or 0)

    async def counts(self) -> dict[str, int]:
        """Messages by state."""
        return await self._counted(outbox.c.state.is_not(None))

    async def unsent(self) -> dict[str, int]:
        """Messages by state, without those that were sent."""
        return await self._counted(outbox.c.state != literal_column("'sent'"))

    async def _counted(self, which: ColumnElement[bool]) -> dict[str, int]:
        statement = select(outbox.c.state, func.count()).where(which).group_by(outbox.c.state)
        return {state: int(count) for state, count in await self._database.all(statement)}

    def forget_before(self, moment: datetime) -> None:
        """Retention: delete messages that were settled before a moment; a broadcast's stay as long as it does."""
        settled = (outbox.c.state != "ready") & (outbox.c.created_at < moment) & outbox.c.broadcast_id.is_(None)
        self._changes.run(delete(outbox).where(settled))
