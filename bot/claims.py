"""Claiming the place that a roster kept: a personal code, one question, and the expected member becomes this person."""

from dataclasses import replace

from bot.errors import UserError
from bot.i18n import t
from bot.message import Button, Reply
from bot.summary_words import name_of
from bot.turn import Turn
from storage.join_codes import plain_code
from storage.rosters import Listed, Rosters
from storage.units import Unit

MOST_WRONG = 20
"""Wrong codes of one person on one day; a personal code is one of 850 thousand million."""


def wrong_today(turn: Turn) -> int:
    """Wrong codes that the person sent today."""
    day, count = turn.memory.get("wrong_joins", ["", 0])
    return int(count) if day == turn.today.isoformat() else 0


def count_wrong(turn: Turn) -> None:
    """One more wrong code."""
    turn.memory["wrong_joins"] = [turn.today.isoformat(), wrong_today(turn) + 1]


async def claim_asked(turn: Turn, code: str) -> Reply | None:
    """Ask whether this place is theirs; None for an unknown code."""
    found = await Rosters(turn.database, turn.changes).by_code(code)
    if found is None:
        return None
    unit = await _free(turn, found)
    text = t("This code is for “{alias}” in {unit}. Is that {you}?", alias=found.alias, unit=name_of(unit))
    return Reply(text, (Button(t("Yes, that is me"), "claim", (plain_code(code),)), Button(t("Cancel"), "claim.no")))


async def _free(turn: Turn, found: Listed) -> Unit:
    """The unit of a place that is free. Raises UserError."""
    unit = await turn.units.by_id(found.unit_id) if found.unit_id else None
    if found.claimed:
        raise UserError(t("This code has been used already. If that was not {you}, please tell the unit's officer."))
    if unit is None:
        raise UserError(t("This place is no longer kept. Please ask the officer of your unit."))
    return unit


async def claim(turn: Turn, code: str) -> Reply:
    """The place is this person's now. Raises UserError."""
    rosters = Rosters(turn.database, turn.changes)
    found = await rosters.by_code(code)
    if found is None or wrong_today(turn) >= MOST_WRONG:
        count_wrong(turn)
        return Reply(t("This code is not known. Please check it with the officer of your unit."))
    unit = await _free(turn, found)
    rosters.claim(found, turn.person, turn.now, turn.today)
    turn.audit("roster.claimed", unit_id=unit.id, about=turn.person.id)
    turn.person = replace(turn.person, alias=found.alias, unit_id=unit.id, unit_code=unit.code, unit_name=unit.name)
    turn.memory.pop("wrong_joins", None)
    text = t("{You} belong to {unit} now, as “{alias}”. From here on your entries can count there, if {you} agreed to "
             "that: /start.", unit=name_of(unit), alias=found.alias)  # fmt: skip
    return Reply(text, replaces=True)
