"""Working days: Monday to Friday without the public holidays that the law itself fixes.

Bộ luật Lao động 2019, Điều 112: 01/01, Tết (5 days), Giỗ Tổ (the 10th of the third lunar month), 30/04, 01/05, 02/09
and the day before or after it; Điều 111 khoản 3: a holiday on a weekend is made up for on the next working day.

What the Prime Minister decides each year is not known here, so it counts as work: the fifth day of Tết (a second day
before it, or the fourth of the first month), the day beside 02/09, and days that are swapped for a Saturday. Neither is
24/11 (Ngày Văn hóa Việt Nam): Nghị quyết 80-NQ/TW of 07/01/2026 wants it free, and that the law says so is not known to
us. Whoever must answer "within working days" is therefore told a day that is never too late.
"""

from datetime import date, timedelta
from functools import cache

from bot.lunar import lunar_day

WORKDAYS = 5
FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))
"""Month and day."""
_TET = range(-1, 3)
"""Days from New Year's day that every decision has named: the last of the old year to the third of the new one."""


def is_working_day(day: date) -> bool:
    """True for Monday to Friday outside the holidays of the law."""
    return day.weekday() < WORKDAYS and day not in holidays(day.year)


def working_day_after(day: date, count: int) -> date:
    """The working day that comes `count` later."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@cache
def holidays(year: int) -> frozenset[date]:
    """The holidays of a year that the law fixes, and the days that make up for those on a weekend."""
    tet = lunar_day(year, 1, 1)
    named = {date(year, month, day) for month, day in FIXED} | {lunar_day(year, 3, 10)}
    named |= {tet + timedelta(days=step) for step in _TET}
    free = set(named)
    for day in sorted(named):
        if day.weekday() >= WORKDAYS:
            free.add(_next_workday(day, free))
    return frozenset(free)


def _next_workday(day: date, free: set[date]) -> date:
    while day.weekday() >= WORKDAYS or day in free:
        day += timedelta(days=1)
    return day
