"""Joining a unit: the request with an alias, the officers who are told, and the decision.

Rule: a request waits for one tap of an officer of the unit (or of the nearest unit above that has one, else an admin).
Whoever covers the unit already needs nobody's yes. Only an alias is asked for, never a name, number or rank.
"""

import re
from dataclasses import replace

from bot.errors import NotAnAnswer
from bot.i18n import Text, t
from bot.language.study import understand
from bot.message import Button, Reply
from bot.turn import Turn
from storage.people import Person
from storage.roles import CONFIRM
from storage.units import ACTIVE, PENDING, Membership, Unit

ALIAS_LETTERS = 80
MOST_DIGITS = 8
"""More digits in a row are a phone number (10) or an identity card (12), which the bot must not keep."""
_BETWEEN_DIGITS = re.compile(r"[\s.,\-()+/_]")
_NUMBER = re.compile(rf"\d{{{MOST_DIGITS + 1},}}")


async def request_membership(turn: Turn, unit: Unit) -> Reply:
    """Ask to join a unit: at once when the alias is known, else after the question for it."""
    active = await turn.units.membership(turn.person.id, ACTIVE)
    if active is not None and active.unit_id == unit.id:
        return Reply(t("{You} belong to {unit} already.", unit=unit.name))
    pending = await turn.units.membership(turn.person.id, PENDING)
    if pending is not None and pending.unit_id == unit.id:
        return Reply(t("Your request to join {unit} waits for its officer.", unit=unit.name), (_take_back(),))
    if not turn.person.alias:
        return _ask_alias(turn, unit)
    return await _file(turn, unit)


def _ask_alias(turn: Turn, unit: Unit) -> Reply:
    turn.ask("alias", unit=unit.id)
    return Reply(
        t(
            "To join {unit}: by which alias shall its officer know {you}? Any name of up to {count} characters; no "
            "phone number and no identity number, please.",
            unit=unit.name,
            count=ALIAS_LETTERS,
        ),
        (Button(t("Cancel"), "unit.cancel"),),
    )


async def alias_given(turn: Turn, text: str) -> Reply:
    """The answer to the question for the alias; asks again when it cannot be used. Raises NotAnAnswer."""
    unit = await turn.units.by_id(int(turn.draft.get("unit", 0)))
    if understand(text, turn.local_now).kind in ("log", "correction", "question"):
        raise NotAnAnswer
    alias = " ".join(text.split())
    if fault := alias_fault(alias):
        if unit is not None:
            turn.ask("alias", unit=unit.id)
        return Reply(fault, (Button(t("Cancel"), "unit.cancel"),))
    turn.people.update(turn.person, alias=alias)
    turn.person = replace(turn.person, alias=alias)
    if unit is None:
        return Reply(t("Alias kept: {alias}.", alias=alias))
    return await _file(turn, unit)


def alias_fault(alias: str) -> Text | None:
    """Why a text cannot be an alias, or None."""
    if not alias or len(alias) > ALIAS_LETTERS:
        return t("An alias has 1 to {count} characters. Please send another one.", count=ALIAS_LETTERS)
    if _NUMBER.search(_BETWEEN_DIGITS.sub("", alias)):
        return t("This looks like a phone or identity number, which I must not keep. Please send another alias.")
    if not any(character.isalpha() for character in alias):
        return t("An alias needs at least one letter. Please send another one.")
    return None


async def _file(turn: Turn, unit: Unit) -> Reply:
    """Record the request and tell the officers; an officer's own request is decided by itself."""
    id = turn.units.ask_to_join(turn.person.id, unit.id, turn.now)
    if await turn.roles.covers(turn.person.id, unit.id, CONFIRM):
        turn.audit("member.confirmed", unit_id=unit.id, about=turn.person.id)
        turn.units.accept(Membership(id, turn.person.id, unit.id, PENDING, turn.now), turn.person.id, turn.now)
        return Reply(t("{You} belong to {unit} now.", unit=unit.name))
    officers = await turn.roles.officers_of(unit.id, CONFIRM)
    if not officers:
        text = t("Asked to join {unit}. It has no officer yet; the request waits until there is one.", unit=unit.name)
        return Reply(text, (_take_back(),))
    turn.notify(officers, Reply(_request(turn.person, unit), decision_buttons(id)))
    text = t("Asked to join {unit} as “{alias}”. Its officer has been told and only needs to confirm.",
             unit=unit.name, alias=turn.person.alias)  # fmt: skip
    return Reply(text, (_take_back(),))


def _take_back() -> Button:
    return Button(t("Take the request back"), "unit.cancel")


def _request(person: Person, unit: Unit) -> Text:
    return t("“{alias}” asks to join {unit} ({code}).", alias=person.alias, unit=unit.name, code=unit.code)


def decision_buttons(membership_id: int) -> tuple[Button, Button]:
    """Yes and no to one request."""
    return (
        Button(t("Confirm"), "member_yes", (str(membership_id),)),
        Button(t("Refuse"), "member_no", (str(membership_id),)),
    )


async def decide(turn: Turn, membership_id: int, accept: bool) -> Reply:
    """An officer's decision; the scope is checked now, and a second decision is told so."""
    membership = await turn.units.membership_by_id(membership_id)
    if membership is None:
        return _settled()
    await turn.must_cover(membership.unit_id, CONFIRM)
    unit = await turn.units.by_id(membership.unit_id)
    if membership.state != PENDING or unit is None:
        return _settled()
    alias = await turn.units.alias_of(membership.person_id)
    settle(turn, membership, unit, accept)
    if accept:
        return Reply(t("Confirmed: “{alias}” belongs to {unit} now.", alias=alias, unit=unit.name), replaces=True)
    return Reply(t("Refused: “{alias}” does not join {unit}.", alias=alias, unit=unit.name), replaces=True)


def _settled() -> Reply:
    return Reply(t("This request has been dealt with already."), replaces=True)


def settle(turn: Turn, membership: Membership, unit: Unit, accept: bool) -> None:
    """Write one decision and tell the person."""
    decided = "member.confirmed" if accept else "member.refused"
    turn.audit(decided, unit_id=membership.unit_id, about=membership.person_id)
    if accept:
        turn.units.accept(membership, turn.person.id, turn.now)
        text = t("{You} belong to {unit} now. From here on your entries can count there, if {you} agreed to that.",
                 unit=unit.name)  # fmt: skip
    else:
        turn.units.refuse(membership, turn.person.id, turn.now)
        text = t("Your request to join {unit} was not confirmed. If this is wrong, please speak with its officer.",
                 unit=unit.name)  # fmt: skip
    turn.notify((membership.person_id,), Reply(text))
