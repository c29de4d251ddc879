"""A fair table of the units right below one: per head, with a least size, small cells left out.

Hours per head are the hours of the period by the members of now; below a military root, where hours per head and the
total would give a head-count away, the share of people who logged stands in their place.
"""

from dataclasses import dataclass

from bot.reports.unit import SMALL, UnitSummary
from storage.summaries import Branch

LEAST_FOR_LEARNERS = 4
"""Units that a table for learners must rank: of fewer, naming the upper half would name the last one as well."""
MOST_FOR_LEARNERS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One unit's place; equal values share a place. `value` is minutes per head, or percent below a military root."""

    number: int
    unit: Branch
    value: int


@dataclass(frozen=True, slots=True)
class FairTable:
    """The places, best first, and how many units have none (fewer than five people, or hidden)."""

    summary: UnitSummary
    places: tuple[Place, ...]
    left_out: int

    def for_learners(self) -> tuple[Place, ...]:
        """The upper half, at most five; nothing where that would tell who is last."""
        if len(self.places) < LEAST_FOR_LEARNERS:
            return ()
        half = self.places[: min(len(self.places) // 2, MOST_FOR_LEARNERS)]
        # Whoever shares the value of a place that is left out is left out with it: no order among equals is made up.
        return tuple(place for place in half if place.value > self.places[len(half)].value)

    def of(self, unit_id: int) -> Place | None:
        """The place of one unit."""
        return next((place for place in self.places if place.unit.unit_id == unit_id), None)


def fair_table(summary: UnitSummary) -> FairTable:
    """The table of a summary, as its reader may see it."""
    branches = summary.figures.branches
    ranked = [one for one in branches if one.members >= SMALL and one.unit_id not in summary.hidden_branches]
    if summary.hidden:
        ranked = []
    values = sorted(((_value(summary, one), one) for one in ranked), key=lambda pair: (-pair[0], pair[1].name))
    places: list[Place] = []
    for number, (value, unit) in enumerate(values, 1):
        same = places and places[-1].value == value
        places.append(Place(places[-1].number if same else number, unit, value))
    return FairTable(summary, tuple(places), len(branches) - len(places))


def _value(summary: UnitSummary, one: Branch) -> int:
    if summary.is_military:
        present = one.active_people - one.former_people
        return (200 * present + one.members) // (2 * one.members)
    return (2 * one.minutes + one.members) // (2 * one.members)
