"""The tree's history in words: changes, refusals, and what an old name is now."""

from collections.abc import Mapping
from typing import Any

from bot.i18n import Text, joined, t
from bot.summary_words import name_of
from storage.unit_history import Event
from storage.units import Unit


def now_is(unit: Unit) -> Text | None:
    """ "X, nay là Y" for a unit that was found by a former name."""
    if not unit.former_name or unit.former_name == unit.name:
        return None
    if unit.took_over:
        return t("{former} has ended; it is part of {unit} now.", former=unit.former_name, unit=name_of(unit))
    return t("{former} is now {unit}.", former=unit.former_name, unit=name_of(unit))


def refusal(reason: str, unit: str) -> Text:
    """Why a change cannot be made."""
    texts = {
        "unknown": t("One of the units is not known. Please check its code."),
        "ended": t("{unit} has ended already.", unit=unit),
        "not_yet": t("{unit} did not exist on that day. Please choose a later one.", unit=unit),
        "later": t(
            "{unit} was changed after that day. Please choose a later one, or undo that change first.", unit=unit
        ),
        "same": t("{unit} is so already.", unit=unit),
        "circle": t("A unit cannot be placed below itself: {unit}.", unit=unit),
        "levels": t("The tree would get too many levels below {unit}.", unit=unit),
        "code": t("Another unit has this code already."),
        "no_parts": t("Please name at least one new unit for {unit}.", unit=unit),
        "children": t("{unit} still has units below it. Please move them first.", unit=unit),
        "not_open": t("This change has been undone already, or cannot be undone."),
        "not_newest": t("There is a newer change of {unit} or its neighbours. Please undo that one first.", unit=unit),
        "used": t("People or entries belong to {unit} already, so it cannot be taken back.", unit=unit),
    }
    return texts.get(reason, texts["not_open"])


def change_words(event: Event, names: Mapping[int, str]) -> Text:
    """One change as a line; `names` are those of the units that it leads to."""
    to = names.get(event.details["to"] or 0, "")
    new = joined([f"{name} ({code})" for code, name, *_ in event.details["new"]], ", ")
    values = {"unit": f"{event.name} ({event.code})", "to": to, "new": new}
    match event.kind:
        case "open":
            what = t("opened: {new}", new=new)
        case "rename":
            what = t("{code} renamed to {name}", code=event.code, name=event.details["name"])
        case "move" if to:
            what = t("{unit} moved below {to}", unit=values["unit"], to=to)
        case "move":
            what = t("{unit} made a root of the tree", unit=values["unit"])
        case "merge":
            what = t("{unit} merged into {to}", unit=values["unit"], to=to)
        case "split":
            what = t("{unit} split into {new}", unit=values["unit"], new=new)
        case _:
            what = t("{unit} ended", unit=values["unit"])
    line = t("{date}: {what}", date=event.effective, what=what)
    return t("{line} ({state})", line=line, state=STATES[event.state]) if event.state in STATES else line


STATES = {
    "waiting": t("waits for its day"),
    "undone": t("undone"),
    "refused": t("could not be applied on its day"),
}

NAMES = {
    "open": t("opening"),
    "rename": t("Rename"),
    "move": t("Move"),
    "merge": t("Merge"),
    "split": t("Split"),
    "close": t("End"),
}
"""What each change is called on its button."""


def question(kind: str, unit: Any) -> Text:
    """What a change needs to know besides its day."""
    questions = {
        "open": t("Which unit opens below {unit}? Please send its code, then its name, for example: A9 Phòng Chín.",
                  unit=unit),
        "rename": t("What is the new name of {unit}?", unit=unit),
        "move": t("Below which unit does {unit} move? Please send a code or name, or “gốc” for the top.", unit=unit),
        "merge": t("Into which unit is {unit} merged? Please send its code or name.", unit=unit),
        "split": t("Into which new units is {unit} split? Please send one line for each: code, then name.", unit=unit),
    }  # fmt: skip
    return questions[kind]
