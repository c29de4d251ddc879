"""What all our pictures share: the fonts that come with us, and lines that fit into a width."""

import unicodedata
from functools import cache
from pathlib import Path

from PIL import ImageFont

_FONTS = Path(__file__).resolve().parent / "fonts"


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans (it has every Vietnamese letter) in pixels; no font of the machine is used."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(_FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, face: ImageFont.FreeTypeFont, room: int, *, lines: int) -> list[str]:
    """At most `lines` lines that fit into `room` pixels; what does not fit ends in "…"."""
    found = [""]
    for word in unicodedata.normalize("NFC", text).split():
        longer = f"{found[-1]} {word}".strip()
        if not found[-1] or face.getlength(longer) <= room:
            found[-1] = longer
        elif len(found) < lines:
            found.append(word)
        else:
            found[-1] = longer
    while face.getlength(found[-1]) > room and len(found[-1]) > 1:
        found[-1] = found[-1].removesuffix("…")[:-1].rstrip() + "…"
    return found
