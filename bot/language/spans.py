"""Spans: the pieces of a sentence that were recognised (a duration, a clock time, a day), with their place."""

import datetime
import re

import msgspec

from bot.language.fold import bare, clean
from bot.language.marks import key_of
from bot.language.repair import repair
from bot.language.teencode import expand


class Sentence(msgspec.Struct, frozen=True):
    """A text made ready: `text` with diacritics, `key` for the rules, `folded` for the catalogue; same offsets."""

    text: str
    key: str
    folded: str


class Span(msgspec.Struct, frozen=True):
    """A recognised piece [start, end). `kind` says what; the other fields hold what it is worth."""

    start: int
    end: int
    kind: str
    minutes: int | None = None
    approx: bool = False
    date: datetime.date | None = None
    count: int | None = None
    each: bool = False


def sentence(text: str) -> Sentence:
    """Clean, write out short forms, mend slips and make the keys of any text."""
    ready = clean(repair(expand(clean(text))))
    return Sentence(ready, key_of(ready), bare(ready))


def masked(key: str, spans: list[Span], fill: str = "\x01") -> str:
    """`key` with the spans blotted out, so that the next finder cannot take them again."""
    for span in spans:
        key = key[: span.start] + fill * (span.end - span.start) + key[span.end :]
    return key


def first_matches(pattern: re.Pattern[str], key: str, taken: list[Span]) -> list[re.Match[str]]:
    """Matches of `pattern` that touch nothing taken already."""
    return [m for m in pattern.finditer(key) if all(m.end() <= s.start or m.start() >= s.end for s in taken)]
