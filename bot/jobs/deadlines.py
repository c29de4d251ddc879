"""Tells officers of deadlines that come: the nearest officers of each unit whose report is still missing, step by step.

A deadline is computed from the reporting periods (docs/decisions/0007), never kept here: after an edit the keys of the
notices are others, what waited for the old day is taken back with the edit, and this job runs at once. What is overdue
is told by `bot/jobs/submissions.py`. These are official notices about a duty: they need no consent, and are few.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.clock import local
from bot.i18n import Text, joined, t
from bot.jobs.policy import allowed_from, last_minute
from bot.jobs.promise import Occasion, cancel, promise_once
from bot.jobs.runs import Context, Facts
from bot.message import Button, Reply
from bot.reports.completeness import Line, board, due_of
from bot.reports.deadlines import Deadline, candidates, deadline_of
from bot.reports.period import name_of_period
from storage.changes import Changes
from storage.outbox import NOTICE
from storage.periods import DEADLINE_NOTICES, Periods, Settings
from storage.roles import SUBMIT, Roles
from storage.units import Unit, Units

STEPS = (30, 7, 1, 0)
"""Days before the deadline. Whoever was not told at a step in time is told later, until the next step comes."""
NAMED = 6
MAX_TRIES = 3


@dataclass(frozen=True, slots=True)
class Coming:
    """Reports of one period that are missing and due on the same day."""

    deadline: Deadline
    due: date
    lines: tuple[Line, ...]

    @property
    def period_name(self) -> Text | str:
        """The period in words."""
        return name_of_period(self.deadline.period)


def step_of(days: int) -> int | None:
    """The step that so many days before the deadline belong to; None while it is too early, and afterwards."""
    return min((step for step in STEPS if 0 <= days <= step), default=None)


async def run(now: datetime, context: Context) -> Facts | None:
    """Tell of every deadline that is near, each step once; nothing in the quiet hours."""
    if allowed_from(now, context.zone) != now:
        return None
    periods, sent = Periods(context.database, Changes()), 0
    for root_id in sorted(await periods.roots_in_use()):
        sent += await _root(context, root_id, now)
    return {"sent": sent} if sent else None


async def _root(context: Context, root_id: int, now: datetime) -> int:
    """One root; when its settings are edited in between, what was promised by the old ones is taken back."""
    periods, root = Periods(context.database, Changes()), await Units(context.database, Changes()).by_id(root_id)
    if root is None:
        return 0
    sent = 0
    for _ in range(MAX_TRIES):
        settings = await periods.settings(root_id)
        sent = 0
        for one in await coming(context, root, settings, now):
            sent += await _tell(context, root, one, now)
        if settings == await periods.settings(root_id):
            break
        await cancel(context, f"{DEADLINE_NOTICES}:{root_id}")
    return sent


async def coming(context: Context, root: Unit, settings: Settings, now: datetime) -> list[Coming]:
    """The reports below a root that may be submitted, are missing, and whose deadline is near."""
    today, found = local(now).date(), list[Coming]()
    for deadline in (deadline_of(period, settings) for period in candidates(today)):
        if not deadline.is_wanted or not deadline.opens <= today or deadline.period.start > today:
            continue
        shown = await board(context.database, root, deadline.period, now)
        by_day: dict[date, list[Line]] = {}
        for line in (shown.own, *shown.everyone):
            if line is not None and not line.reported and step_of((due_of(line, deadline) - today).days) is not None:
                by_day.setdefault(due_of(line, deadline), []).append(line)
        found += [Coming(deadline, due, tuple(lines)) for due, lines in sorted(by_day.items())]
    return found


async def _tell(context: Context, root: Unit, one: Coming, now: datetime) -> int:
    days = (one.due - local(now).date()).days
    upwards = await Roles(context.database, Changes(), now).officers_upwards(
        (line.unit_id for line in one.lines), SUBMIT
    )
    mine: dict[int, list[Line]] = {}
    for line in one.lines:
        for person in _nearest(upwards.get(line.unit_id, ())):
            mine.setdefault(person, []).append(line)
    moment = datetime.combine(one.due, time(), context.zone)
    what = f"{DEADLINE_NOTICES}:{root.id}:{one.deadline.period.key}:d{step_of(days)}"
    occasion = Occasion(what, moment, None, last_minute(now, context.zone), NOTICE)
    return await promise_once(context, occasion, _replies(mine, one, days), now)


def _nearest(officers: Sequence[tuple[int, int, int]]) -> list[int]:
    """Of (levels above, person, unit), nearest first, the persons of the nearest level."""
    return [person for levels, person, _ in officers if levels == officers[0][0]]


def _replies(mine: Mapping[int, Iterable[Line]], one: Coming, days: int) -> dict[int, Reply]:
    """By person; those with the same units share one reply, which is then rendered once."""
    made: dict[tuple[int, ...], Reply] = {}
    replies = {}
    for person, lines in mine.items():
        units = tuple(lines)
        replies[person] = made.setdefault(tuple(line.unit_id for line in units), _reply(units, one, days))
    return replies


def _reply(lines: Sequence[Line], one: Coming, days: int) -> Reply:
    names = joined([_name(line) for line in lines[:NAMED]], ", ")
    units = t("{units} and {more} more", units=names, more=len(lines) - NAMED) if len(lines) > NAMED else names
    values = {"period": one.period_name, "date": one.due, "units": units}
    if days == 0:
        text = t("The report of {period} is due today, {date}. Not submitted yet: {units}.", **values)
    elif days == 1:
        text = t("The report of {period} is due tomorrow, {date}. Not submitted yet: {units}.", **values)
    else:
        text = t("The report of {period} is due in {days} days, on {date}. Not submitted yet: {units}.",
                 days=days, **values)  # fmt: skip
    key = one.deadline.period.key
    if len(lines) == 1:
        return Reply(text, (Button(t("Submit the report"), "nop", (str(lines[0].unit_id), key)),))
    return Reply(text, (Button(t("Who has submitted"), "board", (str(lines[0].unit_id), key, "0")),))


def _name(line: Line) -> str:
    return line.name if line.code in line.name else f"{line.name} ({line.code})"
