"""A person's own data as files: a workbook with typed cells, and JSON with ISO dates."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from bot.clock import local
from bot.consent import NAMES
from bot.i18n import Reader, Text, render, t
from bot.message import File
from bot.own_data import OwnData
from bot.study import AREA_NAMES
from storage.study_logs import StudyLog

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so must stay text in every program that opens the file."""
MAX_WIDTH = 60
_CELL_LETTERS = 32_000
_EXACT = 2**53
"""Larger whole numbers are rounded by most readers of JSON."""


def as_json(data: OwnData, now: datetime) -> File:
    """Everything, machine-readable: dates and times as ISO 8601, keys of rows as text."""
    whole = {
        "exported_at": local(now).isoformat(timespec="seconds"),
        "person": data.person,
        "accounts": data.accounts,
        "consents": data.consents,
        "study_logs": [_log(log) for log in [*data.logs, *data.deleted]],
        "history": data.history,
        "evidence": data.evidence,
        "questions": data.questions,
        "question_posts": data.talk,
        "looked_at": data.looked_at,
        "done": data.done,
        "other": data.tables,
    }
    content = json.dumps(_exact(whole), ensure_ascii=False, indent=2, default=_iso).encode()
    return File("ban-hoc.json", "application/json", content)


def _exact(value: Any) -> Any:
    """Numbers that a reader of JSON would round (keys of rows) as text."""
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)
    if isinstance(value, dict):
        return {name: _exact(one) for name, one in value.items()}
    return [_exact(one) for one in value] if isinstance(value, list) else value


def _log(log: StudyLog) -> dict[str, Any]:
    return {
        "id": str(log.id),
        **log.facts(),
        "counted_for_unit": log.unit_id is not None,
        "created_at": log.created_at,
        "deleted_at": log.deleted_at,
    }


def _iso(value: Any) -> str:
    if isinstance(value, datetime):
        return local(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an export")


def as_workbook(data: OwnData, reader: Reader) -> File:
    """The diary, the consents and the evidence as sheets a person can sort and filter."""
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheets = Sheets(book, reader)
    sheets.add(
        t("Diary"),
        (
            t("Day"),
            t("Minutes"),
            t("Subject"),
            t("Area"),
            t("Course"),
            t("Course completed"),
            t("Logged at"),
            t("Deleted at"),
        ),
        [_log_row(log) for log in [*data.logs, *data.deleted]],
    )
    sheets.add(
        t("Consents"),
        (t("Purpose"), t("Answer"), t("Text of"), t("Channel"), t("At")),
        [
            (
                NAMES.get(row["purpose"], row["purpose"]),
                t("yes") if row["granted"] else t("no"),
                row["text_version"],
                row["channel"],
                row["at"],
            )
            for row in data.consents
        ],
    )
    sheets.add(
        t("Evidence"),
        (t("File"), t("Type"), t("Bytes"), t("State"), t("At")),
        [(row["file"], row["media_type"], row["bytes"], _STATES[row["state"]], row["at"]) for row in data.evidence],
    )
    sheets.add(
        t("Kept questions"),
        (t("Question"), t("Why it was kept"), t("State"), t("At")),
        [(row["text"], _REASONS[row["reason"]], _QUESTION_STATES[row["state"]], row["asked_at"])
         for row in data.questions],
    )  # fmt: skip
    sheets.add(
        t("Talk about questions"),
        (t("Question"), t("Written by"), t("Text"), t("At")),
        [(row["about"], t("me") if row["own"] else _WRITERS[row["role"]], row["text"], row["at"]) for row in data.talk],
    )
    sheets.add(
        t("History"),
        (t("At"), t("What"), t("Before"), t("After")),
        [(row["at"], row["what"], _words(row["before"]), _words(row["after"])) for row in data.history],
    )
    sheets.add(
        t("Accounts"),
        (t("Channel"), t("Account"), t("Seen at")),
        [(row["channel"], row["address"], row["seen_at"]) for row in data.accounts],
    )
    sheets.add(
        t("Who looked"),
        (t("At"), t("Role"), t("What"), t("From")),
        [(row["at"], row["role"], row["what"], row["via"]) for row in data.looked_at],
    )
    sheets.add(
        t("What I did in a role"),
        (t("At"), t("Role"), t("What"), t("From")),
        [(row["at"], row["role"], row["what"], row["via"]) for row in data.done],
    )
    sheets.add(
        t("Other data"),
        (t("Table"), t("Row")),
        [(table, _words(row)) for table, rows in data.tables.items() for row in rows],
    )
    book.close()
    return File("ban-hoc.xlsx", XLSX, stream.getvalue())


_STATES = {"pending": t("waiting"), "approved": t("approved"), "returned": t("returned")}
_REASONS = {"unknown": t("no answer was known"), "wrong": t("the answer was called wrong")}
_WRITERS = {"asker": t("whoever asked"), "officer": t("an officer"), "admin": t("an admin")}
_QUESTION_STATES = {"open": t("still open"), "answered": t("answered"), "closed": t("closed")}


def _log_row(log: StudyLog) -> tuple[Any, ...]:
    area = AREA_NAMES.get(log.area, AREA_NAMES["other"])
    completed = t("yes") if log.completed else t("no")
    return (log.day, log.minutes, log.subject, area, log.course or "", completed, log.created_at, log.deleted_at)


def _words(value: Any) -> str:
    """A row or JSON value in one cell, cut at what a cell may hold."""
    return "" if value is None else json.dumps(_exact(value), ensure_ascii=False, default=_iso)[:_CELL_LETTERS]


class Sheets:
    """Sheets with a bold frozen header, a filter, and cells that keep their type."""

    def __init__(self, book: Workbook, reader: Reader) -> None:
        self._book = book
        self._reader = reader
        self._header = book.add_format({"bold": True, "bottom": 1})
        self._day = book.add_format({"num_format": "dd/mm/yyyy"})
        self._moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        self._quoted = book.add_format({"quote_prefix": True})

    def add(self, name: Text, header: Sequence[Text], rows: Sequence[Sequence[Any]]) -> None:
        """One sheet."""
        sheet = self._book.add_worksheet(render(name, self._reader))
        titles = [render(title, self._reader) for title in header]
        widths = [len(title) + 4 for title in titles]
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, self._header)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                widths[column] = min(max(widths[column], self._write(sheet, number, column, value)), MAX_WIDTH)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(titles) - 1)

    def _write(self, sheet: Worksheet, row: int, column: int, value: Any) -> int:
        """Write one cell by its type; returns the width that it wants, in characters."""
        if value is None:
            return 0
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, local(value).replace(tzinfo=None), self._moment)
            return 18
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, self._day)
            return 12
        if isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(row, column, value)
            return 10
        text = render(value, self._reader)
        sheet.write_string(row, column, text, self._quoted if text.startswith(FORMULA_SIGNS) else None)
        return len(text) + 2
