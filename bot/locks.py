"""Locked periods: entries upon which a report stands are neither added nor changed; the reason, and whom to ask."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from bot import consent
from bot.errors import UserError
from bot.i18n import Text, t
from bot.periods import store
from bot.reports.deadlines import holding, is_frozen, is_unlocked, locking
from bot.reports.period import name_of_period
from bot.turn import Turn


class Dated(Protocol):
    """An entry, saved or not yet; a saved one also knows the unit in which it counts."""

    @property
    def day(self) -> date | None:
        """The day of study."""


def counting_unit(turn: Turn) -> int | None:
    """The unit in whose figures a new entry of the person counts; None for none."""
    return turn.person.unit_id if turn.person.agreed(consent.UNIT_TOTALS) else None


async def check_locked(turn: Turn, entries: Iterable[Dated]) -> None:
    """Refuse to add or change entries of a locked period; what counts in no unit is never locked.

    Raises UserError with the reason and whom to ask. This month is never locked, so most entries cost nothing.
    """
    first, new = turn.today.replace(day=1), counting_unit(turn)
    where = {(one.day, getattr(one, "unit_id", new)) for one in entries}
    for day, unit_id in sorted((day, unit_id) for day, unit_id in where if day and unit_id and day < first):
        await _check(turn, day, unit_id)


async def _check(turn: Turn, day: date, unit_id: int) -> None:
    if any(is_frozen(period) for period in holding(day) if period.kind == "phase"):
        raise UserError(
            t("{day} lies in phase 1 (2023-2025), which is closed: its entries can be read, not changed.", day=day)
        )
    periods = store(turn)
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


