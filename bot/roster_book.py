"""Files that go out about a roster: the form, the same file with its faults, and the list of personal codes."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from xlsxwriter import Workbook

from bot.exports import FORMULA_SIGNS, XLSX, Sheets
from bot.i18n import Reader, Text, render, t
from bot.message import File
from bot.roster_file import CATEGORY_NAMES, MAX_ROWS, Roster
from bot.units_file import delimiter_of, text_of
from storage.join_codes import shown_code
from storage.rosters import Place

FAULT = "Lỗi"
CSV = "text/csv"
_RED = PatternFill("solid", start_color="FFF4CCCC", end_color="FFF4CCCC")
_HEADERS = ("Bí danh", "Mã đơn vị", "Đối tượng", "Mã người")
_MOST_UNITS = 20_000


def form(places: Iterable[Place], reader: Reader) -> File:
    """An empty form: headers, the list of groups and of the officer's units as choices, and how to fill it."""
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4"})
    text = book.add_format({"num_format": "@"})
    sheet, units, notes = (book.add_worksheet(name) for name in ("Danh sách", "Đơn vị", "Hướng dẫn"))
    for column, title in enumerate(_HEADERS):
        sheet.write_string(0, column, title, bold)
    sheet.set_column(0, len(_HEADERS) - 1, 28, text)
    sheet.freeze_panes(1, 0)
    known = sorted(places, key=lambda one: one.code)[:_MOST_UNITS]
    for column, title in enumerate(("Mã đơn vị", "Đơn vị")):
        units.write_string(0, column, title, bold)
    for row, place in enumerate(known, 1):
        units.write_string(row, 0, place.code)
        units.write_string(row, 1, place.name)
    units.set_column(0, 1, 32)
    if known:
        sheet.data_validation(1, 1, MAX_ROWS, 1, {"validate": "list", "source": f"='Đơn vị'!$A$2:$A${len(known) + 1}",
                                                  "error_type": "warning"})  # fmt: skip
    groups = [render(name, reader) for name in CATEGORY_NAMES.values()]
    sheet.data_validation(1, 2, MAX_ROWS, 2, {"validate": "list", "source": groups})
    for row, line in enumerate(_HOW):
        notes.write_string(row, 0, render(line, reader))
    notes.set_column(0, 0, 100)
    book.close()
    return File("mau-danh-sach.xlsx", XLSX, stream.getvalue())


_HOW = (
    t("One row for each person. “Bí danh” and “Mã đơn vị” must be filled; at most {count} rows.", count=MAX_ROWS),
    t("“Mã người” is a number of your own that stays with the person, also in another unit: it keeps the same person "
      "from being counted twice. It must be unique in the whole organisation."),
    t("Never enter phone numbers, identity numbers, dates of birth, ethnicity, religion or Party membership."),
    t("Send the file in the chat, or upload it at the desk. What would change is shown first; nothing is stored before "
      "your yes."),
)  # fmt: skip


def with_faults(content: bytes, name: str, roster: Roster, faults: Mapping[int, Text], reader: Reader) -> File:
    """The same file with a column “Lỗi”; columns and cells that may not be kept are empty, formulas are plain text."""
    reasons = {row: render(reason, reader) for row, reason in faults.items()}
    stem = name.rsplit(".", 1)[0][:80] or "danh-sach"
    if content.startswith(b"PK"):
        return File(f"{stem}-loi.xlsx", XLSX, _xlsx(content, roster, reasons))
    return File(f"{stem}-loi.csv", CSV, _csv(content, roster, reasons))


def _xlsx(content: bytes, roster: Roster, reasons: Mapping[int, str]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    sheet: Any = book.active or book.worksheets[0]
    for other in book.worksheets:
        # Other sheets were not read: nobody has looked whether they may be kept.
        if other is not sheet:
            book.remove(other)
    last = sheet.max_column
    old = next((at for at in range(1, last + 1) if sheet.cell(roster.header, at).value == FAULT), None)
    column = old or last + 1
    for cells in sheet.iter_rows(min_row=1, max_row=sheet.max_row, max_col=last):
        for cell in cells:
            _clean(cell, roster)
    title, beside = sheet.cell(roster.header, column), sheet.cell(roster.header, max(column - 1, 1))
    title.value = FAULT
    title._style = copy(beside._style)
    for row in range(roster.header + 1, sheet.max_row + 1):
        if old or row in reasons:
            sheet.cell(row, column).value = reasons.get(row)
        if row in reasons:
            sheet.cell(row, column).fill = _RED
    sheet.column_dimensions[title.column_letter].width = 60
    if not sheet.merged_cells.ranges:
        sheet.auto_filter.ref = f"A{roster.header}:{title.column_letter}{sheet.max_row}"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _clean(cell: Any, roster: Roster) -> None:
    if cell.value is None:
        return
    at = cell.column - 1
    if cell.row > roster.header and (at in roster.refused or at in roster.unsafe.get(cell.row, ())):
        cell.value = None
    elif cell.data_type == "f":
        cell.value = str(getattr(cell.value, "text", cell.value))
        cell.data_type = "s"
    cell.hyperlink = None


def _csv(content: bytes, roster: Roster, reasons: Mapping[int, str]) -> bytes:
    text = text_of(content)
    sign = delimiter_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=sign)
    start, width = 1, 0
    for cells in reader:
        number, start = start, reader.line_num + 1
        if number == roster.header:
            cells = [*(cells[:-1] if cells and cells[-1].strip() == FAULT else cells), FAULT]
            width = len(cells)
        elif width:
            row = [
                "" if at in roster.refused or at in roster.unsafe.get(number, ()) else cell
                for at, cell in enumerate(cells)
            ]
            cells = [*(row + [""] * width)[: width - 1], reasons.get(number, "")]
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in cells])
    return ("\ufeff" + stream.getvalue()).encode()


def code_list(people: Sequence[tuple[str, Place, str]], reader: Reader) -> File:
    """Alias, unit and personal code, to print, cut and hand out."""
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    header = (t("Alias"), t("Unit code"), t("Unit"), t("Personal code"), t("How"))
    rows = [
        (alias, place.code, place.name, shown_code(code), t("Send to Bạn Học: /nhanma {code}", code=shown_code(code)))
        for alias, place, code in people
    ]
    Sheets(book, reader).add(t("Personal codes"), header, rows)
    book.close()
    return File("ma-nhan.xlsx", XLSX, stream.getvalue())
