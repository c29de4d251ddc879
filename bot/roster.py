"""Importing a roster: what each row would change, the officer's yes, personal codes, claiming a place, and the undo.

Rule: nothing is stored before the yes, and then all good rows in one transaction, none twice. A person is known again
by “Mã người” below the same root, else by alias within the unit; a row about a unit outside the scope is faulty.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.errors import UserError
from bot.i18n import Joined, Text, joined, t, tn
from bot.language.fold import fold
from bot.roster_file import Roster, RosterRow, read_roster
from storage.changes import Changes
from storage.database import Database
from storage.join_codes import new_code
from storage.rosters import Entry, Listed, Place, Rosters

FAULTS_SHOWN = 8


@dataclass(slots=True)
class Plan:
    """What a roster would do."""

    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    recognised: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    faults: dict[int, Text] = field(default_factory=dict)

    @property
    def does_nothing(self) -> bool:
        """True when every good row is as it says already."""
        return not (self.new or self.changed or self.recognised)

    def summary(self) -> Text:
        """One sentence with the figures."""
        return t(
            "{new} new people, {changed} changed, {unchanged} as before; {faulty} rows with errors.",
            new=len(self.new),
            changed=len(self.changed) + len(self.recognised),
            unchanged=self.unchanged,
            faulty=len(self.faults),
        )

    def fault_lines(self) -> list[Text]:
        """The first faults, and how many more there are."""
        shown = sorted(self.faults.items())[:FAULTS_SHOWN]
        lines = [t("Row {row}: {reason}.", row=str(row), reason=reason) for row, reason in shown]
        more = len(self.faults) - len(shown)
        return [*lines, tn("and {count} more row.", "and {count} more rows.", more)] if more else lines


async def read(content: bytes, name: str) -> Roster:
    """A file's rows, read beside the loop. Raises UserError."""
    return await asyncio.to_thread(read_roster, content, name)


def refused_line(roster: Roster) -> Text | None:
    """Which columns were refused, and that nothing of them is kept."""
    if not roster.refused:
        return None
    return t("Not read and not kept: {columns}. Such data must not be in the bot.",
             columns=joined([f"“{title}”" for title in roster.refused.values()], ", "))  # fmt: skip


async def plan(
    database: Database, rows: Iterable[RosterRow], faults: dict[int, Text], below: Sequence[int] | None
) -> Plan:
    """What the rows would do, for somebody who answers for the units `below` and all below them (None: all)."""
    rows = list(rows)
    rosters = Rosters(database, Changes())
    places = await rosters.places(below)
    named = {row.unit.upper() for row in rows}
    roots = {place.root_id for code, place in places.items() if code in named}
    listed = await rosters.listed(roots)
    members = await rosters.members({places[code].unit_id for code in named if code in places})
    return await asyncio.to_thread(_Planner(places, listed, members).plan, rows, dict(faults))


class _Planner:
    """Compares rows with who is there."""

    def __init__(
        self, places: dict[str, Place], listed: Sequence[Listed], members: Sequence[tuple[int, str, int]]
    ) -> None:
        self._places = places
        self._inside = {place.unit_id for place in places.values()}
        self._by_key = {(one.root_id, one.key.upper()): one for one in listed if one.key}
        self._by_alias: dict[tuple[int | None, str], list[Listed]] = {}
        for one in listed:
            self._by_alias.setdefault((one.unit_id, fold(one.alias)), []).append(one)
        self._members: dict[tuple[int, str], list[int]] = {}
        for person, alias, unit in members:
            self._members.setdefault((unit, fold(alias)), []).append(person)
        self._keys: dict[tuple[int, str], int] = {}
        self._aliases: dict[tuple[int, str], int] = {}
        self._used: set[int] = set()

    def plan(self, rows: Sequence[RosterRow], faults: dict[int, Text]) -> Plan:
        """Sort every row; one with a key goes before those without, so that it finds its person first."""
        found = Plan(faults=faults)
        for row in sorted(rows, key=lambda one: (not one.key, one.number)):
            place = self._places.get(row.unit.upper())
            if place is None:
                faults[row.number] = t("there is no unit with the code {code} in your care", code=row.unit)
            elif reason := self._again(row, place):
                faults[row.number] = reason
            else:
                self._sort(row, place, found)
        return found

    def _again(self, row: RosterRow, place: Place) -> Text | None:
        """The reason when an earlier row of the file is about the same person."""
        if row.key:
            first = self._keys.setdefault((place.root_id, row.key.upper()), row.number)
            same = t("“Mã người” {key} stands already in row {row}", key=row.key, row=str(first))
            return same if first != row.number else None
        first = self._aliases.setdefault((place.unit_id, fold(row.alias)), row.number)
        if first != row.number:
            return t("the alias stands already in row {row} for this unit; add “Mã người”", row=str(first))
        return None

    def _sort(self, row: RosterRow, place: Place, found: Plan) -> None:
        entry = Entry(row.alias, row.category, row.key, place)
        alias = (place.unit_id, fold(row.alias))
        known = self._by_key.get((place.root_id, row.key.upper())) if row.key else None
        if known is None:
            same = [one for one in self._by_alias.get(alias, []) if one.id not in self._used]
            same = [one for one in same if not (row.key and one.key)]
            if len(same) > 1:
                found.faults[row.number] = t("several people of this unit have the alias; add “Mã người”")
                return
            known = same[0] if same else None
        if known is not None:
            self._compare(row, replace(entry, listed=known), known, found)
            return
        members = self._members.get(alias, [])
        if len(members) > 1 and row.key:
            found.faults[row.number] = t("several members of this unit have the alias already")
        elif members and row.key:
            self._members[alias] = []
            found.recognised.append(replace(entry, member=members[0]))
        elif members:
            found.unchanged += 1
        else:
            found.new.append(replace(entry, code=new_code()))

    def _compare(self, row: RosterRow, entry: Entry, known: Listed, found: Plan) -> None:
        if known.unit_id is not None and known.unit_id not in self._inside:
            found.faults[row.number] = t("“Mã người” {key} is in use in a unit outside of your care", key=row.key)
            return
        self._used.add(known.id)
        other = known.unit_id != entry.place.unit_id or bool(row.key and row.key != known.key)
        if not known.claimed:
            other |= row.alias != known.alias or bool(row.category and row.category != known.category)
        if other:
            found.changed.append(entry)
        else:
            found.unchanged += 1


def write(database: Database, changes: Changes, found: Plan, by: int | None, now: datetime, today: date) -> list[int]:
    """Put the plan into the changes; returns the people with an account whom it moved."""
    rosters = Rosters(database, changes)
    for entry in found.new:
        rosters.add(entry, by, now, today)
    for entry in found.recognised:
        rosters.recognise(entry, now)
    rosters.change(found.changed, by, now, today)
    moved = [one.listed for one in found.changed if one.listed and one.listed.unit_id != one.place.unit_id]
    return [one.person_id for one in moved if one.claimed]


def codes_of(found: Plan) -> list[tuple[str, Place, str]]:
    """Alias, unit and personal code of the new people, by unit."""
    rows = [(one.alias, one.place, one.code) for one in found.new]
    return sorted(rows, key=lambda row: (row[1].code, row[0]))


def lines_of(roster: Roster | None, found: Plan) -> Joined:
    """Figures, refused columns and faults."""
    refused = refused_line(roster) if roster else None
    return joined([found.summary(), *([refused] if refused else []), *found.fault_lines()], "\n")


def rows_kept(rows: Sequence[Sequence[object]]) -> list[RosterRow]:
    """Rows as they were kept between preview and yes. Raises UserError for what nobody here kept."""
    try:
        return [RosterRow(int(str(row[0])), *(str(cell) for cell in row[1:])) for row in rows]
    except (TypeError, ValueError) as error:
        raise UserError(t("This file cannot be imported any more. Please send it again.")) from error
