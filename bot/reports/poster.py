"""The poster of a unit's join code: QR, code and three steps, to print on A5 or show; works on a closed network."""

from dataclasses import dataclass
from io import BytesIO

import segno
from PIL import Image, ImageDraw

from bot.i18n import Reader, Text, render, t
from bot.reports.drawing import font, wrapped

WIDTH, HEIGHT = 1240, 1748
"""A5 at 150 dots per inch, upright."""
MARGIN = 90
QUIET = 4
"""Empty modules around the QR, as its standard asks for."""
QR_ROOM = 700
INK, SOFT, PAPER = "#102a43", "#52606d", "white"


@dataclass(frozen=True, slots=True)
class Poster:
    """What the poster says."""

    title: str
    """The unit's name, or what stands in its place."""
    code: str
    content: str
    """What the QR holds: a link, or the message to send."""
    steps: tuple[Text, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the QR stands in the picture: pixels of its first module's corner, and of one module."""

    left: int
    top: int
    module: int


def poster_png(poster: Poster, reader: Reader) -> bytes:
    """The picture."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    top = _centred(draw, render(t("Join the unit"), reader), 70, 40, SOFT)
    for line in wrapped(poster.title, font(56, bold=True), WIDTH - 2 * MARGIN, lines=2):
        top = _centred(draw, line, top + 8, 56, INK, bold=True)
    place = qr_place(poster.content, top + 24)
    _draw_qr(draw, poster.content, place)
    top = place.top + (len(_modules(poster.content)) + QUIET) * place.module + 6
    top = _centred(draw, poster.code, top, 72, INK, bold=True)
    top += 24
    for number, step in enumerate(poster.steps, 1):
        top = _paragraph(draw, f"{number}. {render(step, reader)}", top, 34, INK)
    for note in poster.notes:
        top = _paragraph(draw, render(note, reader), top + 8, 27, SOFT)
    stream = BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def qr_place(content: str, top: int) -> Place:
    """Whole pixels for each module, in the middle."""
    across = len(_modules(content)) + 2 * QUIET
    module = max(QR_ROOM // across, 3)
    return Place((WIDTH - across * module) // 2 + QUIET * module, top + QUIET * module, module)


def _modules(content: str) -> tuple[bytearray, ...]:
    """Rows of the QR's modules, 1 is dark; error correction M: a fold or stain of a seventh does no harm."""
    return tuple(segno.make_qr(content, error="m", boost_error=False).matrix)


def _draw_qr(draw: ImageDraw.ImageDraw, content: str, place: Place) -> None:
    for row, modules in enumerate(_modules(content)):
        for column, dark in enumerate(modules):
            if dark:
                x, y = place.left + column * place.module, place.top + row * place.module
                draw.rectangle((x, y, x + place.module - 1, y + place.module - 1), fill="black")


def _centred(draw: ImageDraw.ImageDraw, text: str, top: int, size: int, fill: str, *, bold: bool = False) -> int:
    face = font(size, bold=bold)
    draw.text(((WIDTH - face.getlength(text)) / 2, top), text, font=face, fill=fill)
    return top + round(size * 1.35)


def _paragraph(draw: ImageDraw.ImageDraw, text: str, top: int, size: int, fill: str) -> int:
    face = font(size)
    for line in wrapped(text, face, WIDTH - 2 * MARGIN, lines=3):
        draw.text((MARGIN, top), line, font=face, fill=fill)
        top += round(size * 1.35)
    return top + 6
