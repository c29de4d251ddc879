"""Requests about one's own data in the chat: ask, see where it stands; for admins the open ones with their days."""

from bot import data_requests
from bot.i18n import t
from bot.message import Message, Reply
from bot.routes import Routes, key
from bot.turn import Turn

routes = Routes()


@routes.command("yeucau", menu=t("Requests about my data"))
async def overview(message: Message, turn: Turn, rest: str) -> Reply:
    """What can be asked, and where one's own requests stand."""
    return await data_requests.overview(turn)


@routes.tap("request.new")
async def new(message: Message, turn: Turn, kind: str) -> Reply:
    """A kind was chosen: its words are asked for."""
    return data_requests.ask_for_text(turn, kind)


@routes.answer("request.text")
async def text(message: Message, turn: Turn) -> Reply:
    """The request in the person's words."""
    return await data_requests.ask(turn, message.text)


@routes.tap("request.back")
async def take_back(message: Message, turn: Turn, id: str) -> Reply:
    """An open request of one's own is taken back."""
    return await data_requests.take_back(turn, key(id))


@routes.tap("request.cancel")
async def cancel(message: Message, turn: Turn) -> Reply:
    """Nothing is asked or settled."""
    turn.close_question()
    return Reply(t("All right, nothing was sent."), replaces=True)


@routes.tap("request.list")
async def listed(message: Message, turn: Turn) -> Reply:
    """All open requests, for admins."""
    return await data_requests.listed(turn)


@routes.tap("request.show")
async def show(message: Message, turn: Turn, id: str) -> Reply:
    """One request, for admins."""
    return await data_requests.show(turn, key(id))


@routes.tap("request.received")
async def received(message: Message, turn: Turn, id: str) -> Reply:
    """The first response."""
    return await data_requests.received(turn, key(id))


@routes.tap("request.settle")
async def settle(message: Message, turn: Turn, id: str, state: str) -> Reply:
    """Done or refused: the words for the person are asked for."""
    return await data_requests.ask_for_answer(turn, key(id), state)


@routes.answer("request.answer")
async def answer(message: Message, turn: Turn) -> Reply:
    """The words for the person."""
    return await data_requests.settle(turn, message.text)
