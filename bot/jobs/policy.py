"""When a person may be reminded: the one place that decides, for personal reminders and every other cause.

| rule | |
|---|---|
| consent | without a yes to reminders nothing is sent; "tắt nhắc" takes the yes back and what waits with it |
| quiet hours | nothing before 07:30 nor after 21:30 where the person lives: later that day, or dropped |
| done | nobody who has done it: studied that day, reached the week's goal, or submitted already |
| enough | at most 2 a week (from Monday) over all causes, unless the person chose more |
| silence | after 3 in a row without a message in between nothing more, until the person writes |
| stale | what is late by more than a few hours, or by a day, is dropped and recorded, never made up for in a burst |

Official notices (announcements, decisions about one's own requests, answers) are no reminders and do not come here.
"""

import asyncio
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from bot.jobs.promise import CHUNK, Occasion, promise_once
from bot.jobs.runs import Context, Facts
from bot.language.reminding import EARLIEST, LATEST
from bot.message import Reply
from storage.changes import Changes
from storage.database import Database
from storage.reminders import KEY, SENT, Moved, Outcome, Reminders, Standing

MOST_A_WEEK = 2
MOST_UNANSWERED = 3
LATE = timedelta(hours=3)
"""A personal reminder that comes so late is of no use any more."""
NO_CONSENT, UNREACHABLE, DONE, ENOUGH, SILENT, STALE = "no_consent", "unreachable", "done", "enough", "silent", "stale"


def why_not(one: Standing, *, done: bool) -> str:
    """Why a person is not reminded now (one of the words above), or SENT when nothing speaks against it."""
    if not one.agreed:
        return NO_CONSENT
    if not one.is_reachable:
        return UNREACHABLE
    if done:
        return DONE
    if one.sent_this_week >= max(MOST_A_WEEK, one.chosen):
        return ENOUGH
    return SILENT if one.unanswered >= MOST_UNANSWERED else SENT


def has_studied(one: Standing) -> bool:
    """True when a reminder to study is needless: something is logged for today, or the week's goal is reached."""
    return one.minutes_today > 0 or bool(one.goal and one.minutes_this_week >= one.goal)


def allowed_from(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or the next one outside the quiet hours."""
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if minute < EARLIEST:
        return _at(local.date(), EARLIEST, zone)
    # 21:30 itself is the last minute.
    return moment if minute <= LATEST else _at(local.date() + timedelta(days=1), EARLIEST, zone)


def last_minute(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the quiet hours begin on the day of this moment: nothing of that day is sent from then on."""
    return _at(moment.astimezone(zone).date(), LATEST + 1, zone)


def is_stale(due: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """True when a reminder to study on the day of `due` comes too late to be of use."""
    return now - due >= LATE or now.astimezone(zone).date() != due.astimezone(zone).date()


def week_began(now: datetime, zone: ZoneInfo) -> datetime:
    """Monday, midnight, where the person lives."""
    today = now.astimezone(zone).date()
    return _at(today - timedelta(days=today.weekday()), 0, zone)


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), zone)


async def remind(
    context: Context,
    cause: str,
    replies: Mapping[int, Reply],
    now: datetime,
    *,
    done: Collection[int] = (),
    expires_at: datetime | None = None,
) -> Facts:
    """Remind these people of something of this cause (`deadline:2026-Q4:d7`), each once, as far as the rules allow.

    `done` are those who need no reminder. Whatever falls into the quiet hours goes out when they are over; `expires_at`
    is when it is of no use any more. Returns how many people met which outcome; SENT stands for new promises.
    """
    zone = context.zone
    send_at = allowed_from(now, zone)
    if expires_at is not None and send_at >= expires_at:
        return {STALE: len(replies)}
    store = Reminders(context.database, Changes())
    occasion = Occasion(f"{KEY}:{cause}", context.due, send_at, expires_at or last_minute(send_at, zone))
    today, monday = send_at.astimezone(zone).date(), week_began(send_at, zone)
    facts: Facts = {}
    people = iter(replies)
    while some := list(islice(people, CHUNK)):
        async with one_at_a_time(context):
            known = await store.promised(key_of(occasion, id) for id in some)
            outcomes = []
            for one in await store.standings(some, today, monday):
                key = key_of(occasion, one.person_id)
                # What was promised before a crash counts, whatever speaks against it now.
                said = SENT if key in known else why_not(one, done=one.person_id in done)
                outcomes.append(Outcome(one.person_id, key, said))
            await carry_out(context, occasion, outcomes, replies, now)
        count(outcomes, facts)
    return facts


_TURNSTILES: WeakKeyDictionary[Database, asyncio.Lock] = WeakKeyDictionary()


def one_at_a_time(context: Context) -> asyncio.Lock:
    """Hold this from reading how people stand to recording what became of them.

    Two jobs of one tick would otherwise both see room for one more. Only the leader runs jobs: a lock of this process
    is enough.
    """
    return _TURNSTILES.setdefault(context.database, asyncio.Lock())


async def carry_out(
    context: Context,
    occasion: Occasion,
    outcomes: Collection[Outcome],
    replies: Mapping[int, Reply],
    now: datetime,
    moved: Collection[Moved] = (),
) -> None:
    """Promise what was decided, then record it: a run that is cut off in between finds its promises by their keys."""
    chosen = {one.person_id: replies[one.person_id] for one in outcomes if one.outcome == SENT}
    if chosen:
        await promise_once(context, occasion, chosen, now)
    kept = [one for one in outcomes if one.outcome not in (NO_CONSENT, UNREACHABLE)]
    await Reminders(context.database, Changes()).settle(kept, moved, occasion.send_at or now)


def count(outcomes: Collection[Outcome], facts: Facts) -> None:
    """Add the outcomes to a run's facts."""
    for one in outcomes:
        facts[one.outcome] = facts.get(one.outcome, 0) + 1


def key_of(occasion: Occasion, person_id: int) -> str:
    """What nobody is promised twice."""
    return f"{occasion.key}:{person_id}"
