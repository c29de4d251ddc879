"""Periods of reports: their names in words, the one before and the one after."""

from datetime import date, timedelta

from bot.i18n import Text, t
from bot.language.periods import PHASES, Period, parse_period, phase, previous


def name_of_period(period: Period) -> Text:
    """ "tháng 10/2026", "quý 3/2026", "năm 2026", "giai đoạn 1 (2023-2025)"; a week by its days."""
    start, year = period.start, str(period.start.year)
    match period.kind:
        case "month":
            return t("month {month}/{year}", month=start.month, year=year)
        case "quarter":
            return t("quarter {quarter}/{year}", quarter=(start.month + 2) // 3, year=year)
        case "half":
            return t("first half of {year}", year=year) if start.month == 1 else t("second half of {year}", year=year)
        case "year":
            return t("year {year}", year=year)
        case "phase":
            number = [first for first, _ in PHASES].index(start.year) + 1
            return t("phase {number} ({first}-{last})", number=number, first=year, last=str(period.end.year))
        case "months":
            return t("months {first} to {last}", first=f"{start:%m/%Y}", last=f"{period.end:%m/%Y}")
        case "day":
            return t("day {day}", day=start)
        case _:
            return t("{first} to {last}", first=start, last=period.end)


def earlier(period: Period) -> Period | None:
    """The period of the same kind just before; None before the first phase."""
    before = previous(period)
    return None if before == period else before


def following(period: Period, today: date) -> Period | None:
    """The period of the same kind just after; None when it has not begun."""
    start = period.end + timedelta(days=1)
    if start > today or period.kind == "months":
        return None
    if period.kind == "phase":
        return phase([first for first, _ in PHASES].index(start.year) + 1)
    return parse_period(_key_of(period, start), today)


def _key_of(period: Period, day: date) -> str:
    """The key of the period of the same kind that holds a day."""
    year, week, _ = day.isocalendar()
    return {
        "day": day.isoformat(),
        "week": f"{year}-W{week:02}",
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "half": f"{day.year}-H{(day.month + 5) // 6}",
    }.get(period.kind, str(day.year))
