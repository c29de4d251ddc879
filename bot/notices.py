"""Notices that no message caused: promised in the changes of whoever has something to say, sent by whoever serves."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.channels.base import Abilities
from bot.channels.fit import Part, fit
from bot.clock import local
from bot.i18n import Reader, render
from bot.jobs.outbox import payload_of
from bot.marks import said
from bot.message import File, FileRef, Reply, Tap
from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.outbox import NOTICE, Outbox, Promised
from storage.people import People, Person


async def promise_notice(
    database: Database,
    changes: Changes,
    abilities: Mapping[str, Abilities],
    people: Iterable[int],
    reply: Reply,
    now: datetime,
    *,
    priority: int = NOTICE,
    key: str = "",
    expires_at: datetime | None = None,
) -> int:
    """Write a notice for each of these people, in their words, for the account that they used last.

    With a `key` (at most 90 characters: what and when, e.g. `deadline:2026-Q4:7`) nobody is promised the same notice
    twice, whoever asks and how often; `Outbox.cancel(key)` takes back what was not sent. After `expires_at` it is
    dropped and recorded. Returns how many people it was written for (those without a usable account are left out).
    """
    outbox = Outbox(database, changes)
    found = [one for one in (await People(database, changes).by_ids(people)).values() if one.channel in abilities]
    keys = {person.id: f"{key}:{person.id}" for person in found} if key else {}
    known = await outbox.known_keys(keys.values()) if keys else set()
    waiting = [person for person in found if keys.get(person.id) not in known]
    for person in waiting:
        for number, part in enumerate(_parts(database, changes, abilities[person.channel], person, reply, now)):
            payload = payload_of(part.text, part.buttons, part.files, "", "", part.styles)
            own_key = keys.get(person.id)
            message = Promised(
                new_id(),
                person.channel,
                person.address,
                person.id,
                payload,
                priority=priority,
                key=f"{own_key}:{number}" if own_key and number else own_key,
                expires_at=expires_at,
            )
            outbox.promise(message, now)
    return len(waiting)


def _parts(
    database: Database, changes: Changes, abilities: Abilities, person: Person, reply: Reply, now: datetime
) -> list[Part]:
    reader = Reader(person.language, person.address_form, local(now).date())
    taps = [Tap(render(button.label, reader), button.payload) for button in reply.buttons]
    if taps and not abilities.buttons:
        People(database, changes).offer(person, [[tap.label, tap.payload] for tap in taps])
    files = [_stored(database, changes, person, file, now) for file in reply.files]
    text, styles = said(reply, reader)
    return fit(text, taps, files, abilities, reader, styles)


def _stored(database: Database, changes: Changes, person: Person, file: File, now: datetime) -> FileRef:
    id = new_id()
    Outbox(database, changes).store_file(id, person.id, file.name, file.media_type, file.content, now)

    async def read() -> bytes:
        return file.content

    return FileRef(id, file.name, file.media_type, len(file.content), read)
