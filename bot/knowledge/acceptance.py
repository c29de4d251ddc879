"""Decide which of the found entries may be shown: scores that are high enough, and the kind of value asked for."""

import re

import msgspec
from rapidfuzz import fuzz

from bot.knowledge import answer_type
from bot.knowledge.search import Hit
from bot.knowledge.tokens import Question

ACCEPT = 0.46
"""Scores from here are answered; measured on the development set (see docs/evaluation.md)."""
WELL_COVERED, ACCEPT_UNCOVERED, ACCEPT_SHORT = 0.6, 0.5, 0.58
"""One or two words are found everywhere: they must fit better."""
UNSAID, UNSAID_BELOW = 0.33, 0.62
"""Below this score, and this share of the question is about something that the entry never mentions: no answer."""
JOINED_BELOW = 0.75
"""Below this score at least two words of the question stand side by side in the answer, too."""
COMPANION_BELOW, COMPANION_NEAR, ALIKE = 0.86, 0.84, 80
"""Below this score the next answer is shown, too, when it is this near and says something else."""
RERANKED = 12
NOT_HELD, REFUSAL_FACTOR, REFUSAL_UNASKED = 0.7, 0.94, 0.8
NEARLY_THE_SAME = 0.9
"""From here a question is one of the article's own, in other words."""
PASSAGE_ACCEPT = 0.56
SURE = 0.8
"""From here even a question that names another campaign is answered: a document of ours speaks of it."""
_TRAILING = re.compile(r"( (vay|the|a|nhi|nhe|ha|day|do|roi|oi))+$")


class Told(msgspec.Struct, frozen=True):
    """What an article holds, folded: title, text and question variants; the kinds it is asked for; is it a refusal?"""

    title: str
    text: str
    variants: tuple[str, ...]
    marks: frozenset[str]
    refusal: bool

    def holds(self, asked: Question) -> bool:
        """False when the question asks for a kind of value that the article does not have."""
        return answer_type.holds(asked, self.title, self.text, self.marks, " | ".join(self.variants))


class Acceptance:
    """Knows what every article holds; hits of other ids are passages of units' own documents."""

    def __init__(self, told: dict[str, Told]) -> None:
        self._told = told
        self._whole = {spoken(line): id for id, article in told.items() for line in article.variants}

    def word_for_word(self, asked: Question) -> list[Hit]:
        """The article that is asked exactly so, also without any word that the search keeps ("bạn là ai")."""
        id = self._whole.get(spoken(" ".join(asked.plain)))
        return [] if id is None else [Hit(id, 1.0, 1.0)]

    def ordered(self, asked: Question, hits: list[Hit]) -> list[Hit]:
        """The first few hits again, without the kind of value asked for put back, plain refusals a little."""
        weighed = [msgspec.structs.replace(hit, score=hit.score * self._weight(asked, hit)) for hit in hits[:RERANKED]]
        return sorted(weighed, key=lambda hit: (-hit.score, hit.id))

    def accepts(self, asked: Question, hit: Hit, *, outside: bool) -> bool:
        """May this hit be shown? `outside`: the question names another campaign or daily life."""
        if outside and hit.score < SURE:
            return False
        told = self._told.get(hit.id)
        if told is None:
            return hit.score >= PASSAGE_ACCEPT
        if hit.unsaid >= UNSAID and hit.score < UNSAID_BELOW and not told.refusal and not asked.english:
            return False
        if not hit.joined and hit.score < JOINED_BELOW:
            return False
        enough = ACCEPT if hit.coverage >= WELL_COVERED else ACCEPT_UNCOVERED
        if hit.score < (ACCEPT_SHORT if len(asked.words) <= 2 else enough):
            return False
        return told.refusal or told.holds(asked)

    def companion(self, asked: Question, hits: list[Hit]) -> Hit | None:
        """The second answer, when the first is not certain and both may be meant; else None."""
        if len(hits) < 2 or hits[0].score >= COMPANION_BELOW or hits[1].score < COMPANION_NEAR * hits[0].score:
            return None
        first, second = self._told.get(hits[0].id), self._told.get(hits[1].id)
        if first is None or second is None or first.refusal or second.refusal:
            return None
        if fuzz.token_set_ratio(first.text, second.text) > ALIKE:
            return None
        return hits[1] if self.accepts(asked, hits[1], outside=False) else None

    def _weight(self, asked: Question, hit: Hit) -> float:
        """How far an article steps back: it lacks the kind of value asked for, or only says what is not known."""
        told = self._told.get(hit.id)
        if told is None:
            return 1.0
        if not told.refusal:
            return 1.0 if told.holds(asked) else NOT_HELD
        meant = asked.intents & told.marks or hit.score >= NEARLY_THE_SAME
        return REFUSAL_FACTOR if meant else REFUSAL_UNASKED


def spoken(plain: str) -> str:
    """A folded question without the particles at its end."""
    return _TRAILING.sub("", plain)
