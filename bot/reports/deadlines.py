"""When a report is due: computed from the calendar, changed by what a root has set and by exceptions; pure.

The defaults and their reasons stand in docs/decisions/0007-reporting-periods.md. A day that is set counts as a whole: a
report of the last day on time is on time until midnight where the people live.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.language.periods import PHASES, Period, half, month, phase, previous, quarter, year
from storage.periods import ALL, LATER, UNLOCK, PeriodException, Settings

KINDS = ("month", "quarter", "half", "year", "phase")
"""The kinds of period that a report can be for."""
DUE, GRACE, LOCK, ABOVE, WANTED = "deadline", "grace", "lock", "above", "wanted"
"""What can be set: last day, days of grace, first day of the lock, days until the level above is told, yes or no."""
NO, YES = "no", "yes"
_DEFAULTS = {
    "month": (5, 2, 45),
    "quarter": (10, 2, 45),
    "half": (15, 2, 60),
    "year": (31, 2, 90),
    "phase": (59, 5, 120),
}
"""Days after the period's end: deadline, grace beyond it, lock."""
DEFAULT_ABOVE = 3
EARLY_DAYS = 14
"""Where the deadline lies before the period's end, a report may be submitted so many days before the deadline."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The days of one period in one root."""

    period: Period
    opens: date
    """The first day on which a report may be submitted."""
    due: date
    """The deadline that is told."""
    on_time: date
    """The last day that still counts as on time: the deadline and the days of grace."""
    lock: date
    """The first day on which entries of the period can be changed no more."""
    above: int
    """Days after the last one on time until the level above is told."""
    is_wanted: bool
    """False where the root asks for no reports of this kind."""


def is_frozen(period: Period) -> bool:
    """True for what lies in phase 1 (2023-2025): it stays as it is."""
    return period.end.year <= PHASES[0][1]


def deadline_of(period: Period, settings: Settings) -> Deadline:
    """The days of a period (of a kind in KINDS) in a root with these settings."""
    due_days, grace_days, lock_days = _DEFAULTS[period.kind]
    due = _day(period, _value(period, settings, DUE)) or period.end + timedelta(days=due_days)
    grace = _number(_value(period, settings, GRACE), grace_days)
    lock = _day(period, _value(period, settings, LOCK)) or period.end + timedelta(days=lock_days)
    opens = period.end if due > period.end else due - timedelta(days=EARLY_DAYS)
    return Deadline(
        period,
        max(opens, period.start),
        due,
        due + timedelta(days=grace),
        max(lock, period.end + timedelta(days=1)),
        _number(_value(period, settings, ABOVE), DEFAULT_ABOVE),
        _value(period, settings, WANTED) != NO,
    )


def on_time_until(deadline: Deadline, exceptions: Iterable[PeriodException]) -> date:
    """The last day on time of a unit with these exceptions (its own and those of units above)."""
    key = deadline.period.key
    later = [one.until for one in exceptions if one.what == LATER and one.period_key == key]
    return max([deadline.on_time, *later])


def holding(day: date) -> list[Period]:
    """The periods of every kind that hold a day, from the month to the phase."""
    found = [month(day.year, day.month), quarter(day.year, (day.month + 2) // 3)]
    found += [half(day.year, (day.month + 5) // 6), year(day.year)]
    return found + [phase(number) for number, (first, last) in enumerate(PHASES, 1) if first <= day.year <= last]


def candidates(day: date, back: int = 1) -> list[Period]:
    """Of every kind the period that runs on a day and `back` periods before it, oldest first; none of phase 1."""
    found: list[Period] = []
    for period in holding(day):
        line = [period]
        for _ in range(back):
            line.insert(0, previous(line[0]))
        found += [one for one in dict.fromkeys(line) if not is_frozen(one)]
    return found


def to_report(day: date, settings: Settings) -> list[Deadline]:
    """The reports that may be submitted on a day: of every kind that is wanted, the newest period that has opened."""
    newest: dict[str, Deadline] = {}
    for period in candidates(day):
        found = deadline_of(period, settings)
        if found.is_wanted and found.opens <= day:
            newest[period.kind] = found
    return list(newest.values())


def locking(day: date, today: date, settings: Settings) -> Deadline | None:
    """The period that locks an entry of a day; None while it is open. Of several, the one that was locked first."""
    locked = [deadline_of(period, settings) for period in holding(day) if period.end < today]
    locked = [one for one in locked if one.is_wanted and one.lock <= today]
    return min(locked, key=lambda one: one.lock, default=None)


def is_unlocked(day: date, today: date, exceptions: Iterable[PeriodException]) -> bool:
    """True when an exception opens the entries of a day still."""
    return any(one.what == UNLOCK and one.until >= today and _holds(one.period_key, day) for one in exceptions)


def _holds(key: str, day: date) -> bool:
    return any(period.key == key for period in holding(day))


def _value(period: Period, settings: Settings, name: str) -> str:
    """The nearest setting: of the period itself, of its kind, of all."""
    return next((found for scope in (period.key, period.kind, ALL) if (found := settings.get((scope, name)))), "")


def _day(period: Period, value: str) -> date | None:
    """A day as it is kept: "+5" (days after the end) or an ISO date."""
    if not value:
        return None
    return period.end + timedelta(days=int(value)) if value.startswith("+") else date.fromisoformat(value)


def _number(value: str, default: int) -> int:
    return int(value) if value else default
