"""Evidence: a photo or PDF of a certificate is kept with the entry that it proves, for the officer to look at."""

from collections.abc import Sequence
from datetime import timedelta

from bot import documents
from bot.consent import LOG
from bot.errors import UserError
from bot.evidence import tell_officers
from bot.i18n import t
from bot.incoming import fetched
from bot.language.masking import mask
from bot.language.study import understand
from bot.message import Attachment, Button, Message, Reply
from bot.roster_chat import rosters
from bot.routes import Routes, Said, dead_button, key
from bot.study import StudyLog, shown
from bot.turn import Turn

routes = Routes()

PROVES = timedelta(days=7)
"""A file without a word belongs to an entry logged within this time."""
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"%PDF-", "application/pdf", ".pdf"),
)
"""First bytes, media type, ending: what a file is is told by its content, never by its name."""


@routes.free_text("file")
async def file_sent(message: Message, turn: Turn, understanding: None) -> Said:
    """Keep each file for the entry that it proves; a caption that logs study is logged first.

    What an admin sends without such a caption is a document of the unit, when it can be read as one.
    """
    if proposed := await _documents(message, turn) or await rosters(turn, message):
        return proposed
    if not turn.person.agreed(LOG):
        raise UserError(t("I keep files only as evidence of logged study. Please send /start and agree first."))
    kept = [await _kept(turn, attachment) for attachment in message.files]
    replies: list[Reply] = []
    if message.text.strip():
        replies += await _caption(message, turn)
        if len(turn.memory.get("logs", [])) == 1 and replies:
            await tell_officers(turn)
            for file_id in kept:
                turn.evidence.add(turn.person.id, turn.memory["logs"][0], file_id, turn.now)
            return [*replies, Reply(t("The file is kept as evidence, waiting for the officer."))]
    return [*replies, await _assign(turn, kept)]


async def _documents(message: Message, turn: Turn) -> list[Reply]:
    """The previews of an admin's documents; empty when the files are evidence after all."""
    sent = [attachment for attachment in message.files if documents.is_document(attachment)]
    if not sent or len(sent) < len(message.files) or message.group or not await turn.is_admin():
        return []
    if message.text.strip() and understand(message.text, turn.local_now).kind == "log":
        return []
    return [reply for attachment in sent if (reply := await _document(turn, attachment)) is not None]


async def _document(turn: Turn, attachment: Attachment) -> Reply | None:
    """One preview; None for a picture or a scanned PDF of somebody who keeps evidence here. Raises UserError."""
    content = await fetched(attachment)
    may_prove = turn.person.agreed(LOG) and content.startswith(tuple(start for start, _, _ in SIGNATURES))
    instead = (Button(t("It is my evidence"), "evidence.instead"),) if may_prove else ()
    try:
        return await documents.propose(turn, attachment.name, content, *instead)
    except UserError:
        if may_prove:
            return None
        raise


@routes.tap("evidence.instead")
async def evidence_after_all(message: Message, turn: Turn, document_id: str) -> Reply:
    """The file that was taken for a document of the unit proves the person's own study."""
    await documents.must_be_admin(turn)
    waiting = await documents.store(turn).own_pending(key(document_id), turn.person.id)
    found = waiting and _recognised(waiting.content)
    if not found or not turn.person.agreed(LOG):
        raise dead_button()
    documents.store(turn).drop(key(document_id))
    file_id = turn.evidence.keep_file(turn.person.id, waiting.name, found[0], waiting.content, turn.now)
    return await _assign(turn, [file_id])


async def _caption(message: Message, turn: Turn) -> list[Reply]:
    """Log what the words under a picture say, when they log study."""
    understanding = understand(message.text, turn.local_now)
    if understanding.kind != "log":
        return []
    said = await turn.routes.texts["log"](message, turn, understanding)
    return [said] if isinstance(said, Reply) else list(said or ())


async def _assign(turn: Turn, kept: Sequence[int]) -> Reply:
    entries = await _candidates(turn)
    if not entries:
        raise UserError(
            t(
                "I see no entry of the last 7 days that this could prove. First send what {you} studied, for example "
                "“today I studied computing for 1 hour”, then the file again."
            )
        )
    if len(entries) == 1:
        await tell_officers(turn)
        for file_id in kept:
            turn.evidence.add(turn.person.id, entries[0].id, file_id, turn.now)
        return _thanks(entries[0])
    if len(kept) > 1:
        raise UserError(t("Please send one file at a time, so that I can ask which entry it proves."))
    buttons = tuple(
        Button(t("{entry}", entry=shown(log, plain_day=True)), "evidence", (str(log.id), str(kept[0])))
        for log in entries
    )
    return Reply(t("Which entry does this file prove?"), buttons)


@routes.tap("evidence")
async def entry_chosen(message: Message, turn: Turn, log_id: str, file_id: str) -> Reply:
    """The entry was tapped; entry and file must both be the person's own."""
    found = await turn.study_logs.some(turn.person.id, [key(log_id)])
    if not found or found[0].deleted_at is not None or not await turn.evidence.owns_file(turn.person.id, key(file_id)):
        raise dead_button()
    if await turn.evidence.is_used(key(file_id)):
        return Reply(t("This file is kept as evidence already."), replaces=True)
    await tell_officers(turn)
    turn.evidence.add(turn.person.id, found[0].id, key(file_id), turn.now)
    return _thanks(found[0])


def _recognised(content: bytes) -> tuple[str, str] | None:
    """Media type and ending of a picture or PDF by its first bytes."""
    return next(((media, end) for start, media, end in SIGNATURES if content.startswith(start)), None)


async def _kept(turn: Turn, attachment: Attachment) -> int:
    """Store the file. Raises UserError when it is too big, unreadable, or no picture or PDF."""
    content = await fetched(attachment)
    found = _recognised(content)
    if found is None:
        raise UserError(t("As evidence I take a JPEG or PNG picture or a PDF file; this is none of them."))
    media_type, ending = found
    name = mask(attachment.name) if attachment.name.lower().endswith((ending, ".jpeg")) else f"minh-chung{ending}"
    return turn.evidence.keep_file(turn.person.id, name, media_type, content, turn.now)


async def _candidates(turn: Turn) -> list[StudyLog]:
    """The entries of the last message, when they are fresh; else the newest fresh one."""
    oldest = turn.now - PROVES
    last = await turn.study_logs.some(turn.person.id, turn.memory.get("logs", []))
    fresh = [log for log in last if log.deleted_at is None and log.created_at >= oldest]
    if fresh:
        return fresh
    newest = await turn.study_logs.newest(turn.person.id, 1)
    return [log for log in newest if log.created_at >= oldest]


def _thanks(log: StudyLog) -> Reply:
    text = t("The file is kept as evidence of {entry}, waiting for the officer.", entry=shown(log, plain_day=True))
    return Reply(text, replaces=True)
