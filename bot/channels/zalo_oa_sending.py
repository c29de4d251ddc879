"""What we tell Zalo: one Outgoing becomes text, button and file messages within the OA's limits."""

import asyncio
import time
import unicodedata
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from bot.channels.fit import CONTINUED, split
from bot.channels.pacer import BULK
from bot.channels.zalo_oa_client import Client
from bot.channels.zalo_oa_refusals import ASSET_GONE, SEND_FAILED, Refused, meaning
from bot.channels.zalo_oa_taps import Seal
from bot.errors import ChannelError, Retry
from bot.i18n import Reader, render, t
from bot.message import FileRef, Outgoing

TEXT_LIMIT: Final = 2_000
BUTTONS: Final = 5
LABEL: Final = 100
FILE_LIMIT: Final = 5 << 20
_MESSAGE = "/v3.0/oa/message/cs"
_PHOTO_LIMIT = 1 << 20
_UPLOADS = {
    "image/jpeg": ("image", ".jpg"),
    "image/png": ("image", ".png"),
    "image/gif": ("gif", ".gif"),
    "application/pdf": ("file", ".pdf"),
    "application/msword": ("file", ".doc"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("file", ".docx"),
    "text/csv": ("file", ".csv"),
}
"""What Zalo takes: (upload path, ending of the name). Workbooks and archives are not among it."""
_REMEMBERED = 1_000
_SECOND_TRY = 1.0
_KEPT = 6 * 86_400.0
"""Seconds that an upload is used again; Zalo keeps it for seven days."""

_Step = Callable[[], Awaitable[str]]


class Sending:
    """Sends through one client; a next try of the same message goes on where a failed one ended."""

    def __init__(self, client: Client, seal: Seal, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._client = client
        self._seal = seal
        self._sleep = sleep
        self._sent: dict[int, list[str]] = {}
        self._uploaded: dict[int, tuple[float, dict[str, Any]]] = {}
        """Files of bulk that Zalo has already, with the moment until which it keeps them."""

    async def send(self, outgoing: Outgoing) -> str:
        """The id of the (last) message. Raises Retry, Unreachable, Rejected or OutsideWindow."""
        sent = self._sent.setdefault(outgoing.id, [])
        try:
            for step in self._steps(outgoing)[len(sent) :]:
                sent.append(await self._until_known(step))
        except ChannelError as error:
            if not isinstance(error, Retry):
                self._sent.pop(outgoing.id, None)
            raise
        self._sent.pop(outgoing.id, None)
        while len(self._sent) > _REMEMBERED:
            self._sent.pop(next(iter(self._sent)))
        return sent[-1]

    async def _until_known(self, step: _Step) -> str:
        """One step, with the one repetition that Zalo's table grants for a failed send and an expired asset."""
        try:
            return await step()
        except Refused as refused:
            if refused.code not in (SEND_FAILED, ASSET_GONE):
                raise meaning(refused) from None
        await self._sleep(_SECOND_TRY)
        try:
            return await step()
        except Refused as refused:
            raise meaning(refused) from None

    def _steps(self, outgoing: Outgoing) -> list[_Step]:
        """Files first when there are buttons, which then stand at the end of the chat where the thumb is."""
        files = [file for file in outgoing.files if _is_taken(file)]
        refused = [_refusal(file) for file in outgoing.files if not _is_taken(file)]
        # NFC, as decomposed Vietnamese is longer than the limit allows for.
        text = unicodedata.normalize("NFC", "\n\n".join(filter(None, (outgoing.text.strip(), *refused))))
        pieces = split(text, TEXT_LIMIT)
        user = outgoing.address
        if outgoing.buttons or not files:
            return [*(self._file(outgoing, file) for file in files), *self._words(outgoing, pieces)]
        caption = pieces.pop() if pieces and _UPLOADS[files[0].media_type][0] != "file" else ""
        return [
            *(partial(self._say, user, {"text": piece}, outgoing.priority) for piece in pieces),
            self._file(outgoing, files[0], caption),
            *(self._file(outgoing, file) for file in files[1:]),
        ]

    def _words(self, outgoing: Outgoing, pieces: list[str]) -> list[_Step]:
        buttons = [
            {
                "title": tap.label[:LABEL],
                "type": "oa.query.hide",
                "payload": self._seal.closed(outgoing.address, tap.payload),
            }
            for tap in outgoing.buttons
        ]
        groups = [buttons[start : start + BUTTONS] for start in range(0, len(buttons), BUTTONS)] or [[]]
        pieces = pieces or [CONTINUED]
        messages = [{"text": piece} for piece in pieces[:-1]]
        messages.append(_with_buttons(pieces[-1], groups[0]))
        messages += [_with_buttons(CONTINUED, group) for group in groups[1:]]
        return [partial(self._say, outgoing.address, message, outgoing.priority) for message in messages]

    async def _say(self, user: str, message: dict[str, Any], priority: int) -> str:
        data = await self._client.post(_MESSAGE, {"recipient": {"user_id": user}, "message": message}, priority)
        return str(data.get("message_id", ""))

    def _file(self, outgoing: Outgoing, file: FileRef, caption: str = "") -> _Step:
        async def send() -> str:
            attachment = await self._attached(file, outgoing.priority)
            message = {**({"text": caption} if caption else {}), "attachment": attachment}
            try:
                return await self._say(outgoing.address, message, outgoing.priority)
            except Refused:
                self._uploaded.pop(file.id, None)
                raise

        return send

    async def _attached(self, file: FileRef, priority: int) -> dict[str, Any]:
        """The file as a part of a message; one that goes to thousands is uploaded once (5,000 uploads a month)."""
        until, attachment = self._uploaded.get(file.id, (0.0, {}))
        if priority == BULK and until > time.monotonic():
            return attachment
        attachment = await self._attachment(file, await file.read(), priority)
        if priority == BULK:
            self._uploaded[file.id] = (time.monotonic() + _KEPT, attachment)
        return attachment

    async def _attachment(self, file: FileRef, content: bytes, priority: int) -> dict[str, Any]:
        kind, ending = _UPLOADS[file.media_type]
        name = " ".join(file.name.split()) or "file"
        name = name if name.lower().endswith((ending, ".jpeg")) else name + ending
        data = await self._client.upload(f"/v2.0/oa/upload/{kind}", name, file.media_type, content, priority)
        token, id = data.get("token"), data.get("attachment_id")
        if not (token or id):
            raise Retry("Zalo took a file but gave no token for it", after=30)
        if kind == "file":
            return {"type": "file", "payload": {"token": str(token or id)}}
        element: dict[str, Any] = {"media_type": kind, "attachment_id": str(id or token)}
        if kind == "gif":
            # Zalo demands the size; it stands in bytes 6 to 9 of every GIF.
            width, height = (int.from_bytes(content[start : start + 2], "little") for start in (6, 8))
            element |= {"width": width, "height": height}
        return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}


def _with_buttons(text: str, buttons: list[dict[str, str]]) -> dict[str, Any]:
    if not buttons:
        return {"text": text}
    return {"text": text, "attachment": {"type": "template", "payload": {"buttons": buttons}}}


def _is_taken(file: FileRef) -> bool:
    kind = _UPLOADS.get(file.media_type, ("", ""))[0]
    return bool(kind) and file.size <= (_PHOTO_LIMIT if kind == "image" else FILE_LIMIT)


def _refusal(file: FileRef) -> str:
    megabytes = max(round(file.size / 1_000_000, 1), 0.1)
    sentence = t("The file {name} ({size} MB) cannot be sent here; please open it in the web chat.",
                 name=file.name, size=megabytes)  # fmt: skip
    return render(sentence, Reader())
