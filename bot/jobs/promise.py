"""Puts notices for many people into the outbox, each once: rendered per group of readers, not per person."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from bot.channels.base import Abilities
from bot.channels.fit import fit
from bot.clock import local
from bot.i18n import Reader, render
from bot.jobs.outbox import payload_of
from bot.jobs.runs import Context
from bot.marks import said
from bot.message import Reply, Tap
from storage.changes import Changes
from storage.columns import new_id
from storage.outbox import BULK
from storage.promises import Batch, Promises, Reach, Row

CHUNK = 500
"""People per transaction: small enough that the loop is not held up and that no chat waits for its turn to write."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is promised once: the key (`what`, `moment`, person) holds over all processes, restarts and re-runs."""

    what: str
    """The matter, parts separated by colons, the general one first: `deadline:123:d7` (at most 80 letters)."""
    moment: datetime
    """The due moment that it stands for, not the moment of the run."""
    send_at: datetime | None = None
    """When the outbox may send it; None: now."""
    expires_at: datetime | None = None
    """When it is no longer of use and is dropped."""
    priority: int = BULK
    """BULK waits for all replies and is sent at most once, NOTICE at least once (storage/outbox.py)."""

    @property
    def key(self) -> str:
        """What the keys of its messages begin with; then come a colon and the person."""
        return f"{self.what}:{self.moment.astimezone(UTC):%Y%m%d%H%M%S}"


@dataclass(slots=True)
class _Words:
    """A notice as one group of readers gets it: its payloads, and the choices that a channel without buttons keeps."""

    payloads: list[int]
    taps: list[list[str]]


async def promise_once(
    context: Context, occasion: Occasion, replies: Mapping[int, Reply], now: datetime, kept: Changes | None = None
) -> int:
    """Promise each of these people (by id) their reply; how many messages were written, and not already before.

    People who cannot be reached are passed over. Give the same Reply object to all who get the same words: it is
    rendered once per language, form of address and channel. Files are not sent this way. Each CHUNK is a transaction of
    its own: a run that is cut off and begun again goes on where it was. The audit's rows in `kept` are written in the
    very transaction of the message, so they go with a notice to one person only (ValueError for more).
    """
    if kept is not None and len(replies) != 1:
        raise ValueError("what is audited with a notice goes to one person")
    promised = 0
    people = iter(replies)
    promises = Promises(context.database)
    while chunk := list(islice(people, CHUNK)):
        reached = await promises.reach(chunk, occasion.key)
        batch = _batch(context.abilities, occasion, reached, replies, now)
        if batch.rows:
            promised += await promises.promise(replace(batch, kept=kept), now)
        # Chats go first: let those that became ready meanwhile run before the next chunk.
        await asyncio.sleep(0)
    return promised


async def cancel(context: Context, what: str) -> int:
    """Take back what is unsent of a matter (`deadline:123`, with all that goes on after a colon); how many messages."""
    return await Promises(context.database).cancel(what)


def _batch(
    abilities: Mapping[str, Abilities],
    occasion: Occasion,
    reached: Sequence[Reach],
    replies: Mapping[int, Reply],
    now: datetime,
) -> Batch:
    payloads: list[Mapping[str, Any]] = []
    words: dict[tuple[int, str, str, str], _Words] = {}
    rows: list[Row] = []
    choices: dict[int, tuple[list[list[str]], list[int]]] = {}
    key = occasion.key
    for one in reached:
        if one.channel not in abilities:
            continue
        reply = replies[one.person_id]
        group = (id(reply), one.language, one.address_form, one.channel)
        if group not in words:
            words[group] = _words(reply, one, abilities[one.channel], payloads, now)
        found = words[group]
        rows.extend(_rows(one, found.payloads, f"{key}:{one.person_id}"))
        if found.taps:
            choices.setdefault(id(found), (found.taps, []))[1].append(one.person_id)
    due_at = occasion.send_at or now
    return Batch(rows, payloads, due_at, occasion.expires_at, occasion.priority, list(choices.values()))


def _rows(one: Reach, payloads: Sequence[int], key: str) -> Iterator[Row]:
    for number, payload in enumerate(payloads):
        yield Row(new_id(), one.person_id, one.channel, one.address, payload, f"{key}:{number}" if number else key)


def _words(reply: Reply, one: Reach, abilities: Abilities, payloads: list[Mapping[str, Any]], now: datetime) -> _Words:
    """Render for the group of this reader; its payloads are added to the batch's."""
    if reply.files:
        raise ValueError("a notice to many carries no file")
    reader = Reader(one.language, one.address_form, local(now).date())
    taps = tuple(Tap(render(button.label, reader), button.payload) for button in reply.buttons)
    numbers = []
    text, styles = said(reply, reader)
    for part in fit(text, taps, (), abilities, reader, styles):
        numbers.append(len(payloads))
        payloads.append(payload_of(part.text, part.buttons, part.files, "", "", part.styles))
    return _Words(numbers, [] if abilities.buttons else [[tap.label, tap.payload] for tap in taps])
