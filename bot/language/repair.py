"""Typing slips put right: Telex and VNI leftovers, doubled letters, two letters swapped, one letter wrong."""

import re
import unicodedata
from functools import lru_cache

from bot.language.fold import bare
from bot.language.vocabulary import CORE, FOREIGN

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
    r"(?:uye|uyu|uya|oai|oay|oao|oeo|uay|ueu|uoi|uou|ieu|yeu|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo(?=ng|c)|ua|ue|ui|uo|uu|uy|ya|ye|[aeiouy])"
    r"(?:ch|nh|ng|[cmnpt])?"
)
_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VNI_MARKS = {"a6": "â", "e6": "ê", "o6": "ô", "o7": "ơ", "u7": "ư", "a8": "ă", "d9": "đ"}
_TELEX = re.compile(r"uaw|uow|dd|aa|ee|oo|aw|ow|uw|w")
_TELEX_MARKS = {
    "uaw": "ưa", "uow": "ươ", "dd": "đ", "aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "w": "ư",
}  # fmt: skip
_NOT_TELEX = {
    "is",
    "as",
    "his",
    "has",
    "of",
    "or",
    "us",
    "max",
    "box",
    "six",
    "tax",
    "bus",
    "mix",
    "gas",
    "fix",
    "mos",
    "ic3",
    "css",
}
_TOKEN = re.compile(r"(?<![\w'])[^\W\d_]{2,}(?![\d_])")
_VNI_TOKEN = re.compile(r"(?<!\w)[a-zđ]+\d[a-z]+\d{0,2}(?!\w)|(?<!\w)[a-zđ]+\d{2}[a-z]*\d?(?!\w)")
_DOUBLE = re.compile(r"([^\W\d_])\1")
_TRIPLE = re.compile(r"([^\W\d_])\1{2,}")


def repair(cleaned: str) -> str:
    """Mend words that are no Vietnamese syllable; words that are stay as they are."""
    text = _TRIPLE.sub(r"\1", cleaned)
    if any(c.isdigit() for c in text):
        text = _VNI_TOKEN.sub(lambda match: _vni(match[0]), text)
    return _TOKEN.sub(lambda match: _word(match[0]), text)


def syllable(folded: str) -> bool:
    """Whether a folded word can be one Vietnamese syllable."""
    return _SYLLABLE.fullmatch(folded) is not None


@lru_cache(maxsize=4096)
def _word(word: str) -> str:
    folded = bare(word)
    if folded in CORE or folded in FOREIGN or len(word) > 12:
        return word
    if syllable(folded):
        return word
    return _telex(word) or _undoubled(word) or _swapped(word) or _nearest(folded) or word


def _telex(word: str) -> str | None:
    """The syllable meant by raw Telex keys ("tieengs"), None when it is none; half-composed words count too."""
    if word in _NOT_TELEX:
        return None
    found = _TONES.keys() & set(word[1:])
    for key in sorted(found, key=lambda tone: -word.rfind(tone)):
        at = word.rfind(key)
        letters = _TELEX.sub(lambda m: _TELEX_MARKS[m[0]], word[:at] + word[at + 1 :])
        if syllable(bare(letters)):
            return _with_tone(letters, _TONES[key])
    letters = _TELEX.sub(lambda m: _TELEX_MARKS[m[0]], word)
    return letters if letters != word and syllable(bare(letters)) else None


def _with_tone(letters: str, tone: str) -> str:
    """Put a tone on the vowel that carries it: one with a mark, else the middle of three, else the first or last."""
    vowels = [i for i, c in enumerate(letters) if bare(c) in "aeiouy"]
    if len(vowels) > 1 and (bare(letters).startswith("qu") or bare(letters).startswith("gi")):
        vowels = vowels[1:]
    marked = [i for i in vowels if not letters[i].isascii()]
    closed = bool(vowels) and vowels[-1] < len(letters) - 1
    at = marked[-1] if marked else vowels[-1] if closed or len(vowels) == 1 else vowels[-2]
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


def _vni(token: str) -> str:
    tone = ""
    letters = token
    for digit, mark in _VNI_TONES.items():
        if digit in letters:
            tone, letters = mark, letters.replace(digit, "", 1)
            break
    for keys, letter in _VNI_MARKS.items():
        base = letters.replace(keys, letter)
        if base == letters and keys[1] in letters:
            head, _, tail = letters.partition(keys[1])
            at = head.rfind(keys[0])
            base = head[:at] + letter + head[at + 1 :] + tail if at >= 0 else letters
        letters = base
    if letters.isalpha() and len(letters) > 1 and syllable(bare(letters)) and bare(letters) in CORE:
        return _with_tone(letters, tone) if tone else letters
    return token


def _undoubled(word: str) -> str | None:
    single = _DOUBLE.sub(r"\1", word)
    return single if single != word and syllable(bare(single)) else None


def _swapped(word: str) -> str | None:
    """The core word that two swapped neighbours hide ("hcọ")."""
    for i in range(len(word) - 1):
        other = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        if bare(other) in CORE:
            return other
    return None


def _nearest(folded: str) -> str | None:
    """The only core word of four letters or more that is one letter away."""
    if not 4 <= len(folded) <= 8:
        return None
    found = {word for i in range(len(folded)) if (word := folded[:i] + folded[i + 1 :]) in CORE and len(word) > 3}
    found |= {w for i in range(len(folded) + 1) for w in _INSERTIONS.get((folded[:i], folded[i:]), ())}
    return found.pop() if len(found) == 1 else None


def _insertions() -> dict[tuple[str, str], list[str]]:
    table: dict[tuple[str, str], list[str]] = {}
    for word in CORE:
        if len(word) >= 5:
            for i in range(1, len(word)):
                table.setdefault((word[:i], word[i + 1 :]), []).append(word)
    return table


_INSERTIONS = _insertions()
