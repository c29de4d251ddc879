"""The Vietnamese lunar calendar, as far as public holidays need it: New Year's day and any day of its months.

Computed as Hồ Ngọc Đức describes it ("Thuật toán tính âm lịch"), from the new moons and the sun's longitude by the
formulas of Jean Meeus ("Astronomical Algorithms"), for the meridian of 105° east: so Tết 2030 is a day before China's.
"""

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import floor, pi, sin

ZONE = 7 / 24
"""Days by which the clocks of Việt Nam are ahead of Greenwich."""
_MONTH = 29.530588853
_FIRST = 2415021.076998695
"""Julian day of the new moon that the count begins with (January 1900)."""
_EPOCH = date(2000, 1, 1).toordinal() - 2451545
"""What a Julian day number and an ordinal of Python differ by."""


def lunar_day(year: int, month: int, day: int) -> date:
    """The date of a day of the lunar year that begins in this year: `lunar_day(2027, 1, 1)` is Tết 2027.

    `month` is one of the plain months, not a leap one.
    """
    eleventh = _eleventh_month(year - 1)
    next_eleventh = _eleventh_month(year)
    step = month + 1
    if next_eleventh - eleventh > 365 and step >= _leap_after(eleventh):
        step += 1
    return date.fromordinal(_new_moon(_count(eleventh) + step) + _EPOCH) + timedelta(days=day - 1)


@cache
def _new_moon(count: int) -> int:
    """The day number on which this new moon falls by the clocks of Việt Nam."""
    t = count / 1236.85
    rad = pi / 180
    mean = 2415020.75933 + 29.53058868 * count + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t**2) * rad)
    sun = (359.2242 + 29.10535608 * count - 0.0000333 * t**2 - 0.00000347 * t**3) * rad
    moon = (306.0253 + 385.81691806 * count + 0.0107306 * t**2 + 0.00001236 * t**3) * rad
    node = (21.2964 + 390.67050646 * count - 0.0016528 * t**2 - 0.00000239 * t**3) * rad
    shift = (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun)
    shift += -0.4068 * sin(moon) + 0.0161 * sin(2 * moon) - 0.0004 * sin(3 * moon)
    shift += 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
    shift += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    shift += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(sun + 2 * moon)
    slow = -0.000278 + 0.000265 * t + 0.000262 * t**2
    return floor(mean + shift - slow + 0.5 + ZONE)


def _sun_sector(day: int) -> int:
    """In which twelfth of its way the sun stands at the beginning of the day: 0 from the spring equinox on."""
    t = (day - 2451545.5 - ZONE) / 36525
    rad = pi / 180
    anomaly = (357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3) * rad
    around = (1.914600 - 0.004817 * t - 0.000014 * t**2) * sin(anomaly)
    around += (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    return floor((280.46645 + 36000.76983 * t + 0.0003032 * t**2 + around) % 360 / 30)


def _count(day: int) -> int:
    """Which new moon falls on this day number."""
    return floor((day - _FIRST) / _MONTH + 0.5)


@cache
def _eleventh_month(year: int) -> int:
    """The day number on which the month of the winter solstice begins."""
    last_of_year = date(year, 12, 31).toordinal() - _EPOCH
    count = floor((last_of_year - 2415021) / _MONTH)
    day = _new_moon(count)
    return _new_moon(count - 1) if _sun_sector(day) >= 9 else day


def _leap_after(eleventh: int) -> int:
    """Which month after the eleventh is the leap one: the first in which the sun enters no new sector of its way."""
    first = _count(eleventh)
    sectors = [_sun_sector(_new_moon(first + step)) for step in range(1, 16)]
    return next(step for step, (one, after) in enumerate(pairwise(sectors), 1) if one == after)
