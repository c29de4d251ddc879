"""Transfers with a date: what was asked for in words, an officer's transfer of a person, and its undo.

Rule: the history keeps both memberships with their days; an entry counts in the unit of its own day. A person's own
transfer needs the tap of the new unit's officer; an officer with the right to confirm in both units needs nobody's.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.clock import local
from bot.errors import UserError
from bot.i18n import Text, t
from bot.language.fold import fold
from bot.language.future_days import future_day
from bot.membership import check_reports, check_since
from bot.message import Button, Reply
from bot.rights import CONFIRM
from bot.routes import dead_button
from bot.scope import own_units
from bot.study import OLDEST_DAYS
from bot.summary_words import name_of
from bot.turn import Turn
from storage.memberships import Stay
from storage.memberships import unit_of_day as unit_of_day
from storage.units import ACTIVE, PENDING, Membership
from storage.units import Unit as Unit

MOST_PEOPLE = 20_000
"""Members among whom an alias is looked for."""
PEOPLE_SHOWN = 6
UNDO_WITHIN = timedelta(hours=24)
_FROM, _TO = {"tu", "from"}, {"sang", "to"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A transfer in words: who (empty: whoever writes), the words for the unit, and the first day there."""

    who: str
    unit: str
    since: date | None


def asked(words: str, today: date) -> Asked:
    """ "Sao Mai sang A.2 từ 01/12", "A.2 từ 01/12", "A.2". Raises UserError for a day that nobody can read."""
    said = words.split()
    since = None
    for at in range(len(said) - 1, -1, -1):
        if fold(said[at]) in _FROM and (since := future_day(" ".join(said[at:]), today, back=OLDEST_DAYS)):
            said = said[:at]
            break
        if said[at] in ("từ", "from"):
            raise UserError(t("“{words}” is no day that I can use. Write it like 01/12/2026.",
                              words=" ".join(said[at + 1 :])[:40]))  # fmt: skip
    to = next((at for at, word in enumerate(said) if fold(word) in _TO), None)
    who, unit = ([], said) if to is None else (said[:to], said[to + 1 :])
    if [fold(word) for word in unit[:2]] == ["don", "vi"]:
        unit = unit[2:]
    return Asked(" ".join(who), " ".join(unit), since)


def former(stay: Stay) -> Text:
    """A membership that is over, in one line."""
    until = stay.valid_to - timedelta(days=1) if stay.valid_to else None
    if stay.valid_from is not None:
        return t("Before: {unit} ({start} to {end}).", unit=stay.unit_name, start=stay.valid_from, end=until)
    return t("Before: {unit} (to {end}).", unit=stay.unit_name, end=until)


async def people_called(turn: Turn, alias: str) -> list[tuple[Membership, str, Unit]]:
    """Members of the officer's units and below by their alias, whatever the case and the marks."""
    below = [one.id for one in await own_units(turn, CONFIRM)]
    people = await turn.units.people_below(below, MOST_PEOPLE)
    exact = [one for one in people if one[1] == alias]
    return exact or [one for one in people if fold(one[1]) == fold(alias)]


async def must_cover_both(turn: Turn, membership_id: int, unit_id: int) -> tuple[Membership, Unit, Unit]:
    """The membership with its unit and the new one, when the officer may confirm in both. Raises UserError."""
    found, new = await turn.units.membership_by_id(membership_id), await turn.units.by_id(unit_id)
    old = await turn.units.by_id(found.unit_id) if found else None
    if found is None or old is None or new is None:
        raise dead_button()
    await turn.must_cover(old.id, CONFIRM)
    await turn.must_cover(new.id, CONFIRM)
    if found.state != ACTIVE or new.valid_to is not None:
        raise dead_button()
    return found, old, new


async def preview(turn: Turn, membership_id: int, unit_id: int, since: date) -> Reply:
    """The transfer in one sentence, with yes and no."""
    found, old, new = await must_cover_both(turn, membership_id, unit_id)
    _check(turn, found, new, since)
    alias = await turn.units.alias_of(found.person_id)
    turn.audit("member.read", unit_id=old.id, about=found.person_id)
    text = t("Transfer “{alias}” from {old} to {new} from {day} on? Entries count in the unit of their own day.",
             alias=alias, old=name_of(old), new=name_of(new), day=since)  # fmt: skip
    args = (str(found.id), str(new.id), since.isoformat())
    return Reply(text, (Button(t("Transfer"), "mv.go", args), Button(t("Cancel"), "mv.no")))


def _check(turn: Turn, found: Membership, new: Unit, since: date) -> None:
    if found.unit_id == new.id:
        raise UserError(t("This person belongs to {unit} already.", unit=name_of(new)))
    check_since(turn, since, found)


async def transfer(turn: Turn, membership_id: int, unit_id: int, since: date) -> Reply:
    """Write an officer's transfer and tell the person and the new unit's officers."""
    found, old, new = await must_cover_both(turn, membership_id, unit_id)
    _check(turn, found, new, since)
    await check_reports(turn, since, old.id, new.id)
    id = turn.memberships.ask(found.person_id, new.id, turn.now, since)
    made = Membership(id, found.person_id, new.id, PENDING, turn.now, since)
    turn.memberships.accept(made, turn.person.id, turn.now, turn.today)
    turn.audit("member.transferred", unit_id=new.id, about=found.person_id, former=old.id)
    alias = await turn.units.alias_of(found.person_id)
    values = {"old": name_of(old), "new": name_of(new), "day": since}
    told = t("An officer has transferred {you} from {old} to {new} from {day} on. If this is wrong, please speak with "
             "the officer.", **values)  # fmt: skip
    turn.notify((found.person_id,), Reply(told))
    turn.notify(await turn.roles.officers_of(new.id, CONFIRM),
                Reply(t("“{alias}” comes from {old} to {new} from {day} on.", alias=alias, **values)))  # fmt: skip
    text = t("“{alias}” goes from {old} to {new} from {day} on.", alias=alias, **values)
    return Reply(text, (Button(t("Undo"), "mv.undo", (stamp(turn.now),)),), replaces=True)


async def take_back(turn: Turn, moment: str, *, asks: bool) -> list[Membership]:
    """Undo what this officer decided at that moment, while the scope still covers it. Raises UserError."""
    at = moment_of(moment)
    made = await turn.memberships.decided(turn.person.id, at)
    if not made or turn.now - at > UNDO_WITHIN:
        raise UserError(t("This cannot be taken back any more."))
    for one in made:
        await turn.must_cover(one.unit_id, CONFIRM)
        turn.audit("member.undone", unit_id=one.unit_id, about=one.person_id)
        await turn.memberships.take_back_decision(one, at, local(at).date(), asks=asks)
    return made


def stamp(at: datetime) -> str:
    """A moment as a button's argument."""
    return str(int(at.timestamp()) * 1_000_000 + at.microsecond)


def moment_of(stamp: str) -> datetime:
    """The moment of a button. Raises UserError for anything else."""
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 17:
        raise dead_button()
    seconds, micros = divmod(int(stamp), 1_000_000)
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
    except (ValueError, OverflowError, OSError):
        raise dead_button() from None
