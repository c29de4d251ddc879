"""Fair tables of units: per head, with a least size; all places for officers, the upper half for others if allowed."""

from bot.errors import UserError
from bot.fair_tables import learners_table, officers_table, switch
from bot.i18n import t
from bot.language.periods import Period, parse_period
from bot.message import Button, Message, Reply
from bot.routes import OFFICERS, Routes, dead_button, key
from bot.scope import find_units, own_units, unit_and_period
from bot.summary_words import name_of
from bot.turn import Turn

routes = Routes()

UNITS_SHOWN = 6


@routes.command("bangdonvi", menu=t("Table of the units"), who=OFFICERS)
async def table(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: a unit, then a period; without them the officer's own unit and this month."""
    if not await turn.own_roles():
        return await learners_table(turn, parse_period(rest, turn.today) or _month(turn))
    words, period = await unit_and_period(rest, turn)
    chosen = period or _month(turn)
    units = await (find_units(turn, words) if words else own_units(turn))
    if not units:
        raise UserError(
            t("I find no unit and no period for “{words}”. Try for example: /bangdonvi A1 tháng 10.", words=rest[:80])
        )
    if len(units) == 1:
        return await officers_table(turn, units[0], chosen)
    choices = tuple(Button(name_of(unit), "fair", (str(unit.id), chosen.key, "0")) for unit in units[:UNITS_SHOWN])
    return Reply(t("Of which unit shall I show the table?"), choices)


def _month(turn: Turn) -> Period:
    found = parse_period(f"{turn.today:%Y-%m}", turn.today)
    if found is None:
        raise dead_button()
    return found


@routes.tap("fair")
async def page(message: Message, turn: Turn, id: str, period: str, number: str) -> Reply:
    """Another page, another period or another unit."""
    unit, chosen = await turn.units.by_id(key(id)), parse_period(period, turn.today)
    if unit is None or chosen is None:
        raise dead_button()
    return await officers_table(turn, unit, chosen, key(number))


@routes.tap("fair.show")
async def show(message: Message, turn: Turn, id: str) -> Reply:
    """Learners may see it."""
    return await _switch(turn, id, on=True)


@routes.tap("fair.hide")
async def hide(message: Message, turn: Turn, id: str) -> Reply:
    """Learners may not see it any more."""
    return await _switch(turn, id, on=False)


async def _switch(turn: Turn, id: str, *, on: bool) -> Reply:
    unit = await turn.units.by_id(key(id))
    if unit is None:
        raise dead_button()
    return await switch(turn, unit, on=on)
