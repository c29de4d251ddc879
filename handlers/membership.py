"""Belonging to a unit: show, join, leave; and for officers, who waits to be confirmed."""

from collections.abc import Sequence

from bot.i18n import joined, t
from bot.joining import code_said
from bot.language.fold import fold
from bot.language.masking import mask
from bot.membership import alias_given, asks, check_acceptance, decide, decision_buttons, request_membership, settle
from bot.message import Button, Message, Reply
from bot.rights import CONFIRM
from bot.routes import OFFICERS, Routes, dead_button, key
from bot.scope import must_be_officer, own_units
from bot.study_answers import iso_day
from bot.summary_words import name_of
from bot.transfers import former, stamp, take_back, unit_of_day
from bot.tree import look_for_due_changes
from bot.turn import Turn

routes = Routes()

UNITS_SHOWN = 6
WAITING_SHOWN = 5
AT_ONCE = 20
"""Requests that one tap may confirm, each of them shown by name."""
NAME_SHOWN = 30
"""Letters of an alias and a unit's name in that list."""
FORMER_SHOWN = 3
NAME_LETTERS = 100


@routes.command("donvi", menu=t("My unit"))
async def unit(message: Message, turn: Turn, rest: str) -> Reply:
    """Show the own unit; with a code, ask to join it; with words, search."""
    said = rest.strip()
    if not said:
        return await _own(turn)
    if found := await turn.units.by_code(said):
        return await request_membership(turn, found)
    if answer := await code_said(turn, said):
        return answer
    words = fold(said)[:NAME_LETTERS]
    units = await turn.units.search(words, UNITS_SHOWN) if len(words) >= 2 else []
    turn.ask("unit")
    if not units:
        no_unit = t("There is no unit for “{words}”. Please send its code, or part of its name.", words=mask(said)[:80])
        return Reply(no_unit)
    choices = tuple(Button(name_of(one), "unit.join", (str(one.id),)) for one in units)
    return Reply(t("Which unit do {you} mean?"), (*choices, Button(t("Cancel"), "unit.cancel")))


async def _own(turn: Turn) -> Reply:
    change = Button(t("Change the unit"), "unit.change")
    await look_for_due_changes(turn.database, turn.now)
    stays = await turn.memberships.stays(turn.person.id)
    here = unit_of_day(stays, turn.today)
    planned = next((one for one in stays if one.state == "pending"), None)
    pending = None if planned else await turn.units.membership(turn.person.id, "pending")
    waits = await turn.units.by_id(pending.unit_id) if pending else None
    if waits is not None:
        text = t("{You} have asked to join {unit}; its officer has not decided yet.", unit=name_of(waits))
        return Reply(text, (Button(t("Take the request back"), "unit.cancel"), change))
    if here is None:
        turn.ask("unit")
        return Reply(t("{You} belong to no unit yet. Please send the code of the unit, or part of its name."))
    line = await turn.units.ancestors(here)
    path = joined([one.name for one in line], " › ")
    lines = [t("Your unit: {path}. Alias: {alias}.", path=path, alias=turn.person.alias or "–")]
    if planned is not None and planned.valid_from is not None:
        lines.append(t("From {day} on: {unit}.", day=planned.valid_from, unit=planned.unit_name))
        change = Button(t("Take the transfer back"), "unit.cancel")
    lines += [former(one) for one in stays[::-1] if one.state == "ended"][:FORMER_SHOWN]
    return Reply(t("{lines}", lines=joined(lines, "\n")), (change, Button(t("Leave the unit"), "unit.leave")))


@routes.tap("unit.change")
async def change(message: Message, turn: Turn) -> Reply:
    """Ask for another unit."""
    turn.ask("unit")
    return Reply(t("Please send the code of the new unit, or part of its name."))


@routes.tap("unit.join")
async def join(message: Message, turn: Turn, id: str, since: str = "") -> Reply:
    """A unit of the search was chosen, from a day on where one was named."""
    found, day = await turn.units.by_id(key(id)), iso_day(since) if since else None
    if found is None or found.valid_to is not None:
        raise dead_button()
    turn.close_question()
    return await request_membership(turn, found, day)


@routes.answer("alias")
async def alias(message: Message, turn: Turn) -> Reply:
    """The alias for the officer."""
    return await alias_given(turn, message.text)


@routes.tap("unit.cancel")
async def cancel(message: Message, turn: Turn) -> Reply:
    """Stop joining; a request that is open already is taken back, also one agreed to for a day to come."""
    turn.close_question()
    turn.memberships.withdraw(turn.person.id, turn.now)
    return Reply(t("Done, no request is open. {You} can join a unit at any time with /donvi."), replaces=True)


@routes.command("roidonvi", menu=t("Leave the unit"))
async def leave(message: Message, turn: Turn, rest: str) -> Reply:
    """Leave after one more tap."""
    return _ask_to_leave(turn)


@routes.tap("unit.leave")
async def leave_tapped(message: Message, turn: Turn) -> Reply:
    """The same from a button."""
    return _ask_to_leave(turn)


def _ask_to_leave(turn: Turn) -> Reply:
    if turn.person.unit_id is None:
        return Reply(t("{You} belong to no unit. /donvi joins one."))
    text = t("Leave {unit}? What {you} logged there stays in its totals; days from today on count there no more.",
             unit=turn.person.unit_name)  # fmt: skip
    stay = Button(t("Stay"), "unit.stay")
    return Reply(text, (Button(t("Leave"), "unit.left", (str(turn.person.unit_id),)), stay))


@routes.tap("unit.left")
async def left(message: Message, turn: Turn, id: str) -> Reply:
    """Leave now; a button about a former unit does nothing."""
    if turn.person.unit_id is None or turn.person.unit_id != key(id):
        raise dead_button()
    turn.memberships.leave(turn.person.id, turn.now, turn.today)
    return Reply(t("{You} have left {unit}. /donvi joins a unit again.", unit=turn.person.unit_name), replaces=True)


@routes.tap("unit.stay")
async def stay(message: Message, turn: Turn) -> Reply:
    """Nothing changes."""
    return Reply(t("{You} stay in {unit}.", unit=turn.person.unit_name or t("no unit")), replaces=True)


@routes.command("thanhvien", menu=t("Who waits to join"), who=OFFICERS)
async def members(message: Message, turn: Turn, rest: str) -> Reply:
    """Who waits in the officer's units and below, oldest first."""
    await must_be_officer(turn, CONFIRM)
    return await _waiting(turn)


async def _waiting(turn: Turn) -> Reply:
    below = [one.id for one in await own_units(turn, CONFIRM)]
    waiting = await turn.units.pending(below, WAITING_SHOWN)
    if not waiting:
        return Reply(t("Nobody waits to be confirmed."))
    count = await turn.units.count_pending(below)
    turn.audit("members.read", unit_id=below[0], people=len(waiting))
    lines = [t("“{alias}” → {unit}", alias=alias, unit=name_of(one)) for _, alias, one in waiting]
    text = t("{count} waiting to be confirmed, oldest first:\n{lines}", count=count, lines=joined(lines, "\n"))
    buttons = [Button(alias or "–", "member", (str(one.id),)) for one, alias, _ in waiting]
    if len(waiting) > 1:
        newest = max(one.id for one, _, _ in waiting)
        all_of_them = t("Confirm all {count}", count=min(count, AT_ONCE))
        shown = ("member_all", (str(newest), str(len(waiting))))
        # More than stand here are shown by name first.
        buttons.append(Button(all_of_them, *(shown if count <= len(waiting) else ("member_list", ()))))
    return Reply(text, tuple(buttons))


@routes.tap("member")
async def member(message: Message, turn: Turn, id: str) -> Reply:
    """One person of the list, with yes and no."""
    found = await turn.units.membership_by_id(key(id))
    if found is None:
        raise dead_button()
    await turn.must_cover(found.unit_id, CONFIRM)
    of = await turn.units.by_id(found.unit_id)
    if of is None or found.state != "pending":
        return Reply(t("This request has been dealt with already."), replaces=True)
    turn.audit("member.read", unit_id=found.unit_id, about=found.person_id)
    alias = await turn.units.alias_of(found.person_id)
    return Reply(asks(alias, of, found.valid_from), decision_buttons(found.id), replaces=True)


@routes.tap("member_yes")
async def confirm(message: Message, turn: Turn, id: str) -> Reply:
    """Yes to one request."""
    return await decide(turn, key(id), accept=True)


@routes.tap("member_no")
async def refuse(message: Message, turn: Turn, id: str) -> Reply:
    """No to one request."""
    return await decide(turn, key(id), accept=False)


@routes.tap("member_list")
async def list_all(message: Message, turn: Turn) -> Reply:
    """More than the first few, by name, before all of them are confirmed at once."""
    await must_be_officer(turn, CONFIRM)
    below = [one.id for one in await own_units(turn, CONFIRM)]
    waiting = await turn.units.pending(below, AT_ONCE)
    if not waiting:
        return Reply(t("Nobody waits to be confirmed."), replaces=True)
    turn.audit("members.read", unit_id=below[0], people=len(waiting))
    lines = [t("“{alias}” → {unit}", alias=alias[:NAME_SHOWN], unit=one.name[:NAME_SHOWN]) for _, alias, one in waiting]
    text = t("Confirm these {count} people?\n{lines}", count=len(waiting), lines=joined(lines, "\n"))
    newest = max(one.id for one, _, _ in waiting)
    yes = Button(t("Confirm these {count}", count=len(waiting)), "member_all", (str(newest), str(len(waiting))))
    return Reply(text, (yes, Button(t("Cancel"), "mv.no")), replaces=True)


@routes.tap("member_all")
async def confirm_all(message: Message, turn: Turn, newest: str, count: str) -> Sequence[Reply]:
    """Yes to those whom the list showed: whoever asked after it was shown is not swept in."""
    await must_be_officer(turn, CONFIRM)
    below = [one.id for one in await own_units(turn, CONFIRM)]
    waiting = await turn.units.pending(below, min(key(count), AT_ONCE))
    shown = [(one, alias, of) for one, alias, of in waiting if one.id <= key(newest)]
    if not shown:
        return (Reply(t("These requests have been dealt with already."), replaces=True),)
    for one, _, of in shown:
        await check_acceptance(turn, one)
        settle(turn, one, of, accept=True)
    lines = [t("“{alias}” → {unit}", alias=alias[:NAME_SHOWN], unit=of.name[:NAME_SHOWN]) for _, alias, of in shown]
    undo = Button(t("Undo"), "member_undo", (stamp(turn.now),))
    done = Reply(t("Confirmed:\n{names}", names=joined(lines, "\n")), (undo,), replaces=True)
    left_over = await turn.units.count_pending(below) - len(shown)
    more = Reply(t("{count} more wait: /thanhvien.", count=left_over))
    return (done, more) if left_over > 0 else (done,)


@routes.tap("member_undo")
async def undo(message: Message, turn: Turn, moment: str) -> Reply:
    """What this officer confirmed at that moment waits again; the people are told."""
    made = await take_back(turn, moment, asks=True)
    told = t("The confirmation was taken back; your request waits for the officer again.")
    turn.notify([one.person_id for one in made], Reply(told))
    return Reply(t("Taken back: {count} requests wait again. /thanhvien", count=len(made)), replaces=True)
