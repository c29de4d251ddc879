"""Give a role from the command line: `python -m bot grant <channel>:<id> officer <unit-code>|admin`."""

from datetime import datetime

from bot.errors import UserError
from bot.i18n import DEFAULT_LANGUAGE, Reader, Text, render, t
from bot.settings import CHANNELS
from storage.changes import Changes
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.people import People
from storage.roles import ADMIN, OFFICER, Roles
from storage.units import Unit, Units

ADDRESS_LETTERS = 128


async def grant(
    database: Database, committer: Committer, account: str, role: str, unit_code: str | None, now: datetime
) -> str:
    """Give the role, also to an account that has never written. Twice = once. Returns what was done, in words.

    Raises UserError for an unknown channel, role or unit.
    """
    channel, address = _account(account)
    changes = Changes()
    unit = await _unit(Units(database, changes), role, unit_code)
    people, roles = People(database, changes), Roles(database, changes)
    known = (await people.by_accounts([(channel, address)])).get((channel, address))
    person = known or people.add(channel, address, DEFAULT_LANGUAGE, now)
    unit_id = unit.id if unit else None
    if await roles.has(person.id, role, unit_id):
        return _words(t("{account} has this right already: {role}.", account=account, role=_role(unit)))
    roles.grant(person.id, role, unit_id, now)
    if await committer.commit(Commit(changes)) is not Outcome.DONE:
        raise UserError(t("This account wrote for the first time just now. Please try again."))
    return _words(t("{account} is now {role}.", account=account, role=_role(unit)))


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


def _role(unit: Unit | None) -> Text:
    return t("officer of {unit} ({code})", unit=unit.name, code=unit.code) if unit else t("admin")


def _words(text: Text) -> str:
    return render(text, Reader())
