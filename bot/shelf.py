"""What one process's knowledge holds of the database: the published documents and the written articles.

It is looked at again and again, so that what is published or withdrawn anywhere is known everywhere within seconds.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary, ref

from bot.clock import today
from bot.i18n import Reader, render, t
from bot.knowledge.answer import Knowledge
from bot.knowledge.articles import Article, SourceRef
from bot.knowledge.documents import Document
from bot.knowledge.holdings import Written
from bot.knowledge.passages import ImportedDocument, Passage
from bot.turn import Turn
from storage.articles import Articles, ArticleVersion
from storage.changes import Changes
from storage.database import Database
from storage.documents import Documents

LOOK_EVERY_SECONDS = 3.0
"""How old the list of what is published may be when a question is asked: other processes publish too."""
LOOK_ALWAYS_SECONDS = 10.0
"""After a decision in this process every question looks, because the decision is committed only when its turn ends."""
KEY = "kt"
"""Begins the knowledge's id of a written article; the number of the article follows."""


@dataclass(slots=True)
class _Shelf:
    """What one knowledge holds of one database, and when that was last compared."""

    database: "ref[Database]"
    documents: dict[int, ImportedDocument] = field(default_factory=dict)
    articles: dict[int, Written] = field(default_factory=dict)
    looked_at: float | None = None
    looked_on: date | None = None
    always_until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_due(self) -> bool:
        now = asyncio.get_running_loop().time()
        return self.looked_at is None or now < self.always_until or now - self.looked_at >= LOOK_EVERY_SECONDS


_shelves: "WeakKeyDictionary[Knowledge, _Shelf]" = WeakKeyDictionary()


def _shelf(knowledge: Knowledge, database: Database) -> _Shelf:
    known = _shelves.get(knowledge)
    if known is None or known.database() is not database:
        known = _shelves[knowledge] = _Shelf(ref(database))
    return known


def decided(turn: Turn) -> None:
    """Something was published or withdrawn in this turn: the next questions look at once."""
    _shelf(turn.knowledge, turn.database).always_until = asyncio.get_running_loop().time() + LOOK_ALWAYS_SECONDS


async def refresh(knowledge: Knowledge, database: Database, day: date | None = None) -> None:
    """Before a question: hold exactly what is published and in force, whichever process published it."""
    shelf = _shelf(knowledge, database)
    on = day or today()
    if shelf.is_due() or shelf.looked_on != on:
        async with shelf.lock:
            if shelf.is_due() or shelf.looked_on != on:
                await _look(knowledge, database, shelf, on)


async def _look(knowledge: Knowledge, database: Database, shelf: _Shelf, day: date) -> None:
    shelf.looked_at, shelf.looked_on = asyncio.get_running_loop().time(), day
    documents, articles = Documents(database, Changes()), Articles(database, Changes())
    shelf.documents = await _documents(documents, await documents.published_ids(), shelf.documents)
    shelf.articles = await _articles(articles, await articles.published_ids(day), shelf.articles)
    brought, written = tuple(shelf.documents.values()), tuple(shelf.articles.values())
    if brought != knowledge.imported or written != knowledge.written:
        knowledge.take(await asyncio.to_thread(knowledge.with_brought, brought, written))


async def _documents(
    documents: Documents, ids: Sequence[int], known: dict[int, ImportedDocument]
) -> dict[int, ImportedDocument]:
    held = {id: known[id] for id in ids if id in known}
    for id in ids:
        if id not in held and (read := await read_again(documents, id)):
            held[id] = read
    return held


async def _articles(articles: Articles, ids: Sequence[int], known: dict[int, Written]) -> dict[int, Written]:
    new = {one.id: as_written(one) for one in await articles.some([id for id in ids if id not in known])}
    return {id: known.get(id) or new[id] for id in ids if id in known or id in new}


async def read_again(documents: Documents, id: int) -> ImportedDocument | None:
    """A stored document as it was read."""
    rows = await documents.texts([id])
    if not rows:
        return None
    [row] = rows
    passages = tuple(Passage(text, heading) for heading, text in row.passages)
    return ImportedDocument(row.name, row.title, row.date, passages, tuple(row.removed), tuple(row.doubtful))


def knowledge_id(article_id: int) -> str:
    """The id by which the knowledge and its buttons name a written article."""
    return f"{KEY}{article_id}"


def written_id(article: str) -> int | None:
    """The number of a written article, or None for one of the files."""
    number = article.removeprefix(KEY)
    is_one = article.startswith(KEY) and number.isascii() and number.isdigit() and len(number) < 20
    return int(number) if is_one and int(number) < 2**63 else None


def as_written(version: ArticleVersion) -> Written:
    """A version as the knowledge holds it; its end is said, so that nobody quotes it later.

    One that takes the place of an article of the files has that one's id: the questions that lead there lead to it.
    """
    id = version.of_file or knowledge_id(version.article_id)
    documents = tuple(
        Document(
            id=f"{knowledge_id(version.article_id)}#{n}",
            number=source.get("number", ""),
            title=source.get("title", ""),
            issuer=source.get("issuer", ""),
            date=source.get("date", ""),
            kind="written",
        )
        for n, source in enumerate(version.sources)
    )
    parts = [source.get("part", "") for source in version.sources]
    article = Article(
        id=id,
        title=version.title,
        questions=tuple(version.questions) or (version.title,),
        organisations=("all",),
        sources=tuple(SourceRef(one.id, part) for one, part in zip(documents, parts, strict=True)),
        text=version.body,
        since=version.since.isoformat() if version.since else "",
        changed=_ends(version) if version.until else "",
    )
    return Written(article, documents, version.language)


def _ends(version: ArticleVersion) -> str:
    return render(t("in force up to {day}.", day=version.until), Reader(version.language))
