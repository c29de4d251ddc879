"""Read a unit's own document (.docx, .pdf, .txt, .html) into cleaned passages. Pure: bytes and a file name in."""

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import PurePath
from xml.etree.ElementTree import ParseError

import docx
import pypdf
from docx.opc.exceptions import PackageNotFoundError
from pypdf.errors import PyPdfError

from bot.errors import UserError
from bot.i18n import t
from bot.knowledge.clean import clean, without_spam
from bot.knowledge.passages import Block, ImportedDocument, cut

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 80 * 1024 * 1024
MAX_PAGES = 400
MAX_CHARACTERS = 2_000_000
_DATE = re.compile(r"\b(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b")
_POSTED = re.compile(r"(?i)(?:đăng ngày|ngày đăng|cập nhật)[^\d\n]{0,20}(\d{1,2}[/-]\d{1,2}[/-]\d{4})")
_MOMENT = re.compile(r"\d{1,2}:\d\d:\d\d|(?i:ngày \d+ tháng \d+ năm)")
_HEADING_MAX = 110
_NAME_MAX = 160
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What no database keeps in a text and nobody can read; a broken PDF is full of it."""


def read_document(data: bytes, filename: str) -> ImportedDocument:
    """The document with its passages, for the preview; raises UserError when it is too large, not readable or empty."""
    name = _short(PurePath(_UNPRINTABLE.sub("", filename).replace("\\", "/")).name)
    if len(data) > MAX_BYTES:
        raise UserError(t("The file is larger than {limit} MB.", limit=MAX_BYTES // (1024 * 1024)))
    blocks, spam = _blocks(data, name)
    cleaned = clean([Block(_UNPRINTABLE.sub("", block.text), block.level) for block in blocks])
    passages = cut(cleaned.blocks)
    if not passages:
        raise UserError(t("No text was found in {file}. A scanned picture must be turned into text first.", file=name))
    return ImportedDocument(
        name=name,
        title=_title(cleaned.blocks, name),
        date=_date("\n".join(block.text for block in cleaned.blocks)),
        passages=passages,
        removed=(*_spam_notes(spam), *cleaned.removed),
        doubtful=cleaned.doubtful,
    )


def _short(name: str) -> str:
    """A file name that fits its column, with its ending."""
    path = PurePath(name or "document")
    return name[:_NAME_MAX] if len(path.suffix) > 8 else f"{path.stem[: _NAME_MAX - 8]}{path.suffix}"


def _blocks(data: bytes, name: str) -> tuple[list[Block], int]:
    """The paragraphs, and how many pasted gambling names were cut out of them; the kind of file is decided by its first
    bytes, never by its name alone."""
    if data.startswith(b"%PDF-"):
        return _pdf(data, name)
    if data.startswith(b"PK\x03\x04"):
        return _without_spam(_docx(data, name))
    text = _decoded(data, name)
    head = text.lstrip()[:300].lower()
    if head.startswith(
        ("<!doctype html", "<html", "<head", "<body", "<div", "<p", "<h1", "<?xml")
    ) or name.lower().endswith((".html", ".htm")):
        return _without_spam(_html(text))
    if PurePath(name).suffix.lower() not in {".txt", ".md", ".text", ""}:
        raise _unreadable(name)
    return _plain(text)


def _without_spam(blocks: list[Block]) -> tuple[list[Block], int]:
    cleaned = [(without_spam(block.text), block.level) for block in blocks]
    return [Block(text, level) for (text, _), level in cleaned], sum(count for (_, count), _ in cleaned)


def _unreadable(name: str) -> UserError:
    return UserError(t("{file} could not be read: only .docx, .pdf, .txt and .html files are taken.", file=name))


def _decoded(data: bytes, name: str) -> str:
    """Text from UTF-8 or UTF-16; anything with NUL bytes or wrong bytes is no text file."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(name) from error
    if "\x00" in text:
        raise _unreadable(name)
    return text[:MAX_CHARACTERS]


def _plain(text: str) -> tuple[list[Block], int]:
    """Paragraphs of a text file; a short line without a full stop before a long one is a heading."""
    cleaned, spam = without_spam(text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [line.strip() for line in cleaned.split("\n") if line.strip()]
    following = [*lines[1:], ""]
    return [Block(line, int(_is_heading(line, after))) for line, after in zip(lines, following, strict=False)], spam


def _is_heading(line: str, following: str) -> bool:
    if len(line) > _HEADING_MAX or line[-1] in ".;:,!?…" or len(following) <= len(line):
        return False
    return len(following) > 90 and not _DATE.search(line) and not _MOMENT.search(line) and not line[0].islower()


def _docx(data: bytes, name: str) -> list[Block]:
    """Paragraphs and table rows of a Word file, with the levels of its heading styles."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if (
                sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED_BYTES
                or "word/document.xml" not in packed.namelist()
            ):
                raise _unreadable(name)
        document = docx.Document(io.BytesIO(data))
        blocks = [
            _word_block(paragraph.text, paragraph.style.name if paragraph.style else "")
            for paragraph in document.paragraphs
        ]
        for table in document.tables:
            blocks += [Block(" | ".join(cell.text.strip() for cell in row.cells)) for row in table.rows]
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, ParseError) as error:
        raise _unreadable(name) from error
    return blocks


def _word_block(text: str, style: str) -> Block:
    level = re.match(r"(?i)(?:heading|tiêu đề)\s*(\d)", style)
    return Block(text, int(level.group(1)) if level else 1 if style.lower() == "title" else 0)


def _pdf(data: bytes, name: str) -> tuple[list[Block], int]:
    """Lines of a PDF joined into paragraphs; a PDF does not say what its headings are."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        pages = [page.extract_text() or "" for page in reader.pages[:MAX_PAGES]]
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise _unreadable(name) from error
    paragraphs: list[str] = []
    for line in (line.strip() for page in pages for line in page.split("\n")):
        if paragraphs and line and paragraphs[-1] and paragraphs[-1][-1] not in ".;:!?…" and line[:1].islower():
            paragraphs[-1] = f"{paragraphs[-1]} {line}"
        else:
            paragraphs.append(line)
    return _plain("\n".join(paragraphs)[:MAX_CHARACTERS])


class _Page(HTMLParser):
    """Collects headings and paragraphs; menus, scripts and forms are left out."""

    SKIPPED = frozenset(
        ["script", "style", "nav", "header", "footer", "aside", "form", "button", "noscript", "svg", "select", "title"]
    )
    BLOCKS = frozenset(
        [
            "p",
            "div",
            "li",
            "td",
            "th",
            "tr",
            "br",
            "article",
            "section",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "figcaption",
            "blockquote",
        ]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._level = 0
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.SKIPPED:
            self._skipped.append(tag)
        elif tag in self.BLOCKS:
            self.flush()
            self._level = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipped:
            while self._skipped.pop() != tag:
                continue
        elif tag in self.BLOCKS:
            self.flush()
            self._level = 0

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._parts.append(data)

    def flush(self) -> None:
        """End the current block."""
        text = re.sub(r"\s+", " ", "".join(self._parts)).strip()
        self._parts.clear()
        if text:
            self.blocks.append(Block(text, self._level))


def _html(text: str) -> list[Block]:
    page = _Page()
    page.feed(text)
    page.close()
    page.flush()
    return page.blocks


def _title(blocks: tuple[Block, ...], name: str) -> str:
    """A heading or a short line near the top, else the beginning of the text, else the file's name."""
    top = [block for block in blocks[:4] if not _DATE.search(block.text) and not _MOMENT.search(block.text)]
    near = [block.text for block in top if block.level or 15 < len(block.text) <= 200]
    return (near or [f"{block.text[:100].rsplit(' ', 1)[0]}…" for block in blocks[:1]] or [name])[0][:200]


def _date(text: str) -> str:
    """The day of posting, else the first day in the text, as dd/mm/yyyy; empty when there is none."""
    posted = _POSTED.search(text)
    found = _DATE.search(posted.group(1) if posted else text[:3000])
    return f"{int(found.group(1)):02d}/{int(found.group(2)):02d}/{found.group(3)}" if found else ""


def _spam_notes(count: int) -> tuple[str, ...]:
    """One note that counts the cut spam, without repeating its name."""
    return (f"liên kết lạ × {count}",) if count else ()
