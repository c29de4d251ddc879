"""Articles that came with the program, for whoever looks after the knowledge: changed at run time, and back again.

A change is a written article that takes the place of the file's, in one language; withdrawn, the file's is quoted
again. Nothing is written into the files, and a new version of the program does not undo what was changed here.
"""

from dataclasses import replace
from hashlib import sha256

from bot.i18n import Text, t
from bot.knowledge.answer import with_note
from bot.turn import Turn
from storage.articles import PUBLISHED, WITHDRAWN, Articles, ArticleVersion

AS_IT_CAME = t("as it came with the program")
"""The state of an article that nobody has changed here."""
_ENGLISH = ".en"


def told(file: str, language: str) -> str:
    """How buttons and addresses name a file's article in one language; numbers name those that were written here."""
    return f"{file}{_ENGLISH}" if language == "en" else file


def number_of(file: str, language: str) -> int:
    """The number that the changed article has, always the same one: of two admins at once the second is a conflict."""
    return int.from_bytes(sha256(told(file, language).encode()).digest()[:8]) >> 1


async def newest(turn: Turn, name: str) -> ArticleVersion | None:
    """What a button or an address names: the newest version of a number, or of a file's article what holds now.

    A file's article that nobody has changed, or whose change was withdrawn, comes as the file has it.
    """
    store = Articles(turn.database, turn.changes)
    if name.isascii() and name.isdigit():
        return await store.newest(int(name)) if len(name) <= 19 and int(name) < 2**63 else None
    file = as_it_came(turn, name.removesuffix(_ENGLISH), "en" if name.endswith(_ENGLISH) else "vi")
    if file is None:
        return None
    changed = await store.newest(file.article_id)
    if changed is not None and changed.state != WITHDRAWN:
        return changed
    return replace(file, version=changed.version if changed else 0)


def is_as_it_came(version: ArticleVersion) -> bool:
    """True for a file's own version, which is no row."""
    return version.id == 0


def given(turn: Turn, version: ArticleVersion) -> ArticleVersion | None:
    """The file's own version where this one takes its place; None for an article of people."""
    return as_it_came(turn, version.of_file, version.language) if version.of_file else None


def as_it_came(turn: Turn, file: str, language: str) -> ArticleVersion | None:
    """An article as its file has it, in the form of a version; what has changed since is part of its text."""
    found = turn.knowledge.of_file(file, language)
    if found is None:
        return None
    article, documents = found
    sources = [
        {"title": one.title, "number": one.number, "issuer": one.issuer, "date": one.date, "part": ref.part}
        for one, ref in zip(documents, article.sources, strict=True)
    ]
    return ArticleVersion(
        id=0,
        article_id=number_of(file, language),
        version=0,
        title=article.title,
        questions=list(article.questions),
        body=with_note(article.text, article.changed, language),
        sources=sources,
        language=language,
        since=None,
        until=None,
        state=PUBLISHED,
        question_id=None,
        written_by=None,
        written_at=turn.now,
        decided_by=None,
        decided_at=None,
        of_file=file,
    )


def listed(turn: Turn, words: str, limit: int) -> list[ArticleVersion]:
    """Articles of the files that hold all these words, as the files have them; none without words."""
    wanted = words.casefold().split()
    found = []
    for file, language in turn.knowledge.files() if wanted else ():
        version = as_it_came(turn, file, language)
        if version is not None and _holds(version, wanted):
            found.append(version)
        if len(found) == limit:
            break
    return found


def _holds(version: ArticleVersion, wanted: list[str]) -> bool:
    text = " ".join((version.of_file, version.title, version.body, *version.questions)).casefold()
    return all(word in text for word in wanted)


def in_words(version: ArticleVersion) -> Text:
    """A file's article in a list."""
    if version.language == "en":
        return t("{title} (English, as it came with the program)", title=version.title)
    return t("{title} (as it came with the program)", title=version.title)
