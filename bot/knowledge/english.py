"""Tell English from Vietnamese, also when the Vietnamese is typed without diacritics."""

import re
import unicodedata

from bot.knowledge.tokens import is_syllable
from bot.language.fold import fold

_WORD = re.compile(r"[a-z]+")
# English words that are no Vietnamese syllable without diacritics ("the", "in", "to", "can" are, and do not count).
_CLEAR_TEXT = """
what which who whom whose when where why how does did is are was were be been of for with and should would could will
shall about from have has had this that these those there please tell give show many much long year years between
under plan study learning movement phase society article decision called name by at your you my we our they their it
its or if as any some all not
"""
_CLEAR = frozenset(_CLEAR_TEXT.split())


def is_english(text: str) -> bool:
    """True when the text is most likely English; a Vietnamese mark anywhere but in a name's word decides against it."""
    words = _WORD.findall(fold(text))
    if not words:
        return False
    marked = sum(1 for word in text.lower().split() if _has_mark(word))
    if marked > max(1, len(words) // 4):
        return False
    clear = sum(word in _CLEAR for word in words)
    foreign = sum(not is_syllable(word) for word in words)
    return (clear >= 2 and (clear + foreign) * 3 >= len(words)) or (clear == 1 and foreign * 2 >= len(words))


def _has_mark(word: str) -> bool:
    return "đ" in word or any(unicodedata.category(c) == "Mn" for c in unicodedata.normalize("NFD", word))
