"""Notices that no message caused: once per key, with buttons and files, taken back, and dropped when they come late."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.app import ABILITIES
from bot.clock import now
from bot.i18n import t
from bot.message import Button, File, Reply
from bot.notices import promise_notice
from storage.changes import Changes
from storage.commits import Commit
from storage.outbox import BULK, NOTICE, Outbox
from storage.tables import accounts, outbox
from tests.chat import FakePerson
from tests.conftest import Bot

LATER = now() + timedelta(days=30)
SAID = Reply(t("All right, nothing was changed."))


async def promises(app: Bot, reply: Reply = SAID, at: datetime = LATER, **how: Any) -> int:
    """Promise it to everyone that the bot knows; due in a month, so that nothing is sent meanwhile."""
    people = [row.person_id for row in await app.database.all(select(accounts.c.person_id))]
    changes = Changes()
    count = await promise_notice(app.database, changes, ABILITIES, people, reply, at, **how)
    await app.committer.commit(Commit(changes))
    return count


async def states(app: Bot) -> Sequence[str]:
    rows = await app.database.all(select(outbox.c.state).where(outbox.c.priority > 0).order_by(outbox.c.id))
    return [row.state for row in rows]


async def test_a_notice_with_a_key_is_promised_once_however_often_it_is_asked_for(app: Bot, an: FakePerson) -> None:
    await an.says("/start")
    await app.person("bình").says("/start")

    assert await promises(app, key="deadline:2026-Q4:7", priority=BULK) == 2
    assert await promises(app, key="deadline:2026-Q4:7", priority=BULK) == 0
    assert await promises(app, key="deadline:2026-Q4:1") == 2

    rows = await app.database.all(select(outbox.c.priority, outbox.c.key).where(outbox.c.priority > 0))
    assert sorted(row.priority for row in rows) == [NOTICE, NOTICE, BULK, BULK]
    assert len({row.key for row in rows}) == 4


async def test_two_processes_that_promise_the_same_at_once_leave_one_notice(app: Bot, an: FakePerson) -> None:
    await an.says("/start")
    person = (await app.database.first(select(accounts.c.person_id))).person_id
    both = [Changes(), Changes()]

    for changes in both:
        await promise_notice(app.database, changes, ABILITIES, [person], SAID, LATER, key="k")
    for changes in both:
        await app.committer.commit(Commit(changes))

    assert await states(app) == ["ready"]


async def test_what_waits_under_a_key_is_taken_back_and_nothing_else(app: Bot, an: FakePerson) -> None:
    await an.says("/start")
    for key in ("deadline:1", "deadline:10", "digest:1"):
        await promises(app, key=key)
    changes = Changes()

    Outbox(app.database, changes).cancel("deadline:1:")
    await app.committer.commit(Commit(changes))

    assert await states(app) == ["cancelled", "ready", "ready"]


async def test_a_notice_carries_buttons_and_files(app: Bot, an: FakePerson) -> None:
    await an.says("/start")
    file = File("kế hoạch.txt", "text/plain", "nội dung".encode())
    reply = Reply(t("All right, nothing was changed."), (Button(t("Undo"), "nothing", ("1",)),), (file,))

    await promises(app, reply, at=now())
    async with asyncio.timeout(10):
        while len(an.heard) < 2:  # noqa: ASYNC110 - the screen has no event of its own
            await asyncio.sleep(0.01)

    an.hears("tôi không sửa gì", buttons=["Hoàn tác"])
    assert an.last.files == {"kế hoạch.txt": "nội dung".encode()}


async def test_what_comes_too_late_is_dropped_and_recorded(app: Bot, an: FakePerson) -> None:
    await an.says("/start")
    heard = len(an.heard)

    await promises(app, at=now() - timedelta(hours=2), expires_at=now() - timedelta(hours=1))
    box = Outbox(app.database, Changes())
    assert await box.take_due(now(), "me", ["console"]) == []
    changes = Changes()
    Outbox(app.database, changes).expire(now())
    await app.committer.commit(Commit(changes))

    assert await states(app) == ["expired"]
    assert len(an.heard) == heard
