"""Days of the calendar: "20/11", "ngày 5 tháng 11", "mùng 2", and days of the week; never the future."""

import datetime
import re
from itertools import pairwise

from bot.language.fold import bare
from bot.language.marks import rule, source
from bot.language.numbers import TENS, number
from bot.language.spans import Span, first_matches

_DAY_WORD = rf"(?:\d{{1,2}}|{TENS}|(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín))"
_YEAR = r"(?: ?(?:năm )?(?P<year>20\d\d)| ?năm (?P<rel>ngoái|nay|trước|kia))?"
_PART = "(?:(?:vào |hồi )?(?:buổi )?(?:sáng|trưa|chiều|tối|đêm|khuya) )?"
_PREFIX = rf"{_PART}(?:(?:vào |hôm |từ )?(?:ngày |hôm )(?:mùng |mồng )?|mùng |mồng )"
_NO_MONTH = source(
    " ?(?:tiếng|giờ(?! (?:nghỉ|học|cơm|ra|giải|hành))|phút|h|p|buổi|tiết|điểm|câu|bài|người|%|trang|khóa|nội dung)"
)
_NUMERIC = re.compile(
    rf"(?<![\w/.,:])(?P<prefix>{source(_PREFIX)})?(?P<d>\d{{1,2}})(?P<sep>[/.-])(?P<m>\d{{1,2}})"
    rf"(?:(?P=sep)(?P<year>\d{{4}}|\d{{2}})|{source(' năm ')}(?P<rel>{source('ngoái|nay|trước')}))?"
    r"(?![\w/]|:\d|[.,-]\d|'|"
    rf"{_NO_MONTH}(?!\w))"
)
_YEAR_BEFORE = rule(r"năm (?P<rel>ngoái|trước|kia|nay)")
_SPELT = rule(
    rf"{_PREFIX}?(?P<d>{_DAY_WORD}) tháng (?P<m>\d{{1,2}}|{TENS}|một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|giêng|"
    rf"chạp){_YEAR}"
)
_DAY_OF_MONTH = rule(
    rf"{_PREFIX}(?P<d>\d{{1,2}}|{TENS}|(?<=mùng )(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín)|(?<=mồng )(?:một|hai|"
    r"ba|bốn|năm|sáu|bảy|tám|chín))(?: (?P<month>tháng (?:này|nay|trước|rồi|vừa rồi)))?(?! (?:tháng|giờ|tiếng|"
    r"phút|bài|buổi|người|tiết|công))"
)
_ISO = re.compile(r"(?<![\w-])(?P<year>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![\w-])")

_WEEKDAY_NAMES = {
    "hai": 0,
    "2": 0,
    "ba": 1,
    "3": 1,
    "tu": 2,
    "4": 2,
    "nam": 3,
    "5": 3,
    "sau": 4,
    "6": 4,
    "bay": 5,
    "7": 5,
}
_WEEKDAY = rule(
    rf"(?:vào |hôm |ngày |bữa )?{_PART}(?:hôm |ngày )?"
    r"(?:(?:thứ |t ?(?=[2-7]))(?P<day>hai|ba|tư|bốn|năm|sáu|bảy|bẩy|[2-7])|(?P<sunday>chủ nhật|chúa nhật|cn|c\.nhật)"
    r"|(?:on |last )?(?P<english>monday|tuesday|wednesday|thursday|friday|saturday|sunday))"
    r"(?:,? ?(?:của )?(?P<weeks>hai|ba|bốn|\d)? ?(?P<week>tuần (?:trước nữa|trước|này|ni|nay|vừa rồi|vừa qua|"
    r"rồi|qua|tới|sau)|vừa rồi|vừa qua|vừa xong|rồi|qua|(?!toi (?!em |minh |to |chau |con |bon |chung "
    r"|anh )(?:chỉ |có |cũng |đã |vừa |ngồi |lại |tranh thủ )?(?:học|tự|ôn|luyện|đọc|nghe|xem|tìm|"
    r"nghiên|tham|dự))"
    r"tới(?! (?:thứ|chủ|cn|t\d))|này|sau))?"
)
_WEEK_NEAR = rule(r"(?P<week>tuần (?:trước|này|vừa rồi|vừa qua|rồi|qua))")
_ORDINAL_WORDS = source(
    "(?:mỗi|lần|bài|buổi|ngày|khóa|khoá|khoa|môn|tuần|đợt|chương|phần|người|lớp|tháng|năm|ca|tiết|hạng|câu|"
    "ngoại ngữ|cuốn|quyển|kỳ) ?$"
)
_ORDINAL = re.compile(_ORDINAL_WORDS)


def latest(day: int, month: int, today: datetime.date, year: int | None = None) -> datetime.date | None:
    """The day d/m of `year`, or without a year the latest one not after today; None when there is no such day."""
    years = [year] if year else [today.year - back for back in range(9)]
    for candidate in years:
        try:
            date = datetime.date(candidate, month, day)
        except ValueError:
            continue
        if date <= today or year:
            return date
    return None


def day_span(key: str, today: datetime.date) -> list[Span]:
    """Days written with numbers; kind "day", "future_day", or "vague_day" when there is no such day."""
    spans: list[Span] = []
    years = list(_YEAR_BEFORE.finditer(key))
    for pattern in (_ISO, _NUMERIC, _SPELT, _DAY_OF_MONTH):
        for match in first_matches(pattern, key, spans):
            if pattern is _NUMERIC and not _is_date(match):
                continue
            spans.append(_judged(match, _date(match, today, years), today))
    return spans + [Span(m.start(), m.end(), "year") for m in first_matches(_YEAR_BEFORE, key, spans)]


def _is_date(match: re.Match[str]) -> bool:
    """ "20-11" and "20.11" need a prefix or a year, or a day that can be nothing else."""
    if not 1 <= int(match["m"]) <= 12 or not 1 <= int(match["d"]) <= 31:
        return bool(match["prefix"] or (match["sep"] == "/" and match["year"]))
    return (
        match["sep"] == "/" or bool(match["prefix"] or match["year"]) or (int(match["d"]) > 12 and match["sep"] == "-")
    )


def _date(match: re.Match[str], today: datetime.date, years: list[re.Match[str]]) -> datetime.date | None:
    parts = match.groupdict()
    day = int(number(parts["d"]) or 0)
    if "m" not in parts:
        return _of_month(day, parts.get("month"), today)
    month = {"gieng": 0, "chap": 0, "tu": 4}.get(bare(parts["m"]), int(number(parts["m"]) or 0))
    year = int(parts["year"]) if parts.get("year") else None
    relative = parts.get("rel") or (years[0]["rel"] if years else None)
    if year is None and relative:
        year = today.year - {"ngoai": 1, "truoc": 1, "kia": 2}.get(bare(relative), 0)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    return latest(day, month, today, year + 2000 if year is not None and year < 100 else year)


def _of_month(day: int, month: str | None, today: datetime.date) -> datetime.date | None:
    first = today.replace(day=1)
    before = (first - datetime.timedelta(days=1)).replace(day=1)
    said = bare(month or "")
    months = (
        [first]
        if "nay" in said
        else [before]
        if said
        else [first, before, (before - datetime.timedelta(days=1)).replace(day=1)]
    )
    for candidate in months:
        try:
            date = candidate.replace(day=day)
        except ValueError:
            continue
        if date <= today or said:
            return date
    return None


def _judged(match: re.Match[str], date: datetime.date | None, today: datetime.date) -> Span:
    if date is None:
        return Span(match.start(), match.end(), "vague_day")
    return Span(match.start(), match.end(), "day" if date <= today else "future_day", date=date)


def weekday_span(key: str, today: datetime.date, taken: list[Span]) -> list[Span]:
    """Days of the week; with "tuần trước"/"tuần này" nearby, of that week, else the latest before today."""
    spans: list[Span] = []
    near = _WEEK_NEAR.search(key)
    for match in first_matches(_WEEKDAY, key, taken):
        if (
            match["day"]
            and match[0].startswith("t")
            and not match[0].startswith(("toi", "tối", "trưa", "trua"))
            and _ORDINAL.search(key[: match.start()])
        ):
            continue
        spans.append(_weekday(match, today, near["week"] if near else ""))
    if near and spans and all(near.end() <= s.start or near.start() >= s.end for s in spans):
        spans.append(Span(near.start(), near.end(), "used_week"))
    return spans


def _weekday(match: re.Match[str], today: datetime.date, near: str) -> Span:
    index = 6 if match["sunday"] else _WEEKDAY_NAMES.get(bare(match["day"] or ""), -1)
    if match["english"]:
        index = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].index(match["english"])
    week = bare(match["week"] or near)
    monday = today - datetime.timedelta(days=today.weekday())
    latest_before = today - datetime.timedelta(days=(today.weekday() - index - 1) % 7 + 1)
    unsaid = index if not week else None
    if week in {"toi", "sau", "tuan toi", "tuan sau"}:
        return Span(match.start(), match.end(), "future_day")
    if week == "nay":
        date = monday + datetime.timedelta(days=index)
    elif not week.startswith("tuan"):
        date = latest_before
    else:
        date = monday + datetime.timedelta(days=index - 7 * _weeks_back(week, match["weeks"]))
    return Span(match.start(), match.end(), "day" if date <= today else "future_day", date=date, count=unsaid)


_TOUCHING = re.compile(rf"[ ,(-]*(?:{source('ngày|là|nhằm|tức là|tức|hôm')} )?")


def agreed(key: str, spans: list[Span]) -> list[Span]:
    """ "hôm nay chủ nhật", "thứ hai, 16/11": a weekday beside a date of that weekday is one day, the date's."""
    days = sorted((s for s in spans if s.kind in {"day", "future_day"}), key=lambda s: s.start)
    for one, two in pairwise(days):
        bare_day, other = (one, two) if one.count is not None else (two, one)
        if bare_day.count is None or other.count is not None or other.date is None or other.kind != "day":
            continue
        if bare_day.count == other.date.weekday() and _TOUCHING.fullmatch(key, one.end, two.start):
            spans = [s for s in spans if s is not one and s is not two]
            spans.append(Span(one.start, two.end, "day", date=other.date))
    return spans


def _weeks_back(week: str, weeks: str | None) -> int:
    if week in {"tuan nay", "tuan ni"}:
        return 0
    back = {"hai": 2, "2": 2, "ba": 3, "3": 3, "bon": 4, "4": 4}.get(bare(weeks or ""), 1)
    return 2 if week == "tuan truoc nua" else back
