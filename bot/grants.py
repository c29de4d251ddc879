"""Give a role from the command line: `python -m bot grant <channel>:<id> officer <unit-code>|admin`."""

from datetime import datetime

from bot.clock import end_of, local
from bot.errors import UserError
from bot.i18n import DEFAULT_LANGUAGE, Reader, Text, render, t
from bot.language.future_days import future_day
from bot.rights import name_of_role, rights_said
from bot.settings import CHANNELS
from storage.audit import COMMAND, OPERATOR, Audit
from storage.changes import Changes
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.people import People
from storage.roles import ADMIN, OFFICER, RIGHTS, Role, Roles
from storage.units import Unit, Units

ADDRESS_LETTERS = 128


async def grant(
    database: Database,
    committer: Committer,
    account: str,
    role: str,
    unit_code: str | None,
    now: datetime,
    *,
    rights: str = "",
    until: str = "",
) -> str:
    """Give the role, also to an account that has never written. Twice = once. Returns what was done, in words.

    `rights` names some of an officer's rights with commas (all without it), `until` the last day (none without it);
    said again otherwise, they replace what the role had. Raises UserError for what is unknown.
    """
    channel, address = _account(account)
    changes = Changes()
    unit = await _unit(Units(database, changes), role, unit_code)
    limits = _limits(role, rights, until, now)
    people, roles = People(database, changes), Roles(database, changes, now)
    known = (await people.by_accounts([(channel, address)])).get((channel, address))
    person = known or people.add(channel, address, DEFAULT_LANGUAGE, now)
    unit_id = unit.id if unit else None
    given = Role(role, unit_id, unit.code if unit else "", unit.name if unit else "", 0, *limits)
    before = await roles.granted(person.id, role, unit_id)
    if before is None:
        roles.grant(person.id, role, unit_id, now, rights=given.rights, ends_at=given.ends_at)
    elif (before.rights, before.ends_at) == limits:
        return _words(t("{account} has this right already: {role}.", account=account, role=name_of_role(given)))
    else:
        roles.set_limits(before.id, given.rights, given.ends_at)
    Audit(database, changes).record(
        "role.granted", now, via=COMMAND, role=OPERATOR, unit_id=unit_id, about=person.id, detail={"role": role}
    )
    if await committer.commit(Commit(changes)) is not Outcome.DONE:
        raise UserError(t("This account wrote for the first time just now. Please try again."))
    return _words(t("{account} is now {role}.", account=account, role=name_of_role(given)))


def _limits(role: str, rights: str, until: str, now: datetime) -> tuple[tuple[str, ...], datetime | None]:
    """The rights and the end that were named. Raises UserError."""
    if rights and role == ADMIN:
        raise UserError(t("An admin holds every right. Name rights for an officer only."))
    day = future_day(until, local(now).date()) if until else None
    if until and day is None:
        raise UserError(t("“{words}” is no day from today on. Write it like 31/12/2026.", words=until))
    return rights_said(rights) if rights else RIGHTS, end_of(day) if day else None


def _account(account: str) -> tuple[str, str]:
    channel, _, address = account.strip().partition(":")
    if channel not in CHANNELS or not 0 < len(address) <= ADDRESS_LETTERS:
        raise UserError(
            t(
                "“{account}” is not <channel>:<id>. Channels: {channels}.",
                account=account,
                channels=", ".join(CHANNELS),
            )
        )
    return channel, address


async def _unit(units: Units, role: str, unit_code: str | None) -> Unit | None:
    if role == ADMIN:
        if unit_code:
            raise UserError(t("An admin has no unit. For one unit only, grant the role officer."))
        return None
    if role != OFFICER:
        raise UserError(t("There is no role “{role}”. Roles: officer, admin.", role=role))
    if not unit_code:
        raise UserError(t("An officer needs a unit: grant <channel>:<id> officer <unit-code>."))
    unit = await units.by_code(unit_code)
    if unit is None:
        raise UserError(t("There is no unit with the code {code}.", code=unit_code))
    return unit


def _words(text: Text) -> str:
    return render(text, Reader())
