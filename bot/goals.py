"""The rules of goals: a person's own hours a week, else those of the unit; who may set a unit's, on what basis."""

from dataclasses import replace

from bot.errors import NotAllowed, UserError
from bot.i18n import Minutes, Text, t
from bot.language.fold import fold
from bot.language.goals import LEAST_MINUTES, MOST_MINUTES, read_goal
from bot.message import Button, Reply
from bot.study import minutes_before, this_week
from bot.turn import Turn
from storage.goals import BASIS_LETTERS, Goals, UnitGoal
from storage.roles import SUBMIT
from storage.units import Unit

QUICK_HOURS = (3, 5, 7, 10)
"""The choices under the question for a goal."""
BASIS_LEAST = 5
"""Letters of a citation: fewer name no document."""
_BASIS_WORDS = (("theo",), ("can", "cu"), ("thuc", "hien"), ("under",), ("per",), ("basis",))


def goals(turn: Turn) -> Goals:
    """Goals of units, in this turn."""
    return Goals(turn.database, turn.changes)


def checked(text: str) -> int:
    """Minutes a week that a text names. Raises UserError with the reason."""
    minutes = read_goal(text)
    if minutes is None:
        raise UserError(t("I did not understand that goal. Please send hours a week, for example: /muctieu 5 giờ."))
    return within_limits(minutes)


def within_limits(minutes: int) -> int:
    """The minutes themselves. Raises UserError when no week can hold them."""
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise UserError(
            t(
                "The goal was not changed: a goal is between {least} and {most} a week, and this is {minutes}.",
                least=Minutes(LEAST_MINUTES),
                most=Minutes(MOST_MINUTES),
                minutes=Minutes(minutes),
            )
        )
    return minutes


async def set_own(turn: Turn, minutes: int | None) -> Reply:
    """Keep the person's own goal; None lets the unit's hold again. Echo it with this week and an undo."""
    before = turn.person.goal_minutes
    turn.people.update(turn.person, goal_minutes=minutes)
    turn.person = replace(turn.person, goal_minutes=minutes)
    undo = Button(t("Undo"), "goal.own", (str(before or 0),))
    lines = await described(turn)
    return Reply(t("Goal changed. {goal}", goal=lines), (undo,) if before != minutes else ())


async def described(turn: Turn) -> Text:
    """The goal that holds for the person, who set it, and this week against it."""
    week = this_week(turn, await minutes_before(turn, ()))
    if own := turn.person.goal_minutes:
        return t("Your goal: {goal} a week, set by {you}.\n{week}", goal=Minutes(own), week=week)
    unit = await goals(turn).nearest(turn.person.unit_id)
    if unit is None:
        return t("No goal is set: neither {you} nor the unit have one.\n{week}", week=week)
    return t(
        "Your goal: {goal} a week, set by {unit} (basis: {basis}).\n{week}",
        goal=Minutes(unit.minutes),
        unit=unit.unit_name,
        basis=unit.basis,
        week=week,
    )


async def must_set_goal(turn: Turn, unit_id: int) -> Unit:
    """The unit, when this person may set its goal: an officer of it or of one above; for a root an admin.

    Raises NotAllowed, or UserError when the unit is no more.
    """
    await turn.must_cover(unit_id, SUBMIT)
    unit = await turn.units.by_id(unit_id)
    if unit is None or unit.valid_to is not None:
        raise UserError(t("This unit is no more."))
    if unit.parent_id is None and not await turn.is_admin():
        raise NotAllowed(t("The goal of {unit} holds for everybody below it; only an admin sets it.", unit=unit.name))
    return unit


async def ask_unit_goal(turn: Turn, unit: Unit) -> Reply:
    """What holds in the unit now, and the question for hours a week."""
    turn.ask("goal.unit", unit=unit.id)
    own = await goals(turn).own(unit.id)
    holds = own or await goals(turn).nearest(unit.id)
    question = t("How many hours a week shall each person of {unit} study? For example: 6 giờ", unit=unit.name)
    if holds is None:
        return Reply(t("{unit} has no goal yet. {question}", unit=unit.name, question=question))
    text = t(
        "In {unit} the goal is {goal} a week, set by {of} (basis: {basis}). {question}",
        unit=unit.name,
        goal=Minutes(holds.minutes),
        of=holds.unit_name,
        basis=holds.basis,
        question=question,
    )
    drop = Button(t("No goal of its own"), "goal.unit.drop", (str(holds.id),))
    return Reply(text, (drop,) if own else ())


async def set_unit_goal(turn: Turn, unit: Unit, minutes: int, basis: str) -> Reply:
    """Let the goal hold for the unit and all below that have none of their own; ask for the document first."""
    within_limits(minutes)
    basis = " ".join(basis.split())
    if not BASIS_LEAST <= len(basis) <= BASIS_LETTERS:
        turn.ask("goal.basis", unit=unit.id, minutes=minutes)
        return Reply(
            t(
                "On which document does the goal of {goal} a week for {unit} rest? Please send its number and date, "
                "in {least} to {most} characters, for example: Kế hoạch 12/KH-UBND ngày 05/01/2026.",
                goal=Minutes(minutes),
                unit=unit.name,
                least=BASIS_LEAST,
                most=BASIS_LETTERS,
            )
        )
    id = goals(turn).set(unit.id, minutes, basis, turn.person.id, turn.now)
    turn.audit("goal.set", unit_id=unit.id, minutes=minutes)
    text = t(
        "Goal of {unit}: {goal} a week for each person (basis: {basis}). It holds for everybody there and below who "
        "has set none.",
        unit=unit.name,
        goal=Minutes(minutes),
        basis=basis,
    )
    return Reply(text, (Button(t("Undo"), "goal.unit.undo", (str(id),)),))


async def undo_unit_goal(turn: Turn, goal: UnitGoal) -> Reply:
    """Bring back what held before this goal, while no newer one has taken its place."""
    unit = await must_set_goal(turn, goal.unit_id)
    now = await goals(turn).own(unit.id)
    if now is None or now.id != goal.id:
        return Reply(t("The goal of {unit} has been changed since; nothing was undone.", unit=unit.name), replaces=True)
    if before := await goals(turn).before(goal):
        goals(turn).set(unit.id, before.minutes, before.basis, turn.person.id, turn.now)
        turn.audit("goal.set", unit_id=unit.id, minutes=before.minutes)
        text = t("Undone: the goal of {unit} is {goal} a week again.", unit=unit.name, goal=Minutes(before.minutes))
        return Reply(text, replaces=True)
    goals(turn).end(unit.id, turn.now)
    turn.audit("goal.ended", unit_id=unit.id)
    return Reply(t("Undone: {unit} has no goal of its own.", unit=unit.name), replaces=True)


async def drop_unit_goal(turn: Turn, goal: UnitGoal) -> Reply:
    """The unit sets none any more; the one of the nearest unit above holds."""
    unit = await must_set_goal(turn, goal.unit_id)
    now = await goals(turn).own(unit.id)
    if now is None or now.id != goal.id:
        return Reply(t("The goal of {unit} has been changed since; nothing was changed now.", unit=unit.name))
    goals(turn).end(unit.id, turn.now)
    turn.audit("goal.ended", unit_id=unit.id)
    turn.close_question()
    text = t("{unit} has no goal of its own now; that of the nearest unit above holds, if it has one.", unit=unit.name)
    back = Button(t("Undo"), "goal.unit.back", (str(goal.id),))
    return Reply(text, (back,), replaces=True)


def split_basis(words: str) -> tuple[str, str]:
    """ "6 giờ theo Kế hoạch 12" as ("6 giờ", "Kế hoạch 12")."""
    said = words.split()
    keys = [fold(word).strip(" ,.;:") for word in said]
    for at in range(len(said)):
        for mark in _BASIS_WORDS:
            if tuple(keys[at : at + len(mark)]) == mark:
                return " ".join(said[:at]).rstrip(" ,;:"), " ".join(said[at + len(mark) :]).lstrip(" ,;:")
    return " ".join(said), ""


async def unit_named(turn: Turn, words: str) -> tuple[Unit | None, str]:
    """ "A.1 6 giờ" as the unit A.1 and "6 giờ"; "đơn vị 6 giờ" as the officer's only unit; without a unit None."""
    said = words.split()
    named = False
    while said and fold(said[0]) in {"don", "vi", "cho", "cua", "unit", "for"}:
        named |= fold(said[0]) in {"vi", "unit"}
        said = said[1:]
    if said and (found := await turn.units.by_code(said[0])):
        return found, " ".join(said[1:])
    own = await turn.officer_units() if named else ()
    if len(own) == 1:
        return await turn.units.by_id(own[0]), " ".join(said)
    return None, " ".join(said)
