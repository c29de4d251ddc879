"""A day to come, or today, in words: "đến 30/11", "hết tuần này", "trực ban tuần này", "thứ sáu", "7 ngày nữa"."""

import re
from datetime import date, timedelta

from bot.language.fold import fold

MOST_DAYS = 3660
_WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?")
_IN_WORDS = re.compile(r"(\d{1,2}) thang (\d{1,2})(?: nam (\d{4}))?")
_SPAN = re.compile(r"(?:trong |them )?(\d{1,3}) (ngay|tuan|thang|day|week|month)s?(?: nua| toi)?")
_WEEKDAY = re.compile(r"(?:thu (hai|ba|tu|nam|sau|bay|[2-7])|(chu nhat|cn|sunday))( tuan (?:nay|sau|toi))?")
_FRONT = re.compile(r"^(?:(?:cho |toi |den |het |ngay |tu |until |from |to |till |hom |truc ban |truc |trong )+)")


def future_day(words: str, today: date, *, back: int = 0) -> date | None:
    """The day that these words name, from `back` days ago on; None for words that name none, or an older one.

    A day without a year is the next one of that name; a week ends on Sunday; a month on its last day.
    """
    first = today - timedelta(days=back)
    said = _FRONT.sub("", fold(" ".join(words.split())).strip(" .,;") + " ").strip()
    found = _numbers(said, first) or _words(said, today) or _span(said, today) or _weekday(said, today)
    return found if found is not None and found >= first and (found - today).days <= MOST_DAYS else None


def _numbers(said: str, first: date) -> date | None:
    if match := _ISO.fullmatch(said):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    match = _DAY.fullmatch(said) or _IN_WORDS.fullmatch(said)
    if match is None:
        return None
    day, month = int(match[1]), int(match[2])
    if match[3]:
        return _date(int(match[3]), month, day)
    # 29/2 exists in some years only: then the next year that has it.
    found = (_date(first.year + ahead, month, day) for ahead in range(9))
    return next((one for one in found if one is not None and one >= first), None)


def _words(said: str, today: date) -> date | None:
    sunday = today + timedelta(days=6 - today.weekday())
    first = today.replace(day=1)
    this_month, next_month = _month_end(first), _month_end(_month_end(first) + timedelta(days=1))
    named = {
        "nay": today, "today": today, "mai": today + timedelta(days=1), "ngay mai": today + timedelta(days=1),
        "tomorrow": today + timedelta(days=1), "kia": today + timedelta(days=2), "tuan": sunday, "tuan nay": sunday,
        "this week": sunday, "cuoi tuan": sunday, "tuan sau": sunday + timedelta(days=7),
        "tuan toi": sunday + timedelta(days=7), "next week": sunday + timedelta(days=7), "thang nay": this_month,
        "cuoi thang": this_month, "this month": this_month, "thang sau": next_month, "thang toi": next_month,
        "next month": next_month, "nam nay": date(today.year, 12, 31), "cuoi nam": date(today.year, 12, 31),
    }  # fmt: skip
    return named.get(said)


def _span(said: str, today: date) -> date | None:
    match = _SPAN.fullmatch(said)
    if match is None:
        return None
    days = {"ngay": 1, "day": 1, "tuan": 7, "week": 7, "thang": 30, "month": 30}[match[2]]
    return today + timedelta(days=int(match[1]) * days)


def _weekday(said: str, today: date) -> date | None:
    match = _WEEKDAY.fullmatch(said)
    if match is None:
        return None
    wanted = 6 if match[2] else _WEEKDAYS[match[1]]
    monday = today - timedelta(days=today.weekday())
    if match[3]:
        return monday + timedelta(days=wanted + (0 if match[3].endswith("nay") else 7))
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
