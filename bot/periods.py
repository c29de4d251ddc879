"""Reporting periods for chat and desk: what a root has set, what may be submitted now, and exceptions in words."""

from datetime import timedelta

from bot.i18n import Text, t
from bot.language.periods import Period, parse_period
from bot.reports.deadlines import Deadline, deadline_of, to_report
from bot.reports.period import name_of_period
from bot.routes import dead_button
from bot.turn import Turn
from storage.periods import LATER, UNLOCK, PeriodException, Periods

__all__ = ["LATER", "UNLOCK", "deadline", "exception_words", "open_deadlines", "period_of", "store"]

LONGEST_EXCEPTION = timedelta(days=366)


def store(turn: Turn) -> Periods:
    """Reporting periods as the turn reads and writes them."""
    return Periods(turn.database, turn.changes)


def period_of(turn: Turn, key: str) -> Period:
    """The period of a button. Raises UserError for anything else."""
    found = parse_period(key, turn.today)
    if found is None or found.key != key:
        raise dead_button()
    return found


async def deadline(turn: Turn, unit_id: int, period: Period) -> Deadline:
    """The days of a period in the root above a unit."""
    root = await store(turn).root_now(unit_id)
    return deadline_of(period, await store(turn).settings(root) if root is not None else {})


async def open_deadlines(turn: Turn, unit_id: int) -> list[Deadline]:
    """The reports that may be submitted for a unit today, the soonest deadline first."""
    root = await store(turn).root_now(unit_id)
    found = to_report(turn.today, await store(turn).settings(root) if root is not None else {})
    return sorted(found, key=lambda one: one.due)


def exception_words(one: PeriodException, unit: str, period: Period) -> Text:
    """One exception in a line."""
    values = {"unit": unit, "period": name_of_period(period), "date": one.until, "reason": one.reason}
    if one.what == LATER:
        return t("{unit} · {period}: deadline {date}; {reason}", **values)
    return t("{unit} · {period}: entries may be changed until {date}; {reason}", **values)
