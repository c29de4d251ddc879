"""The audit in words: what each verb is called, whether the chain is whole, and the whole of it as a file."""

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any

from xlsxwriter import Workbook

from bot.clock import local
from bot.errors import UserError
from bot.exports import Sheets
from bot.i18n import Reader, Text, render, t
from storage.audit import Audit, Fault, Head
from storage.changes import Changes
from storage.database import Database
from storage.units import Units

WHAT = {
    "members.read": t("read who waits to join"),
    "member.read": t("looked at one request"),
    "member.told": t("officers were told who asks to join"),
    "member.confirmed": t("confirmed a member"),
    "member.refused": t("refused a member"),
    "member.transferred": t("transferred a member"),
    "member.undone": t("took a decision about a member back"),
    "code.made": t("made a code of a unit"),
    "code.ended": t("switched a code of a unit off"),
    "roster.imported": t("imported a roster"),
    "roster.undone": t("took a roster back"),
    "roster.codes": t("made personal codes anew"),
    "roster.claimed": t("claimed the place of a roster"),
    "people.read": t("read people by alias"),
    "people.exported": t("downloaded people by alias"),
    "role.granted": t("gave a right"),
    "role.offered": t("made a code to delegate a right"),
    "roles.read": t("read to whom rights were delegated"),
    "role.ended": t("ended a right"),
    "tree.changed": t("changed the tree"),
    "tree.undone": t("took a change of the tree back"),
    "tree.assigned": t("assigned a person to a unit"),
    "tree.refused": t("refused a change of the tree when its day had come"),
    "tree.waiting_read": t("read who waits for another unit"),
    "document.published": t("published a document"),
    "document.withdrawn": t("withdrew a document"),
    "document.dropped": t("dropped a document"),
    "document.imported": t("imported a document"),
    "questions.read": t("read questions of learners"),
    "question.told": t("a question was shown to whom it was handed"),
    "question.answered": t("answered a question"),
    "question.closed": t("closed a question without an answer"),
    "article.published": t("published an article"),
    "article.withdrawn": t("withdrew an article"),
    "evidence.read": t("looked at evidence"),
    "evidence.approved": t("approved evidence"),
    "evidence.returned": t("returned evidence"),
    "recognition.entered": t("entered a recognised figure"),
    "recognition.titled": t("said which title a recognised figure is about"),
    "recognition.withdrawn": t("took a recognised figure back"),
    "editor.granted": t("let an officer publish articles"),
    "editor.ended": t("ended the right to publish articles"),
    "units.imported": t("imported units"),
    "desk.signed_in": t("signed in at the desk"),
    "desk.signed_out": t("signed out of the desk"),
    "desk.link": t("made a link to the desk"),
    "file.exported": t("downloaded a file of figures"),
    "person.joined": t("linked two accounts"),
    "person.erasure_asked": t("asked for erasure"),
    "person.erasure_kept": t("took the erasure back"),
    "person.erased": t("was erased"),
    "report.submitted": t("submitted a report"),
    "report.withdrawn": t("took a report back"),
    "report.returned": t("returned a report"),
    "report.reminded": t("reminded units of a report"),
    "report.written": t("wrote the text of a report"),
    "period.set": t("set the days of a reporting period"),
    "period.exception": t("granted an exception for a period"),
    "period.exception_ended": t("ended an exception for a period"),
    "goal.set": t("set the goal of a unit"),
    "goal.ended": t("dropped the goal of a unit"),
    "table.shown": t("let learners see the table of units"),
    "table.hidden": t("hid the table of units from learners"),
    "calendar.set": t("set days of the movement's calendar"),
    "calendar.done": t("said that something of the calendar is done"),
    "job.run": t("ran a job of the clock"),
    "job.paused": t("paused a job of the clock"),
    "job.resumed": t("let a job of the clock go on"),
    "broadcast.draft": t("sent an announcement back"),
    "broadcast.approval": t("asked for approval of an announcement"),
    "broadcast.scheduled": t("sent or approved an announcement"),
    "broadcast.sending": t("resumed an announcement"),
    "broadcast.stopped": t("stopped an announcement"),
    "broadcast.cancelled": t("ended an announcement"),
    "request.read": t("read requests about personal data"),
    "request.received": t("told that a request is received"),
    "request.done": t("settled a request about personal data"),
    "request.refused": t("refused a request about personal data"),
    "secrecy.on": t("switched secrecy mode on"),
    "secrecy.off": t("switched secrecy mode off"),
    "letters.read": t("read undelivered messages by alias"),
    "letters.retried": t("sent undelivered messages again"),
    "letters.dropped": t("let undelivered messages go"),
    "audit.read": t("read the audit"),
    "audit.exported": t("downloaded the audit"),
}
"""What the verbs are called; another one is shown as it is."""
_FAULTS = {
    "changed": t("Row {seq} of the audit was changed after it was written."),
    "missing": t("Row {seq} of the audit is missing."),
    "moved": t("Row {seq} of the audit does not follow the row before it: rows were moved or put in."),
    "inserted": t("Row {seq} of the audit was put in behind the newest one."),
    "anchor": t("Row {seq} of the audit is another one than was noted down."),
}
_HEADER = ("seq", "at", "who", "role", "what", "unit", "about", "via", "detail", "prev_hash", "hash")
_MOST_IN_A_SHEET = 1_000_000


def called(what: str) -> Text | str:
    """What a verb is called."""
    return WHAT.get(what, what)


def anchor_of(said: str) -> Head | None:
    """A row as somebody noted it down (`SEQ:HASH`); None for "". Raises UserError."""
    if not said:
        return None
    if not re.fullmatch(r"\d{1,18}:[0-9a-f]{64}", said):
        raise UserError(t("An anchor is SEQ:HASH, as `audit verify` prints it."))
    seq, _, hash = said.partition(":")
    return Head(int(seq), hash)


async def verified(database: Database, anchor: Head | None = None) -> tuple[bool, Text]:
    """Whether every row is as it was sealed, and what to say."""
    audit = Audit(database, Changes())
    fault = await audit.verify(anchor)
    if fault is not None:
        return False, fault_words(fault)
    head = await audit.head()
    return True, t("The audit is whole: {count} rows. Newest row: {anchor}", count=head.seq,
                   anchor=f"{head.seq}:{head.hash}")  # fmt: skip


def fault_words(fault: Fault) -> Text:
    """What is wrong with the chain, and where."""
    return replace(_FAULTS[fault.why], values={"seq": fault.seq})


async def exported(database: Database, ending: str, reader: Reader) -> bytes:
    """The whole audit as `.xlsx` or `.csv`, oldest row first. Raises UserError for another ending."""
    if ending not in (".xlsx", ".csv"):
        raise UserError(t("The audit is written as .xlsx or .csv."))
    codes = {unit.id: unit.code for unit in await Units(database, Changes()).all()}
    rows = [file_row(row, codes.get(row.unit_id)) async for row in Audit(database, Changes()).rows()]
    if ending == ".xlsx" and len(rows) > _MOST_IN_A_SHEET:
        raise UserError(t("The audit has more rows than a sheet can hold; please write it as .csv."))
    return as_csv(rows) if ending == ".csv" else as_workbook(rows, reader)


def file_row(row: Any, code: str | None = None) -> tuple[Any, ...]:
    """A row of the audit as files show it; the unit by its code (`code`, or the row's own `unit_code`)."""
    detail = ", ".join(f"{name}={_plain(value)}" for name, value in sorted(row.detail.items()))
    unit = code or getattr(row, "unit_code", None) or pseudonym(row.unit_id)
    return (row.seq, row.at, pseudonym(row.who), row.role, row.what, unit, pseudonym(row.about), row.via, detail,
            row.prev_hash, row.hash)  # fmt: skip


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def pseudonym(person_id: int | None) -> str:
    """How a person stands in the audit: their number, as text because it has more digits than a sheet's numbers."""
    return "" if person_id is None else str(person_id)


def as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    """Comma-separated with a mark that lets Excel read it as UTF-8; times are ISO 8601 in local time."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow(_HEADER)
    for seq, at, *rest in rows:
        writer.writerow((seq, local(at).isoformat(timespec="seconds"), *rest))
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def as_workbook(rows: Sequence[Sequence[Any]], reader: Reader) -> bytes:
    """One sheet with typed cells, a filter and a frozen header; verbs in words."""
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    header = (
        *(t("No."), t("At"), t("Who (number)"), t("Role"), t("What"), t("Unit"), t("About whom (number)")),
        *(t("From"), t("Detail"), t("Hash before"), t("Hash")),
    )
    shown = [(*row[:4], render(called(row[4]), reader), *row[5:]) for row in rows]
    Sheets(book, reader).add(t("Audit"), header, shown)
    book.close()
    return stream.getvalue()
