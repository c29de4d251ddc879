"""Articles written at run time: who may publish them, what they need, and how a human's answer becomes one.

Facts rule: whoever writes that a numbered document says something names that document with its number and date. An
answer that names none is quoted as what it is: the answer of an office on a day.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import NotAllowed, UserError
from bot.file_articles import given
from bot.i18n import Joined, Reader, Text, format_date, joined, render, t
from bot.knowledge.answer import Source, with_note
from bot.message import Button, Reply
from bot.questions import kept_words
from bot.routes import dead_button
from bot.shelf import as_written, decided
from bot.turn import Turn
from storage.articles import DRAFT as DRAFT
from storage.articles import PUBLISHED as PUBLISHED
from storage.articles import WITHDRAWN as WITHDRAWN
from storage.articles import Articles
from storage.articles import ArticleVersion as ArticleVersion
from storage.columns import new_id
from storage.question_posts import ASKER, OFFICER, Post, QuestionPosts

TITLE_LETTERS, BODY_LETTERS = 90, 1_000
MOST_WORDINGS, WORDING_LETTERS = 32, 300
_NUMBERED = re.compile(
    r"(?<![\w/])\d{1,5}(?:/\d{4})?[/-](?:[A-ZĐ]{2,}|(?i:qđ|qd|kh|nq|ct|tt|nđ|nd|kl|hd|cv|bc|tb|qc|ttr)(?!\w))"
    r"(?:[-/][A-Za-zĐđ0-9]+)*"
)
"""The number of an official document: 1373/QĐ-TTg, 29/KH-UBND, 49-KL/TW, 30/2020/NĐ-CP."""
_DAY = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
STATES = {DRAFT: t("draft"), PUBLISHED: t("published"), WITHDRAWN: t("withdrawn")}


@dataclass(frozen=True, slots=True)
class Words:
    """What a person may change of an article."""

    title: str
    questions: tuple[str, ...]
    body: str
    sources: tuple[dict[str, str], ...]
    since: date | None = None
    until: date | None = None


def store(turn: Turn) -> Articles:
    """Written articles, in this turn."""
    return Articles(turn.database, turn.changes)


async def must_be_admin(turn: Turn) -> None:
    """Refuse politely whoever is no admin. Raises NotAllowed."""
    if not await turn.is_admin():
        raise NotAllowed(t("Only an admin looks after the knowledge. Anybody may ask questions."))


async def may_publish(turn: Turn) -> bool:
    """True for admins, and for officers whom an admin lets publish."""
    return await turn.is_admin() or (bool(await turn.own_roles()) and await store(turn).is_editor(turn.person.id))


def fault(words: Words, file: ArticleVersion | None = None) -> Text | None:
    """Why an article cannot be published so, or None; what the `file` whose place it takes names is no fault."""
    if not words.title or len(words.title) > TITLE_LETTERS:
        return t("A title has 1 to {count} characters.", count=TITLE_LETTERS)
    if not words.body or len(words.body) > BODY_LETTERS:
        return t("The text of an article has 1 to {count} characters.", count=BODY_LETTERS)
    if words.since and words.until and words.until < words.since:
        return t("The last day of an article is not before its first one.")
    if not words.sources:
        return t("An article needs a source: a document, or who answered and when.")
    if missing := unnamed_documents(words, file):
        return t("The text names {documents}. Please give each as a source with title, number and date (dd/mm/yyyy).",
                 documents=joined(missing, ", "))  # fmt: skip
    new = [source for source in words.sources if file is None or source not in file.sources]
    return next((found for source in new if (found := _source_fault(source))), None)


def unnamed_documents(words: Words, file: ArticleVersion | None = None) -> list[str]:
    """Numbers of official documents in the text for which there is no source with that number and a date."""
    known = {_bare(source.get("number", "")) for source in words.sources if _day(source.get("date", ""))}
    if file is not None:
        known |= {_bare(number) for number in _NUMBERED.findall(f"{file.title}\n{file.body}")}
    numbers = dict.fromkeys(" ".join(one.split()) for one in _NUMBERED.findall(f"{words.title}\n{words.body}"))
    return [number for number in numbers if _bare(number) not in known]


def _bare(number: str) -> str:
    return "".join(number.split()).casefold()


def _source_fault(source: dict[str, str]) -> Text | None:
    if not source.get("title"):
        return t("A source needs a title.")
    if source.get("number") and not _day(source.get("date", "")):
        return t("A document with a number needs its date (dd/mm/yyyy).")
    return None


def _day(said: str) -> date | None:
    found = _DAY.fullmatch(said.strip())
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def day_said(said: str) -> date | None:
    """A day as people write it (dd/mm/yyyy); None for "". Raises UserError for anything else."""
    if not said.strip():
        return None
    if (day := _day(said)) is None:
        raise UserError(t("“{day}” is no day; please write it as dd/mm/yyyy.", day=said[:20]))
    return day


def source_said(said: str) -> dict[str, str]:
    """A document in one line, "title, number, issuer, date" in any order: the number and the date are found by their
    form, the first of what is left is the title, the rest the issuer. Raises UserError."""
    text = kept_words(said)
    day, number = _DAY.search(text), _NUMBERED.search(text)
    if day is None or number is None or _day(day[0]) is None:
        raise UserError(t("Please send the document in one line with its title, number, issuer and date, for example: "
                          "Quyết định phê duyệt Đề án, 1373/QĐ-TTg, Thủ tướng Chính phủ, 30/07/2021"))  # fmt: skip
    rest = text.replace(day[0], "").replace(number[0], "")
    parts = [part.strip(" .;,") for part in re.split(r"[;,\n]", rest)]
    named = [part for part in parts if part and part.casefold() not in ("số", "ngày")]
    title = named[0] if named else render(t("Document"), Reader("vi"))
    day_shown = format_date(_day(day[0]) or date.min)
    number_shown = "".join(number[0].split())
    return {"title": title[:200], "number": number_shown, "issuer": ", ".join(named[1:])[:160], "date": day_shown}


def new_version(turn: Turn, words: Words, state: str, before: ArticleVersion | None = None,
                question_id: int | None = None, language: str = "vi") -> ArticleVersion:  # fmt: skip
    """Write an article, or its next version. Its words are masked like all that is kept."""
    id = new_id()
    made = ArticleVersion(
        id=id,
        article_id=before.article_id if before else id,
        version=before.version + 1 if before else 1,
        title=kept_words(words.title),
        questions=[kept_words(one)[:WORDING_LETTERS] for one in words.questions if one.strip()][:MOST_WORDINGS],
        body=kept_words(words.body),
        sources=list(words.sources),
        language=before.language if before else language,
        since=words.since,
        until=words.until,
        state=state,
        question_id=before.question_id if before else question_id,
        written_by=turn.person.id,
        written_at=turn.now,
        decided_by=turn.person.id if state != DRAFT else None,
        decided_at=turn.now if state != DRAFT else None,
        of_file=before.of_file if before else "",
    )
    if state == PUBLISHED:
        store(turn).retire(made.article_id, turn.person.id, turn.now)
        turn.audit("article.published", article=_named(made), version=made.version)
        decided(turn)
    store(turn).add(made)
    return made


def publish(turn: Turn, version: ArticleVersion) -> None:
    """Publish a draft or a withdrawn version. Raises UserError when it lacks something."""
    if found := fault(words_of(version), given(turn, version)):
        raise UserError(found)
    store(turn).publish(version, turn.person.id, turn.now)
    turn.audit("article.published", article=_named(version), version=version.version)
    decided(turn)


def withdraw(turn: Turn, version: ArticleVersion) -> None:
    """Quote it no more, in every process within seconds."""
    store(turn).withdraw(version, turn.person.id, turn.now)
    turn.audit("article.withdrawn", article=_named(version), version=version.version)
    decided(turn)


def _named(version: ArticleVersion) -> str:
    """How the audit names an article: by its file where it takes the place of one."""
    return f"{version.of_file}.{version.language}" if version.of_file else str(version.article_id)


def words_of(version: ArticleVersion) -> Words:
    """What can be changed of a version."""
    return Words(version.title, tuple(version.questions), version.body, tuple(version.sources), version.since,
                 version.until)  # fmt: skip


async def from_answer(turn: Turn, post: Post) -> Words:
    """A human's answer as an article: asked in the words of those who asked, its source the office and the day."""
    asked: list[str] = []
    for one in await QuestionPosts(turn.database, turn.changes).together_with(post):
        asked += await _asked(turn, one)
    asked = list(dict.fromkeys(asked))[:MOST_WORDINGS]
    return Words(_title(asked[0] if asked else post.text), tuple(asked), post.text, (await _office(turn, post),))


async def _asked(turn: Turn, answer: Post) -> list[str]:
    """What this answer answers: what its asker wrote back before it, else the question."""
    talk = await QuestionPosts(turn.database, turn.changes).of(answer.question_id)
    back = [one.text for one in talk if one.role == ASKER and one.id < answer.id]
    question = await turn.questions.by_id(answer.question_id)
    return back[-1:] or ([question.text] if question else [])


async def _office(turn: Turn, post: Post) -> dict[str, str]:
    unit = await turn.units.by_id(post.unit_id) if post.unit_id else None
    office = t("Answer of the officer of {unit}", unit=unit.name) if post.role == OFFICER and unit else t(
        "Answer of the admins of Bạn Học")  # fmt: skip
    return {"title": render(office, Reader("vi")), "date": format_date(_local_day(turn, post.at))}


def _local_day(turn: Turn, at: datetime) -> date:
    return at.astimezone(turn.local_now.tzinfo).date()


def _title(question: str) -> str:
    """A question as a title: its beginning, with a capital, without what stands around it."""
    line = " ".join(question.split()).strip(" ?.!…")
    short = line if len(line) <= TITLE_LETTERS else line[: TITLE_LETTERS - 1].rsplit(" ", 1)[0].rstrip(",;") + "…"
    return short[:1].upper() + short[1:]


def with_source(words: Words, source: dict[str, str]) -> Words:
    """The words with one more document in front; the same number takes the place of the one before."""
    others = tuple(one for one in words.sources if _bare(one.get("number", "")) != _bare(source["number"]))
    return replace(words, sources=(source, *others))


def shown(version: ArticleVersion) -> tuple[str, tuple[Source, ...]]:
    """What the chat says with this article, and its sources."""
    one = as_written(version)
    named = {document.id: document for document in one.documents}
    found = tuple(
        Source(named[source.document].name, named[source.document].issuer, named[source.document].date, source.part)
        for source in one.article.sources
    )
    return with_note(one.article.text, one.article.changed, version.language), found


def line(version: ArticleVersion, number: int) -> Text:
    """An article in a list."""
    return t("{number}. {title} ({state}, version {version})", number=number, title=version.title,
             state=STATES[version.state], version=version.version)  # fmt: skip


def proposal(turn: Turn, version: ArticleVersion, preview: Text | Joined) -> Reply:
    """What admins see when an officer proposes an article."""
    text = t("An officer proposes an article for the knowledge:\n{preview}", preview=preview)
    id = (str(version.article_id),)
    return Reply(text, (Button(t("Publish"), "article.publish", id), Button(t("Let this officer publish"),
                 "article.let", id), Button(t("Drop the article"), "article.withdraw", id)))  # fmt: skip


def plain(text: str) -> str:
    """The words of an article as they are kept."""
    return kept_words(text)


async def own_answer(turn: Turn, post_id: int) -> Post:
    """An answer that this person gave. Raises UserError for any other, also after the right has ended."""
    post = await QuestionPosts(turn.database, turn.changes).by_id(post_id)
    if post is None or post.person_id != turn.person.id or post.role == ASKER or not await turn.own_roles():
        raise dead_button()
    return post


async def of_question(turn: Turn, question_id: int) -> ArticleVersion | None:
    """The article that was made of the answer to this question and is not withdrawn."""
    return await store(turn).made_of(question_id)
