"""Find the entry (an answer or a passage) that a question means: BM25F over fields, then the best question variant.

Two steps. BM25F with idf over folded syllables and their pairs picks candidates; then each candidate is measured by how
well one of its question variants covers the question and the other way round. The result is between 0 and 1 and can be
compared with a threshold, which plain BM25 cannot.
"""

import math
from collections import Counter, defaultdict
from itertools import pairwise

import msgspec
from rapidfuzz import fuzz

from bot.knowledge.tokens import MARK, Glossary, Question, bag

FIELDS = {"questions": 2.0, "title": 2.5, "text": 1.0}
K1, B = 1.2, 0.4
CANDIDATES = 40
FEW = 100
"""A smaller collection is weighed as if it had this many entries, or every known word would count for nothing."""
MARK_WEIGHT = 1.6
PAIR, SOFT = 0.55, 0.3
OWN_SHARE = 0.62
"""How much covering the question counts beside covering the variant: a short variant may not swallow a long one."""
COVERAGE = 0.34
ORGANISATION_BOOST, NAMED_BOOST, OTHER_ORGANISATION = 1.12, 1.06, 0.85
NUMBER_MISSING = 0.62
NEARBY = 0.2
"""Added for entries of the document that the talk is about, in a follow-up question."""
STRICT = frozenset({"sign", "money", "percent", "contact", "life", "province", "where", "minimum", "time"})
STRICT_MISSING, WHO_MISSING, MARK_MISSING = 0.62, 0.88, 0.88
FOCUS_MISSING = 0.68
"""For an entry that never names what is asked for with "nào" or "gì"."""


class Entry(msgspec.Struct, frozen=True):
    """What can be found: an id, its prepared question variants, its title and its text, and for whom it holds.

    `about` are words of the documents behind it (number, title, issuer, years): a question may name them, but
    they do not make the entry more likely than its neighbours.
    """

    id: str
    variants: tuple[Question, ...]
    title: Question
    text: tuple[str, ...]
    about: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset({"all"})
    passage: bool = False


class Hit(msgspec.Struct, frozen=True):
    """A found entry: its calibrated score 0-1, the share of the question's weight that its whole text covers, the share
    of words that other entries know and this one never says ("kinh phí": the question is about another thing), and
    whether it has any two neighbours of the question side by side, as the same syllables may mean anything."""

    id: str
    score: float
    coverage: float
    unsaid: float = 0.0
    joined: bool = True


class _Indexed(msgspec.Struct, frozen=True):
    entry: Entry
    counts: dict[str, float]
    length: float
    words: frozenset[str]
    lines: tuple[tuple[frozenset[str], float], ...]
    plain: tuple[tuple[str, frozenset[str]], ...]
    marks: frozenset[str]
    known: frozenset[str]


class Index:
    """All entries in memory; entries can be added and removed at any time (a few milliseconds each)."""

    def __init__(self, glossary: Glossary, entries: list[Entry]) -> None:
        self._soft = glossary.soft
        self._entries = {entry.id: entry for entry in entries}
        self._rebuild()

    def add(self, entries: list[Entry]) -> None:
        """Add or replace entries by id."""
        self._entries.update((entry.id, entry) for entry in entries)
        self._rebuild()

    def remove(self, ids: set[str]) -> None:
        """Forget entries; unknown ids are ignored."""
        self._entries = {id: entry for id, entry in self._entries.items() if id not in ids}
        self._rebuild()

    def _rebuild(self) -> None:
        fields = {id: _field_counts(entry) for id, entry in self._entries.items()}
        frequency = Counter(word for counts in fields.values() for word in counts)
        total = max(len(fields), FEW)
        self._rare = math.log(1 + (total + 0.5) / 0.5)
        self._idf = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in frequency.items()}
        self._known = frozenset(word for word in frequency if "_" not in word)
        self._indexed = {id: self._indexed_entry(entry, fields[id]) for id, entry in self._entries.items()}
        lengths = [indexed.length for indexed in self._indexed.values()]
        self._mean = sum(lengths) / len(lengths) if lengths else 1.0
        lines = [line.split() for indexed in self._indexed.values() for line, _ in indexed.plain]
        joined = {f"{a}_{b}" for line in lines for a, b in pairwise(line)}
        self._pairs = frozenset(joined | {word for word in frequency if "_" in word})
        self._postings: dict[str, list[str]] = defaultdict(list)
        for id, counts in fields.items():
            for word in counts:
                self._postings[word].append(id)

    def _indexed_entry(self, entry: Entry, counts: dict[str, float]) -> _Indexed:
        variants = (*entry.variants, entry.title)
        lines = []
        for variant in variants:
            words = frozenset(bag(variant.words) | _marks(variant))
            lines.append((words, sum(map(self._weight, words))))
        return _Indexed(
            entry=entry,
            counts=counts,
            length=sum(counts.values()),
            words=frozenset(counts) | entry.about,
            lines=tuple(lines),
            plain=tuple((" ".join(variant.plain), variant.numbers) for variant in variants),
            marks=frozenset(intent for variant in entry.variants for intent in variant.intents),
            known=frozenset(counts).union(*(bag(variant.plain) for variant in variants)),
        )

    def _weight(self, word: str) -> float:
        """How much one word says: its idf; pairs, empty words and the kind of thing asked for have their own scale."""
        if word.startswith(MARK):
            return MARK_WEIGHT
        if "_" in word:
            return PAIR * self._idf.get(word, 0.0)
        idf = self._idf.get(word, self._rare)
        return SOFT * idf if word in self._soft else idf

    def weight(self, word: str) -> float:
        """How much one word says, also one that no entry has."""
        return self._weight(word)

    @property
    def words(self) -> frozenset[str]:
        """All single syllables and words of the entries."""
        return self._known

    @property
    def pairs(self) -> frozenset[str]:
        """All neighbours, as "ban_hanh"."""
        return self._pairs

    def search(
        self, question: Question, *, organisation: str | None = None, nearby: frozenset[str] = frozenset()
    ) -> list[Hit]:
        """The best entries for a question, best first; `nearby` are ids that belong to the talk so far."""
        words = bag(question.words)
        if not question.words and not question.intents:
            return []
        marks = _marks(question)
        weights = {word: self._question_weight(word, question.english) for word in words | marks}
        total = sum(weights.values()) or 1.0
        hits = []
        pairs = {word for word in words if "_" in word}
        for id in self._candidates(words):
            indexed = self._indexed[id]
            score, coverage = self._measure(indexed, question, weights, total)
            score *= self._organisation_factor(indexed.entry.organisations, organisation, question)
            if id in nearby:
                score += NEARBY
            unsaid = self._unsaid(indexed, question, weights)
            hits.append(Hit(id, min(score, 1.0), coverage, unsaid, not pairs.isdisjoint(indexed.words)))
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def _unsaid(self, indexed: _Indexed, question: Question, weights: dict[str, float]) -> float:
        words = set(question.words)
        missing = (weights[word] for word in words - indexed.words - self._soft if word in self._idf)
        return sum(missing) / (sum(weights[word] for word in words) or 1.0)

    def _organisation_factor(self, holds: frozenset[str], asker: str | None, question: Question) -> float:
        """An organisation that the question names counts most, else the asker's own; "all" fits everybody."""
        if question.organisations and "all" not in holds:
            return NAMED_BOOST if holds & question.organisations else OTHER_ORGANISATION
        return ORGANISATION_BOOST if asker in holds and not question.organisations else 1.0

    def _question_weight(self, word: str, english: bool) -> float:
        """Unknown empty words say nothing; an unknown pair only shows a word order that we do not have. The term list
        for English is short, so a word that it lacks counts half."""
        if english and word not in self._idf and "_" not in word:
            return self._rare / 2
        if word in self._soft and word not in self._idf:
            return 0.0
        return self._weight(word)

    def _candidates(self, words: set[str]) -> list[str]:
        """The CANDIDATES entries with the highest BM25F."""
        scores: dict[str, float] = defaultdict(float)
        for word in words:
            weight = self._weight(word)
            for id in self._postings.get(word, ()):
                indexed = self._indexed[id]
                count = indexed.counts[word]
                scores[id] += weight * count * (K1 + 1) / (count + K1 * (1 - B + B * indexed.length / self._mean))
        return sorted(scores, key=lambda id: (-scores[id], id))[:CANDIDATES]

    def _measure(
        self, indexed: _Indexed, question: Question, weights: dict[str, float], total: float
    ) -> tuple[float, float]:
        """Score and coverage of one candidate."""
        content = {word: weight for word, weight in weights.items() if not word.startswith(MARK)}
        covered = sum(weight for word, weight in content.items() if word in indexed.words)
        coverage = covered / (sum(content.values()) or 1.0)
        if indexed.entry.passage:
            return 0.8 * coverage * self._type_factor(indexed, question), coverage
        best = 0.0
        for words, weight in indexed.lines:
            shared = sum(weights[word] for word in weights if word in words)
            best = max(best, shared / (OWN_SHARE * total + (1 - OWN_SHARE) * weight + 1e-9))
        plain = " ".join(question.plain)
        if best > 0.5 and len(plain) > 8:
            alike = (fuzz.ratio(plain, line) for line, numbers in indexed.plain if numbers == question.numbers)
            near = max(alike, default=0) / 100
            best = max(best, near if near >= 0.92 and question.intents <= indexed.marks else 0.0)
        score = (1 - COVERAGE) * min(best, 1.0) + COVERAGE * coverage
        return score * self._type_factor(indexed, question), coverage

    def _type_factor(self, indexed: _Indexed, question: Question) -> float:
        """Below 1 when the entry lacks a number that is asked about, or is never asked for this kind of thing."""
        factor = 1.0
        for number in question.numbers:
            if number not in indexed.words:
                factor *= NUMBER_MISSING
        if indexed.entry.passage:
            wants_number = question.intents & {"when", "time", "number", "count", "money", "percent"}
            return factor * (STRICT_MISSING if wants_number and not any(map(str.isdigit, indexed.words)) else 1.0)
        if question.focus and not any(word in indexed.known for word in question.focus):
            factor *= FOCUS_MISSING
        for intent in question.intents - indexed.marks:
            factor *= STRICT_MISSING if intent in STRICT else WHO_MISSING if intent == "who" else MARK_MISSING
        return factor


def _marks(question: Question) -> set[str]:
    return {MARK + intent for intent in question.intents}


def _field_counts(entry: Entry) -> dict[str, float]:
    """Weighted counts of words and pairs over the fields of an entry."""
    counts: dict[str, float] = defaultdict(float)
    seen: Counter[str] = Counter(word for variant in entry.variants for word in bag(variant.words))
    for word, n in seen.items():
        counts[word] += FIELDS["questions"] * min(n, 3) / 3
    for word in bag(entry.title.words):
        counts[word] += FIELDS["title"]
    for word, n in Counter(
        [*entry.text, *(f"{a}_{b}" for a, b in zip(entry.text, entry.text[1:], strict=False))]
    ).items():
        counts[word] += FIELDS["text"] * n
    return dict(counts)
