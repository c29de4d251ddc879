"""Does an answer hold the kind of value asked for? "How many members?" needs a number beside "members"."""

import re

from bot.knowledge.tokens import Question

_NUMBER = r"(?:\d+|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|tram|nghin|trieu)"
_NEEDS = {
    "money": re.compile(r"\d[\d ]*(dong|trieu|ty|nghin|usd|vnd|million|billion)\b"),
    "percent": re.compile(r"\d+([,. ]\d+)? ?(%|phan tram|per ?cent)"),
    "contact": re.compile(r"0\d{8,10}|@|www|http|\w \w+ (vn|com|net|org)\b|\w+\.(gov|vn|com|net|org)"),
    "life": re.compile(r"\d+ tuoi|sinh nam|sinh ngay|que o|que quan"),
    "time": re.compile(r"\d{1,2}( ?[:h] ?\d{0,2}| gio|\s\d{2})"),
    "when": re.compile(r"\d"),
    "day": re.compile(r"\d{1,2}[/-]\d{1,2}|ngay \d|thang|hang nam"),
    "year": re.compile(r"(19|20)\d\d|\d nam|hang nam"),
    "province": re.compile(r"tinh [a-z]+ [a-z]+"),
    "minimum": re.compile(r"\d"),
    "number": re.compile(r"\d"),
}
# After "bao nhiêu" and "mấy": words of time and money, and particles, which are no nouns to count.
_TIME_AND_MONEY = frozenset({"gio", "h", "ngay", "nam", "thang", "tuoi", "tien", "dong"})
_PARTICLES = frozenset({"roi", "vay", "the", "a", "nhi", "nay", "do", "day", "nua", "thi", "la", "ha", "u"})
_NO_NOUN = _TIME_AND_MONEY | _PARTICLES
_NUMBERED = frozenset({"so", "ngay", "nam", "thang", "luc"})


def holds(question: Question, title: str, answer: str, asked_before: frozenset[str], variants: str) -> bool:
    """True unless the question asks for a kind of value that the answer does not have.

    `title` and `answer` are folded, `variants` that of the question variants; `asked_before` are
    the kinds for which the article is written: for these it is trusted.
    """
    for intent in question.intents:
        need = _NEEDS.get(intent)
        if need is not None and intent not in asked_before and not need.search(answer):
            return False
    return all(_counted(noun, f"{title}. {answer}", variants) for noun in counted_nouns(question))


def counted_nouns(question: Question) -> list[str]:
    """The nouns behind "bao nhiêu" and "mấy" ("bao nhiêu hội viên" → "hoi"); one syllable is enough."""
    plain, nouns = list(question.plain), []
    if "ordinal" in question.intents:
        return []
    if question.english:
        return _english_nouns(question)
    for i, word in enumerate(plain):
        size = 2 if tuple(plain[i : i + 2]) == ("bao", "nhieu") else 1 if word == "may" else 0
        behind = plain[i + size : i + size + 1] if size else []
        before = plain[i - 1] if i else ""
        if behind and behind[0] not in _NO_NOUN and before not in _NUMBERED:
            nouns.append(behind[0])
    return nouns


def _english_nouns(question: Question) -> list[str]:
    """Behind "how many" the first content syllable of the translation stands for the noun."""
    plain = " ".join(question.plain)
    return [question.words[0]] if re.search(r"\bhow many\b", plain) and question.words else []


def _counted(noun: str, answer: str, variants: str) -> bool:
    """A number stands before the noun in the answer, or the article is asked "how many" of this noun."""
    noun = re.escape(noun)
    return bool(
        re.search(rf"\b{_NUMBER} (\w+ )?{noun}\b", answer)
        or re.search(rf"\b(bao nhieu|may) (\w+ )?{noun}\b", variants)
        or re.search(rf"\b{noun}( \w+){{0,2}} (la )?\d", answer)
    )
