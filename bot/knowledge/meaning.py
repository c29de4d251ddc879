"""Do two questions mean the same? For the questions that no article answers: there is no index of them to search.

The same words as in the search are compared (folded, short forms written out, slips mended), weighted by how rare they
are in the knowledge; a word counts as said when it is nearly the same. Everything is deterministic.
"""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from bot.knowledge.tokens import MARK, Question

ALIKE = 0.54
"""From here two questions are one; measured on 200 paraphrases of 20 questions (tests/knowledge/test_meaning.py)."""
NEARLY, NEARLY_LETTERS = 84, 4
"""Words of so many letters are the same word when they are this alike (0 to 100)."""
OTHER_KIND = 0.55
"""For two questions that ask for different kinds of thing ("khi nào" and "ở đâu"): rather two than one wrong."""
SWAPPED, SWAPPED_WEIGHT = 0.6, 2.0
"""For two questions that differ in one weighty word at the same place ("lớp tiếng Lào", "lớp tiếng Khmer")."""

Weigh = Callable[[str], float]


def told(question: Question) -> str:
    """The meaning of a question as it is kept: its words in their order, then the kinds of thing asked for."""
    return " ".join([*question.words, *(MARK + intent for intent in sorted(question.intents))])


def alike(one: str, other: str, weigh: Weigh) -> float:
    """How much two meanings have in common, 0 to 1."""
    ours, theirs = _split(one), _split(other)
    if _numbers(ours[0]) != _numbers(theirs[0]):
        return 0.0
    if not ours[0] or not theirs[0]:
        return float(one == other)
    shared = _shared(ours[0], theirs[0], weigh) + _shared(theirs[0], ours[0], weigh)
    total = sum(map(weigh, ours[0])) + sum(map(weigh, theirs[0]))
    score = shared / total if total else 0.0
    if ours[1] and theirs[1] and ours[1].isdisjoint(theirs[1]):
        score *= OTHER_KIND
    return score * SWAPPED if _is_swapped(ours[0], theirs[0], weigh) else score


def nearest(meaning: str, known: Iterable[tuple[int, str]], weigh: Weigh) -> int | None:
    """The cluster with the question that is most like this one (of equals the first), or None when none is like it."""
    best, found = ALIKE, None
    for cluster, other in known:
        score = alike(meaning, other, weigh)
        if score > best or (found is None and score >= ALIKE):
            best, found = score, cluster
    return found


def _split(meaning: str) -> tuple[list[str], set[str]]:
    words = dict.fromkeys(meaning.split())
    return [word for word in words if not word.startswith(MARK)], {word for word in words if word.startswith(MARK)}


def _numbers(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.isdigit()}


def _shared(words: list[str], others: list[str], weigh: Weigh) -> float:
    """The weight of those words that the other question has, too."""
    known = set(others)
    return sum(weigh(word) for word in words if word in known or _is_nearly(word, others))


def _is_swapped(words: list[str], others: list[str], weigh: Weigh) -> bool:
    """True when one weighty word stands where the other question has another one."""
    for what, start, end, from_, to in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if what == "replace" and end - start == to - from_ == 1:
            ours, theirs = words[start], others[from_]
            elsewhere = ours in others or theirs in words or _is_nearly(ours, [theirs])
            if not elsewhere and min(weigh(ours), weigh(theirs)) >= SWAPPED_WEIGHT:
                return True
    return False


def _is_nearly(word: str, others: Iterable[str]) -> bool:
    if len(word) < NEARLY_LETTERS:
        return False
    return any(len(other) >= NEARLY_LETTERS and fuzz.ratio(word, other) >= NEARLY for other in others)
