"""Documents that a unit brings itself, cut into passages that can be found and quoted with their heading."""

import re
from collections.abc import Sequence

import msgspec

PASSAGE_CHARACTERS = 320
"""Longer blocks are cut at the end of a sentence; measured: 200 to 600 characters make no clear difference."""
SHORT_CHARACTERS = 120
_SENTENCE = re.compile(r"(?<=[.;!?…])\s+")


class Passage(msgspec.Struct, frozen=True):
    """A quotable part: its text and the headings above it, outermost first, joined by " › "."""

    text: str
    heading: str


class Block(msgspec.Struct, frozen=True):
    """One paragraph of a document; `level` 0 is running text, 1 and more are headings."""

    text: str
    level: int = 0


class ImportedDocument(msgspec.Struct, frozen=True):
    """A cleaned document: `name` is its file name (the key to withdraw it), `date` as found in the text or empty."""

    name: str
    title: str
    date: str
    passages: tuple[Passage, ...]
    removed: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


def cut(blocks: Sequence[Block]) -> tuple[Passage, ...]:
    """Passages of about PASSAGE_CHARACTERS; a heading joins the path of all text below it."""
    path: list[tuple[int, str]] = []
    passages: list[Passage] = []
    for block in blocks:
        if block.level:
            path = [(level, text) for level, text in path if level < block.level]
            path.append((block.level, block.text))
            continue
        heading = " › ".join(text for _, text in path)
        passages.extend(Passage(text, heading) for text in _pieces(block.text))
    return tuple(_joined(passages))


def _pieces(text: str) -> list[str]:
    """A paragraph in pieces that end with a sentence; one overlong sentence stays whole."""
    pieces: list[str] = []
    for sentence in _SENTENCE.split(text):
        if pieces and len(pieces[-1]) + len(sentence) < PASSAGE_CHARACTERS:
            pieces[-1] = f"{pieces[-1]} {sentence}"
        else:
            pieces.append(sentence)
    return [piece.strip() for piece in pieces if piece.strip()]


def _joined(passages: list[Passage]) -> list[Passage]:
    """Very short neighbours below the same heading become one passage (dates, authors, captions)."""
    out: list[Passage] = []
    for passage in passages:
        if (
            out
            and out[-1].heading == passage.heading
            and len(out[-1].text) < SHORT_CHARACTERS
            and len(passage.text) < SHORT_CHARACTERS
        ):
            out[-1] = Passage(f"{out[-1].text}\n{passage.text}", passage.heading)
        else:
            out.append(passage)
    return out
