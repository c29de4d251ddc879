"""The unit's code with its QR for posters: /maqr shows, renews, limits and ends it; every tap checks the right."""

from datetime import timedelta

from bot.clock import end_of
from bot.errors import UserError
from bot.i18n import t
from bot.joining import JoinCode, JoinCodes, Unit, default_end, poster_of
from bot.language.future_days import future_day
from bot.message import Button, Message, Reply
from bot.rights import CONFIRM
from bot.routes import OFFICERS, Routes, dead_button, key
from bot.scope import find_units, must_be_officer, own_units
from bot.summary_words import name_of
from bot.turn import Turn

routes = Routes()

UNITS_SHOWN = 8
DAYS = {"0": None, "30": 30}
_UNTIL = (" đến ", " den ", " until ")


@routes.command("maqr", menu=t("Code and QR of the unit"), who=OFFICERS)
async def show(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: a unit below one's own by code or name, and "đến 31/12" for the code's last day."""
    await must_be_officer(turn, CONFIRM)
    words, said = _split(rest)
    day = future_day(said, turn.today) if said else None
    if said and day is None:
        raise UserError(t("“{words}” is no day from today on. Write it like 31/12/2026.", words=said[:40]))
    units = await (find_units(turn, words) if words else own_units(turn, CONFIRM))
    if not units:
        raise UserError(t("I find no unit for “{words}” in your care.", words=words[:80]))
    if len(units) > 1:
        buttons = tuple(Button(name_of(one), "qr", (str(one.id),)) for one in units[:UNITS_SHOWN])
        return Reply(t("The code of which unit?"), buttons)
    await turn.must_cover(units[0].id, CONFIRM)
    code = await _code(turn, units[0])
    if day is not None:
        codes(turn).set_end(code.id, end_of(day))
        code = JoinCode(code.id, code.code, code.unit_id, end_of(day), None)
    return await poster_of(turn, units[0], code)


def codes(turn: Turn) -> JoinCodes:
    """Codes of units."""
    return JoinCodes(turn.database, turn.changes)


def _split(rest: str) -> tuple[str, str]:
    """The words for the unit, and those for the day."""
    said = f" {' '.join(rest.split())} "
    for until in _UNTIL:
        if until in said:
            before, _, after = said.partition(until)
            return before.strip(), after.strip()
    return said.strip(), ""


async def _code(turn: Turn, unit: Unit) -> JoinCode:
    """The unit's code that is open, else a new one."""
    found = await codes(turn).of(unit.id, turn.now)
    return found or _new(turn, unit)


def _new(turn: Turn, unit: Unit) -> JoinCode:
    turn.audit("code.made", unit_id=unit.id)
    return codes(turn).make(unit.id, turn.person.id, turn.now, default_end(turn))


async def _unit(turn: Turn, id: str) -> Unit:
    await turn.must_cover(key(id), CONFIRM)
    unit = await turn.units.by_id(key(id))
    if unit is None or unit.valid_to is not None:
        raise dead_button()
    return unit


@routes.tap("qr")
async def chosen(message: Message, turn: Turn, id: str) -> Reply:
    """One of several units."""
    unit = await _unit(turn, id)
    return await poster_of(turn, unit, await _code(turn, unit))


@routes.tap("qr.new")
async def renew(message: Message, turn: Turn, id: str) -> Reply:
    """A new code; posters with the old one lead nowhere."""
    unit = await _unit(turn, id)
    return await poster_of(turn, unit, _new(turn, unit))


@routes.tap("qr.end")
async def limit(message: Message, turn: Turn, id: str, days: str) -> Reply:
    """Let the code end after some days, or never."""
    if days not in DAYS:
        raise dead_button()
    unit, count = await _unit(turn, id), DAYS[days]
    code = await _code(turn, unit)
    ends_at = end_of(turn.today + timedelta(days=count)) if count else None
    if code.ends_at != ends_at:
        codes(turn).set_end(code.id, ends_at)
    return await poster_of(turn, unit, JoinCode(code.id, code.code, code.unit_id, ends_at, None))


@routes.tap("qr.off")
async def off(message: Message, turn: Turn, id: str) -> Reply:
    """No code of the unit works any more."""
    unit = await _unit(turn, id)
    turn.audit("code.ended", unit_id=unit.id)
    codes(turn).end(unit.id, turn.now)
    again = Button(t("New code"), "qr.new", (id,))
    return Reply(t("No code of {unit} works any more; posters lead nowhere.", unit=unit.name), (again,))
