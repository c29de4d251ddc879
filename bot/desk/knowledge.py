"""The knowledge desk, for admins: articles and documents are found, changed, previewed, published and withdrawn.

Each change is a version with its term; everything holds at once, without a deployment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot import articles, file_articles
from bot.articles import DRAFT, PUBLISHED, ArticleVersion, Words
from bot.channels.base import Abilities
from bot.desk.actions import acted, number, said
from bot.desk.pages import desk_page
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import UserError
from bot.i18n import Clock, Text, format_date, t
from bot.shelf import decided
from bot.turn import Turn
from storage.documents import PUBLISHED as DOCUMENT_PUBLISHED
from storage.documents import WITHDRAWN as DOCUMENT_WITHDRAWN
from storage.documents import Documents

PAGE = 100
SEARCH_LETTERS = 100
NEW = "moi"
_SOURCE = ("title", "number", "issuer", "date")
"""What the form shows of a source."""


@dataclass(frozen=True, slots=True)
class Line:
    """One article or document of the list."""

    id: int | str
    title: str
    state: str
    about: Text


async def show(request: web.Request, visit: Visit) -> web.Response:
    """Articles that were written here (drafts first) and the documents of units; with words, those that hold them,
    also of the articles that came with the program."""
    await _admin(visit.turn)
    words = " ".join(request.query.get("tim", "")[:SEARCH_LETTERS].split())
    found = await articles.store(visit.turn).listed(words, PAGE)
    documents = await Documents(visit.turn.database, visit.turn.changes).everything(PAGE)
    wanted, changed = words.casefold(), {one.article_id for one in found}
    return desk_page(
        "knowledge.html",
        visit,
        here="knowledge",
        title=t("Articles of the knowledge"),
        said=words,
        articles=[
            Line(one.article_id, one.title, one.state, t("{state}, version {version}, {term}",
                 state=articles.STATES[one.state], version=one.version, term=_term(one)))
            for one in found
        ],
        files=[
            Line(file_articles.told(one.of_file, one.language), one.title, one.state, file_articles.in_words(one))
            for one in file_articles.listed(visit.turn, words, PAGE)
            if one.article_id not in changed
        ],
        documents=[
            Line(one.id, one.title, one.state, t("{file}, imported {at}", file=one.name, at=Clock(one.imported_at)))
            for one in documents
            if wanted in one.title.casefold() or wanted in one.name.casefold()
        ],
    )  # fmt: skip


def _term(version: ArticleVersion) -> Text:
    since = format_date(version.since) if version.since else t("at once")
    until = format_date(version.until) if version.until else t("further notice")
    return t("from {since} to {until}", since=since, until=until)


async def article(request: web.Request, visit: Visit) -> web.Response:
    """One article: how the chat says it, the form to change it, and every version."""
    await _admin(visit.turn)
    told = request.match_info["article"]
    newest = None if told == NEW else await _found(visit.turn, told)
    versions = await articles.store(visit.turn).versions(newest.article_id) if newest else []
    history = [
        (t("Version {version}: {state}, written {at}", version=one.version, state=articles.STATES[one.state],
           at=Clock(one.written_at)), one.body)
        for one in versions
    ]  # fmt: skip
    if newest and (file := file_articles.given(visit.turn, newest)):
        history.append((file_articles.in_words(file), file.body))
    return desk_page(
        "article.html",
        visit,
        here="knowledge",
        title=newest.title if newest else t("A new article"),
        id=told,
        newest=newest,
        state=_state(newest) if newest else None,
        is_file=newest is not None and file_articles.is_as_it_came(newest),
        preview=articles.shown(newest) if newest else None,
        words_of=_fields(newest),
        history=history,
        most=articles.BODY_LETTERS,
        most_title=articles.TITLE_LETTERS,
    )  # fmt: skip


async def _found(turn: Turn, told: str) -> ArticleVersion:
    """What the address names. Raises HTTPNotFound."""
    found = await file_articles.newest(turn, told)
    if found is None:
        raise web.HTTPNotFound
    return found


def _state(version: ArticleVersion) -> Text:
    return file_articles.AS_IT_CAME if file_articles.is_as_it_came(version) else articles.STATES[version.state]


def _fields(version: ArticleVersion | None) -> dict[str, str]:
    """The form's fields as text."""
    if version is None:
        return dict.fromkeys(("title", "questions", "body", "sources", "since", "until"), "")
    return {
        "title": version.title,
        "questions": "\n".join(version.questions),
        "body": version.body,
        "sources": "\n".join(_line_of(source) for source in version.sources),
        "since": format_date(version.since) if version.since else "",
        "until": format_date(version.until) if version.until else "",
    }


def _line_of(source: Mapping[str, str]) -> str:
    return "; ".join(source.get(part, "") for part in _SOURCE)


async def act(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities],
    form: Mapping[str, Sequence[str]],
) -> web.Response:  # fmt: skip
    """Keep a version, publish or withdraw an article or a document."""
    what, told = said(form, "what"), request.match_info["article"]

    async def work(turn: Turn) -> str:
        await _admin(turn)
        if what in ("document.publish", "document.withdraw"):
            return await _document(turn, number(told), what == "document.publish")
        before = None if told == NEW else await _found(turn, told)
        if what in ("keep", "keep.publish"):
            return await _kept(turn, form, before, what == "keep.publish")
        if before is None or file_articles.is_as_it_came(before) or what not in ("publish", "withdraw"):
            raise web.HTTPBadRequest
        if what == "publish" and before.state != PUBLISHED:
            articles.publish(turn, before)
        elif what == "withdraw" and before.state != articles.WITHDRAWN:
            articles.withdraw(turn, before)
        return f"/{before.article_id}"

    raise web.HTTPSeeOther(f"/desk/tri-thuc{await acted(visit, door, abilities, work)}")


async def _kept(
    turn: Turn, form: Mapping[str, Sequence[str]], before: ArticleVersion | None, publish: bool
) -> str:
    words = Words(
        title=" ".join(said(form, "title").split()),
        questions=tuple(said(form, "questions").splitlines()),
        body=articles.plain(said(form, "body")),
        sources=tuple(_source(line, before) for line in said(form, "sources").splitlines() if line.strip()),
        since=articles.day_said(said(form, "since")),
        until=articles.day_said(said(form, "until")),
    )
    if found := articles.fault(words, file_articles.given(turn, before) if before else None):
        raise UserError(found)
    state = PUBLISHED if publish or (before is not None and before.state == PUBLISHED) else DRAFT
    return f"/{articles.new_version(turn, words, state, before).article_id}"


def _source(line: str, before: ArticleVersion | None) -> dict[str, str]:
    """A source as the form holds it: title; number; issuer; date. A line that was not touched stays as it is, also
    what the form does not show."""
    for known in before.sources if before else ():
        if " ".join(line.split()) == " ".join(_line_of(known).split()):
            return known
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 4:
        raise UserError(t("A source is one line with three “;”: title; number; issuer; date. Number and issuer may be "
                          "empty."))  # fmt: skip
    return dict(zip(_SOURCE, (part[:200] for part in parts), strict=True))


async def _document(turn: Turn, id: int, publish: bool) -> str:
    documents = Documents(turn.database, turn.changes)
    stored = await documents.by_id(id)
    if stored is None:
        raise web.HTTPNotFound
    if publish and stored.state != DOCUMENT_PUBLISHED:
        documents.publish(stored, turn.person.id, turn.now)
        turn.audit("document.published", document=stored.id)
    elif not publish and stored.state != DOCUMENT_WITHDRAWN:
        documents.withdraw(stored, turn.person.id, turn.now)
        turn.audit("document.withdrawn", document=stored.id)
    decided(turn)
    return ""


async def _admin(turn: Turn) -> None:
    """The page is not there for anybody else. Raises HTTPNotFound."""
    if not await turn.is_admin():
        raise web.HTTPNotFound
