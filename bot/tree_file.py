"""A whole reorganisation from a CSV file: all of its changes in one transaction, or none; dry run and undo as a whole.

Columns in any order: kind (open, rename, move, merge, split, close, or the Vietnamese words), code, to (the new parent,
or the unit merged into), name (of a rename or an opening), date, basis. A unit that is split stands in one row with
`to` holding the new codes and `name` the new names, both with "|" between them. Rows are made in the file's order.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.clock import local
from bot.errors import UserError
from bot.i18n import Joined, Minutes, Text, joined, t
from bot.language.fold import fold
from bot.language.periods import Period, month, previous
from bot.reports.period import name_of_period
from bot.summary_words import name_of
from bot.tree import refused_error
from bot.tree_plan import day_and_basis, new_units
from bot.tree_words import refusal
from bot.units_import import search_key
from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.summaries import Summaries
from storage.unit_changes import Change, Refused, UnitChanges
from storage.unit_history import UnitHistory
from storage.unit_rows import NewUnit
from storage.unit_transaction import Meanwhile, TreeTransaction, tree_transaction
from storage.unit_undo import UnitUndo
from storage.units import Units

MAX_BYTES = 10 * 1024 * 1024
SHOWN_ERRORS = 50
_BATCHES = 2**63
"""Numbers of files of changes are smaller than this."""
KIND_WORDS = {
    "open": ("open", "thanh lap", "mo", "lap moi"),
    "rename": ("rename", "doi ten"),
    "move": ("move", "chuyen", "dieu chuyen"),
    "merge": ("merge", "sap nhap", "hop nhat", "nhap"),
    "split": ("split", "tach", "chia tach"),
    "close": ("close", "ket thuc", "giai the", "cham dut"),
}
COLUMNS = {
    "kind": ("kind", "change", "thao tac", "loai", "viec"),
    "code": ("code", "unit", "ma", "ma don vi"),
    "to": ("to", "den", "ma moi", "vao", "cap tren", "ma cap tren"),
    "name": ("name", "ten", "ten moi"),
    "date": ("date", "day", "ngay", "hieu luc", "ngay hieu luc"),
    "basis": ("basis", "can cu", "van ban"),
}


@dataclass(slots=True)
class FileResult:
    """What a file of changes did (or would do); with errors nothing was done."""

    is_dry_run: bool
    period: Period
    made: int = 0
    batch_id: int = 0
    errors: list[tuple[int, Text]] = field(default_factory=list)
    totals: list[tuple[str, int, int]] = field(default_factory=list)
    """Each root now with its minutes of the period before and after."""
    waiting: int = 0
    """People who wait for another unit after the changes."""

    def text(self) -> Joined:
        """The outcome, the totals of the roots, and a line for each faulty row."""
        if self.errors:
            first = t("Nothing was changed: {count} rows have errors.", count=len(self.errors))
        elif self.is_dry_run:
            first = t("Dry run: {count} changes can be made. Nothing is changed yet.", count=self.made)
        else:
            first = t("{count} changes made. To undo all of them: units undo {batch}", count=self.made,
                      batch=str(self.batch_id))  # fmt: skip
        name = name_of_period(self.period)
        totals = [
            t("Total of {unit} · {period}: {before} before, {after} after.",
              unit=unit, period=name, before=Minutes(before), after=Minutes(after))
            for unit, before, after in self.totals
        ]  # fmt: skip
        faulty = [t("Row {row}: {reason}", row=str(row), reason=reason) for row, reason in self.errors[:SHOWN_ERRORS]]
        if self.errors:
            return joined([first, *faulty], "\n")
        waiting = [t("{count} people wait for another unit.", count=self.waiting)] if self.waiting else []
        return joined([first, *totals, *waiting], "\n")


async def change_from_file(
    database: Database, content: bytes, now: datetime, *, is_dry_run: bool, by_id: int | None = None
) -> FileResult:
    """Make the changes of a CSV file, all or none. Raises UserError when the file cannot be read."""
    rows = _rows(content)
    today = local(now).date()
    result = FileResult(is_dry_run, previous(month(today.year, today.month)), batch_id=new_id())
    try:
        async with tree_transaction(database) as inside:
            before = await _totals(inside, result.period)
            for number, row in rows:
                await _one(inside, number, row, result, now, today, by_id)
            after = await _totals(inside, result.period)
            result.totals = [(name, before.get(id, (name, 0))[1], minutes) for id, (name, minutes) in after.items()]
            result.waiting = await UnitHistory(inside, Changes()).count_waiting()
            if not result.errors and not is_dry_run:
                inside.keep()
    except Meanwhile:
        raise _meanwhile() from None
    return result


async def undo_file(database: Database, batch_id: int, now: datetime) -> int:
    """Take back all changes of one file, newest first; all or none. Returns how many. Raises UserError."""
    if not 0 < batch_id < _BATCHES:
        raise UserError(refusal("not_open", ""))
    undone = 0
    try:
        async with tree_transaction(database) as inside:
            for event_id in await UnitHistory(inside, Changes()).batch(batch_id):
                changes = Changes()
                await UnitUndo(inside, changes).undo(event_id, None, now, local(now).date())
                await inside.write(changes)
                undone += 1
            inside.keep()
    except Refused as refused:
        raise await refused_error(database, refused) from refused
    except Meanwhile:
        raise _meanwhile() from None
    if not undone:
        raise UserError(refusal("not_open", ""))
    return undone


def _meanwhile() -> UserError:
    return UserError(t("Someone else changed the tree at the same moment. Please try again."))


async def _one(
    inside: TreeTransaction, number: int, row: Mapping[str, str], result: FileResult, now: datetime, today: date,
    by_id: int | None,
) -> None:  # fmt: skip
    changes = Changes()
    try:
        change = await _change(Units(inside, changes), row, result.batch_id, by_id)
        await UnitChanges(inside, changes).make(change, now, today)
    except UserError as error:
        result.errors.append((number, error.text))
    except Refused as refused:
        result.errors.append((number, (await refused_error(inside, refused)).text))
    else:
        await inside.write(changes)
        result.made += 1


async def _change(units: Units, row: Mapping[str, str], batch_id: int, by_id: int | None) -> Change:
    """The change that one row describes. Raises UserError."""
    kind = next((kind for kind, words in KIND_WORDS.items() if fold(row["kind"]) in words), "")
    said = day_and_basis(row["date"])
    if not kind:
        raise UserError(t("“{kind}” is not a change. Changes: {kinds}.", kind=row["kind"], kinds=", ".join(KIND_WORDS)))
    if said is None:
        raise UserError(t("“{date}” is not a day. Please write it so: 01/07/2025.", date=row["date"]))
    base = Change(kind, said[0], basis=row["basis"], by_id=by_id, batch_id=batch_id)
    if kind == "open":
        parent_id = await _id(units, row["to"]) if row["to"] else None
        return replace(base, to_id=parent_id, new=_opened(row["code"], row["name"]))
    base = replace(base, unit_id=await _id(units, row["code"]))
    if kind == "rename":
        return replace(base, name=row["name"], search_key=search_key(row["name"], row["code"]))
    if kind == "split":
        return replace(base, new=_opened(row["to"], row["name"]))
    needs_to = kind == "merge" or (kind == "move" and row["to"])
    return replace(base, to_id=await _id(units, row["to"])) if needs_to else base


def _opened(codes: str, names: str) -> tuple[NewUnit, ...]:
    pairs = zip(codes.split("|"), names.split("|"), strict=False)
    found = new_units("\n".join(f"{code.strip()} {name.strip()}" for code, name in pairs))
    if isinstance(found, Text) or codes.count("|") != names.count("|"):
        raise UserError(t("The new codes and names do not match: as many codes as names, with | between them."))
    return tuple(NewUnit(code, name, search_key(name, code)) for code, name in found)


async def _id(units: Units, code: str) -> int:
    unit = await units.by_code_ever(code)
    if unit is None:
        raise UserError(t("There is no unit with the code {code}.", code=code))
    return unit.id


async def _totals(inside: TreeTransaction, period: Period) -> dict[int, tuple[str, int]]:
    """Minutes of each root of the tree now."""
    summaries, totals = Summaries(inside, Changes()), {}
    for root in await Units(inside, Changes()).roots():
        figures = await summaries.figures(root.id, period.start, period.end)
        totals[root.id] = (name_of(root), figures.minutes if figures else 0)
    return totals


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows by column name, each with its number in the file. Raises UserError."""
    if len(content) > MAX_BYTES:
        raise UserError(t("The file of changes is larger than {size} MB.", size=MAX_BYTES // 1024**2))
    try:
        text = content.decode("utf-8-sig")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise UserError(t("The file of changes cannot be read. Please save it as CSV UTF-8.")) from None
    header = [fold(cell.replace("_", " ")).strip() for cell in lines[0]] if lines else []
    places = {name: at for name, titles in COLUMNS.items() for at, cell in enumerate(header) if cell in titles}
    if not {"kind", "code", "date"} <= places.keys():
        raise UserError(t("The file of changes needs a header row with the columns kind, code, to, name, date, basis."))
    return [
        (number, {name: _cell(cells, places.get(name)) for name in COLUMNS})
        for number, cells in enumerate(lines[1:], 2)
        if any(cell.strip() for cell in cells)
    ]


def _cell(cells: list[str], at: int | None) -> str:
    return " ".join(cells[at].split()) if at is not None and at < len(cells) else ""
