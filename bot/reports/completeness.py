"""The completeness board: who must report for a period and below a unit, who has, on time or late, and who has not.

One object for chat, desk, command line and workbook. Whoever is not in the expected set counts nowhere, and each unit
of it counts once: completeness never exceeds 100 %. A returned or withdrawn report is missing until it comes again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from bot.clock import local
from bot.errors import UserError
from bot.i18n import t
from bot.language.periods import Period, parse_period
from bot.reports.deadlines import KINDS, Deadline, deadline_of, is_frozen, on_time_until
from storage.changes import Changes
from storage.database import Database
from storage.periods import Expected, PeriodException, Periods
from storage.submissions import RETURNED, ZERO, Submission, Submissions
from storage.unit_history import UnitHistory
from storage.units import Unit, Units

MOST_NAMED = 5_000
"""Units that are asked for by their keys; for more, a whole period is read."""
NOT_DUE, OVERDUE = "not due yet", "overdue"


@dataclass(slots=True)
class Count:
    """How many units of some set have reported; missing = expected - reported, on time + late = reported."""

    expected: int = 0
    reported: int = 0
    on_time: int = 0
    late: int = 0
    zero: int = 0
    returned: int = 0

    @property
    def missing(self) -> int:
        """Units without a report that stands."""
        return self.expected - self.reported

    def add(self, line: "Line") -> None:
        """Count one unit."""
        self.expected += 1
        self.reported += line.reported
        self.on_time += line.reported and not line.late
        self.late += line.late
        self.zero += line.zero
        self.returned += line.returned


@dataclass(slots=True)
class Line:
    """One unit on the board: its own report, and how far the units below it are."""

    unit_id: int
    code: str
    name: str
    on_time_until: date
    submission: Submission | None
    below: Count = field(default_factory=Count)

    @property
    def reported(self) -> bool:
        """True when a report of the unit stands."""
        return self.submission is not None and self.submission.stands

    @property
    def zero(self) -> bool:
        """True when the report says that there was nothing to report."""
        return self.submission is not None and self.submission.stands and self.submission.kind == ZERO

    @property
    def returned(self) -> bool:
        """True when the newest report was returned."""
        return self.submission is not None and self.submission.state == RETURNED

    @property
    def late(self) -> bool:
        """True when the report that stands came after the last day on time."""
        if self.submission is None or not self.submission.stands:
            return False
        return self.submission.on_day > max(self.submission.due, self.on_time_until)

    def state(self, today: date) -> str:
        """One word: zero, reported, returned, overdue or not due yet; with " late" where it came late."""
        if self.reported:
            return ("zero" if self.zero else "reported") + (" late" if self.late else "")
        if self.returned:
            return "returned"
        return OVERDUE if today > self.on_time_until else NOT_DUE


def due_of(line: Line, deadline: Deadline) -> date:
    """The deadline that is told to a unit: the root's, or the later one of an exception."""
    return line.on_time_until if line.on_time_until > deadline.on_time else deadline.due


@dataclass(frozen=True, slots=True)
class Board:
    """The units below one unit, for one period."""

    unit: Unit
    deadline: Deadline
    as_of: datetime
    is_final: bool
    """True once the expected set is frozen; before the period's end the tree of today stands for it."""
    own: Line | None
    """The unit's own report; None when it was not among those that must report."""
    lines: tuple[Line, ...]
    """The units right below, in the tree's order."""
    own_children: Count
    subtree: Count
    """All units below, without the unit itself."""
    everyone: tuple[Line, ...]
    """Every unit below, parents before children."""
    above_id: int | None
    """The unit that the own report goes to."""

    @property
    def period(self) -> Period:
        """The period of the reports."""
        return self.deadline.period

    @property
    def today(self) -> date:
        """The day of the board."""
        return local(self.as_of).date()

    @property
    def missing(self) -> tuple[Line, ...]:
        """Every unit below without a report that stands."""
        return tuple(line for line in self.everyone if not line.reported)

    @property
    def waiting_for(self) -> tuple[Line, ...]:
        """The units right below whose reports are missing: they come before the unit's own one."""
        return tuple(line for line in self.lines if not line.reported)


async def board(database: Database, unit: Unit, period: Period, as_of: datetime) -> Board:
    """The board of a unit and a period. Raises UserError for periods without reports."""
    if period.kind not in KINDS:
        raise UserError(t("Reports are for a month, a quarter, a half-year, a year or a phase."))
    periods, today = Periods(database, Changes()), local(as_of).date()
    day = min(period.end, today)
    if period.start > today:
        raise UserError(t("This period has not begun yet."))
    root = await periods.root_on(unit.id, day)
    deadline = deadline_of(period, await periods.settings(root) if root is not None else {})
    is_final = period.end < today
    expected: list[Expected] = []
    if root is not None and is_final:
        expected = await periods.expected(await periods.freeze(root, period.key, period.end, as_of), unit.id)
    elif root is not None:
        expected = await periods.expected_live(unit.id, day)
    known = await _known(database, expected, deadline, unit.id)
    # Whole armies take a second of arithmetic: chats go on meanwhile.
    make = partial(_board, unit, deadline, as_of, is_final, expected, known)
    return await asyncio.to_thread(make) if len(expected) > MOST_NAMED else make()


@dataclass(frozen=True, slots=True)
class _Known:
    """What has been read for a board: newest reports and exceptions by unit, and the exceptions of the units above."""

    newest: Mapping[int, Submission]
    given: Mapping[int, Sequence[PeriodException]]
    from_above: Sequence[PeriodException]


async def _known(database: Database, expected: Sequence[Expected], deadline: Deadline, top: int) -> _Known:
    key, ids = deadline.period.key, [one.unit_id for one in expected]
    newest = await Submissions(database, Changes()).newest(key, ids if len(ids) <= MOST_NAMED else None)
    periods = Periods(database, Changes())
    given: dict[int, list[PeriodException]] = {}
    for one in await periods.exceptions_of_period(key):
        given.setdefault(one.unit_id, []).append(one)
    above = [id for id in (await periods.above(top) if given else ()) if id != top]
    return _Known(newest, given, [one for id in above for one in given.get(id, ())])


def _lines(expected: Sequence[Expected], deadline: Deadline, known: _Known) -> dict[int, Line]:
    """A line for each expected unit, with its newest report and the last day on which it is on time."""
    until: dict[int, date] = {}
    lines: dict[int, Line] = {}
    first = on_time_until(deadline, known.from_above)
    for unit in expected:
        given = known.given.get(unit.unit_id)
        inherited = until.get(unit.parent_id or 0, first)
        until[unit.unit_id] = max(inherited, on_time_until(deadline, given)) if given else inherited
        version = known.newest.get(unit.unit_id)
        lines[unit.unit_id] = Line(unit.unit_id, unit.code, unit.name, until[unit.unit_id], version)
    return lines


def _board(
    unit: Unit,
    deadline: Deadline,
    as_of: datetime,
    is_final: bool,
    expected: Sequence[Expected],
    known: _Known,
) -> Board:
    lines = _lines(expected, deadline, known)
    parents = {one.unit_id: one.parent_id for one in expected}
    for one in expected:
        above = one.parent_id if one.unit_id != unit.id else None
        while above is not None and above in lines:
            lines[above].below.add(lines[one.unit_id])
            above = parents[above] if above != unit.id else None
    own = lines.get(unit.id)
    children = tuple(lines[one.unit_id] for one in expected if one.parent_id == unit.id and one.unit_id != unit.id)
    counted = Count()
    for line in children:
        counted.add(line)
    subtree = own.below if own is not None else Count()
    everyone = tuple(line for id, line in lines.items() if id != unit.id)
    return Board(unit, deadline, as_of, is_final, own, children, counted, subtree, everyone, parents.get(unit.id))


def line_as_json(line: Line, today: date) -> dict[str, Any]:
    """One unit for the command line."""
    version = line.submission
    return {
        "code": line.code,
        "name": line.name,
        "state": line.state(today),
        "zero": line.zero,
        "version": version.version if version else 0,
        "on_day": version.on_day.isoformat() if version and version.stands else None,
        "on_time_until": line.on_time_until.isoformat(),
        "below": count_as_json(line.below),
    }


def count_as_json(count: Count) -> dict[str, int]:
    """The counts for the command line."""
    return {
        "expected": count.expected,
        "reported": count.reported,
        "on_time": count.on_time,
        "late": count.late,
        "zero": count.zero,
        "missing": count.missing,
        "returned": count.returned,
    }


def as_json(found: Board) -> dict[str, Any]:
    """The whole board for the command line."""
    return {
        "unit": found.unit.code,
        "period": found.period.key,
        "deadline": found.deadline.due.isoformat(),
        "on_time_until": found.deadline.on_time.isoformat(),
        "lock": found.deadline.lock.isoformat(),
        "as_of": local(found.as_of).isoformat(timespec="seconds"),
        "frozen": found.is_final,
        "read_only": is_frozen(found.period),
        "own": line_as_json(found.own, found.today) if found.own else None,
        "children": count_as_json(found.own_children),
        "subtree": count_as_json(found.subtree),
        "units": [line_as_json(line, found.today) for line in found.lines],
        "missing": [line.code for line in found.missing],
    }


async def completeness(database: Database, code: str, period_text: str, moment: datetime) -> dict[str, Any]:
    """The board of a unit by code and a period in words, as JSON. Raises UserError when either is unknown."""
    unit = await Units(database, Changes()).by_code_ever(code)
    if unit is None:
        raise UserError(t("There is no unit with the code {code}.", code=code))
    period = parse_period(period_text, local(moment).date())
    if period is None:
        raise UserError(t("I do not know the period “{text}”. Try for example 2026-10.", text=period_text))
    named = await UnitHistory(database, Changes()).unit_on(unit.id, min(period.end, local(moment).date()))
    return as_json(await board(database, named or unit, period, moment))
