"""Files that a visitor sends: read in pieces up to the limit, and believed only for what their first bytes are."""

import asyncio
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from bot.errors import UserError
from bot.i18n import Text, t
from bot.message import MAX_FILE_BYTES, Attachment
from bot.web.frames import clean

_FIELD_BYTES = 32 * 1024
_MOST_PARTS = 8
_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,40}")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_DOCX = _OFFICE + "wordprocessingml.document"
_XLSX = _OFFICE + "spreadsheetml.sheet"
_EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "application/pdf": (".pdf",),
    _DOCX: (".docx",),
    _XLSX: (".xlsx",),
    "text/csv": (".csv",),
    "text/plain": (".txt",),
    "text/html": (".html", ".htm"),
}


class UploadRefused(UserError):
    """The upload is not taken; `status` is the HTTP status that says so."""

    def __init__(self, status: int, text: Text) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Parts:
    """A form as it came: its fields, and its one file (`content` is None without one)."""

    fields: dict[str, str]
    name: str = ""
    content: bytes | None = None
    refused: UploadRefused | None = None
    """Why the file was not taken; what stood behind it in the form was not read."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file with the page's id of the message and the words beside it."""

    id: str
    text: str
    file: Attachment


async def read_upload(request: web.Request) -> Upload:
    """Read a multipart form of `id`, `text` and one `file`; raises UploadRefused."""
    if request.content_type != "multipart/form-data":
        raise UploadRefused(415, t("Send the file from the chat page."))
    if (request.content_length or 0) > MAX_FILE_BYTES + 2 * _FIELD_BYTES:
        raise too_large()
    parts = await read_parts(request)
    if parts.refused is not None:
        raise parts.refused
    id = parts.fields.get("id", "")
    if not _CLIENT_ID.fullmatch(id) or parts.content is None:
        raise UploadRefused(400, t("The file did not arrive whole. Please send it again."))
    try:
        text = clean(parts.fields.get("text", ""))
    except UserError as error:
        raise UploadRefused(400, error.text) from None
    return Upload(id, text, await attachment(parts.name, parts.content))


async def read_parts(request: web.Request, most: int = _MOST_PARTS) -> Parts:
    """Read a multipart form of at most so many parts; raises UploadRefused for one that does not arrive whole."""
    try:
        return await _parts(request, most)
    except (ValueError, AssertionError):
        raise UploadRefused(400, t("The file did not arrive whole. Please send it again.")) from None


def too_large() -> UploadRefused:
    """The refusal of a file over the limit."""
    limit = MAX_FILE_BYTES >> 20
    return UploadRefused(413, t("The file is larger than {limit} MB. Please send a smaller one.", limit=limit))


async def _parts(request: web.Request, most: int) -> Parts:
    fields: dict[str, str] = {}
    name, content = "", None
    reader = await request.multipart()
    for _ in range(most):
        part = await reader.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader):
            raise ValueError("a form inside a form")
        if part.name == "file" and content is None:
            name = part.filename or ""
            try:
                content = await _read(part, MAX_FILE_BYTES)
            except UploadRefused as refused:
                return Parts(fields, name, None, refused)
        else:
            fields[part.name or ""] = (await _read(part, _FIELD_BYTES)).decode()
    return Parts(fields, name, content)


async def _read(part: BodyPartReader, limit: int) -> bytes:
    content = bytearray()
    while piece := await part.read_chunk(64 * 1024):
        content += piece
        if len(content) > limit:
            raise too_large()
    return bytes(content)


async def attachment(name: str, content: bytes) -> Attachment:
    """The file as the core knows it: type by content, safe name; raises UploadRefused for an unknown kind."""
    if not content:
        raise UploadRefused(400, t("The file is empty."))
    media_type = await asyncio.to_thread(media_type_of, content, name)
    if not media_type:
        raise UploadRefused(415, t("Only JPEG, PNG, PDF, Word, Excel, CSV, text and HTML files can be sent here."))

    async def read() -> bytes:
        return content

    kind = "photo" if media_type.startswith("image/") else "document"
    return Attachment(safe_name(name, media_type), media_type, len(content), kind, read)


def endings() -> str:
    """The endings of all files that are taken, as a form's `accept` wants them."""
    return ",".join(one for kind in _EXTENSIONS.values() for one in kind)


def media_type_of(content: bytes, name: str) -> str:
    """What the bytes are, whatever the sender says: one of eight media types, or "" for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    texts = ("text/csv", "text/plain", "text/html")
    named = next((kind for kind in texts if name.lower().endswith(_EXTENSIONS[kind])), "")
    return named if named and _is_text(content) else ""


def _office_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        # `zipfile` says NotImplementedError of an archive made in a way that it cannot read: no office file, either.
        return ""
    # Macros are programs, and no learner's certificate or roster needs one.
    if "[Content_Types].xml" not in names or any(one.endswith("vbaProject.bin") for one in names):
        return ""
    if "word/document.xml" in names:
        return _DOCX
    return _XLSX if "xl/workbook.xml" in names else ""


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeError:
            return False
    # Old Vietnamese spreadsheets export in eight-bit code pages: refuse control bytes, not those.
    return not any(byte < 32 and byte not in b"\t\n\r\f" for byte in set(content))


def safe_name(name: str, media_type: str) -> str:
    """A file name without folders, control or direction signs, at most 100 characters, with the ending of its type."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*').strip(" .")
    endings = _EXTENSIONS.get(media_type, ())
    ending = next((one for one in endings if kept.lower().endswith(one)), "")
    stem = kept[: len(kept) - len(ending)] if ending else kept
    return (stem.strip(" .")[:90] or "file") + (ending or (endings[0] if endings else ""))
