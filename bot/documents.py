"""The unit's own documents: proposed with a preview, decided about, listed, and kept searchable in every process."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import NotAllowed, UserError
from bot.i18n import Joined, Text, joined, t, tn
from bot.knowledge.clean import without_spam
from bot.knowledge.imports import read_document
from bot.knowledge.passages import ImportedDocument, Passage
from bot.message import Attachment, Button, Reply
from bot.turn import Turn
from storage.audit import COMMAND, OPERATOR, Audit
from storage.changes import Changes
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.documents import PENDING as PENDING
from storage.documents import PUBLISHED as PUBLISHED
from storage.documents import WITHDRAWN as WITHDRAWN
from storage.documents import Documents
from storage.documents import StoredDocument as StoredDocument

ENDINGS = (".docx", ".pdf", ".txt", ".html", ".htm")
SHOWN_PASSAGES, SHOWN_LINES, SHOWN_WORDS = 3, 4, 6
PASSAGE_LETTERS, LINE_LETTERS = 180, 50


def store(turn: Turn) -> Documents:
    """The stored documents, within this turn."""
    return Documents(turn.database, turn.changes)


def is_document(attachment: Attachment) -> bool:
    """True for a file that can be read as text by its name; what it really is its bytes tell later."""
    return attachment.kind == "document" and attachment.name.lower().endswith(ENDINGS)


async def must_be_admin(turn: Turn) -> None:
    """Refuse politely whoever is no admin. Raises NotAllowed."""
    if not await turn.is_admin():
        raise NotAllowed(t("Only an admin decides about the unit's documents. Anybody may ask questions about them."))


async def propose(turn: Turn, name: str, content: bytes, *more: Button) -> Reply:
    """Read a document, keep it waiting, and show its preview. Raises UserError when it cannot be read."""
    read = await asyncio.to_thread(read_document, content, name)
    documents = store(turn)
    known = await documents.same(read.name, content)
    if known is not None and known.state == PUBLISHED:
        return Reply(t("This very document is published already: {title}.", title=known.title), (take_back(known),))
    waiting = known or _add(documents, read, content, turn.now, turn.person.id)
    if known is None:
        turn.audit("document.imported", document=waiting.id)
    shown = preview(read, replaces=await documents.published_as(read.name) is not None)
    return Reply(t("{preview}", preview=shown), (*decisions(waiting), *(_of(waiting, button) for button in more)))


def decisions(document: StoredDocument) -> tuple[Button, ...]:
    """Approve it or drop it."""
    id = (str(document.id),)
    return Button(t("Approve, publish"), "document.approve", id), Button(t("Drop"), "document.drop", id)


def take_back(document: StoredDocument) -> Button:
    """Withdraw it."""
    return Button(t("Withdraw"), "document.withdraw", (str(document.id),))


def _of(document: StoredDocument, button: Button) -> Button:
    return Button(button.label, button.action, (*button.args, str(document.id)))


def _add(documents: Documents, read: ImportedDocument, content: bytes, now: datetime, by: int | None) -> StoredDocument:
    pairs = [(passage.heading, passage.text) for passage in read.passages]
    return documents.add(
        read.name, read.title, read.date, content, now,
        passages=pairs, removed=read.removed, doubtful=read.doubtful, by=by,
    )  # fmt: skip


def preview(document: ImportedDocument, *, replaces: bool) -> Joined:
    """What an admin has to see before a document is quoted: what it is, what was cut, what may be a slip, its start."""
    date = t("date {date}", date=document.date) if document.date else t("no date found in it")
    passages = tn("{count} passage", "{count} passages", len(document.passages))
    parts: list[Text] = [
        t(
            "Preview of “{title}” ({name}): {date}, {passages}.",
            title=document.title,
            name=document.name,
            date=date,
            passages=passages,
        )
    ]
    if document.removed:
        cut = [f"“{_start(without_spam(line)[0], LINE_LETTERS)}”" for line in document.removed[:SHOWN_LINES]]
        count = len(document.removed)
        parts.append(tn("Cut out, {count} place: {lines}.", "Cut out, {count} places: {lines}.", count,
                        lines=joined([*cut, *(["…"] if count > SHOWN_LINES else [])], ", ")))  # fmt: skip
    if document.doubtful:
        words = [f"“{_start(words, LINE_LETTERS)}”" for words in document.doubtful[:SHOWN_WORDS]]
        count = len(document.doubtful)
        parts.append(tn("May be a slip of the scanner, {count} place: {words}.",
                        "May be slips of the scanner, {count} places: {words}.", count,
                        words=joined([*words, *(["…"] if count > SHOWN_WORDS else [])], ", ")))  # fmt: skip
    if replaces:
        parts.append(t("It takes the place of the published document with the same file name."))
    parts.append(t("It begins:"))
    return joined([*parts, *(_shown(passage) for passage in document.passages[:SHOWN_PASSAGES])], "\n")


def _shown(passage: Passage) -> str:
    heading = f"[{_start(passage.heading, LINE_LETTERS)}] " if passage.heading else ""
    return f"– {heading}{_start(passage.text, PASSAGE_LETTERS)}"


def _start(text: str, letters: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= letters else f"{line[:letters].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Imported:
    """One document that was read on the command line."""

    stored: StoredDocument
    document: ImportedDocument
    replaces: bool
    state: str


@dataclass(slots=True)
class ImportResult:
    """What an import did: documents with their state, and files that were refused with the reason."""

    imported: list[Imported] = field(default_factory=list)
    errors: list[tuple[str, Text]] = field(default_factory=list)

    def text(self) -> Joined:
        """Each preview and what became of it, then the refusals."""
        lines: list[Text | Joined] = []
        for one in self.imported:
            lines.append(preview(one.document, replaces=one.replaces))
            done = t("Published as {id}.", id=str(one.stored.id))
            waits = t("It waits as {id}: publish it with --yes, or in the chat with /tailieu.", id=str(one.stored.id))
            lines.append(done if one.state == PUBLISHED else waits)
        lines += [t("{file}: {reason}", file=name, reason=reason) for name, reason in self.errors]
        return joined(lines, "\n")


async def import_files(
    database: Database, committer: Committer, files: Iterable[tuple[str, bytes]], now: datetime, *, publish: bool
) -> ImportResult:
    """Import (name, bytes) each in a transaction of its own; the same file again changes nothing."""
    result = ImportResult()
    for name, content in files:
        try:
            result.imported.append(await _import(database, committer, name, content, now, publish))
        except UserError as error:
            result.errors.append((name, error.text))
    return result


async def _import(
    database: Database, committer: Committer, name: str, content: bytes, now: datetime, publish: bool
) -> Imported:
    read = await asyncio.to_thread(read_document, content, name)
    changes = Changes()
    documents = Documents(database, changes)
    older = await documents.published_as(read.name)
    known = await documents.same(read.name, content)
    stored = known or _add(documents, read, content, now, None)
    state = PUBLISHED if publish else stored.state
    if state != stored.state:
        documents.publish(stored, None, now)
    if known is None or state != stored.state:
        _by_operator(database, changes, "document.published" if publish else "document.imported", stored.id, now)
    await _commit(committer, changes)
    return Imported(stored, read, older is not None and older.id != stored.id, state)


async def withdraw(database: Database, committer: Committer, which: str, now: datetime) -> Text:
    """Withdraw a published document by its number or file name; a waiting one is dropped. Raises UserError."""
    changes = Changes()
    documents = Documents(database, changes)
    number = which.isascii() and which.isdigit() and int(which[:20]) < 2**63
    found = (await documents.by_id(int(which)) if number else None) or await documents.published_as(which)
    if found is None or found.state == WITHDRAWN:
        raise UserError(t("There is no document {which} to withdraw; `documents list` shows them all.", which=which))
    what = "document.dropped" if found.state == PENDING else "document.withdrawn"
    _by_operator(database, changes, what, found.id, now)
    if found.state == PENDING:
        documents.drop(found.id)
    else:
        documents.withdraw(found, None, now)
    await _commit(committer, changes)
    return t("Withdrawn: {title}. It is no longer quoted.", title=found.title)


def _by_operator(database: Database, changes: Changes, what: str, id: int, now: datetime) -> None:
    Audit(database, changes).record(what, now, via=COMMAND, role=OPERATOR, detail={"document": id})


async def _commit(committer: Committer, changes: Changes) -> None:
    if await committer.commit(Commit(changes)) is not Outcome.DONE:
        raise UserError(t("Somebody else decided about this document at the same moment. Please try again."))


async def listed(database: Database, limit: int = 1000) -> Joined:
    """All documents that wait or are published, a line each with its number."""
    found = await Documents(database, Changes()).listed(limit)
    return joined(lines(found, numbered=[str(one.id) for one in found]) or [t("There are no documents yet.")], "\n")


STATES = {PENDING: t("waiting for approval"), PUBLISHED: t("published"), WITHDRAWN: t("withdrawn")}


def lines(found: Sequence[StoredDocument], numbered: Sequence[str]) -> list[Text]:
    """A line for each document."""
    return [
        t(
            "{number}. {title} ({about}): {passages}, {state}.",
            number=number,
            title=one.title,
            about=joined([one.name, *([one.date] if one.date else [])], ", "),
            passages=tn("{count} passage", "{count} passages", one.passage_count),
            state=STATES[one.state],
        )
        for number, one in zip(numbered, found, strict=True)
    ]
