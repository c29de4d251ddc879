"""The digest for officers on Monday morning: how last week went, and at most five to contact; silent when all is well.

Whoever is named agreed to it; people are shown to their nearest officer only. Elsewhere than in the officer's own unit
nobody is shown from a unit of fewer than SMALL members, and people who may not be named are counted from SMALL on.
How many people a digest shows one by one is kept in the audit with the message, as a read by that officer.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import local
from bot.i18n import Minutes, Text, joined, t
from bot.jobs.policy import allowed_from
from bot.jobs.promise import Occasion, promise_once
from bot.jobs.runs import Context, Facts
from bot.language.periods import Period, previous, week
from bot.message import Button, Reply
from bot.reports.completeness import board, due_of
from bot.reports.deadlines import candidates, deadline_of
from bot.reports.period import name_of_period
from bot.reports.unit import SMALL, UnitSummary, unit_summary
from bot.summary_words import headline, name_of
from storage.attention import Attention, Odd, Officer, Silent
from storage.audit import SYSTEM, Audit
from storage.changes import Changes
from storage.outbox import NOTICE
from storage.periods import Periods
from storage.roles import OFFICER
from storage.summaries import Summaries
from storage.units import Unit, Units

MOST_SHOWN = 5
SILENT_DAYS = 14
MOST_MINUTES = 12 * 60
"""More than this on one day is no study."""
MOST_SAME = 3
"""More equal entries than this on one day are a slip or worse."""
WEEKS_BEFORE = 4
LEAST_MINUTES = 300
"""A unit with fewer minutes a week than this does not fall off: it was never there."""
OVERDUE_DAYS = 30
USEFUL = timedelta(hours=36)
PAGE = 200
"""Roles that are read at a time."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of what to look into, and where a tap leads."""

    text: Text
    button: Button | None = None
    shows_person: bool = False


async def run(now: datetime, context: Context) -> Facts | None:
    """Tell each officer about each of their units that something is wrong with; how many units were read and told."""
    attention = Attention(context.database, Changes())
    facts: Facts = {}
    after = 0
    while officers := await attention.officers(now, after, PAGE):
        after = officers[-1].role_id
        for officer in officers:
            facts["units"] = facts.get("units", 0) + 1
            if await _tell(context, officer, now):
                facts["sent"] = facts.get("sent", 0) + 1
            await asyncio.sleep(0)
    return facts or None


async def _tell(context: Context, officer: Officer, now: datetime) -> bool:
    found = await digest(context, officer, now)
    if found is None:
        return False
    reply, people = found
    kept = Changes()
    if people:
        Audit(context.database, kept).record("people.read", now, via=SYSTEM, who=officer.person_id, role=OFFICER,
                                             unit_id=officer.unit_id, detail={"people": people})  # fmt: skip
    send_at = allowed_from(now, context.zone)
    occasion = Occasion(f"digest:{officer.unit_id}", context.due, send_at, context.due + USEFUL, NOTICE)
    return bool(await promise_once(context, occasion, {officer.person_id: reply}, now, kept))


async def digest(context: Context, officer: Officer, now: datetime) -> tuple[Reply, int] | None:
    """What the officer reads about a unit and the week before this one, and how many people it shows one by one.

    None when there is nothing to look into.
    """
    unit = await Units(context.database, Changes()).by_id(officer.unit_id)
    if unit is None:
        return None
    last = previous(week(local(now).date()))
    summary = await unit_summary(
        Summaries(context.database, Changes()), Units(context.database, Changes()), unit, last, now, own={unit.id}
    )
    items = [
        *await _not_submitted(context, unit, now),
        *await _odd(context, summary, last),
        *await _fallen(context, summary, last),
    ]
    items += await _silent(context, summary, now, MOST_SHOWN - len(items))
    if not items:
        return None
    items = items[:MOST_SHOWN]
    lines = joined([t("• {item}", item=item.text) for item in items], "\n")
    buttons = {item.button.payload: item.button for item in items if item.button is not None}
    whole = Button(t("Summary of the week"), "sum", (str(unit.id), last.key))
    text = t("{headline}\nPlease look into:\n{lines}", headline=headline(summary), lines=lines)
    return Reply(text, (whole, *buttons.values())), sum(item.shows_person for item in items)


async def _not_submitted(context: Context, unit: Unit, now: datetime) -> list[Item]:
    """One line for each period whose report is overdue in units right below."""
    periods, today = Periods(context.database, Changes()), local(now).date()
    root = await periods.root_now(unit.id)
    begun = (await periods.roots_in_use()).get(root) if root is not None else None
    if root is None or begun is None:
        return []
    settings = await periods.settings(root)
    found = []
    for deadline in (deadline_of(period, settings) for period in candidates(today)):
        overdue = deadline.on_time < today <= deadline.on_time + timedelta(days=OVERDUE_DAYS)
        if not deadline.is_wanted or not overdue or deadline.on_time < local(begun).date():
            continue
        shown = await board(context.database, unit, deadline.period, now)
        late = [line for line in shown.waiting_for if today > line.on_time_until]
        if late:
            text = t("{period} not submitted (deadline {date}): {units}", period=name_of_period(deadline.period),
                     date=due_of(late[0], deadline), units=_some([line.name for line in late]))  # fmt: skip
            args = (str(unit.id), deadline.period.key, "0")
            found.append(Item(text, Button(t("Who has submitted"), "board", args)))
    return found


async def _odd(context: Context, summary: UnitSummary, last: Period) -> list[Item]:
    attention = Attention(context.database, Changes())
    odd = await attention.odd(summary.unit.id, last.start, last.end, MOST_MINUTES, MOST_SAME, summary.as_of)
    names = await attention.names({one.unit_id for one in odd})
    sizes = await attention.sizes({one.unit_id for one in odd})
    may = [one for one in odd if _may_show(one, summary, sizes)]
    return [
        Item(_odd_words(one, names[one.unit_id], _alias(one, summary)), shows_person=True) for one in may[:MOST_SHOWN]
    ]


def _alias(one: Silent | Odd, summary: UnitSummary) -> str:
    """The alias, if the person may be named and the root is not in secrecy mode, where nobody is."""
    return "" if summary.is_military else one.alias


def _odd_words(one: Odd, unit: str, alias: str) -> Text:
    who = alias or t("somebody who is not named")
    if one.minutes > MOST_MINUTES:
        return t("{who} ({unit}): {minutes} of study on {date}; please ask whether that is right",
                 who=who, unit=unit, minutes=Minutes(one.minutes), date=one.day)  # fmt: skip
    return t("{who} ({unit}): the same entry {count} times on {date}; please ask whether that is right",
             who=who, unit=unit, count=one.same, date=one.day)  # fmt: skip


async def _fallen(context: Context, summary: UnitSummary, last: Period) -> list[Item]:
    """Units right below whose hours were less than half of what they used to be."""
    start = last.start - timedelta(weeks=WEEKS_BEFORE)
    before = await Summaries(context.database, Changes()).figures(
        summary.unit.id, start, last.start - timedelta(days=1)
    )
    usual = {branch.unit_id: branch for branch in before.branches} if before is not None else {}
    found = []
    for branch in summary.figures.branches:
        then = usual.get(branch.unit_id)
        if then is None or then.active_people < SMALL or then.minutes < WEEKS_BEFORE * LEAST_MINUTES:
            continue
        if 2 * WEEKS_BEFORE * branch.minutes < then.minutes:
            values = {"unit": name_of(branch), "weeks": WEEKS_BEFORE}
            text = t("{unit}: far fewer hours than in the {weeks} weeks before", **values)
            if branch.unit_id not in summary.hidden_branches:
                share = round(100 - 100 * WEEKS_BEFORE * branch.minutes / then.minutes)
                text = t("{unit}: {share}% fewer hours than in the {weeks} weeks before", share=share, **values)
            found.append(Item(text, Button(t("Summary of {unit}", unit=branch.name), "sum",
                                           (str(branch.unit_id), last.key))))  # fmt: skip
    return found


async def _silent(context: Context, summary: UnitSummary, now: datetime, room: int) -> list[Item]:
    """People who have not logged for two weeks: those who may be named, and how many more."""
    attention, today = Attention(context.database, Changes()), local(now).date()
    since = today - timedelta(days=SILENT_DAYS)
    people = await attention.silent(summary.unit.id, since, now - timedelta(days=SILENT_DAYS), now)
    names = await attention.names({one.unit_id for one in people})
    sizes = await attention.sizes({one.unit_id for one in people})
    may = [one for one in people if _may_show(one, summary, sizes)]
    named = [one for one in may if _alias(one, summary)]
    shown = named[: max(room - 1, 0)] if len(may) > room or len(named) < len(may) else named[:room]
    items = [Item(_silent_words(one, names[one.unit_id]), shows_person=True) for one in shown]
    if len(items) < room and (rest := len(may) - len(shown)) and (more := _more(summary, rest, bool(shown))):
        items.append(Item(more))
    return items


def _silent_words(one: Silent, unit: str) -> Text:
    if one.last_day is None:
        return t("{who} ({unit}): nothing logged yet", who=one.alias, unit=unit)
    return t("{who} ({unit}): nothing logged since {date}", who=one.alias, unit=unit, date=one.last_day)


def _more(summary: UnitSummary, rest: int, some: bool) -> Text | None:
    """How many people beyond those who are named; fewer than SMALL, or in secrecy mode, are not counted aloud."""
    if summary.is_military or rest < SMALL:
        return t("Others have logged nothing for {days} days or more", days=SILENT_DAYS) if not some else None
    if some:
        return t("{count} more people: nothing logged for {days} days or more", count=rest, days=SILENT_DAYS)
    return t("{count} people: nothing logged for {days} days or more", count=rest, days=SILENT_DAYS)


def _may_show(one: Silent | Odd, summary: UnitSummary, sizes: dict[int, int]) -> bool:
    return one.unit_id == summary.unit.id or sizes.get(one.unit_id, 0) >= SMALL


def _some(names: Sequence[str]) -> Text | str:
    most = 3
    shown = ", ".join(names[:most])
    return t("{units} and {more} more", units=shown, more=len(names) - most) if len(names) > most else shown


