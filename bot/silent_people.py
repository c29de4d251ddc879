"""Who of a unit's own members has not logged: aliases, for the officer of that very unit, of those who agreed to it."""

from dataclasses import dataclass

from bot.reports.unit import UnitSummary
from bot.turn import Turn
from storage.named_people import PeopleByName

MOST = 40
"""Aliases that one message lists."""


@dataclass(frozen=True, slots=True)
class SilentPeople:
    """What one reader may know; `more` when the list was cut."""

    is_own: bool
    aliases: tuple[str, ...] = ()
    more: bool = False


async def silent_people(turn: Turn, summary: UnitSummary) -> SilentPeople:
    """Nobody for whoever is not an officer of this very unit, and never where head-counts are hidden."""
    is_own = summary.unit.id in await turn.officer_units()
    if not is_own or summary.is_military:
        return SilentPeople(is_own)
    period = summary.period
    people = PeopleByName(turn.database, turn.changes)
    found = await people.silent(summary.unit.id, period.start, min(period.end, turn.today), MOST + 1)
    if found:
        turn.audit("people.read", unit_id=summary.unit.id, people=min(len(found), MOST))
    return SilentPeople(is_own, tuple(found[:MOST]), len(found) > MOST)
