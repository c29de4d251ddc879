"""The summary that a person asked for by a button or an address: their scope, the unit of now, the tree then or now."""

from datetime import timedelta

from bot.errors import UserError
from bot.i18n import t
from bot.language.periods import Period, months
from bot.reports.unit import UnitSummary, unit_summary
from bot.routes import dead_button
from bot.turn import Turn
from storage.unit_history import UnitHistory

NOW, THEN = "now", "then"
"""Whose tree: that of today, or that of the period's last day."""


async def read_summary(turn: Turn, unit_id: int, period: Period, tree: str = NOW) -> UnitSummary:
    """The one object that every output shows, after the check that this person may see this unit now.

    A unit that has ended is shown as the one that it is part of, or by the tree then. Raises UserError, NotAllowed.
    """
    await turn.must_cover(unit_id)
    unit = await turn.units.by_id(unit_id)
    if unit is None or tree not in (NOW, THEN):
        raise dead_button()
    if period.start > turn.today:
        raise UserError(t("This period has not begun yet. Please choose an earlier one."))
    own, history = await turn.officer_units(), UnitHistory(turn.database, turn.changes)
    if unit.valid_to is not None and tree == NOW:
        unit = await history.successor(unit_id) or unit
        await turn.must_cover(unit.id)
    return await unit_summary(
        turn.summaries, turn.units, unit, period, turn.now, own=own, history=history, then=tree == THEN
    )


def tree_words(summary: UnitSummary) -> tuple[str, ...]:
    """What a button carries to stay in the same tree."""
    return () if summary.tree_of is None else (THEN,)


def segments(summary: UnitSummary) -> tuple[Period, ...]:
    """The parts of a period before and from the newest change of the tree inside it, each of whole months.

    Without a change, or with one in the middle of a month, there are none: days would tell of too few people.
    """
    period = summary.period
    if not summary.changed_on or period.kind in ("day", "week"):
        return ()
    change = summary.changed_on[-1]
    if change.day != 1 or change <= period.start:
        return ()
    return (months(period.start, change - timedelta(days=1)), months(change, period.end))
