"""Personal reminders to study: all that are due, in batches, each decided by the policy and promised once."""

import asyncio
from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.i18n import Minutes, Text, t
from bot.jobs.policy import (
    DONE,
    ENOUGH,
    LATE,
    STALE,
    allowed_from,
    carry_out,
    count,
    has_studied,
    is_stale,
    key_of,
    last_minute,
    one_at_a_time,
    week_began,
    why_not,
)
from bot.jobs.promise import Occasion
from bot.jobs.rule import MOST_MISSED
from bot.jobs.runs import Context, Facts
from bot.language.reminding import next_moment
from bot.message import Button, Reply
from storage.changes import Changes
from storage.reminders import KEY, SENT, STUDY, Moved, Outcome, Reminder, Reminders, Standing

CHUNK = 1_000
"""Reminders per transaction: deciding about so many held the loop for 28 ms at most (100,000 in 9 s on PostgreSQL)."""

WORDING = (
    t("It is the time that {you} chose for study. {week} Once done, just send it here."),
    t("As {you} asked: time to study. {week} Half an hour counts, too."),
    t("A reminder that {you} set: study today? {week} One line afterwards is enough for the diary."),
    t("The hour for study that {you} set has come. {week} For example: “today I studied computing for 30 minutes”."),
    t("A moment for study, as {you} planned. {week} I log it as soon as {you} send it."),
)
"""They take turns, so that the same words never come twice in a row."""

BUTTONS = (Button(t("Log study"), "example", ("log",)), Button(t("Stop reminders"), "remind.off"))


async def run(now: datetime, context: Context) -> Facts | None:
    """Remind everybody whose moment has come, as far as the policy allows; each row gets its next moment."""
    store = Reminders(context.database, Changes())
    facts: Facts = {}
    for name in await store.zones_due(now):
        zone = ZoneInfo(name)
        today, monday = now.astimezone(zone).date(), week_began(now, zone)
        while True:
            async with one_at_a_time(context):
                rows = await store.due(now, name, today, monday, CHUNK)
                await _settle(context, rows, zone, now, facts)
            if len(rows) < CHUNK:
                break
            await asyncio.sleep(0)
    return facts or None


async def _settle(
    context: Context, rows: list[tuple[Reminder, Standing]], zone: ZoneInfo, now: datetime, facts: Facts
) -> None:
    """Decide about one batch, moment by moment, and write it down."""
    moments: dict[datetime, list[tuple[Reminder, Standing]]] = defaultdict(list)
    missed: list[Outcome] = []
    for reminder, standing in rows:
        *before, due = _moments(reminder, zone, now)
        moments[due].append((reminder, standing))
        missed += [
            Outcome(reminder.person_id, key_of(_occasion(one, zone), reminder.person_id), STALE)
            for one in before
            if standing.agreed
        ]
    reminded: set[int] = set()
    replies: dict[tuple[int, int, int], Reply] = {}
    for due, some in sorted(moments.items()):
        occasion = _occasion(due, zone)
        known = set() if is_stale(due, now, zone) else await _known(context, occasion, some)
        outcomes, words = missed, {}
        missed = []
        key_begins = occasion.key
        for reminder, standing in some:
            key = f"{key_begins}:{reminder.person_id}"
            said = SENT if key in known else _decide(standing, due, now, zone, reminded)
            outcomes.append(Outcome(reminder.person_id, key, said))
            if said == SENT:
                reminded.add(reminder.person_id)
                words[reminder.person_id] = _reply(standing, replies)
        moved = [Moved(one.id, one.next_at, next_moment(one.days, one.minute, zone, now)) for one, _ in some]
        await carry_out(context, occasion, outcomes, words, now, moved)
        count(outcomes, facts)


def _moments(one: Reminder, zone: ZoneInfo, now: datetime) -> list[datetime]:
    """The moments that have come since the last look, the newest last; of a long time only the newest ones."""
    found = [one.next_at]
    while (moment := next_moment(one.days, one.minute, zone, found[-1])) <= now:
        found.append(moment)
    return found[-MOST_MISSED:]


def _occasion(due: datetime, zone: ZoneInfo) -> Occasion:
    return Occasion(f"{KEY}:{STUDY}", due, None, min(last_minute(due, zone), due + LATE))


async def _known(context: Context, occasion: Occasion, some: list[tuple[Reminder, Standing]]) -> set[str]:
    """The promises that a run of before made, and did not come to record."""
    key = occasion.key
    keys = (f"{key}:{reminder.person_id}" for reminder, _ in some)
    return await Reminders(context.database, Changes()).promised(keys)


def _decide(one: Standing, due: datetime, now: datetime, zone: ZoneInfo, reminded: set[int]) -> str:
    """What becomes of one reminder; two of one person in the same batch are one."""
    said = why_not(one, done=has_studied(one))
    if said in (SENT, DONE, ENOUGH) and (is_stale(due, now, zone) or allowed_from(now, zone) != now):
        return STALE
    return ENOUGH if said == SENT and one.person_id in reminded else said


def _reply(one: Standing, made: dict[tuple[int, int, int], Reply]) -> Reply:
    """The words for this person; the same object for all who get the same ones, so that they are rendered once."""
    group = (one.study_sent % len(WORDING), one.minutes_this_week, one.goal or 0)
    if group not in made:
        wording = WORDING[group[0]]
        made[group] = Reply(Text(wording.msgid, {"week": _week(one)}), BUTTONS)
    return made[group]


def _week(one: Standing) -> Text:
    if one.goal:
        return t("This week: {minutes} / goal {goal}.", minutes=Minutes(one.minutes_this_week), goal=Minutes(one.goal))
    return t("This week: {minutes}.", minutes=Minutes(one.minutes_this_week))
