"""What a handler gets: one message's person, clock, storage and open question; effects are data until the commit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from bot.channels.base import Abilities
from bot.clock import local
from bot.errors import NotAllowed
from bot.i18n import Reader, t
from bot.knowledge.answer import Knowledge
from bot.message import File, Message, Reply
from bot.rights import lacks_right
from bot.routes import Routes
from storage.audit import SYSTEM, Audit
from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.erasure import Erasure
from storage.evidence import Evidence
from storage.memberships import Memberships
from storage.outbox import Outbox
from storage.people import People, Person
from storage.questions import Questions
from storage.recognitions import Recognitions
from storage.roles import ADMIN, OFFICER, VIEW, Role, Roles
from storage.study_logs import StudyLogs
from storage.summaries import Summaries
from storage.units import Units


@dataclass(slots=True)
class State:
    """The conversation between turns: the open question, what is known so far, and the choices shown last."""

    asked: str = ""
    draft: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    taps: list[list[str]] = field(default_factory=list)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "State":
        """Rebuild it from the conversation's row."""
        return cls(
            kept.get("asked", ""), dict(kept.get("draft", {})), dict(kept.get("memory", {})), list(kept.get("taps", []))
        )

    def kept(self) -> dict[str, Any]:
        """As JSON for the conversation's row."""
        return {"asked": self.asked, "draft": self.draft, "memory": self.memory, "taps": self.taps}


class Turn:
    """One message being handled. Handlers read through its nouns, write through them, and return replies."""

    def __init__(
        self,
        message: Message,
        person: Person,
        database: Database,
        changes: Changes,
        knowledge: Knowledge,
        routes: Routes,
    ) -> None:
        self.message = message
        self.person = person
        self.now: datetime = message.at
        self.local_now: datetime = local(message.at)
        self.today: date = self.local_now.date()
        self.knowledge = knowledge
        self.routes = routes
        self.state = State.read(person.state)
        self.notices: list[tuple[tuple[int, ...], Reply]] = []
        self.erased = False
        """True once the person is gone: the conversation is over, and the farewell is the last message."""
        self.silent = False
        """True while the person waits to be erased: that they write wakes no account up."""
        self.quotas: Mapping[str, Callable[[], Any]] = {}
        self.abilities: Mapping[str, Abilities] = {}
        self.database = database
        self.changes = changes
        self._roles: list[Role] | None = None

    @property
    def reader(self) -> Reader:
        """How this person reads."""
        return Reader(self.person.language, self.person.address_form, self.today)

    @property
    def draft(self) -> dict[str, Any]:
        """What the open question was asked for."""
        return self.state.draft

    @property
    def memory(self) -> dict[str, Any]:
        """Small facts that outlive one question: the last article, the last entries."""
        return self.state.memory

    def ask(self, name: str, **draft: Any) -> None:
        """Leave a question open: the next text goes to the answer route of this name, with this draft (JSON values)."""
        self.state.asked = name
        self.state.draft = draft

    def close_question(self) -> None:
        """No question is open any more."""
        self.state.asked = ""
        self.state.draft = {}

    def notify(self, people: Iterable[int], reply: Reply) -> None:
        """Also tell other people, each in their language, on the account they used last."""
        if chosen := tuple(id for id in people if id != self.person.id):
            self.notices.append((chosen, reply))

    def audit(self, what: str, *, unit_id: int | None = None, about: int | None = None, **detail: Any) -> None:
        """Keep that this person changed or read something, in the turn's own transaction; ids only, never words.

        `what` is a short verb (`members.read`); `about` the person whose rows they are; `detail` numbers and codes.
        """
        Audit(self.database, self.changes).record(
            what,
            self.now,
            via=self.message.channel,
            who=self.person.id,
            unit_id=unit_id,
            about=about,
            detail=detail,
        )

    def showed(self, what: str, *, unit_id: int | None, about: int, people: int) -> None:
        """Keep that this turn shows rows of a person to so many officers or admins by itself, in its own notice."""
        via, detail = self.message.channel, {"people": people}
        Audit(self.database, self.changes).record(
            what, self.now, via=via, role=SYSTEM, unit_id=unit_id, about=about, detail=detail
        )

    def keep_file(self, name: str, media_type: str, content: bytes) -> int:
        """Store a file with the turn; returns its key."""
        id = new_id()
        self.outbox.store_file(id, self.person.id, name, media_type, content, self.now)
        return id

    async def kept_files(self, id: int | None) -> tuple[File, ...]:
        """The stored file of this key, to be sent once more; nothing without one."""
        row = None if id is None else await self.outbox.file(id)
        return () if row is None else (File(row.name, row.media_type, row.content),)

    @cached_property
    def people(self) -> People:
        """People, accounts, consents."""
        return People(self.database, self.changes)

    @cached_property
    def erasure(self) -> Erasure:
        """Letting a person go, with a day to take it back."""
        return Erasure(self.database, self.changes)

    @cached_property
    def study_logs(self) -> StudyLogs:
        """Entries of study."""
        return StudyLogs(self.database, self.changes)

    @cached_property
    def units(self) -> Units:
        """Units and memberships."""
        return Units(self.database, self.changes)

    @cached_property
    def memberships(self) -> Memberships:
        """Who belonged where on which day."""
        return Memberships(self.database, self.changes)

    @cached_property
    def roles(self) -> Roles:
        """Roles and scope."""
        return Roles(self.database, self.changes, self.now)

    @cached_property
    def questions(self) -> Questions:
        """Questions that nobody could answer."""
        return Questions(self.database, self.changes)

    @cached_property
    def outbox(self) -> Outbox:
        """Files that a person sent or gets."""
        return Outbox(self.database, self.changes)

    @cached_property
    def summaries(self) -> Summaries:
        """Figures of units."""
        return Summaries(self.database, self.changes)

    @cached_property
    def evidence(self) -> Evidence:
        """Certificates and pictures that belong to entries."""
        return Evidence(self.database, self.changes)

    @cached_property
    def recognitions(self) -> Recognitions:
        """Figures that an authority has decided."""
        return Recognitions(self.database, self.changes)

    async def own_roles(self) -> list[Role]:
        """The person's roles, read once a turn."""
        if self._roles is None:
            self._roles = await self.roles.of(self.person.id)
        return self._roles

    async def is_admin(self) -> bool:
        """True for an admin."""
        return any(role.role == ADMIN for role in await self.own_roles())

    async def officer_units(self, right: str = VIEW) -> Sequence[int]:
        """The units that the person is an officer of with this right (not those below them)."""
        held = [role for role in await self.own_roles() if role.role == OFFICER and right in role.rights]
        return list(dict.fromkeys(role.unit_id for role in held if role.unit_id is not None))

    async def must_cover(self, unit_id: int, right: str = VIEW) -> None:
        """Refuse politely when the unit is outside the person's scope, or this right is missing. Raises NotAllowed."""
        if await self.roles.covers(self.person.id, unit_id, right):
            return
        if right != VIEW and await self.roles.covers(self.person.id, unit_id):
            raise NotAllowed(lacks_right(right))
        raise NotAllowed(
            t("This is only for officers of that unit. If {you} should have this right, ask your unit's admin.")
        )
