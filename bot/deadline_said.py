"""What an officer sets in one line: "quý 4: 15/12", "tháng: 5 ngày", "tháng 10: khóa 20/12", "năm: tắt"; pure.

The words before the colon say for what, those behind it what is set. Nothing is guessed: what is not understood is
refused with an example.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import UserError
from bot.i18n import t
from bot.language.fold import fold
from bot.language.periods import Period, parse_period
from bot.reports.deadlines import ABOVE, DUE, GRACE, KINDS, LOCK, NO, WANTED, YES, is_frozen
from storage.periods import ALL

KIND_WORDS = {
    "month": ("thang", "hang thang", "thang nao cung", "month"),
    "quarter": ("quy", "hang quy", "quarter"),
    "half": ("6 thang", "sau thang", "nua nam", "half"),
    "year": ("nam", "hang nam", "year"),
    "phase": ("giai doan", "phase"),
    ALL: ("tat ca", "moi ky", "chung", "all"),
}
MOST_DAYS = 366
MOST_GRACE = 60
_DAYS = r"(?P<days>\d{1,3})(?: ?(?:ngay|days?))?(?: sau ky| sau khi het ky| after)?"
_DATE = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>20\d\d))?"
_WHEN = rf"(?:{_DATE}|{_DAYS})"
_DEADLINE = re.compile(rf"(?:han(?: nop)? |den )?{_WHEN}")
_LOCK = re.compile(rf"(?:khoa|lock)(?: tu| sau| from)? {_WHEN}")
_GRACE = re.compile(rf"(?:an han|gia han|grace) {_DAYS}")
_ABOVE = re.compile(rf"(?:bao )?cap tren(?: sau)? {_DAYS}|above {_DAYS.replace('days>', 'days2>')}")
_OFF = {"tat", "khong yeu cau", "khong can", "bo", "off"}
_ON = {"bat", "yeu cau", "on"}
_DEFAULT = {"mac dinh", "default"}
_UNLOCK = re.compile(r"^(?:mo khoa|unlock)(?: den| toi| until)?\s+")
_BECAUSE = re.compile(r"\s*[,;]?\s*(?:\bvì\b|\bvi\b|\blý do\b|\bly do\b|\bdo\b|\bbecause\b)\s*:?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What is set: the values by their names; an empty value takes back what was set before."""

    values: dict[str, str]


def scope_said(words: str, today: date) -> str | Period | None:
    """A kind of period, all, one period, or None for words that are none of these."""
    folded = " ".join(fold(words).split())
    for kind, names in KIND_WORDS.items():
        if folded in names:
            return kind
    return coming(words, parse_period(words, today), today)


def coming(words: str, found: Period | None, today: date) -> Period | None:
    """The period meant by whoever sets its days: without a year said, one of this year, though it has not begun."""
    if found is None or re.search(r"20\d\d|nam (?:ngoai|truoc|nay|kia)", fold(words)) or found.end.year >= today.year:
        return found
    return parse_period(f"{words} {today.year}", today) or found


def value_said(words: str, scope: str | Period, today: date) -> Said:
    """The values behind the colon. Raises UserError with an example."""
    folded = " ".join(fold(words).split()).strip(" .!")
    period = scope if isinstance(scope, Period) else None
    if period is not None and (is_frozen(period) or period.kind not in KINDS):
        raise UserError(t("Days are set for a month, a quarter, a half-year, a year or a phase after 2025."))
    if folded in _OFF | _ON:
        return Said({WANTED: NO if folded in _OFF else YES})
    if folded in _DEFAULT:
        return Said(dict.fromkeys((DUE, GRACE, LOCK, ABOVE, WANTED), ""))
    for name, pattern in ((LOCK, _LOCK), (DUE, _DEADLINE), (GRACE, _GRACE), (ABOVE, _ABOVE)):
        if match := pattern.fullmatch(folded):
            return Said({name: _value(name, match, period)})
    raise UserError(
        t("I do not understand “{text}”. For example: /hannop quý 4: 15/12, /hannop tháng: 5 ngày, /hannop tháng: "
          "khóa 45 ngày, /hannop năm: ân hạn 3 ngày, /hannop quý: tắt.", text=words.strip()[:60])
    )  # fmt: skip


def _value(name: str, match: re.Match[str], period: Period | None) -> str:
    parts = match.groupdict()
    if parts.get("month"):
        if period is None:
            raise UserError(t("A day of the calendar is set for one period, e.g. quý 4: 15/12; for all of a kind "
                              "please say how many days after the period, e.g. tháng: 5 ngày."))  # fmt: skip
        return _checked(name, day_in(parts, period), period).isoformat()
    days = int(parts.get("days") or parts.get("days2") or 0)
    most = MOST_GRACE if name in (GRACE, ABOVE) else MOST_DAYS
    if days > most or (name == LOCK and days < 1):
        raise UserError(t("Please name from {least} to {most} days.", least=1 if name == LOCK else 0, most=most))
    return f"+{days}" if name in (DUE, LOCK) else str(days)


def day_in(parts: dict[str, str | None], period: Period) -> date:
    """A day of the calendar; without a year the first one after the period has begun. Raises UserError."""
    day, month = int(parts["day"] or 0), int(parts["month"] or 0)
    said = parts.get("year")
    years = [int(said)] if said else list(range(period.start.year, period.end.year + 2))
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if said or found >= max(period.start, period.end - timedelta(days=MOST_DAYS)):
            return found
    raise UserError(t("There is no day {day}.", day=f"{day}/{month}"))


def _checked(name: str, day: date, period: Period) -> date:
    first = period.end + timedelta(days=1) if name == LOCK else period.start
    last = period.end + timedelta(days=MOST_DAYS)
    if not first <= day <= last:
        raise UserError(
            t("{day} cannot be: please name a day from {first} to {last}.", day=day, first=first, last=last)
        )
    return day


def exception_said(words: str, today: date) -> tuple[bool, date, str]:
    """Of an exception: whether it unlocks, until which day, and why ("" when that is not said). Raises UserError."""
    said, *why = _BECAUSE.split(words.strip(), maxsplit=1)
    folded = " ".join(fold(said).split()).strip(" .,;!")
    opens = _UNLOCK.match(folded)
    match = re.fullmatch(rf"(?:han(?: nop)? |den |toi )?{_DATE}", folded[opens.end() :] if opens else folded)
    if match is None:
        raise UserError(
            t("I do not understand “{text}”. For example: /hannop A1 tháng 10: 20/11 vì đi diễn tập, or: /hannop A1 "
              "tháng 10: mở khóa 20/12 vì sửa số liệu.", text=words.strip()[:60])
        )  # fmt: skip
    day = _next_day(match.groupdict(), today)
    if not today <= day <= today + timedelta(days=MOST_DAYS):
        raise UserError(t("{day} cannot be: please name a day from {first} to {last}.", day=day, first=today,
                          last=today + timedelta(days=MOST_DAYS)))  # fmt: skip
    return bool(opens), day, why[0].strip() if why else ""


def _next_day(parts: dict[str, str | None], today: date) -> date:
    said = parts.get("year")
    for year in [int(said)] if said else [today.year, today.year + 1]:
        try:
            found = date(year, int(parts["month"] or 0), int(parts["day"] or 0))
        except ValueError:
            continue
        if said or found >= today:
            return found
    raise UserError(t("There is no day {day}.", day=f"{parts['day']}/{parts['month']}"))
