"""Simple formatting in an announcement: *bold* and _italics_ typed by hand become styles of a text without the marks.

A pair counts only around words of one line, with nothing of a word outside it; every other star or underscore (a sum,
a file's name, a blank to fill in, an address) stays as it was typed, and so does one with a backslash before it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.i18n import Reader, render
from bot.message import BOLD, ITALIC, Reply, Style

_KINDS = {"*": BOLD, "_": ITALIC}
_TOKEN = re.compile(r"\\[*_]|https?://\S*[^\s*_.,;:!?)\]}…\\]|[*_\n]")
"""What needs a look: an escaped mark, a web address (never formatted inside), a mark, the end of a line."""


def read_marks(text: str) -> tuple[str, tuple[Style, ...]]:
    """The text without the marks that are formatting, and what they say, by start."""
    pairs, dropped = _pairs(text)
    kept: list[str] = []
    place = {}
    for index, sign in enumerate(text):
        place[index] = len(kept)
        if index not in dropped:
            kept.append(sign)
    styles = [Style(place[start], place[end] - place[start], kind) for start, end, kind in pairs]
    return "".join(kept), tuple(sorted(styles, key=lambda style: (style.start, -style.length, style.kind)))


def escaped(text: str) -> str:
    """The text as `read_marks` gives it back unchanged."""
    return _TOKEN.sub(lambda found: re.sub(r"[*_]$", r"\\\g<0>", found[0]), text)


def said(reply: Reply, reader: Reader) -> tuple[str, tuple[Style, ...]]:
    """A reply in the reader's words, with its styles when it has any."""
    text = render(reply.text, reader)
    return read_marks(text) if reply.formatted else (text, ())


def clipped(styles: Iterable[Style], start: int, end: int) -> tuple[Style, ...]:
    """The styles of the piece of a text from `start` to `end`, counted from the piece's own start."""
    found = []
    for style in styles:
        first, last = max(style.start, start), min(style.start + style.length, end)
        if first < last:
            found.append(Style(first - start, last - first, style.kind))
    return tuple(found)


def in_utf16(text: str, styles: Sequence[Style]) -> tuple[Style, ...]:
    """The same styles counted in UTF-16 units, as Telegram and JavaScript count."""

    def units(count: int) -> int:
        return count + sum(sign > "\uffff" for sign in text[:count])

    return tuple(Style(units(one.start), units(one.start + one.length) - units(one.start), one.kind) for one in styles)


def pieces(text: str, styles: Sequence[Style]) -> list[tuple[str, frozenset[str]]]:
    """The text in pieces that each have the same styles."""
    ends = {end for style in styles for end in (style.start, style.start + style.length)}
    cuts = sorted({0, len(text), *(end for end in ends if end < len(text))})
    found = []
    for start, end in pairwise(cuts):
        kinds = frozenset(one.kind for one in styles if one.start <= start and end <= one.start + one.length)
        found.append((text[start:end], kinds))
    return found


def _pairs(text: str) -> tuple[list[tuple[int, int, str]], set[int]]:
    """(first letter, closing mark, kind) of each pair, and the places of all that is not shown."""
    pairs: list[tuple[int, int, str]] = []
    dropped: set[int] = set()
    open_marks: list[int] = []
    for token in _TOKEN.finditer(text):
        at, sign = token.start(), token[0]
        if sign == "\n":
            open_marks.clear()
        elif sign[0] == "\\":
            dropped.add(at)
        elif sign in _KINDS:
            opener = next((one for one in reversed(open_marks) if text[one] == sign), None)
            if opener is not None and _closes(text, at):
                pairs.append((opener + 1, at, _KINDS[sign]))
                dropped |= {opener, at}
                # What was opened inside and not closed, or outside in the same kind, is a mere sign.
                open_marks = [one for one in open_marks if one < opener and text[one] != sign]
            elif _opens(text, at):
                open_marks.append(at)
    return pairs, dropped


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return bool(after) and not after.isspace() and text[at] not in (before, after) and not _of_a_word(before)


def _closes(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return not before.isspace() and text[at] not in (before, after) and not _of_a_word(after)


def _of_a_word(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign)[0] in "LMN"
