"""From what an admin said to a change of the tree: days, new units, and the draft that the conversation carries."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.i18n import Text, t
from bot.summary_words import name_of
from bot.units_file import CODE, LIMITS, NAME, UNIT_CODE
from bot.units_import import search_key
from storage.unit_changes import APPLIED, Change
from storage.unit_history import Event
from storage.unit_rows import NewUnit
from storage.units import Unit, Units

EARLIEST = 1950
MOST_NEW = 50
_DAY = re.compile(r"\s*(?:(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d\d)-(\d\d))(?!\d)\s*[,;:]?\s*(.*)", re.S)


def day_and_basis(text: str) -> tuple[date, str] | None:
    """The effective day at the front of a text, past or to come, and the decision behind it; None without a day."""
    said = _DAY.fullmatch(text)
    if said is None:
        return None
    day, month, year, *iso, rest = said.groups()
    try:
        found = date(int(year), int(month), int(day)) if year else date(*(int(part) for part in iso))
    except ValueError:
        return None
    return (found, " ".join(rest.split())[:300]) if found.year >= EARLIEST else None


def new_units(text: str) -> list[list[str]] | Text:
    """Lines of code and name; else what is wrong with them."""
    lines = [line.split(maxsplit=1) for line in text.replace(";", "\n").splitlines() if line.strip()]
    if not lines or len(lines) > MOST_NEW or any(len(line) < 2 for line in lines):
        return t("Please send one line for each unit: its code, a blank, its name.")
    for code, name in lines:
        if not UNIT_CODE.fullmatch(code) or len(code) > LIMITS[CODE]:
            return t(
                "“{code}” cannot be a code: only the letters A-Z without marks, digits and . _ - /", code=code[:80]
            )
        if len(name) > LIMITS[NAME]:
            return t("A name has 1 to {count} characters. Please send it again.", count=LIMITS[NAME])
    if len({code.upper() for code, _ in lines}) < len(lines):
        return t("Another unit has this code already.")
    return [[code, " ".join(name.split())] for code, name in lines]


def change_of(draft: Mapping[str, Any], code: str, by_id: int) -> Change:
    """The change that a draft describes; `code` is that of its unit."""
    new = tuple(NewUnit(code, name, search_key(name, code)) for code, name in draft.get("new", ()))
    name, unit_id = draft.get("called", ""), draft["unit"] or None
    return Change(
        draft["kind"],
        date.fromisoformat(draft["day"]),
        None if draft["kind"] == "open" else unit_id,
        (unit_id if draft["kind"] == "open" else draft.get("to")) or None,
        name,
        search_key(name, code) if name else "",
        new,
        draft["basis"],
        by_id,
    )


def as_event(change: Change, unit: Unit | None) -> Event:
    """A change that is not made yet, as it is listed when it is."""
    code, name = (unit.code, unit.name) if unit else ("", "")
    return Event(0, 0, change.kind, change.unit_id, code, name, change.effective, change.details(), change.basis,
                 APPLIED, "", None)  # fmt: skip


async def titles(units: Units, events: Iterable[Event]) -> dict[int, str]:
    """Names of the units that changes lead to."""
    ids = {event.details["to"] for event in events} - {None}
    return {id: name_of(unit) for id in ids if (unit := await units.by_id(id))}
