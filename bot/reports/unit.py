"""The summary of a unit over a period: one object that the chat, the command line and the files all show.

Small cells (the product's rule: fewer than 5 people): whoever is not an officer of a unit itself sees neither how many
of fewer than 5 people studied there nor for how long. When exactly one branch below a unit is hidden so, the next
smallest one is hidden too: the unit's total minus the branches that are shown would give the hidden figure away.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.clock import local, now
from bot.errors import UserError
from bot.i18n import t
from bot.language.periods import Period, parse_period
from bot.reports.period import earlier
from storage.changes import Changes
from storage.database import Database
from storage.summaries import Branch, Figures, Summaries
from storage.units import Unit, Units

SMALL = 5
"""Fewer people than this are a small cell."""
MILITARY = "military"
"""Kind of a root whose head-counts are hidden."""


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """A unit's figures with what is needed to show them; `before` is the period before, up to the same day of it."""

    unit: Unit
    line: tuple[Unit, ...]
    """From the root to the unit itself."""
    period: Period
    as_of: datetime
    figures: Figures
    period_before: Period | None
    before: Figures | None
    hidden: bool
    """True when the unit is a small cell for this reader."""
    hidden_branches: frozenset[int]
    """Units right below whose figures this reader does not see."""

    @property
    def is_military(self) -> bool:
        """True when shares stand in place of head-counts."""
        return self.line[0].kind == MILITARY

    @property
    def missing(self) -> tuple[Branch, ...]:
        """Units right below without any entry."""
        return tuple(branch for branch in self.figures.branches if not branch.entries)


async def unit_summary(
    summaries: Summaries, units: Units, unit: Unit, period: Period, as_of: datetime, *, own: Collection[int] | None
) -> UnitSummary:
    """The summary as an officer of the units `own` sees it; None stands for an operator, who sees all of it."""
    figures = await _figures(summaries, unit.id, period.start, period.end)
    before = earlier(period)
    comparable = None
    if before is not None:
        until = comparable_end(period, before, local(as_of).date())
        comparable = await _figures(summaries, unit.id, before.start, until)
    line = tuple(await units.ancestors(unit.id))
    hidden, hidden_branches = False, frozenset[int]()
    if own is not None:
        hidden = unit.id not in own and await _is_hidden(summaries, unit, period, figures)
        hidden_branches = small_branches(figures) - frozenset(own)
    return UnitSummary(unit, line, period, as_of, figures, before, comparable, hidden, hidden_branches)


async def _figures(summaries: Summaries, unit_id: int, start: date, end: date) -> Figures:
    figures = await summaries.figures(unit_id, start, end)
    if figures is None:
        raise UserError(t("This unit is no more."))
    return figures


async def _is_hidden(summaries: Summaries, unit: Unit, period: Period, figures: Figures) -> bool:
    """True for a small cell, and for the sibling that is hidden to protect one."""
    if 0 < figures.active_people < SMALL:
        return True
    if unit.parent_id is None or not figures.active_people:
        return False
    return unit.id in small_branches(await _figures(summaries, unit.parent_id, period.start, period.end))


def small_branches(figures: Figures) -> frozenset[int]:
    """Branches (the unit's own people are one too) that are small cells, and one more where only one is."""
    cells = sorted((cell for cell in (*figures.branches, figures.direct) if cell.active_people), key=_size)
    small = [cell.unit_id for cell in cells if cell.active_people < SMALL]
    return frozenset(cell.unit_id for cell in cells[:2]) if len(small) == 1 else frozenset(small)


def _size(cell: Branch) -> tuple[int, int, int]:
    return cell.active_people, cell.minutes, cell.unit_id


def comparable_end(period: Period, before: Period, today: date) -> date:
    """The last day of the period before that a running period may be compared with: as many days as have passed."""
    if not period.start <= today < period.end:
        return before.end
    return min(before.end, before.start + (today - period.start))


def as_json(summary: UnitSummary) -> dict[str, Any]:
    """The exact figures for the command line."""
    figures = summary.figures
    return {
        "unit": summary.unit.code,
        "unit_name": summary.unit.name,
        "period": summary.period.key,
        "start": summary.period.start.isoformat(),
        "end": summary.period.end.isoformat(),
        "as_of": local(summary.as_of).isoformat(timespec="seconds"),
        "members": figures.members,
        "active_people": figures.active_people,
        "former_people": figures.former_people,
        "entries": figures.entries,
        "minutes": figures.minutes,
        "median_minutes": figures.median_minutes,
        "areas": figures.areas,
        "direct": _branch_json(figures.direct),
        "children": [_branch_json(branch) for branch in figures.branches],
        "missing": [branch.code for branch in summary.missing],
    }


def _branch_json(branch: Branch) -> dict[str, Any]:
    return {
        "code": branch.code,
        "name": branch.name,
        "members": branch.members,
        "active_people": branch.active_people,
        "entries": branch.entries,
        "minutes": branch.minutes,
    }


async def figures(database: Database, code: str, period_text: str, moment: datetime | None = None) -> dict[str, Any]:
    """The figures of a unit by code for a period in words or as a key. Raises UserError when either is unknown."""
    changes = Changes()
    units, as_of = Units(database, changes), moment or now()
    unit = await units.by_code(code)
    if unit is None:
        raise UserError(t("There is no unit with the code {code}.", code=code))
    period = parse_period(period_text, local(as_of).date())
    if period is None:
        raise UserError(t("I do not know the period “{text}”. Try for example 2026-10.", text=period_text))
    return as_json(await unit_summary(Summaries(database, changes), units, unit, period, as_of, own=None))
