"""A unit's figures made by hand, for tests of the files that show them."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.language.periods import Period, month, year
from bot.reports.unit import UnitSummary
from bot.reports.unit_data import UnitData, months_of
from bot.reports.unit_months import MonthFigures
from bot.study import AREA_NAMES
from storage.named_people import NamedPeople, NamedPerson
from storage.summaries import Branch, Figures, Part
from storage.units import Unit
from tests.chat import NOON

ROOT = Unit(1, "B", "Bộ Mẫu", "agency", None)
UNIT = Unit(10, "A", "Cục Mẫu", "", 1)
DIRECT = Branch(10, "A", "Cục Mẫu", 0, 0, 0, 0, 0)


def branch(number: int, name: str = "", *, members: int = 20, active: int = 18, minutes: int = 6_000) -> Branch:
    """A unit right below; without minutes nobody there has logged."""
    entries = minutes // 60
    return Branch(100 + number, f"A.{number}", name or f"Phòng {number}", members, active, 0, entries, minutes)


def areas(minutes: dict[str, int]) -> tuple[Part, ...]:
    """Areas with so many minutes, each of many people."""
    return tuple(Part(area, 12, max(each // 60, 1), each) for area, each in minutes.items())


def figures(branches: tuple[Branch, ...], **changes: Any) -> Figures:
    """Totals that are the sums of the branches."""
    minutes = sum(one.minutes for one in branches)
    made = Figures(
        members=sum(one.members for one in branches),
        active_people=sum(one.active_people for one in branches),
        former_people=0,
        entries=sum(one.entries for one in branches),
        minutes=minutes,
        median_minutes=347.5,
        by_area=areas({"digital": minutes - minutes // 3, "foreign_language": minutes // 3} if minutes else {}),
        branches=branches,
        direct=DIRECT,
    )
    return replace(made, **changes)


def summary(
    *branches: Branch, military: bool = False, period: Period | None = None, hidden: bool = False, **changes: Any
) -> UnitSummary:
    """The summary of a unit with these units below, over 2026 unless a period is named."""
    below = branches or (branch(1, "Phòng Một"), branch(2, "Phòng Hai", minutes=74_190), branch(3, minutes=0, active=0))
    whole = figures(below)
    period = period or year(2026)
    line = (replace(ROOT, kind="military" if military else "agency"), UNIT)
    before = replace(whole, minutes=whole.minutes // 2, active_people=30)
    made = UnitSummary(UNIT, line, period, NOON, whole, month(2025, 12), before, hidden, frozenset())
    return replace(made, **changes)


def data(shown: UnitSummary, *people: NamedPerson) -> UnitData:
    """The summary with a month like it for each month of its period."""
    months = tuple(
        MonthFigures(one, replace(shown.figures, minutes=1_000 + 61 * number), False)
        for number, one in enumerate(months_of(shown.period, NOON.date()))
    )
    return UnitData(shown, months, NamedPeople(people), AREA_NAMES)


def person(alias: str, minutes: int = 600) -> NamedPerson:
    """Somebody who agreed to be named."""
    return NamedPerson(alias, 101, "A.1", "Phòng Một", 10, minutes, date(2026, 10, 30))
