"""Admins change the tree of units: choose a change, say what and when, see its effect on the totals, confirm, undo."""

from datetime import date
from secrets import token_hex
from typing import Any

from bot.errors import NotAllowed, UserError
from bot.i18n import Text, joined, t
from bot.language.fold import fold
from bot.language.masking import mask
from bot.message import Button, Message, Reply
from bot.routes import ADMINS, Routes, dead_button, key
from bot.scope import find_units
from bot.secrecy import must_be_secret_enough
from bot.summary_words import name_of
from bot.tree import dry_run, history_of, look_for_due_changes, plan, plan_undo
from bot.tree_people import assign, person, queue
from bot.tree_plan import EARLIEST, as_event, change_of, day_and_basis, new_units, titles
from bot.tree_words import NAMES, change_words, now_is, question
from bot.turn import Turn
from bot.units_file import LIMITS, NAME

routes = Routes()

CHANGES_SHOWN = 5
UNIT_KINDS = ("rename", "move", "merge", "split", "close")
_ROOT = ("goc", "khong", "root", "none")


@routes.command("caydonvi", menu=t("Change the tree of units"), who=ADMINS)
async def tree(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: a unit by code or name, to change it; without it the newest changes."""
    await _must_be_admin(turn)
    if not rest.strip():
        return await _overview(turn)
    found = await find_units(turn, rest)
    if not found:
        raise UserError(_no_unit(rest))
    if len(found) > 1:
        return Reply(t("Which unit do {you} mean?"), tuple(_choice(unit) for unit in found))
    return await _card(turn, found[0].id, now_is(found[0]))


def _choice(unit: Any) -> Button:
    return Button(name_of(unit), "tree.unit", (str(unit.id),))


async def _must_be_admin(turn: Turn) -> None:
    if not await turn.is_admin():
        raise NotAllowed(t("Only an admin changes the tree of units."))
    await look_for_due_changes(turn.database, turn.now)


async def _overview(turn: Turn) -> Reply:
    history = history_of(turn)
    events = await history.events(CHANGES_SHOWN)
    names = await titles(turn.units, events)
    lines: list[Text] = [change_words(event, names) for event in events]
    waiting = await history.count_waiting()
    buttons = [Button(t("Undo: {kind}", kind=NAMES[event.kind]), "tree.undo", (str(event.id),)) for event in events[:1]
               if event.state in ("applied", "waiting")]  # fmt: skip
    if waiting:
        lines.append(t("{count} people wait for another unit.", count=waiting))
        buttons.append(Button(t("Assign people"), "tree.queue"))
    buttons.append(Button(t("Open a unit"), "tree.kind", ("open", "0")))
    text = t("To change a unit, send /caydonvi with its code or name.")
    newest = t("Newest changes:\n{lines}", lines=joined(lines, "\n")) if lines else t("No changes yet.")
    return Reply(t("{first}\n{second}", first=text, second=newest), tuple(buttons))


@routes.tap("tree.unit")
async def unit_tapped(message: Message, turn: Turn, id: str) -> Reply:
    """One unit with its former names and what can be done."""
    await _must_be_admin(turn)
    return await _card(turn, key(id), None)


async def _card(turn: Turn, id: int, note: Text | None) -> Reply:
    unit = await turn.units.by_id(id)
    if unit is None or unit.valid_to is not None:
        raise dead_button()
    line = joined([one.name for one in await turn.units.ancestors(id)], " › ")
    lines: list[Any] = [] if note is None else [note]
    lines.append(t("{unit}: {line}.", unit=name_of(unit), line=line))
    for name, since, until in (await history_of(turn).former_names(id))[:CHANGES_SHOWN]:
        lines.append(
            t("Until {until}: {name}.", until=until, name=name)
            if since.year < EARLIEST
            else t("From {since} until {until}: {name}.", since=since, until=until, name=name)
        )
    kinds = [Button(NAMES[kind], "tree.kind", (kind, str(id))) for kind in UNIT_KINDS]
    below = Button(t("Open a unit below"), "tree.kind", ("open", str(id)))
    return Reply(t("{lines}", lines=joined(lines, "\n")), (*kinds, below))


@routes.tap("tree.kind")
async def kind_tapped(message: Message, turn: Turn, kind: str, id: str) -> Reply:
    """The change is chosen: ask what it needs."""
    await _must_be_admin(turn)
    unit = await turn.units.by_id(key(id)) if key(id) else None
    if kind not in NAMES or (unit is None and kind != "open") or (unit is not None and unit.valid_to is not None):
        raise dead_button()
    name = name_of(unit) if unit else t("the top of the tree")
    draft = {"kind": kind, "unit": unit.id if unit else 0}
    if kind == "close":
        return _ask_day(turn, draft)
    turn.ask("tree.what", **draft)
    return Reply(question(kind, name), (_cancel(),))


@routes.answer("tree.what")
async def what(message: Message, turn: Turn) -> Reply:
    """The new name, the other unit, or the new units."""
    await _must_be_admin(turn)
    draft, text = dict(turn.draft), message.text.strip()
    kind = draft["kind"]
    if kind in ("open", "split"):
        new = new_units(text)
        if isinstance(new, Text):
            turn.ask("tree.what", **draft)
            return Reply(new, (_cancel(),))
        await must_be_secret_enough(turn, await turn.units.by_id(draft["unit"]), *(name for _, name in new))
        return _ask_day(turn, draft | {"new": new})
    if kind == "rename":
        name = " ".join(text.split())
        if not 0 < len(name) <= LIMITS[NAME]:
            turn.ask("tree.what", **draft)
            return Reply(
                t("A name has 1 to {count} characters. Please send it again.", count=LIMITS[NAME]), (_cancel(),)
            )
        await must_be_secret_enough(turn, await turn.units.by_id(draft["unit"]), name)
        return _ask_day(turn, draft | {"called": name})
    if kind == "move" and fold(text) in _ROOT:
        return _ask_day(turn, draft | {"to": 0})
    found = await find_units(turn, text)
    turn.ask("tree.what", **draft)
    if not found:
        return Reply(_no_unit(text), (_cancel(),))
    if len(found) == 1 and not found[0].former_name:
        return _ask_day(turn, draft | {"to": found[0].id})
    notes = [note for unit in found if (note := now_is(unit))]
    which = t("Which unit do {you} mean?")
    choices = tuple(Button(name_of(unit), "tree.to", (str(unit.id),)) for unit in found)
    return Reply(t("{lines}", lines=joined([*notes, which], "\n")), (*choices, _cancel()))


@routes.tap("tree.to")
async def to_tapped(message: Message, turn: Turn, id: str) -> Reply:
    """The other unit was chosen of several."""
    await _must_be_admin(turn)
    if turn.state.asked != "tree.what" or await turn.units.by_id(key(id)) is None:
        raise dead_button()
    return _ask_day(turn, dict(turn.draft) | {"to": key(id)})


def _ask_day(turn: Turn, draft: dict[str, Any]) -> Reply:
    turn.ask("tree.day", **draft)
    first = turn.today.replace(day=1)
    text = t("From which day? Please send it, and the decision behind it if {you} like, for example: 01/07/2025 "
             "Resolution 202/2025/QH15.")  # fmt: skip
    days = [
        (t("Today"), turn.today),
        (t("First of this month"), first),
        (t("First of the year"), first.replace(month=1)),
    ]
    buttons = [Button(label, "tree.day", (day.isoformat(),)) for label, day in days]
    return Reply(text, (*buttons, _cancel()))


@routes.tap("tree.day")
async def day_tapped(message: Message, turn: Turn, day: str) -> Reply:
    """One of the days offered."""
    await _must_be_admin(turn)
    said = day_and_basis(day)
    if turn.state.asked != "tree.day" or said is None:
        raise dead_button()
    return await _preview(turn, *said)


@routes.answer("tree.day")
async def day(message: Message, turn: Turn) -> Reply:
    """The effective day, and behind it the decision."""
    await _must_be_admin(turn)
    said = day_and_basis(message.text)
    return _ask_day(turn, dict(turn.draft)) if said is None else await _preview(turn, *said)


async def _preview(turn: Turn, day: date, basis: str) -> Reply:
    """The dry run; nothing is written before the button."""
    draft = dict(turn.draft) | {"day": day.isoformat(), "basis": basis, "seen": token_hex(4)}
    change, what = await _change(turn, draft)
    lines = await dry_run(turn.database, change, turn.now)
    turn.ask("tree.confirm", **draft)
    if change.kind in ("split", "close"):
        lines.append(t("People of the unit wait until an admin assigns them; their entries count above meanwhile."))
    if change.kind == "merge":
        lines.append(t("People of the unit go along with it."))
    text = t("Dry run, nothing is changed yet.\n{what}.\n{lines}", what=what, lines=joined(lines, "\n"))
    return Reply(text, (Button(t("Make the change"), "tree.make", (draft["seen"],)), _cancel()))


async def _change(turn: Turn, draft: dict[str, Any]) -> tuple[Any, Text]:
    """The change of a draft, and how it reads."""
    unit = await turn.units.by_id(draft["unit"]) if draft["unit"] else None
    change = change_of(draft, unit.code if unit else "", turn.person.id)
    event = as_event(change, unit)
    return change, change_words(event, await titles(turn.units, [event]))


@routes.answer("tree.confirm")
async def not_confirmed(message: Message, turn: Turn) -> Reply:
    """A text in place of the button: only the button makes the change."""
    draft = dict(turn.draft)
    turn.ask("tree.confirm", **draft)
    return Reply(t("Please use the buttons: make the change, or cancel."),
                 (Button(t("Make the change"), "tree.make", (draft["seen"],)), _cancel()))  # fmt: skip


@routes.tap("tree.make")
async def make(message: Message, turn: Turn, seen: str) -> Reply:
    """Make the change that this very dry run showed."""
    await _must_be_admin(turn)
    if turn.state.asked != "tree.confirm" or turn.draft.get("seen") != seen:
        raise dead_button()
    change, what = await _change(turn, dict(turn.draft))
    turn.close_question()
    event_id = await plan(turn.database, turn.changes, change, turn.now)
    turn.audit("tree.changed", unit_id=change.unit_id, kind=change.kind, event=event_id)
    text = (
        t("Kept until its day: {what}.", what=what) if change.effective > turn.today else t("Done: {what}.", what=what)
    )
    return Reply(text, (Button(t("Undo"), "tree.undo", (str(event_id),)),))


@routes.tap("tree.undo")
async def undo(message: Message, turn: Turn, id: str) -> Reply:
    """Take a change back, while it is the newest of its units."""
    await _must_be_admin(turn)
    event = await history_of(turn).event(key(id))
    if event is None:
        raise dead_button()
    await plan_undo(turn.database, turn.changes, event.id, turn.person.id, turn.now)
    turn.audit("tree.undone", kind=event.kind, event=event.id)
    what = change_words(event, await titles(turn.units, [event]))
    return Reply(t("Undone: {what}.", what=what))


@routes.tap("tree.cancel")
async def cancel(message: Message, turn: Turn) -> Reply:
    """Stop; nothing is changed."""
    turn.close_question()
    return Reply(t("Cancelled. Nothing is changed."), replaces=True)


def _cancel() -> Button:
    return Button(t("Cancel"), "tree.cancel")


@routes.tap("tree.queue")
async def people_waiting(message: Message, turn: Turn) -> Reply:
    """Who waits for another unit."""
    await _must_be_admin(turn)
    return await queue(turn)


@routes.tap("tree.person")
async def person_tapped(message: Message, turn: Turn, id: str) -> Reply:
    """One of them."""
    await _must_be_admin(turn)
    return await person(turn, key(id))


@routes.answer("tree.home")
async def home(message: Message, turn: Turn) -> Reply:
    """The person's unit by code or name."""
    await _must_be_admin(turn)
    membership = int(turn.draft["membership"])
    found = await find_units(turn, message.text)
    if len(found) == 1 and not found[0].former_name:
        return await assign(turn, membership, found[0])
    turn.ask("tree.home", membership=membership)
    if not found:
        return Reply(_no_unit(message.text), (_cancel(),))
    choices = tuple(Button(name_of(unit), "tree.assign", (str(membership), str(unit.id))) for unit in found)
    return Reply(t("Which unit do {you} mean?"), (*choices, _cancel()))


@routes.tap("tree.assign")
async def assigned(message: Message, turn: Turn, membership: str, id: str) -> Reply:
    """The person belongs to this unit."""
    await _must_be_admin(turn)
    unit = await turn.units.by_id(key(id))
    if unit is None:
        raise dead_button()
    return await assign(turn, key(membership), unit)


def _no_unit(words: str) -> Text:
    shown = mask(words.strip())[:80]
    return t("There is no unit for “{words}”. Please send its code, or part of its name.", words=shown)
