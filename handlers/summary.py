"""Summaries for officers: a unit and a period in words, drill-down by buttons; every tap checks the scope again."""

from dataclasses import replace

from bot.errors import UserError
from bot.i18n import t
from bot.language.periods import Period, parse_period
from bot.message import Button, Message, Reply
from bot.reports.period import following, name_of_period
from bot.reports.unit import UnitSummary, unit_summary
from bot.routes import OFFICERS, Routes, dead_button, key
from bot.scope import find_units, must_be_officer, own_units
from bot.summary_words import PAGE, branch_list, headline, name_of
from bot.turn import Turn

routes = Routes()


@routes.command("tonghop", menu=t("Summary of the unit"), who=OFFICERS)
async def summary(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: a unit by code or name, then a period in words; without them the person's own unit and this month."""
    await must_be_officer(turn)
    words, period = await _split(rest, turn)
    units = await (find_units(turn, words) if words else own_units(turn))
    if not units:
        raise UserError(
            t("I find no unit and no period for “{words}”. Try for example: /tonghop A1 tháng 10.", words=rest[:80])
        )
    if len(units) == 1:
        return await _shown(turn, units[0].id, period)
    choices = tuple(Button(name_of(unit), "sum", (str(unit.id), period.key)) for unit in units[:PAGE])
    return Reply(t("Which unit? ({period})", period=name_of_period(period)), choices)


@routes.tap("sum")
async def unit_tapped(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """Another unit or another period."""
    return replace(await _shown(turn, key(id), _period(turn, period)), replaces=True)


@routes.tap("sum.below")
async def below_tapped(message: Message, turn: Turn, id: str, period: str, page: str) -> Reply:
    """One page of the units right below."""
    found = await _summary(turn, key(id), _period(turn, period))
    text, shown = branch_list(found, key(page))
    if not shown:
        raise dead_button()
    buttons = [Button(name_of(branch), "sum", (str(branch.unit_id), period)) for branch in shown]
    if key(page):
        buttons.append(Button(t("‹ Page {page}", page=key(page)), "sum.below", (id, period, str(key(page) - 1))))
    if (key(page) + 1) * PAGE < len(found.figures.branches):
        buttons.append(Button(t("Page {page} ›", page=key(page) + 2), "sum.below", (id, period, str(key(page) + 1))))
    return Reply(t("{lines}", lines=text), (*buttons, Button(t("Back"), "sum", (id, period))), replaces=True)


async def _split(rest: str, turn: Turn) -> tuple[str, Period]:
    """The words for the unit, and the period that the end of the text names (this month without one).

    A unit's code goes first: "T1" and "Q1" are also short for a month and a quarter.
    """
    words = rest.split() if await turn.units.by_code(rest) is None else []
    for start in range(len(words)):
        if period := parse_period(" ".join(words[start:]), turn.today):
            return " ".join(words[:start]), period
    return rest.strip(), _period(turn, f"{turn.today:%Y-%m}")


def _period(turn: Turn, key: str) -> Period:
    period = parse_period(key, turn.today)
    if period is None:
        raise dead_button()
    return period


async def _summary(turn: Turn, unit_id: int, period: Period) -> UnitSummary:
    """The summary, after the check that this person may see this unit now."""
    await turn.must_cover(unit_id)
    unit = await turn.units.by_id(unit_id)
    if unit is None:
        raise dead_button()
    own = await turn.officer_units()
    return await unit_summary(turn.summaries, turn.units, unit, period, turn.now, own=own)


async def _shown(turn: Turn, unit_id: int, period: Period) -> Reply:
    found = await _summary(turn, unit_id, period)
    return Reply(t("{lines}", lines=headline(found)), tuple(await _buttons(turn, found)))


async def _buttons(turn: Turn, found: UnitSummary) -> list[Button]:
    id, period = str(found.unit.id), found.period
    buttons = []
    if found.figures.branches:
        buttons.append(Button(t("Units below"), "sum.below", (id, period.key, "0")))
    for above in found.line[-2:-1]:
        if await turn.roles.covers(turn.person.id, above.id):
            buttons.append(Button(t("Up: {unit}", unit=above.name), "sum", (str(above.id), period.key)))
    before, after = found.period_before, following(period, turn.today)
    if before is not None:
        buttons.append(Button(t("‹ {period}", period=name_of_period(before)), "sum", (id, before.key)))
    if after is not None:
        buttons.append(Button(t("{period} ›", period=name_of_period(after)), "sum", (id, after.key)))
    return buttons
