"""A unit's tables as a workbook with typed cells and as CSV, both safe from formulas that somebody put into a name."""

import csv
import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from bot.clock import local
from bot.i18n import Clock, Reader, render
from bot.reports.unit_approved import units_file_table
from bot.reports.unit_data import UnitData
from bot.reports.unit_parts import courses_table, more_rows
from bot.reports.unit_tables import (
    Cell,
    Figure,
    Month,
    Table,
    months_table,
    overview,
    people_table,
    words,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so must stay text in every program that opens the file."""
MAX_WIDTH = 60
_LOCALES = {"vi": "[$-42A]"}
"""Number formats carry the reader's locale, so that 1.236 is written so on every machine that follows it."""
_FORMS = {"count": "#,##0", "hours": "#,##0.0", "share": "0.00%", "percent": "0%"}
_BOM = "\ufeff"


def unit_workbook(data: UnitData, reader: Reader) -> bytes:
    """Overview, units, months, courses, and the people who may be named."""
    summary = data.summary
    tables = [
        overview(data, more_rows(data)),
        units_file_table(summary),
        months_table(data),
        courses_table(summary),
        people_table(data),
    ]
    return workbook([table for table in tables if table is not None and (table.rows or table is tables[0])], reader)


def workbook(tables: Sequence[Table], reader: Reader) -> bytes:
    """One sheet per table."""
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheets = _Sheets(book, reader)
    for table in tables:
        sheets.add(table)
    book.close()
    return stream.getvalue()


def as_csv(table: Table, reader: Reader) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheet programs need for Vietnamese; numbers without separators."""
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_plain(title, reader) for title in table.header])
    writer.writerows([[_plain(cell, reader) for cell in row] for row in table.rows])
    return (_BOM + stream.getvalue()).encode()


def unit_csv(data: UnitData, reader: Reader) -> bytes:
    """The units below as CSV, one a row; a unit with none below has the row of its own people."""
    return as_csv(units_file_table(data.summary), reader)


def _plain(cell: Cell, reader: Reader) -> str:
    if isinstance(cell, Figure):
        return str(int(cell.value)) if cell.form == "count" else str(cell.value)
    if isinstance(cell, Month):
        return f"{cell.first:%Y-%m}"
    if isinstance(cell, date):
        return cell.isoformat()
    text = render(cell, reader)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


class _Sheets:
    """Sheets with a bold frozen header, a filter, and cells that keep their type."""

    def __init__(self, book: Workbook, reader: Reader) -> None:
        self._book = book
        self._reader = reader
        tag = _LOCALES.get(reader.language, "")
        centred = {"align": "center", "valign": "vcenter"}
        self._header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, **centred})
        self._forms = {form: book.add_format({"num_format": tag + shape}) for form, shape in _FORMS.items()}
        self._day = book.add_format({"num_format": "dd/mm/yyyy", "align": "right"})
        self._month = book.add_format({"num_format": "mm/yyyy", "align": "right"})
        self._moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm", "align": "right"})
        words_left = {"text_wrap": True, "align": "left", "valign": "top", "indent": 1}
        self._text = book.add_format(words_left)
        self._quoted = book.add_format({"quote_prefix": True, **words_left})

    def add(self, table: Table) -> None:
        """One sheet."""
        sheet = self._book.add_worksheet(_sheet_name(render(table.name, self._reader)))
        titles = [render(title, self._reader) for title in table.header]
        widths = [min(len(title) + 4, 18) for title in titles]
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, self._header)
        for number, row in enumerate(table.rows, 1):
            for column, cell in enumerate(row):
                widths[column] = min(max(widths[column], self._write(sheet, number, column, cell)), MAX_WIDTH)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table.rows), 1), len(titles) - 1)
        _for_printing(sheet)

    def _write(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> int:
        """Write one cell by its type; returns the width that it wants, in characters."""
        if cell is None:
            return 0
        if isinstance(cell, Figure):
            sheet.write_number(row, column, cell.value, self._forms[cell.form])
        elif isinstance(cell, Month):
            sheet.write_datetime(row, column, cell.first, self._month)
        elif isinstance(cell, Clock):
            sheet.write_datetime(row, column, local(cell.moment).replace(tzinfo=None), self._moment)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, self._day)
        else:
            text = render(cell, self._reader)
            sheet.write_string(row, column, text, self._quoted if text.startswith(FORMULA_SIGNS) else self._text)
        return len(words(cell, self._reader)) + 4


def _sheet_name(name: str) -> str:
    """A name as a sheet may bear it: at most 31 letters, none of []:*?/\\."""
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31]


def _for_printing(sheet: Any) -> None:
    """A4 across, all columns on one page, the header on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
