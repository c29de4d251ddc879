"""Small cells (the product's rule: fewer than 5 people): what a reader may not see, nor get by subtracting.

Whoever is not an officer of a unit itself sees neither how many of fewer than 5 people studied there nor for how long.
Three subtractions of figures that are shown would give such a cell away, and are closed:

- the unit's total minus the other branches: where one branch is hidden, the next smallest one is hidden too;
- a period minus its parts (a month minus its other weeks): where a part is small, another part of the same whole is
  hidden with it; of a running year, half or quarter the whole is hidden while its running month is small;
- the tree of a day minus the tree now: a cell in which fewer than 5 people differ is hidden in the tree of the day.

What remains open is written in `docs/decisions/0010-figures-that-cannot-be-subtracted.md`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.language.periods import PHASES, Period, half, month, phase, quarter, week, year
from storage.small_counts import WHOLE, Days
from storage.summaries import Branch, Figures, Part, Summaries
from storage.units import Unit

SMALL = 5
"""Fewer people than this are a small cell."""
LOOKED_INTO = 200
"""Cells of more people are not compared with other days: to look would cost more than there is to protect."""
REST = "rest"
"""Key of the part that stands for all areas, forms or courses of too few people together."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The days that a period could be subtracted from or by."""

    wholes: tuple[tuple[Days, ...], ...] = ()
    """For each whole that the period is part of: all its parts so far."""
    own: tuple[Days, ...] = ()
    """The parts that make up the period itself."""
    running: Days | None = None
    """The running month of a longer period."""
    beside: tuple[Days, ...] = ()
    """The finished months of its quarter."""

    @property
    def all(self) -> list[Days]:
        """Every stretch of days once."""
        found = [days for whole in self.wholes for days in whole]
        return list(dict.fromkeys([*found, *self.beside, *([self.running] if self.running else [])]))

    def gives_away(self, people: Callable[[Days], int]) -> bool:
        """True when the figure of the period, minus or taken from others, tells of too few people."""
        closed = {days for whole in self.wholes for days in _closed(whole, people)}
        if closed.intersection(self.own):
            return True
        if self.running is None or not _is_few(people(self.running)):
            return False
        # Where a finished month of the quarter is small all the same, two months are hidden, and nothing is left over.
        return not any(_is_few(people(days)) for days in self.beside)


def neighbours(period: Period, today: date) -> Neighbours:
    """What the figures of a period must be compared with."""
    if period.kind == "day":
        return _parts_of(_days_of(week(period.start), today), (period.start, period.end))
    if period.kind == "week":
        months = dict.fromkeys((_month(period.start), _month(period.end)))
        wholes = tuple(_weeks_of(one, today) for one in months)
        own = tuple((max(period.start, one.start), min(period.end, one.end)) for one in months)
        return Neighbours(wholes, own)
    if period.kind == "months":
        inside = _finished_and_running(period, today)
        return Neighbours(tuple((days,) for days in inside), tuple(inside))
    found = _parts_of(_siblings(period, today), (period.start, period.end))
    if period.kind == "month" or not period.start <= today < period.end:
        return found
    running = _month(today)
    beside = [one for one in _months_of(_quarter(today)) if one[1] < running.start]
    return Neighbours(found.wholes, found.own, (running.start, running.end), tuple(beside))


def _parts_of(whole: Sequence[Days], own: Days) -> Neighbours:
    return Neighbours((tuple(whole),), (own,))


def _month(day: date) -> Period:
    return month(day.year, day.month)


def _quarter(day: date) -> Period:
    return quarter(day.year, (day.month + 2) // 3)


def _months_of(period: Period) -> list[Days]:
    found, day = [], period.start
    while day <= period.end:
        one = _month(day)
        found.append((one.start, one.end))
        day = one.end + timedelta(days=1)
    return found


def _finished_and_running(period: Period, today: date) -> list[Days]:
    return [days for days in _months_of(period) if days[0] <= today]


def _days_of(period: Period, today: date) -> list[Days]:
    count = (min(period.end, today) - period.start).days + 1
    return [(day, day) for day in (period.start + timedelta(days=number) for number in range(count))]


def _weeks_of(whole: Period, today: date) -> tuple[Days, ...]:
    """The weeks of a month, clipped to it, that have begun."""
    found, day = [], whole.start
    while day <= min(whole.end, today):
        last = min(week(day).end, whole.end)
        found.append((day, last))
        day = last + timedelta(days=1)
    return tuple(found)


def _siblings(period: Period, today: date) -> list[Days]:
    """The finished periods of the same kind in the next longer one."""
    day = period.start
    match period.kind:
        case "month":
            found = _months_of(_quarter(day))
        case "quarter":
            number = (day.month + 5) // 6 * 2
            found = [(one.start, one.end) for one in (quarter(day.year, number - 1), quarter(day.year, number))]
        case "half":
            found = [(one.start, one.end) for one in (half(day.year, 1), half(day.year, 2))]
        case "year":
            spans = [phase(number) for number, (first, last) in enumerate(PHASES, 1) if first <= day.year <= last]
            years = range(spans[0].start.year, spans[0].end.year + 1) if spans else ()
            found = [(one.start, one.end) for one in map(year, years)]
        case _:
            found = []
    return [days for days in found if days[1] < today]


def _is_few(people: int) -> bool:
    return 0 < people < SMALL


def _closed(parts: Sequence[Days], people: Callable[[Days], int]) -> set[Days]:
    """The small parts, and with them the smallest of the others: what is left over is then of 5 people or more."""
    small = {days for days in parts if _is_few(people(days))}
    others = sorted((days for days in parts if people(days) >= SMALL), key=lambda days: (people(days), days))
    return small | set(others[:1]) if small else set()


@dataclass(slots=True)
class Cells:
    """What one reader may see of units' figures; `own` are the units whose officer the reader is."""

    summaries: Summaries
    own: Collection[int]
    today: date
    _known: dict[tuple[int, str, date | None], frozenset[int]] = field(default_factory=dict)

    async def closed(self, unit_id: int, figures: Figures, period: Period, tree_of: date | None) -> frozenset[int]:
        """The cells of a unit (its branches, its own people, WHOLE) that a subtraction would give away."""
        key = (unit_id, period.key, tree_of)
        if key not in self._known:
            found = await self._closed_by_days(unit_id, figures, period, tree_of)
            if tree_of is not None:
                moved = await self.summaries.people_who_moved(unit_id, period.start, period.end, tree_of)
                found |= {cell for cells, people in moved if _is_few(people) for cell in cells}
            self._known[key] = frozenset(found)
        return self._known[key]

    async def _closed_by_days(self, unit_id: int, figures: Figures, period: Period, tree_of: date | None) -> set[int]:
        near = neighbours(period, self.today)
        counts = {cell.unit_id: cell.active_people for cell in (*figures.branches, figures.direct)}
        counts[WHOLE] = figures.active_people
        cells = {cell for cell, people in counts.items() if people < LOOKED_INTO}
        people = await self.summaries.people_by_days(unit_id, near.all, cells - {WHOLE}, tree_of=tree_of)

        def gives_away(cell: int) -> bool:
            return near.gives_away(lambda days: people.get((days, cell), 0))

        return {cell for cell in cells if counts[cell] and gives_away(cell)}

    async def hides(self, unit: Unit, figures: Figures, period: Period, tree_of: date | None) -> bool:
        """True when the reader may not see the figures of this unit and all below it."""
        if not figures.active_people:
            # Of nothing no few people can be told; what was recognised there is shown beside it.
            return False
        if tree_of is not None and await self._differs_by_few(unit.id, period, tree_of):
            return True
        if unit.id in self.own:
            return False
        if figures.active_people < SMALL or WHOLE in await self.closed(unit.id, figures, period, tree_of):
            return True
        if unit.parent_id is None:
            return False
        above = await self.summaries.figures(unit.parent_id, period.start, period.end, tree_of=tree_of)
        if above is None:
            return False
        return unit.id in small_branches(above, also=await self.closed(unit.parent_id, above, period, tree_of))

    async def hides_before(
        self, unit: Unit, figures: Figures, before: Period, until: date, tree_of: date | None
    ) -> bool:
        """The same for the period before, counted until a day: also what is left of it after the day is not small."""
        if unit.id in self.own:
            return False
        if figures.active_people < SMALL or await self.hides(unit, figures, before, tree_of):
            return True
        if until >= before.end:
            return False
        rest = (until + timedelta(days=1), before.end)
        cells = {cell.unit_id for cell in (*figures.branches, figures.direct)}
        people = await self.summaries.people_by_days(unit.id, [rest], cells, tree_of=tree_of)
        return _is_few(people.get((rest, WHOLE), 0))

    async def _differs_by_few(self, unit_id: int, period: Period, day: date) -> bool:
        """Also the unit's own officer does not see who has left it or come to it since, where they are few."""
        moved = await self.summaries.people_who_moved(unit_id, period.start, period.end, day)
        return any(WHOLE in cells and _is_few(people) for cells, people in moved)

    async def branches(
        self, unit: Unit, figures: Figures, period: Period, tree_of: date | None, *, hidden: bool
    ) -> frozenset[int]:
        """The units right below (and the unit, for its own people) whose figures the reader may not see."""
        own = frozenset(self.own)
        closed = await self.closed(unit.id, figures, period, tree_of)
        found = small_branches(figures, seen=_seen(figures, own), also=closed)
        if hidden:
            found |= {cell.unit_id for cell in figures.branches if cell.entries} - own
        return found


def small_branches(figures: Figures, seen: Collection[int] = (), also: Collection[int] = ()) -> frozenset[int]:
    """Branches (the unit's own people are one too) that are small cells or among `also`, and one more where needed.

    Needed is one more where only one is hidden. A branch that the reader sees anyway (an officer of it) is not hidden,
    and cannot protect another either.
    """
    closed = (cell for cell in (*figures.branches, figures.direct) if cell.unit_id not in seen)
    cells = sorted((cell for cell in closed if cell.active_people), key=_size)
    small = [cell for cell in cells if cell.active_people < SMALL or cell.unit_id in also]
    if len(small) == 1:
        small += [cell for cell in cells if cell not in small][:1]
    return frozenset(cell.unit_id for cell in small)


def hidden_counts(
    counts: Mapping[int, int], own: Collection[int], itself: int, *, also: Collection[int] = ()
) -> frozenset[int]:
    """The same for other counts by cell (approved people, recognised titles) that a reader sees beside their total.

    `own` are the units that the reader is an officer of, `itself` the unit whose cells these are.
    """
    few = {cell for cell, count in counts.items() if 0 < count < SMALL or cell in also}
    seen = set(own) - set(also) - ({itself} if few - set(own) else set())
    closed = sorted((cell for cell, count in counts.items() if count and cell not in seen), key=counts.__getitem__)
    small = [cell for cell in closed if cell in few]
    if len(small) == 1:
        small += [cell for cell in closed if cell not in small][:1]
    return frozenset(small)


def _seen(figures: Figures, own: frozenset[int]) -> frozenset[int]:
    """The cells that this reader sees in any case: their own units.

    The unit's own people are hidden even from its officer where a small branch would be the total minus the rest.
    """
    small = any(0 < branch.active_people < SMALL for branch in figures.branches if branch.unit_id not in own)
    return own - {figures.direct.unit_id} if small else own


def _size(cell: Branch) -> tuple[int, int, int]:
    return cell.active_people, cell.minutes, cell.unit_id


def shown_parts(parts: Sequence[Part], *, protected: bool) -> tuple[Part, ...]:
    """Areas, forms or courses as a reader may see them: those of too few people stand together as REST.

    With them goes the smallest of the others, so that the rest is of 5 people or more; nothing where no other is.
    """
    few = [part for part in parts if part.people < SMALL]
    if not protected or not few:
        return tuple(parts)
    others = sorted((part for part in parts if part.people >= SMALL), key=lambda part: (part.people, part.minutes))
    if not others:
        return ()
    hidden = [*few, others[0]]
    sums = [sum(getattr(part, name) for part in hidden) for name in ("entries", "minutes", "completed")]
    rest = Part(REST, max(part.people for part in hidden), *sums)
    return (*(part for part in parts if part not in hidden), rest)
