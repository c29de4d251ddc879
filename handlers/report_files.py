"""Files of a unit's summary: chart, workbook, CSV and the official report; every tap checks the scope again."""

import asyncio

from bot.i18n import Text, t
from bot.language.periods import PHASES, half, parse_period, phase, year
from bot.message import Button, File, Message, Reply
from bot.narrative import texts_of
from bot.reports.chart import PNG, months_chart, units_chart
from bot.reports.official import DOCX, PROFILES, official_report, official_workbook, profile_of
from bot.reports.period import name_of_period
from bot.reports.unit import UnitSummary
from bot.reports.unit_data import UnitData, unit_data, year_of_months
from bot.reports.workbook import CSV, XLSX, unit_csv, unit_workbook
from bot.routes import Routes, dead_button, key
from bot.study import AREA_NAMES
from bot.summary_reading import NOW, read_summary, tree_words
from bot.summary_words import name_of
from bot.turn import Turn

routes = Routes()

BY_MONTH, BY_UNIT = "month", "unit"
DEFAULT_PROFILE = "-"
"""Stands in a button for the profile that fits the root's kind."""


@routes.tap("sum.chart")
async def chart(message: Message, turn: Turn, id: str, period: str, by: str, tree: str = NOW) -> Reply:
    """The picture: hours of twelve months, or of the units below; and the share of each area."""
    found = await _summary(turn, id, period, tree)
    if by == BY_MONTH:
        months = await year_of_months(turn.summaries, found, own=await turn.officer_units())
        picture = await asyncio.to_thread(months_chart, found, months, AREA_NAMES, turn.reader)
        other = Button(t("Chart by unit"), "sum.chart", (id, period, BY_UNIT, *tree_words(found)))
    elif by == BY_UNIT:
        picture = await asyncio.to_thread(units_chart, found, AREA_NAMES, turn.reader)
        other = Button(t("Chart by month"), "sum.chart", (id, period, BY_MONTH, *tree_words(found)))
    else:
        raise dead_button()
    text = t("{unit} · {period}: the chart.", **_names(found))
    file = File(_file_name(found, "bieu-do", ".png"), PNG, picture)
    return _reply(found, text, file, buttons=(other,) if found.figures.branches else ())


@routes.tap("sum.xlsx")
async def workbook(message: Message, turn: Turn, id: str, period: str, tree: str = NOW) -> Reply:
    """Overview, units, months, and the people who may be named."""
    data = await _data(turn, id, period, tree)
    _note(turn, data.summary, "xlsx", people=len(data.people.people))
    content = await asyncio.to_thread(unit_workbook, data, turn.reader)
    file = File(_file_name(data.summary, "tong-hop", ".xlsx"), XLSX, content)
    return _reply(data.summary, t("{unit} · {period}: the workbook.", **_names(data.summary)), file)


@routes.tap("sum.csv")
async def table(message: Message, turn: Turn, id: str, period: str, tree: str = NOW) -> Reply:
    """The units below as CSV."""
    data = await _data(turn, id, period, tree)
    _note(turn, data.summary, "csv")
    content = await asyncio.to_thread(unit_csv, data, turn.reader)
    file = File(_file_name(data.summary, "tong-hop", ".csv"), CSV, content)
    return _reply(data.summary, t("{unit} · {period}: the table as CSV.", **_names(data.summary)), file)


@routes.tap("sum.word")
async def report(message: Message, turn: Turn, id: str, period: str, profile: str, tree: str = NOW) -> Reply:
    """The draft of the official report with its appendix as a workbook; other layouts and periods by buttons."""
    if profile != DEFAULT_PROFILE and profile not in PROFILES:
        raise dead_button()
    data = await _data(turn, id, period, tree)
    summary = data.summary
    if summary.period.kind in ("day", "week"):
        text = t("The official report is made for a month or longer. For which period?")
        return Reply(text, tuple(_longer(summary, id, profile)), keeps_buttons=True)
    chosen = PROFILES.get(profile) or profile_of(summary)
    _note(turn, summary, "docx")
    narrative = await texts_of(turn, summary.unit.id, summary.period.key)
    document = await asyncio.to_thread(official_report, data, chosen, narrative)
    figures = await asyncio.to_thread(official_workbook, data)
    text = t(
        "{unit} · {period}: draft of the official report ({profile}) and its appendix. Number, date and signature are "
        "blank; places in brackets are for the unit to complete.",
        profile=chosen.name,
        **_names(summary),
    )
    others = [
        Button(one.name, "sum.word", (id, period, one.key, *tree_words(summary)))
        for one in PROFILES.values()
        if one != chosen
    ]
    return _reply(
        summary,
        text,
        File(_file_name(summary, "bao-cao", ".docx"), DOCX, document),
        File(_file_name(summary, "phu-luc", ".xlsx"), XLSX, figures),
        buttons=(*others, *_longer(summary, id, profile)),
    )


def _longer(summary: UnitSummary, id: str, profile: str) -> list[Button]:
    """The half-year, year and phase that hold the period, as reports in the same tree."""
    period, then = summary.period, tree_words(summary)
    day = period.end
    choices = [half(day.year, (day.month + 5) // 6), year(day.year)]
    choices += [phase(number) for number, (first, last) in enumerate(PHASES, 1) if first <= day.year <= last]
    fitting = [one for one in choices if one.start <= period.start and one != period]
    return [Button(name_of_period(one), "sum.word", (id, one.key, profile, *then)) for one in fitting]


async def _summary(turn: Turn, id: str, period: str, tree: str) -> UnitSummary:
    """The summary as the chat shows it, after the check that this person may see this unit now."""
    chosen = parse_period(period, turn.today)
    if chosen is None:
        raise dead_button()
    return await read_summary(turn, key(id), chosen, tree)


async def _data(turn: Turn, id: str, period: str, tree: str) -> UnitData:
    summary = await _summary(turn, id, period, tree)
    own = await turn.officer_units()
    return await unit_data(turn.database, turn.changes, summary, own=own, areas=AREA_NAMES)


def _note(turn: Turn, summary: UnitSummary, file: str, people: int = 0) -> None:
    """The audit keeps which file of which unit went out, and whether people stand in it by alias."""
    what = "people.exported" if people else "file.exported"
    turn.audit(what, unit_id=summary.unit.id, period=summary.period.key, people=people, file=file)


def _names(summary: UnitSummary) -> dict[str, str | Text]:
    return {"unit": name_of(summary.unit), "period": name_of_period(summary.period)}


def _file_name(summary: UnitSummary, stem: str, ending: str) -> str:
    """A name of plain letters; below a military root it tells no unit, because names travel further than files."""
    code = (
        "" if summary.is_military else "-" + "".join(c if c.isalnum() or c in ".-" else "-" for c in summary.unit.code)
    )
    tree = "-cay-khi-do" if summary.tree_of is not None else ""
    return f"{stem}{code}-{summary.period.key}{tree}{ending}"


def _reply(summary: UnitSummary, text: Text, *files: File, buttons: tuple[Button, ...] = ()) -> Reply:
    back = Button(t("Back to the summary"), "sum", (str(summary.unit.id), summary.period.key, *tree_words(summary)))
    if summary.tree_of is not None:
        text = t("{text} By the tree of {date}.", text=text, date=summary.tree_of)
    return Reply(text, (*buttons, back), files, keeps_buttons=True)
