"""Periods in words: "tháng 10", "quý III năm ngoái", "6 tháng đầu năm", "giai đoạn 2", "tuần này", "2026-Q3"."""

import calendar
import datetime
import re
from typing import Literal

import msgspec

from bot.language.dates import parse_day
from bot.language.fold import fold

Kind = Literal["day", "week", "month", "quarter", "half", "year", "phase", "months"]

PHASES = ((2023, 2025), (2026, 2030))
"""The two phases of the movement: 2023-2025 and 2026-2030 (first and last year)."""


class Period(msgspec.Struct, frozen=True):
    """Days from `start` to `end`, both included; its `key` is such as "2026-10", "2026-Q3", "2026-W47"."""

    start: datetime.date
    end: datetime.date
    kind: Kind
    key: str


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "muoi mot": 11, "muoi hai": 12, "gieng": 1, "chap": 12,
}  # fmt: skip
_NUMBER = (
    r"(?P<n>\d{1,2}|muoi mot|muoi hai|mot|hai|ba|bon|tu|nam(?! (?:nay|ngoai|truoc|20))|sau|bay|tam|chin|muoi|"
    r"iv|i{1,3}|gieng|chap)"
)
_YEAR = r"(?:(?:[ /-]|,? nam |,? )(?P<year>20\d\d)|,? (?P<back>nam (?:ngoai|truoc|nay|kia)))?"
_THIS = r"(?P<this>nay|hien tai)"
_LAST = r"(?P<last>truoc|ngoai|vua roi|roi|vua qua|qua)"
_EN_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}

_ISO = re.compile(r"(?P<year>20\d\d)(?:-(?P<month>\d\d)|-q(?P<quarter>[1-4])|-h(?P<half>[12])|-w(?P<week>\d\d))?")
_MONTHS = re.compile(r"(?P<first>20\d\d(?:0[1-9]|1[0-2]))-(?P<last>20\d\d(?:0[1-9]|1[0-2]))")
_PHASE = re.compile(
    r"(?:giai doan|gd|phase|g\.?d)[ -]?(?P<n>[12]|mot|hai|i{1,2}|2023 ?- ?2025|2026 ?- ?2030)|"
    r"(?P<span>2023 ?- ?2025|2026 ?- ?2030)|giai doan (?P<this>nay|hien tai)|giai doan (?P<last>truoc)"
)
_MONTH = re.compile(rf"(?:thang|t|month) ?{_NUMBER}{_YEAR}")
_MONTH_REL = re.compile(rf"(?:(?:thang|month) (?:{_THIS}|{_LAST})|(?P<en>this|last) month)")
_MONTH_NUMERIC = re.compile(r"(?P<n>\d{1,2})[/-](?P<year>20\d\d)")
_MONTH_ENGLISH = re.compile(rf"(?P<name>{'|'.join(_EN_MONTHS)})(?: (?P<year>20\d\d))?")
_QUARTER = re.compile(rf"(?:quy|quarter|q) ?{_NUMBER}{_YEAR}")
_QUARTER_REL = re.compile(rf"(?:quy (?:{_THIS}|{_LAST})|(?P<en>this|last) quarter)")
_HALF = re.compile(
    rf"(?:(?:6|sau) thang|nua(?: nam)?)(?: (?P<half>dau|cuoi))(?: nam)?{_YEAR}|"
    rf"(?P<first>so ket)(?: 6 thang)?{_YEAR.replace('year', 'year2').replace('back', 'back2')}"
)
_YEAR_ONLY = re.compile(
    r"(?:ca )?(?:nam|year) (?P<year>20\d\d)|(?:ca )?nam (?:(?P<this>nay)|(?P<last>ngoai|truoc|vua roi)|"
    r"(?P<kia>kia))|(?P<en>this|last) year"
)
_WEEK = re.compile(
    rf"(?:(?:ca )?tuan (?:{_THIS}|{_LAST})|(?P<en>this|last) week|tuan (?:thu )?(?P<n>\d{{1,"
    r"2}})(?: nam (?P<year>20\d\d))?)"
)
_DAY = re.compile(
    r"(?:hom|bua) (?:nay|qua|kia)|today|yesterday|ngay .+|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|20\d\d-\d\d-\d\d"
)
_LEAD = re.compile(r"^(?:trong |cua |cho |vao |ky |bao cao |toan )+")


def day(date: datetime.date) -> Period:
    """The period of one day."""
    return Period(date, date, "day", date.isoformat())


def week(date: datetime.date) -> Period:
    """The Monday-Sunday week of `date`."""
    monday = date - datetime.timedelta(days=date.weekday())
    year, number, _ = monday.isocalendar()
    return Period(monday, monday + datetime.timedelta(days=6), "week", f"{year}-W{number:02d}")


def month(year: int, number: int) -> Period:
    """A calendar month."""
    last = calendar.monthrange(year, number)[1]
    return Period(datetime.date(year, number, 1), datetime.date(year, number, last), "month", f"{year}-{number:02d}")


def quarter(year: int, number: int) -> Period:
    """A quarter, 1 to 4."""
    return Period(month(year, number * 3 - 2).start, month(year, number * 3).end, "quarter", f"{year}-Q{number}")


def half(year: int, number: int) -> Period:
    """The first or second half of a year."""
    return Period(month(year, number * 6 - 5).start, month(year, number * 6).end, "half", f"{year}-H{number}")


def year(number: int) -> Period:
    """A calendar year."""
    return Period(datetime.date(number, 1, 1), datetime.date(number, 12, 31), "year", str(number))


def phase(number: int) -> Period:
    """A phase of the movement, 1 or 2."""
    first, last = PHASES[number - 1]
    return Period(datetime.date(first, 1, 1), datetime.date(last, 12, 31), "phase", f"phase-{number}")


def months(first: datetime.date, last: datetime.date) -> Period:
    """Whole months from the first day of one to the last day of another. Raises ValueError for other days."""
    start, end = month(first.year, first.month).start, month(last.year, last.month).end
    if (start, end) != (first, last) or first > last:
        raise ValueError(f"not whole months: {first} to {last}")
    return Period(first, last, "months", f"{first:%Y%m}-{last:%Y%m}")


def previous(period: Period) -> Period:
    """The period of the same kind just before; where there is none (before phase 1, months) it stays itself."""
    if period.kind == "months":
        return period
    before = period.start - datetime.timedelta(days=1)
    if period.kind == "day":
        return day(before)
    if period.kind == "week":
        return week(before)
    if period.kind == "month":
        return month(before.year, before.month)
    if period.kind == "quarter":
        return quarter(before.year, (before.month + 2) // 3)
    if period.kind == "half":
        return half(before.year, (before.month + 5) // 6)
    return year(before.year) if period.kind == "year" else phase(1)


def parse_period(text: str, today: datetime.date) -> Period | None:
    """The period that a text names, None when it names none (or no possible one).

    A month, quarter or half of this year that has not begun means last year's, unless the year is said.
    """
    folded = _LEAD.sub("", fold(text[:200]).strip(" .,!?"))
    for pattern, read in _READERS:
        if match := pattern.fullmatch(folded):
            try:
                return read(match, today)
            except ValueError:
                return None
    return None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _ROMAN.get(text) or _WORDS[text]


def _in_year(match: re.Match[str], today: datetime.date, made: int, months: int) -> int:
    """The year said, else the latest in which part `made` of `months` months has begun."""
    parts = match.groupdict()
    if said := parts.get("year") or parts.get("year2"):
        return int(said)
    if back := parts.get("back") or parts.get("back2"):
        return today.year - {"nam nay": 0, "nam kia": 2}.get(back, 1)
    return today.year - 1 if (made - 1) * months + 1 > today.month else today.year


def _last(match: re.Match[str]) -> bool:
    return bool(match["last"] or match["en"] == "last")


def _read_iso(match: re.Match[str], today: datetime.date) -> Period | None:
    number = int(match["year"])
    if match["month"]:
        return month(number, int(match["month"])) if 1 <= int(match["month"]) <= 12 else None
    if match["quarter"]:
        return quarter(number, int(match["quarter"]))
    if match["half"]:
        return half(number, int(match["half"]))
    return week(datetime.date.fromisocalendar(number, int(match["week"]), 1)) if match["week"] else year(number)


def _read_months(match: re.Match[str], today: datetime.date) -> Period:
    first, last = (month(int(key[:4]), int(key[4:])) for key in (match["first"], match["last"]))
    return months(first.start, last.end)


def _read_phase(match: re.Match[str], today: datetime.date) -> Period:
    if match["this"] or match["last"]:
        current = 1 if today.year <= PHASES[0][1] else 2
        return phase(1 if match["last"] else current)
    said = match["n"] or match["span"]
    return phase(1 if said.startswith(("1", "mot", "2023")) or said == "i" else 2)


def _read_month(match: re.Match[str], today: datetime.date) -> Period | None:
    number = _number(match["n"])
    return month(_in_year(match, today, number, 1), number) if 1 <= number <= 12 else None


def _read_english_month(match: re.Match[str], today: datetime.date) -> Period:
    number = _EN_MONTHS[match["name"]]
    return month(_in_year(match, today, number, 1), number)


def _read_quarter(match: re.Match[str], today: datetime.date) -> Period | None:
    number = _number(match["n"])
    return quarter(_in_year(match, today, number, 3), number) if 1 <= number <= 4 else None


def _read_half(match: re.Match[str], today: datetime.date) -> Period:
    number = 2 if match["half"] == "cuoi" else 1
    return half(_in_year(match, today, number, 6), number)


def _read_relative(match: re.Match[str], today: datetime.date) -> Period:
    kind = match.re
    if kind is _MONTH_REL:
        current = month(today.year, today.month)
    elif kind is _QUARTER_REL:
        current = quarter(today.year, (today.month + 2) // 3)
    else:
        current = week(today)
    return previous(current) if _last(match) else current


def _read_week(match: re.Match[str], today: datetime.date) -> Period:
    if match["n"]:
        return week(datetime.date.fromisocalendar(int(match["year"] or today.year), int(match["n"]), 1))
    return _read_relative(match, today)


def _read_year(match: re.Match[str], today: datetime.date) -> Period:
    if match["year"]:
        return year(int(match["year"]))
    return year(today.year - (2 if match["kia"] else 1 if _last(match) else 0))


def _read_day(match: re.Match[str], today: datetime.date) -> Period | None:
    date = parse_day(match[0], today)
    return day(date) if date else None


_READERS = (
    (_ISO, _read_iso), (_MONTHS, _read_months), (_PHASE, _read_phase), (_MONTH_NUMERIC, _read_month),
    (_MONTH_REL, _read_relative),
    (_MONTH, _read_month), (_MONTH_ENGLISH, _read_english_month), (_QUARTER_REL, _read_relative),
    (_QUARTER, _read_quarter), (_HALF, _read_half), (_YEAR_ONLY, _read_year), (_WEEK, _read_week), (_DAY, _read_day),
)  # fmt: skip
