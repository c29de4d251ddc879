"""Import the tree of units from CSV or XLSX: good rows go in, each faulty row is named with its reason.

Columns in any order: code, name, parent code, kind. The same file again changes nothing; a new name renames the unit
from today on; a new parent is refused, unless the caller confirmed that units may move: then they move from today on.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.clock import local
from bot.errors import UserError
from bot.i18n import Joined, Text, joined, t, tn
from bot.language.fold import fold
from bot.secrecy import name_fault
from bot.tree_words import refusal
from bot.units_file import Row, read_rows
from storage.audit import COMMAND, OPERATOR, Audit
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.unit_changes import MAX_LEVELS, Change, Refused, UnitChanges
from storage.unit_transaction import Meanwhile, tree_transaction
from storage.units import MILITARY, SINCE_EVER, Unit, Units

SHOWN_ERRORS = 50


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row did not go in; `row` is its number in the file, as a spreadsheet shows it."""

    row: int
    code: str
    reason: Text


@dataclass(slots=True)
class ImportResult:
    """What an import did, in numbers of units, and which rows it refused."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    moved: int = 0
    errors: list[RowError] = field(default_factory=list)

    def summary(self) -> Text:
        """One sentence with the figures."""
        return t(
            "{new} new units, {changed} changed, {unchanged} as before; {faulty} rows with errors.",
            new=self.new,
            changed=self.changed,
            unchanged=self.unchanged,
            faulty=len(self.errors),
        )

    def text(self) -> Joined:
        """The figures, and a line for each faulty row (at most SHOWN_ERRORS, then how many more there are)."""
        moved = [tn("{count} unit moved.", "{count} units moved.", self.moved)] if self.moved else []
        lines = [
            t("Row {row}, {code}: {reason}.", row=str(one.row), code=one.code or "–", reason=one.reason)
            for one in self.errors[:SHOWN_ERRORS]
        ]
        more = len(self.errors) - SHOWN_ERRORS
        if more > 0:
            lines.append(tn("and {count} more row.", "and {count} more rows.", more))
        return joined([self.summary(), *moved, *lines], "\n")


async def import_units(
    database: Database, committer: Committer, content: bytes, name: str, now: datetime, *, may_move: bool = False
) -> ImportResult:
    """Import a file in one transaction. `name` is shown in errors. Raises UserError when the file cannot be read.

    With `may_move` units with another parent move from today on, each by an event of the tree's history.
    """
    rows, errors = await asyncio.to_thread(read_rows, content, name)
    changes = Changes()
    nouns = Units(database, changes)
    plan = _Plan([*await nouns.all(), *await nouns.ended()], errors, may_move=may_move)
    plan.sort_out(rows)
    result = plan.write(nouns, now)
    if result.new or result.changed:
        day = local(now).date()
        await _rename(UnitChanges(database, changes), plan.renamed, now, day)
        detail = {"new": result.new, "changed": result.changed}
        Audit(database, changes).record("units.imported", now, via=COMMAND, role=OPERATOR, detail=detail)
        outcome = await committer.commit(Commit(changes))
        if outcome is not Outcome.DONE:
            raise UserError(
                t("The units were changed by someone else at the same moment. Please import the file again.")
            )
    for row in plan.moved:
        await _move(database, row, result, now)
    return result


async def _rename(changes: UnitChanges, renamed: Mapping[int, Row], now: datetime, day: date) -> None:
    """One event for the whole import; its number also keeps two imports from adding to the same tree unseen."""
    rows = await changes.note("import", [], now, day)
    for unit_id, row in renamed.items():
        rows.rename(unit_id, row.name, search_key(row.name, row.code))
    rows.touch()


async def _move(database: Database, row: Row, result: ImportResult, now: datetime) -> None:
    day, changes = local(now).date(), Changes()
    try:
        async with tree_transaction(database) as inside:
            nouns = Units(inside, changes)
            unit, parent = await nouns.by_code_ever(row.code), await nouns.by_code_ever(row.parent)
            change = Change("move", day, unit.id if unit else None, parent.id if parent else None)
            await UnitChanges(inside, changes).make(change, now, day)
            detail = {"kind": "move", "by": "import"}
            Audit(database, changes).record("tree.changed", now, via=COMMAND, role=OPERATOR,
                                            unit_id=change.unit_id, detail=detail)  # fmt: skip
            await inside.write(changes)
            inside.keep()
    except Refused as refused:
        result.errors.append(RowError(row.number, row.code, refusal(refused.reason, row.code)))
    except Meanwhile:
        result.errors.append(RowError(row.number, row.code, t("the tree was changed at the same moment")))
    else:
        result.moved += 1


class _Plan:
    """Which rows are new, which change a unit, which are refused. Codes are compared in upper case."""

    def __init__(self, existing: Iterable[Unit], errors: Iterable[tuple[Row, Text]], *, may_move: bool = False) -> None:
        self.may_move = may_move
        self.moved: list[Row] = []
        self.renamed: dict[int, Row] = {}
        self.existing = {unit.code.upper(): unit for unit in existing}
        self.codes = {unit.id: code for code, unit in self.existing.items()}
        self.errors = [RowError(row.number, row.code, reason) for row, reason in errors]
        self.good: dict[str, Row] = {}
        self.levels: dict[str, int] = {}

    def sort_out(self, rows: Iterable[Row]) -> None:
        """Accept rows whose parent is accepted or exists; refuse the others with the reason."""
        first: dict[str, Row] = {}
        for row in rows:
            key = row.code.upper()
            if key in first:
                self._refuse(row, t("the code stands already in row {row}", row=str(first[key].number)))
            else:
                first[key] = row
        for key in first:
            self._settle(key, first)
        self.errors.sort(key=lambda error: error.row)

    def _settle(self, key: str, rows: Mapping[str, Row]) -> None:
        """Walk up to the nearest settled ancestor, then judge the rows on the way from the top down."""
        path: list[str] = []
        on_path: set[str] = set()
        here = key
        while here in rows and here not in self.good and here not in self.levels and here not in on_path:
            path.append(here)
            on_path.add(here)
            here = rows[here].parent.upper()
        circle = set(path[path.index(here) :]) if here in on_path else set()
        for one in reversed(path):
            self._judge(rows[one], one in circle)

    def _judge(self, row: Row, in_circle: bool) -> None:
        key, parent = row.code.upper(), row.parent.upper()
        level = self._level(parent) + 1
        known = self.existing.get(key)
        self.levels[key] = -1
        above = self.existing.get(parent)
        moves = known is not None and self.codes.get(known.parent_id or 0, "") != parent
        if in_circle:
            self._refuse(row, t("the parents form a circle"))
        elif known and known.valid_to is not None:
            self._refuse(row, t("the unit has ended"))
        elif above and above.valid_to is not None:
            self._refuse(row, t("the parent {code} has ended", code=row.parent))
        elif moves and not self.may_move:
            self._refuse(row, t("the unit has another parent now; this file may rename a unit, but not move it"))
        elif parent and level == 0:
            reason = t("the parent's row {code} has an error", code=row.parent)
            unknown = t("there is no unit with the parent's code {code}", code=row.parent)
            self._refuse(row, reason if parent in self.levels else unknown)
        elif self._is_secret(row) and (fault := name_fault(row.name)):
            self._refuse(row, fault)
        elif level > MAX_LEVELS:
            self._refuse(row, t("the tree would have more than {count} levels", count=MAX_LEVELS))
        else:
            self.levels[key] = level
            self.good[key] = row
            if moves:
                self.moved.append(row)

    def _is_secret(self, row: Row) -> bool:
        """True below a root in secrecy mode, also one of this file."""
        while (parent := self.good.get(row.parent.upper())) is not None:
            row = parent
        known = self.existing.get(row.code.upper()) or self.existing.get(row.parent.upper())
        if known is None:
            return row.kind == MILITARY
        return self.existing[self._line(known.code.upper())[-1]].is_secret

    def _level(self, key: str) -> int:
        """Level of a unit, 1 for a root; 0 above a root; -1 for a unit that is refused or unknown."""
        if not key:
            return 0
        if self.levels.get(key, -1) > 0:
            return self.levels[key]
        return len(self._line(key)) if key in self.existing else -1

    def _line(self, key: str) -> list[str]:
        """Codes from an existing unit up to its root."""
        line = [key]
        while (parent := self.existing[line[-1]].parent_id) is not None:
            line.append(self.codes[parent])
        return line

    def _refuse(self, row: Row, reason: Text) -> None:
        self.errors.append(RowError(row.number, row.code, reason))

    def write(self, units: Units, now: datetime) -> ImportResult:
        """Put the accepted rows into the changes, parents before children."""
        result = ImportResult(errors=self.errors)
        above = _Above({unit.id: unit.parent_id for unit in self.existing.values()})
        ids = {code: unit.id for code, unit in self.existing.items()}
        for key, row in sorted(self.good.items(), key=lambda item: (self.levels[item[0]], item[1].number)):
            if known := self.existing.get(key):
                self._update(units, known, row, result)
                continue
            ids[key] = new_id()
            parent_id = ids[row.parent.upper()] if row.parent else None
            since = self._since(row.parent.upper())
            units.add(_columns(row, ids[key], parent_id, now) | {"valid_from": since}, above.of(ids[key], parent_id))
            result.new += 1
        return result

    def _update(self, units: Units, known: Unit, row: Row, result: ImportResult) -> None:
        kind = row.kind if row.kind is not None else known.kind
        if (known.name, known.kind) == (row.name, kind):
            result.unchanged += 1
            return
        if known.name != row.name:
            self.renamed[known.id] = row
        if known.kind != kind:
            units.change(known.id, kind=kind)
        result.changed += 1

    def _since(self, parent: str) -> date:
        """The first day of a new unit: that of the nearest unit above that was here before, else ever."""
        while parent and parent not in self.existing:
            parent = self.good[parent].parent.upper()
        return self.existing[parent].valid_from if parent else SINCE_EVER


class _Above:
    """The ancestors of units, nearest first, also of units that this import adds."""

    def __init__(self, parents: dict[int, int | None]) -> None:
        self._parents = parents

    def of(self, id: int, parent_id: int | None) -> list[int]:
        """The ancestors of a new unit below `parent_id`."""
        self._parents[id] = parent_id
        line = []
        while parent_id is not None:
            line.append(parent_id)
            parent_id = self._parents[parent_id]
        return line


def _columns(row: Row, id: int, parent_id: int | None, now: datetime) -> dict[str, object]:
    return {
        "id": id,
        "code": row.code,
        "name": row.name,
        "search_key": search_key(row.name, row.code),
        "kind": row.kind or "",
        "parent_id": parent_id,
        "position": row.number,
        "created_at": now,
    }


def search_key(name: str, code: str) -> str:
    """What a person may type to find the unit: its name and code without diacritics and case."""
    return f"{fold(name)} {fold(code)}"
