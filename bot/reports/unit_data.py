"""What the files of a unit and period are made of: its summary, its months, and the people who may be named."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from bot.clock import local
from bot.i18n import Text
from bot.language.periods import Period, month, previous
from bot.reports.unit import SMALL, UnitSummary
from bot.reports.unit_months import MonthFigures, unit_months
from storage.changes import Changes
from storage.database import Database
from storage.named_people import NamedPeople, PeopleByName
from storage.summaries import Summaries


@dataclass(frozen=True, slots=True)
class UnitData:
    """All that the files of a unit and period show, as one reader may see it."""

    summary: UnitSummary
    months: tuple[MonthFigures, ...]
    """The months of the period that have begun; none for a week or a day."""
    people: NamedPeople
    areas: Mapping[str, Text]
    """What each area is called."""


async def unit_data(
    database: Database, changes: Changes, summary: UnitSummary, *, own: Collection[int], areas: Mapping[str, Text]
) -> UnitData:
    """Read the months and the people of a summary.

    People only for an officer, only in the tree now (they are listed where they belong), and never of a military root.
    """
    period = summary.period
    today = local(summary.as_of).date()
    figures = await unit_months(Summaries(database, changes), summary, months_of(period, today), own=own)
    people = NamedPeople()
    if own and not summary.is_military and not summary.hidden and summary.tree_of is None:
        hidden = summary.hidden_branches
        people = await PeopleByName(database, changes).below(
            summary.unit.id, period.start, period.end, own=set(own) - hidden, least=SMALL, hidden=hidden
        )
    return UnitData(summary, figures, people, areas)


async def year_of_months(
    summaries: Summaries, summary: UnitSummary, *, own: Collection[int]
) -> tuple[MonthFigures, ...]:
    """The twelve months that end with the period, or with this month while the period runs, in the summary's tree."""
    today = local(summary.as_of).date()
    last = min(summary.period.end, today)
    months = [month(last.year, last.month)]
    while len(months) < 12:
        months.insert(0, previous(months[0]))
    return await unit_months(summaries, summary, months, own=own)


def months_of(period: Period, today: date) -> list[Period]:
    """The calendar months inside a period that have begun by today."""
    if period.kind in ("day", "week"):
        return []
    found: list[Period] = []
    day = min(period.end, today)
    while day >= period.start:
        one = month(day.year, day.month)
        found.insert(0, one)
        day = previous(one).end
    return found
