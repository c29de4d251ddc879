"""Two scheduler processes on one database, one of them killed with -9 in the middle of its run."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select

from bot.clock import now
from bot.message import Outgoing
from storage.changes import Changes
from storage.jobs import DONE, Jobs
from storage.tables import outbox
from tests.conftest import Bot
from tests.jobs.crowd import crowd
from tests.jobs.processes import ask_to_run, first_to_say, workers
from tests.nursery import Nursery

PEOPLE = 100
TAKEOVER_SECONDS = 30


@pytest.mark.parametrize("killed_at", [0, PEOPLE // 2], ids=["nobody is killed", "the leader is killed"])
async def test_a_hundred_due_notices_are_sent_to_a_hundred_people(app: Bot, nursery: Nursery, killed_at: int) -> None:
    database = app.database
    people = await crowd(database, PEOPLE, now())
    heard = everybody_has_heard(app)
    async with workers(nursery, app.app.settings.database_url, 2, hang_at=killed_at) as made, asyncio.timeout(120):
        working = await first_to_say(made, "leads")
        moment = now()
        await ask_to_run(database, moment)
        if killed_at:
            await working.says("hangs")
            await working.kill()
            working = next(one for one in made if one is not working)
            await asyncio.wait_for(working.says("began"), TAKEOVER_SECONDS)
        await working.says("done")
        await working.end()

    (run,) = await Jobs(database, Changes()).runs_of("everybody")
    assert (run.state, run.due_at, run.attempts) == (DONE, moment, 2 if killed_at else 1)
    assert sorted(row.person_id for row in await database.all(select(outbox.c.person_id))) == sorted(people)
    app.app.sender.wake()
    await asyncio.wait_for(heard.wait(), 120)
    await app.app.sender.idle()
    assert Counter(len(messages) for messages in app.channel.heard.values()) == {1: PEOPLE}


def everybody_has_heard(app: Bot) -> asyncio.Event:
    """Set once this program's own sender has sent to as many people."""
    heard, send = asyncio.Event(), app.channel.send

    async def counted(outgoing: Outgoing) -> str:
        id = await send(outgoing)
        if len(app.channel.heard) >= PEOPLE:
            heard.set()
        return id

    app.channel.send = counted  # type: ignore[method-assign]
    return heard
