"""Mend slips of the keys before the search: "nhiuê" → "nhieu", "cucc" → "cuc", "hydor" → "hydro"."""

import unicodedata
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.tokens import WORD, Glossary, is_syllable, undouble
from bot.language.fold import fold

_SHORTEST = {False: 3, True: 6}
"""Letters from which a Vietnamese or an English word is mended: shorter ones have too many neighbours."""
_LETTERS = (("f", "ph"), ("z", "d"), ("w", "qu"), ("j", "gi"), ("k", "c"))


class Slips:
    """Knows the words of the glossary and of the index; everything that can be a Vietnamese syllable is left alone."""

    def __init__(self, glossary: Glossary) -> None:
        asked = {word for phrase in glossary.intents for word in phrase}
        self._asked = asked
        self._asked_pairs = frozenset(f"{a}_{b}" for phrase in glossary.intents for a, b in pairwise(phrase))
        self._short = frozenset(glossary.short) | frozenset(glossary.short_beside_number)
        self._always = {
            False: asked | glossary.hard | glossary.soft | {word for phrase in glossary.same for word in phrase},
            True: asked | glossary.english_stop | {word for phrase in glossary.english for word in phrase},
        }
        self.learn(frozenset(), frozenset())

    def learn(self, words: frozenset[str], pairs: frozenset[str]) -> None:
        """Take over the words and neighbours of the index; called again whenever entries come or go."""
        self._pairs, self._content = pairs, words
        self._known = {english: frozenset(always | words) for english, always in self._always.items()}
        self._ordered = {
            english: sorted(word for word in known if len(word) > 1 and word.isalpha() and english != is_syllable(word))
            for english, known in self._known.items()
        }
        self._long = {english: [word for word in words if len(word) > 2] for english, words in self._ordered.items()}

    def mend(self, text: str, *, english: bool) -> str:
        """The text with unknown words replaced by the nearest known one, where there is one.

        A slip often makes another syllable ("học tp" but also "học ta suốt đời"): then the neighbours decide.
        """
        text = unicodedata.normalize("NFC", text)
        found = list(WORD.finditer(text))
        words = [match.group() for match in found]
        for i in range(len(words)):
            words[i] = self._mended(words, i, english)
        out, at = [], 0
        for match, word in zip(found, words, strict=True):
            out += [text[at : match.start()], word]
            at = match.end()
        return "".join(out) + text[at:]

    def _mended(self, words: list[str], i: int, english: bool) -> str:
        word, known = words[i], self._known[english]
        plain = fold(word)
        if not plain.isalpha() or word.lower() in self._short:
            return word
        if english:
            return (self._english(plain) if plain not in known else "") or word
        before = fold(words[i - 1]) if i else ""
        behind = fold(words[i + 1]) if i + 1 < len(words) else ""
        if plain in known or (is_syllable(plain) and word.lower() != plain):
            return self._between(plain, before, behind) or word
        return self._unknown(plain, before, behind, known) or word

    def _unknown(self, plain: str, before: str, behind: str, known: frozenset[str]) -> str:
        """What a word that no answer knows was meant to be, or an empty string."""
        if len(plain) < 2:
            return ""
        if len(plain) >= _SHORTEST[False]:
            if (single := undouble(plain)) in known:
                return single
            for typed, meant in _LETTERS:
                if plain.startswith(typed) and meant + plain[len(typed) :] in known:
                    return meant + plain[len(typed) :]
        if near := self._beside(plain, before, behind):
            return near
        if is_syllable(plain) or len(plain) < _SHORTEST[False]:
            return ""
        return self._divided(plain, known) or self._nearest(plain, False)

    def _between(self, plain: str, before: str, behind: str) -> str:
        """Another word, one letter away, that joins both neighbours, or asks with one of them ("hôm no" → "hôm nào"),
        when this one joins neither."""
        if f"{before}_{plain}" in self._pairs or f"{plain}_{behind}" in self._pairs:
            return ""
        near = self._close(plain)
        both = (word for word in near if before and behind and self._joins(word, before, behind) == 2)
        asks = (word for word in near if not {f"{before}_{word}", f"{word}_{behind}"}.isdisjoint(self._asked_pairs))
        return next(both, "") or ("" if plain in self._always[False] else next(asks, ""))

    def _beside(self, plain: str, before: str, behind: str) -> str:
        """A word one letter away that stands beside one of the neighbours; beside both is better."""
        near = [(self._joins(word, before, behind), word) for word in self._close(plain)]
        best = max(near, key=lambda pair: pair[0], default=(0, ""))
        return best[1] if best[0] else ""

    def _joins(self, word: str, before: str, behind: str) -> int:
        """How many of the neighbours, real words and not "nào" or "của", are known to stand beside the word; the
        phrases that ask for something ("năm nào") count, too."""
        return self._stand(before, word, before) + self._stand(word, behind, behind)

    def _stand(self, left: str, right: str, neighbour: str) -> bool:
        pair = f"{left}_{right}"
        return (neighbour in self._content and pair in self._pairs) or pair in self._asked_pairs

    def _english(self, plain: str) -> str:
        """Question words first: "whch" is "which"; short words have too many neighbours to be mended otherwise."""
        asked = [word for word in self._close(plain, english=True) if word in self._asked and len(plain) > 2]
        return asked[0] if asked else self._nearest(plain, True) if len(plain) >= _SHORTEST[True] else ""

    def _close(self, word: str, *, english: bool = False) -> list[str]:
        """Known words one slip away: a letter more, less, other, or two changed places."""
        return [
            str(near[0])
            for near in process.extract(word, self._ordered[english], scorer=OSA.distance, score_cutoff=1, limit=None)
        ]

    def _divided(self, word: str, known: frozenset[str]) -> str:
        """Two words typed without the space between them."""
        for cut in range(2, len(word) - 1):
            if word[:cut] in known and word[cut:] in known and is_syllable(word[:cut]) and is_syllable(word[cut:]):
                return f"{word[:cut]} {word[cut:]}"
        return ""

    def _nearest(self, word: str, english: bool) -> str:
        near = process.extractOne(word, self._long[english], scorer=OSA.distance, score_cutoff=1)
        return str(near[0]) if near else ""
