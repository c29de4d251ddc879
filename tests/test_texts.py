"""Every sentence that a person reads is in the catalogue of every language, with the same placeholders."""

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.i18n import LOCALES, languages

ROOT = LOCALES.parent
SPOKEN = [language for language in languages() if language != "en"]


def sentences() -> set[str]:
    """The English sentences of all t(…) and tn(…) calls."""
    found: set[str] = set()
    for folder in ("bot", "handlers"):
        keywords = {"t": None, "tn": (1, 2)}
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=keywords):
            found.add(message if isinstance(message, str) else message[0])
    return found


def catalogue_files(language: str) -> Iterator[Path]:
    yield from sorted((LOCALES / language / "LC_MESSAGES").glob("*.po"))


def translations(language: str) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    for path in catalogue_files(language):
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language, abort_invalid=True):
                if message.id:
                    msgid = message.id if isinstance(message.id, str) else message.id[0]
                    forms = [message.string] if isinstance(message.string, str) else list(message.string)
                    kept[msgid] = forms
    return kept


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name} - {"you", "You"}


@pytest.mark.parametrize("language", SPOKEN)
def test_no_sentence_lacks_a_translation(language: str) -> None:
    known = translations(language)

    assert not sorted(msgid for msgid in sentences() if not all(known.get(msgid, [""])))


@pytest.mark.parametrize("language", SPOKEN)
def test_no_translation_stands_for_a_sentence_that_is_gone(language: str) -> None:
    assert not sorted(translations(language).keys() - sentences())


@pytest.mark.parametrize("language", SPOKEN)
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    wrong = {
        msgid: form
        for msgid, forms in translations(language).items()
        for form in forms
        if not placeholders(form) <= placeholders(msgid) | {"count"}
        or (placeholders(msgid) - {"count"}) - placeholders(form)
    }

    assert not wrong


@pytest.mark.parametrize("language", SPOKEN)
def test_a_sentence_is_translated_once(language: str) -> None:
    seen: dict[str, str] = {}
    twice = []
    for path in catalogue_files(language):
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language):
                msgid = message.id if isinstance(message.id, str) else message.id[0]
                if msgid and msgid in seen:
                    twice.append((msgid, seen[msgid], path.name))
                seen[msgid] = path.name

    assert not twice


def test_nothing_that_a_handler_says_is_a_bare_string() -> None:
    bare = [
        f"{path.name}: {line.strip()}"
        for path in sorted((ROOT / "handlers").glob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\b(Reply|Button|UserError)\(\s*f?[\"']", line)
    ]

    assert not bare
