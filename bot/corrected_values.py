"""What a correction means: which of the entries, and which of their values it changes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.language.dates import parse_day
from bot.language.durations import parse_minutes
from bot.language.fold import fold
from bot.language.masking import masked_name
from bot.language.spans import sentence
from bot.language.study import Patch
from bot.language.subjects import area_of, find_subjects
from bot.study import SUBJECT_LETTERS, StudyLog


def meant_entries(patch: Patch, entries: Sequence[StudyLog]) -> list[StudyLog]:
    """The entries that the sentence names by subject or day; with neither, an edit means the last one."""
    by_subject = [log for log in entries if patch.subject and _same(log.subject, patch.subject)]
    by_date = [log for log in by_subject or entries if patch.date and log.day == patch.date]
    if by_date or by_subject:
        return by_date or by_subject
    return list(entries) if patch.op == "delete" else [entries[-1]]


def _same(one: str, other: str) -> bool:
    a, b = fold(one), fold(other)
    return bool(a and b) and (a == b or f" {b} " in f" {a} " or f" {a} " in f" {b} ")


def new_values(patch: Patch, log: StudyLog, *, alone: bool) -> dict[str, Any]:
    """What the sentence changes: a subject or day that only points at the entry changes nothing."""
    values: dict[str, Any] = {}
    if patch.minutes is not None:
        values["minutes"] = patch.minutes
    if patch.date is not None and patch.date != log.day:
        values["day"] = patch.date
    if patch.subject and not (_same(log.subject, patch.subject) and (not alone or patch.minutes)):
        values |= as_subject(patch.subject)
    return values


def as_subject(subject: str) -> dict[str, Any]:
    """A subject with the area that it belongs to; names of people are masked."""
    subject = masked_name(subject)
    return {"subject": subject[:SUBJECT_LETTERS], "area": area_of(subject)}


def named_values(text: str, today: date) -> dict[str, Any]:
    """What a few words name; a number alone could be a length as well as a day."""
    if text.strip().isdigit():
        return {}
    values: dict[str, Any] = {}
    if minutes := parse_minutes(text):
        values["minutes"] = minutes
    if day := parse_day(text, today):
        values["day"] = day
    if found := find_subjects(sentence(text).key):
        values |= as_subject(found[-1].item.name)
    return values
