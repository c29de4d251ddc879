"""The summary of a unit over a period: one object that the chat, the command line and the files all show.

What a reader does not see in it is decided by `bot/reports/small_cells.py`.
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
from bot.reports.small_cells import SMALL as SMALL
from bot.reports.small_cells import Cells, shown_parts
from storage.changes import Changes
from storage.database import Database
from storage.goals import UnitGoal
from storage.recognitions import NOTHING_RECOGNISED, Recognised, RecognisedBelow
from storage.summaries import Branch, Figures, Part, Summaries
from storage.unit_history import UnitHistory
from storage.units import Unit, Units


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
    protected: bool = False
    """True for a reader who is not an officer of the unit itself."""
    goal: UnitGoal | None = None
    """Minutes a week that the unit (or one above) asks of each person now."""
    own: frozenset[int] | None = None
    """The units that the reader is an officer of; None for an operator."""
    recognised_below: RecognisedBelow = NOTHING_RECOGNISED
    """What decisions of the period recognised in the unit and below, by title or matter; also for each unit below."""

    @property
    def weekly_median(self) -> int:
        """The median of the active people's minutes, per week of the days that have passed."""
        last = min(self.period.end, local(self.as_of).date())
        days = max((last - self.period.start).days + 1, 1)
        return int(self.figures.median_minutes * 7 / days + 0.5)

    @property
    def areas(self) -> tuple[Part, ...]:
        """Areas as this reader may see them, those of too few people together; none where the unit is hidden."""
        return () if self.hidden else shown_parts(self.figures.by_area, protected=self.protected)

    @property
    def modes(self) -> tuple[Part, ...]:
        """Forms of study in the same way."""
        return () if self.hidden else shown_parts(self.figures.by_mode, protected=self.protected)

    @property
    def courses(self) -> tuple[Part, ...]:
        """Named courses in the same way; their names are free text, so that those of few people are not told."""
        if self.hidden:
            return ()
        return tuple(part for part in self.figures.by_course if not self.protected or part.people >= SMALL)

    @property
    def recognised(self) -> tuple[Recognised, ...]:
        """What was recognised in the unit and all below it; empty where nothing was entered."""
        return self.recognised_below.whole

    @property
    def recognised_shown(self) -> tuple[Recognised, ...]:
        """What was recognised as this reader may see it: no counts below a military root, none of too few."""
        if self.hidden or self.is_military:
            return ()
        return tuple(one for one in self.recognised if not self.protected or one.count >= SMALL)

    @property
    def is_military(self) -> bool:
        """True when the root is in secrecy mode: shares stand in place of head-counts."""
        return self.line[0].is_secret

    @property
    def missing(self) -> tuple[Branch, ...]:
        """Units right below without any entry."""
        return tuple(branch for branch in self.figures.branches if not branch.entries)


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
    figures = await unit_figures(summaries, unit.id, period.start, period.end, tree_of)
    differs, line = False, tuple(await units.ancestors(unit.id))
    changed_on: tuple[date, ...] = ()
    if history is not None:
        differs = await history.differs(unit.id, last)
        changed_on = tuple(await history.changed_within(unit.id, period.start, last))
        line = tuple(await history.line_on(unit.id, tree_of)) if tree_of else line
    cells = None if own is None else Cells(summaries, own, local(as_of).date())
    period_before, before = await _before(summaries, unit, period, local(as_of).date(), tree_of, cells)
    hidden, hidden_branches = False, frozenset[int]()
    if cells is not None:
        hidden = await cells.hides(unit, figures, period, tree_of)
        hidden_branches = await cells.branches(unit, figures, period, tree_of, hidden=hidden)
    return UnitSummary(
        unit, line, period, as_of, figures, period_before, before, hidden, hidden_branches, tree_of, differs,
        changed_on, protected=own is not None and unit.id not in own, goal=await summaries.goal(unit.id),
        own=None if own is None else frozenset(own),
        recognised_below=await summaries.recognised(unit.id, period.start, period.end, tree_of=tree_of),
    )  # fmt: skip


async def _before(
    summaries: Summaries, unit: Unit, period: Period, today: date, tree_of: date | None, cells: Cells | None
) -> tuple[Period | None, Figures | None]:
    """The period before and its figures, as far as the period can be compared with it and the reader may see them."""
    before = earlier(period)
    if before is None:
        return None, None
    until = comparable_end(period, before, today)
    figures = await unit_figures(summaries, unit.id, before.start, until, tree_of)
    if cells is not None and await cells.hides_before(unit, figures, before, until, tree_of):
        return before, None
    return before, figures


async def _unit_then(history: UnitHistory, unit: Unit, day: date) -> Unit:
    """The unit with its name and parent of the day. Raises UserError when it did not stand then."""
    found = await history.unit_on(unit.id, day)
    if found is None:
        raise UserError(t("{unit} was not there on {date}.", unit=unit.name, date=day))
    return found


async def unit_figures(
    summaries: Summaries, unit_id: int, start: date, end: date, tree_of: date | None = None
) -> Figures:
    """The figures of a unit that stands in this tree. Raises UserError when it does not."""
    figures = await summaries.figures(unit_id, start, end, tree_of=tree_of)
    if figures is None:
        raise UserError(t("This unit is no more."))
    return figures


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
        "modes": {part.key or "not_said": part.minutes for part in figures.by_mode},
        "courses": [_part_json(part) for part in figures.by_course],
        "approved": _part_json(figures.approved) if figures.approved else None,
        "recognised": [_recognised_json(one) for one in summary.recognised] or None,
        "before": _before_json(summary),
        "goal": _goal_json(summary),
        "direct": _branch_json(figures.direct),
        "children": [_branch_json(branch) for branch in figures.branches],
        "missing": [branch.code for branch in summary.missing],
    }


def _part_json(part: Part) -> dict[str, Any]:
    found = {"name": part.key} if part.key else {}
    return found | {
        "people": part.people,
        "entries": part.entries,
        "minutes": part.minutes,
        "completed": part.completed,
    }


def _recognised_json(one: Recognised) -> dict[str, Any]:
    decisions = [{"number": number, "date": day.isoformat()} for number, day in one.decisions]
    return {"title": one.title, "what": one.what, "count": one.count, "decisions": decisions}


def _goal_json(summary: UnitSummary) -> dict[str, Any] | None:
    goal = summary.goal
    if goal is None:
        return None
    return {"minutes_a_week": goal.minutes, "set_by_unit": goal.unit_name, "basis": goal.basis,
            "median_a_week": summary.weekly_median}  # fmt: skip


def _before_json(summary: UnitSummary) -> dict[str, Any] | None:
    before, period = summary.before, summary.period_before
    if before is None or period is None:
        return None
    return {"period": period.key, "minutes": before.minutes, "active_people": before.active_people}


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
