"""The table of units of workbook and CSV: as it must be, and as it is read by the titles of its columns."""

from typing import Any

from tests.truth import recognised
from tests.truth.brute import Counted

Line = dict[str, Any]
"""One row: its figures by the titles of their columns."""
COLUMNS = ("Lượt ghi", "Số phút học", "Lượt ghi đã duyệt", "Số phút đã duyệt", "Được công nhận")


def lines_of(counted: Counted, unit: int, codes: dict[int, str], *, is_military: bool) -> dict[str, Line]:
    """Each unit right below, and the unit's own people where there is something to tell of them."""
    found = {}
    for id, cell in counted.cells.items():
        approved = cell.approved if cell.approved[0] else (recognised.NO_DATA, recognised.NO_DATA)
        words = recognised.said(cell.recognised, is_military=is_military, most=None)
        if id != unit or cell.entries or cell.members or cell.recognised:
            found[codes[id]] = dict(zip(COLUMNS, (cell.entries, cell.minutes, *approved, words), strict=True))
    return found


def lines(table: list[tuple[Any, ...]]) -> dict[str, Line]:
    """The rows by unit code, whatever stands between the columns."""
    header, *rows = table
    return {row[0]: {title: row[header.index(title)] for title in COLUMNS} for row in rows}
