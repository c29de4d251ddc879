"""Mend slips of the keys before the search: "nhiuê" → "nhieu", "cucc" → "cuc", "hydor" → "hydro"."""

import unicodedata

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.tokens import WORD, Glossary, is_syllable, undouble
from bot.language.fold import fold

_SHORTEST = {False: 3, True: 5}
"""Letters from which a Vietnamese or an English word is mended: shorter ones have too many neighbours."""
_LETTERS = (("f", "ph"), ("z", "d"), ("w", "qu"), ("j", "gi"), ("k", "c"))


class Slips:
    """Knows the words of the glossary and of the index; everything that can be a Vietnamese syllable is left alone."""

    def __init__(self, glossary: Glossary) -> None:
        asked = {word for phrase in glossary.intents for word in phrase}
        self._short = frozenset(glossary.short) | frozenset(glossary.short_beside_number)
        self._always = {
            False: asked | glossary.hard | glossary.soft | {word for phrase in glossary.same for word in phrase},
            True: asked | glossary.english_stop | {word for phrase in glossary.english for word in phrase},
        }
        self.learn(frozenset())

    def learn(self, words: frozenset[str]) -> None:
        """Take over the words of the index; called again whenever entries come or go."""
        self._known = {english: frozenset(always | words) for english, always in self._always.items()}
        self._ordered = {
            english: sorted(word for word in known if len(word) > 2 and word.isalpha())
            for english, known in self._known.items()
        }

    def mend(self, text: str, *, english: bool) -> str:
        """The text with unknown words replaced by the nearest known one, where there is one."""
        return WORD.sub(lambda found: self._mended(found.group(), english), unicodedata.normalize("NFC", text))

    def _mended(self, word: str, english: bool) -> str:
        plain, known = fold(word), self._known[english]
        if plain in known or word.lower() in self._short or not plain.isalpha() or len(plain) < _SHORTEST[english]:
            return word
        if english:
            return self._nearest(plain, english) or word
        if (single := undouble(plain)) in known:
            return single
        for typed, meant in _LETTERS:
            if plain.startswith(typed) and meant + plain[len(typed) :] in known:
                return meant + plain[len(typed) :]
        if is_syllable(plain):
            return word
        return self._divided(plain, known) or self._nearest(plain, english) or word

    def _divided(self, word: str, known: frozenset[str]) -> str:
        """Two words typed without the space between them."""
        for cut in range(2, len(word) - 1):
            if word[:cut] in known and word[cut:] in known and is_syllable(word[:cut]) and is_syllable(word[cut:]):
                return f"{word[:cut]} {word[cut:]}"
        return ""

    def _nearest(self, word: str, english: bool) -> str:
        near = process.extractOne(word, self._ordered[english], scorer=OSA.distance, score_cutoff=1)
        return str(near[0]) if near else ""
