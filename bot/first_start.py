"""What the first start on an empty database offers: an admin code that works once, and the demo."""

from bot.clock import now
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.roles import ADMIN, Roles
from storage.units import Units


async def admin_code(database: Database, committer: Committer, fresh: str) -> str:
    """A one-time admin code while there is no admin and no code was made yet, else "" (only its hash is kept)."""
    changes = Changes()
    roles = Roles(database, changes, now())
    if await roles.admins() or await roles.has_open_code(ADMIN):
        return ""
    roles.make_code(fresh, ADMIN, now())
    await committer.commit(Commit(changes))
    return fresh


async def offers_demo(database: Database) -> bool:
    """True on a database without units."""
    return await Units(database, Changes()).count() == 0
