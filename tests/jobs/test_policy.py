"""The policy of reminders for any cause: quiet hours, one promise, two causes at one moment, who has done it."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.app import ABILITIES
from bot.clock import LOCAL_ZONE
from bot.i18n import t
from bot.jobs.policy import allowed_from, is_stale, last_minute, remind
from bot.jobs.runs import Context
from bot.message import Reply
from storage.changes import Changes
from storage.commits import Committer
from storage.database import Database
from storage.reminders import Outcome, Reminders
from storage.tables import outbox, persons
from tests.jobs.crowd import crowd

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=LOCAL_ZONE)
WORDS = Reply(t("This unit is no more."))
SEEN = NOON - timedelta(days=30)


@pytest.fixture
def context(database: Database, committer: Committer) -> Context:
    return Context(database, committer, ABILITIES, LOCAL_ZONE, NOON)


async def promised(context: Context) -> list[tuple[int, datetime]]:
    rows = await context.database.all(select(outbox.c.person_id, outbox.c.due_at).order_by(outbox.c.id))
    return [(row.person_id, row.due_at.astimezone(LOCAL_ZONE)) for row in rows]


def test_the_quiet_hours_move_a_notice_to_the_next_minute_that_is_allowed() -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-{text}:00+07:00")

    for moment, allowed in {
        "25T00:00": "25T07:30", "25T07:29": "25T07:30", "25T07:30": "25T07:30", "25T12:00": "25T12:00",
        "25T21:30": "25T21:30", "25T21:31": "26T07:30", "30T23:59": "31T07:30",
    }.items():  # fmt: skip
        expected = at("30T07:30") + timedelta(days=1) if allowed.startswith("31") else at(allowed)
        assert allowed_from(at(moment), LOCAL_ZONE) == expected, moment
    assert last_minute(at("25T12:00"), LOCAL_ZONE) == at("25T21:31")
    assert [is_stale(at("25T19:30"), at(now), LOCAL_ZONE) for now in ("25T22:29", "25T22:30", "26T00:01")] == [
        False, True, True
    ]  # fmt: skip


async def test_two_causes_at_one_moment_together_keep_to_two_a_week(context: Context) -> None:
    people = await crowd(context.database, 40, SEEN)
    replies = dict.fromkeys(people, WORDS)

    facts = await asyncio.gather(*(remind(context, f"deadline:{n}", replies, NOON) for n in range(4)))

    assert sorted(id for id, _ in await promised(context)) == sorted([*people, *people])
    assert sorted(sorted(one.items()) for one in facts) == [
        [("enough", 40)], [("enough", 40)], [("sent", 40)], [("sent", 40)]
    ]  # fmt: skip


async def test_a_run_that_begins_again_promises_nothing_twice_and_records_what_it_had_promised(
    context: Context,
) -> None:
    people = await crowd(context.database, 10, SEEN)
    replies = dict.fromkeys(people, WORDS)
    await remind(context, "deadline:1", replies, NOON)
    before = await promised(context)

    facts = await remind(context, "deadline:1", replies, NOON + timedelta(minutes=5))

    assert (await promised(context), facts) == (before, {"sent": 10})
    for id in people:
        assert [row.outcome for row in await Reminders(context.database, Changes()).record_of(id)] == ["sent"]


async def test_at_night_it_waits_for_the_morning_and_what_expires_before_is_dropped(context: Context) -> None:
    people = await crowd(context.database, 3, SEEN)
    replies = dict.fromkeys(people, WORDS)
    night = NOON.replace(hour=23)

    morning = (night + timedelta(days=1)).replace(hour=7, minute=30)
    assert await remind(context, "deadline:1", replies, night, expires_at=morning) == {"stale": 3}
    assert await promised(context) == []
    assert await remind(context, "deadline:1", replies, night) == {"sent": 3}
    assert [due for _, due in await promised(context)] == [morning] * 3


async def test_only_those_who_agreed_can_be_reached_wrote_lately_and_have_not_done_it_are_reminded(
    context: Context,
) -> None:
    asked, silent, done, refused = await crowd(context.database, 4, SEEN)
    table = Reminders(context.database, Changes())
    for week in range(1, 4):
        await table.settle(
            [Outcome(silent, f"remind:x:{week}:{silent}", "sent")], (), NOON - timedelta(weeks=week, days=-1)
        )
    async with context.database.writing() as connection:
        await connection.execute(update(persons).where(persons.c.id == refused).values(consents={"reminders": False}))

    everybody = dict.fromkeys((asked, silent, done, refused), WORDS)
    facts = await remind(context, "deadline:1", everybody, NOON, done={done})

    assert [id for id, _ in await promised(context)] == [asked]
    assert facts == {"sent": 1, "silent": 1, "done": 1, "no_consent": 1}
