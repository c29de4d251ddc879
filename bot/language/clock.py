"""Times on the clock: "từ 19h đến 21h30" is a length of study, "lúc 19h30" is not."""

import re

from bot.language.fold import bare
from bot.language.marks import exact, source
from bot.language.numbers import GAP, WHOLE, number
from bot.language.spans import Span, first_matches

_PART = source("(?:rạng sáng|sáng sớm|sáng|trưa|chiều tối|chiều|tối|đêm|khuya|am|pm)")
_TIME = (
    rf"(?P<h@>{WHOLE})(?:(?:{GAP}(?P<u@>{source('giờ|h|g')})(?![^\W\d_])|(?P<colon@>:)|(?P<t@>[hg])(?=\d))"
    rf"(?: ?(?P<half@>{source('rưỡi')})| ?{source('kém|thiếu')} ?(?P<less@>{WHOLE})|(?: ?|: ?)(?P<m@>[0-5]?\d|"
    rf"{source('mười|mười lăm|hai mươi|ba mươi|bốn lăm|bốn mươi lăm')})(?![\w/])(?! {source('tiếng|bài')}))?"
    rf"(?: ?{source('phút|p|ph')}(?!\w))?|"
    rf" (?P<halfonly@>{source('rưỡi')}))?"
    rf"(?: (?:giờ )?(?P<part@>{_PART})(?!\w)(?: (?P<day@>{source('nay|hôm nay|hôm qua|qua|hôm kia|mai')})(?!\w))?)?"
)


def _side(number_of_side: int) -> str:
    return _TIME.replace("@", str(number_of_side))


_JOIN = rf" ?(?:-+>?|~|=>|{source('đến tận|đến khoảng|tới khoảng|đến tầm|đến lúc|đến|tới tận|tới|to|until|till')}) ?"
_INTERVAL = re.compile(
    rf"(?<![\w/.,:])(?<!thứ )(?<!thu )(?:(?P<from>{source('từ khoảng|từ lúc|từ tầm|từ hồi|từ|lúc|from|khoảng')}) )?"
    rf"{_side(1)}{_JOIN}{_side(2)}(?![\w:/])"
)
_UNTIL = exact("tới")
_BEFORE = (
    rf"(?:(?<!hai )(?<!ba )(?<!tư )(?<!năm )(?<!sáu )(?<!bảy )(?<!nhật )(?<!tuần ){_UNTIL}|"
    + exact("hồi|mãi|tận|đúng")
    + "|"
    + source("(?:lúc|vào lúc|vào|(?<!cơ )từ|đến|khi|sau|trước|bắt đầu|hẹn|at|from|since)")
    + ")"
)
_AFTER_CLOCK = source(
    "hôm qua|hôm nay|hôm kia|hôm|ngày|đúng|bắt đầu|(?:em|tôi|mình|tao|tớ|t|cháu)?(?: )?(?:bắt đầu|vào học|vào lớp"
    "|lên lớp|có lớp|có tiết)|vào học|họp|tập trung|khai giảng|thứ"
)
_SINGLE = re.compile(
    rf"(?<![\w/.,:])(?:(?P<before>{_BEFORE}) (?:(?:khoảng|khoang|tam|chung) )?)?"
    rf"(?P<h>{WHOLE})(?:(?P<colon>:[0-5]\d)|"
    rf"{GAP}(?P<u>{source('giờ|h|g')})(?![^\W\d_])(?: ?(?P<m>[0-5]\d)(?![\w/])|"
    rf"{source(' ?rưỡi| ?kém ?')}(?:\d{{1,2}})?)?)"
    rf"(?: ?{source('phút')}(?!\w))?(?![\w/])(?P<after> (?:{_PART}|"
    rf"{_AFTER_CLOCK})(?!\w))?"
)
_SPENT = re.compile(
    rf"{source('(?:được|hết|mất|tổng|tổng cộng|trong|trong vòng|tận|suốt|thêm|những|cả thảy|đủ|học)')} "
    rf"(?:{source('khoảng|tầm|chừng|gần|hơn|có|là')} )?$"
)
_SURELY_SPENT = re.compile(
    rf"(?<!\w){source('được|hết|mất|tổng|tổng cộng|thêm|cả thảy|gần|hơn')} "
    rf"(?:{source('khoảng|tầm|chừng|gần|hơn|có|là')} )?$"
)
_HOURS_AFTER = re.compile(source(" ?(?:tiếng|giờ)"))
_PART_AFTER = re.compile(rf" {_PART}")
_LATEST_DURATION_HOUR = 16


def find_clocks(key: str, taken: list[Span]) -> list[Span]:
    """Intervals (kind "interval" with minutes, or "range" when it may be 2-3 hours as well) and single clock times."""
    spans: list[Span] = []
    for match in first_matches(_INTERVAL, key, taken):
        if span := _interval(match):
            spans.append(span)
    singles = first_matches(_SINGLE, key, taken + spans)
    return spans + [
        Span(m.start(), m.start("after") if m["after"] else m.end(), "clock") for m in singles if _is_clock(m, key)
    ]


def _is_clock(match: re.Match[str], key: str) -> bool:
    hour = number(match["h"])
    if hour is None or hour > 24:
        return False
    if match["colon"]:
        return not _HOURS_AFTER.match(key, match.end())
    if match["before"] or hour > _LATEST_DURATION_HOUR or _hour_of_day(match, key, hour):
        return True
    if _SURELY_SPENT.search(key[: match.start()]):
        return False
    if _SPENT.search(key[: match.start()]) and not _PART_AFTER.match(match["after"] or ""):
        return False
    if match["after"] and hour < _EARLIEST_LESSON and _NAMES_DAY.match(match["after"]):
        return False
    return bool(match["after"])


_EARLIEST_LESSON = 6
_NAMES_DAY = re.compile(source(" (?:hôm|ngày|thứ)(?!\\w)"))
_PART_BEFORE = re.compile(rf"(?<!\w){_PART}(?: {source('nay|qua|mai|hôm qua|hôm nay|hôm kia')})? $")
_STUDIES_AFTER = re.compile(
    rf" (?:{source('em|tôi|mình|tớ|t|cháu')} )?{source('học|ôn|vào|bắt đầu|đọc|luyện|dậy|có')}(?!\w)"
)


def _hour_of_day(match: re.Match[str], key: str, hour: float) -> bool:
    """ "tối nay 7h30 học" and "8h em học" at the start tell when; a length that long would be said otherwise."""
    if hour < 5 or not match["u"] or _SPENT.search(key[: match.start()]):
        return False
    begins = not key[: match.start()].strip(" ,.")
    return bool(_PART_BEFORE.search(key[: match.start()])) or (begins and bool(_STUDIES_AFTER.match(key, match.end())))


def _interval(match: re.Match[str]) -> Span | None:
    if not any(match[f"{name}{side}"] for name in ("u", "t", "colon", "part", "halfonly") for side in (1, 2)):
        return None
    if not (
        match["u2"]
        or match["t2"]
        or match["colon2"]
        or match["part2"]
        or match["halfonly2"]
        or (match["from"] and match["u1"])
    ):
        return None
    start, end = _minute_of_day(match, 1), _minute_of_day(match, 2)
    if start is None or end is None:
        return None
    if _may_be_hours(match, start, end):
        return Span(match.start(), match.end(), "range")
    length = _length(match, start, end)
    crosses = start + length >= 24 * 60 if not _part(match, 1) else _part(match, 1) in _NIGHT and end < start
    return Span(
        match.start(), _end(match), "interval", length if 0 < length <= 16 * 60 else None,
        count=_days_back(match), each=crosses,
    )  # fmt: skip


_NIGHT = {"dem", "khuya", "toi"}


def _days_back(match: re.Match[str]) -> int | None:
    """How many days before today an interval began that says so inside ("từ 22h tối qua đến 0h15")."""
    return {"nay": 0, "hom nay": 0, "hom qua": 1, "qua": 1, "hom kia": 2}.get(bare(match["day1"] or ""))


def _end(match: re.Match[str]) -> int:
    """Leave "tối qua" after the end time to the dates, which need it."""
    part = match["part2"]
    if part and match.end("part2") < match.end():
        return match.start("part2")
    return match.end()


def _minute_of_day(match: re.Match[str], side: int) -> int | None:
    hour = number(match[f"h{side}"])
    if hour is None or hour > 24 or hour != int(hour):
        return None
    minute = int(hour) * 60 + int(number(match[f"m{side}"] or "") or 0) - int(number(match[f"less{side}"] or "") or 0)
    if match[f"half{side}"] or match[f"halfonly{side}"]:
        minute += 30
    return minute


def _may_be_hours(match: re.Match[str], start: int, end: int) -> bool:
    """ "2-3h" and "từ 2 đến 3 giờ" without minutes or a part of day may mean two to three hours."""
    plain = not any(match[f"{n}{s}"] for n in ("m", "less", "half", "halfonly", "part", "colon", "t") for s in (1, 2))
    return plain and not match["u1"] and start < end <= 6 * 60 and end - start <= 60


def _length(match: re.Match[str], start: int, end: int) -> int:
    """Minutes between the two times; parts of day, noon and midnight taken into account."""
    first, second = _part(match, 1), _part(match, 2)
    if second in _AFTERNOON and end < 12 * 60 + 59 and not (second in {"dem", "khuya"} and end < 5 * 60):
        end += 12 * 60 if end < 12 * 60 else 0
        if first is None and start < 12 * 60 and start + 12 * 60 < end:
            start += 12 * 60
    if first in _AFTERNOON and start < 12 * 60 and not (first in {"dem", "khuya"} and start < 5 * 60):
        start += 12 * 60
        if second is None and end < 12 * 60 and end + 12 * 60 > start:
            end += 12 * 60
    if end <= start:
        end += (
            12 * 60
            if max(start, end) <= 12 * 60 + 59 and first is None and second is None and end + 12 * 60 > start
            else 24 * 60
        )
    return end - start


_AFTERNOON = {"chieu", "toi", "dem", "khuya", "chieu toi", "pm"}


def _part(match: re.Match[str], side: int) -> str | None:
    part = match[f"part{side}"]
    return bare(part) if part else None
