"""Everything that can be found at one moment: the articles of the files, those written at run time, units' passages."""

import itertools
from collections.abc import Iterable
from copy import copy

import msgspec

from bot.knowledge.acceptance import Acceptance, Told
from bot.knowledge.articles import Article, SourceRef
from bot.knowledge.documents import Document
from bot.knowledge.english import is_english
from bot.knowledge.passages import ImportedDocument
from bot.knowledge.search import Entry, Index
from bot.knowledge.slips import Slips
from bot.knowledge.tokens import Tokenizer
from bot.language.fold import fold

ENGLISH = "en"


class Written(msgspec.Struct, frozen=True):
    """An article that a person wrote at run time, with the documents that it names as its sources.

    With the id of an article of the files it takes that one's place; in English, the place of its translation.
    """

    article: Article
    documents: tuple[Document, ...]
    language: str = "vi"


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
        self.written: dict[tuple[str, str], Written] = {}
        self.passages: dict[str, tuple[ImportedDocument, int]] = {}
        self._shelf: dict[str, tuple[ImportedDocument, list[Entry]]] = {}
        self._made: dict[str, tuple[Entry, Told]] = {
            article.id: self._entry(article, documents) for article in self.articles.values()
        }
        self._files, self._register = dict(self.articles), documents
        self._translations, self._file_entries = dict(self.translated), dict(self._made)
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
        other.written = {(one.article.id, one.language): one for one in written}
        named = (known for one in other.written.values() for known in one.documents)
        other.documents = self._register | {known.id: known for known in named}
        other.articles, other.translated = dict(self._files), dict(self._translations)
        for one in other.written.values():
            if one.language == ENGLISH and one.article.id in self._files:
                other.translated[one.article.id] = one.article
            else:
                other.articles[one.article.id] = self._in_place(one.article)
        changed = {id for id, _ in other.written}
        other._made = {id: entry for id, entry in self._file_entries.items() if id not in changed}
        other._made |= {id: self._made_in(other, id) for id in other.articles if id in changed}
        other._learn()
        return other

    def of_file(self, id: str, language: str) -> tuple[Article, tuple[Document, ...]] | None:
        """An article as its file has it, with its documents; None without such a file, and for a refusal."""
        article = (self._translations if language == ENGLISH else self._files).get(id)
        if article is None or self._files[id].refusal:
            return None
        return article, tuple(self._register[source.document] for source in article.sources)

    def files(self) -> Iterable[tuple[str, str]]:
        """Id and language of every article of the files that is no refusal."""
        for language, known in (("vi", self._files), (ENGLISH, self._translations)):
            yield from ((id, language) for id in known if not self._files[id].refusal)

    def sources(self, id: str, language: str) -> tuple[SourceRef, ...]:
        """What stands below an answer: a translation of the files has the sources of the Vietnamese article."""
        has_own = language == ENGLISH and (id, ENGLISH) in self.written and id in self.translated
        return (self.translated if has_own else self.articles)[id].sources

    def _in_place(self, article: Article) -> Article:
        """Whoever it holds for is told by the file whose place it takes."""
        file = self._files.get(article.id)
        return article if file is None else msgspec.structs.replace(article, organisations=file.organisations)

    def _on_shelf(self, document: ImportedDocument) -> tuple[ImportedDocument, list[Entry]]:
        known = self._shelf.get(document.name)
        return known if known is not None and known[0] is document else (document, self._passage_entries(document))

    def _made_in(self, other: "Holdings", id: str) -> tuple[Entry, Told]:
        """How an article that was written here is found; as before while no language of it has changed."""
        keys = [(id, "vi"), (id, ENGLISH)]
        if id in self._made and all(self.written.get(key) == other.written.get(key) for key in keys):
            return self._made[id]
        return other._entry(other.articles[id], other.documents)

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
