"""How long: durations such as "2 tiếng rưỡi", "1h30", "nửa tiếng", and the vague ones that must be asked about."""

import re

from bot.language.clock import find_clocks
from bot.language.marks import exact, rule, source
from bot.language.numbers import GAP, NUMBER, TENS, WHOLE, WORDS, number
from bot.language.spans import Sentence, Span, first_matches, masked, sentence

MOST_MINUTES = 100 * 60
"""Longer durations are taken for slips and asked about; a finished course may well take days."""

_HOUR = source(r"(?:tiếng(?: đồng hồ)?|giờ(?: đồng hồ)?|hours?|hrs?|h|g)(?![^\W\d_])")
_MINUTE = source(r"(?:phút|minutes?|mins?|ph|p|')(?![^\W\d_])")
_COUNTED = source(
    r"(?: ?[/:%]| ?- ?\d| ?(?:bài|buổi|tiết|người|câu|chương|từ|trang|lần|tiếng|giờ|h|g|tháng|ngày(?! \d)|"
    r"hôm(?! (?:qua|nay|kia|kìa))|điểm|môn|đề|học viên)(?!\w))"
)
_APPROX = source(
    r"(?:khoảng|khoản|chừng|(?<=hoc )tam|(?<=duoc )tam|(?<=het )tam|gần|hơn|ngót|áng chừng|xấp xỉ|ước chừng|"
    r"trên|dưới|non|about|around|almost|nearly|over)(?: (?:gần|hơn|chừng))?"
    rf"|{exact('cỡ|độ|tầm')}"
)

_NUMBERED = source(
    "tháng|ngày|hôm|thứ|bài|bai|unit|lớp|lop|chương|phần|tập|quyển|trình độ|cấp|mức|khóa|tuần|trang|"
    "câu|đề|lesson|buổi|tiết"
)
_DURATION = re.compile(
    rf"(?<![\w/.,:])(?:(?P<approx>{_APPROX}) )?(?P<n>{NUMBER}){GAP}(?P<hour>{_HOUR})"
    rf"(?: ?(?P<half>{source('rưỡi')})(?!\w)(?: {source('đồng hồ')})?"
    rf"| ?{source('(?:kém|thiếu|trừ)')} ?(?P<less>{WHOLE})(?: ?{_MINUTE})?(?!\w)"
    rf"| ?(?:{source('lẻ|và|với|hơn|cộng')} )?(?P<more>{WHOLE}){GAP}{_MINUTE}"
    rf"| ?(?P<bare>[0-5]?\d|{TENS})(?![\w]|[.,]\d|{_COUNTED}))?"
    rf"(?P<loose> {source('hơn|gì đó|gì đấy|là cùng|trở lên')}(?!\w))?"
)
_COMPACT = re.compile(
    rf"(?<![\w/.,:])(?:(?P<approx>{_APPROX}) )?(?P<n>\d{{1,2}})(?:h|g|t|tieng|"
    rf"gio)(?P<bare>[0-5]\d)(?:{_MINUTE})?(?![\w:/])"
)
_NO_NUMBER = re.compile(
    rf"(?<!\w)(?P<approx>{_APPROX}|{source('cả|mất|hết|được')} )? ?{source('(?<!thứ )(?<!tiếng )')}"
    rf"(?P<hour>{source('tiếng|giờ')})(?: {source('đồng hồ')})? ?(?P<half>{source('rưỡi')})(?!\w)"
)
_ABOUT_AN_HOUR = re.compile(rf"(?<!\w)(?P<approx>{_APPROX}) {source('tiếng(?: đồng hồ)?')}(?!\w)(?= *(?:$|[,.;]|\x01))")
_MINUTES = re.compile(rf"(?<![\w/.,:])(?:(?P<approx>{_APPROX}) )?(?P<n>{NUMBER}){GAP}{_MINUTE}")
_HALF = re.compile(
    rf"(?<!\w)(?:(?P<approx>{_APPROX}) )?(?:{exact('nửa')}|(?<!phút )(?<!phut )(?<!tiếng )(?<!tieng "
    rf")(?<!giờ )(?<!gio )(?<!\dp )"
    rf"(?<!\dh ){source('nữa')}) {source('(?:tiếng|giờ|tieng)')}"
    rf"(?: {source('đồng hồ')})?(?!\w)"
)
_FRACTION = re.compile(
    r"(?<![\w/.,])(?:(?P<a>[1-3])/(?P<b>[2-4])|"
    rf"(?P<aw>{source('một|hai|ba')}) {source('phần')} (?P<bw>{source('hai|ba|tư|bốn')}))"
    rf" {source('(?:tiếng(?: đồng hồ)?|giờ(?: đồng hồ)?)')}(?!\w)"
)
_DECIMAL_CLOCK = re.compile(rf"(?<![\w:])(?P<n>\d{{1,2}}):(?P<bare>[0-5]\d) ?{source('(?:tiếng|giờ)')}(?!\w)")

_FEW = source(
    "(?:mấy|vài|vài ba|dăm|dăm ba|đôi ba|nhiều|chục|ba bốn chục|vài chục|mấy chục|vài ba chục|bao "
    "nhiêu|several|few|couple of)"
)
_PAIR = source("(?:một hai|một vài|hai ba|ba bốn|bốn năm|năm sáu|sáu bảy|bảy tám|tám chín)")
_UNIT = rf"(?:{_HOUR}|{_MINUTE})"
_RANGE = re.compile(
    rf"(?<![\w/.,:])(?<!thứ )(?<!thu )(?:{WHOLE}|\d[.,]\d)(?: ?(?:{_HOUR}|{_MINUTE}))? ?(?:-|~|"
    rf"{source('đến|tới|hoặc|hay|hay là')}) ?{NUMBER}{GAP}{_UNIT}"
    rf"|(?<![\w/]){_PAIR} {_UNIT}|(?<![\w/])(?:1(?:, | )2|2(?:, | )3|3(?:, | )4|4(?:, | )5|5(?:, | )6|"
    rf"[1-9]0 [1-9]0) {_UNIT}"
)
_VAGUE = rule(
    rf"{_FEW} ?(?:{_HOUR}|{_MINUTE})"
    r"|(?:cả|nguyên|trọn|suốt|hết|gần hết|gần cả|gần như cả|hơn nửa)(?: một| nguyên)? (?:ngày|"
    r"buổi(?: (?:sáng|trưa|chiều|tối))?|sáng|chiều|tối|đêm|trưa)"
    r"|(?:cả|nguyên|suốt) (?:mấy|nhiều) (?:ngày|giờ|tiếng)|(?:thâu|xuyên|trắng|suốt) đêm"
    r"|nửa (?:buổi|ngày|sáng|chiều)|một (?:lúc|chút|tí|xíu|lát|hồi|chốc|tẹo|tý)(?: lâu)?(?! nữa)|"
    r"(?:chút|tí|xíu|tý|tẹo)(?: xíu| tẹo| thôi|"
    r" đỉnh)?(?! nữa| nào)|hồi lâu|khá lâu|rất lâu|lâu lắm|hàng giờ|hàng tiếng|hàng (?:giờ|tiếng) đồng hồ"
    r"|(?:đến|tới) (?:khuya|sáng|tối|chiều|trưa|nửa đêm|tận khuya|hết giờ)|từ sáng|tiếng mấy|giờ mấy|hours|"
    r"all day|all morning|a while"
)
_SESSION = re.compile(
    rf"(?<![\w/])(?:(?P<each>{source('mỗi')}) |(?P<n>{WHOLE}|{_FEW}|{_PAIR}|\d ?- ?\d) )?"
    rf"(?P<unit>{source('buổi|tiết|sessions?|periods?')}|(?<=[0-9] )ca)(?!\w)"
    rf"(?! {source('(?:sáng|trưa|chiều|tối|đêm|học|này|đầu|cuối|thứ|kiệm|số|đực|sinh|lễ|họp|mổ|trực|gác)')})"
)


LANGUAGES = (
    "anh|trung|nhật|hàn|pháp|nga|đức|lào|thái|mông|hmông|h'mông|khmer|dao|tày|nùng|mường|việt|chăm|hoa|ê đê|"
    "ba na|gia rai|cơ tu|cơ ho|xơ đăng|tây ban nha|giáy|ý"
)
_LESSON_NUMBER = re.compile(rf"(?<!\w){_NUMBERED} (?P<n>\d{{1,3}}) {source('tiếng|môn')} (?={source(LANGUAGES)}(?!\w))")


_SOME_BEFORE = re.compile(rf"(?<!\w){source('vài|mấy|dăm|vài ba')} $")
_ORDINAL = re.compile(r"(?<!\w)(?<!mỗi )(?<!moi )(?:thứ|thu) $")
_TENS_ALONE = re.compile(source("chục"))
_ONLY_APPROX = re.compile(_APPROX)
_ONLY_WHOLE = re.compile(WHOLE)


_BARE_WORD = re.compile(r"buoi \d")
"""The bare "buoi" right before a number ends a noun ("vườn bưởi 2 tiếng") as likely as it means a session."""


def find_times(key: str) -> list[Span]:
    """All durations, clock intervals, clock times and vague durations of a key, in order, without overlap.

    Kinds: duration, interval (both with minutes), clock, range, vague, session (with count).
    """
    key = _LESSON_NUMBER.sub(lambda m: m[0].replace(m["n"], "\x02" * len(m["n"])), key)
    spans = _exact_parts(key)
    spans += find_clocks(key, spans)
    spans += [Span(m.start(), m.end(), "range") for m in first_matches(_RANGE, key, spans)]
    for pattern in (_DECIMAL_CLOCK, _COMPACT, _DURATION, _MINUTES, _NO_NUMBER):
        spans += [_span(m) for m in first_matches(pattern, key, spans) if not _some(m, key)]
    spans += [
        Span(m.start(), m.end(), "duration", 60, True) for m in first_matches(_ABOUT_AN_HOUR, masked(key, spans), spans)
    ]
    spans += [_session(m) for m in first_matches(_SESSION, key, spans) if not _BARE_WORD.match(key, m.start())]
    spans += [Span(m.start(), m.end(), "vague") for m in first_matches(_VAGUE, key, spans)]
    return sorted(spans, key=lambda span: span.start)


def _some(match: re.Match[str], key: str) -> bool:
    """ "vài chục phút" is no "chục phút", and "thứ 3 giờ nghỉ" is no "3 giờ"."""
    if _ORDINAL.search(key, 0, match.start()):
        return True
    return bool(_TENS_ALONE.match(key, match.start()) and _SOME_BEFORE.search(key, 0, match.start()))


def _exact_parts(key: str) -> list[Span]:
    spans = [_fraction(m) for m in _FRACTION.finditer(key)]
    return spans + [_half(m) for m in first_matches(_HALF, key, spans)]


def _half(match: re.Match[str]) -> Span:
    return Span(match.start(), match.end(), "duration", 30, bool(match["approx"]))


def _fraction(match: re.Match[str]) -> Span:
    above, below = number(match["a"] or match["aw"]), number(match["b"] or match["bw"])
    minutes = round(60 * above / below) if above and below else None
    return Span(match.start(), match.end(), "duration", minutes)


def _span(match: re.Match[str]) -> Span:
    parts = match.groupdict()
    count = number(parts["n"]) if parts.get("n") else 1.0
    minutes = None if count is None else count * (60 if "hour" in parts or "bare" in parts else 1)
    if minutes is not None:
        minutes += 30 if parts.get("half") else 0
        minutes += number(parts.get("more") or parts.get("bare") or "") or 0
        minutes -= number(parts.get("less") or "") or 0
    approx = bool(parts.get("approx") and _ONLY_APPROX.fullmatch(parts["approx"].strip()))
    return Span(match.start(), match.end(), "duration", _in_bounds(minutes), approx or bool(parts.get("loose")))


def _in_bounds(minutes: float | None) -> int | None:
    whole = None if minutes is None else round(minutes)
    return whole if whole is not None and 0 < whole <= MOST_MINUTES else None


def _session(match: re.Match[str]) -> Span:
    said = match["n"] or ""
    count = number(said) if _ONLY_WHOLE.fullmatch(said) else None
    return Span(match.start(), match.end(), "session", count=int(count) if count else None, each=bool(match["each"]))


_ALONE = re.compile(rf"(?:{source('khoảng|chừng|tầm|gần|hơn|độ')} )?(?P<n>\d{{1,3}}|{WORDS})")


def parse_minutes(text: str) -> int | None:
    """Minutes in the answer to "how long?": "khoảng một tiếng rưỡi", "90", "45p", "1h30"; None when unclear.

    A bare number up to 8 would be hours as well as minutes, so it is not guessed.
    """
    ready: Sentence = sentence(text)
    spans = [span for span in find_times(ready.key) if span.kind in {"duration", "interval", "range", "vague", "clock"}]
    if len(spans) == 1 and spans[0].minutes:
        return spans[0].minutes
    if spans:
        return _spoken_clock(ready.key) if len(spans) == 1 and spans[0].kind == "clock" else None
    alone = _ALONE.fullmatch(ready.key.rstrip(".!"))
    value = number(alone["n"]) if alone else None
    return _in_bounds(value) if value and value >= 10 else None


def _spoken_clock(key: str) -> int | None:
    """ "1:30" as an answer to "how long?" is a duration."""
    match = re.fullmatch(r"(\d{1,2})(?::|h|g)([0-5]\d)", key)
    return _in_bounds(int(match[1]) * 60 + int(match[2])) if match else None
