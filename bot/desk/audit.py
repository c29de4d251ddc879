"""The audit at the desk: a page to search, and what was found as a file; officers see the rows of their units only."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from aiohttp import web

from bot.audit import as_csv, as_workbook, called, file_row
from bot.clock import LOCAL_ZONE
from bot.desk.links import recent_sign_ins
from bot.desk.pages import desk_page
from bot.desk.scope import page_number
from bot.desk.sessions import Visit
from bot.i18n import Clock, Text, t
from bot.reports.workbook import CSV, XLSX
from storage.audit import Audit
from storage.audit_search import AuditSearch, Wanted
from storage.changes import Changes

PAGE = 50
MOST_IN_A_FILE = 100_000
_FIELDS = {"viec": t("What"), "ai": t("Who (number)"), "ve": t("About whom (number)"), "donvi": t("Unit (code)"),
           "tu": t("From day"), "den": t("To day")}  # fmt: skip
"""The fields of the form, by the name that they have in the address."""
_FILES = {"kiem-soat.xlsx": XLSX, "kiem-soat.csv": CSV}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page."""

    at: Clock
    who: str
    alias: str
    what: Text | str
    unit: str
    about: str
    via: str
    detail: str


async def show(request: web.Request, visit: Visit) -> web.Response:
    """One page of what was found; a field that says nothing sensible is told and left out."""
    turn, search = visit.turn, AuditSearch(visit.turn.database)
    said = {name: " ".join(request.query.get(name, "")[:80].split()) for name in _FIELDS}
    wanted, wrong = await _wanted(visit, said)
    count = await search.count(wanted)
    number, pages = page_number(request, count, PAGE)
    rows = await search.rows(wanted, PAGE, (number - 1) * PAGE)
    head = await Audit(turn.database, Changes()).head() if await turn.is_admin() else None
    turn.audit("audit.read", rows=len(rows))
    kept = urlencode({name: value for name, value in said.items() if value})
    return desk_page(
        "audit.html",
        visit,
        here="audit",
        title=t("Audit"),
        lead=t("{count} rows, newest first.", count=count),
        explained=t("Persons stand here as numbers; the alias is the one of today. Reading this page is kept, too."),
        fields=[(name, label, said[name], "date" if name in ("tu", "den") else "text")
                for name, label in _FIELDS.items() if name != "viec"],
        verbs=[("", t("everything")), *((verb, called(verb)) for verb in await search.verbs())],
        verb=said["viec"],
        verb_label=_FIELDS["viec"],
        find=t("Find"),
        wrong=wrong,
        header=(t("At"), t("Who"), t("What"), t("Unit"), t("About whom"), t("From"), t("Detail")),
        lines=[_line(row) for row in rows],
        head=None if head is None else t("Newest row: {anchor}", anchor=f"{head.seq}:{head.hash}"),
        kept=kept,
        number=number,
        pages=pages,
        sign_ins=await recent_sign_ins(turn),
    )  # fmt: skip


def _line(row: object) -> Line:
    _, at, who, _, what, unit, about, via, detail, *_ = file_row(row)
    alias = getattr(row, "alias", "") or ""
    return Line(Clock(at), who, alias, called(what), unit, about, via, detail)


async def send(request: web.Request, visit: Visit) -> web.Response:
    """What was found as a file, oldest row last. Raises HTTPNotFound for another name."""
    turn, name = visit.turn, request.match_info["file"]
    if name not in _FILES:
        raise web.HTTPNotFound
    said = {one: " ".join(request.query.get(one, "")[:80].split()) for one in _FIELDS}
    wanted, _ = await _wanted(visit, said)
    rows = [file_row(row) for row in await AuditSearch(turn.database).rows(wanted, MOST_IN_A_FILE)]
    turn.audit("audit.exported", rows=len(rows), file=name)
    make = (as_csv, rows) if name.endswith(".csv") else (as_workbook, rows, turn.reader)
    content = await asyncio.to_thread(*make)
    headers = {"Content-Type": _FILES[name], "Content-Disposition": f'attachment; filename="{name}"',
               "Cache-Control": "no-store"}  # fmt: skip
    return web.Response(body=content, headers=headers)


async def _wanted(visit: Visit, said: dict[str, str]) -> tuple[Wanted, list[Text]]:
    """What the fields ask for, within the reader's units, and what of them could not be understood."""
    turn, wrong = visit.turn, []
    within = None if await turn.is_admin() else list(await turn.officer_units())
    numbers: dict[str, int | None] = {}
    for name in ("ai", "ve"):
        value = said[name]
        is_number = value.isascii() and value.isdigit() and len(value) < 19
        numbers[name] = int(value) if is_number else None
        if value and not is_number:
            wrong.append(t("“{text}” is no number of a person.", text=value))
    days: dict[str, date | None] = {}
    for name in ("tu", "den"):
        days[name] = _day(said[name])
        if said[name] and days[name] is None:
            wrong.append(t("“{text}” is no day. Please write it like 2026-11-22.", text=said[name]))
    unit = await turn.units.by_code(said["donvi"]) if said["donvi"] else None
    if said["donvi"] and unit is None:
        wrong.append(t("There is no unit with the code {code}.", code=said["donvi"]))
    until = days["den"]
    wanted = Wanted(
        what=said["viec"],
        who=numbers["ai"],
        about=numbers["ve"],
        below=unit.id if unit else None,
        since=_midnight(days["tu"]),
        until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
        within=within,
    )
    return wanted, wrong


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        return None


def _midnight(day: date | None) -> datetime | None:
    return None if day is None or day.year < 2000 else datetime.combine(day, time(), LOCAL_ZONE)
