"""Fit one reply to what a channel can do: long texts, many buttons, long labels, big files, and numbered choices."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.channels.base import Abilities
from bot.i18n import Reader, render, t
from bot.language.fold import fold
from bot.marks import clipped
from bot.message import FileRef, Style, Tap

CONTINUED = "…"
"""The words of a message that has buttons but nothing left to say, and the end of a shortened label."""

_JOINER = "\u200d"
_SKIN_TONES = "".join(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_BOUNDARIES = (
    re.compile(r"\n[ \t]*\n\s*"),
    re.compile(r"\n\s*"),
    re.compile(r"(?<=[.!?…;:])\s+"),
    re.compile(r"\s+"),
)
"""Where a long text may be cut, best first: paragraph, line, sentence, word."""
_CHOICE_NUMBER = re.compile(r"(?:so |chon |number )?(\d{1,3})[.)]?")


@dataclass(frozen=True, slots=True)
class Part:
    """One message as a channel can send it; at most one file, so that a retry never sends a file twice."""

    text: str
    buttons: tuple[Tap, ...] = ()
    files: tuple[FileRef, ...] = ()
    styles: tuple[Style, ...] = ()


def fit(
    text: str, buttons: Sequence[Tap], files: Sequence[FileRef], abilities: Abilities, reader: Reader | None = None,
    styles: Sequence[Style] = (),
) -> list[Part]:  # fmt: skip
    """The messages that together say `text`, offer `buttons` and carry `files`, each within `abilities`.

    Lengths count UTF-16 units, as Telegram does (Bot API, "Message text, 1-4096 characters"), which is never fewer than
    characters. `reader` chooses the language of the one sentence that this function adds, about files it cannot send.
    `styles` of the text stay with their words, on a channel that formats.
    """
    sendable, refused = _sort_files(files, abilities)
    words = "\n\n".join(filter(None, (text.strip(), *(_refusal(file, reader or Reader()) for file in refused))))
    if not abilities.buttons:
        parts = _with_files(_with_choices(words, buttons, abilities), sendable)
    else:
        pieces = [Part(piece) for piece in split(words, abilities.text_limit)]
        parts = _with_buttons(_with_files(pieces, sendable), buttons, abilities)
    return _with_styles(parts, text, styles) if styles and abilities.formats else parts


def choose(text: str, taps: Sequence[Tap]) -> Tap | None:
    """The choice that a typed answer names: its number ("1", "1.", "số 1") or its label, diacritics or not."""
    said = fold(text)
    if not said:
        return None
    for tap in taps:
        if said == fold(tap.label):
            return tap
    number = _CHOICE_NUMBER.fullmatch(said)
    if number and 1 <= int(number[1]) <= len(taps):
        return taps[int(number[1]) - 1]
    return None


def length(text: str) -> int:
    """UTF-16 units of a text."""
    return len(text) + sum(character > "\uffff" for character in text)


def shorten(label: str, limit: int) -> str:
    """A label of at most `limit` UTF-16 units, its end replaced by "…" when it is longer."""
    label = " ".join(label.split())
    if length(label) <= limit:
        return label
    return label[: _fitting(label, limit - length(CONTINUED))].rstrip() + CONTINUED


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` UTF-16 units, none blank; only white space at the cuts is dropped."""
    pieces: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        cut = _best_cut(rest, limit)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _best_cut(text: str, limit: int) -> int:
    """The last good place to cut within the limit; a boundary in the first half of a piece is passed over."""
    end = _fitting(text, limit)
    for boundary in _BOUNDARIES[:-1]:
        found = [match.start() for match in boundary.finditer(text, 0, end) if match.start() > end // 2]
        if found:
            return found[-1]
    if text[end].isspace():
        return end
    words = [match.start() for match in _BOUNDARIES[-1].finditer(text, 0, end) if match.start()]
    return words[-1] if words else end


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit into `limit` UTF-16 units without tearing one visible sign."""
    units, fitting = 0, 0
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            break
        fitting = index + 1
    whole = fitting
    while 0 < whole < len(text) and _tears(text, whole):
        whole -= 1
    return whole or max(fitting, 1)


def _tears(text: str, cut: int) -> bool:
    """True when a cut here parts one visible sign: a letter and its marks, joined emoji, a skin tone, a flag."""
    before, after = text[cut - 1], text[cut]
    if unicodedata.category(after).startswith("M") or _JOINER in (before, after) or after in _SKIN_TONES:
        return True
    flag_letters = len(text[:cut]) - len(text[:cut].rstrip(_FLAG_LETTERS))
    return after in _FLAG_LETTERS and flag_letters % 2 == 1


def _sort_files(files: Sequence[FileRef], abilities: Abilities) -> tuple[list[FileRef], list[FileRef]]:
    sendable = [file for file in files if abilities.files and file.size <= abilities.file_limit]
    return sendable, [file for file in files if file not in sendable]


def _refusal(file: FileRef, reader: Reader) -> str:
    megabytes = max(round(file.size / 1_000_000, 1), 0.1)
    sentence = t("The file {name} ({size} MB) cannot be sent here; please open it in the web chat.",
                 name=file.name, size=megabytes)  # fmt: skip
    return render(sentence, reader)


def _with_choices(text: str, buttons: Sequence[Tap], abilities: Abilities) -> list[Part]:
    """Numbered lines under the text; the buttons stay with the last part so that an answer can be matched to them."""
    if not buttons:
        return [Part(piece) for piece in split(text, abilities.text_limit)]
    taps = _shortened(buttons, abilities)
    lines = [f"{number}. {tap.label}" for number, tap in enumerate(taps, 1)]
    pieces = split("\n".join(filter(None, (text, *lines))), abilities.text_limit)
    parts = [Part(piece) for piece in pieces]
    return [*parts[:-1], replace(parts[-1], buttons=taps)]


def _with_files(parts: list[Part], files: Sequence[FileRef]) -> list[Part]:
    """The first file goes with the last words, each further one in a message of its own."""
    if not files:
        return parts
    first = replace(parts[-1], files=(files[0],)) if parts else Part("", files=(files[0],))
    return [*parts[:-1], first, *(Part("", files=(file,)) for file in files[1:])]


def _with_buttons(parts: list[Part], buttons: Sequence[Tap], abilities: Abilities) -> list[Part]:
    if not buttons:
        return parts
    taps = _shortened(buttons, abilities)
    size = abilities.button_limit
    groups = [taps[start : start + size] for start in range(0, len(taps), size)]
    parts = parts or [Part(CONTINUED)]
    further = [Part(CONTINUED, group) for group in groups[1:]]
    return [*parts[:-1], replace(parts[-1], buttons=groups[0]), *further]


def _with_styles(parts: list[Part], text: str, styles: Sequence[Style]) -> list[Part]:
    """Each part's own styles: the parts hold the text in order, and only blanks between them were dropped."""
    styled, at = [], 0
    for part in parts:
        at += len(text[at:]) - len(text[at:].lstrip())
        end = min(at + len(part.text), len(text))
        styled.append(replace(part, styles=clipped(styles, at, end)))
        at = end
    return styled


def _shortened(buttons: Sequence[Tap], abilities: Abilities) -> tuple[Tap, ...]:
    return tuple(Tap(shorten(tap.label, abilities.label_limit), tap.payload) for tap in buttons)
