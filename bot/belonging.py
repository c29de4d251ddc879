"""Which unit an entry counts in: that of its own day, whenever it is logged, and only if the person agreed to that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.consent import UNIT_TOTALS
from bot.turn import Turn
from storage.memberships import unit_of_day


@dataclass(frozen=True, slots=True)
class Place:
    """A unit's figures on a day: what a transfer that began earlier would change."""

    day: date | None
    unit_id: int | None


async def units_of_days(turn: Turn, days: Iterable[date]) -> dict[date, int | None]:
    """The unit of each day; None where the person belonged to none, or does not want to be counted."""
    wanted, person = set(days), turn.person
    if not person.agreed(UNIT_TOTALS):
        return dict.fromkeys(wanted)
    first = person.unit_from or turn.today
    if person.unit_id is not None and person.unit_to is None and all(first <= day <= turn.today for day in wanted):
        return dict.fromkeys(wanted, person.unit_id)
    stays = await turn.memberships.stays(person.id)
    return {day: unit_of_day(stays, day) for day in wanted}
