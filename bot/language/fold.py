"""Folding: one text in, one predictable text out, whatever keyboard, case or Unicode form it was typed in."""

import re
import unicodedata

LIMIT = 1200
"""Characters that are looked at; a study sentence is far shorter, and a pasted book must not cost time."""

_SAME = str.maketrans(
    dict.fromkeys("’‘`´′ʹ＇", "'")
    | dict.fromkeys("–—−‒→➔➜", "-")
    | dict.fromkeys('“”"«»„*_|[]{}()^\\', " ")
    | {
        "…": ".",
        "：": ":",
        "，": ",",
        "；": ";",
        "？": "?",
        "！": "!",
        "∕": "/",
        "～": "~",
        "đ": "đ",
        "ð": "đ",
        "Đ": "đ",
    }
)
_OTHER = re.compile(r"[^\w .,;:!?'/\-+&%<>=~#@$]|_")
_SPACES = re.compile(r"\s+")


class _Base(dict[int, str]):
    """Maps a code point to its letter without marks, always one character for one."""

    def __missing__(self, point: int) -> str:
        letter = unicodedata.normalize("NFD", chr(point))[0].lower()[:1]
        self[point] = letter
        return letter


_BASE = _Base({ord("đ"): "d", ord("Đ"): "d"})


def clean(text: str) -> str:
    """Lower case, NFC, plain quotes and dashes, no control characters, single spaces; at most LIMIT characters."""
    composed = unicodedata.normalize("NFC", text[: LIMIT * 4].lower()).translate(_SAME)
    kept = _OTHER.sub(_replaced, composed)
    return _SPACES.sub(" ", kept).strip()[:LIMIT].strip()


def _replaced(match: re.Match[str]) -> str:
    return "" if unicodedata.category(match[0]) in {"Mn", "Cf"} else " "


def bare(cleaned: str) -> str:
    """The cleaned text without diacritics, character for character, so that offsets stay the same."""
    return cleaned.translate(_BASE)


def fold(text: str) -> str:
    """Lower-case text without diacritics, đ as d, the same for NFC and NFD, single spaces."""
    composed = unicodedata.normalize("NFC", text.lower())
    marked_off = "".join(c for c in composed if unicodedata.category(c) != "Mn")
    return _SPACES.sub(" ", bare(marked_off)).strip()
