"""The knowledge of the bot: ask a question, get an answer with its sources, or a refusal that says why."""

import re
from collections.abc import Iterable
from copy import copy
from pathlib import Path

import msgspec

from bot.knowledge import meaning, safety
from bot.knowledge.acceptance import SURE
from bot.knowledge.articles import MAX_PARAGRAPHS, Article, load
from bot.knowledge.documents import Document, KnowledgeError, load_documents
from bot.knowledge.english import is_english
from bot.knowledge.holdings import Holdings, Written
from bot.knowledge.outside import outside
from bot.knowledge.passages import ImportedDocument
from bot.knowledge.search import Hit
from bot.knowledge.tokens import Question, Tokenizer, load_glossary
from bot.language.fold import fold

SUGGEST = 0.3
SUGGESTIONS = 3
_FOLLOW_UP = re.compile(r"^(con|the con|vay con|the|vay|vay thi|the thi|roi|and|what about|how about|so|then)\b")
_OWN = {
    "qk2": "Quân khu 2",
    "kttv": "Tổng cục Khí tượng Thủy văn",
    "khoi": "Đảng ủy Khối các cơ quan Trung ương",
    "tinh": "UBND tỉnh",
    "thainguyen": "tỉnh Thái Nguyên",
}
_CHANGED = {"vi": "Lưu ý: ", "en": "Note: "}


class Source(msgspec.Struct, frozen=True):
    """What stands below an answer."""

    document: str
    issuer: str
    date: str
    part: str


class Suggestion(msgspec.Struct, frozen=True):
    """A "did you mean" button: the article and its short title."""

    article: str
    title: str


class Answer(msgspec.Struct, frozen=True):
    """What the bot says to a question; `refusal` is None exactly when it is answered.

    Codes: unknown, gambling, secrets, injection, insult, medical, legal, other_campaign, daily.
    """

    question: str
    answered: bool
    answer: str
    sources: tuple[Source, ...]
    score: float
    article: str | None
    suggestions: tuple[Suggestion, ...]
    refusal: str | None


class Knowledge:
    """All articles and imported passages, indexed in memory. Loading takes under 2 s; asking never raises."""

    def __init__(
        self,
        locales: Path,
        articles: Iterable[Article],
        translated: Iterable[Article],
        documents: dict[str, Document],
    ) -> None:
        self._tokenizer = Tokenizer(load_glossary(locales / "vi" / "glossary.toml"))
        self._refusals = self._tokenizer.glossary.refusals
        self._held = Holdings(self._tokenizer, articles, translated, documents)

    @classmethod
    def load(cls, locales: Path) -> "Knowledge":
        """Read the answers of locales/vi and the translations of locales/en; raises KnowledgeError."""
        documents = load_documents(locales / "vi")
        articles = load(locales / "vi" / "answers", documents)
        translated = load(locales / "en" / "answers", documents, sources_required=False)
        known = {article.id for article in articles}
        if strays := sorted(article.id for article in translated if article.id not in known):
            raise KnowledgeError("English answers without a Vietnamese one: " + ", ".join(strays))
        return cls(locales, articles, translated, documents)

    @property
    def articles(self) -> tuple[Article, ...]:
        """All Vietnamese articles, also those that were written at run time."""
        return tuple(self._held.articles.values())

    @property
    def documents(self) -> dict[str, Document]:
        """The register of documents."""
        return self._held.documents

    def ask(
        self, question: str, *, language: str = "vi", organisation: str | None = None, previous: str | None = None
    ) -> Answer:
        """Answer or refuse; never raises. `organisation` prefers the documents of the person's own organisation;
        `previous` is the id of the article answered before, for follow-up questions."""
        text = question[:1200]
        english = is_english(text)
        shown = "en" if english else language
        mended = self._mended(text, english)
        if code := safety.refuse(text) or safety.refuse(mended):
            return self._refusal(question, code, shown)
        asked = self._tokenizer.question(self._with_own(mended, organisation), english=english)
        return self._choose(question, asked, self._ranked(asked, mended, organisation, previous), shown)

    def candidates(self, question: str, *, organisation: str | None = None) -> list[tuple[Article, float]]:
        """The articles nearest to a question with their scores, best first, also where `ask` would refuse.

        Passages of units' own documents are left out: they are no articles.
        """
        english = is_english(question[:1200])
        text = self._mended(question[:1200], english)
        asked = self._tokenizer.question(self._with_own(text, organisation), english=english)
        hits = self._ranked(asked, text, organisation, None)
        return [(self._held.articles[hit.id], hit.score) for hit in hits if hit.id in self._held.articles]

    def article(self, id: str, language: str = "vi") -> Answer:
        """The answer of one article, for a suggestion button; an id that no longer exists is refused as unknown."""
        if id not in self._held.articles:
            return self._refusal("", "unknown", language)
        return self._answer("", Hit(id, 1.0, 1.0), language)

    def meaning(self, question: str) -> str:
        """What a question means, to be kept and compared with that of others; "" for one without any word."""
        text = question[:1200]
        english = is_english(text)
        return meaning.told(self._tokenizer.question(self._mended(text, english), english=english))

    def cluster(self, meant: str, known: Iterable[tuple[int, str]]) -> int | None:
        """The cluster of those known (id and meaning) that a meaning belongs to, or None for a new one."""
        return meaning.nearest(meant, known, self._held.index.weight)

    def title(self, id: str, language: str = "vi") -> str:
        """The title of an article; "" for one that no longer exists."""
        return self._title(id, language) if id in self._held.articles else ""

    def of_file(self, id: str, language: str) -> tuple[Article, tuple[Document, ...]] | None:
        """An article as the program brought it, whatever took its place; None without one, and for a refusal."""
        return self._held.of_file(id, language)

    def files(self) -> Iterable[tuple[str, str]]:
        """Id and language of every article that the program brought and that can be changed at run time."""
        return self._held.files()

    @property
    def imported(self) -> tuple[ImportedDocument, ...]:
        """The documents that units brought themselves."""
        return self._held.imported

    @property
    def written(self) -> tuple[Written, ...]:
        """The articles that were written at run time."""
        return tuple(self._held.written.values())

    def add_passages(self, document: ImportedDocument) -> None:
        """Make a unit's own document searchable at once; an earlier version with the same name is replaced."""
        self.take(self.with_brought([*self._without(document.name), document], self.written))

    def remove(self, document: str) -> None:
        """Withdraw an imported document by its name; unknown names are ignored."""
        if any(known.name == document for known in self.imported):
            self.take(self.with_brought(self._without(document), self.written))

    def with_brought(self, documents: Iterable[ImportedDocument], written: Iterable[Written]) -> "Knowledge":
        """The same knowledge with exactly these documents of units and these articles written at run time (0.2 s, more
        with long documents); self stays as it is, so that it can be made in a thread while questions are answered, and
        then be taken over by `take`."""
        other = copy(self)
        other._held = self._held.with_brought(documents, written)
        return other

    def take(self, other: "Knowledge") -> None:
        """Hold the documents and written articles that `other` holds, from the next question on."""
        self._held = other._held

    def _without(self, name: str) -> list[ImportedDocument]:
        return [document for document in self.imported if document.name != name]

    def _mended(self, text: str, english: bool) -> str:
        """The text as the search reads it: no numbers of units, regional words and slips of the keys put right."""
        text = safety.without_unit_numbers(text)
        return self._held.slips.mend(text if english else self._tokenizer.standard(text), english=english)

    def _ranked(self, asked: Question, text: str, organisation: str | None, previous: str | None) -> list[Hit]:
        if previous is None and all(word.isdigit() for word in asked.words):
            return self._held.acceptance.word_for_word(asked)
        hits = self._search(asked, text, organisation, previous)
        return self._held.acceptance.ordered(asked, hits) if hits else self._held.acceptance.word_for_word(asked)

    def _with_own(self, text: str, organisation: str | None) -> str:
        """ "Our plan" names the person's own organisation."""
        if organisation in _OWN and re.search(r"\b(minh|chung (toi|ta|em)|toi|ta|em|our|my)\b", fold(text)):
            return f"{text} {_OWN[organisation]}"
        return text

    def _search(self, asked: Question, text: str, organisation: str | None, previous: str | None) -> list[Hit]:
        """Search; a follow-up question is read together with what was answered before."""
        before = self._held.articles.get(previous or "")
        if before is None or not self._follows(asked, text):
            return self._held.index.search(asked, organisation=organisation)
        near = frozenset(id for id, article in self._held.articles.items() if self._related(article, before))
        context = self._tokenizer.question(before.title, english=False)
        kept = tuple(word for word in context.words if not word.isdigit() or not asked.numbers)
        intents = asked.intents or self._tokenizer.question(before.questions[0], english=False).intents
        words = tuple(dict.fromkeys((*asked.words, *kept)))
        joined = msgspec.structs.replace(asked, words=words, plain=(*asked.plain, *kept), intents=intents)
        alone = self._held.index.search(asked, organisation=organisation, nearby=near)
        together = self._held.index.search(joined, organisation=organisation, nearby=near)
        best: dict[str, Hit] = {}
        for hit in (*alone, *together):
            if hit.id != before.id and (hit.id not in best or hit.score > best[hit.id].score):
                best[hit.id] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.id))

    def _follows(self, asked: Question, text: str) -> bool:
        return (bool(_FOLLOW_UP.match(fold(text))) and len(asked.words) <= 9) or len(asked.words) <= 2

    def _related(self, article: Article, before: Article) -> bool:
        """Both answers stand first of all in the same document, and this one is no refusal."""
        return (
            article.id != before.id
            and not article.refusal
            and article.sources[0].document == before.sources[0].document
        )

    def _choose(self, question: str, asked: Question, hits: list[Hit], language: str) -> Answer:
        """Answer with the best hit when it is good enough, else refuse with what is near."""
        code = outside(question)
        if hits and self._held.acceptance.accepts(asked, hits[0], outside=code != "unknown"):
            return self._with_companion(self._answer(question, hits[0], language), asked, hits, language)
        if hits and hits[0].score >= SURE:
            code = "unknown"
        near = hits if code == "unknown" else []
        return self._refusal(question, code, language, near)

    def _with_companion(self, answer: Answer, asked: Question, hits: list[Hit], language: str) -> Answer:
        """The answer and, when another one is as likely meant, that one below it."""
        second = self._held.acceptance.companion(asked, hits)
        other = self._answer(answer.question, second, language) if second else None
        if other is None or (answer.answer + other.answer).count("\n\n") + 2 > MAX_PARAGRAPHS:
            return answer
        sources = tuple(dict.fromkeys((*answer.sources, *other.sources)))
        return msgspec.structs.replace(answer, answer=f"{answer.answer}\n\n{other.answer}", sources=sources)

    def _answer(self, question: str, hit: Hit, language: str) -> Answer:
        if hit.id in self._held.passages:
            return self._quote(question, hit)
        article = self._held.articles[hit.id]
        text = self._held.translated[hit.id] if language == "en" and hit.id in self._held.translated else article
        if article.refusal:
            return Answer(question, False, text.text, (), hit.score, None, (), article.refusal)
        named = self._held.sources(hit.id, language)
        sources = tuple(self._source(source.document, source.part) for source in named)
        said = with_note(text.text, text.changed, language)
        return Answer(question, True, said, sources, hit.score, article.id, (), None)

    def _quote(self, question: str, hit: Hit) -> Answer:
        """A passage of a unit's own document, word for word."""
        document, n = self._held.passages[hit.id]
        passage = document.passages[n]
        source = Source(document.title or document.name, document.name, document.date, passage.heading)
        return Answer(question, True, f"“{passage.text}”", (source,), hit.score, None, (), None)

    def _source(self, id: str, part: str) -> Source:
        document = self._held.documents[id]
        return Source(document.name, document.issuer, document.date, part)

    def _refusal(self, question: str, code: str, language: str, near: list[Hit] | None = None) -> Answer:
        """A refusal in one sentence, with at most three titles that are close."""
        texts = self._refusals.get(language, self._refusals["vi"])
        suggestions = tuple(
            Suggestion(hit.id, self._title(hit.id, language))
            for hit in near or ()
            if hit.score >= SUGGEST and hit.id in self._held.articles and not self._held.articles[hit.id].refusal
        )[:SUGGESTIONS]
        said = texts["unknown_near" if suggestions and code == "unknown" else code]
        score = near[0].score if near else 0.0
        return Answer(question, False, said, (), score, None, suggestions, code)

    def _title(self, id: str, language: str) -> str:
        article = self._held.translated.get(id) if language == "en" else None
        return (article or self._held.articles[id]).title


def with_note(text: str, changed: str, language: str) -> str:
    """An answer with what has changed since, or when it ends, below it."""
    return f"{text}\n\n{_CHANGED.get(language, _CHANGED['vi'])}{changed}" if changed else text
