"""One message, one transaction: what happens around the handlers, whatever they do."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.clock import now
from bot.errors import Retry, Unreachable
from bot.message import Outgoing
from storage.changes import Changes
from storage.outbox import MAX_ATTEMPTS, Outbox
from storage.tables import accounts, conversations, outbox, persons
from tests.chat import NOON, FakePerson
from tests.conftest import Bot


async def test_the_same_message_twice_is_answered_once(an: FakePerson) -> None:
    await an.says("/start", id="m1")
    await an.says("/start", id="m1")

    assert len(an.heard) == 1


async def test_one_persons_messages_are_handled_in_order_and_others_do_not_wait(app: Bot) -> None:
    people = [app.person(f"p{number}") for number in range(20)]
    for person in people:
        await person.says("/start")
        await person.taps("Đồng ý")

    await asyncio.gather(
        *(person.says(f"hôm nay học tin học {minutes} phút") for minutes in (10, 20, 30) for person in people)
    )

    for person in people:
        assert [heard.text.split(" · ")[0] for heard in person.heard[-3:]] == [
            f"Đã ghi: {minutes} phút" for minutes in (10, 20, 30)
        ]


async def test_a_handler_that_breaks_leaves_a_sentence_and_no_change(
    app: Bot, an: FakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an.says("/start")
    version = await app.database.value(select(conversations.c.version))
    routes = app.app.turns._router.routes

    async def breaks(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setitem(routes.texts, "question", breaks)
    await an.says("Giai đoạn 2 bắt đầu năm nào?")

    an.hears("chưa có gì thay đổi")
    assert await app.database.value(select(conversations.c.version)) == version + 1


async def test_what_a_channel_refuses_for_now_is_sent_later_and_in_the_end_given_up(app: Bot, an: FakePerson) -> None:
    async def refuses(outgoing: Outgoing) -> str:
        raise Retry("busy", after=60)

    app.channel.send = refuses  # type: ignore[method-assign]
    await an.says("/start")

    row = await app.database.first(select(outbox))
    assert (row.state, row.attempts, row.error) == ("ready", 1, "busy")
    for _ in range(2 * MAX_ATTEMPTS):  # the bot's own sender may take the row in between
        async with app.database.writing() as connection:
            again = update(outbox).where(outbox.c.state == "ready")
            await connection.execute(again.values(due_at=NOON - timedelta(days=400)))
        box = Outbox(app.database, Changes())
        app.app.sender.deliver(await box.take_due(NOON + timedelta(days=1), app.app.sender.owner, ["console"]))
        await app.app.sender.idle()
    assert await app.database.value(select(outbox.c.state)) == "failed"


async def test_somebody_who_blocked_the_bot_is_left_alone_until_they_write_again(app: Bot, an: FakePerson) -> None:
    async def blocked(outgoing: Outgoing) -> str:
        raise Unreachable("blocked")

    works = app.channel.send
    app.channel.send = blocked  # type: ignore[method-assign]
    await an.says("/start")
    assert await app.database.value(select(accounts.c.stopped_at)) is not None

    app.channel.send = works  # type: ignore[method-assign]
    await an.says("/start")

    assert await app.database.value(select(accounts.c.stopped_at)) is None
    assert len(an.heard) == 1


async def test_a_message_for_a_channel_that_another_process_serves_waits_for_it(app: Bot, an: FakePerson) -> None:
    await an.says("/start")
    box = Outbox(app.database, Changes())
    async with app.database.writing() as connection:
        await connection.execute(update(outbox).values(state="ready", channel="telegram", due_at=NOON))

    assert await box.take_due(NOON + timedelta(days=1), "me", ["console", "web"]) == []
    assert len(await box.take_due(NOON + timedelta(days=1), "me", ["telegram"])) == 1


async def test_a_row_claimed_by_a_dead_process_is_free_at_once_and_of_a_living_one_only_later(
    app: Bot, an: FakePerson
) -> None:
    await an.says("/start")
    moment = now() + timedelta(days=1)  # the bot's own sender, which keeps to the real time, leaves the row alone
    async with app.database.writing() as connection:
        await connection.execute(
            update(outbox).values(state="ready", claimed_by="host:1:a", due_at=moment + timedelta(seconds=30))
        )
    box = Outbox(app.database, Changes())

    assert await box.take_due(moment, "me", ["console"]) == []
    assert await box.owners(moment) == ["host:1:a"]
    assert len(await box.take_due(moment, "me", ["console"], dead=["host:1:a"])) == 1


async def test_a_first_message_makes_one_person_however_often_it_comes_at_once(app: Bot) -> None:
    an = app.person("an")

    await asyncio.gather(*(an.says("/start", id=f"m{number}") for number in range(8)))

    assert await app.database.value(select(func.count()).select_from(persons)) == 1
    assert len(an.heard) == 8
