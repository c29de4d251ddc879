"""The summary of a unit over a period: one object that the chat, the command line and the files all show.

Small cells (the product's rule: fewer than 5 people): whoever is not an officer of a unit itself sees neither how many
of fewer than 5 people studied there nor for how long. When exactly one branch below a unit is hidden so, the next
smallest one is hidden too: the unit's total minus the branches that are shown would give the hidden figure away.
"""

from collections.abc import Collection, Sequence
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
from storage.unit_history import UnitHistory
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
    tree_of: date | None = None
    """The day whose tree, names and parents these are; None for the tree now."""
    differs: bool = False
    """True when the tree at the period's end was another one than now."""
    changed_on: tuple[date, ...] = ()
    """Days inside the period on which units came or left: head-counts before and after are not comparable."""

    @property
    def is_military(self) -> bool:
        """True when shares stand in place of head-counts."""
        return self.line[0].kind == MILITARY

    @property
    def missing(self) -> tuple[Branch, ...]:
        """Units right below without any entry."""
        return tuple(branch for branch in self.figures.branches if not branch.entries)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A unit's figures of one month; `hidden` when the month is a small cell for this reader."""

    period: Period
    figures: Figures
    hidden: bool


async def unit_summary(
    summaries: Summaries,
    units: Units,
    unit: Unit,
    period: Period,
    as_of: datetime,
    *,
    own: Collection[int] | None,
    history: UnitHistory | None = None,
    then: bool = False,
) -> UnitSummary:
    """The summary as an officer of the units `own` sees it; None stands for an operator, who sees all of it.

    With the history it also tells whether the tree was another one at the period's end; `then` asks for that tree.
    """
    last = min(period.end, local(as_of).date())
    tree_of = last if then and history is not None else None
    if history is not None and tree_of is not None:
        unit = await _unit_then(history, unit, tree_of)
    figures = await _figures(summaries, unit.id, period.start, period.end, tree_of)
    before = earlier(period)
    comparable = None
    if before is not None:
        until = comparable_end(period, before, local(as_of).date())
        comparable = await _figures(summaries, unit.id, before.start, until, tree_of)
    differs, line = False, tuple(await units.ancestors(unit.id))
    changed_on: tuple[date, ...] = ()
    if history is not None:
        differs = await history.differs(unit.id, last)
        changed_on = tuple(await history.changed_within(unit.id, period.start, last))
        line = tuple(await history.line_on(unit.id, tree_of)) if tree_of else line
    hidden, hidden_branches = False, frozenset[int]()
    if own is not None:
        hidden = unit.id not in own and await _is_hidden(summaries, unit, period, figures, tree_of)
        hidden_branches = small_branches(figures, seen=_seen(figures, frozenset(own)))
        if hidden:
            hidden_branches |= {cell.unit_id for cell in figures.branches if cell.entries} - frozenset(own)
    return UnitSummary(
        unit, line, period, as_of, figures, before, comparable, hidden, hidden_branches, tree_of, differs, changed_on
    )


async def _unit_then(history: UnitHistory, unit: Unit, day: date) -> Unit:
    """The unit with its name and parent of the day. Raises UserError when it did not stand then."""
    found = await history.unit_on(unit.id, day)
    if found is None:
        raise UserError(t("{unit} was not there on {date}.", unit=unit.name, date=day))
    return found


async def unit_months(
    summaries: Summaries, unit: Unit, months: Sequence[Period], *, own: Collection[int] | None
) -> tuple[MonthFigures, ...]:
    """The same figures month by month, each hidden by the same rule as the month's own summary."""
    found = []
    for month in months:
        figures = await _figures(summaries, unit.id, month.start, month.end)
        protected = own is not None and unit.id not in own
        hidden = protected and await _is_hidden(summaries, unit, month, figures)
        found.append(MonthFigures(month, figures, hidden))
    return tuple(found)


async def _figures(summaries: Summaries, unit_id: int, start: date, end: date, tree_of: date | None = None) -> Figures:
    figures = await summaries.figures(unit_id, start, end, tree_of=tree_of)
    if figures is None:
        raise UserError(t("This unit is no more."))
    return figures


async def _is_hidden(
    summaries: Summaries, unit: Unit, period: Period, figures: Figures, tree_of: date | None = None
) -> bool:
    """True for a small cell, and for the sibling that is hidden to protect one."""
    if 0 < figures.active_people < SMALL:
        return True
    if unit.parent_id is None or not figures.active_people:
        return False
    return unit.id in small_branches(await _figures(summaries, unit.parent_id, period.start, period.end, tree_of))


def small_branches(figures: Figures, seen: Collection[int] = ()) -> frozenset[int]:
    """Branches (the unit's own people are one too) that are small cells, and one more where only one is.

    A branch that the reader sees anyway (an officer of it) is not hidden, and cannot protect another either.
    """
    closed = (cell for cell in (*figures.branches, figures.direct) if cell.unit_id not in seen)
    cells = sorted((cell for cell in closed if cell.active_people), key=_size)
    small = [cell.unit_id for cell in cells if cell.active_people < SMALL]
    return frozenset(cell.unit_id for cell in cells[:2]) if len(small) == 1 else frozenset(small)


def _seen(figures: Figures, own: frozenset[int]) -> frozenset[int]:
    """The cells that this reader sees in any case: their own units.

    The unit's own people are hidden even from its officer where a small branch would be the total minus the rest.
    """
    small = any(0 < branch.active_people < SMALL for branch in figures.branches if branch.unit_id not in own)
    return own - {figures.direct.unit_id} if small else own


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
        "tree_of": summary.tree_of.isoformat() if summary.tree_of else "now",
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


async def figures(
    database: Database, code: str, period_text: str, moment: datetime | None = None, *, then: bool = False
) -> dict[str, Any]:
    """The figures of a unit by code for a period in words or as a key, in the tree now or at the period's end.

    Raises UserError when either is unknown.
    """
    changes = Changes()
    units, as_of = Units(database, changes), moment or now()
    unit = await (units.by_code_ever(code) if then else units.by_code(code))
    if unit is None:
        raise UserError(t("There is no unit with the code {code}.", code=code))
    period = parse_period(period_text, local(as_of).date())
    if period is None:
        raise UserError(t("I do not know the period “{text}”. Try for example 2026-10.", text=period_text))
    summaries, history = Summaries(database, changes), UnitHistory(database, changes)
    return as_json(await unit_summary(summaries, units, unit, period, as_of, own=None, history=history, then=then))
