"""Which day: "hôm kia", "tối qua", "thứ ba tuần trước", "20/11", "mùng 5"; never the future, never a guess."""

import datetime
import re

from bot.language.calendar_days import agreed, day_span, weekday_span
from bot.language.fold import bare
from bot.language.marks import exact, rule, source
from bot.language.spans import Span, first_matches, sentence

_PART = "(?:rạng sáng|sáng sớm|sáng|trưa|xế chiều|chiều tối|chiều|tối|đêm|khuya)"
_SINGLE_DAYS = [
    (rule(rf"(?:(?:vào |hồi )?(?:buổi )?{_PART} )?(?:ngày )?(?:hôm|bữa) kìa"), 3),
    (rule(rf"(?:(?:vào |hồi )?(?:buổi )?{_PART} )?(?:ngày )?(?:hôm kia|hôm kia kìa)|the day before yesterday"), 2),
    (
        rule(
            rf"(?:(?:vào |hồi )?(?:buổi )?(?:{_PART}|nửa đêm) )?(?:ngày )?(?:hôm|bữa) qua|(?:buổi )?{_PART} qua|"
            r"hồi hôm|ngày qua|yesterday"
        ),
        1,
    ),
    (
        rule(
            r"(?:ngay )?(?:trong )?(?:ngày )?(?<!mấy )(?<!vài )(?<!\d )(?<!hai )(?<!ba )(?:hôm|bữa) (?:nay|ni)|"
            r"(?:ngày|bữa) ni|today"
        ),
        0,
    ),
]
_AGO = rule(
    r"(?:cách đây |trước đây )?(?P<n>\d{1,2}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (?:ngày|hôm|bữa|"
    r"days?) (?:trước|về trước|ago)"
    r"|cách đây (?P<m>\d{1,2}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (?:ngày|hôm|bữa)"
)
_WEEKS_AGO = rule(r"(?:cách đây )?(?P<n>\d|một|hai|ba|bốn) tuần (?:trước|về trước|ago)")
_PART_NOW = rule(
    rf"(?:vào |hồi |từ )?(?:buổi )?(?P<part>{_PART}) (?:nay|ni)|this (?P<english>morning|afternoon|evening)|"
    r"tonight"
)
_PART_PAST = rule(rf"hồi (?P<part>{_PART})(?! qua| nay| hôm| thứ| chủ)")
_PART_ALONE = rule(r"(?:vào |lúc )?(?:buổi )?(?P<part>sáng|trưa|chiều|tối)(?! (?:tạo|kiến|ngày|đến|tác|chế|dạ))")
_JUST_NOW = rule(
    r"(?:vừa|hồi|lúc|ban|khi|mới) nãy|nãy giờ|nãy|vừa mới|mới vừa|just now|nay(?= (?:em|tôi|mình|tớ|t|"
    r"học|ôn|đọc|luyện|cháu|con|có|đã|được|\d))|^nay"
)
_VAGUE = rule(
    r"(?:mấy|vài|những|đôi|mươi) (?:hôm|bữa|ngày|tuần|tháng|tối)(?: trước| nay| rồi| qua| vừa qua| gần đây| liền| này)?"
    r"|(?:hôm|bữa|ngày|lần|đợt|kỳ|dạo) (?:trước|nọ|bữa|hổm|rồi|vừa rồi|vừa qua|đó|đấy|kia ấy)|bữa (?:hổm|giờ|"
    r"kia)|hổm (?:rày|bữa)|hổm|hôm hổm|hổm nay|bữa rày|rày"
    r"|dạo này|gần đây|mới đây|thời gian (?:qua|gần đây|vừa qua)|hồi trước|trước đây|lâu nay|từ trước|"
    r"bấy lâu nay|lúc trước|hồi nẳm"
    r"|rằm(?: tháng \w+)?|âm lịch|âl|mùng \d+ tết|mồng \d+ tết|(?:hôm|ngày|dịp|đợt) (?:lễ|tết|nghỉ)"
    r"|(?:hai|ba|bốn|năm|2|3|4|5|6|7|10) (?:hôm|bữa|ngày) (?:nay|qua|vừa rồi|vừa qua|liền|liên tục|liên tiếp)|"
    r"hôm|hum|bữa(?! (?:ăn|cơm|tối|trưa|sáng|tiệc))|the other day|recently|lately|last week|last month|"
    r"hồi tháng \w+"
)
_WEEK_ALONE = rule(
    r"(?:đầu|giữa|cuối) (?:tuần|tháng|năm)(?: (?:trước|này|rồi|vừa rồi|qua))?|(?:trong |cả |hồi |"
    r"suốt )?(?:tuần|tháng) (?:trước|rồi|vừa rồi|vừa qua|qua|này|nay|ngoái)|this (?:week|month)"
)
_STUDIES = r"(?:\w+ ){0,2}?(?:học|tự|ôn|luyện|đọc|nghe|xem|tìm|nghiên|tham|dự)"
_IN_TWO_DAYS = rf"(?:{exact('mốt')}|mot(?! (?:minh|tieng|gio|phut|chut|so|it|lan)))"
_OWN_STUDIES = rf"(?!chung |em |minh |to |chau |con |bon |anh |tui |hoc sinh){_STUDIES}"
_FUTURE = rule(
    rf"(?:(?:sáng|trưa|chiều|tối|đêm) )?(?:ngày )?(?<!thuong )(?<!khuyen )(?:mai|{_IN_TWO_DAYS})(?! "
    rf"mốt)(?: mốt)?|ngày (?:kia|mốt)|bữa mốt|"
    rf"(?:thứ \w+|chủ nhật|tuần|tháng|năm|hôm|ngày) (?:(?!toi {_OWN_STUDIES})tới|sau|sắp tới|kế tiếp|"
    rf"tiếp theo)(?! (?:thứ|chủ|cn|t\d|"
    r"khi|đó|khoá|"
    r"khóa|nào|nay|qua))"
    r"|(?:lát|tí|chút|xíu|tẹo|tý|chốc) nữa|(?<!một )(?<!1 )(?<!hoc )(?<!học )(?<!được )(?<!duoc )(?:lát|tẹo|chốc)"
    r"(?= (?:\x01|em|tôi|mình|tớ|t|cháu|con|tui|bọn|chúng|anh|chị|học|ôn|đọc|luyện|nghiên|tìm|tham|"
    r"dự|tự|ngồi|về|vào|có|nghe|xem|rảnh|tối|chiều))|tomorrow|next \w+|later today"
)
_PART_START = {"trua": 10, "chieu": 12, "xe chieu": 12, "chieu toi": 15, "toi": 17, "dem": 19, "khuya": 21}


def find_days(key: str, now: datetime.datetime) -> list[Span]:
    """Day expressions of a key in order; kinds: day (with date), part (alone), vague_day, week, future_day."""
    today = now.date()
    spans = day_span(key, today)
    spans += weekday_span(key, today, spans)
    spans += _relative(key, today, spans)
    for pattern, kind in ((_FUTURE, "future_day"), (_VAGUE, "vague_day"), (_WEEK_ALONE, "week")):
        spans += [
            Span(m.start(), m.end(), kind) for m in first_matches(pattern, key, spans) if not _is_name(m, key, kind)
        ]
    spans += [_part_now(m, now) for m in first_matches(_PART_NOW, key, spans)]
    spans += [_part_past(m, now) for m in first_matches(_PART_PAST, key, spans)]
    spans += [Span(m.start(), m.end(), "day", date=today) for m in first_matches(_JUST_NOW, key, spans)]
    spans += [
        Span(m.start(), m.end(), "part", count=None if m["part"] == "toi" else _PART_START.get(bare(m["part"]), 4))
        for m in first_matches(_PART_ALONE, key, spans)
        if not _myself(m, key)
    ]
    return sorted(agreed(key, spans), key=lambda span: span.start)


def _myself(match: re.Match[str], key: str) -> bool:
    """The bare "toi" beside a verb of study, or after "chung", is no evening: it is "tôi"."""
    if match["part"] != "toi":
        return False
    return key[: match.start()].endswith(("chung ", "cua ", "nhac ", "ghi cho ")) or bool(_DO.match(key, match.end()))


_DO = re.compile(rf" {source(_STUDIES)}(?!\w)")


def _relative(key: str, today: datetime.date, taken: list[Span]) -> list[Span]:
    spans: list[Span] = []
    for m in first_matches(_AGO, key, taken):
        spans.append(_days_ago(m, today, _count(m["n"] or m["m"])))
    for pattern, days in _SINGLE_DAYS:
        spans += [
            _days_ago(m, today, days) for m in first_matches(pattern, key, taken + spans) if days != 3 or "kìa" in m[0]
        ]
    return spans


def _days_ago(match: re.Match[str], today: datetime.date, days: int) -> Span:
    return Span(match.start(), match.end(), "day", date=today - datetime.timedelta(days=days))


_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _COUNTS[bare(text)]


def _is_name(match: re.Match[str], key: str, kind: str) -> bool:
    """ "chị Mai" is a person; "ngày mai" is tomorrow."""
    return kind == "future_day" and match[0] == "mai" and any(key[: match.start()].endswith(w) for w in _NAMES)


_NAMES = ("chi ", "chị ", "co ", "cô ", "bạn ", "bà ", "thầy ", "thay ", "ông ", "bé ", "be ", "hoa ", "em gái ")


def _part_now(match: re.Match[str], now: datetime.datetime) -> Span:
    """ "tối nay" before the evening lies in the future."""
    part = bare(match["part"] or {"afternoon": "chieu", "evening": "toi"}.get(match["english"] or "", ""))
    part = "toi" if match[0] == "tonight" else part
    if now.hour < _PART_START.get(part, 0) or (now.hour < 5 and part in {"sang", "sang som"}):
        return Span(match.start(), match.end(), "future_part")
    return Span(match.start(), match.end(), "day", date=now.date())


def _part_past(match: re.Match[str], now: datetime.datetime) -> Span:
    """ "hồi tối" is this day's evening once it is evening, else yesterday's."""
    begins = _PART_START.get(bare(match["part"]), 5)
    day = now.date() if now.hour >= begins else now.date() - datetime.timedelta(days=1)
    return Span(match.start(), match.end(), "day", date=day)


def parse_day(text: str, today: datetime.date) -> datetime.date | None:
    """The day in the answer to "which day?", None when unclear or in the future.

    A bare number is the latest such day of the month.
    """
    ready = sentence(text)
    now = datetime.datetime.combine(today, datetime.time(23, 59), tzinfo=datetime.UTC)
    key = f"ngay {ready.key}" if re.fullmatch(r"\d{1,2}", ready.key) else ready.key
    spans = find_days(key, now)
    dates = {span.date for span in spans if span.kind == "day"}
    if any(span.kind not in {"day", "part", "week"} for span in spans) or len(dates) != 1:
        return None
    return dates.pop()
