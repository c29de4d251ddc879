"""The form of an announcement at the desk: what was typed, what is wrong field by field, and the draft that it makes.

Every rule is the chat's (bot/broadcast_drafts.py, bot/segments.py, and the check of uploads).
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import broadcast_rules as rules
from bot.broadcast_drafts import checked_text, last_moment, must_be_in_force, send_moment
from bot.broadcast_rules import Broadcast
from bot.clock import local
from bot.errors import UserError
from bot.i18n import Text, t
from bot.segments import read_segment
from bot.turn import Turn
from bot.web.uploads import Parts, attachment
from storage.segments import Segment

FIELDS = ("text", "english", "whom", "when", "until", "ack", "urgent", "no_file")
MOST_PARTS = len(FIELDS) + 4
"""Fields of the form, its token and its file, with some room."""


class Wrong(Exception):
    """The form cannot be kept; `faults` says why, by field."""

    def __init__(self, faults: Mapping[str, Text]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def typed(sent: Parts) -> dict[str, str]:
    """The words of every field, to be shown again."""
    return {name: sent.fields.get(name, "") for name in FIELDS}


def blank() -> dict[str, str]:
    """A form that nobody has touched."""
    return {**dict.fromkeys(FIELDS, ""), "ack": "1"}


def filled(broadcast: Broadcast) -> dict[str, str]:
    """The form of a draft that is there; whom it is for stays unless something is typed."""
    due, until = broadcast.due_at, broadcast.valid_until
    return {
        **blank(),
        "text": broadcast.texts["vi"],
        "english": broadcast.texts.get("en", ""),
        "when": f"{local(due):%H:%M %d/%m/%Y}" if due else "",
        "until": f"{local(until):%d/%m/%Y}" if until else "",
        "ack": "1" if broadcast.ack else "",
        "urgent": "1" if broadcast.urgent else "",
    }


@dataclass
class _Reading:
    """Reads field after field, and goes on after a fault so that all are told at once."""

    said: Mapping[str, str]
    faults: dict[str, Text] = field(default_factory=dict)

    async def take(self, name: str, read: Awaitable[Any]) -> Any:
        """What the field says, None when that is wrong."""
        try:
            return await read
        except UserError as error:
            self.faults.setdefault(name, error.text)
            return None


async def draft_of(turn: Turn, sent: Parts, before: Broadcast | None) -> dict[str, Any]:
    """The columns of the draft that the form says; `before` is the draft that it changes. Raises Wrong."""
    said = typed(sent)
    reading = _Reading(said)
    texts = {"vi": await reading.take("text", _text(said["text"]))}
    if said["english"].strip():
        texts["en"] = await reading.take("english", _text(said["english"]))
    values = {
        "texts": texts,
        "segment": await reading.take("whom", _segment(turn, said["whom"], before)),
        "due_at": await reading.take("when", _moment(turn, said["when"])),
        "valid_until": await reading.take("until", _last(turn, said["until"])),
        "ack": bool(said["ack"]),
        "urgent": bool(said["urgent"]) and await turn.is_admin(),
    }
    await reading.take("until", _in_force(turn, values))
    file = await reading.take("file", _file(sent))
    if reading.faults:
        if sent.content and "file" not in reading.faults:
            reading.faults["file"] = t("Please choose the file once more: a page cannot keep it.")
        raise Wrong(reading.faults)
    kept = None if before is None or said["no_file"] else before.file_id
    return {**values, "file_id": kept if file is None else turn.keep_file(*file)}


async def _text(said: str) -> str:
    return checked_text(said)


async def _segment(turn: Turn, said: str, before: Broadcast | None) -> Segment:
    segment = before.segment if before is not None else await rules.first_segment(turn)
    if said.strip():
        segment = await read_segment(turn, said, segment)
    await rules.must_cover(turn, segment)
    return segment


async def _moment(turn: Turn, said: str) -> datetime | None:
    return send_moment(turn, said) if said.strip() else None


async def _last(turn: Turn, said: str) -> datetime | None:
    return last_moment(turn, said) if said.strip() else None


async def _in_force(turn: Turn, values: Mapping[str, Any]) -> None:
    must_be_in_force(values["due_at"] or turn.now, values["valid_until"])


async def _file(sent: Parts) -> tuple[str, str, bytes] | None:
    """Name, type and bytes of the file that was chosen; None without one. Raises UserError for one of a wrong kind."""
    if sent.refused is not None:
        raise sent.refused
    if sent.content is None or not (sent.content or sent.name):
        return None
    taken = await attachment(sent.name, sent.content)
    return taken.name, taken.media_type, sent.content
