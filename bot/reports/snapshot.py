"""The frozen figures of a submitted report: taken from the one query layer, and compared with the figures of now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import local
from bot.language.periods import Period
from bot.reports.unit import SMALL, as_json, unit_summary
from storage.changes import Changes
from storage.database import Database
from storage.summaries import Summaries
from storage.unit_history import UnitHistory
from storage.units import Unit, Units

COMPARED = ("entries", "minutes", "active_people", "members")


@dataclass(frozen=True, slots=True)
class Difference:
    """What has changed since a report was submitted; nothing changed where all of it is 0 and nobody is named."""

    entries: int
    minutes: int
    active_people: int
    members: int
    units: tuple[str, ...]
    """Names of the units right below (and of the unit itself, for its own people) whose figures changed."""

    @property
    def is_none(self) -> bool:
        """True when the figures are what they were."""
        return not (self.entries or self.minutes or self.active_people or self.members or self.units)

    @property
    def is_small(self) -> bool:
        """True when so few people stand behind the difference that it would give one of them away."""
        return 0 < abs(self.active_people) < SMALL or (not self.active_people and 0 < abs(self.entries) < SMALL)


async def snapshot(database: Database, unit: Unit, period: Period, as_of: datetime) -> dict[str, Any]:
    """The exact figures of a unit and period, in the tree of the period's last day once that has passed."""
    changes = Changes()
    summaries, units, history = Summaries(database, changes), Units(database, changes), UnitHistory(database, changes)
    then = period.end < local(as_of).date()
    found = await unit_summary(summaries, units, unit, period, as_of, own=None, history=history, then=then)
    return as_json(found)


def difference(before: dict[str, Any], now: dict[str, Any]) -> Difference:
    """What changed between two snapshots of one unit and period."""
    totals = {name: now[name] - before[name] for name in COMPARED}
    known = {one["code"]: one for one in before["children"]}
    named = [one["name"] for one in now["children"] if _figures(one) != _figures(known.pop(one["code"], None))]
    named += [one["name"] for one in known.values() if one["entries"] or one["members"]]
    if _figures(before["direct"]) != _figures(now["direct"]):
        named.append(now["direct"]["name"])
    return Difference(**totals, units=tuple(named))


def _figures(one: dict[str, Any] | None) -> tuple[int, ...]:
    return tuple(one[name] for name in COMPARED) if one else (0,) * len(COMPARED)
