"""A broadcast to vendors that enforce their limits, sent by processes that are killed: seeding, killing, checking."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select

from bot.clock import now
from storage.broadcast_tables import broadcast_recipients, broadcasts
from storage.broadcasts import Broadcasts
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer
from storage.database import Database
from storage.segments import Segment
from storage.tables import accounts, outbox, persons
from storage.zalo_tokens import ZaloTokens
from tests.nursery import Life, Nursery
from tests.telegram_emulator import Emulator, Limits
from tests.zalo_fake.bot import ZaloBotServer
from tests.zalo_fake.oa import APP_ID, APP_SECRET, OA_ID, OA_SECRET, FakeOA
from tests.zalo_fake.server import Server

TEXT = "Thông báo: sinh hoạt học tập 19h30 tối nay."
PENALTY = 5.0
"""Seconds of silence that the harsh Telegram imposes for a single message too many."""


@dataclass
class House:
    """The fakes, the database, and the processes that send."""

    database_url: str
    database: Database
    committer: Committer
    telegram: Emulator
    oa: FakeOA
    zalo_bot: ZaloBotServer
    nursery: Nursery
    broadcast_id: int = 0
    workers: list[Life] = field(default_factory=list)
    kills: int = 0

    async def seed(self, telegram: int, zalo_oa: int, zalo_bot: int) -> None:
        """So many people on each channel, who all have written today, and one broadcast to all that is due."""
        made: list[tuple[str, str]] = []
        for number in range(telegram):
            user = self.telegram.user(f"T{number}")
            user.chat.started = True
            made.append(("telegram", str(user.id)))
        for number in range(zalo_oa):
            person = self.oa.user(f"Z{number}")
            person.follower, person.last_interaction = True, self.oa.now()
            made.append(("zalo_oa", person.id))
        for number in range(zalo_bot):
            chat = self.zalo_bot.user(f"B{number}").chat
            chat.started = True
            made.append(("zalo_bot", chat.id))
        await self._keep(made)

    async def _keep(self, made: Sequence[tuple[str, str]]) -> None:
        at = now()
        people = [new_id() for _ in made]
        row = {"language": "vi", "address_form": "anhchi", "consents": {}, "created_at": at}
        async with self.database.writing() as connection:
            for start in range(0, len(made), 500):
                some = list(zip(people, made, strict=True))[start : start + 500]
                await connection.execute(insert(persons), [{"id": id, **row} for id, _ in some])
                places = [(id, channel, address) for id, (channel, address) in some]
                names = ("person_id", "channel", "address")
                fixed = [{"id": new_id(), "seen_at": at, **dict(zip(names, place, strict=True))} for place in places]
                await connection.execute(insert(accounts), fixed)
            self.broadcast_id = new_id()
            values = {"id": self.broadcast_id, "created_by": people[0], "created_at": at, "state": "scheduled"}
            rest = {"segment": Segment().kept(), "texts": {"vi": TEXT}, "ack": True, "urgent": True, "due_at": at}
            await connection.execute(insert(broadcasts).values(**values, **rest))
        tokens = ZaloTokens(self.database, self.committer, APP_ID)
        pair = self.oa.grant()
        await tokens.consented(pair.access, pair.refresh, at, at + timedelta(hours=25), OA_ID)

    async def begin(self, *arguments: str, **environment: str) -> Life:
        """One more process; returns when it runs."""
        settings = {
            "DATABASE_URL": self.database_url,
            "PUBLIC_URL": "http://127.0.0.1:9",
            "TELEGRAM_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": "a-secret-of-many-letters",
            "ZALO_OA_APP_ID": APP_ID,
            "ZALO_OA_APP_SECRET": APP_SECRET,
            "ZALO_OA_SECRET_KEY": OA_SECRET,
            "ZALO_OA_ID": OA_ID,
            "ZALO_OA_API_URL": self.oa.url,
            "ZALO_OAUTH_URL": self.oa.url,
            "ZALO_BOT_TOKEN": self.zalo_bot.token,
            "ZALO_BOT_API_URL": self.zalo_bot.url,
            "ZALO_BOT_MODE": "webhook",
            "LOG_LEVEL": "error",
            **environment,
        }
        worker = await self.nursery.begin_heard(
            "tests.broadcast_worker", *arguments, environment={**os.environ, **settings}
        )
        assert await asyncio.wait_for(worker.stdout.readline(), 120) == b"runs\n"
        self.workers.append(worker)
        return worker

    async def kill(self, chance: random.Random) -> None:
        """kill -9 one of the processes, and begin another."""
        worker = self.workers.pop(chance.randrange(len(self.workers)))
        worker.kill()
        await worker.wait()
        self.kills += 1
        await self.begin()

    async def end(self) -> None:
        """Let the processes end in good order."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            await worker.wait(60)
        self.workers.clear()

    async def state(self) -> str:
        return str(await self.database.value(select(broadcasts.c.state).where(broadcasts.c.id == self.broadcast_id)))

    async def until_done(self, seconds: float) -> None:
        """Wait until it is finished."""
        async with asyncio.timeout(seconds):
            while await self.state() != "done":  # noqa: ASYNC110 - a row has no event
                await asyncio.sleep(0.1)

    async def move(self, state: str, *, hold: bool) -> None:
        """Stop or resume it, as the chat does."""
        changes = Changes()
        store = Broadcasts(self.database, changes)
        broadcast = await Broadcasts(self.database, Changes()).by_id(self.broadcast_id)
        assert broadcast is not None
        store.move(broadcast, state)
        (store.hold if hold else store.release)(self.broadcast_id, now())
        await self.committer.commit(Commit(changes))

    def accepted(self) -> Counter[tuple[str, str]]:
        """How often each account was sent the announcement and the vendor took it."""
        found: Counter[tuple[str, str]] = Counter()
        for call in self.telegram.calls:
            if call.method == "sendMessage" and not call.error and call.parameters["text"] == TEXT:
                found["telegram", str(call.parameters["chat_id"])] += 1
        for person in self.oa.users.values():
            found["zalo_oa", person.id] += sum(seen.text == TEXT for seen in person.sees)
        for chat in self.zalo_bot.chats.values():
            found["zalo_bot", chat.id] += sum(seen.text.startswith(TEXT) for seen in chat.sees)
        return +found

    def refused(self) -> list[str]:
        """Messages that a vendor refused."""
        bots = [*self.telegram.calls, *self.zalo_bot.calls]
        sends = [f"{call.method}: {call.error}" for call in bots if call.error and call.method.startswith("send")]
        return sends + [f"{call.path}: {call.error}" for call in self.oa.api.calls if call.error]

    async def verdict(self) -> dict[str, Any]:
        """Counts that must hold: nobody missed, nobody twice, every state true."""
        rows = await self.database.all(
            select(broadcast_recipients, outbox.c.state.label("end"))
            .outerjoin(outbox, outbox.c.id == broadcast_recipients.c.outbox_id)
            .where(broadcast_recipients.c.broadcast_id == self.broadcast_id)
        )
        accepted = self.accepted()
        states = Counter(str(row.end) for row in rows)
        counts = await Broadcasts(self.database, Changes()).counts(self.broadcast_id)
        people = await self.database.value(select(func.count()).select_from(persons))
        return {
            "people": people,
            "recipients": len(rows),
            "states": dict(states),
            "counts_agree": {k: v for k, v in counts.items() if k != "read"} == dict(states),
            "twice": sum(count > 1 for count in accepted.values()),
            "sent_but_not_accepted": sum(row.end == "sent" and not accepted[row.channel, row.address] for row in rows),
            "accepted_but_no_end": sum(
                bool(accepted[row.channel, row.address]) and row.end not in ("sent", "unknown") for row in rows
            ),
            "unknown_that_arrived": sum(
                row.end == "unknown" and bool(accepted[row.channel, row.address]) for row in rows
            ),
            "without_end": sum(row.end in ("ready", "None") for row in rows),
            "refused": self.refused(),
            "kills": self.kills,
        }


@asynccontextmanager
async def broadcast_house(database_url: str, nursery: Nursery, *, latency: float = 0.05) -> AsyncIterator[House]:
    """Telegram that takes 30 a second and one a chat (else silence for PENALTY seconds), the OA with its minutes."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(Emulator(limits=Limits(30, 1, penalty=PENALTY)))
        telegram.latency = latency
        zalo_bot = ZaloBotServer(per_second=10)
        oa = FakeOA()
        server = Server(oa)
        await stack.enter_async_context(server)
        await stack.enter_async_context(zalo_bot)
        database = Database(database_url)
        stack.push_async_callback(database.close)
        committer = Committer(database)
        stack.push_async_callback(committer.close)
        house = House(database_url, database, committer, telegram, oa, zalo_bot, nursery)
        try:
            yield house
        finally:
            for worker in house.workers:
                worker.kill()
                await worker.wait()
