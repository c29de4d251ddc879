"""The rules of unit tables: officers see all places of the units below; learners, where allowed, the upper half."""

from bot.i18n import Clock, Joined, Minutes, Text, joined, t, tn
from bot.language.periods import Period
from bot.message import Button, Reply
from bot.reports.fair_table import FairTable, Place, fair_table
from bot.reports.period import earlier, name_of_period
from bot.reports.unit import SMALL, unit_summary
from bot.summary_words import name_of
from bot.turn import Turn
from storage.fair_tables import FairTables
from storage.roles import SUBMIT
from storage.units import Unit

PAGE = 10


def fair_tables(turn: Turn) -> FairTables:
    """Who sees which table, in this turn."""
    return FairTables(turn.database, turn.changes)


async def officers_table(turn: Turn, unit: Unit, period: Period, page: int = 0) -> Reply:
    """All places, ten at a time, with the switch for learners. Raises NotAllowed outside the person's scope."""
    await turn.must_cover(unit.id)
    found = await _fair_table(turn, unit, period, own=True)
    start = page * PAGE
    shown = found.places[start : start + PAGE]
    lines: list[Text | Joined] = [_title(found)]
    lines += [_line(found, place) for place in shown]
    if not found.places:
        lines.append(t("There are no units to compare: at least {count} people each are needed.", count=SMALL))
    if found.left_out:
        lines.append(
            tn(
                "{count} unit has no place: fewer than {least} people, or hidden to protect them.",
                "{count} units have no place: fewer than {least} people, or hidden to protect them.",
                found.left_out,
                least=SMALL,
            )
        )
    return Reply(joined_text(lines), await _buttons(turn, found, page), replaces=True)


async def _buttons(turn: Turn, found: FairTable, page: int) -> tuple[Button, ...]:
    unit, key = str(found.summary.unit.id), found.summary.period.key
    buttons = []
    for other, label in ((page - 1, t("‹ Page {page}", page=page)), (page + 1, t("Page {page} ›", page=page + 2))):
        if 0 <= other * PAGE < len(found.places):
            buttons.append(Button(label, "fair", (unit, key, str(other))))
    if before := earlier(found.summary.period):
        buttons.append(Button(name_of_period(before), "fair", (unit, before.key, "0")))
    if await turn.roles.covers(turn.person.id, found.summary.unit.id, SUBMIT):
        if await fair_tables(turn).is_shown(found.summary.unit.id):
            buttons.append(Button(t("Hide it from learners"), "fair.hide", (unit,)))
        elif found.places:
            buttons.append(Button(t("Let learners see it"), "fair.show", (unit,)))
    return tuple(buttons)


async def learners_table(turn: Turn, period: Period) -> Reply:
    """The upper half of the nearest table that learners may see, and the own unit's figure without its place."""
    off = t("The table of units is for officers here; the officer of the unit above may let everybody see it.")
    if turn.person.unit_id is None:
        return Reply(t("{You} belong to no unit yet, so there is no table to show. /donvi joins one."))
    nearest = await fair_tables(turn).nearest(turn.person.unit_id)
    unit = None if nearest is None else await turn.units.by_id(nearest)
    if unit is None:
        return Reply(off)
    found = await _fair_table(turn, unit, period, own=False)
    best = found.for_learners()
    if not best:
        return Reply(t("There are too few units of at least {count} people to compare them fairly.", count=SMALL))
    lines: list[Text | Joined] = [_title(found), *(_line(found, place) for place in best)]
    line = {one.id for one in await turn.units.ancestors(turn.person.unit_id)}
    mine = next((place for place in found.places if place.unit.unit_id in line), None)
    if mine is not None and mine not in best:
        lines.append(t("Your unit, {unit}: {value}.", unit=name_of(mine.unit), value=_value(found, mine)))
    return Reply(joined_text(lines))


async def switch(turn: Turn, unit: Unit, *, on: bool) -> Reply:
    """Let learners see the table, or no more; the other button undoes it. Raises NotAllowed."""
    await turn.must_cover(unit.id, SUBMIT)
    turn.audit("table.shown" if on else "table.hidden", unit_id=unit.id)
    if on:
        fair_tables(turn).show(unit.id, turn.person.id, turn.now)
        text = t(
            "Everybody in {unit} and below now sees the upper half of its table with /bangdonvi, and the figure of "
            "their own unit without its place.",
            unit=name_of(unit),
        )
        return Reply(text, (Button(t("Hide it from learners"), "fair.hide", (str(unit.id),)),), replaces=True)
    fair_tables(turn).hide(unit.id)
    text = t("Only officers see the table of {unit} now.", unit=name_of(unit))
    return Reply(text, (Button(t("Let learners see it"), "fair.show", (str(unit.id),)),), replaces=True)


async def _fair_table(turn: Turn, unit: Unit, period: Period, *, own: bool) -> FairTable:
    seen = await turn.officer_units() if own else ()
    return fair_table(await unit_summary(turn.summaries, turn.units, unit, period, turn.now, own=seen))


def _title(found: FairTable) -> Text:
    values = {
        "unit": name_of(found.summary.unit),
        "period": name_of_period(found.summary.period),
        "moment": Clock(found.summary.as_of),
    }
    if found.summary.is_military:
        return t("{unit} · {period} · share of people who logged, self-logged as of {moment}", **values)
    return t("{unit} · {period} · hours per head, self-logged as of {moment}", **values)


def _line(found: FairTable, place: Place) -> Text:
    return t("{number}. {unit}: {value}", number=place.number, unit=name_of(place.unit), value=_value(found, place))


def _value(found: FairTable, place: Place) -> Text:
    if found.summary.is_military:
        return t("{share}%", share=place.value)
    return t("{minutes} per head", minutes=Minutes(place.value))


def joined_text(lines: list[Text | Joined]) -> Text:
    """Lines as one text."""
    return t("{lines}", lines=joined(lines, "\n"))
