"""A person's progress as figures: sums against the goal, and weekly continuity that can be explained day by day.

Continuity, the rule: a week (from Monday) is studied when an entry stands on at least one of its days and was logged
at most 7 days after that day. Weeks in a row with study make the streak. A week without study ends it, unless one of
the month's two freezes is left (the month of the week's Monday); a frozen week keeps the streak and adds nothing. The
present week is open until it is over. docs/decisions/0013 gives the reasons.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from bot.i18n import Text, t
from bot.language.periods import PHASES, Period, month, phase, week, year

BACK_FILL_DAYS = 7
"""An entry that is logged more days than this after its day is kept, but counts for no week's continuity."""
FREEZES_A_MONTH = 2


@dataclass(frozen=True, slots=True)
class StudyDay:
    """One day with entries: minutes in all, and the day on which the first of them was logged."""

    day: date
    minutes: int
    logged_on: date

    @property
    def late(self) -> int:
        """Days between the study and its first entry."""
        return max(0, (self.logged_on - self.day).days)

    @property
    def counts(self) -> bool:
        """True when the entry came early enough for the week's continuity."""
        return self.late <= BACK_FILL_DAYS


class Verdict(Enum):
    """What a week does to the streak."""

    STUDIED = "studied"
    FROZEN = "frozen"
    BROKEN = "broken"
    """No study and no freeze left: the streak ends here."""
    EMPTY = "empty"
    """No study, and no streak that could end."""
    OPEN = "open"
    """The present week, without study so far."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its verdict, the streak after it, and the freezes that its month has left after it."""

    monday: date
    verdict: Verdict
    streak: int
    freezes_left: int


@dataclass(frozen=True, slots=True)
class Continuity:
    """The weeks from the first studied one to the present one, oldest first."""

    weeks: tuple[Week, ...]
    today: date

    @property
    def streak(self) -> int:
        """Weeks in a row with study, as of today."""
        return self.weeks[-1].streak if self.weeks else 0

    @property
    def longest(self) -> int:
        """The longest streak so far."""
        return max((one.streak for one in self.weeks), default=0)

    @property
    def freezes_left(self) -> int:
        """Freezes that the month of the present week's Monday has left."""
        return self.weeks[-1].freezes_left if self.weeks else FREEZES_A_MONTH

    @property
    def is_open(self) -> bool:
        """True while the present week has no study."""
        return not self.weeks or self.weeks[-1].verdict is not Verdict.STUDIED


def continuity(days: Sequence[StudyDay], today: date) -> Continuity:
    """The streak of weeks with study, as of a day; entries of days to come are not looked at."""
    studied = {monday_of(one.day) for one in days if one.counts and one.day <= today}
    if not studied:
        return Continuity((), today)
    return Continuity(tuple(_weeks(studied, today)), today)


def _weeks(studied: set[date], today: date) -> Iterator[Week]:
    """Week by week from the first studied one to the present one."""
    streak, used, present = 0, dict[tuple[int, int], int](), monday_of(today)
    monday = min(studied)
    while monday <= present:
        key = (monday.year, monday.month)
        if monday in studied:
            verdict, streak = Verdict.STUDIED, streak + 1
        elif monday == present:
            verdict = Verdict.OPEN
        elif streak == 0:
            verdict = Verdict.EMPTY
        elif used.get(key, 0) < FREEZES_A_MONTH:
            verdict, used[key] = Verdict.FROZEN, used.get(key, 0) + 1
        else:
            verdict, streak = Verdict.BROKEN, 0
        yield Week(monday, verdict, streak, FREEZES_A_MONTH - used.get(key, 0))
        monday += timedelta(days=7)


def monday_of(day: date) -> date:
    """The first day of the day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """Minutes of a period up to today; `goal` is what the weekly goal asks for by today (a week's whole goal)."""

    period: Period
    minutes: int
    goal: int | None

    @property
    def name(self) -> Text:
        """What the period is called on the card."""
        start = self.period.start
        match self.period.kind:
            case "week":
                return t("This week")
            case "month":
                return t("{month} so far", month=f"{start:%m/%Y}")
            case "year":
                return t("Year {year}", year=str(start.year))
            case _:
                number = [first for first, _ in PHASES].index(start.year) + 1
                last = str(self.period.end.year)
                return t("Phase {number} ({first}-{last})", number=number, first=str(start.year), last=last)


@dataclass(frozen=True, slots=True)
class Card:
    """All that the progress card shows."""

    today: date
    minutes_today: int
    sums: tuple[PeriodSum, ...]
    """Week, month, year, phase."""
    continuity: Continuity
    areas: Mapping[str, int]
    """Minutes of the year by area, largest first."""


def card(days: Sequence[StudyDay], areas: Mapping[str, int], goal: int | None, today: date) -> Card:
    """The card of a person with these days of study; `goal` in minutes a week."""
    number = next((at for at, (_, last) in enumerate(PHASES, 1) if today.year <= last), len(PHASES))
    begun = min((one.day for one in days), default=today)
    periods = (week(today), month(today.year, today.month), year(today.year), phase(number))
    return Card(
        today,
        sum(one.minutes for one in days if one.day == today),
        tuple(_sum(period, days, goal, begun, today) for period in periods),
        continuity(days, today),
        areas,
    )


def _sum(period: Period, days: Sequence[StudyDay], goal: int | None, begun: date, today: date) -> PeriodSum:
    """A week is asked for whole; longer periods for the days since the person's first entry, to five minutes."""
    minutes = sum(one.minutes for one in days if period.start <= one.day <= min(period.end, today))
    if goal is None:
        return PeriodSum(period, minutes, None)
    if period.kind == "week":
        return PeriodSum(period, minutes, goal)
    gone = (min(period.end, today) - max(period.start, begun)).days + 1
    return PeriodSum(period, minutes, 5 * round(goal * max(gone, 0) / 35))
