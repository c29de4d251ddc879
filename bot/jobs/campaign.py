"""Tells learners, officers and admins of what the movement's calendar holds, step by step, until they have done it.

Learners are reminded by the policy (consent, quiet hours, twice a week, silence); officers and admins are told of their
duty. A root's own days are read afresh each time; an edit takes back what waited and lets this job run at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.clock import local
from bot.jobs.calendar import LEARNERS, MARKED, OFFICERS, STUDIED, Notice, Occurrence, occurrences, since
from bot.jobs.campaign_words import DONE_LABEL, notice_words
from bot.jobs.policy import allowed_from, last_minute, remind
from bot.jobs.promise import Occasion, cancel, promise_once
from bot.jobs.runs import Context, Facts
from bot.message import Button, Reply
from storage.campaign import KEY, Campaign
from storage.changes import Changes
from storage.outbox import NOTICE
from storage.roles import Roles
from storage.units import Units

PAGE = 500
MAX_TRIES = 3
NO_ROOT = 0
"""Stands for people who belong to no unit."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A notice whose step has come, in one root."""

    root_id: int
    one: Occurrence
    notice: Notice
    step: int
    days_left: int
    today: date

    @property
    def what(self) -> str:
        """The key, up to the moment."""
        return f"{KEY}:{self.root_id}:{self.one.entry.key}:{self.one.year}:{self.notice.to}{self.step}"


async def run(now: datetime, context: Context) -> Facts | None:
    """Tell of everything whose step has come; nothing in the quiet hours."""
    if allowed_from(now, context.zone) != now:
        return None
    facts: Facts = {}
    roots = await Units(context.database, Changes()).roots()
    for root_id in [root.id for root in roots] + [NO_ROOT]:
        for name, count in (await _root(context, root_id, now)).items():
            facts[name] = facts.get(name, 0) + count
    return {name: count for name, count in facts.items() if count} or None


async def _root(context: Context, root_id: int, now: datetime) -> Facts:
    """One root; when its days are edited in between, what was promised by the old ones is taken back."""
    campaign, facts = Campaign(context.database, Changes()), Facts()
    for _ in range(MAX_TRIES):
        edits = await campaign.edits(root_id) if root_id else {}
        for due in _due(root_id, edits, local(now).date()):
            for name, count in (await _tell(context, due, now)).items():
                facts[name] = facts.get(name, 0) + count
        if not root_id or edits == await campaign.edits(root_id):
            break
        for key in (KEY, f"remind:{KEY}"):
            await cancel(context, f"{key}:{root_id}")
    return facts


def _due(root_id: int, edits: Mapping[tuple[str, int], tuple[date, date]], today: date) -> list[_Due]:
    found = []
    for one in occurrences(today, edits):
        for notice in one.entry.notices:
            days_left = (one.day_of(notice) - today).days
            if (step := notice.step(days_left)) is not None:
                found.append(_Due(root_id, one, notice, step, days_left, today))
    return found


async def _tell(context: Context, due: _Due, now: datetime) -> Facts:
    if due.notice.to == LEARNERS:
        return await _learners(context, due, now)
    if due.root_id == NO_ROOT:
        return {}
    people = await (_officers(context, due, now) if due.notice.to == OFFICERS else _admins(context, due, now))
    moment = _moment(context, due)
    occasion = Occasion(due.what, moment, None, last_minute(now, context.zone), NOTICE)
    return {"sent": await promise_once(context, occasion, people, now)}


async def _learners(context: Context, due: _Due, now: datetime) -> Facts:
    campaign, facts, after = Campaign(context.database, Changes()), Facts(), 0
    reply, expires_at = Reply(notice_words(due.one, due.notice, due.days_left)), last_minute(now, context.zone)
    at_due = replace(context, due=_moment(context, due))
    while people := await campaign.learners(due.root_id or None, after, PAGE):
        after = people[-1]
        done: set[int] = set()
        if due.notice.done == STUDIED:
            done = await campaign.studied(people, since(due.one, due.notice, due.today), due.today)
        found = await remind(at_due, due.what, dict.fromkeys(people, reply), now, done=done, expires_at=expires_at)
        for name, count in found.items():
            facts[name] = facts.get(name, 0) + count
    return facts


async def _officers(context: Context, due: _Due, now: datetime) -> dict[int, Reply]:
    campaign = Campaign(context.database, Changes())
    done = await campaign.done(due.one.entry.key, due.one.year) if due.notice.done == MARKED else set()
    units = await campaign.officers(due.root_id, now, done)
    return {person: _with_done(due, unit) for person, unit in units.items()}


async def _admins(context: Context, due: _Due, now: datetime) -> dict[int, Reply]:
    done = await Campaign(context.database, Changes()).done(due.one.entry.key, due.one.year)
    if due.root_id in done:
        return {}
    return dict.fromkeys(await Roles(context.database, Changes(), now).admins(), _with_done(due, due.root_id))


def _with_done(due: _Due, unit_id: int) -> Reply:
    text = notice_words(due.one, due.notice, due.days_left)
    if due.notice.done != MARKED:
        return Reply(text)
    return Reply(text, (Button(DONE_LABEL, "campaign.done", (due.one.entry.key, str(due.one.year), str(unit_id))),))


def _moment(context: Context, due: _Due) -> datetime:
    """The day that it is about: an edited day is another promise."""
    return datetime.combine(due.one.day_of(due.notice), time(), context.zone)


