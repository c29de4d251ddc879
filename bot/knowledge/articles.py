"""Read and check the answers of one language: locales/<language>/answers/<topic>-<slug>.md, one article per file.

Check a folder by hand: python -m bot.knowledge.articles locales/vi/answers
"""

import datetime
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from bot.knowledge.documents import Document, KnowledgeError, load_documents

ORGANISATIONS = ("all", "qk2", "kttv", "khoi", "tinh", "thainguyen")
MAX_CHARACTERS = 900
MAX_PARAGRAPHS = 3
MIN_QUESTIONS, MAX_QUESTIONS = 3, 32
MAX_TITLE = 90
FIELDS = {"id", "title", "questions", "organisations", "sources", "since", "changed", "refusal"}
REFUSALS = ("", "unknown")
SPAM = re.compile(r"hi\s*88|nhà cái|casino", re.IGNORECASE)


class SourceRef(msgspec.Struct, frozen=True):
    """Where an answer stands: an id of the register, and the part of that document in words."""

    document: str
    part: str = ""


class Article(msgspec.Struct, frozen=True):
    """One answer with the questions that lead to it.

    `organisations` says for whom it holds ("all" or names of ORGANISATIONS); `since` is an ISO day, "" when not known;
    `refusal` = "unknown" marks an article that says what the documents do NOT state: shown, never as an answer.
    """

    id: str
    title: str
    questions: tuple[str, ...]
    organisations: tuple[str, ...]
    sources: tuple[SourceRef, ...]
    text: str
    since: str = ""
    changed: str = ""
    refusal: str = ""


def load(folder: Path, documents: dict[str, Document] | None = None, *, sources_required: bool = True) -> list[Article]:
    """Read all articles of a folder, sorted by file name.

    Raises KnowledgeError with one line per faulty file. Without `documents` the register beside the folder is used.
    A translation may leave its sources out (`sources_required=False`): they are those of the Vietnamese article.
    """
    register = load_documents(folder.parent) if documents is None else documents
    articles: list[Article] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.md")):
        try:
            articles.append(read_article(path, register, sources_required=sources_required))
        except KnowledgeError as error:
            faults.append(str(error))
    if faults:
        raise KnowledgeError("\n".join(faults))
    return articles


def read_article(path: Path, documents: dict[str, Document], *, sources_required: bool = True) -> Article:
    """Read and check one file; raises KnowledgeError "file: what is wrong"."""
    try:
        header, text = _split(path.read_text(encoding="utf-8"))
        fields = tomllib.loads(header)
        fault = _fault(fields, text, path.stem, documents, sources_required)
    except UnicodeDecodeError:
        fault = "is not UTF-8"
    except (tomllib.TOMLDecodeError, KnowledgeError) as error:
        fault = str(error)
    if fault:
        raise KnowledgeError(f"{path.name}: {fault}")
    return _article(fields, text)


def _split(content: str) -> tuple[str, str]:
    """The TOML between the two +++ lines, and the answer below."""
    parts = re.split(r"(?m)^\+\+\+[ \t]*$", content, maxsplit=2)
    if len(parts) != 3 or parts[0].strip():
        raise KnowledgeError("must begin with +++, then TOML, then +++ and the answer")
    return parts[1], parts[2].strip()


def _article(fields: dict[str, Any], text: str) -> Article:
    return Article(
        id=fields["id"],
        title=fields["title"].strip(),
        questions=tuple(fields["questions"]),
        organisations=tuple(fields.get("organisations", ["all"])),
        sources=tuple(SourceRef(source["document"], source.get("part", "")) for source in fields.get("sources", [])),
        text=text,
        since=fields.get("since", ""),
        changed=fields.get("changed", ""),
        refusal=fields.get("refusal", ""),
    )


def _fault(fields: dict[str, Any], text: str, stem: str, documents: dict[str, Document], sources: bool) -> str:
    """The first thing that is wrong with an article, or an empty string."""
    if unknown := sorted(set(fields) - FIELDS):
        return f"unknown fields {', '.join(unknown)}"
    if fields.get("id") != stem:
        return f"id {fields.get('id')!r} must be the file's name {stem!r}"
    return (
        _text_fault(text)
        or _title_fault(fields.get("title"))
        or _questions_fault(fields.get("questions"))
        or _holds_fault(fields)
        or _sources_fault(fields.get("sources", []), documents, sources)
        or ("mentions the gambling spam" if SPAM.search(repr(fields) + text) else "")
    )


def _text_fault(text: str) -> str:
    if not text:
        return "the answer is empty"
    if len(text) > MAX_CHARACTERS:
        return f"the answer has {len(text)} characters, at most {MAX_CHARACTERS}"
    paragraphs = len(re.split(r"\n\s*\n", text))
    return f"the answer has {paragraphs} paragraphs, at most {MAX_PARAGRAPHS}" if paragraphs > MAX_PARAGRAPHS else ""


def _title_fault(title: object) -> str:
    if not isinstance(title, str) or not title.strip():
        return "title is missing"
    return f"title has {len(title)} characters, at most {MAX_TITLE}" if len(title) > MAX_TITLE else ""


def _questions_fault(questions: object) -> str:
    if not isinstance(questions, list) or not all(isinstance(q, str) and q.strip() for q in questions):
        return "questions must be a list of texts"
    if not MIN_QUESTIONS <= len(questions) <= MAX_QUESTIONS:
        return f"has {len(questions)} questions, {MIN_QUESTIONS} to {MAX_QUESTIONS} are wanted"
    return ""


def _holds_fault(fields: dict[str, Any]) -> str:
    """Faults of the small fields that say for whom and from when the answer holds."""
    organisations = fields.get("organisations", ["all"])
    if not isinstance(organisations, list) or not organisations or set(organisations) - set(ORGANISATIONS):
        return f"organisations must be among {', '.join(ORGANISATIONS)}"
    if not isinstance(fields.get("changed", ""), str):
        return "changed must be a text"
    if fields.get("refusal", "") not in REFUSALS:
        return 'refusal may only be "unknown"'
    since = fields.get("since", "")
    try:
        if since != "":
            datetime.date.fromisoformat(since)
    except (TypeError, ValueError):
        return f'since {since!r} must be a day such as "2024-04-01", or empty'
    return ""


def _sources_fault(sources: object, documents: dict[str, Document], required: bool) -> str:
    if not isinstance(sources, list) or not all(isinstance(source, dict) for source in sources):
        return 'sources must be a list such as [{ document = "id", part = "mục" }]'
    if required and not sources:
        return "has no source"
    for source in sources:
        if set(source) - {"document", "part"} or not all(isinstance(value, str) for value in source.values()):
            return "a source has the fields document and part only, both texts"
        if source.get("document") not in documents:
            return f"source {source.get('document')!r} is not in the register of documents"
    return ""


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{len(load(Path(sys.argv[1])))} articles, no fault\n")
    except KnowledgeError as problem:
        sys.exit(str(problem))
