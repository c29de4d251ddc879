"""A person's progress card as a picture for a phone, to share: neither the unit nor the person stands in it.

1080 x 1350 pixels: this week against the goal, the longer periods, the last weeks of the streak, the areas of the year.
Drawn by Pillow in a few dozen milliseconds: call it in a thread.
"""

import unicodedata
from collections.abc import Mapping
from io import BytesIO

from PIL import Image, ImageDraw

from bot.i18n import Minutes, Reader, Text, render, t, tn
from bot.reports.drawing import font, wrapped
from bot.reports.person import Card, Verdict

PNG = "image/png"
WIDTH, HEIGHT = 1080, 1350
MARGIN = 60
WEEKS_SHOWN = 12
AREAS_SHOWN = 5
_INK, _SOFT, _RULE, _PAPER = "#16202c", "#4a5866", "#c9d2dc", "#ffffff"
_DONE, _TRACK, _REST = "#14508f", "#dfe7ef", "#6f9fd1"


def card_picture(card: Card, areas: Mapping[str, Text], reader: Reader) -> bytes:
    """The card as PNG; `areas` names each area."""
    page = _Page(reader)
    page.title(card)
    page.week(170, card)
    page.periods(392, card)
    page.streak(672, card)
    page.areas(960, card, areas)
    return page.png()


class _Page:
    """The picture while it is drawn."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def title(self, card: Card) -> None:
        """What it is, up to which day, and whose figures these are."""
        self._text(MARGIN, 46, t("My learning"), 50, bold=True)
        self._text(MARGIN, 112, t("Up to {day}", day=card.today), 30, _SOFT)
        self._text(MARGIN, HEIGHT - 58, t("Bạn Học · self-logged figures"), 26, _SOFT)

    def week(self, y: int, card: Card) -> None:
        """This week, large, with a bar towards the goal."""
        week = card.sums[0]
        self._heading(y, week.name)
        shown = t("{minutes}", minutes=Minutes(week.minutes))
        if week.goal:
            shown = t("{minutes} / goal {goal}", minutes=Minutes(week.minutes), goal=Minutes(week.goal))
        self._text(MARGIN, y + 66, shown, 54, bold=True)
        if week.goal:
            self._bar(MARGIN, y + 146, WIDTH - 2 * MARGIN, 30, week.minutes / week.goal)

    def periods(self, y: int, card: Card) -> None:
        """Month, year, phase: minutes, and what the goal asks for by today."""
        for number, one in enumerate(card.sums[1:]):
            top = y + number * 88
            self._text(MARGIN, top, one.name, 30, _SOFT)
            minutes = t("{minutes}", minutes=Minutes(one.minutes))
            if one.goal:
                minutes = t("{minutes} / goal by today {goal}", minutes=Minutes(one.minutes), goal=Minutes(one.goal))
            room = WIDTH - 2 * MARGIN - 24 - round(font(30).getlength(self._plain(one.name)))
            self._text(WIDTH - MARGIN, top, minutes, 30, bold=True, anchor="ra", room=room)
            if one.goal:
                self._bar(MARGIN, top + 46, WIDTH - 2 * MARGIN, 16, one.minutes / one.goal)

    def streak(self, y: int, card: Card) -> None:
        """The last weeks, one box each, with what the boxes mean."""
        found = card.continuity
        title = tn("{count} week in a row with study", "{count} weeks in a row with study", found.streak)
        self._heading(y, title)
        weeks = found.weeks[-WEEKS_SHOWN:]
        step = (WIDTH - 2 * MARGIN) / WEEKS_SHOWN
        for number, week in enumerate(weeks):
            left = round(MARGIN + number * step)
            self._mark((left, y + 74, round(left + step - 12), y + 74 + round(step - 12)), week.verdict)
            day = f"{week.monday:%d/%m}"
            self._text(left + round((step - 12) / 2), y + 82 + round(step - 12), day, 21, _SOFT, anchor="ma")
        self._legend(y + 204)

    def areas(self, y: int, card: Card, names: Mapping[str, Text]) -> None:
        """The largest areas of the year."""
        self._heading(y, t("By area in {year}", year=str(card.today.year)))
        shown = list(card.areas.items())[:AREAS_SHOWN]
        most = max((minutes for _, minutes in shown), default=1)
        for number, (area, minutes) in enumerate(shown):
            top = y + 70 + number * 46
            name = self._plain(names.get(area, names["other"]))
            line = wrapped(name[:1].upper() + name[1:], font(28), 330, lines=1)[0]
            self._draw.text((MARGIN, top), line, _INK, font(28))
            self._bar(MARGIN + 350, top + 5, 370, 26, minutes / most)
            self._text(WIDTH - MARGIN, top, t("{minutes}", minutes=Minutes(minutes)), 27, bold=True, anchor="ra")

    def png(self) -> bytes:
        """The finished picture."""
        stream = BytesIO()
        self._image.quantize(64).save(stream, "PNG", optimize=True)
        return stream.getvalue()

    def _legend(self, y: int) -> None:
        left = MARGIN
        for verdict, text in (
            (Verdict.STUDIED, t("studied")),
            (Verdict.FROZEN, t("week of rest")),
            (Verdict.OPEN, t("no study")),
        ):
            self._mark((left, y + 3, left + 26, y + 29), verdict)
            self._text(left + 36, y, text, 26, _SOFT)
            left += 36 + round(font(26).getlength(self._plain(text))) + 40

    def _mark(self, box: tuple[int, int, int, int], verdict: Verdict) -> None:
        if verdict is Verdict.STUDIED:
            self._draw.rounded_rectangle(box, 8, _DONE)
        elif verdict is Verdict.FROZEN:
            self._draw.rounded_rectangle(box, 8, _PAPER, _REST, 6)
        else:
            self._draw.rounded_rectangle(box, 8, _TRACK)

    def _bar(self, x: int, y: int, width: int, height: int, share: float) -> None:
        radius = height // 2
        self._draw.rounded_rectangle((x, y, x + width, y + height), radius, _TRACK)
        if share > 0:
            length = max(height, round(width * min(share, 1.0)))
            self._draw.rounded_rectangle((x, y, x + length, y + height), radius, _DONE)

    def _heading(self, y: int, text: Text) -> None:
        self._text(MARGIN, y, text, 36, bold=True)
        self._draw.line((MARGIN, y + 50, WIDTH - MARGIN, y + 50), _RULE, 2)

    def _text(
        self,
        x: int,
        y: int,
        text: Text | str,
        size: int,
        ink: str = _INK,
        *,
        bold: bool = False,
        anchor: str = "la",
        room: int = WIDTH - 2 * MARGIN,
    ) -> None:
        """One line, made smaller until it fits."""
        words = self._plain(text)
        while size > 18 and font(size, bold=bold).getlength(words) > room:
            size -= 2
        self._draw.text((x, y), words, ink, font(size, bold=bold), anchor=anchor)

    def _plain(self, text: Text | str) -> str:
        words = unicodedata.normalize("NFC", render(text, self._reader))
        return words[:1].upper() + words[1:] if isinstance(text, Text) else words
