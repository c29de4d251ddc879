"""Does an answer hold the kind of value asked for? "How many members?" needs a number beside "members"."""

import re

from bot.knowledge.tokens import Question

_NUMBER = r"(?:\d+|hai|ba|bon|nam|sau|bay|tam|chin|muoi|tram|nghin|trieu)"
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
    "count": re.compile(rf"\d|\b{_NUMBER}\b"),
    "number": re.compile(r"\d"),
    "sign": re.compile(r"\bky\b"),
}


def holds(question: Question, title: str, answer: str, asked_before: frozenset[str], variants: str) -> bool:
    """True unless the question asks for a kind of value that the answer does not have.

    `title` and `answer` are folded, `variants` that of the question variants; `asked_before` are
    the kinds for which the article is written: for these it is trusted.
    """
    for intent in question.intents:
        need = _NEEDS.get(intent)
        if need is not None and intent not in asked_before and not need.search(answer):
            return False
    if "name" in question.intents and "name" not in asked_before:
        return False
    if {"who", "now"} <= question.intents and "now" not in asked_before:
        return False
    said = f"{title} {answer} {variants}"
    if question.anchors and not any(re.search(rf"\b{anchor}\b", said) for anchor in question.anchors):
        return False
    counted = [_counted(noun, f"{title}. {answer}", variants) for noun in question.counted]
    return any(counted) or not counted


def _counted(noun: str, answer: str, variants: str) -> bool:
    """A number stands before the noun in the answer, or the article is asked "how many" of this noun.

    The first syllable is enough beside a number; a question variant must know the second one, too: "bao nhiêu người
    xem" does not speak of "bao nhiêu người lao động".
    """
    first, _, second = noun.partition(" ")
    if re.search(rf"\b{_NUMBER} (\w+ )?{re.escape(first)}\b", answer):
        return True
    if not re.search(rf"\b(bao nhieu|may|how many) (\w+ )?{re.escape(first)}\b", variants):
        return False
    return not second or re.search(rf"\b{re.escape(second)}\b", variants) is not None
