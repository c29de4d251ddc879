"""Copies of a person's own evidence files: a zip, in parts of a stated size, beside the other data of /dulieu."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePath
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from bot.clock import local
from bot.i18n import t
from bot.message import Button, File, Reply
from bot.turn import Turn

ZIP = "application/zip"
PART_BYTES = 20_000_000
"""Most bytes of one part; a single file is smaller by the limit of what can be sent (`bot.message.MAX_FILE_BYTES`)."""


def parts_of(kept: Sequence[Any]) -> list[list[Any]]:
    """The files of all parts: in the order in which they came, each file once, each part within the limit."""
    parts: list[list[Any]] = []
    size = 0
    for file in {row.file_id: row for row in kept}.values():
        if not parts or size + file.size > PART_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(file)
        size += file.size
    return parts


async def part(turn: Turn, index: int) -> Reply | None:
    """One part of the person's own files, counted from 0, with buttons for those beside it; None when it is none."""
    parts = parts_of(await turn.evidence.of(turn.person.id))
    if not 0 <= index < len(parts):
        return None
    file = await _zip(turn, parts, index)
    if len(parts) == 1:
        return Reply(t("Evidence files: {count}.", count=str(len(parts[0]))), files=(file,))
    text = t(
        "The evidence files are more than {megabytes} MB together, so they come in parts: this is part {part} of "
        "{parts}. The buttons send the others.",
        megabytes=PART_BYTES // 1_000_000,
        part=str(index + 1),
        parts=str(len(parts)),
    )
    return Reply(text, _buttons(len(parts), index), files=(file,))


def _buttons(count: int, shown: int) -> tuple[Button, ...]:
    """The part before and the part after, of however many there are."""
    near = [number for number in (shown, shown + 2) if 1 <= number <= count]
    return tuple(Button(t("Evidence: part {part}", part=str(number)), "mydata.evidence", (str(number),))
                 for number in near)  # fmt: skip


async def _zip(turn: Turn, parts: Sequence[Sequence[Any]], index: int) -> File:
    before = sum(len(part) for part in parts[:index])
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_STORED) as kept:
        for number, row in enumerate(parts[index], before + 1):
            kept.writestr(_name(number, row), await turn.evidence.own_content(turn.person.id, row.file_id))
    ending = f"-{index + 1}" if len(parts) > 1 else ""
    return File(f"ban-hoc-minh-chung{ending}.zip", ZIP, stream.getvalue())


def _name(number: int, row: Any) -> str:
    """A name that is there once, sorts by time, and has no folder in it."""
    plain = PurePath(row.name.replace("\\", "/")).name or "minh-chung"
    return f"{number:03d}-{local(row.created_at):%Y-%m-%d}-{plain}"
