"""The finer figures of a unit in words: by area, form, course and month; approved and recognised ones apart."""

from collections.abc import Mapping, Sequence

from bot.i18n import Joined, Minutes, Text, joined, t
from bot.reports.period import name_of_period
from bot.reports.unit import SMALL, UnitSummary
from bot.reports.unit_months import MonthFigures
from bot.reports.unit_parts import MODE_NAMES, part_name, parts_total, recognised_words
from bot.study import AREA_NAMES
from bot.summary_words import name_of, percent
from storage.summaries import Part

COURSES_SHOWN = 6
MONTHS_SHOWN = 12
RECOGNISED_SHOWN = 3


def details(summary: UnitSummary, months: Sequence[MonthFigures]) -> Joined:
    """The whole message; `months` are those of the period that have begun."""
    title = t("{unit} · {period} · in detail", unit=name_of(summary.unit), period=name_of_period(summary.period))
    if not summary.figures.entries:
        return joined([title, t("no entries yet"), *(_approved(summary) if summary.recognised else [])], "\n")
    if summary.hidden:
        hidden = t("Hidden: fewer than {count} people, or needed to protect them", count=SMALL)
        return joined([title, hidden], "\n")
    lines = [title, *_by(t("By area"), summary.areas, AREA_NAMES), *_by(t("By form"), summary.modes, MODE_NAMES)]
    lines += _courses(summary)
    if len(months) > 1:
        shown = joined([_month(one) for one in months[-MONTHS_SHOWN:]])
        lines.append(t("{title}: {figures}.", title=t("By month"), figures=shown))
    return joined([*lines, *_approved(summary)], "\n")


def _by(title: Text, parts: Sequence[Part], names: Mapping[str, Text]) -> list[Text]:
    total = parts_total(parts)
    shown = [
        t(
            "{part} {hours} ({share}%)",
            part=part_name(part, names),
            hours=Minutes(part.minutes),
            share=percent(part.minutes, total),
        )
        for part in parts
    ]
    return [t("{title}: {figures}.", title=title, figures=joined(shown))] if shown else []


def _courses(summary: UnitSummary) -> list[Text]:
    """The named courses; below a military root without how many people."""
    parts = summary.courses
    if not parts:
        return []
    shown = [
        t("“{course}” {entries} entries, {hours}", course=part.key, entries=part.entries, hours=Minutes(part.minutes))
        for part in parts[:COURSES_SHOWN]
    ]
    if (more := len(parts) - COURSES_SHOWN) > 0:
        shown.append(t("{count} more in the Excel file", count=more))
    return [t("{title}: {figures}.", title=t("By course"), figures=joined(shown))]


def _month(one: MonthFigures) -> Text:
    name = f"{one.period.start:%m/%Y}"
    if one.hidden:
        return t("{month} hidden", month=name)
    if not one.figures.entries:
        return t("{month} no entries yet", month=name)
    return t("{month} {hours}", month=name, hours=Minutes(one.figures.minutes))


def _approved(summary: UnitSummary) -> list[Text]:
    approved, recognised = summary.figures.approved, recognised_words(summary, RECOGNISED_SHOWN)
    if approved is None:
        return [t("Approved figures: no data yet. Recognised figures: {recognised}.", recognised=recognised)]
    if summary.protected and approved.people < SMALL:
        return [t("Approved figures: hidden. Recognised figures: {recognised}.", recognised=recognised)]
    values = {"entries": approved.entries, "hours": Minutes(approved.minutes), "recognised": recognised}
    return [t("Approved figures: {entries} entries, {hours}. Recognised figures: {recognised}.", **values)]
