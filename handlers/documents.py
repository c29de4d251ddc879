"""The unit's own documents in the chat: an admin lists, approves, drops, withdraws and brings back."""

from bot import documents, shelf
from bot.documents import PENDING, PUBLISHED, WITHDRAWN, StoredDocument
from bot.i18n import joined, t
from bot.message import Button, Message, Reply
from bot.routes import ADMINS, Routes, dead_button, key
from bot.turn import Turn

routes = Routes()

PAGE = 6
BUTTON_LETTERS = 24


@routes.command("tailieu", menu=t("Documents of the unit"), who=ADMINS)
async def list_documents(message: Message, turn: Turn, rest: str) -> Reply:
    """What waits and what is published, with what can be done about each."""
    return await _page(turn, 0)


@routes.tap("document.page")
async def next_page(message: Message, turn: Turn, skip: str) -> Reply:
    """More of the list."""
    return await _page(turn, min(key(skip), 1_000_000))


async def _page(turn: Turn, skip: int) -> Reply:
    await documents.must_be_admin(turn)
    found = await documents.store(turn).listed(PAGE + 1, skip)
    how = t("To add a document, send the file here (.docx, .pdf, .txt, .html). Never send secret documents.")
    if not found:
        return Reply(t("There are no documents of the unit yet.\n{how}", how=how))
    shown = found[:PAGE]
    numbers = [str(skip + number) for number in range(1, len(shown) + 1)]
    buttons = [_button(one, number) for one, number in zip(shown, numbers, strict=True)]
    if len(found) > PAGE:
        buttons.append(Button(t("More documents"), "document.page", (str(skip + PAGE),)))
    lines = joined(documents.lines(shown, numbers), "\n")
    return Reply(t("Documents of the unit:\n{lines}\n{how}", lines=lines, how=how), tuple(buttons))


def _button(document: StoredDocument, number: str) -> Button:
    title = document.title if len(document.title) <= BUTTON_LETTERS else f"{document.title[:BUTTON_LETTERS].rstrip()}…"
    if document.state == PENDING:
        return Button(
            t("{number}. Look at “{title}”", number=number, title=title), "document.show", (str(document.id),)
        )
    return Button(t("{number}. Withdraw “{title}”", number=number, title=title), "document.withdraw",
                  (str(document.id),))  # fmt: skip


@routes.tap("document.show")
async def preview(message: Message, turn: Turn, id: str) -> Reply:
    """The preview of a document that waits."""
    stored = await _found(turn, id, PENDING)
    read = await shelf.read_again(documents.store(turn), stored.id)
    if read is None:
        raise dead_button()
    replaces = await documents.store(turn).published_as(stored.name) is not None
    shown = documents.preview(read, replaces=replaces)
    return Reply(t("{preview}", preview=shown), documents.decisions(stored))


@routes.tap("document.approve")
async def approve(message: Message, turn: Turn, id: str) -> Reply:
    """Publish what waits, or bring back what was withdrawn."""
    stored = await _found(turn, id, PENDING, WITHDRAWN)
    documents.store(turn).publish(stored, turn.person.id, turn.now)
    turn.audit("document.published", document=stored.id)
    shelf.decided(turn)
    said = t("Published: {title}. From now on I quote it with its part.", title=stored.title)
    return Reply(said, (documents.take_back(stored),), replaces=True)


@routes.tap("document.drop")
async def drop(message: Message, turn: Turn, id: str) -> Reply:
    """Delete what waits."""
    stored = await _found(turn, id, PENDING)
    documents.store(turn).drop(stored.id)
    turn.audit("document.dropped", document=stored.id)
    return Reply(t("Dropped: {title}. Nothing of it is kept.", title=stored.title), replaces=True)


@routes.tap("document.withdraw")
async def withdraw(message: Message, turn: Turn, id: str) -> Reply:
    """Quote it no more."""
    stored = await _found(turn, id, PUBLISHED)
    documents.store(turn).withdraw(stored, turn.person.id, turn.now)
    turn.audit("document.withdrawn", document=stored.id)
    shelf.decided(turn)
    back = Button(t("Publish it again"), "document.approve", (str(stored.id),))
    return Reply(t("Withdrawn: {title}. It is no longer quoted.", title=stored.title), (back,), replaces=True)


async def _found(turn: Turn, id: str, *states: str) -> StoredDocument:
    """The document of a button, in one of these states. Raises NotAllowed and UserError."""
    await documents.must_be_admin(turn)
    stored = await documents.store(turn).by_id(key(id))
    if stored is None or stored.state not in states:
        raise dead_button()
    return stored
