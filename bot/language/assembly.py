"""The entries of a log put together: a day and a subject for each duration, or what must be asked."""

import datetime

from bot.language.entries import Entry, Segment
from bot.language.marks import rule
from bot.language.reading import Reading
from bot.language.subjects import area_of
from bot.language.totals import split_subjects


def assembled(read: Reading, parts: list[Segment], known: list[Segment], times: int) -> list[Entry] | str:
    """The entries, or what to ask when subjects or days cannot be told apart."""
    dates = _dates(read, parts, known)
    if isinstance(dates, str):
        return dates
    subjects = [p.subject for p in known]
    for i, name in enumerate(subjects):
        if name is None or (name == "đọc sách" and i and subjects[i - 1] in {"đọc báo", "đọc truyện"}):
            subjects[i] = subjects[i - 1] if i else next((s for s in subjects if s), None)
    names = split_subjects(read.ready, read.key, known) if len(known) == 1 else None
    if names == "ask":
        return "split"
    days = _shared_days(read, known[0], dates[0]) if len(known) == 1 else [dates[0]]
    if not days:
        return "split"
    return [
        _entry(part, date, name, times)
        for part, own_date, subject in zip(known, dates, subjects, strict=True)
        for date in (days if len(known) == 1 else [own_date])
        for name in (names if isinstance(names, list) else [subject])
    ]


def _entry(part: Segment, date: datetime.date, name: str | None, times: int) -> Entry:
    minutes = part.time.minutes * times if part.time.minutes else None
    return Entry(minutes, date, name, area_of(name), part.course, part.completed, part.mode, part.time.approx)


def _dates(read: Reading, parts: list[Segment], known: list[Segment]) -> list[datetime.date] | str:
    """A day for each entry: its own, else the one before; one day at the very end holds for all."""
    today = read.now.date()
    own = [_day_in(p) for p in parts]
    if len(known) > 1 and "several" in own:
        return "date"
    given = [d for d in own if isinstance(d, datetime.date)]
    if len(parts) > 1 and len(given) == 1 and isinstance(own[-1], datetime.date) and _at_end(read, parts[-1]):
        own = [given[0]] * len(parts)
    current: datetime.date | None = None
    result: list[datetime.date] = []
    for part, day in zip(parts, own, strict=True):
        current = day if isinstance(day, datetime.date) else current
        if any(d.kind in {"vague_day", "future_day", "future_part"} for d in part.days) and part in known:
            return "date"
        if current is None and _later_today(part, read.now):
            return "date"
        if part in known:
            result.append(current or today)
    return result


def _later_today(part: Segment, now: datetime.datetime) -> bool:
    """ "tối học 1 tiếng" written in the morning: last night or a plan, nobody knows."""
    return any(d.kind == "part" and d.count is not None and d.count > now.hour for d in part.days)


def _at_end(read: Reading, part: Segment) -> bool:
    last_day = [d for d in part.days if d.kind == "day"][-1]
    return last_day.start > part.time.end and not read.key[last_day.end :].strip(" .,!\x01ạanhéotb")


def _day_in(part: Segment) -> datetime.date | str | None:
    dates = {d.date for d in part.days if d.kind == "day" and d.date}
    if len(dates) > 1:
        return "several"
    return dates.pop() if dates else None


def _shared_days(read: Reading, part: Segment, only: datetime.date) -> list[datetime.date]:
    """One duration with several days: each of them when the sentence says "mỗi ngày", else it must be asked."""
    dates = sorted({d.date for d in part.days if d.kind == "day" and d.date})
    if len(dates) < 2:
        return [only]
    return dates if _EACH_DAY.search(read.ready.key) else []


_EACH_DAY = rule(r"mỗi (?:ngày|hôm|tối|sáng|chiều|buổi|bữa)|đều|cùng")
