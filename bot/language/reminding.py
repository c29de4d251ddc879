"""Reminders in words: "nhắc tôi học thứ 2 4 6 lúc 19:30", "nhac toi hoc moi ngay 7h toi", "đừng nhắc nữa"."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.language.fold import bare, clean

OFF, ON = "tắt", "bật"
"""What the reminders' command is told when all of them shall stop, or go on."""
EARLIEST, LATEST = 7 * 60 + 30, 21 * 60 + 30
"""Minutes of the day between which anybody is reminded; also `bot/jobs/policy.py`'s quiet hours."""
EVERY_DAY = 0b1111111
_WEEKDAYS, _WEEKEND = 0b0011111, 0b1100000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a text says about when to remind; what it leaves open is None."""

    days: int | None
    """A bit per weekday, Monday first."""
    minute: int | None
    """Minute of the day."""
    other_half: int | None = None
    """The minute twelve hours later, when "8 giờ" may just as well mean the evening."""


_WHO = r"(?:toi|em|minh|tui|t|chau|bon em|chung toi|anh|chi|toi nhe)"
_POLITE = r"(?:(?:lam on|xin|hay|bot|nho|ban|vui long|please|oi|thoi|can|muon|cho|toi|em|minh|hang ngay|moi ngay) )*"
_OFF = re.compile(
    rf"^{_POLITE}(?:(?:tat|dung|bo|ngung|ngat|huy|thoi|tam dung|khong|dung co|stop|mute|turn off|don't|do not)"
    r"(?: (?:can|muon|gui|cac|het|loi|viec|toan bo|tat ca|phai|the|all|my))*) "
    rf"(?:nhac|reminders?|reminding|remind)"
    rf"(?: (?:nho|hoc|viec|nua|di|nhe|a|lai|het|tap|nha|me|them|gi|{_WHO}))*$"
    rf"|^{_POLITE}(?:dung|khong) (?:lam phien|nhan tin)(?: (?:nua|toi|em|minh|nhe|a))*$"
)
_ON = re.compile(
    rf"^{_POLITE}(?:bat|mo|turn on|enable)(?: lai)?(?: (?:che do|loi|cac|my))* (?:nhac|reminders?)"
    rf"(?: (?:nho|hoc|viec|lai|di|nhe|a|tap|{_WHO}))*$"
)
_SET = re.compile(
    rf"^{_POLITE}(?:(?:dat|them|doi|sua|chinh|hen|set|change|add)(?: (?:lai|gio|lich|loi|a|my))* )?"
    rf"(?:nhac|remind|reminders?)(?!\w)(?P<rest>.*)$"
)
_DAY_WORDS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5,
              "chu nhat": 6, "cn": 6}  # fmt: skip
_ONE = r"(?:chu nhat|cn|hai|ba|tu|nam|sau|bay|[2-7])"
_NO_HOUR = r"(?!\d)(?!\w)(?! ?(?::|h\b|g\b|gio|tieng|phut|p\b|ruoi))"
_LIST = re.compile(
    rf"(?<!\w)(?:(?:thu|t) ?(?P<first>{_ONE[:-1]}){_NO_HOUR})|chu nhat|cn)"
    rf"(?P<more>(?:(?: ?(?:,|va|&|-|/|\+|;) ?| )(?:(?:thu|t) ?)?{_ONE}{_NO_HOUR})*)"
)
_RANGE = re.compile(
    rf"(?<!\w)(?:tu )?(?:thu|t) ?(?P<a>{_ONE}){_NO_HOUR} ?(?:den|toi|-) ?(?:het )?"
    rf"(?:(?:thu|t) ?)?(?P<b>{_ONE}){_NO_HOUR}"
)
_EACH = re.compile(rf"(?<!\w){_ONE}(?!\w)")
_EVERY = re.compile(
    r"(?<!\w)(?:(?:moi|hang|tung) (?:ngay|toi|sang|trua|chieu|dem|hom)|ngay nao cung|toi nao cung|sang nao cung|"
    r"ca tuan|tat ca cac ngay|every ?day|daily|each day|every (?:evening|morning|night))(?!\w)"
)
_WORKDAYS = re.compile(r"(?<!\w)(?:ngay (?:thuong|lam viec|trong tuan)|weekdays?)(?!\w)")
_ENDS = re.compile(r"(?<!\w)(?:cuoi tuan|weekends?)(?!\w)")
_ENGLISH = re.compile(
    r"(?<!\w)(?:(?P<d0>mon(?:day)?s?)|(?P<d1>tue(?:s|sday)?s?)|(?P<d2>wed(?:nesday)?s?)|(?P<d3>thu(?:rs|rsday)s?)|"
    r"(?P<d4>fri(?:day)?s?)|(?P<d5>sat(?:urday)?s?)|(?P<d6>sun(?:day)?s?))(?!\w)"
)
_HOURS = r"(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi mot|muoi hai|muoi)"
_HOUR_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
               "muoi mot": 11, "muoi hai": 12}  # fmt: skip
_TIME = re.compile(
    rf"(?<![\w:/.])(?:(?P<h>[01]?\d|2[0-4]) ?(?:(?::|h|g|gio) ?(?P<m>[0-5]\d)(?!\d)|(?P<u>gio|h|g)(?!\w)|(?= ?[ap]m)|"
    r"(?<=luc \d)(?= (?:sang|trua|chieu|toi|dem)(?!\w)))"
    rf"|(?P<w>{_HOURS}) gio(?!\w))(?P<half> ruoi)?(?: kem (?P<less>\d{{1,2}}))?"
    r"(?: ?(?:phut|p)(?!\w))?(?P<part> ?(?:rang sang|sang som|sang|trua|chieu|toi|dem|khuya|am|pm)(?!\w))?"
)
_PART_BEFORE = re.compile(r"(?<!\w)(?:moi |hang |buoi |vao )?(sang|trua|chieu|toi|dem|khuya)(?: nao cung)? (?:luc )?$")
_LATER_HALF = {"chieu", "toi", "dem", "khuya", "pm", "trua"}


def find_wish(text: str) -> str | None:
    """What the reminders' command is to do with a text: OFF, ON, or words that say when; None for any other text."""
    written = clean(text)
    folded = bare(written).strip(" .!?")
    if _OFF.match(folded):
        return OFF
    if _ON.match(folded):
        return ON
    found = _SET.match(folded)
    if found is None:
        return None
    wish = read_wish(written)
    asked = wish.days is not None or wish.minute is not None
    return written if asked and _is_request(found["rest"].strip()) else None


_REQUEST = re.compile(
    rf"^(?:{_WHO}|hoc|viec|nho|me|lai|moi|hang|ngay|thu|t[2-7]|luc|vao|sang|thanh|chu nhat|cn|cuoi tuan|\d|to |at |on |"
    r"every|daily|tu )"
)


def _is_request(rest: str) -> bool:
    """ "nhắc tôi …", "nhắc học …", "nhắc mỗi ngày …"; not "nhắc đến kế hoạch ngày 2/4"."""
    return bool(_REQUEST.match(rest))


def read_wish(text: str) -> Wish:
    """Days and hour that a text names: "thứ 2 4 6 lúc 19:30", "mỗi ngày 7h tối", "8pm"."""
    written = clean(text)
    key = bare(written)
    minute, other = _minute(key, written)
    return Wish(_days(key), minute, other)


def _days(key: str) -> int | None:
    days = 0
    for pattern, mask in ((_EVERY, EVERY_DAY), (_WORKDAYS, _WEEKDAYS), (_ENDS, _WEEKEND)):
        days |= mask if pattern.search(key) else 0
    spans = []
    for found in _RANGE.finditer(key):
        first, last = _DAY_WORDS[found["a"]], _DAY_WORDS[found["b"]]
        if first < last:
            days |= sum(1 << day for day in range(first, last + 1))
            spans.append(found.span())
    for found in _LIST.finditer(key):
        if not any(start <= found.start() < end for start, end in spans):
            days |= sum(1 << day for day in {_DAY_WORDS[one[0]] for one in _EACH.finditer(_apart(found[0]))})
    for found in _ENGLISH.finditer(key):
        days |= sum(1 << day for day in range(7) if found[f"d{day}"])
    return days or None


def _apart(said: str) -> str:
    """ "t2,t4" as "2, 4": each day alone."""
    return re.sub(r"(?<!\w)(?:thu|t) ?(?=[2-7hbtnsc])", " ", said)


def _minute(key: str, written: str) -> tuple[int | None, int | None]:
    for found in _TIME.finditer(key):
        minute = _of_day(found, key, written)
        if minute is not None:
            return minute
    return None, None


def _of_day(found: re.Match[str], key: str, written: str) -> tuple[int, int | None] | None:
    hour = _HOUR_WORDS[found["w"]] if found["w"] else int(found["h"])
    minute = hour * 60 + int(found["m"] or 0) + (30 if found["half"] else 0) - int(found["less"] or 0)
    part = _part(found, key, written)
    if part in _LATER_HALF and hour < 12 and not (part == "trua" and hour >= 9):
        minute += 12 * 60
    elif part in ("am", "dem", "khuya") and hour == 12:
        minute -= 12 * 60
    if not 0 <= minute < 24 * 60:
        return None
    exact = part or hour > 12 or hour == 0 or (found["h"] or "").startswith("0")
    if exact or minute >= 12 * 60:
        return minute, None
    # "7h" alone: in the quiet hours of the night only the evening can be meant; else both halves of the day can be.
    later = minute + 12 * 60
    if minute < EARLIEST:
        return later, None
    return minute, later if later <= LATEST else None


def _part(found: re.Match[str], key: str, written: str) -> str:
    """The part of the day beside the hour; "tôi" (I) is none, whatever "toi" without diacritics looks like."""
    if found["part"]:
        at = found.end("part") - len(found["part"].strip())
        word = written[at : found.end("part")]
        if word != "tôi":
            return found["part"].strip().removeprefix("rang ").removesuffix(" som")
    before = _PART_BEFORE.search(key[: found.start()])
    if before is None:
        return ""
    # "nhac toi 7h" says "remind me at 7": without diacritics only "moi toi" and "buoi toi" are an evening.
    word = written[before.start(1) : before.end(1)]
    is_part = word != "tôi" and (word != "toi" or before[0][0] in "mhbv")
    return before[1] if is_part else ""


@lru_cache(maxsize=4096)
def next_moment(days: int, minute: int, zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment later than `after` that falls on one of the days at this minute of the wall clock, as UTC."""
    day, at = after.astimezone(zone).date(), time(minute // 60, minute % 60)
    for number in range(9):
        one = day + timedelta(days=number)
        if days >> one.weekday() & 1 and (moment := datetime.combine(one, at, zone).astimezone(UTC)) > after:
            return moment
    raise ValueError("a reminder has at least one day")
