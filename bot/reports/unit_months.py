"""A unit's figures month by month, as one reader may see them: beside the period's total none can be subtracted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.clock import local
from bot.language.periods import Period
from bot.reports.small_cells import Cells
from bot.reports.unit import UnitSummary, unit_figures
from storage.summaries import Figures, Summaries


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A unit's figures of one month; `hidden` when this reader may see neither them nor whether there are any."""

    period: Period
    figures: Figures
    hidden: bool


async def unit_months(
    summaries: Summaries, summary: UnitSummary, months: Sequence[Period], *, own: Collection[int]
) -> tuple[MonthFigures, ...]:
    """The months in the summary's tree, each hidden by the same rule as the month's own summary.

    Where the summary shows its total and one month of it alone is hidden, another month is hidden with it.
    """
    unit, tree_of, found = summary.unit, summary.tree_of, list[MonthFigures]()
    cells = Cells(summaries, own, local(summary.as_of).date())
    for month in months:
        figures = await unit_figures(summaries, unit.id, month.start, month.end, tree_of)
        hidden = figures.entries > 0 and await cells.hides(unit, figures, month, tree_of)
        found.append(MonthFigures(month, figures, hidden))
    return tuple(found) if summary.hidden else _covered(found, summary.period)


def _covered(months: Sequence[MonthFigures], whole: Period) -> tuple[MonthFigures, ...]:
    """One hidden month is the total minus the others: the smallest of these goes with it.

    Where no other has entries the total is that month, so that all are hidden, and which one has entries is not said.
    """
    inside = [one for one in months if one.period.start <= whole.end and whole.start <= one.period.end]
    if len([one for one in inside if one.hidden]) != 1:
        return tuple(months)
    others = [one for one in inside if one.figures.entries and not one.hidden]
    closed = [min(others, key=_size)] if others else inside
    return tuple(replace(one, hidden=True) if one in closed else one for one in months)


def _size(one: MonthFigures) -> tuple[int, int, str]:
    return one.figures.active_people, one.figures.minutes, one.period.key
