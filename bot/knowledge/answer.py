"""The knowledge of the bot: ask a question, get an answer with its sources, or a refusal that says why."""

import itertools
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from bot.knowledge import answer_type, safety
from bot.knowledge.articles import Article, load
from bot.knowledge.documents import Document, KnowledgeError, load_documents
from bot.knowledge.english import is_english
from bot.knowledge.passages import ImportedDocument
from bot.knowledge.search import Entry, Hit, Index
from bot.knowledge.slips import Slips
from bot.knowledge.tokens import Question, Tokenizer, load_glossary
from bot.language.fold import fold

ACCEPT = 0.46
"""Scores from here are answered; measured on the development set (see docs/evaluation.md)."""
WELL_COVERED, ACCEPT_UNCOVERED = 0.6, 0.5
SUGGEST = 0.3
SUGGESTIONS = 3
RERANKED = 12
NOT_HELD, REFUSAL_FACTOR, REFUSAL_UNASKED = 0.7, 0.94, 0.8
PASSAGE_ACCEPT = 0.56
SURE = 0.72
"""From here even a question that names another campaign is answered: a document of ours speaks of it."""
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
        self._documents = documents
        self._articles = {article.id: article for article in articles}
        self._translated = {article.id: article for article in translated if article.id in self._articles}
        self._passages: dict[str, tuple[ImportedDocument, int]] = {}
        self._folded: dict[str, tuple[str, str, str, frozenset[str]]] = {}
        self._index = Index(self._tokenizer.glossary, [self._entry(article) for article in self._articles.values()])
        self._slips = Slips(self._tokenizer.glossary)
        self._slips.learn(self._index.words)

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
        """All Vietnamese articles."""
        return tuple(self._articles.values())

    @property
    def documents(self) -> dict[str, Document]:
        """The register of documents."""
        return self._documents

    def ask(
        self, question: str, *, language: str = "vi", organisation: str | None = None, previous: str | None = None
    ) -> Answer:
        """Answer or refuse; never raises. `organisation` prefers the documents of the person's own organisation;
        `previous` is the id of the article answered before, for follow-up questions."""
        text = question[:1200]
        english = is_english(text)
        shown = "en" if english else language
        mended = self._slips.mend(safety.without_unit_numbers(text), english=english)
        if code := safety.refuse(text) or safety.refuse(mended):
            return self._refusal(question, code, shown)
        text = mended
        asked = self._tokenizer.question(self._with_own(text, organisation), english=english)
        hits = self._search(asked, text, organisation, previous)
        return self._choose(question, asked, hits, shown)

    def article(self, id: str, language: str = "vi") -> Answer:
        """The answer of one article, for a suggestion button; an id that no longer exists is refused as unknown."""
        if id not in self._articles:
            return self._refusal("", "unknown", language)
        return self._answer("", Hit(id, 1.0, 1.0), language)

    def add_passages(self, document: ImportedDocument) -> None:
        """Make a unit's own document searchable at once; an earlier version with the same name is replaced."""
        self.remove(document.name)
        entries = []
        for n, passage in enumerate(document.passages):
            id = f"{document.name}#{n}"
            self._passages[id] = (document, n)
            heading = self._tokenizer.read(f"{document.title} {passage.heading}", english=False)
            entries.append(Entry(id, (), heading, tuple(self._tokenizer.content(passage.text)), passage=True))
        self._index.add(entries)
        self._slips.learn(self._index.words)

    def remove(self, document: str) -> None:
        """Withdraw an imported document by its name; unknown names are ignored."""
        gone = {id for id, (owner, _) in self._passages.items() if owner.name == document}
        if gone:
            self._passages = {id: kept for id, kept in self._passages.items() if id not in gone}
            self._index.remove(gone)
            self._slips.learn(self._index.words)

    def _entry(self, article: Article) -> Entry:
        translated = self._translated.get(article.id)
        questions = (*article.questions, *(translated.questions if translated else ()))
        variants = tuple(self._tokenizer.question(text, english=is_english(text)) for text in questions)
        plain = " | ".join(" ".join(variant.plain) for variant in variants)
        marks = frozenset(itertools.chain.from_iterable(variant.intents for variant in variants))
        self._folded[article.id] = (fold(article.title), fold(article.text), plain, marks)
        names = " ".join(self._documents[source.document].issuer for source in article.sources)
        return Entry(
            id=article.id,
            variants=variants,
            title=self._tokenizer.question(article.title, english=False),
            text=tuple(self._tokenizer.content(f"{article.text} {names}")),
            organisations=frozenset(article.organisations),
        )

    def _with_own(self, text: str, organisation: str | None) -> str:
        """ "Our plan" names the person's own organisation."""
        if organisation in _OWN and re.search(r"\b(minh|chung (toi|ta|em)|toi|ta|em|our|my)\b", fold(text)):
            return f"{text} {_OWN[organisation]}"
        return text

    def _search(self, asked: Question, text: str, organisation: str | None, previous: str | None) -> list[Hit]:
        """Search; a follow-up question is read together with what was answered before."""
        before = self._articles.get(previous or "")
        if before is None or not self._follows(asked, text):
            return self._index.search(asked, organisation=organisation)
        near = frozenset(id for id, article in self._articles.items() if self._related(article, before))
        context = self._tokenizer.question(before.title, english=False)
        kept = tuple(word for word in context.words if not word.isdigit() or not asked.numbers)
        intents = asked.intents or self._tokenizer.question(before.questions[0], english=False).intents
        words = tuple(dict.fromkeys((*asked.words, *kept)))
        joined = msgspec.structs.replace(asked, words=words, plain=(*asked.plain, *kept), intents=intents)
        alone = self._index.search(asked, organisation=organisation, nearby=near)
        together = self._index.search(joined, organisation=organisation, nearby=near)
        best: dict[str, Hit] = {}
        for hit in (*alone, *together):
            if hit.id != before.id and (hit.id not in best or hit.score > best[hit.id].score):
                best[hit.id] = hit
        return sorted(best.values(), key=lambda hit: (-hit.score, hit.id))

    def _follows(self, asked: Question, text: str) -> bool:
        return (bool(_FOLLOW_UP.match(fold(text))) and len(asked.words) <= 9) or len(asked.words) <= 2

    def _related(self, article: Article, before: Article) -> bool:
        """Both answers stand first of all in the same document."""
        return article.id != before.id and article.sources[0].document == before.sources[0].document

    def _choose(self, question: str, asked: Question, hits: list[Hit], language: str) -> Answer:
        """Answer with the best hit when it is good enough, else refuse with what is near."""
        outside = safety.outside(question)
        hits = self._held_first(asked, hits)
        if hits and self._good(asked, hits[0], outside):
            return self._answer(question, hits[0], language)
        code = outside if not hits or hits[0].score < SURE else "unknown"
        near = hits if code == "unknown" else []
        return self._refusal(question, code, language, near)

    def _good(self, asked: Question, hit: Hit, outside: str) -> bool:
        if outside != "unknown" and hit.score < SURE:
            return False
        if hit.id in self._passages:
            return hit.score >= PASSAGE_ACCEPT
        if hit.score < (ACCEPT if hit.coverage >= WELL_COVERED else ACCEPT_UNCOVERED):
            return False
        return bool(self._articles[hit.id].refusal) or self._holds(asked, hit.id)

    def _holds(self, asked: Question, id: str) -> bool:
        title, text, variants, marks = self._folded[id]
        return answer_type.holds(asked, title, text, marks, variants)

    def _weight(self, asked: Question, id: str) -> float:
        """How far an article steps back: it lacks the kind of value asked for, or only says what is not known."""
        if not self._articles[id].refusal:
            return 1.0 if self._holds(asked, id) else NOT_HELD
        return REFUSAL_FACTOR if asked.intents & self._folded[id][3] else REFUSAL_UNASKED

    def _held_first(self, asked: Question, hits: list[Hit]) -> list[Hit]:
        """The first few hits again, without the kind of value asked for put back, plain refusals a little."""
        weighed = []
        for hit in hits[:RERANKED]:
            factor = self._weight(asked, hit.id) if hit.id in self._articles else 1.0
            weighed.append(Hit(hit.id, hit.score * factor, hit.coverage))
        return sorted(weighed, key=lambda hit: (-hit.score, hit.id))

    def _answer(self, question: str, hit: Hit, language: str) -> Answer:
        if hit.id in self._passages:
            return self._quote(question, hit)
        article = self._articles[hit.id]
        text = self._translated[hit.id] if language == "en" and hit.id in self._translated else article
        if article.refusal:
            return Answer(question, False, text.text, (), hit.score, None, (), article.refusal)
        note = f"\n\n{_CHANGED.get(language, _CHANGED['vi'])}{text.changed}" if text.changed else ""
        sources = tuple(self._source(source.document, source.part) for source in article.sources)
        return Answer(question, True, text.text + note, sources, hit.score, article.id, (), None)

    def _quote(self, question: str, hit: Hit) -> Answer:
        """A passage of a unit's own document, word for word."""
        document, n = self._passages[hit.id]
        passage = document.passages[n]
        source = Source(document.title or document.name, document.name, document.date, passage.heading)
        return Answer(question, True, f"“{passage.text}”", (source,), hit.score, None, (), None)

    def _source(self, id: str, part: str) -> Source:
        document = self._documents[id]
        return Source(document.name, document.issuer, document.date, part)

    def _refusal(self, question: str, code: str, language: str, near: list[Hit] | None = None) -> Answer:
        """A refusal in one sentence, with at most three titles that are close."""
        texts = self._refusals.get(language, self._refusals["vi"])
        suggestions = tuple(
            Suggestion(hit.id, self._title(hit.id, language))
            for hit in near or ()
            if hit.score >= SUGGEST and hit.id in self._articles and not self._articles[hit.id].refusal
        )[:SUGGESTIONS]
        said = texts["unknown_near" if suggestions and code == "unknown" else code]
        score = near[0].score if near else 0.0
        return Answer(question, False, said, (), score, None, suggestions, code)

    def _title(self, id: str, language: str) -> str:
        article = self._translated.get(id) if language == "en" else None
        return (article or self._articles[id]).title
