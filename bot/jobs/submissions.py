"""Tells of overdue reports, once each: the unit's officers when the last day on time has passed, then the level above.

Whoever has no officer of its own is told for by the nearest one above, at the top the admins. Nobody is told where
reporting had not begun by the last day on time (the root had set nothing and nobody below it had ever submitted), of
what has been overdue for longer than STALE_DAYS, or at night.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.clock import local
from bot.i18n import Text, joined, t, tn
from bot.jobs.runs import Context, Facts
from bot.language.periods import Period
from bot.message import Button, Reply
from bot.notices import promise_notice
from bot.reports.completeness import Line, board, due_of
from bot.reports.deadlines import Deadline, candidates, deadline_of
from bot.reports.period import name_of_period
from storage.changes import Changes
from storage.commits import Commit, Outcome
from storage.database import Database
from storage.periods import Periods
from storage.roles import SUBMIT, Roles
from storage.submissions import Submissions
from storage.units import Unit, Units

OVERDUE, ABOVE = "overdue", "above"
"""The steps: the unit's officers; the officers one level up."""
STALE_DAYS = 30
BACK = 3
"""Periods before the running one that are looked at: no longer ago than STALE_DAYS can a set deadline lie."""
FIRST_HOUR, LAST_HOUR = time(7, 30), time(21, 30)
NAMED = 8
MAX_TRIES = 4
People = tuple[tuple[int, int], ...]
"""Persons, each with the unit whose board they open."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A report that nobody has told of at this step: of which unit and period, and whom to tell (with their unit)."""

    unit_id: int
    name: str
    period: Period
    due: date
    step: str
    people: People


async def overdue(database: Database, now: datetime) -> list[Overdue]:
    """Every step that is due and not told of yet; reads only (and freezes the expected sets of ended periods)."""
    found: list[Overdue] = []
    periods, units = Periods(database, Changes()), Units(database, Changes())
    for root_id, since in sorted((await periods.roots_in_use()).items()):
        root, settings = await units.by_id(root_id), await periods.settings(root_id)
        if root is None:
            continue
        deadlines = [deadline_of(period, settings) for period in candidates(local(now).date(), BACK)]
        for deadline in deadlines:
            if deadline.on_time >= local(since).date():
                found += await _of_period(database, root, deadline, now)
    return found


async def _of_period(database: Database, root: Unit, deadline: Deadline, now: datetime) -> list[Overdue]:
    today, key = local(now).date(), deadline.period.key
    if not deadline.is_wanted or today <= deadline.on_time or deadline.period.start > today:
        return []
    shown = await board(database, root, deadline.period, now)
    lines = [line for line in (shown.own, *shown.everyone) if line is not None and not line.reported]
    told = await Submissions(database, Changes()).told(key, (OVERDUE, ABOVE))
    steps = [(line, step) for line in lines for step in _steps(line, deadline, today)]
    waiting = [(line, step) for line, step in steps if (line.unit_id, step) not in told]
    if not waiting:
        return []
    roles = Roles(database, Changes(), now)
    officers = await roles.officers_upwards((line.unit_id for line, _ in waiting), SUBMIT)
    admins = tuple((person, root.id) for person in await roles.admins())
    return [
        Overdue(line.unit_id, _name(line), deadline.period, due_of(line, deadline), step,
                _people(officers.get(line.unit_id, []), step, admins))
        for line, step in waiting
    ]  # fmt: skip


def _steps(line: Line, deadline: Deadline, today: date) -> list[str]:
    """The steps whose day has come and is not long past."""
    days = (today - line.on_time_until).days
    if not 0 < days <= STALE_DAYS:
        return []
    return [OVERDUE, ABOVE] if days > deadline.above else [OVERDUE]


def _people(officers: Sequence[tuple[int, int, int]], step: str, admins: People) -> People:
    """The nearest officers, else the admins; for the level above the next ones, who have not been told as nearest."""
    nearest = [one for one in officers if one[0] == officers[0][0]]
    if step == OVERDUE:
        return tuple((person, unit) for _, person, unit in nearest) or admins
    told = {person for _, person, _ in nearest}
    above = [one for one in officers[len(nearest) :] if one[1] not in told]
    if not above:
        return tuple(one for one in admins if one[0] not in told) if nearest else ()
    return tuple((person, unit) for depth, person, unit in above if depth == above[0][0])


def _name(line: Line) -> str:
    return line.name if line.code in line.name else f"{line.name} ({line.code})"


async def run(now: datetime, context: Context) -> Facts | None:
    """Tell of all that is overdue, each step once whoever runs this and how often; counts of units and people."""
    if not FIRST_HOUR <= local(now).time() <= LAST_HOUR:
        return None
    for _ in range(MAX_TRIES):
        found = await overdue(context.database, now)
        if not found:
            return None
        changes = Changes()
        people = await _promise(context, changes, found, now)
        for one in found:
            Submissions(context.database, changes).tell(one.unit_id, one.period.key, one.step, now)
        if await context.committer.commit(Commit(changes)) is Outcome.DONE:
            return {"reports": len(found), "people": people}
    return None


async def _promise(context: Context, changes: Changes, found: Iterable[Overdue], now: datetime) -> int:
    """One notice for each person and step, whatever it is about."""
    mine: dict[tuple[int, str], list[tuple[Overdue, int]]] = {}
    for one in found:
        for person, unit in one.people:
            mine.setdefault((person, one.step), []).append((one, unit))
    for (person, step), about in mine.items():
        reply = _notice([one for one, _ in about], step, about[0][1])
        await promise_notice(context.database, changes, context.abilities, [person], reply, now)
    return len({person for person, _ in mine})


def _notice(about: Sequence[Overdue], step: str, unit_id: int) -> Reply:
    """What one person hears, with the way to the report or to the board."""
    lines = [t("{unit} · {period}, deadline {date}", unit=one.name, period=name_of_period(one.period), date=one.due)
             for one in about[:NAMED]]  # fmt: skip
    if len(about) > NAMED:
        lines.append(t("and {more} more", more=len(about) - NAMED))
    text = _sentence(step, len(about), lines)
    key = about[0].period.key
    submit = Button(t("Submit the report"), "nop", (str(about[0].unit_id), key))
    to_board = Button(t("Who has submitted"), "board", (str(unit_id), key, "0"))
    return Reply(text, (submit,) if step == OVERDUE and len(about) == 1 else (to_board,))


def _sentence(step: str, count: int, lines: Sequence[Text]) -> Text:
    shown = joined(lines, "\n")
    if step == OVERDUE:
        return tn("The report is overdue; please submit it or say that there was nothing:\n{lines}",
                  "{count} reports are overdue; please submit them or say that there was nothing:\n{lines}",
                  count, lines=shown)  # fmt: skip
    return tn("A report from below is still missing days after its deadline:\n{lines}",
              "{count} reports from below are still missing days after their deadlines:\n{lines}",
              count, lines=shown)  # fmt: skip
