"""Notices that no message caused: promised in the changes of whoever has something to say, sent by whoever serves."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.channels.base import Abilities
from bot.channels.fit import fit
from bot.clock import local
from bot.i18n import Reader, Text, render
from bot.jobs.outbox import payload_of
from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.outbox import Outbox, Promised
from storage.people import People


async def promise_notice(
    database: Database,
    changes: Changes,
    abilities: Mapping[str, Abilities],
    people: Iterable[int],
    text: Text,
    now: datetime,
) -> None:
    """Write a notice for each of these people, in their words, for the account that they used last."""
    outbox = Outbox(database, changes)
    for person in (await People(database, changes).by_ids(people)).values():
        if person.channel not in abilities:
            continue
        reader = Reader(person.language, person.address_form, local(now).date())
        for part in fit(render(text, reader), (), (), abilities[person.channel], reader):
            payload = payload_of(part.text, part.buttons, part.files, "", "")
            outbox.promise(Promised(new_id(), person.channel, person.address, person.id, payload), now)
