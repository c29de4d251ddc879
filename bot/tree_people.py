"""People whose unit ended: an admin says for each of them which unit is theirs now; the bot never guesses."""

from bot.i18n import joined, t
from bot.message import Button, Reply
from bot.routes import dead_button
from bot.summary_words import name_of
from bot.turn import Turn
from storage.unit_history import UnitHistory, Waiting
from storage.units import Unit

PEOPLE_SHOWN = 6
UNITS_SHOWN = 8


async def queue(turn: Turn) -> Reply:
    """Who waits, oldest change first."""
    history = UnitHistory(turn.database, turn.changes)
    waiting = await history.waiting_people(PEOPLE_SHOWN)
    if not waiting:
        return Reply(t("Nobody waits for another unit."))
    turn.audit("tree.waiting_read", people=len(waiting))
    lines = [t("“{alias}”, formerly {unit}", alias=one.alias or "–", unit=one.unit_name) for one in waiting]
    buttons = [Button(one.alias or "–", "tree.person", (str(one.membership_id),)) for one in waiting]
    count = await history.count_waiting()
    text = t("{count} people wait for another unit, oldest first:\n{lines}", count=count, lines=joined(lines, "\n"))
    return Reply(text, tuple(buttons))


async def person(turn: Turn, membership_id: int) -> Reply:
    """One of them, with the units that were opened in place of the old one; or any other unit by its code or name."""
    one = await _waiting(turn, membership_id)
    turn.audit("tree.waiting_read", about=one.person_id)
    opened = (await UnitHistory(turn.database, turn.changes).opened_by(one.event_id))[:UNITS_SHOWN]
    buttons = [Button(name_of(unit), "tree.assign", (str(membership_id), str(unit.id))) for unit in opened]
    turn.ask("tree.home", membership=membership_id)
    text = t("Which unit is “{alias}” (formerly {unit}) in now? Choose it, or send a code or name.",
             alias=one.alias or "–", unit=one.unit_name)  # fmt: skip
    return Reply(text, (*buttons, Button(t("Cancel"), "tree.cancel")))


async def assign(turn: Turn, membership_id: int, unit: Unit) -> Reply:
    """Write the decision, tell the person, and go on with who waits."""
    one = await _waiting(turn, membership_id)
    if unit.valid_to is not None:
        raise dead_button()
    turn.close_question()
    turn.audit("tree.assigned", unit_id=unit.id, about=one.person_id)
    UnitHistory(turn.database, turn.changes).assign(one, unit.id, turn.person.id, turn.now)
    told = t("{old} has ended. {You} belong to {unit} now; what {you} logged before keeps its place.",
             old=one.unit_name, unit=name_of(unit))  # fmt: skip
    turn.notify((one.person_id,), Reply(told))
    text = t("“{alias}” belongs to {unit} now.", alias=one.alias or "–", unit=name_of(unit))
    return Reply(text, (Button(t("Assign people"), "tree.queue"),))


async def _waiting(turn: Turn, membership_id: int) -> Waiting:
    one = await UnitHistory(turn.database, turn.changes).waiting_person(membership_id)
    if one is None:
        raise dead_button()
    return one
