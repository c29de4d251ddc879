"""Durations that belong together: totals, an interval and its net length, sessions, one length for several subjects."""

import re
from itertools import pairwise

from bot.language.entries import Segment
from bot.language.marks import rule, source
from bot.language.spans import Sentence, Span
from bot.language.subjects import find_subjects

_TOTAL = rule(
    r"(?:tổng|tổng cộng|cộng lại|tất cả|vị chi|cả thảy|tức là|tức|nghĩa là)(?: (?:là|được|cộng|thời gian|hết|"
    r"\w+)){0,3} ?$"
)
_EACH = rule(
    r"mỗi (?:môn|thứ|cái|bài|ngoại ngữ|tiếng|loại|phần|khóa|khoá|khoa|bên|thứ tiếng|đứa|ngày|hôm|buổi)|"
    r"mỗi (?=\x01)|đều|each"
)
_EACH_SESSION = rule(r"mỗi (?:buổi|tiết|ca)|(?:một|1) (?:buổi|tiết|ca)(?= (?:là )?\d)|each")
_JOINED = rule(r"và|với|cùng|lẫn|cộng|cả|rồi")


def joined(key: str, durations: list[Span]) -> list[Span] | None:
    """Drop the totals of other durations and the intervals whose net length follows; None when a sum is wrong."""
    kept = _net(key, durations)
    for i, one in enumerate(kept):
        if _is_total(key, one, kept[:i]):
            return [d for d in kept if d is not one] if _sum(kept[:i]) == one.minutes else None
    if len(kept) > 1 and _AMONG_THEM.match(key, kept[0].end) and _sum(kept[1:]) < (kept[0].minutes or 0):
        return kept[:1]
    if len(kept) > 2 and (_TOTAL.search(key, 0, kept[0].start) or _OF_WHICH.match(key, kept[0].end)):
        return kept[1:] if _sum(kept[1:]) == kept[0].minutes else None
    return kept


_AMONG_THEM = re.compile(rf"[ ,:(]*{source('trong đó|kể cả|tính cả')}(?!\w)")
_OF_WHICH = re.compile(r" ?[:(]| ?,? ?(?:gồm|gom|trong đó|trong do|bao gồm|bao gom)(?!\w)")


def _is_total(key: str, one: Span, before: list[Span]) -> bool:
    return bool(before) and bool(_TOTAL.search(key, before[-1].end, one.start))


def _sum(spans: list[Span]) -> int:
    return sum(span.minutes or 0 for span in spans)


def _net(key: str, durations: list[Span]) -> list[Span]:
    """ "từ 19h đến 21h, học được 1 tiếng rưỡi" is one and a half hours."""
    kept: list[Span] = []
    for span in durations:
        previous = kept[-1] if kept else None
        gap = key[previous.end : span.start] if previous else ""
        if (
            previous
            and previous.kind == "interval"
            and span.kind == "duration"
            and not find_subjects(gap)
            and _NET.search(gap + "\x01")
        ):
            kept[-1] = span if (span.minutes or 0) <= (previous.minutes or 0) else previous
        else:
            kept.append(span)
    return kept


_NET = rule(r"(?:được|tổng|tổng cộng|mất|hết|tức|là|khoảng|thực học|chỉ|vị chi)(?: \w+){0,2} ?(?=\x01)")


def with_sessions(key: str, known: list[Segment], times: list[Span]) -> str | None:
    """None when no sessions matter, a number to multiply by ("4 tiết, mỗi tiết 45 phút"), or "ask"."""
    sessions = [t for t in times if t.kind == "session" and not t.each]
    if any(t.kind == "session" and t.each for t in times):
        counted = [t.count for t in sessions if t.count]
        one_day = any(d.kind == "day" for p in known for d in p.days)
        return str(counted[0]) if len(counted) == 1 and len(known) == 1 and one_day and counted[0] <= 8 else "ask"
    several = [t for t in sessions if t.count is None or t.count > 1]
    return "ask" if any(t.count and t.count > 1 for t in several) and not _TOTAL_WORD.search(key) else None


_TOTAL_WORD = rule(r"tổng|tổng cộng|cả thảy|tất cả|cộng lại|hết")


def split_subjects(ready: Sentence, key: str, known: list[Segment]) -> list[str] | str | None:
    """Several subjects with one duration: each its own when "mỗi môn" is said, else it must be asked; None for one."""
    part = known[0]
    found = sorted(part.found, key=lambda f: f.start)
    pairs = pairwise(found)
    linked = [(a, b) for a, b in pairs if _links(key[a.end : b.start])]
    if _EACH.search(ready.key):
        names = list(dict.fromkeys(f.item.name for f in found))
        return names if len(names) > 1 else None
    return "ask" if linked and all(a.item.name != b.item.name for a, b in linked) else None


def _links(gap: str) -> bool:
    words = gap.strip(" \x01")
    return (
        words in {",", "+", "&", "/", ";", "-"}
        or bool(_JOINED.fullmatch(words))
        or words in {", và", "và học", "và ôn", "va hoc"}
    )
