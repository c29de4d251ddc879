"""Read a file of units (CSV with any usual delimiter, or XLSX) into checked rows; no database, no tree."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.errors import UserError
from bot.i18n import Text, t
from bot.language.fold import fold

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_ROWS = 60_000
HEADER_WITHIN = 20
"""Rows among which the header is looked for: official sheets open with titles."""
MAX_COLUMNS = 60

CODE, NAME, PARENT, KIND = "code", "name", "parent", "kind"
HEADERS = {
    CODE: ("ma", "ma don vi", "ma dv", "code", "unit code"),
    NAME: ("ten", "ten don vi", "ten dv", "don vi", "name", "unit name", "unit"),
    PARENT: ("ma cap tren", "ma don vi cap tren", "ma cha", "ma don vi cha", "ma dv cap tren", "ma truc thuoc",
             "cap tren", "don vi cap tren", "truc thuoc", "parent", "parent code", "parent unit", "parent unit code"),
    KIND: ("loai", "loai don vi", "loai hinh", "khoi", "kind", "type", "unit type"),
}  # fmt: skip
LIMITS = {CODE: 64, NAME: 200, PARENT: 64, KIND: 40}
KINDS = {
    "military": ("military", "quan su", "quan doi", "luc luong vu trang"),
    "agency": ("agency", "co quan", "hanh chinh", "co quan nha nuoc"),
    "province": ("province", "dia phuong", "tinh"),
    "party": ("party", "dang", "to chuc dang"),
}
"""Words for the kinds of organisation that the program knows; any other kind is kept as it is written."""

UNIT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_BRACKETS = re.compile(r"\(.*?\)|\*")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is well formed by itself; `kind` is None when the file has no such column."""

    number: int
    code: str
    name: str
    parent: str
    kind: str | None


def read_rows(content: bytes, name: str) -> tuple[list[Row], list[tuple[Row, Text]]]:
    """Well-formed rows, and faulty rows with their reason. Raises UserError when the file as a whole is no use."""
    if len(content) > MAX_BYTES:
        raise UserError(t("The file {name} is larger than {size} MB.", name=name, size=MAX_BYTES // 1024**2))
    lines = table_lines(content, name)
    places: dict[str, int] = {}
    good: list[Row] = []
    faulty: list[tuple[Row, Text]] = []
    count = 0
    for number, cells in lines:
        if not any(cells):
            continue
        if not places:
            places = _header(cells)
            if not places and number >= HEADER_WITHIN:
                break
            continue
        count += 1
        if count > MAX_ROWS:
            raise UserError(t("The file {name} has more than {count} rows.", name=name, count=MAX_ROWS))
        row = _row(number, cells, places)
        reason = _fault(row, cells, places)
        if reason is None:
            good.append(row)
        else:
            faulty.append((row, reason))
    if not places:
        raise UserError(
            t("The file {name} has no header row with the columns code and name (and parent code, kind).", name=name)
        )
    return good, faulty


def table_lines(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of an XLSX or CSV file. Raises UserError when it cannot be read."""
    return _xlsx(content, name) if content.startswith(b"PK") else _csv(content, name)


def text_of(content: bytes) -> str:
    """The text of a CSV file. Raises UnicodeDecodeError."""
    return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")


def _csv(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError(t("The file {name} is an old .xls file. Please save it as .xlsx or as CSV UTF-8.", name=name))
    try:
        text = text_of(content)
    except UnicodeDecodeError:
        raise UserError(
            t("The file {name} is neither XLSX nor CSV in UTF-8. Please save it as CSV UTF-8.", name=name)
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error:
        raise UserError(
            t(
                "The file {name} cannot be read from row {row} on: is a quotation mark left open?",
                name=name,
                row=str(start),
            )
        ) from None


def delimiter_of(text: str) -> str:
    """The sign that the first lines use most between cells."""
    head = "\n".join(text.splitlines()[:HEADER_WITHIN])
    return max(",;\t", key=head.count)


def _xlsx(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    broken = UserError(t("The file {name} cannot be read as XLSX.", name=name))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise broken
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet: Any = book.active or book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong dimension, and openpyxl would believe it
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
            yield number, [_cell(cell) for cell in cells]
        book.close()
    except UserError:
        raise
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, AttributeError, SyntaxError,
            IndexError, TypeError, EOFError):  # fmt: skip
        # A hand-made or torn archive breaks openpyxl in all these ways; none of them is ours to tell apart.
        raise broken from None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def title_of(cell: str) -> str:
    """A column's title as it is compared: without marks, case, brackets and stars."""
    return " ".join(_BRACKETS.sub(" ", fold(cell.replace("_", " "))).split())


def _header(cells: Sequence[str]) -> dict[str, int]:
    """Column → position, when the row names at least the code and the name."""
    places: dict[str, int] = {}
    for position, cell in enumerate(cells):
        title = title_of(cell)
        for column, titles in HEADERS.items():
            if title in titles and column not in places:
                places[column] = position
    return places if {CODE, NAME} <= places.keys() else {}


def _value(cells: Sequence[str], places: dict[str, int], column: str) -> str:
    position = places.get(column)
    raw = cells[position] if position is not None and position < len(cells) else ""
    return unicodedata.normalize("NFC", raw)


def _row(number: int, cells: Sequence[str], places: dict[str, int]) -> Row:
    code, name, parent, kind = (_value(cells, places, column) for column in (CODE, NAME, PARENT, KIND))
    known = next((canonical for canonical, words in KINDS.items() if fold(kind) in words), kind)
    return Row(number, code, " ".join(name.split()), parent, known if KIND in places else None)


def _fault(row: Row, cells: Sequence[str], places: dict[str, int]) -> Text | None:
    """What is wrong with a row by itself."""
    values = {CODE: row.code, NAME: row.name, PARENT: row.parent, KIND: row.kind or ""}
    for value, missing in ((row.code, t("the code is missing")), (row.name, t("the name is missing"))):
        if not value:
            return missing
    if any(_has_control(_value(cells, places, column)) for column in places):
        return t("there are control characters in it")
    too_long = {CODE: t("the code"), NAME: t("the name"), PARENT: t("the parent's code"), KIND: t("the kind")}
    for column, value in values.items():
        if len(value) > LIMITS[column]:
            return t("{column} is longer than {count} characters", column=too_long[column], count=LIMITS[column])
    if not UNIT_CODE.fullmatch(row.code):
        return t("the code may hold only the letters A-Z without marks, digits and . _ - /")
    return None


def _has_control(value: str) -> bool:
    """True for signs that nobody sees; a line break inside a spreadsheet's cell is a blank to us."""
    hidden = {"Cc", "Cf", "Co", "Cs", "Cn"}
    return any(unicodedata.category(character) in hidden and character not in "\n\r\t" for character in value)
