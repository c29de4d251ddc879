"""The whole bot behind the Zalo OA: a conversation with buttons, a flood of duplicates, and kept events on real SQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.app import ABILITIES, ROUTES, App
from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_oauth import OAuth
from bot.channels.zalo_oa_tokens import Rotation
from bot.clock import now
from bot.inbox import Turns
from bot.knowledge.answer import Knowledge
from bot.router import Router
from bot.settings import Settings
from storage.database import Database
from storage.tables import metadata, study_logs
from storage.zalo_tokens import ZaloHeld, ZaloTokens, zalo_held, zalo_tokens
from tests.zalo_fake.oa import FakeOA
from tests.zalo_fake.oa_bench import listening, serving

FLOOD = 2_000


@pytest.fixture
async def tables(database: Database) -> None:
    """The channel's tables, where the migrations do not make them yet."""
    async with database.writing() as connection:
        await connection.run_sync(
            lambda sync: metadata.create_all(sync, tables=[zalo_tokens, zalo_held], checkfirst=True)
        )


@dataclass
class Whole:
    """The bot and the OA that it serves."""

    app: App
    oa: FakeOA

    async def logged(self) -> int:
        """Entries in all diaries."""
        return int(await self.app.database.value(select(func.count()).select_from(study_logs)))

    @asynccontextmanager
    async def process(self) -> AsyncIterator[None]:
        """A process of the channel: its own memory, the same database."""
        store = ZaloTokens(self.app.database, self.app.committer, self.oa.app_id)
        if await store.read() is None:
            pair = self.oa.grant()
            await store.consented(pair.access, pair.refresh, now(), now() + timedelta(hours=25))
        channel = ZaloOA(
            self.oa.app_id,
            self.oa.oa_secret,
            Rotation(OAuth(self.oa.app_id, self.oa.app_secret, self.oa.url), store),
            oa_id=self.oa.oa_id,
            api_url=self.oa.url,
            held=ZaloHeld(self.app.database),
        )
        self.app.add(channel)
        await self.app.sender.lead()
        async with listening(self.oa, channel, self.app.turns):
            yield
            await self.app.sender.idle()


@pytest.fixture
async def whole(database_url: str, tables: None, knowledge: Knowledge) -> AsyncIterator[Whole]:
    """The bot on a fresh database, and a fake OA."""
    app = App(Settings(database_url=database_url, _env_file=None), knowledge=knowledge)  # type: ignore[call-arg]
    abilities = {**ABILITIES, ZaloOA.name: ZaloOA.abilities}
    app.turns = Turns(app.database, app.committer, Router(ROUTES), app.knowledge, app.sender, abilities)
    await app.start(listen=False)
    async with serving() as oa:
        yield Whole(app, oa)
    await app.stop()


async def test_a_person_follows_agrees_by_a_button_and_logs_in_one_line(whole: Whole) -> None:
    async with whole.process():
        an = whole.oa.user("An")
        await an.follows()
        (welcome,) = await an.hears()
        assert "Đồng ý" in welcome.buttons

        await an.taps("Đồng ý")
        await an.hears()
        await an.says("hôm nay học 2 tiếng rưỡi tiếng Anh")

        (saved,) = await an.hears()
        assert "2 giờ 30 phút" in saved.text
        assert "Hoàn tác" in saved.buttons
        await an.taps("Hoàn tác")
        await an.hears()
        assert await whole.logged() == 1
        assert await whole.app.database.value(select(study_logs.c.deleted_at)) is not None


async def test_a_button_typed_by_somebody_else_is_dead(whole: Whole) -> None:
    async with whole.process():
        an, eve = whole.oa.user("An"), whole.oa.user("Eve")
        for person in (an, eve):
            await person.follows()
            await person.hears()
            await person.taps("Đồng ý")
            await person.hears()
        await an.says("hôm nay học tin học 30 phút")
        (saved,) = await an.hears()

        await eve.says(saved.buttons["Hoàn tác"]["payload"])

        await eve.hears()
        assert await whole.app.database.value(select(study_logs.c.deleted_at)) is None


async def test_a_flood_of_duplicates_makes_one_effect(whole: Whole) -> None:
    an = whole.oa.user("An")
    async with whole.process():
        await an.follows()
        await an.hears()
        await an.taps("Đồng ý")
        await an.hears()
        await an.says("hôm nay học tin học 30 phút")
        body = whole.oa.webhook.bodies[-1]

        assert await flood(whole, body, FLOOD) == {200}

        assert len(await an.hears()) == 1
        await an.hears_nothing()
    async with whole.process():
        assert await flood(whole, body, 100) == {200}

        await an.hears_nothing()
    assert await whole.logged() == 1


async def flood(whole: Whole, body: bytes, count: int) -> set[int]:
    """The same event many times, a hundred at once; the statuses that came back."""
    headers = {"X-ZEvent-Signature": whole.oa.webhook.sign(body, body.decode().rpartition('"timestamp":"')[2][:13])}
    slots = asyncio.Semaphore(100)

    async def one() -> int:
        async with slots:
            return await whole.oa.webhook.post(body, headers)

    return set(await asyncio.gather(*(one() for _ in range(count))))


async def test_kept_events_are_kept_once_in_order_and_until_they_are_dropped(database: Database, tables: None) -> None:
    held, moment = ZaloHeld(database), now()
    await held.hold("b", "hai", moment)
    await held.hold("a", "một", moment - timedelta(seconds=9))
    await held.hold("a", "khác", moment)

    assert list(await held.left(moment)) == [("a", "một"), ("b", "hai")]
    assert list(await held.left(moment - timedelta(seconds=5))) == [("a", "một")]
    await held.drop("a")
    await held.drop("never")
    assert list(await held.left(moment)) == [("b", "hai")]


async def test_what_a_dead_process_kept_is_handled_at_the_next_start(whole: Whole) -> None:
    an = whole.oa.user("An")
    async with whole.process():
        await an.says("/start")
        await an.hears()
        body = whole.oa.webhook.bodies[-1].decode()
    held = ZaloHeld(whole.app.database)
    fresh = body.replace('"msg_id":"', '"msg_id":"held-')
    await held.hold("fresh", fresh, now())
    await held.hold("handled before", body, now())
    await held.hold("nobody's", '{"event_name": "tu_lai_moi"}', now())

    async with whole.process():
        assert len(await an.hears()) == 1
        await an.hears_nothing()
        assert list(await held.left(now())) == []
