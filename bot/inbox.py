"""One message = one transaction: de-duplicate, load, handle, commit with the promised replies, then send."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import structlog

from bot.channels.base import Abilities
from bot.channels.fit import choose, fit
from bot.errors import Retry, UserError
from bot.i18n import DEFAULT_LANGUAGE, Reader, languages, render, t
from bot.jobs.outbox import Sender, payload_of
from bot.knowledge.answer import Knowledge
from bot.marks import said
from bot.message import File, FileRef, Message, Outgoing, Reply, Tap
from bot.metrics import SECONDS, TURNS
from bot.router import Router
from bot.turn import Turn
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer, Outcome
from storage.database import Database, is_out_of_reach
from storage.outbox import NOTICE, Outbox, Promised
from storage.people import People, Person

log = structlog.get_logger(__name__)

MAX_TRIES = 5
TYPING_AFTER_SECONDS = 0.6


class Turns:
    """The inbox of every channel."""

    def __init__(
        self,
        database: Database,
        committer: Committer,
        router: Router,
        knowledge: Knowledge,
        sender: Sender,
        abilities: Mapping[str, Abilities],
    ) -> None:
        """`abilities` names every channel that a person may use, also those that another process serves."""
        self._database = database
        self._committer = committer
        self._router = router
        self._knowledge = knowledge
        self._sender = sender
        self._abilities = abilities
        self.quotas: dict[str, Callable[[], Any]] = {}
        """What a vendor's quota leaves, by channel: shown to admins."""
        self._waiting: dict[tuple[str, str], tuple[asyncio.Lock, int]] = {}

    async def accept(self, message: Message, *, answer_here: bool = False) -> Sequence[Outgoing]:
        """Handle one message to its commit; see `bot.channels.base.Inbox`."""
        async with self._in_order((message.channel, message.address)):
            began = time.perf_counter()
            typing = asyncio.get_running_loop().call_later(TYPING_AFTER_SECONDS, self._show_typing, message)
            try:
                promised = await self._settle(message)
            except Exception as error:
                log.error("turn failed", channel=message.channel, error=type(error).__name__, exc_info=error)
                TURNS.labels(message.channel, "failed").inc()
                if is_out_of_reach(error):
                    raise Retry("storage is out of reach") from error
                return ()
            finally:
                typing.cancel()
                SECONDS.labels(message.channel).observe(time.perf_counter() - began)
            mine = [one for one in promised if (one.channel, one.address) == (message.channel, message.address)]
            here = answer_here and self._sender.serves(message.channel)
            here = here and len(mine) == 1 and not mine[0].payload["files"]
            if here and self._sender.is_idle(message.channel, message.address):
                self._sender.deliver([one for one in promised if one is not mine[0]])
                return (self._sender.outgoing(mine[0]),)
            self._sender.deliver(promised)
            return ()

    async def delivered(self, outgoing: Outgoing, vendor_id: str = "") -> None:
        """An `answer_here` reply went out."""
        await self._sender.mark_sent(outgoing.id, vendor_id)

    def _show_typing(self, message: Message) -> None:
        self._sender.show_typing(message.channel, message.address)

    @asynccontextmanager
    async def _in_order(self, key: tuple[str, str]) -> AsyncIterator[None]:
        lock, users = self._waiting.get(key, (asyncio.Lock(), 0))
        self._waiting[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._waiting[key]
            if users == 1:
                del self._waiting[key]
            else:
                self._waiting[key] = (lock, users - 1)

    async def _settle(self, message: Message) -> Sequence[Promised]:
        """Run the turn until it is committed once; a conflict with another process runs it again on fresh rows."""
        failure: Reply | None = None
        for _ in range(MAX_TRIES):
            changes = Changes()
            known = await People(self._database, changes).by_account(message.channel, message.address)
            person = known or People(self._database, changes).add(
                message.channel, message.address, _language(message), message.at
            )
            turn = Turn(message, person, self._database, changes, self._knowledge, self._router.routes)
            turn.quotas, turn.abilities = self.quotas, self._abilities
            message_for_turn = self._with_choice(message, turn)
            try:
                replies = [failure] if failure else await self._router.route(message_for_turn, turn)
                promised = await self._promise(turn, message_for_turn, replies)
                if not turn.silent and not turn.erased:
                    turn.people.heard_from(person, turn.now)
                outcome = await self._commit(turn, message)
            except UserError as error:
                failure = Reply(error.text)
                continue
            except Exception as error:
                if failure or is_out_of_reach(error):
                    raise
                log.error("turn broke", channel=message.channel, error=type(error).__name__, exc_info=error)
                failure = Reply(t("Something went wrong here, and nothing was changed. Please try again in a moment."))
                continue
            TURNS.labels(message.channel, outcome.value).inc()
            if outcome is Outcome.DONE:
                return promised
            if outcome is Outcome.DUPLICATE:
                return ()
        log.error("turn gave up", channel=message.channel)
        return ()

    async def _commit(self, turn: Turn, message: Message) -> Outcome:
        person = turn.person
        conversation = None if turn.erased else (person.id, person.version, turn.state.kept())
        arrived = (message.channel, message.id, message.at)
        return await self._committer.commit(Commit(turn.changes, arrived, conversation))

    def _with_choice(self, message: Message, turn: Turn) -> Message:
        """On a channel without buttons a number or a label taps what was offered last."""
        if message.tap or not message.text or self._abilities[message.channel].buttons:
            return message
        chosen = choose(message.text, [Tap(label, payload) for label, payload in turn.state.taps])
        return message if chosen is None else replace(message, text="", tap=chosen.payload)

    async def _promise(self, turn: Turn, message: Message, replies: Sequence[Reply]) -> list[Promised]:
        """Write the replies and notices into the outbox with the turn."""
        promised: list[Promised] = []
        turn.state.taps = []
        for number, reply in enumerate(replies):
            promised += self._compose(turn, turn.person, reply, message if number == 0 else None)
        for ids, reply in turn.notices:
            for person in (await turn.people.by_ids(ids)).values():
                promised += [replace(one, priority=NOTICE) for one in self._compose(turn, person, reply, None)]
        outbox = Outbox(self._database, turn.changes)
        for one in promised:
            outbox.promise(one, turn.now, self._sender.owner if self._sender.serves(one.channel) else "")
        return promised

    def _compose(self, turn: Turn, person: Person, reply: Reply, cause: Message | None) -> list[Promised]:
        abilities = self._abilities.get(person.channel)
        if abilities is None:
            return []
        reader = Reader(person.language, person.address_form, turn.today)
        taps = tuple(Tap(render(button.label, reader), button.payload) for button in reply.buttons)
        if not abilities.buttons:
            choices = [[tap.label, tap.payload] for tap in taps]
            if person is turn.person:
                turn.state.taps = choices
            elif choices:
                turn.people.offer(person, choices)
        files = [self._store(turn, person, file) for file in reply.files]
        edits = cause.tapped if cause and cause.tap and reply.replaces and abilities.edits else ""
        clears = cause.tapped if cause and cause.tap and not edits and not reply.keeps_buttons else ""
        messages = []
        text, styles = said(reply, reader)
        for number, part in enumerate(fit(text, taps, files, abilities, reader, styles)):
            replaced = (edits, clears) if number == 0 else ("", "")
            payload = payload_of(part.text, part.buttons, part.files, *replaced, part.styles)
            if turn.erased and person is turn.person:
                payload["extra"]["reset"] = "1"
            messages.append(Promised(new_id(), person.channel, person.address, person.id, payload))
        return messages

    def _store(self, turn: Turn, person: Person, file: File) -> FileRef:
        id = new_id()
        turn.outbox.store_file(id, person.id, file.name, file.media_type, file.content, turn.now)

        async def read() -> bytes:
            return file.content

        return FileRef(id, file.name, file.media_type, len(file.content), read)


def _language(message: Message) -> str:
    return message.language if message.language in languages() else DEFAULT_LANGUAGE
