"""Locked periods: entries upon which a report stands are neither added nor changed; the reason, and whom to ask."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from bot.belonging import units_of_days
from bot.errors import UserError
from bot.i18n import Text, t
from bot.reports.deadlines import holding, is_frozen, is_unlocked, locking
from bot.reports.period import name_of_period
from bot.turn import Turn
from storage.periods import Periods

OLDEST_DAYS = 31
"""Older days are reported by then: they are added or moved only where an officer above has opened their period."""


class Dated(Protocol):
    """An entry, saved or not yet; a saved one also knows the unit in which it counts."""

    @property
    def day(self) -> date | None:
        """The day of study."""


async def check_locked(turn: Turn, entries: Iterable[Dated]) -> None:
    """Refuse to add or change entries of a locked period; what counts in no unit is never locked.

    Raises UserError with the reason and whom to ask. This month is never locked, so most entries cost nothing.
    """
    first = turn.today.replace(day=1)
    late = [(one.day, one) for one in entries if one.day and one.day < first]
    if not late:
        return
    new = await units_of_days(turn, [day for day, _ in late])
    where = {(day, getattr(one, "unit_id", new[day])) for day, one in late}
    for day, unit_id in sorted((day, unit_id) for day, unit_id in where if unit_id):
        await _check(turn, day, unit_id)


async def check_age(turn: Turn, entry: Dated) -> None:
    """Days older than OLDEST_DAYS belong to an officer, who may open their period. Raises UserError."""
    day = entry.day
    if day is None or (turn.today - day).days <= OLDEST_DAYS:
        return
    unit_id = getattr(entry, "unit_id", None) or (await units_of_days(turn, [day]))[day]
    if unit_id is not None:
        periods = Periods(turn.database, turn.changes)
        if is_unlocked(day, turn.today, await periods.exceptions(await periods.above(unit_id))):
            return
    raise UserError(
        t(
            "Nothing was saved: {day} is more than {days} days ago. For older days please ask the officer of "
            "{your_unit}.",
            day=day,
            days=OLDEST_DAYS,
            your_unit=turn.person.unit_name or t("your unit"),
        )
    )


async def _check(turn: Turn, day: date, unit_id: int) -> None:
    if any(is_frozen(period) for period in holding(day) if period.kind == "phase"):
        raise UserError(
            t("{day} lies in phase 1 (2023-2025), which is closed: its entries can be read, not changed.", day=day)
        )
    periods = Periods(turn.database, turn.changes)
    line = await periods.above(unit_id)
    if not line:
        return
    locked = locking(day, turn.today, await periods.settings(line[-1]))
    if locked is None or is_unlocked(day, turn.today, await periods.exceptions(line)):
        return
    raise UserError(
        t(
            "Nothing was changed: entries of {period} have been locked since {date}, because its report stands on "
            "them. If {day} is wrong, please ask {whom}: an officer above can open it for a while.",
            period=name_of_period(locked.period),
            date=locked.lock,
            day=day,
            whom=await _whom(turn, line),
        )
    )


async def _whom(turn: Turn, line: Sequence[int]) -> Text:
    """Who can open a locked period: an officer of the unit above; at the top the admin."""
    above = await turn.units.by_id(line[1]) if len(line) > 1 else None
    return t("the officer of {unit}", unit=above.name) if above else t("the admin")


