"""What one would write in an afternoon with known tools: the figures that ours must beat to be worth its code."""

import math
import re
import sqlite3
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.knowledge.clean import without_spam

PASSAGE_CHARACTERS = 320
"""Passages of 200 to 600 characters were found to make no difference."""
_LENGTH = re.compile(r"(\d+(?:[.,]\d+)?)\s*(tiếng|tieng|giờ|gio|h|phút|phut|p)\b", re.I)
_SUBJECT = re.compile(r"\b(?:học|hoc|ôn|on|đọc|doc)\s+(.+?)\s+\d", re.I)
_TOKEN = re.compile(r"\w+")


def naive_sentence(text: str, now: datetime) -> dict[str, Any]:
    """dateparser's `search_dates` for the day, a regular expression for the length; a log whenever one is found."""
    lengths = [_minutes(number, unit) for number, unit in _LENGTH.findall(text)]
    if not lengths:
        return {"kind": "other", "entries": [], "patch": {}}
    subject = _SUBJECT.search(text)
    entry = {
        "date": found_day(text, now),
        "subject": subject[1].lower() if subject else None,
        "course": None,
        "completed": False,
    }
    return {"kind": "log", "entries": [{**entry, "minutes": minutes} for minutes in lengths], "patch": {}}


def _minutes(number: str, unit: str) -> int:
    value = float(number.replace(",", "."))
    return round(value if unit.lower().startswith("p") else value * 60)


def found_day(text: str, now: datetime) -> str:
    """The first day that dateparser finds, else today."""
    from dateparser.search import search_dates  # type: ignore[import-untyped]

    settings = {"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "past"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = search_dates(text, languages=["vi"], settings=settings)
    day: str = (found[0][1] if found else now).date().isoformat()
    return day


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of one source text, with the text's first line in front."""

    document: str
    title: str
    text: str


Search = Callable[[str], list[Passage]]
"""The passages that a question finds, best first."""


def read_passages(folder: Path) -> list[Passage]:
    """The source texts, cut at line ends into passages of about PASSAGE_CHARACTERS."""
    passages = []
    for path in sorted(folder.glob("*.txt")):
        text, _ = without_spam(path.read_text(encoding="utf-8"))
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        title = " ".join(lines[:3])[:PASSAGE_CHARACTERS]
        passages += [Passage(path.name, title, text) for text in _cut(lines)]
    return passages


def _cut(lines: Iterable[str]) -> list[str]:
    texts: list[str] = []
    for sentence in (part for line in lines for part in re.split(r"(?<=[.;!?])\s+", line)):
        if texts and len(texts[-1]) + len(sentence) < PASSAGE_CHARACTERS:
            texts[-1] += " " + sentence
        else:
            texts.append(sentence)
    return texts


def bm25(passages: Sequence[Passage], k1: float = 1.2, b: float = 0.75) -> Search:
    """Okapi BM25 over words between spaces, lower case, nothing else done to them."""
    texts = [Counter(f"{one.title} {one.text}".lower().split()) for one in passages]
    lengths = [sum(text.values()) for text in texts]
    mean = sum(lengths) / len(lengths)
    frequency = Counter(word for text in texts for word in text)

    def weight(word: str, number: int) -> float:
        count = texts[number][word]
        rare = math.log(1 + (len(texts) - frequency[word] + 0.5) / (frequency[word] + 0.5))
        return rare * count * (k1 + 1) / (count + k1 * (1 - b + b * lengths[number] / mean))

    def search(question: str) -> list[Passage]:
        words = question.lower().split()
        scores = [(sum(weight(word, number) for word in words), -number) for number in range(len(texts))]
        return [passages[-number] for score, number in sorted(scores, reverse=True)[:10] if score > 0]

    return search


def full_text(texts: Iterable[str]) -> Callable[[str], list[int]]:
    """SQLite FTS5 with its own folding (which leaves đ as it is); gives the numbers of the texts, best first."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5(body, tokenize='unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO found VALUES (?)", [(unicodedata.normalize("NFC", text),) for text in texts])

    def search(question: str) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in _TOKEN.findall(unicodedata.normalize("NFC", question)))
        statement = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY bm25(found) LIMIT 10"
        return [row[0] - 1 for row in connection.execute(statement, (words or '""',))]

    return search


def fts5(passages: Sequence[Passage]) -> Search:
    """The same passages in SQLite FTS5."""
    search = full_text(f"{one.title} {one.text}" for one in passages)
    return lambda question: [passages[number] for number in search(question)]
