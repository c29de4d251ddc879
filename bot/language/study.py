"""What a text is about studying: a log, a correction, a thing to ask about, a question, a command, or other."""

import datetime
import re
from itertools import pairwise
from typing import Literal

import msgspec

from bot import clock
from bot.language import cues
from bot.language.asking import asks
from bot.language.assembly import assembled
from bot.language.commands import find_command
from bot.language.corrections import Patch, mended, patch_of
from bot.language.courses import completed, course_in, mode_of
from bot.language.english import vietnamese
from bot.language.entries import Entry, Segment, segments
from bot.language.fold import LIMIT
from bot.language.marks import rule
from bot.language.phrases import subject_of
from bot.language.reading import Reading, between_clocks, has_past_day, is_own_log, is_question, read_sentence, recurs
from bot.language.spans import sentence
from bot.language.subjects import area_of, find_subjects
from bot.language.totals import joined, with_sessions

Kind = Literal["log", "correction", "needs_clarification", "question", "command", "other"]

__all__ = ["Entry", "Kind", "Patch", "Understanding", "understand"]


class Understanding(msgspec.Struct, frozen=True):
    """What a text says. `ask` names the one thing that is missing: minutes, minutes_per_session, date,
    which_day_total, split, subject or value (of a correction); `draft` keeps what is known already.
    """

    kind: Kind
    entries: tuple[Entry, ...] = ()
    patch: Patch | None = None
    ask: str | None = None
    draft: tuple[Entry, ...] = ()
    sessions: int | None = None
    command: str | None = None
    rest: str = ""


def understand(text: str, now: datetime.datetime, last: Entry | None = None) -> Understanding:
    """Understand any text; `now` is any aware time, `last` the entry that a correction would refer to."""
    now = clock.local(now)
    if len(text) > LIMIT:
        return Understanding("question" if "?" in text else "other")
    ready = sentence(vietnamese(text))
    if not any(c.isalnum() for c in ready.text):
        return Understanding("other")
    if command := find_command(text):
        return Understanding("command", command=command[0], rest=command[1])
    if patch := patch_of(ready, now):
        return _correction(patch)
    if better := mended(ready, now):
        ready = sentence(better)
    told = _told(read_sentence(ready, now), last)
    return Understanding("question") if told.kind == "other" and _ON_TOPIC.search(ready.key) else told


_ON_TOPIC = rule(
    r"phong trào|xã hội học tập|học tập suốt đời|giai đoạn (?:\d|một|hai|này)|kế hoạch (?:số )?\d|"
    r"quyết định (?:số )?\d|chỉ tiêu|tiêu chí|danh hiệu|(?:công dân|đơn vị|gia đình|dòng họ|cộng đồng) học tập|"
    r"khen thưởng|cả nước thi đua|mục tiêu (?:của|phong|chung|cụ|năm|đến)|quân khu \d|ban chỉ đạo"
)


def _correction(patch: Patch) -> Understanding:
    if patch.op == "edit" and patch.minutes is None and patch.date is None and patch.subject is None:
        return Understanding("correction", patch=patch, ask="value")
    return Understanding("correction", patch=patch)


def _told(read: Reading, last: Entry | None) -> Understanding:
    """Question, plan, denial and other things first; what remains is a log or lacks something."""
    if is_question(read) or asks(read):
        return Understanding("question")
    if cues.ANNOUNCEMENT.search(read.cues) and not is_own_log(read):
        return Understanding("other")
    if cues.CONDITION.search(read.cues) or (read.has("future_day") and not has_past_day(read)):
        return Understanding("other")
    read = msgspec.structs.replace(read, days=tuple(d for d in read.days if d.kind != "future_day"))
    if read.has("future_part") and not cues.FUTURE.search(read.cues):
        studied = cues.STUDY.search(read.key) or find_subjects(read.ready.key)
        return _ask("date", read) if studied and not cues.OTHER.search(read.cues) else Understanding("other")
    if not read.durations():
        bounded = between_clocks(read)
        return _told(bounded, last) if bounded else _without_duration(read)
    if _correcting_only(read, last):
        return Understanding("correction", patch=Patch("edit", read.durations()[0].minutes))
    if vague := _vague(read):
        return vague
    return _log(read)


def _without_duration(read: Reading) -> Understanding:
    """No length was said: ask for it when something was studied, else it is no log."""
    key = read.cues
    found = find_subjects(read.ready.key)
    studied = cues.STUDY.search(key)
    if cues.NEGATION.search(key) or cues.FUTURE.search(key):
        return Understanding("other")
    other = cues.OTHER.search(_without_study(key))
    if other and not (studied and studied.start() < other.start()):
        return Understanding("other")
    if read.has("session", "vague", "range") and (studied or found):
        return _ask("minutes_per_session" if read.has("session") else "minutes", read)
    if not studied and not (found and read.has("day", "part", "clock", "vague_day")):
        return Understanding("other")
    if recurs(read) and studied:
        return _ask("which_day_total", read)
    if not (found or read.has("day", "clock", "interval", "vague_day", "part", "week") or cues.PAST.search(key)):
        return Understanding("other")
    return _ask("minutes", read) if not _MOOD.search(key) or found else Understanding("other")


_MOOD = rule(
    r"mệt|vui|chán|buồn ngủ|khó|hay|thích|oải|nản|tốt|giỏi|quan trọng|là (?:việc|điều|quyền|nghĩa vụ)|"
    r"giúp (?:con người|ta|chúng ta)|chăm|cố lên|học viên|phong trào|thi đua|xã hội học tập|suốt đời"
)


def _without_study(key: str) -> str:
    return cues.STUDY.sub(lambda m: m[0][:3] + "\x02" * (len(m[0]) - 3), key)


def _correcting_only(read: Reading, last: Entry | None) -> bool:
    """ "1 tiếng thôi" right after an entry changes that entry."""
    bare_words = read.key.replace("\x01", " ").split()
    return (
        last is not None
        and len(read.durations()) == 1
        and not read.days
        and set(bare_words) <= {"thôi", "thoi", "cơ", "co", "ạ", "a", "mà", "ma"}
        and bool(bare_words)
    )


def _vague(read: Reading) -> Understanding | None:
    """What makes a told duration unsure: recurrence, an unclear day, or a sum over several days."""
    missing = _unsure(read)
    return _ask(missing, read) if missing and _studies(read) else None


def _unsure(read: Reading) -> str | None:
    if _from_day_to_day(read) or (recurs(read) and not _each_of_two_days(read)):
        return "which_day_total"
    if read.has("vague_day"):
        return "date"
    if read.has("week") and not any(d.kind == "day" for d in read.days):
        return "which_day_total"
    return "minutes" if read.has("range") else None


_JOINS_DAYS = rule(r"đến(?: hết)?|tới(?: hết)?|-|to")


def _from_day_to_day(read: Reading) -> bool:
    """ "thứ hai đến thứ sáu" are many days, and the sum or the share of each is not said."""
    days = [d for d in read.days if d.kind == "day"]
    return any(_JOINS_DAYS.fullmatch(read.key[a.end : b.start].strip()) for a, b in pairwise(days))


def _each_of_two_days(read: Reading) -> bool:
    return len({d.date for d in read.days if d.kind == "day"}) > 1 and len(read.durations()) == 1


def _studies(read: Reading) -> bool:
    parts = segments(read.ready, read.key, read.cues, read.durations(), list(read.days))
    return any(p.cue == "study" or (p.cue is None and p.found) for p in parts)


def _log(read: Reading) -> Understanding:
    """Turn the durations into entries; ask when one of them cannot be sure."""
    durations = joined(read.ready.key, read.durations())
    if durations is None:
        return _ask("minutes", read)
    parts = segments(read.ready, read.key, read.cues, durations, list(read.days))
    known = [p for p in parts if p.cue == "study" or (p.cue is None and (p.found or _named(p, parts, read)))]
    if not known:
        return _nothing_studied(read, parts)
    if any(p.cue == "doing" and not _step_of_the_day(p, parts, read) for p in parts):
        return _ask("subject", read)
    known = [p for p in parts if p in known or p.cue is None]
    if any(p.cue is None and not p.found and _unlisted(p, parts, read) for p in known):
        return _ask("subject", read)
    if any(_time_between_subjects(p, read) for p in known):
        return _ask("minutes", read)
    if any(p.time.minutes is None or (p.time.minutes > _MOST_A_DAY and not p.course) for p in known):
        return _ask("minutes", read)
    if (problem := with_sessions(read.key, known, list(read.times))) == "ask":
        return _ask("minutes_per_session", read)
    entries = assembled(read, parts, known, 1 if problem is None else int(problem))
    if isinstance(entries, str):
        return _ask(entries, read)
    return Understanding("log", entries=tuple(entries))


def _time_between_subjects(part: Segment, read: Reading) -> bool:
    """ "tin học 1h tối chính trị 45p": the time between two subjects may well be the length of the first."""
    inside = [t for t in read.times if t.kind == "clock" and part.start <= t.start < part.end]
    return any(
        any(f.end <= clock.start for f in part.found) and any(f.start >= clock.end for f in part.found)
        for clock in inside
    )


def _step_of_the_day(part: Segment, parts: list[Segment], read: Reading) -> bool:
    """ "lái xe 2 tiếng rồi ôn luật 30 phút": work before or after the study, and no item of a list of subjects."""
    at = parts.index(part)
    following = parts[at + 1 : at + 2]
    begins = at == 0 and any(cues.STUDY.search(read.cues, p.start, p.time.start) for p in following)
    return begins or _then(part, read) or any(_then(p, read) for p in following)


def _then(part: Segment, read: Reading) -> bool:
    return bool(_AFTERWARDS.match(read.key, part.start))


def _unlisted(part: Segment, parts: list[Segment], read: Reading) -> bool:
    """Unknown words before or after the study, told as a step of the day and no item of a list."""
    if part.subject is None:
        return False
    later = any(p.cue == "study" for p in parts[parts.index(part) + 1 :])
    return _then(part, read) or (later and parts.index(part) == 0)


_AFTERWARDS = rule(r" ?(?:rồi|xong|sau đó|xong rồi|tiếp đó|trước đó)")
_MOST_A_DAY = 16 * 60


def _named(part: Segment, parts: list[Segment], read: Reading) -> bool:
    """A duration with words but no verb counts after "ghi giúp" or after a verb of study."""
    asked = cues.WRITE_DOWN.search(read.key, 0, read.durations()[0].start)
    return bool(asked and part.subject) or any(p.cue == "study" for p in parts[: parts.index(part)])


def _nothing_studied(read: Reading, parts: list[Segment]) -> Understanding:
    if any(p.cue in {"other", "doing", "future", "denied"} for p in parts):
        return Understanding("other")
    return _ask("subject", read) if _only_named(read) else Understanding("other")


def _only_named(read: Reading) -> bool:
    """Whether nothing but a few words beside the times is said ("power bi 45p"); a clause tells of something else."""
    words = _FILLERS.sub(" ", re.sub(r"[^\w' ]", " ", read.key)).split()
    return len(words) <= _FEW_WORDS and not _CLAUSE.search(read.key)


_FEW_WORDS = 3
_FILLERS = rule(
    r"em|tôi|mình|tớ|cháu|con|anh|chị|tui|bot|ơi|ạ|nhé|nha|hôm|ngày|được|khoảng|tầm|đã|vừa|mới|xong|rồi|thêm|hết|có|là|ghi|cho|giúp"
)
_CLAUSE = rule(
    r"mới|liền|thì|mất|suốt|bị|chạy|không|cách|dài|lâu|đi|nằm|chờ|đợi|kéo|ngồi|đứng|làm|dọn|bốc|hỏng|rớt|lên|xuống|hạ|cao|nặng"
)


def _ask(what: str, read: Reading) -> Understanding:
    """Keep what is known in a draft, so that only the missing thing is asked."""
    subject, _ = subject_of(read.ready, read.key, 0, len(read.key))
    course = course_in(read.ready, read.key, 0, len(read.key), subject)
    dates = [d.date for d in read.days if d.kind == "day" and d.date]
    lengths = [t.minutes for t in read.durations() if t.minutes]
    sessions = next((t.count for t in read.times if t.kind == "session" and t.count), None)
    name = course or subject
    draft = Entry(
        lengths[0] if len(lengths) == 1 and what in {"date", "subject"} else None,
        dates[0] if dates else read.now.date(), name, area_of(name), course,
        completed(read.ready, read.key, 0, len(read.key)), mode_of(read.key, 0, len(read.key)),
    )  # fmt: skip
    return Understanding("needs_clarification", ask=what, draft=(draft,), sessions=sessions)
