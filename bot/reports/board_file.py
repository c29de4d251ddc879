"""The completeness board as a workbook: the counts, and every unit below with what stands; no report is never 0."""

from bot.i18n import Clock, Reader, Text, t
from bot.reports.completeness import Board, Count, Line, due_of
from bot.reports.deadlines import is_frozen
from bot.reports.period import name_of_period
from bot.reports.unit_tables import Cell, Figure, Row, Table
from bot.reports.workbook import workbook


def board_workbook(found: Board, reader: Reader) -> bytes:
    """Two sheets: the counts, and the units."""
    return workbook((counts_table(found), lines_table(found)), reader)


def board_file_name(found: Board, *, secret: bool) -> str:
    """A name of plain letters; in secrecy mode it tells no unit, because names travel further than files."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in found.unit.code)
    code = "" if secret else f"-{plain}"
    return f"hoan-thanh{code}-{found.period.key}.xlsx"


def counts_table(found: Board) -> Table:
    """One count a row, for the units right below and for all below."""
    rows: list[Row] = [
        (t("Unit"), found.unit.name, None),
        (t("Period"), name_of_period(found.period), None),
        (t("As of"), Clock(found.as_of), None),
        (t("Deadline"), found.deadline.due, None),
        (t("On time until"), found.deadline.on_time, None),
        (t("Entries are locked from"), found.deadline.lock, None),
    ]
    for label, one, whole in zip(_LABELS, _numbers(found.own_children), _numbers(found.subtree), strict=True):
        rows.append((label, Figure(one), Figure(whole)))
    return Table(t("Completeness"), (t("Item"), t("Units right below"), t("All units below")), tuple(rows))


_LABELS = (
    t("Expected"),
    t("Submitted"),
    t("Submitted on time"),
    t("Submitted late"),
    t("Of the submitted: nothing to report"),
    t("Not submitted"),
    t("Of the not submitted: returned"),
)


def _numbers(count: Count) -> tuple[int, ...]:
    return (count.expected, count.reported, count.on_time, count.late, count.zero, count.missing, count.returned)


def lines_table(found: Board) -> Table:
    """Every unit below, one a row."""
    header = (t("Unit code"), t("Unit"), t("State"), t("Submitted on"), t("Version"), t("Deadline"),
              t("Units below expected"), t("Units below submitted"), t("Reason"))  # fmt: skip
    return Table(t("Units"), header, tuple(_row(line, found) for line in found.everyone))


def _row(line: Line, found: Board) -> Row:
    version = line.submission
    stands = version is not None and version.stands
    day: Cell = version.on_day if version is not None and stands else None
    number: Cell = Figure(version.version) if version is not None else None
    reason = "" if version is None else version.without if stands else version.reason
    below = (Figure(line.below.expected), Figure(line.below.reported))
    return (line.code, line.name, state_of(line, found), day, number, due_of(line, found.deadline), *below, reason)


def state_of(line: Line, found: Board) -> Text:
    """The state in a few words, without its day."""
    if line.reported:
        if line.zero:
            return t("nothing to report, late") if line.late else t("nothing to report")
        return t("submitted, late") if line.late else t("submitted, on time")
    if line.returned:
        return t("returned, not submitted again")
    if is_frozen(found.period) or not found.deadline.is_wanted:
        return t("no report")
    return t("not submitted, overdue") if found.today > line.on_time_until else t("not submitted yet")
