"""Where others were told of a person: what officers and admins were sent, what they are asked, files they were given.

An officer of a unit above the person (and every admin) may have the alias, a question or the name of a file on the
screen. When the person goes, those words go from the outbox, the open conversations and the workbooks, too.
"""

import asyncio
import re
import zipfile
from collections.abc import Collection, Iterable
from html import unescape
from io import BytesIO
from typing import Any

from sqlalchemy import Select, delete, exists, or_, select, update

from storage.articles import written_articles
from storage.changes import Changes
from storage.data_requests import data_requests
from storage.database import Database
from storage.question_tables import question_posts, questions
from storage.tables import conversations, evidence, files, memberships, outbox, persons, roles, unit_tree

GONE = "…"
_SHORTEST = 2
_ZIPPED = ("application/vnd.openxmlformats", "application/zip")
_BATCH = 500


class Mentions:
    """Reads where the person's words stand with others, and describes how they go."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def forget(self, person_id: int) -> None:
        """Blank the person's words wherever an officer or admin holds them."""
        words = await self._words(person_id)
        if not words:
            return
        pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(words, key=len)[::-1]))
        readers = _readers(person_id)
        await self._wordings(words)
        await self._outbox(readers, pattern)
        await self._conversations(readers, pattern)
        await self._files(person_id, readers, pattern)

    async def _words(self, person_id: int) -> set[str]:
        """The alias (also one that is set aside), what was asked, and what the person's own files are called."""
        row = await self._database.first(select(persons.c.alias, persons.c.aside).where(persons.c.id == person_id))
        found = {row.alias, (row.aside or {}).get("alias", "")} if row is not None else set()
        asked = select(questions.c.text).where(questions.c.person_id == person_id)
        written = select(question_posts.c.text).where(question_posts.c.person_id == person_id)
        named = select(files.c.name).join(evidence, evidence.c.file_id == files.c.id)
        requested = select(data_requests.c.text).where(data_requests.c.person_id == person_id)
        for statement in (asked, written, requested, named.where(evidence.c.person_id == person_id)):
            found |= {each[0] for each in await self._database.all(statement)}
        return {word for word in found if len(word) >= _SHORTEST}

    async def _wordings(self, words: set[str]) -> None:
        """An article made of an answer to the person stays, but is no longer found by the person's own wording."""
        for row in await self._database.all(select(written_articles.c.id, written_articles.c.questions)):
            left = [one for one in row.questions if one not in words]
            if left != row.questions:
                same = written_articles.c.id == row.id
                self._changes.run(update(written_articles).where(same).values(questions=left))

    async def _outbox(self, readers: Select[Any], pattern: re.Pattern[str]) -> None:
        last = 0
        while True:
            newer = select(outbox.c.id, outbox.c.payload).where(outbox.c.person_id.in_(readers), outbox.c.id > last)
            rows = await self._database.all(newer.order_by(outbox.c.id).limit(_BATCH))
            for row in rows:
                if (blank := blanked(row.payload, pattern)) != row.payload:
                    # Bold and italics were counted in the words of before.
                    blank.pop("styles", None)
                    self._changes.run(update(outbox).where(outbox.c.id == row.id).values(payload=blank))
            if len(rows) < _BATCH:
                return
            last = rows[-1].id

    async def _conversations(self, readers: Select[Any], pattern: re.Pattern[str]) -> None:
        """Open questions and choices; a turn that is under way there sees the new version and runs again."""
        for row in await self._database.all(select(conversations).where(conversations.c.person_id.in_(readers))):
            if (blank := blanked(row.state, pattern)) != row.state:
                same = (conversations.c.person_id == row.person_id) & (conversations.c.version == row.version)
                self._changes.require(update(conversations).where(same).values(state=blank, version=row.version + 1))

    async def _files(self, person_id: int, readers: Select[Any], pattern: re.Pattern[str]) -> None:
        """Files that the bot made for them; their own evidence is theirs."""
        theirs = files.alias()
        same = (theirs.c.size == files.c.size) & (theirs.c.content == files.c.content)
        shown = exists().where(theirs.c.id == evidence.c.file_id, evidence.c.person_id == person_id, same)
        # Evidence that an officer was shown in the chat: a copy of the person's own file.
        self._changes.run(delete(files).where(files.c.person_id.in_(readers), shown))
        own = select(evidence.c.file_id)
        made = select(files.c.id).where(files.c.person_id.in_(readers), files.c.id.not_in(own))
        for row in await self._database.all(made):
            file = await self._database.first(select(files.c.media_type, files.c.content).where(files.c.id == row.id))
            if file is not None and await asyncio.to_thread(_holds, file.media_type, file.content, pattern):
                self._changes.run(delete(files).where(files.c.id == row.id))


def _readers(person_id: int) -> Select[Any]:
    """Whoever is or was an admin, or an officer of a unit at or above one that the person is or was in."""
    places = select(memberships.c.unit_id).where(memberships.c.person_id == person_id)
    above = select(unit_tree.c.ancestor_id).where(unit_tree.c.unit_id.in_(places))
    chosen = or_(roles.c.unit_id.is_(None), roles.c.unit_id.in_(above))
    return select(roles.c.person_id).where(chosen, roles.c.person_id != person_id)


def blanked(value: Any, pattern: re.Pattern[str]) -> Any:
    """The JSON value with the words of the pattern blanked in every string."""
    if isinstance(value, str):
        return pattern.sub(GONE, value)
    if isinstance(value, list | tuple):
        return [blanked(one, pattern) for one in value]
    if isinstance(value, dict):
        return {key: blanked(one, pattern) for key, one in value.items()}
    return value


def _holds(media_type: str, content: bytes, pattern: re.Pattern[str]) -> bool:
    """True when the words stand in the file: in its text, or in a part of a workbook or document."""
    return any(pattern.search(text) for text in _texts(media_type, content))


def _texts(media_type: str, content: bytes) -> Iterable[str]:
    if media_type.startswith("text/"):
        yield content.decode(errors="replace")
    elif media_type.startswith(_ZIPPED):
        try:
            with zipfile.ZipFile(BytesIO(content)) as parts:
                for name in _readable(parts.namelist()):
                    yield unescape(parts.read(name).decode(errors="replace"))
        except zipfile.BadZipFile:
            return


def _readable(names: Collection[str]) -> Iterable[str]:
    return (name for name in names if name.endswith((".xml", ".txt", ".csv")))
