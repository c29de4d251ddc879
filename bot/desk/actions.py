"""What a form of the desk does: one turn with its own changes and notices, tried again when the chat was quicker."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from aiohttp import web

from bot.channels.base import Abilities
from bot.desk.sessions import Doorkeeper, Visit
from bot.notices import promise_notice
from bot.turn import Turn
from storage.changes import Changes
from storage.commits import Commit, Outcome

Form = Mapping[str, Sequence[str]]
MAX_TRIES = 4
Done = TypeVar("Done")


async def acted(
    visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], work: Callable[[Turn], Awaitable[Done]]
) -> Done:
    """Do the work as a turn of this person, with all that it notes down; gives what the work gives.

    Raises UserError of the work, and HTTPServiceUnavailable when others changed the same rows each time.
    """
    for _ in range(MAX_TRIES):
        changes = Changes()
        turn = await door.turn(visit.session.person_id, changes, door.clock())
        if turn is None:
            raise web.HTTPNotFound
        done = await work(turn)
        for people, reply in turn.notices:
            await promise_notice(turn.database, changes, abilities, people, reply, turn.now)
        if await door.committer.commit(Commit(changes)) is Outcome.DONE:
            return done
    raise web.HTTPServiceUnavailable


def said(form: Form, name: str) -> str:
    """The one value of a field; "" when it is not there."""
    values = form.get(name) or [""]
    return values[0]


def number(told: str) -> int:
    """The key that a form or an address names. Raises HTTPNotFound for what is none."""
    if not told.isascii() or not told.isdigit() or len(told) > 19 or int(told) >= 2**63:
        raise web.HTTPNotFound
    return int(told)
