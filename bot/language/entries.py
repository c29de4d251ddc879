"""From one sentence to its entries: each duration gets its day, its subject, its course and how it was studied."""

import datetime
import re
from itertools import pairwise

import msgspec

from bot.language.courses import completed, course_in, mode_of
from bot.language.cues import FUTURE, LEFT, MORE, NEGATION, OTHER, PAST, STUDY
from bot.language.marks import exact, rule, source
from bot.language.phrases import subject_of
from bot.language.spans import Sentence, Span
from bot.language.subjects import Found


class Entry(msgspec.Struct, frozen=True):
    """One entry of a study log; `minutes` is None only in a draft. `mode`: online, in_person or self_study."""

    minutes: int | None
    date: datetime.date
    subject: str | None = None
    area: str = "other"
    course: str | None = None
    completed: bool = False
    mode: str | None = None
    approx: bool = False


class Segment(msgspec.Struct, frozen=True):
    """The part of a sentence that belongs to one duration, and what it tells."""

    start: int
    end: int
    time: Span
    cue: str | None
    subject: str | None
    found: tuple[Found, ...]
    days: tuple[Span, ...]
    course: str | None = None
    completed: bool = False
    mode: str | None = None


_APART = re.compile(
    r"[,;.\x01]|" + rule(r"rồi|xong|và|sau đó|nhưng|mà|nên|thì|còn|về|trước khi|sau khi|với|cho").pattern
)
_SEPARATOR = rule(
    r"sau đó|xong rồi|rồi(?! (?:ạ|nhé|nha|đấy|đó|bot))|và|còn|xong|với lại|cộng với|cùng với|với|tiếp theo|"
    r"tiếp đó|sau|lại"
)
_THEN = rule(r"sau đó|xong rồi|rồi(?! (?:ạ|nhé|nha|đấy|đó|bot))|tiếp theo|tiếp đó")
_STRONG = ";,.+&"


def segments(ready: Sentence, key: str, heard: str, times: list[Span], days: list[Span]) -> list[Segment]:
    """Cut the sentence into one segment per duration and read each.

    `key` has times and days blotted out, `heard` the subjects as well.
    """
    edges = [0, *(_cut(key, heard, a, b, days, times[0]) for a, b in pairwise(times)), len(key)]
    return [
        _segment(
            ready, key, heard, edges[i], edges[i + 1], time, [d for d in days if edges[i] <= d.start < edges[i + 1]]
        )
        for i, time in enumerate(times)
    ]


def _cut(key: str, heard: str, one: Span, two: Span, days: list[Span], first: Span) -> int:
    """Where the words of the first duration end and those of the second begin."""
    gap = key[one.end : two.start]
    strong = [one.end + i for i, c in enumerate(gap) if c in _STRONG or (c == "/" and gap[i - 1 : i] in {" ", ""})]
    between = [d for d in days if one.end <= d.start < two.start]
    if strong:
        return (
            strong[0] + 1
            if len(strong) == 1 or not between
            else strong[-1] + 1
            if _bare_day(between, strong)
            else strong[0] + 1
        )
    joints = [m.start() + one.end for m in _SEPARATOR.finditer(gap)]
    if then := _THEN.search(gap):
        joints = [then.start() + one.end]
    if between and not (joints and joints[-1] > between[0].end):
        return between[0].start
    if joints:
        return joints[-1]
    verbs = [m.start() + one.end for m in STUDY.finditer(gap)]
    others = [m.start() for m in OTHER.finditer(heard, one.end, two.start)]
    if verbs or others:
        return min(verbs + others)
    return one.end if _subject_first(key, first) else two.start


def _bare_day(between: list[Span], strong: list[int]) -> bool:
    return between[0].end <= strong[0]


def _subject_first(key: str, first: Span) -> bool:
    """Whether the sentence says the subject before its duration."""
    before = STUDY.sub(" ", key[: first.start]).replace("\x01", " ")
    return len([w for w in before.split() if len(w) > 2]) > 1


def _segment(ready: Sentence, key: str, heard: str, start: int, end: int, time: Span, days: list[Span]) -> Segment:
    told_from, _ = _clause(key, start, end, time)
    if told_from > start and NEGATION.search(key, start, told_from):
        start, days = told_from, [d for d in days if d.start >= told_from] or days
    subject, found = subject_of(ready, key, start, end)
    course = course_in(ready, key, start, end, subject)
    cue = _cue(heard, start, end, time) or ("study" if course else _done_not_learned(found))
    return Segment(
        start, end, time, cue, course or subject, tuple(found), tuple(days), course,
        completed(ready, key, start, end), mode_of(key, start, end),
    )  # fmt: skip


def _cue(key: str, start: int, end: int, time: Span) -> str | None:
    """What rules the duration: "study", "other", "future", "denied", or None when no verb does."""
    part = key[start:end]
    whole = (start, end)
    start, end = _clause(key, start, end, time)
    if NEGATION.search(key, start, end) and not _denied_after(key, start, end, time):
        return "denied"
    if FUTURE.search(key, start, end) or _still_to_come(key, start, end, time):
        return "future"
    start, end = whole
    cues = [(m.start() + start, m.end() + start, "study") for m in STUDY.finditer(part)]
    cues += [
        (m.start() + start, m.end() + start, "other") for m in OTHER.finditer(part)
        if not any(s <= m.start() + start and not _APART.search(key, e, m.start() + start) for s, e, _ in cues)
    ]  # fmt: skip
    cues.sort()
    before = [c for c in cues if c[0] < time.start]
    if before:
        return before[-1][2]
    if cues and cues[0][2] == "other" and _THEN.search(key, time.end, cues[0][0]):
        return None
    return cues[0][2] if cues else None


_DOING = (
    "lái ", "sửa ", "trồng ", "nuôi ", "nấu ", "làm ", "bán ", "cắt ", "thể ", "bơi",
    "xây ", "bảo trì ", "du lịch",
    "pha ", "ghép ", "phân loại", "kinh doanh", "cứu ", "chụp ",
)  # fmt: skip


def _done_not_learned(found: list[Found]) -> str | None:
    """ "lái xe 3 tiếng" without a verb of study is a drive, no lesson."""
    return "doing" if found and all(f.item.name.startswith(_DOING) for f in found) else None


_PAUSE = re.compile(rf"[,;.]|(?<!\w)(?:{source('nhưng|mà|nên|mới|chỉ')}|{exact('còn')})(?!\w)")


def _clause(key: str, start: int, end: int, time: Span) -> tuple[int, int]:
    """The words around a duration up to the next pause, as long as a verb of study is among them."""
    before = [m.end() for m in _PAUSE.finditer(key, start, time.start)]
    after = _PAUSE.search(key, time.end, end)
    left, right = (before[-1] if before else start), (after.start() if after else end)
    return (left, right) if STUDY.search(key, left, right) else (start, end)


def _denied_after(key: str, start: int, end: int, time: Span) -> bool:
    """ "học 2 tiếng mà không ..." was studied all the same."""
    match = NEGATION.search(key, start, end)
    return bool(match and match.start() > time.end and STUDY.search(key, start, time.start))


def _still_to_come(key: str, start: int, end: int, time: Span) -> bool:
    """ "2 tiếng nữa mới học" and "còn 2 tiếng" lie ahead; "học thêm 30 phút nữa" is done."""
    if LEFT.search(key[start : time.start]) and not PAST.search(key, start, time.start):
        return True
    more = MORE.match(key, time.end + 1, end)
    return bool(more) and not STUDY.search(key, start, time.start) and not _ADDED.search(key, start, time.start)


_ADDED = rule(r"thêm|bổ sung|cộng")
