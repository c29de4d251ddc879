"""Delegation in the chat: some of an officer's rights, for a unit, until a day; taken up with a code, told to both.

Rules: never more than the officer has, in the officer's own unit or one below; for a member or officer of those
units; rights that were delegated are not delegated on; all of it ends on its last day, or with the officer's role.
"""

from datetime import date, timedelta

from bot.clock import end_of, last_day
from bot.errors import NotAllowed, UserError
from bot.i18n import Text, joined, t
from bot.language.future_days import future_day
from bot.message import Button, Reply
from bot.rights import RIGHTS, VIEW, names_of, rights_said
from bot.routes import dead_button
from bot.scope import must_be_officer
from bot.summary_words import name_of
from bot.turn import Turn
from storage.delegations import OFFER_LIFE, Delegated, Delegations, Offer
from storage.join_codes import plain_code, shown_code
from storage.roles import OFFICER, Role
from storage.units import Unit

MOST_DAYS = 366
UNITS_SHOWN = 8
SHOWN = 10


def store(turn: Turn) -> Delegations:
    """Delegated roles as this turn reads and writes them."""
    return Delegations(turn.database, turn.changes, turn.now)


async def own_source(turn: Turn) -> list[Role]:
    """The roles out of which this person may delegate: those given to themselves. Raises NotAllowed."""
    await must_be_officer(turn)
    own = [role for role in await turn.own_roles() if role.from_role is None]
    if not own:
        raise NotAllowed(t("Rights that were delegated to {you} cannot be delegated on."))
    return own


async def listed(turn: Turn) -> Reply:
    """What this person has delegated, each with its end, and how to delegate."""
    await own_source(turn)
    given = await store(turn).given_by(turn.person.id)
    how = t("To delegate: /uyquyen đến 30/11, or with a unit and rights: /uyquyen A.1 xem, xác nhận đến 30/11.")
    if not given:
        return Reply(t("{You} have delegated nothing.\n{how}", how=how))
    turn.audit("roles.read", people=len(given[:SHOWN]))
    lines = [_line(one) for one in given[:SHOWN]]
    buttons = [Button(t("End: {alias}", alias=one.alias or "–"), "uq.end", (str(one.id),)) for one in given[:SHOWN]]
    return Reply(t("Delegated by {you}:\n{lines}\n{how}", lines=joined(lines, "\n"), how=how), tuple(buttons))


def _line(one: Delegated) -> Text:
    return t("“{alias}”: {unit}, {rights}, until the end of {day}", alias=one.alias or "–", unit=one.unit_name,
             rights=names_of(one.rights), day=last_day(one.ends_at))  # fmt: skip


async def said(turn: Turn, rest: str) -> Reply:
    """ "A.1 xem, xác nhận đến 30/11": unit and rights may be left out, the day not. Raises UserError."""
    sources = await own_source(turn)
    words = rest.split()
    at = next((at for at in range(len(words)) if future_day(" ".join(words[at:]), turn.today)), None)
    if at is None:
        raise UserError(t("Until which day? Write it like: /uyquyen đến 30/11, or /uyquyen trực ban tuần này."))
    day = future_day(" ".join(words[at:]), turn.today) or turn.today
    unit = await turn.units.by_code(words[0]) if at else None
    rights = rights_said(" ".join(words[1 if unit else 0 : at])) if at > (1 if unit else 0) else ()
    if unit is not None:
        return await offer(turn, unit, rights, day)
    own = [await turn.units.by_id(id) for id in dict.fromkeys(role.unit_id for role in sources) if id is not None]
    units = [one for one in own if one is not None]
    if len(units) == 1:
        return await offer(turn, units[0], rights, day)
    if not units:
        raise UserError(t("Please name the unit by its code: /uyquyen A.1 đến 30/11."))
    args = (",".join(rights), day.isoformat())
    buttons = tuple(Button(name_of(one), "uq", (str(one.id), *args)) for one in units[:UNITS_SHOWN])
    return Reply(t("Delegate for which unit?"), buttons)


async def offer(turn: Turn, unit: Unit, rights: tuple[str, ...], day: date) -> Reply:
    """Make the code that the other person sends. Raises UserError and NotAllowed."""
    source = await _source(turn, unit, rights)
    if day > turn.today + timedelta(days=MOST_DAYS):
        raise UserError(t("A delegation lasts {count} days at most. Please name an earlier day.", count=MOST_DAYS))
    held = source.rights if not rights else tuple(right for right in RIGHTS if right in rights or right == VIEW)
    until = min(day, last_day(source.ends_at)) if source.ends_at else day
    code = store(turn).offer(source.id, unit.id, held, until)
    turn.audit("role.offered", unit_id=unit.id)
    text = t(
        "Code to delegate: {code}. Unit: {unit}. Rights: {rights}. Until the end of {day}. Tell it to the person, who "
        "sends within 24 hours: /quantri {code}. It works once, for members and officers of your units.",
        code=shown_code(code), unit=name_of(unit), rights=names_of(held), day=until,
    )  # fmt: skip
    return Reply(text)


async def _source(turn: Turn, unit: Unit, rights: tuple[str, ...]) -> Role:
    """The role of this person that covers the unit and holds the rights; the widest one first."""
    await turn.must_cover(unit.id)
    above = {one.id for one in await turn.units.ancestors(unit.id)}
    covering = [role for role in await own_source(turn) if role.unit_id is None or role.unit_id in above]
    fitting = [role for role in covering if set(rights) <= set(role.rights)]
    if not covering:
        raise NotAllowed(t("Rights that were delegated to {you} cannot be delegated on."))
    if not fitting:
        raise NotAllowed(t("{You} can delegate only rights that {you} have: {rights}.",
                           rights=names_of(max(covering, key=lambda one: len(one.rights)).rights)))  # fmt: skip
    return max(fitting, key=lambda one: (len(one.rights), one.ends_at is None))


async def receive(turn: Turn, code: str) -> Reply | None:
    """Take a delegation up; None for a code that offers none. Raises UserError; then the code stays unused."""
    found = await store(turn).offered(code)
    if found is None:
        return None
    giver = await store(turn).giver(found)
    unit = await turn.units.by_id(found.unit_id)
    if giver is None or unit is None or turn.now - found.made_at > OFFER_LIFE or found.last_day < turn.today:
        return Reply(t("This code has expired. Please ask the officer for a new one."))
    await _check(turn, found, giver)
    role = turn.roles.grant(turn.person.id, OFFICER, found.unit_id, turn.now, rights=found.rights,
                            ends_at=end_of(found.last_day), from_role=found.role_id)  # fmt: skip
    turn.roles.use_code(plain_code(code), turn.person.id, turn.now)
    turn.audit("role.granted", unit_id=unit.id, about=turn.person.id, role=OFFICER)
    values = {"unit": name_of(unit), "rights": names_of(found.rights), "day": found.last_day}
    told = t("“{alias}” has taken the delegation up: {unit}, {rights}, until the end of {day}.",
             alias=turn.person.alias or "–", **values)  # fmt: skip
    turn.notify((giver,), Reply(told, (Button(t("End the delegation"), "uq.end", (str(role),)),)))
    return Reply(
        t(
            "{You} may now, until the end of {day}: {rights} for {unit}. /tonghop shows its summary, /quyen your "
            "rights.",
            **values,
        )
    )


async def _check(turn: Turn, found: Offer, giver: int) -> None:
    """The receiver is somebody else, of the giver's units, and has not got these rights. Raises UserError."""
    if giver == turn.person.id:
        raise UserError(t("This code is for another person: please tell it to whoever shall act for {you}."))
    if not await store(turn).belongs(turn.person.id, found.role_id):
        raise NotAllowed(t("This code is for members and officers of the officer's own units. Please join one first: "
                           "/donvi. The code stays unused."))  # fmt: skip
    held = [await turn.roles.covers(turn.person.id, found.unit_id, right) for right in found.rights]
    if all(held):
        raise UserError(t("{You} have these rights in that unit already; the code stays unused."))


async def revoke(turn: Turn, role_id: int) -> Reply:
    """The officer ends what was delegated; both are told."""
    given = {one.id: one for one in await store(turn).given_by(turn.person.id)}
    one = given.get(role_id)
    if one is None:
        raise dead_button()
    store(turn).revoke(role_id)
    turn.audit("role.ended", unit_id=one.unit_id, about=one.person_id, role=OFFICER)
    told = t("The officer has ended the delegation for {unit}: these rights count no more.", unit=one.unit_name)
    turn.notify((one.person_id,), Reply(told))
    return Reply(t("Ended: “{alias}” holds no delegated rights in {unit} any more.", alias=one.alias or "–",
                   unit=one.unit_name), replaces=True)  # fmt: skip
