"""The geometry of the desk's charts: columns of months as SVG, bars of tables in percent; hidden ones tell nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.i18n import Reader, Text, format_number, render, t
from bot.language.periods import Period
from bot.reports.unit_months import MonthFigures
from bot.reports.unit_tables import hours

WIDTH, HEIGHT = 360, 200
_TOP, _FOOT = 22, 34
_HIDDEN_HEIGHT = 24
"""All hidden columns are as tall as this."""
_GAP = 0.24
_WIDEST_LABEL = 5
"""Letters of a figure that fit above a column."""


@dataclass(frozen=True, slots=True)
class Column:
    """One month: its box, what stands below and above it, and what it is called."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    year: str
    shown: str
    title: Text
    kind: str
    """Style: `now` inside the period, `then` outside it, `closed` where the figure is hidden."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The chart of months."""

    columns: tuple[Column, ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - _FOOT


def columns(months: Sequence[MonthFigures], period: Period, reader: Reader) -> Columns:
    """Hours by month; those inside the period are stronger."""
    most = max((one.figures.minutes for one in months if not one.hidden), default=0) or 1
    step = WIDTH / max(len(months), 1)
    drawn = tuple(_column(one, number * step, step, most, period, reader) for number, one in enumerate(months))
    return Columns(drawn)


def _column(one: MonthFigures, left: float, step: float, most: int, period: Period, reader: Reader) -> Column:
    first, base, tallest = one.period.start, HEIGHT - _FOOT, HEIGHT - _FOOT - _TOP
    inside = period.start <= first <= period.end
    minutes, closed = one.figures.minutes, one.hidden
    height = _HIDDEN_HEIGHT if closed else max(tallest * minutes / most, 1)
    shown = render(t("hidden"), reader) if closed else _figure(minutes, reader)
    gap = step * _GAP / 2
    return Column(
        x=round(left + gap, 2),
        y=round(base - height, 2),
        width=round(step - 2 * gap, 2),
        height=round(height, 2),
        middle=round(left + step / 2, 2),
        label=str(first.month),
        year=str(first.year) if first.month == 1 or left == 0 else "",
        shown=shown if inside or minutes == most or closed else "",
        title=t("{month}: {hours} h", month=f"{first:%m/%Y}", hours=shown) if not closed else t("hidden"),
        kind="closed" if closed else "now" if inside else "then",
    )


def _figure(minutes: int, reader: Reader) -> str:
    """Hours as short as a column is narrow."""
    if minutes < 600:
        return format_number(hours(minutes).value, reader.language)
    shown = format_number((minutes + 30) // 60, reader.language)
    return shown if len(shown) <= _WIDEST_LABEL else format_number((minutes + 30_000) // 60_000, reader.language) + "K"


def lengths(minutes: Sequence[float | None]) -> list[float | None]:
    """Each as percent of the largest; None stays None (hidden)."""
    most = max((one for one in minutes if one), default=0) or 1
    return [None if one is None else round(100 * one / most, 1) for one in minutes]
