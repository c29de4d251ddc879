"""A unit's figures as a picture for a phone: hours by month or by unit below, and the share of each area.

1080 x 1350 pixels, drawn by Pillow with fonts of our own (no font of the machine is used), in a few dozen
milliseconds: call it in a thread. Small cells are drawn as hatched bars without a figure, never left out.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from bot.i18n import Clock, Reader, Text, format_number, render, t
from bot.reports.drawing import font, wrapped
from bot.reports.period import name_of_period
from bot.reports.unit import SMALL, UnitSummary
from bot.reports.unit_months import MonthFigures
from bot.reports.unit_parts import part_name
from bot.reports.unit_tables import hours

PNG = "image/png"
WIDTH, HEIGHT = 1080, 1350
MARGIN = 60
UNITS_SHOWN = 9
AREAS_SHOWN = 7
_INK, _SOFT, _RULE, _PAPER = "#16202c", "#4a5866", "#c9d2dc", "#ffffff"
_BAR, _BAR_NOW, _HATCH = "#6f9fd1", "#14508f", "#8a97a5"
_TITLE, _SUBTITLE, _HEADING, _LABEL = 46, 30, 36, 28
_TOP_PANEL, _LOW_PANEL, _PANEL_HEIGHT = 222, 752, 450


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, the words beside it; `hidden` bars tell neither."""

    label: str
    value: float
    shown: str
    hidden: bool = False
    strong: bool = False


def months_chart(
    summary: UnitSummary, months: Sequence[MonthFigures], areas: Mapping[str, Text], reader: Reader
) -> bytes:
    """Hours of the last twelve months above, the share of each area below."""
    bars = [_month_bar(summary, one, reader) for one in months]
    page = _Page(summary, reader)
    page.heading(_TOP_PANEL, t("Hours by month"))
    page.columns(_TOP_PANEL + 60, bars)
    return _with_areas(page, summary, areas, reader)


def units_chart(summary: UnitSummary, areas: Mapping[str, Text], reader: Reader) -> bytes:
    """Hours of the units right below (the largest, where there are many) above, the share of each area below."""
    page = _Page(summary, reader)
    page.heading(_TOP_PANEL, t("Hours by unit"))
    page.rows(_TOP_PANEL + 60, _unit_bars(summary, reader))
    return _with_areas(page, summary, areas, reader)


def _with_areas(page: "_Page", summary: UnitSummary, areas: Mapping[str, Text], reader: Reader) -> bytes:
    page.heading(_LOW_PANEL, t("Share of the hours by area"))
    if summary.hidden:
        page.note(_LOW_PANEL + 90, t("Hidden: fewer than {count} people, or needed to protect them", count=SMALL))
    elif not summary.figures.entries:
        page.note(_LOW_PANEL + 90, t("no entries yet"))
    else:
        page.rows(_LOW_PANEL + 60, _area_bars(summary, areas, reader))
    return page.png()


def _month_bar(summary: UnitSummary, one: MonthFigures, reader: Reader) -> Bar:
    first = one.period.start
    inside = summary.period.start <= first <= summary.period.end
    shown = _hours(one.figures.minutes, reader)
    return Bar(f"{first:%m}/{first:%y}", one.figures.minutes, shown, one.hidden, inside)


def _unit_bars(summary: UnitSummary, reader: Reader) -> list[Bar]:
    """In the tree's order; of too many the largest, then one bar for the rest that may be shown, one for the hidden."""
    hidden = summary.hidden_branches

    def bar(name: str, unit_id: int, minutes: int) -> Bar:
        closed = minutes > 0 and (summary.hidden or unit_id in hidden)
        return Bar(name, minutes, _hours(minutes, reader), closed, True)

    figures = summary.figures
    cells = [(branch.name, branch.unit_id, branch.minutes) for branch in figures.branches]
    if figures.direct.minutes:
        own = render(t("{unit}: its own people", unit=figures.direct.name), reader)
        cells.append((own, figures.direct.unit_id, figures.direct.minutes))
    if len(cells) <= UNITS_SHOWN:
        return [bar(*cell) for cell in cells]
    open_ones = sorted((cell for cell in cells if cell[1] not in hidden and not summary.hidden), key=lambda c: -c[2])
    shown, rest = open_ones[: UNITS_SHOWN - 2], open_ones[UNITS_SHOWN - 2 :]
    bars = [bar(*cell) for cell in shown]
    if rest:
        minutes = sum(cell[2] for cell in rest)
        name = render(t("{count} other units", count=len(rest)), reader)
        bars.append(Bar(name, minutes, _hours(minutes, reader), strong=False))
    if closed := len(cells) - len(open_ones):
        bars.append(Bar(render(t("{count} hidden units", count=closed), reader), 0, "", hidden=True))
    return bars


def _area_bars(summary: UnitSummary, names: Mapping[str, Text], reader: Reader) -> list[Bar]:
    """The largest areas; the others together in one bar."""
    cells = [(render(part_name(part, names), reader), part.minutes) for part in summary.areas]
    total = sum(minutes for _, minutes in cells)
    shown, rest = cells[:AREAS_SHOWN], cells[AREAS_SHOWN:]
    if rest:
        shown.append((render(t("other areas"), reader), sum(minutes for _, minutes in rest)))
    return [
        Bar(name[:1].upper() + name[1:], minutes, f"{(200 * minutes + total) // (2 * total)}%", strong=True)
        for name, minutes in shown
    ]


def _hours(minutes: int, reader: Reader) -> str:
    """Whole hours from 10 on, else with one decimal: what fits above a bar."""
    if minutes >= 600:
        return format_number((minutes + 30) // 60, reader.language)
    return format_number(hours(minutes).value, reader.language)


class _Page:
    """The picture while it is drawn: words from the top, two panels, a foot."""

    def __init__(self, summary: UnitSummary, reader: Reader) -> None:
        self._reader = reader
        self._image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        self._draw = ImageDraw.Draw(self._image)
        y = 50
        lines = 1 if summary.tree_of else 2
        for line in wrapped(summary.unit.name, font(_TITLE, bold=True), WIDTH - 2 * MARGIN, lines=lines):
            self._draw.text((MARGIN, y), line, _INK, font(_TITLE, bold=True))
            y += 58
        period = name_of_period(summary.period)
        self._words(y + 2, t("{period} · as of {moment}", period=period, moment=Clock(summary.as_of)), _SUBTITLE)
        if summary.tree_of is not None:
            self._words(y + 42, t("By the tree of units of {date}", date=summary.tree_of), _SUBTITLE)
        self._words(HEIGHT - 62, t("Bạn Học · self-logged figures, neither approved nor recognised"), 26)

    def heading(self, y: int, text: Text) -> None:
        """The title of a panel above a thin rule."""
        self._draw.text((MARGIN, y), self._plain(text), _INK, font(_HEADING, bold=True))
        self._draw.line((MARGIN, y + 50, WIDTH - MARGIN, y + 50), _RULE, 2)

    def note(self, y: int, text: Text) -> None:
        """A sentence in place of a panel's bars."""
        for line in wrapped(self._plain(text), font(_SUBTITLE), WIDTH - 2 * MARGIN, lines=3):
            self._draw.text((MARGIN, y), line, _SOFT, font(_SUBTITLE))
            y += 42

    def columns(self, y: int, bars: Sequence[Bar]) -> None:
        """Standing bars with their figure above and their label below."""
        most = max((bar.value for bar in bars if not bar.hidden), default=0) or 1
        step = (WIDTH - 2 * MARGIN) / max(len(bars), 1)
        bottom, tallest = y + 385, 320
        for number, bar in enumerate(bars):
            left, right = MARGIN + number * step + step * 0.12, MARGIN + (number + 1) * step - step * 0.12
            height = tallest * 0.15 if bar.hidden else tallest * bar.value / most
            box = (round(left), round(bottom - max(height, 3)), round(right), bottom)
            self._bar(box, bar)
            middle, shown = (left + right) / 2, self._plain(t("hidden")) if bar.hidden else bar.shown
            self._middle(middle, box[1] - 34, shown, step, 26, bold=bar.strong)
            self._middle(middle, bottom + 12, bar.label, step, 26, bold=bar.strong)

    def rows(self, y: int, bars: Sequence[Bar]) -> None:
        """Lying bars: label on the left, figure at the end."""
        if not bars:
            self.note(y + 30, t("There is no unit below."))
            return
        most = max((bar.value for bar in bars if not bar.hidden), default=0) or 1
        step = min((_PANEL_HEIGHT - 10) / len(bars), 72)
        label, room = 390, WIDTH - 2 * MARGIN - 390 - 175
        for number, bar in enumerate(bars):
            top, thick = y + 12 + number * step, step * 0.62
            middle, left = top + thick / 2, MARGIN + label
            self._label(middle, bar.label, label - 20)
            length = room * 0.25 if bar.hidden else room * bar.value / most
            box = (left, round(top), round(left + max(length, 3)), round(top + thick))
            self._bar(box, bar)
            shown = self._plain(t("hidden")) if bar.hidden else bar.shown
            self._draw.text((box[2] + 14, middle), shown, _INK, font(_LABEL, bold=True), anchor="lm")

    def png(self) -> bytes:
        """The finished picture."""
        stream = BytesIO()
        self._image.quantize(64).save(stream, "PNG", optimize=True)
        return stream.getvalue()

    def _bar(self, box: tuple[int, int, int, int], bar: Bar) -> None:
        if not bar.hidden:
            self._draw.rectangle(box, _BAR_NOW if bar.strong else _BAR)
            return
        left, top, right, bottom = box
        part = Image.new("RGB", (right - left, bottom - top), _PAPER)
        pen = ImageDraw.Draw(part)
        for x in range(-part.height, part.width, 12):
            pen.line((x, part.height, x + part.height, 0), _HATCH, 2)
        self._image.paste(part, (left, top))
        self._draw.rectangle(box, outline=_HATCH, width=2)

    def _label(self, middle: float, text: str, room: int) -> None:
        """One line, or two smaller ones around the middle of the bar."""
        face, shown = font(_LABEL), wrapped(text, font(_LABEL), 10_000, lines=1)
        if face.getlength(shown[0]) > room:
            face = font(23)
            shown = wrapped(text, face, room, lines=2)
        for number, line in enumerate(shown):
            y = middle + (number - (len(shown) - 1) / 2) * 26
            self._draw.text((MARGIN, y), line, _INK, face, anchor="lm")

    def _middle(self, x: float, y: float, text: str, room: float, size: int, *, bold: bool) -> None:
        while size > 18 and font(size, bold=bold).getlength(text) > room - 4:
            size -= 1
        self._draw.text((x, y), text, _INK, font(size, bold=bold), anchor="ma")

    def _words(self, y: int, text: Text, size: int) -> None:
        self._draw.text((MARGIN, y), self._plain(text), _SOFT, font(size))

    def _plain(self, text: Text) -> str:
        return unicodedata.normalize("NFC", render(text, self._reader))
