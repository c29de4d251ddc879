"""The files of a unit and a period from the desk: the very functions that the chat's buttons call."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.desk.scope import period_said, tree_said, unit_in_scope
from bot.desk.sessions import Visit
from bot.i18n import Reader, Text, t
from bot.narrative import texts_of
from bot.reports.chart import PNG, months_chart, units_chart
from bot.reports.official import DOCX, PROFILES, official_report, official_workbook, profile_of
from bot.reports.unit import UnitSummary
from bot.reports.unit_data import UnitData, unit_data, year_of_months
from bot.reports.workbook import CSV, XLSX, unit_csv, unit_workbook
from bot.study import AREA_NAMES
from bot.summary_reading import read_summary

_TABLES: dict[str, tuple[str, Callable[[UnitData, Reader], bytes]]] = {
    "tong-hop.xlsx": (XLSX, unit_workbook),
    "tong-hop.csv": (CSV, unit_csv),
    "phu-luc.xlsx": (XLSX, lambda data, _: official_workbook(data)),
}
_WITH_PEOPLE = "tong-hop.xlsx"
"""The only file that has a sheet of people."""
_CHARTS = ("bieu-do-thang.png", "bieu-do-don-vi.png")
_REPORT = "bao-cao"


@dataclass(frozen=True, slots=True)
class Choice:
    """A file that may be asked for: its address under the unit, and what it is called."""

    file: str
    label: Text
    draft: bool = False


def choices(summary: UnitSummary) -> list[Choice]:
    """The files of this summary; the official report is made for a month or longer."""
    found = [Choice("tong-hop.xlsx", t("Excel workbook")), Choice("tong-hop.csv", t("Units as CSV"))]
    found.append(Choice(_CHARTS[0], t("Picture by month")))
    if summary.figures.branches:
        found.append(Choice(_CHARTS[1], t("Picture by unit")))
    if summary.period.kind in ("day", "week"):
        return found
    fitting = profile_of(summary)
    for profile in sorted(PROFILES.values(), key=lambda one: one != fitting):
        found.append(Choice(f"{_REPORT}-{profile.key}.docx", profile.name, draft=True))
    return [*found, Choice("phu-luc.xlsx", t("Appendix of figures (Excel)"), draft=True)]


async def send(request: web.Request, visit: Visit) -> web.Response:
    """One file, after the same checks as the page. Raises HTTPNotFound for whatever is not among the choices."""
    turn, name = visit.turn, request.match_info["file"]
    unit = await unit_in_scope(visit, request.match_info["unit"])
    period = period_said(visit, request.query.get("ky", ""))
    if period is None:
        raise web.HTTPNotFound
    own = await turn.officer_units()
    summary = await read_summary(turn, unit.id, period, tree_said(request))
    if name not in {choice.file for choice in choices(summary)}:
        raise web.HTTPNotFound
    if name in _CHARTS:
        return _answer(summary, name, PNG, await _chart(visit, summary, name))
    data = await unit_data(turn.database, turn.changes, summary, own=own, areas=AREA_NAMES)
    people = len(data.people.people) if name == _WITH_PEOPLE else 0
    turn.audit("people.exported" if people else "file.exported", unit_id=unit.id, period=period.key, people=people,
               file=name)  # fmt: skip
    if name in _TABLES:
        media_type, make = _TABLES[name]
        return _answer(summary, name, media_type, await asyncio.to_thread(make, data, turn.reader))
    profile = PROFILES[name.removeprefix(f"{_REPORT}-").removesuffix(".docx")]
    narrative = await texts_of(turn, unit.id, period.key)
    return _answer(summary, name, DOCX, await asyncio.to_thread(official_report, data, profile, narrative))


async def _chart(visit: Visit, summary: UnitSummary, name: str) -> bytes:
    turn = visit.turn
    if name != _CHARTS[0]:
        return await asyncio.to_thread(units_chart, summary, AREA_NAMES, turn.reader)
    own = await turn.officer_units()
    months = await year_of_months(turn.summaries, summary, own=own)
    return await asyncio.to_thread(months_chart, summary, months, AREA_NAMES, turn.reader)


def _answer(summary: UnitSummary, name: str, media_type: str, content: bytes) -> web.Response:
    headers = {
        "Content-Type": media_type,
        "Content-Disposition": f'attachment; filename="{file_name(summary, name)}"',
        "Cache-Control": "no-store",
    }
    return web.Response(body=content, headers=headers)


def file_name(summary: UnitSummary, name: str) -> str:
    """A name of plain letters; below a military root it tells no unit, because names travel further than files."""
    stem, _, ending = name.rpartition(".")
    plain = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in summary.unit.code)
    code = "" if summary.is_military else f"-{plain}"
    tree = "-cay-khi-do" if summary.tree_of is not None else ""
    return f"{stem}{code}-{summary.period.key}{tree}.{ending}"
