"""Changing the tree of units: the rules behind the conversation, the dry run, and changes whose day has come.

A dry run makes the change in a transaction that is dropped, so what it shows is what will be. Hours are shown before
and after for the units that gain or lose; they are hidden when so few people stand behind a difference that it would
give one of them away (the product's rule of small cells, as in `bot/reports/unit.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary

from bot.clock import local
from bot.errors import UserError
from bot.i18n import Minutes, Text, t
from bot.language.periods import Period, month, previous
from bot.reports.period import name_of_period
from bot.reports.unit import SMALL
from bot.summary_words import name_of
from bot.tree_words import refusal
from bot.turn import Turn
from storage.changes import Changes
from storage.database import Database
from storage.memberships import begin_due
from storage.summaries import Figures, Summaries
from storage.unit_changes import Change, Refused, UnitChanges
from storage.unit_history import UnitHistory
from storage.unit_transaction import TreeTransaction, apply_due, tree_transaction
from storage.unit_undo import UnitUndo
from storage.units import Unit, Units

LOOK_EVERY = timedelta(minutes=1)
"""How often a question may look for changes whose day has come; the scheduler looks as well."""
_looked: WeakKeyDictionary[Database, datetime] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one unit's total; `after` is None for a unit that stands no more."""

    unit: Unit
    before: Figures
    after: Figures | None


def history_of(turn: Turn) -> UnitHistory:
    """The tree's history as a turn reads it."""
    return UnitHistory(turn.database, turn.changes)


async def plan(database: Database, changes: Changes, change: Change, now: datetime) -> int:
    """Plan a change for the turn's commit; returns the event. Raises UserError with the reason that refuses it."""
    try:
        return await UnitChanges(database, changes).make(change, now, local(now).date())
    except Refused as refused:
        raise await refused_error(database, refused) from refused


async def plan_undo(database: Database, changes: Changes, event_id: int, by_id: int, now: datetime) -> None:
    """Plan the undo of a change for the turn's commit. Raises UserError with the reason that refuses it."""
    try:
        await UnitUndo(database, changes).undo(event_id, by_id, now, local(now).date())
    except Refused as refused:
        raise await refused_error(database, refused) from refused


async def refused_error(database: Database, refused: Refused) -> UserError:
    """The refusal in words, with the name of the unit that it is about."""
    unit = await Units(database, Changes()).by_id(refused.unit_id) if refused.unit_id else None
    return UserError(refusal(refused.reason, name_of(unit) if unit else ""))


async def dry_run(database: Database, change: Change, now: datetime) -> list[Text]:
    """What the change would do to the totals of last month, in words. Raises UserError when it cannot be made."""
    today = local(now).date()
    period = previous(month(today.year, today.month))
    async with tree_transaction(database) as inside:
        nouns = Units(inside, Changes())
        concerned = [unit for id in await _concerned(nouns, change) if (unit := await nouns.by_id(id))]
        before = [await _figures(inside, unit, period) for unit in concerned]
        changes = Changes()
        try:
            await UnitChanges(inside, changes).make(change, now, max(today, change.effective))
        except Refused as refused:
            raise await refused_error(inside, refused) from refused
        await inside.write(changes)
        after = [await _figures(inside, unit, period) for unit in concerned]
    effects = [Effect(*one) for one in zip(concerned, (one for one in before if one), after, strict=True)]
    return effect_lines(effects, period)


async def _concerned(units: Units, change: Change) -> list[int]:
    """The units whose totals the change may touch, its own unit first."""
    unit = await units.by_id(change.unit_id) if change.unit_id else None
    above = [unit.parent_id] if unit and change.kind in ("move", "split", "close") else []
    found = [change.unit_id, *above, change.to_id]
    return list(dict.fromkeys(id for id in found if id is not None))


async def _figures(inside: TreeTransaction, unit: Unit, period: Period) -> Figures | None:
    return await Summaries(inside, Changes()).figures(unit.id, period.start, period.end)


def effect_lines(effects: list[Effect], period: Period) -> list[Text]:
    """One line for each unit: its total of the period before and after."""
    name = name_of_period(period)
    if _is_small(effects):
        return [t("The totals of {period} stay hidden: fewer than {count} people stand behind a difference.",
                  period=name, count=SMALL)]  # fmt: skip
    return [_effect(one, name) for one in effects]


def _is_small(effects: list[Effect]) -> bool:
    """True when a figure, or the difference between two, is of fewer people than may be shown."""
    for one in effects:
        counts = [one.before.active_people]
        if one.after is not None:
            counts += [one.after.active_people, abs(one.after.active_people - one.before.active_people)]
        if any(0 < count < SMALL for count in counts):
            return True
    return False


def _effect(effect: Effect, period: Text) -> Text:
    values = {"unit": name_of(effect.unit), "period": period, "before": Minutes(effect.before.minutes)}
    if effect.after is None:
        return t("Total of {unit} · {period}: {before} before; the unit ends.", **values)
    return t("Total of {unit} · {period}: {before} before, {after} after.",
             after=Minutes(effect.after.minutes), **values)  # fmt: skip


async def apply_due_changes(database: Database, now: datetime) -> int:
    """Apply the changes and transfers whose day has come (for the scheduler); returns how many."""
    _looked[database] = now
    day = local(now).date()
    return await apply_due(database, now, day) + await begin_due(database, now, day)


async def look_for_due_changes(database: Database, now: datetime) -> None:
    """The same before a question about the tree, at most once in LOOK_EVERY."""
    last = _looked.get(database)
    if last is None or not timedelta() <= now - last < LOOK_EVERY:
        await apply_due_changes(database, now)


def last_day_of(period: Period, today: date) -> date:
    """The day whose tree is "the tree then" of a period: its last one, or today while it runs."""
    return min(period.end, today)
