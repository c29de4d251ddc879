"""The table of units as workbook and CSV have it: behind what was logged, what was approved and what was recognised.

The three stand in columns of their own and are never added up. They are shown by the rules of the unit's own summary,
and a cell that could be had by subtracting the others from the total is hidden with another (decision 10).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from bot.i18n import joined, t
from bot.reports.small_cells import hidden_counts
from bot.reports.titles import name_of_matter
from bot.reports.unit import UnitSummary
from bot.reports.unit_parts import decisions_words
from bot.reports.unit_tables import HIDDEN, NO_DATA, Cell, Figure, Row, Table, units_table
from storage.recognitions import Recognised
from storage.summaries import Branch

Matter = tuple[str | None, str]
"""A title, or none and the free words, folded."""


def units_file_table(summary: UnitSummary) -> Table:
    """The units right below and the unit's own people, one a row, with the three kinds of figures apart."""
    direct = summary.figures.direct
    is_recognised = direct.unit_id in summary.recognised_below.cells
    table = units_table(summary, with_own=is_recognised)
    header = (*table.header, t("Approved entries"), t("Approved minutes"), t("Recognised"))
    approved, matters = _hidden_approvals(summary), _hidden_matters(summary)
    rows = tuple(
        _row(summary, row, branch, approved, matters)
        for row, branch in zip(table.rows, (*summary.figures.branches, direct), strict=False)
    )
    return replace(table, header=header, rows=rows)


def _row(
    summary: UnitSummary, row: Row, branch: Branch, hidden: frozenset[int], matters: Mapping[Matter, frozenset[int]]
) -> Row:
    if branch.entries and (summary.hidden or branch.unit_id in summary.hidden_branches):
        return (*row, HIDDEN, HIDDEN, HIDDEN)
    approved: tuple[Cell, Cell] = (NO_DATA, NO_DATA)
    if branch.approved is not None:
        figures = Figure(branch.approved.entries), Figure(branch.approved.minutes)
        approved = (HIDDEN, HIDDEN) if branch.unit_id in hidden else figures
    return (*row, *approved, _recognised(summary, branch.unit_id, matters))


def _recognised(summary: UnitSummary, cell: int, hidden: Mapping[Matter, frozenset[int]]) -> Cell:
    """What was recognised there, one matter after the other with its decisions."""
    found = summary.recognised_below.cells.get(cell, ())
    if not found:
        return NO_DATA
    closed = summary.hidden or summary.is_military
    shown = [one for one in found if not closed and cell not in hidden.get(_matter(one), ())]
    said = [
        t("{what} {count} ({decisions})", what=name_of_matter(one), count=one.count, decisions=decisions_words(one))
        for one in shown
    ]
    return joined([*said, HIDDEN] if len(shown) < len(found) else said)


def _hidden_approvals(summary: UnitSummary) -> frozenset[int]:
    cells = (*summary.figures.branches, summary.figures.direct)
    return _hidden(summary, {cell.unit_id: cell.approved.people for cell in cells if cell.approved is not None})


def _hidden_matters(summary: UnitSummary) -> dict[Matter, frozenset[int]]:
    """The cells in which a matter is not told."""
    counts: dict[Matter, dict[int, int]] = defaultdict(dict)
    for cell, found in summary.recognised_below.cells.items():
        for one in found:
            counts[_matter(one)][cell] = one.count
    return {matter: _hidden(summary, by_cell) for matter, by_cell in counts.items()}


def _hidden(summary: UnitSummary, counts: Mapping[int, int]) -> frozenset[int]:
    if summary.own is None:
        return frozenset()
    itself = summary.figures.direct.unit_id
    return hidden_counts(counts, summary.own, itself, also=summary.hidden_branches)


def _matter(one: Recognised) -> Matter:
    return one.title, "" if one.title else one.what.casefold()
