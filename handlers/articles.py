"""The knowledge in the chat: a human's answer becomes an article; admins list, read, change, publish and withdraw."""

from dataclasses import replace

from bot import articles, file_articles
from bot.articles import DRAFT, PUBLISHED, ArticleVersion
from bot.i18n import Text, joined, t
from bot.knowledge.answer import Source
from bot.message import Button, Message, Reply
from bot.questions import start_of
from bot.routes import ADMINS, Routes, dead_button, key
from bot.turn import Turn

routes = Routes()

PAGE = 6
FILES_SHOWN = 4
SEARCH_LETTERS = 80


@routes.command("khotrithuc", menu=t("Articles of the knowledge"), who=ADMINS)
async def overview(message: Message, turn: Turn, rest: str) -> Reply:
    """Articles that were written here, drafts first; with words, those that hold them, also of the program's own."""
    await articles.must_be_admin(turn)
    words = " ".join(rest.split())[:SEARCH_LETTERS]
    found = await articles.store(turn).listed(words, PAGE + 1)
    how = t("/khotrithuc and words search; the desk (/banlamviec) shows all articles, their history and terms.")
    files = _files(turn, words, {one.article_id for one in found})
    if files:
        own = joined([articles.line(one, number) for number, one in enumerate(found[:PAGE], 1)], "\n")
        lines = joined([t("• {item}", item=file_articles.in_words(one)) for one in files], "\n")
        text = t("Articles that were written here:\n{own}\n{lines}", own=own, lines=lines) if found else t(
            "Articles that came with the program; a change holds at once, and can be withdrawn:\n{lines}", lines=lines
        )  # fmt: skip
        return Reply(text, (*_buttons(found), *(_file_button(one) for one in files)))
    if not found:
        return Reply(t("No article was written here yet, or none fits.\n{how}", how=how))
    lines = joined([articles.line(one, number) for number, one in enumerate(found[:PAGE], 1)], "\n")
    return Reply(t("Articles that were written here:\n{lines}\n{how}", lines=lines, how=how), _buttons(found))


def _buttons(found: list[ArticleVersion]) -> tuple[Button, ...]:
    return tuple(
        Button(t("{number}. {title}", number=number, title=start_of(one.title, 30)), "article.show",
               (str(one.article_id),))
        for number, one in enumerate(found[:PAGE], 1)
    )  # fmt: skip


def _files(turn: Turn, words: str, known: set[int]) -> list[ArticleVersion]:
    """Articles of the program that hold the words, or that answer them; without those that were changed here."""
    found = file_articles.listed(turn, words, FILES_SHOWN)
    if words and not found:
        near = (file_articles.as_it_came(turn, one.id, "vi") for one, _ in turn.knowledge.candidates(words))
        found = [one for one in near if one is not None][:FILES_SHOWN]
    return [one for one in found if one.article_id not in known]


def _file_button(version: ArticleVersion) -> Button:
    name = file_articles.told(version.of_file, version.language)
    return Button(t("{title}", title=start_of(version.title, 30)), "article.show", (name,))


@routes.tap("article.show")
async def show(message: Message, turn: Turn, article_id: str) -> Reply:
    """An article as the chat would say it, with what can be done."""
    await articles.must_be_admin(turn)
    version = await _newest(turn, article_id)
    shown = _shown(version)
    return replace(shown, buttons=(*shown.buttons, *_english(turn, version)))


def _english(turn: Turn, version: ArticleVersion) -> tuple[Button, ...]:
    """The way to the translation of a file's article, which is changed by itself."""
    if not version.of_file or version.language == "en" or turn.knowledge.of_file(version.of_file, "en") is None:
        return ()
    return (Button(t("English text"), "article.show", (file_articles.told(version.of_file, "en"),)),)


def _shown(version: ArticleVersion) -> Reply:
    if file_articles.is_as_it_came(version):
        text = t("{article}:\n{preview}", article=file_articles.in_words(version), preview=preview(version))
        return Reply(text, _changes(file_articles.told(version.of_file, version.language)))
    text = t("{title} ({state}, version {version}):\n{preview}", title=version.title,
             state=articles.STATES[version.state], version=version.version, preview=preview(version))  # fmt: skip
    id = str(version.article_id)
    first = Button(t("Withdraw"), "article.withdraw", (id,)) if version.state == PUBLISHED else Button(
        t("Publish"), "article.publish", (id,))  # fmt: skip
    return Reply(text, (first, *_changes(id)))


def _changes(name: str) -> tuple[Button, ...]:
    return (Button(t("Change the text"), "article.body", (name,)), Button(t("Change the title"), "article.title",
            (name,)), Button(t("Name a document"), "article.source", (name,)))  # fmt: skip


def preview(version: ArticleVersion) -> Text:
    """What the chat says, with the sources below."""
    text, sources = articles.shown(version)
    return t("{answer}\n\n{sources}", answer=text, sources=_sources(sources))


def _sources(found: tuple[Source, ...]) -> Text:
    return t("Source: {sources}.", sources=joined([", ".join(filter(None, (one.document, one.issuer, one.date)))
                                                   for one in found], "; "))  # fmt: skip


@routes.tap("article.learn")
async def learn(message: Message, turn: Turn, post_id: str) -> Reply:
    """A human's answer becomes an article: at once for who may publish, else an admin is asked."""
    post = await articles.own_answer(turn, key(post_id))
    words = await articles.from_answer(turn, post)
    if await articles.of_question(turn, post.question_id):
        return Reply(t("This answer is in the knowledge already, or waits for an admin."), keeps_buttons=True)
    if articles.unnamed_documents(words):
        turn.ask("article.document", post=str(post.id))
        missing = joined(articles.unnamed_documents(words), ", ")
        text = t(
            "The answer names {documents}. Please send that document in one line with its title, number, issuer and "
            "date, so that it can be named as the source.",
            documents=missing,
        )
        return Reply(text, (Button(t("Cancel"), "article.cancel"),), keeps_buttons=True)
    return await _learned(turn, words, post.question_id)


@routes.answer("article.document")
async def document_named(message: Message, turn: Turn) -> Reply:
    """The document that an answer names, then the article."""
    post = await articles.own_answer(turn, int(turn.draft.get("post", 0)))
    words = articles.with_source(await articles.from_answer(turn, post), articles.source_said(message.text))
    return await _learned(turn, words, post.question_id)


async def _learned(turn: Turn, words: articles.Words, question_id: int) -> Reply:
    if found := articles.fault(words):
        return Reply(found)
    if not await articles.may_publish(turn):
        made = articles.new_version(turn, words, DRAFT, question_id=question_id)
        turn.notify(await turn.roles.admins(), articles.proposal(turn, made, preview(made)))
        return Reply(t("The admins have been asked to publish it: “{title}”.", title=made.title))
    made = articles.new_version(turn, words, PUBLISHED, question_id=question_id)
    text = t("In the knowledge from now on: “{title}”. Whoever asks this next gets the answer from me.\n{preview}",
             title=made.title, preview=preview(made))  # fmt: skip
    id = (str(made.article_id),)
    return Reply(text, (Button(t("Withdraw"), "article.withdraw", id),
                        Button(t("Name a document"), "article.source", id),
                        Button(t("Change the title"), "article.title", id)))  # fmt: skip


@routes.tap("article.publish")
async def publish(message: Message, turn: Turn, article_id: str) -> Reply:
    """Publish a draft, or bring back what was withdrawn; its writer is told."""
    await articles.must_be_admin(turn)
    version = await _newest(turn, article_id)
    if version.state == PUBLISHED:
        return Reply(t("“{title}” is published already.", title=version.title), replaces=True)
    articles.publish(turn, version)
    if version.written_by and version.state == DRAFT:
        turn.notify((version.written_by,), Reply(t("Your article “{title}” was published.", title=version.title)))
    back = Button(t("Withdraw"), "article.withdraw", (article_id,))
    return Reply(t("Published: “{title}”. I quote it from now on.", title=version.title), (back,), replaces=True)


@routes.tap("article.let")
async def let_publish(message: Message, turn: Turn, article_id: str) -> Reply:
    """Publish the proposal, and let its writer publish without asking from now on."""
    await articles.must_be_admin(turn)
    version = await _newest(turn, article_id)
    if version.written_by is None or version.state != DRAFT:
        raise dead_button()
    articles.publish(turn, version)
    if not await articles.store(turn).is_editor(version.written_by):
        articles.store(turn).let_edit(version.written_by, turn.person.id, turn.now)
        turn.audit("editor.granted", about=version.written_by)
    text = t("Your article “{title}” was published. From now on {you} may publish your answers without asking.",
             title=version.title)  # fmt: skip
    turn.notify((version.written_by,), Reply(text))
    take = Button(t("Take this right back"), "article.unlet", (article_id,))
    return Reply(t("Published: “{title}”. Its writer may publish without asking from now on.", title=version.title),
                 (take,), replaces=True)  # fmt: skip


@routes.tap("article.unlet")
async def no_longer_publish(message: Message, turn: Turn, article_id: str) -> Reply:
    """The writer of this article has to ask again."""
    await articles.must_be_admin(turn)
    version = await _newest(turn, article_id)
    if version.written_by is None:
        raise dead_button()
    articles.store(turn).end_editing(version.written_by, turn.now)
    turn.audit("editor.ended", about=version.written_by)
    return Reply(t("The writer of “{title}” has to ask an admin again.", title=version.title), replaces=True)


@routes.tap("article.withdraw")
async def withdraw(message: Message, turn: Turn, article_id: str) -> Reply:
    """Quote it no more; whoever may publish may withdraw what they wrote."""
    version = await _editable(turn, article_id)
    if file_articles.is_as_it_came(version):
        raise dead_button()
    if version.state == articles.WITHDRAWN:
        return Reply(t("“{title}” was withdrawn already.", title=version.title), replaces=True)
    articles.withdraw(turn, version)
    if version.written_by and version.state == DRAFT:
        turn.notify((version.written_by,), Reply(t("Your article “{title}” was not published.", title=version.title)))
    back = (Button(t("Publish it again"), "article.publish", (article_id,)),) if await turn.is_admin() else ()
    if version.of_file and version.state == PUBLISHED:
        text = t("Withdrawn: “{title}”. The article that came with the program is quoted again.", title=version.title)
        return Reply(text, back, replaces=True)
    return Reply(t("Withdrawn: “{title}”. It is quoted no more.", title=version.title), back, replaces=True)


@routes.tap("article.body")
async def ask_for_body(message: Message, turn: Turn, article_id: str) -> Reply:
    """Ask for another text."""
    return await _ask(turn, article_id, "body", t("Please send the whole new text of “{title}”."))


@routes.tap("article.title")
async def ask_for_title(message: Message, turn: Turn, article_id: str) -> Reply:
    """Ask for another title."""
    return await _ask(turn, article_id, "title", t("Please send the new title of “{title}”."))


@routes.tap("article.source")
async def ask_for_source(message: Message, turn: Turn, article_id: str) -> Reply:
    """Ask for a document."""
    text = t("Please send the document behind “{title}” in one line: title, number, issuer, date.")
    return await _ask(turn, article_id, "source", text)


async def _ask(turn: Turn, article_id: str, what: str, text: Text) -> Reply:
    version = await _editable(turn, article_id)
    turn.ask("article.change", article=article_id, what=what)
    asked = replace(text, values={"title": version.title})
    return Reply(asked, (Button(t("Cancel"), "article.cancel"),), keeps_buttons=True)


@routes.answer("article.change")
async def changed(message: Message, turn: Turn) -> Reply:
    """The new words make a new version, in the state of the one before."""
    before = await _editable(turn, str(turn.draft.get("article", "")))
    words, said = articles.words_of(before), articles.plain(message.text)
    match turn.draft.get("what"):
        case "body":
            words = replace(words, body=said)
        case "title":
            words = replace(words, title=said)
        case _:
            words = articles.with_source(words, articles.source_said(message.text))
    if found := articles.fault(words, file_articles.given(turn, before)):
        turn.ask("article.change", **turn.draft)
        return Reply(found, (Button(t("Cancel"), "article.cancel"),))
    made = articles.new_version(turn, words, before.state, before)
    return _shown(made)


@routes.tap("article.cancel")
async def cancelled(message: Message, turn: Turn) -> Reply:
    """Nothing changes."""
    turn.close_question()
    return Reply(t("All right, the knowledge stays as it is."), replaces=True)


async def _newest(turn: Turn, article_id: str) -> ArticleVersion:
    """The newest version. Raises UserError when there is no such article."""
    version = await file_articles.newest(turn, article_id)
    if version is None:
        raise dead_button()
    return version


async def _editable(turn: Turn, article_id: str) -> ArticleVersion:
    """The newest version, for an admin, or for whoever wrote it and may publish. Raises UserError and NotAllowed."""
    version = await _newest(turn, article_id)
    if version.written_by != turn.person.id or not await articles.may_publish(turn):
        await articles.must_be_admin(turn)
    return version
