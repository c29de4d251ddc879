"""A notice for many people stands in the outbox once each, in their words, and is taken back when it is out of date."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.app import ABILITIES
from bot.clock import LOCAL_ZONE
from bot.i18n import t
from bot.jobs.promise import CHUNK, Occasion, cancel, promise_once
from bot.jobs.runs import Context
from bot.message import Button, File, Reply
from storage.commits import Committer
from storage.database import Database
from storage.outbox import NOTICE
from storage.tables import accounts, conversations, outbox
from tests.jobs.crowd import crowd

NOW = datetime(2026, 11, 28, 7, 30, tzinfo=LOCAL_ZONE)
WORDS = Reply(t("This code is not valid (or was used already). Please check it with the operator."))
YOURS = Reply(t("{You} have this right already; the code stays unused."), (Button(t("Undo"), "undo", ("7",)),))
OCCASION = Occasion("deadline:2026-Q4:d7", NOW)


@pytest.fixture
def context(database: Database, committer: Committer) -> Context:
    return Context(database, committer, ABILITIES, LOCAL_ZONE, NOW)


async def sent_texts(database: Database) -> Counter[str]:
    return Counter(row.payload["text"] for row in await database.all(select(outbox.c.payload)))


async def test_two_thousand_people_are_promised_once_also_by_three_runs_at_the_same_time(context: Context) -> None:
    people = await crowd(context.database, 2_000, NOW, channels=("console", "web", "telegram"))
    replies = dict.fromkeys(people, WORDS)

    counts = await asyncio.gather(*(promise_once(context, OCCASION, replies, NOW) for _ in range(3)))
    again = await promise_once(context, OCCASION, replies, NOW + timedelta(minutes=5))

    assert (sum(counts), again) == (2_000, 0)
    found = await context.database.all(select(outbox))
    assert sorted(row.person_id for row in found) == sorted(people)
    assert {row.state for row in found} == {"ready"}
    assert {row.due_at for row in found} == {NOW}
    addresses = await context.database.all(select(accounts.c.channel, accounts.c.address))
    assert sorted((row.channel, row.address) for row in found) == sorted(map(tuple, addresses))
    assert len({row.key for row in found}) == 2_000


async def test_everyone_reads_it_in_their_language_and_form_of_address_with_the_buttons(context: Context) -> None:
    people = await crowd(context.database, 15, NOW)

    await promise_once(context, OCCASION, dict.fromkeys(people, YOURS), NOW)

    texts = await sent_texts(context.database)
    assert texts == {
        "You have this right already; the code stays unused.": 3,
        "Đồng chí đã có quyền này; mã vẫn chưa dùng.": 4,
        "Anh/chị đã có quyền này; mã vẫn chưa dùng.": 8,
    }
    row = await context.database.first(select(outbox.c.payload))
    assert [payload for _, payload in row.payload["buttons"]] == ["undo|7"]


async def test_another_moment_or_matter_is_another_promise_and_may_wait(context: Context) -> None:
    people = await crowd(context.database, 3, NOW)
    later = NOW + timedelta(days=1)
    for occasion in (OCCASION, replace(OCCASION, moment=later, send_at=later), replace(OCCASION, what="week:2026")):
        assert await promise_once(context, occasion, dict.fromkeys(people, WORDS), NOW) == 3

    due = Counter(row.due_at for row in await context.database.all(select(outbox.c.due_at)))
    assert due == {NOW: 6, later: 3}


async def test_whoever_cannot_be_reached_is_passed_over_and_the_account_used_last_gets_it(context: Context) -> None:
    gone, both = await crowd(context.database, 2, NOW)
    async with context.database.writing() as connection:
        await connection.execute(update(accounts).where(accounts.c.person_id == gone).values(stopped_at=NOW))
        await connection.execute(
            accounts.insert().values(id=1, channel="web", address="w", person_id=both, seen_at=NOW + timedelta(hours=1))
        )

    assert await promise_once(context, OCCASION, dict.fromkeys([gone, both, 12345], WORDS), NOW) == 1

    row = await context.database.first(select(outbox))
    assert (row.person_id, row.channel, row.address) == (both, "web", "w")


async def test_on_a_channel_without_buttons_the_choices_are_numbered_and_remembered(context: Context) -> None:
    one, other = await crowd(context.database, 2, NOW, channels=("zalo_bot", "console"))

    await promise_once(context, OCCASION, dict.fromkeys([one, other], YOURS), NOW)
    await promise_once(context, OCCASION, dict.fromkeys([one, other], YOURS), NOW)

    talks = {row.person_id: row for row in await context.database.all(select(conversations))}
    assert talks[one].state == {"asked": "x", "taps": [["Undo", "undo|7"]]}
    assert (talks[one].version, talks[other].version) == (2, 1)


async def test_a_long_notice_is_cut_and_still_promised_once(context: Context) -> None:
    people = await crowd(context.database, 2, NOW, channels=("zalo_bot",))
    long = Reply(t("{text}\n\nLinked accounts:\n{lines}", text="học " * 600, lines="một " * 300))

    for _ in range(2):
        await promise_once(context, OCCASION, dict.fromkeys(people, long), NOW)

    parts = Counter(row.person_id for row in await context.database.all(select(outbox.c.person_id)))
    assert set(parts.values()) == {2}


async def test_an_edit_takes_back_what_was_promised_for_the_old_date_and_is_not_sent(context: Context) -> None:
    people = await crowd(context.database, 4, NOW)
    later = NOW + timedelta(days=1)
    await promise_once(context, replace(OCCASION, send_at=later), dict.fromkeys(people, WORDS), NOW)
    other = Occasion("deadline:2026-Q40:d7", NOW)
    await promise_once(context, other, dict.fromkeys(people[:1], WORDS), NOW)
    async with context.database.writing() as connection:
        mine = outbox.c.person_id == people[0]
        await connection.execute(update(outbox).where(mine).values(state="sent", sent_at=NOW))
        mine = outbox.c.person_id == people[1]
        await connection.execute(update(outbox).where(mine).values(claimed_by="host:1:abc"))

    assert await cancel(context, "deadline:2026-Q4") == 2
    assert await cancel(context, "deadline:2026-Q4") == 0

    states = Counter((row.state, row.error) for row in await context.database.all(select(outbox)))
    assert states == {("sent", ""): 2, ("ready", ""): 1, ("cancelled", ""): 2}
    # The same moment may be promised anew to those who never got it, and only to them.
    assert await promise_once(context, OCCASION, dict.fromkeys(people, WORDS), NOW) == 2


async def test_a_notice_has_its_priority_and_its_end(context: Context) -> None:
    (one,) = await crowd(context.database, 1, NOW)

    await promise_once(
        context, replace(OCCASION, priority=NOTICE, expires_at=NOW + timedelta(hours=3)), {one: WORDS}, NOW
    )

    row = await context.database.first(select(outbox))
    assert (row.priority, row.expires_at, row.key) == (1, NOW + timedelta(hours=3), f"{OCCASION.key}:{one}")


async def test_a_file_is_refused_and_a_crowd_is_written_in_chunks(context: Context) -> None:
    (one,) = await crowd(context.database, 1, NOW)
    file: Any = (File("a.png", "image/png", b"x"),)

    with pytest.raises(ValueError, match="no file"):
        await promise_once(context, OCCASION, {one: replace(WORDS, files=file)}, NOW)
    assert CHUNK <= 2_000
