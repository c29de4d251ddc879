"""Words that look alike without diacritics: how rules tell tối (evening) from tôi (I) wherever the writer does.

A sentence is analysed on its *key*: the text itself, where each word that is known with its diacritics keeps them
and every other word (a slip such as "tiêng") loses them, character for character. Rules are written in ordinary
Vietnamese and compiled by `rule`: a rule for "tối" meets "tối" and the bare "toi", never "tôi".
Known are common syllables, the words of the catalogue and every word of a rule;
the package imports all rules at once, so that this is settled.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from bot.language.catalogue import CATALOGUE
from bot.language.fold import bare
from bot.language.syllables import SYLLABLES

_KNOWN = set(SYLLABLES) | {w for item in CATALOGUE for name in (item.name, *item.aliases) for w in name.split()}
_OF_RULES: dict[str, set[str]] = {}
_WORD = re.compile(r"[^\W\d_]+")
_RULE_WORD = re.compile(r"\\[a-zA-Z]|\(\?P<\w+>|[^\W\d_]+")


def key_of(cleaned: str) -> str:
    """The key of a cleaned text: same length, diacritics only where they decide which word it is."""
    pieces: list[str] = []
    end = 0
    for match in _WORD.finditer(cleaned):
        word = match[0]
        pieces.append(bare(cleaned[end : match.start()]))
        pieces.append(word if word.isascii() or not _is_slip(word) else bare(word))
        end = match.end()
    pieces.append(bare(cleaned[end:]))
    return "".join(pieces)


@lru_cache(maxsize=4096)
def _is_slip(word: str) -> bool:
    """An unknown word whose marks are some of the marks of a rule's word ("tiêng", "gìơ") was meant to be that word."""
    if word in _KNOWN:
        return False
    marks = _marks(word)
    return any(marks <= _marks(other) for other in _OF_RULES.get(bare(word), ()))


def _marks(word: str) -> Counter[str]:
    """The marks of a word; hỏi and ngã count as one, since many people write one for the other."""
    return Counter(
        c.replace("\u0303", "\u0309")
        for c in unicodedata.normalize("NFD", word)
        if unicodedata.combining(c) or c == "đ"
    )


def source(pattern: str) -> str:
    """A rule written with diacritics as the source of a regular expression over keys."""
    return f"(?:{_RULE_WORD.sub(_rule_word, pattern)})"


def _rule_word(match: re.Match[str]) -> str:
    word = match[0]
    if word[0] in "\\(" or word.isascii():
        return word
    _KNOWN.add(word)
    _OF_RULES.setdefault(bare(word), set()).add(word)
    return f"(?:{word}|{bare(word)})"


def exact(pattern: str) -> str:
    """Words of a rule that hold only with their diacritics ("vì", since "vi" begins too many others)."""
    _KNOWN.update(re.findall(r"[^\W\d_]+", pattern))
    escaped = "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in pattern)
    return f"(?:{escaped})"


def rule(pattern: str) -> re.Pattern[str]:
    """Compile a rule that stands between word boundaries; blanks in it mean one space."""
    return re.compile(rf"(?<!\w){source(pattern)}(?!\w)")
