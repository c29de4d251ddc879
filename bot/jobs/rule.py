"""When a job is due: every so many seconds, or at an hour of the wall clock each day, week or month; safe on DST days.

A wall-clock time gives exactly one moment per day in any zone: one that the clock skips in spring is taken as if the
clock had not been moved (02:30 becomes 03:30), one that comes twice in autumn is its first coming.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_MISSED = 31
"""How many missed moments are listed one by one."""


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, `seconds` after the last time."""

    seconds: int

    def __str__(self) -> str:
        return f"every {self.seconds} s"

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The next moment; zone does not matter."""
        return moment + timedelta(seconds=self.seconds)

    def latest(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Now: what was missed before is covered by one run."""
        return moment

    def missed(self, since: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
        """Nothing is listed one by one."""
        return []


@dataclass(frozen=True, slots=True)
class At:
    """At an hour of the wall clock: each day, or only on a weekday (0 is Monday), or only on a day of the month."""

    at: time
    weekday: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        when = f"{self.at:%H:%M}"
        if self.weekday is not None:
            return f"weekly {DAYS[self.weekday]} {when}"
        return f"monthly {self.day} {when}" if self.day is not None else f"daily {when}"

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first due moment that is later than `moment`."""
        return next(due for due in self._from(moment.astimezone(zone).date() - timedelta(days=1), zone) if due > moment)

    def latest(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The last due moment that is not later than `moment`."""
        today = moment.astimezone(zone).date()
        past = (due for back in range(-1, 63) for due in self._on(today - timedelta(days=back), zone))
        return next(due for due in past if due <= moment)

    def missed(self, since: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
        """The due moments from `since` up to the one before `until`; only the newest MOST_MISSED of a long time."""
        day, last = since.astimezone(zone).date() - timedelta(days=1), until.astimezone(zone).date()
        count = (last - day).days + 1
        found = [due for n in range(count) for due in self._on(day + timedelta(days=n), zone) if since <= due < until]
        return found[-MOST_MISSED:]

    def _from(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        while True:
            yield from self._on(day, zone)
            day += timedelta(days=1)

    def _on(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        if (self.weekday is None or day.weekday() == self.weekday) and (self.day is None or day.day == self.day):
            yield datetime.combine(day, self.at, zone).astimezone(UTC)


Rule = Every | At


def daily(hour: int, minute: int = 0) -> At:
    """Each day at this time."""
    return At(time(hour, minute))


def weekly(weekday: str, hour: int, minute: int = 0) -> At:
    """Each week: weekday is one of DAYS."""
    return At(time(hour, minute), weekday=DAYS.index(weekday))


def monthly(day: int, hour: int, minute: int = 0) -> At:
    """Each month on a day that every month has (1 to 28)."""
    if not 1 <= day <= 28:
        raise ValueError("a monthly job is due on a day from 1 to 28")
    return At(time(hour, minute), day=day)
