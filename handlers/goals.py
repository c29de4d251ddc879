"""Goals: hours a week of a person, and of a unit with the document; the nearest one holds."""

from bot.errors import NotAnAnswer
from bot.goals import (
    QUICK_HOURS,
    ask_unit_goal,
    checked,
    described,
    drop_unit_goal,
    goals,
    must_set_goal,
    set_own,
    set_unit_goal,
    split_basis,
    undo_unit_goal,
    unit_named,
    within_limits,
)
from bot.i18n import Minutes, t
from bot.language.fold import fold
from bot.language.goals import DROP, read_goal
from bot.language.study import understand
from bot.message import Button, Message, Reply
from bot.routes import Routes, dead_button, key
from bot.scope import own_units
from bot.summary_words import name_of
from bot.turn import Turn

routes = Routes()

UNITS_SHOWN = 8
_DROPS = {fold(DROP), "xoa", "huy", "khong", "0", "bo rieng", "theo don vi", "drop", "none", "remove"}
_NEW = ("log", "correction", "question")


@routes.command("muctieu", menu=t("My goal: hours a week"))
async def goal(message: Message, turn: Turn, rest: str) -> Reply:
    """Show the goal; with hours set it; with a unit's code in front, set that unit's."""
    said = rest.strip()
    if not said:
        return await _shown(turn)
    if fold(said).strip(" .!") in _DROPS:
        return await set_own(turn, None)
    words, basis = split_basis(said)
    # Hours begin with a number; a unit whose code does, too, is named with "đơn vị" before it.
    unit, hours = (None, words) if words[:1].isdigit() else await unit_named(turn, words)
    if unit is None:
        return await set_own(turn, checked(words))
    await must_set_goal(turn, unit.id)
    if not hours:
        return await ask_unit_goal(turn, unit)
    return await set_unit_goal(turn, unit, checked(hours), basis)


async def _shown(turn: Turn) -> Reply:
    """The goal that holds, with quick choices; officers also find the goals of their units here."""
    turn.ask("goal")
    choices = [Button(t("{hours}", hours=Minutes(60 * hours)), "goal.own", (str(60 * hours),)) for hours in QUICK_HOURS]
    if turn.person.goal_minutes:
        keep = t("Follow the unit") if turn.person.unit_goal_minutes else t("No goal")
        choices.append(Button(keep, "goal.own", ("0",)))
    if await turn.own_roles():
        choices.append(Button(t("Goal of a unit"), "goal.units"))
    holds = await described(turn)
    text = t("{goal}\nTo change it, tap a choice or send for example “goal 5 hours a week”.", goal=holds)
    return Reply(text, tuple(choices))


@routes.answer("goal")
async def goal_said(message: Message, turn: Turn) -> Reply:
    """Hours in answer to the goal that was shown; anything else is something new."""
    if fold(message.text).strip(" .!") in _DROPS:
        return await set_own(turn, None)
    if read_goal(message.text) is None or understand(message.text, turn.local_now).kind in _NEW:
        raise NotAnAnswer
    return await set_own(turn, checked(message.text))


@routes.tap("goal.own")
async def own_tapped(message: Message, turn: Turn, minutes: str) -> Reply:
    """A quick choice, or an undo; 0 stands for no goal of one's own."""
    chosen = key(minutes)
    turn.close_question()
    return await set_own(turn, within_limits(chosen) if chosen else None)


@routes.tap("goal.units")
async def units(message: Message, turn: Turn) -> Reply:
    """The officer's units to choose from; units below by their code."""
    found = await own_units(turn)
    if not found:
        raise dead_button()
    turn.close_question()
    choices = tuple(Button(name_of(unit), "goal.of", (str(unit.id),)) for unit in found[:UNITS_SHOWN])
    text = t("Of which unit? For a unit below send for example: /muctieu {code} 6 giờ theo Kế hoạch 12", code="A.1")
    return Reply(text, choices)


@routes.tap("goal.of")
async def unit_tapped(message: Message, turn: Turn, id: str) -> Reply:
    """One of them."""
    return await ask_unit_goal(turn, await must_set_goal(turn, key(id)))


@routes.answer("goal.unit")
async def unit_hours(message: Message, turn: Turn) -> Reply:
    """Hours a week for the unit, perhaps with the document."""
    unit_id = int(turn.draft.get("unit", 0))
    words, basis = split_basis(message.text)
    if read_goal(words) is None:
        raise NotAnAnswer
    return await set_unit_goal(turn, await must_set_goal(turn, unit_id), checked(words), basis)


@routes.answer("goal.basis")
async def basis_said(message: Message, turn: Turn) -> Reply:
    """The document behind the unit's goal."""
    unit_id, minutes = int(turn.draft.get("unit", 0)), int(turn.draft.get("minutes", 0))
    if understand(message.text, turn.local_now).kind == "log":
        raise NotAnAnswer
    words, basis = split_basis(message.text)
    return await set_unit_goal(turn, await must_set_goal(turn, unit_id), minutes, basis if not words else message.text)


@routes.tap("goal.unit.undo")
async def unit_undone(message: Message, turn: Turn, id: str) -> Reply:
    """Back to what held before."""
    found = await goals(turn).by_id(key(id))
    if found is None:
        raise dead_button()
    return await undo_unit_goal(turn, found)


@routes.tap("goal.unit.drop")
async def unit_dropped(message: Message, turn: Turn, id: str) -> Reply:
    """No goal of the unit's own any more."""
    found = await goals(turn).by_id(key(id))
    if found is None:
        raise dead_button()
    return await drop_unit_goal(turn, found)


@routes.tap("goal.unit.back")
async def unit_back(message: Message, turn: Turn, id: str) -> Reply:
    """The goal that was dropped holds again, unless another one was set since."""
    found = await goals(turn).by_id(key(id))
    if found is None:
        raise dead_button()
    unit = await must_set_goal(turn, found.unit_id)
    if await goals(turn).own(unit.id) is not None:
        return Reply(t("The goal of {unit} has been changed since; nothing was changed now.", unit=unit.name))
    return await set_unit_goal(turn, unit, found.minutes, found.basis)
