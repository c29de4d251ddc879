"""Joining a unit: the request with an alias, the officers who are told, and the decision.

Rule: a request waits for one tap of an officer of the unit (or of the nearest unit above that has one, else an admin).
Whoever covers the unit already needs nobody's yes. Only an alias is asked for, never a name, number or rank.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.belonging import Place
from bot.errors import NotAnAnswer, UserError
from bot.i18n import Text, t
from bot.language.masking import mask
from bot.language.study import understand
from bot.locks import check_locked
from bot.message import Button, Reply
from bot.study import OLDEST_DAYS
from bot.turn import Turn
from storage.roles import CONFIRM
from storage.units import ACTIVE, PENDING, Membership, Unit

ALIAS_LETTERS = 80
MOST_DAYS_AHEAD = 366
"""How far ahead a transfer may be agreed to."""
MOST_DIGITS = 8
"""More digits in a row are a phone number (10) or an identity card (12), which the bot must not keep."""
_BETWEEN_DIGITS = re.compile(r"[\s.,\-()+/_]")
_NUMBER = re.compile(rf"\d{{{MOST_DIGITS + 1},}}")


async def request_membership(turn: Turn, unit: Unit, since: date | None = None) -> Reply:
    """Ask to join a unit, from a day on where one is named: at once when the alias is known, else after asking for it.

    Raises UserError for a day that cannot be.
    """
    active = await turn.units.membership(turn.person.id, ACTIVE)
    if active is not None and active.unit_id == unit.id:
        return Reply(t("{You} belong to {unit} already.", unit=unit.name))
    check_since(turn, since, active)
    if planned := await turn.memberships.planned(turn.person.id):
        if planned.unit_id == unit.id and planned.valid_from == since:
            return Reply(t("Agreed already: {You} belong to {unit} from {day} on.", unit=unit.name, day=since))
    else:
        pending = await turn.units.membership(turn.person.id, PENDING)
        if pending is not None and (pending.unit_id, pending.valid_from) == (unit.id, since):
            return Reply(t("Your request to join {unit} waits for its officer.", unit=unit.name), (_take_back(),))
    if not turn.person.alias:
        return _ask_alias(turn, unit, since)
    return await _file(turn, unit, since)


def check_since(turn: Turn, since: date | None, former: Membership | None) -> None:
    """The day of a transfer is near enough, and not before the membership that it ends began. Raises UserError."""
    if since is None:
        return
    if since > turn.today + timedelta(days=MOST_DAYS_AHEAD) or since < turn.today - timedelta(days=OLDEST_DAYS):
        raise UserError(
            t(
                "A transfer begins at most {back} days ago and at most {ahead} days ahead. Please name another day.",
                back=OLDEST_DAYS,
                ahead=MOST_DAYS_AHEAD,
            )
        )
    if former is not None and former.valid_from is not None and since < former.valid_from:
        raise UserError(
            t(
                "The present membership began on {day} only; a transfer cannot begin before. Please name another day.",
                day=former.valid_from,
            )
        )


def _ask_alias(turn: Turn, unit: Unit, since: date | None) -> Reply:
    turn.ask("alias", unit=unit.id, since=since.isoformat() if since else "")
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
    unit, said = await turn.units.by_id(int(turn.draft.get("unit", 0))), str(turn.draft.get("since", ""))
    since = date.fromisoformat(said) if said else None
    if understand(text, turn.local_now).kind in ("log", "correction", "question"):
        raise NotAnAnswer
    alias = " ".join(text.split())
    if fault := alias_fault(alias):
        if unit is not None:
            turn.ask("alias", unit=unit.id, since=said)
        return Reply(fault, (Button(t("Cancel"), "unit.cancel"),))
    turn.people.update(turn.person, alias=alias)
    turn.person = replace(turn.person, alias=alias)
    if unit is None:
        return Reply(t("Alias kept: {alias}.", alias=alias))
    return await _file(turn, unit, since)


def alias_fault(alias: str) -> Text | None:
    """Why a text cannot be an alias, or None."""
    if not alias or len(alias) > ALIAS_LETTERS:
        return t("An alias has 1 to {count} characters. Please send another one.", count=ALIAS_LETTERS)
    if _NUMBER.search(_BETWEEN_DIGITS.sub("", alias)):
        return t("This looks like a phone or identity number, which I must not keep. Please send another alias.")
    if mask(alias) != alias:
        return t("An alias tells no unit's number and no strength. Please send another one.")
    if not any(character.isalpha() for character in alias):
        return t("An alias needs at least one letter. Please send another one.")
    return None


async def check_reports(turn: Turn, since: date | None, *units: int | None) -> None:
    """A transfer from a day that has been moves entries: not where a report stands on them. Raises UserError."""
    if since is not None and since < turn.today:
        await check_locked(turn, [Place(since, unit) for unit in units if unit is not None])


async def check_acceptance(turn: Turn, asked: Membership) -> None:
    """The same for a request that is to be confirmed now. Raises UserError."""
    if asked.valid_from is not None and asked.valid_from < turn.today:
        home = await turn.units.membership(asked.person_id, ACTIVE)
        await check_reports(turn, asked.valid_from, home.unit_id if home else None, asked.unit_id)


async def _file(turn: Turn, unit: Unit, since: date | None) -> Reply:
    """Record the request and tell the officers; an officer's own request is decided by itself."""
    await check_reports(turn, since, turn.person.unit_id, unit.id)
    id = turn.memberships.ask(turn.person.id, unit.id, turn.now, since)
    if await turn.roles.covers(turn.person.id, unit.id, CONFIRM):
        turn.audit("member.confirmed", unit_id=unit.id, about=turn.person.id)
        turn.memberships.accept(
            Membership(id, turn.person.id, unit.id, PENDING, turn.now, since), turn.person.id, turn.now, turn.today
        )
        if since is not None and since > turn.today:
            return Reply(t("{You} belong to {unit} from {day} on.", unit=unit.name, day=since), (_take_back(),))
        return Reply(t("{You} belong to {unit} now.", unit=unit.name))
    officers = await turn.roles.officers_of(unit.id, CONFIRM)
    if not officers:
        text = t("Asked to join {unit}. It has no officer yet; the request waits until there is one.", unit=unit.name)
        return Reply(text, (_take_back(),))
    turn.notify(officers, Reply(asks(turn.person.alias, unit, since), decision_buttons(id)))
    turn.showed("member.told", unit_id=unit.id, about=turn.person.id, people=len(officers))
    text = t("Asked to join {unit} as “{alias}”. Its officer has been told and only needs to confirm.",
             unit=unit.name, alias=turn.person.alias)  # fmt: skip
    return Reply(text, (_take_back(),))


def _take_back() -> Button:
    return Button(t("Take the request back"), "unit.cancel")


def asks(alias: str, unit: Unit, since: date | None) -> Text:
    """A request in words, for the officer."""
    values = {"alias": alias, "unit": unit.name, "code": unit.code}
    if since is not None:
        return t("“{alias}” asks to join {unit} ({code}) from {day} on.", day=since, **values)
    return t("“{alias}” asks to join {unit} ({code}).", **values)


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
    if membership.state != PENDING or unit is None or await _is_decided(turn, membership):
        return _settled()
    if accept:
        await check_acceptance(turn, membership)
    alias = await turn.units.alias_of(membership.person_id)
    settle(turn, membership, unit, accept)
    since = membership.valid_from
    if accept and since is not None and since > turn.today:
        text = t("Confirmed: “{alias}” belongs to {unit} from {day} on.", alias=alias, unit=unit.name, day=since)
        return Reply(text, replaces=True)
    if accept:
        return Reply(t("Confirmed: “{alias}” belongs to {unit} now.", alias=alias, unit=unit.name), replaces=True)
    return Reply(t("Refused: “{alias}” does not join {unit}.", alias=alias, unit=unit.name), replaces=True)


async def _is_decided(turn: Turn, membership: Membership) -> bool:
    """True for a request that was agreed to and waits for its day."""
    planned = await turn.memberships.planned(membership.person_id)
    return planned is not None and planned.id == membership.id


def _settled() -> Reply:
    return Reply(t("This request has been dealt with already."), replaces=True)


def settle(turn: Turn, membership: Membership, unit: Unit, accept: bool) -> None:
    """Write one decision and tell the person."""
    decided = "member.confirmed" if accept else "member.refused"
    turn.audit(decided, unit_id=membership.unit_id, about=membership.person_id)
    if accept:
        turn.memberships.accept(membership, turn.person.id, turn.now, turn.today)
        since = membership.valid_from
        if since is not None and since > turn.today:
            text = t("{You} belong to {unit} from {day} on; until then nothing changes.", unit=unit.name, day=since)
        else:
            text = t("{You} belong to {unit} now. From here on your entries can count there, if {you} agreed to that.",
                     unit=unit.name)  # fmt: skip
    else:
        turn.memberships.refuse(membership, turn.person.id, turn.now)
        text = t("Your request to join {unit} was not confirmed. If this is wrong, please speak with its officer.",
                 unit=unit.name)  # fmt: skip
    turn.notify((membership.person_id,), Reply(text))
