"""One leader per token over all processes: it sends, the others' replies come through it, and a standby follows it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.app import App
from bot.channels.pacer import Pacer
from bot.clock import now
from bot.errors import Retry, Unanswered
from bot.i18n import t
from bot.knowledge.answer import Knowledge
from bot.message import Outgoing, Reply
from bot.notices import promise_notice
from bot.settings import Settings
from storage.changes import Changes
from storage.commits import Commit
from storage.outbox import BULK, NOTICE, Outbox
from storage.tables import accounts, outbox
from tests.chat import Chat, FakePerson

ABILITIES = {"console": Chat.abilities}


class PacedChat(Chat):
    """A channel like Telegram: one token, a rate, one leader."""

    def __init__(self, per_second: int = 1000) -> None:
        super().__init__()
        self.pacer: Pacer = Pacer(per_second)
        self.token_name = "console:the-token"
        self.fails: list[Exception] = []
        self.order: list[str] = []

    async def send(self, outgoing: Outgoing) -> str:
        async with self.pacer.slot(outgoing.address, outgoing.priority):
            if self.fails:
                raise self.fails.pop(0)
            self.order.append(outgoing.address)
            return await super().send(outgoing)


class House:
    """Several processes on one database, each with the same token."""

    def __init__(self, database_url: str, knowledge: Knowledge) -> None:
        self._settings = Settings(database_url=database_url, _env_file=None)  # type: ignore[call-arg]
        self._knowledge = knowledge
        self.apps: list[App] = []

    async def process(self, chat: PacedChat) -> App:
        app = App(self._settings, knowledge=self._knowledge)
        app.add(chat)
        await app.start(listen=False)
        self.apps.append(app)
        return app

    async def ends(self, app: App) -> None:
        self.apps.remove(app)
        await app.stop()


@pytest.fixture
async def house(database_url: str, knowledge: Knowledge) -> AsyncIterator[House]:
    """No process yet."""
    house = House(database_url, knowledge)
    yield house
    for app in list(house.apps):
        await house.ends(app)


async def until(holds: Callable[[], object]) -> None:
    """Wait for it, ten seconds at most."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the screens have no event of their own
            await asyncio.sleep(0.005)


async def tell_all(app: App, priority: int, **how: object) -> None:
    people = [row.person_id for row in await app.database.all(select(accounts.c.person_id))]
    changes = Changes()
    reply = Reply(t("All right, nothing was changed."))
    await promise_notice(app.database, changes, ABILITIES, people, reply, now(), priority=priority, **how)  # type: ignore[arg-type]
    await app.committer.commit(Commit(changes))


async def states(app: App, priority: int) -> list[str]:
    rows = await app.database.all(select(outbox.c.state).where(outbox.c.priority == priority).order_by(outbox.c.id))
    return [row.state for row in rows]


async def settled(app: App, priority: int, *wanted: str) -> None:
    async with asyncio.timeout(10):
        while await states(app, priority) != list(wanted):  # noqa: ASYNC110 - a row has no event
            await asyncio.sleep(0.005)


async def test_replies_of_a_process_that_does_not_lead_come_through_the_leader_at_once(house: House) -> None:
    leads, stands_by = PacedChat(), PacedChat()
    first = await house.process(leads)
    second = await house.process(stands_by)

    assert (first.sender.serves("console"), second.sender.serves("console")) == (True, False)
    await FakePerson("an", second, stands_by).says("/start")

    await until(lambda: leads.heard.get("an"))
    assert not stands_by.heard


async def test_a_standby_takes_over_and_sends_what_was_left(house: House) -> None:
    leads, stands_by = PacedChat(), PacedChat()
    first = await house.process(leads)
    second = await house.process(stands_by)
    await FakePerson("an", first, leads).says("/start")
    held = {"claimed_by": first.sender.owner, "due_at": now() + timedelta(seconds=60), "state": "ready"}
    for priority in (NOTICE, BULK):
        await tell_all(first, priority)
    await settled(first, BULK, "sent")
    await settled(first, NOTICE, "sent")
    # As if the first process had died with these on its way.
    async with second.database.writing() as connection:
        await connection.execute(update(outbox).values(**held))

    await house.ends(first)

    await until(lambda: second.sender.serves("console"))
    await until(lambda: len(stands_by.heard.get("an", [])) == 2)
    assert await states(second, BULK) == ["unknown"]
    await FakePerson("an", second, stands_by).says("/help", id="new")
    await until(lambda: len(stands_by.heard["an"]) == 3)


async def test_a_reply_does_not_wait_behind_bulk(house: House) -> None:
    chat = PacedChat(per_second=20)
    app = await house.process(chat)
    people = [FakePerson(f"p{number}", app, chat) for number in range(12)]
    for person in people:
        await person.says("/start")
    chat.order.clear()

    for _ in range(3):
        await tell_all(app, BULK)
    await until(lambda: len(chat.order) >= 4)
    await people[0].says("/help")

    assert len(chat.order) < 30
    await until(lambda: len(chat.order) == 3 * 12 + 1)
    await settled(app, BULK, *["sent"] * 36)


async def test_bulk_that_may_have_arrived_is_not_sent_again_and_a_reply_is(house: House) -> None:
    chat = PacedChat()
    app = await house.process(chat)
    await FakePerson("an", app, chat).says("/start")

    for failure in (Retry("no answer", doubtful=True), Unanswered("no answer"), TimeoutError()):
        chat.fails = [failure]
        await tell_all(app, BULK)
        await until(lambda: not chat.fails)
    chat.fails = [Retry("busy", after=0)]
    await tell_all(app, BULK)
    await until(lambda: len(chat.heard["an"]) == 2)
    chat.fails = [Retry("no answer", after=0, doubtful=True)]
    await FakePerson("an", app, chat).says("/help", id="again")

    await until(lambda: len(chat.heard["an"]) == 3)
    await settled(app, BULK, "unknown", "unknown", "unknown", "sent")


async def test_after_a_restart_nothing_leaves_before_a_whole_window_is_over(house: House) -> None:
    chat = PacedChat(per_second=5)
    app = await house.process(chat)
    await FakePerson("an", app, chat).says("/start")
    await house.ends(app)

    again = PacedChat(per_second=5)
    await house.process(again)

    assert not again.pacer.try_now("an")


async def test_only_one_process_claims_a_bulk_message(house: House) -> None:
    chat = PacedChat()
    app = await house.process(chat)
    await FakePerson("an", app, chat).says("/start")
    async with app.database.writing() as connection:
        await connection.execute(update(outbox).values(state="ready", priority=BULK, channel="telegram", claimed_by=""))
    box = Outbox(app.database, Changes())

    taken = await asyncio.gather(*(box.take_bulk("telegram", f"host:{n}:x", now(), 5) for n in range(4)))

    assert sorted(len(rows) for rows in taken) == [0, 0, 0, 1]
