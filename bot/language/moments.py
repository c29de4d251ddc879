"""A moment to come, in words: "8h sáng mai", "14:00 22/11", "14h30 ngày 2/12/2026", "tối nay 19h"."""

import re
from datetime import date, datetime, time, timedelta

from bot.language.fold import fold

_HOUR = re.compile(
    r"(?<!\d)(?P<hour>[01]?\d|2[0-3]) ?(?:[:h]|gio)"
    r"(?: ?(?P<minute>[0-5]\d)(?!\d|[/.-]\d))?(?!\d)(?P<half> ?ruoi)?"
)
_DAY = re.compile(r"(?<!\d)(?P<day>[0-3]?\d)[/.-](?P<month>[01]?\d)(?:[/.-](?P<year>20\d\d))?(?!\d)")
_AFTERNOON = re.compile(r"\b(?:chieu|toi|pm)\b")
_PAST = re.compile(r"\b(?:hom qua|hom kia|yesterday|truoc|ago)\b")
_LATER_DAYS = (("ngay kia", 2), ("ngay mot", 2), ("mai", 1), ("tomorrow", 1))


def find_moment(text: str, now: datetime) -> datetime | None:
    """The moment that is meant, in the zone of `now`; without a day the next one at that hour; None when none is said
    or it is past."""
    said = fold(text)
    try:
        day = _day(said, now.date())
    except ValueError:
        return None
    hour = _HOUR.search(said)
    if hour is None:
        return None
    clock = time(int(hour["hour"]), 30 if hour["half"] else int(hour["minute"] or 0))
    if _AFTERNOON.search(said) and clock.hour < 12:
        clock = clock.replace(hour=clock.hour + 12)
    moment = datetime.combine(day or now.date(), clock, now.tzinfo)
    if day is None and moment <= now:
        moment += timedelta(days=1)
    return moment if moment > now else None


def find_last_day(text: str, today: date) -> date | None:
    """A day to come, or so many days or weeks from today."""
    said = fold(text)
    if span := re.search(r"(?<!\d)(\d{1,3}) ?(ngay|tuan|days?|weeks?)\b", said):
        days = int(span[1]) * (7 if span[2].startswith(("tuan", "week")) else 1)
        return today + timedelta(days=days) if days else None
    try:
        day = _day(said, today)
    except ValueError:
        return None
    return day if day and day >= today else None


def _day(said: str, today: date) -> date | None:
    """The day said, or None. Raises ValueError when there is no such day."""
    if _PAST.search(said):
        raise ValueError("a day that is over")
    for words, days in _LATER_DAYS:
        if re.search(rf"\b{words}\b", said):
            return today + timedelta(days=days)
    found = _DAY.search(said)
    if found is None:
        return today if re.search(r"\b(?:hom nay|toi nay|chieu nay|sang nay|today)\b", said) else None
    year = int(found["year"] or today.year)
    day = date(year, int(found["month"]), int(found["day"]))
    return day if found["year"] or day >= today else day.replace(year=year + 1)
