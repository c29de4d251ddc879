"""Everything that can be found at one moment: the articles of the files, those written at run time, units' passages."""

import itertools
from collections.abc import Iterable
from copy import copy

import msgspec

from bot.knowledge.acceptance import Acceptance, Told
from bot.knowledge.articles import Article
from bot.knowledge.documents import Document
from bot.knowledge.english import is_english
from bot.knowledge.passages import ImportedDocument
from bot.knowledge.search import Entry, Index
from bot.knowledge.slips import Slips
from bot.knowledge.tokens import Tokenizer
from bot.language.fold import fold


class Written(msgspec.Struct, frozen=True):
    """An article that a person wrote at run time, with the documents that it names as its sources."""

    article: Article
    documents: tuple[Document, ...]


class Holdings:
    """One state of the knowledge, never changed once it is used: another state is another object."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        articles: Iterable[Article],
        translated: Iterable[Article],
        documents: dict[str, Document],
    ) -> None:
        self._tokenizer = tokenizer
        self.documents = documents
        self.articles = {article.id: article for article in articles}
        self.translated = {article.id: article for article in translated if article.id in self.articles}
        self.written: dict[str, Written] = {}
        self.passages: dict[str, tuple[ImportedDocument, int]] = {}
        self._shelf: dict[str, tuple[ImportedDocument, list[Entry]]] = {}
        self._made: dict[str, tuple[Entry, Told]] = {
            article.id: self._entry(article, documents) for article in self.articles.values()
        }
        self._files = frozenset(self.articles)
        self._learn()

    @property
    def imported(self) -> tuple[ImportedDocument, ...]:
        """The documents that units brought themselves."""
        return tuple(document for document, _ in self._shelf.values())

    def with_brought(self, documents: Iterable[ImportedDocument], written: Iterable[Written]) -> "Holdings":
        """The files' articles with exactly these documents of units and these written articles."""
        other = copy(self)
        other._shelf = {document.name: self._on_shelf(document) for document in documents}
        other.passages = {
            entry.id: (document, n) for document, entries in other._shelf.values() for n, entry in enumerate(entries)
        }
        other.written = {one.article.id: one for one in written if one.article.id not in self._files}
        other.documents = {id: known for id, known in self.documents.items() if not self._is_written(id)}
        other.documents |= {document.id: document for one in other.written.values() for document in one.documents}
        other.articles = {id: self.articles[id] for id in self._files}
        other.articles |= {id: one.article for id, one in other.written.items()}
        other._made = {id: self._made[id] for id in self._files}
        other._made |= {id: self._made_of(one) for id, one in other.written.items()}
        other._learn()
        return other

    def _is_written(self, document: str) -> bool:
        return any(document == known.id for one in self.written.values() for known in one.documents)

    def _on_shelf(self, document: ImportedDocument) -> tuple[ImportedDocument, list[Entry]]:
        known = self._shelf.get(document.name)
        return known if known is not None and known[0] is document else (document, self._passage_entries(document))

    def _made_of(self, one: Written) -> tuple[Entry, Told]:
        if self.written.get(one.article.id) == one:
            return self._made[one.article.id]
        return self._entry(one.article, {document.id: document for document in one.documents})

    def _learn(self) -> None:
        glossary = self._tokenizer.glossary
        entries = [entry for entry, _ in self._made.values()]
        self.index = Index(glossary, [*entries, *(entry for _, many in self._shelf.values() for entry in many)])
        self.slips = Slips(glossary)
        self.slips.learn(self.index.words, self.index.pairs)
        self.acceptance = Acceptance({id: told for id, (_, told) in self._made.items()})

    def _passage_entries(self, document: ImportedDocument) -> list[Entry]:
        entries = []
        for n, passage in enumerate(document.passages):
            heading = self._tokenizer.read(f"{document.title} {passage.heading}", english=False)
            text = tuple(self._tokenizer.content(passage.text))
            entries.append(Entry(f"{document.name}#{n}", (), heading, text, passage=True))
        return entries

    def _entry(self, article: Article, register: dict[str, Document]) -> tuple[Entry, Told]:
        translated = self.translated.get(article.id)
        questions = (*article.questions, *(translated.questions if translated else ()))
        variants = tuple(self._tokenizer.question(text, english=is_english(text)) for text in questions)
        told = Told(
            title=fold(article.title),
            text=fold(article.text),
            variants=tuple(" ".join(variant.plain) for variant in variants),
            marks=frozenset(itertools.chain.from_iterable(variant.intents for variant in variants)),
            refusal=bool(article.refusal),
        )
        documents = [register[source.document] for source in article.sources]
        names = " ".join(document.issuer for document in documents)
        about = " ".join(f"{document.number} {document.title} {document.date}" for document in documents)
        entry = Entry(
            id=article.id,
            variants=variants,
            title=self._tokenizer.question(article.title, english=False),
            text=tuple(self._tokenizer.content(f"{article.text} {names}")),
            about=frozenset(self._tokenizer.content(about)),
            organisations=frozenset(article.organisations),
        )
        return entry, told
