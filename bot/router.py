"""Who gets a message: tap → deep link → file → command → open question → study log, question or small talk."""

from collections.abc import Sequence
from inspect import signature

from bot import erasure
from bot.errors import NotAnAnswer, UserError
from bot.i18n import t, tn
from bot.language.commands import find_command
from bot.language.study import understand
from bot.message import MAX_TEXT, Message, Reply
from bot.routes import Handler, Routes, Said, dead_button
from bot.turn import Turn

TALK = "talk"
"""Where a conversation remembers that its person talks with a human, and the kind of text that then goes there."""
PERSONAL_KINDS = frozenset({"log", "correction"})
"""What is never passed on to a human: one's own study."""
GROUP_KINDS = frozenset({"question"})
"""What the bot does where several people read: nothing that is personal."""


class Router:
    """Finds the handler of a message and runs it."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes

    async def route(self, message: Message, turn: Turn) -> Sequence[Reply]:
        """The replies to a message. Raises UserError for what the person can mend."""
        if turn.person.erase_at is not None and message.tap not in erasure.OPEN_TAPS:
            return (await erasure.closed(turn),)
        said = await self._tap(message, turn) if message.tap else await self._text(message, turn)
        if said is None:
            return ()
        return (said,) if isinstance(said, Reply) else said

    async def _tap(self, message: Message, turn: Turn) -> Said:
        action, *args = message.tap.split("|")
        handler = self.routes.taps.get(action)
        if handler is None or message.group or not _takes(handler, message, turn, *args):
            raise dead_button()
        return await handler(message, turn, *args)

    async def _text(self, message: Message, turn: Turn) -> Said:
        if len(message.text) > MAX_TEXT:
            raise UserError(
                tn(
                    "The message is too long ({length} characters; at most {count}). Please send it in parts.",
                    "The message is too long ({length} characters; at most {count}). Please send it in parts.",
                    MAX_TEXT,
                    length=len(message.text),
                )
            )
        if message.start:
            return await self.routes.commands["start"].handler(message, turn, message.start)
        if message.files and turn.state.asked in self.routes.file_answers:
            return await self._answer(message, turn, readable(message.text))
        if message.files:
            return await self._kind("file", message, turn, None)
        text = readable(message.text)
        if not text:
            raise UserError(t("I can read text, photos and documents only. Please write, or send /help."))
        if message.group:
            return await self._understood(message, turn, text)
        if text.startswith("/") and find_command(text) is None:
            raise UserError(t("There is no such command. Send /help to see what I can do."))
        if command := find_command(text):
            turn.close_question()
            return await self._command(command, message, turn)
        return await self._answer(message, turn, text)

    async def _command(self, command: tuple[str, str], message: Message, turn: Turn) -> Said:
        name, rest = command
        found = self.routes.commands.get(name)
        if found is None:
            raise UserError(t("There is no such command. Send /help to see what I can do."))
        return await found.handler(message, turn, rest)

    async def _answer(self, message: Message, turn: Turn, text: str) -> Said:
        asked = self.routes.answers.get(turn.state.asked)
        if asked is not None:
            name, draft = turn.state.asked, turn.state.draft
            turn.state.asked = ""
            try:
                said = await asked(message, turn)
            except NotAnAnswer:
                turn.ask(name, **draft)
            else:
                if not turn.state.asked:
                    turn.close_question()
                return said
        return await self._understood(message, turn, text)

    async def _understood(self, message: Message, turn: Turn, text: str) -> Said:
        understanding = understand(text, turn.local_now)
        kind = understanding.kind if understanding.kind in self.routes.texts else "other"
        if message.group and kind not in GROUP_KINDS:
            raise UserError(t("In a group I only answer questions about the movement. For more, write to me alone."))
        if turn.memory.get(TALK) and not message.group and kind not in PERSONAL_KINDS:
            said = await self._kind(TALK, message, turn, understanding)
            if said is not None:
                return said
        if kind != "question":
            turn.close_question()
        return await self._kind(kind, message, turn, understanding)

    async def _kind(self, kind: str, message: Message, turn: Turn, understanding: object) -> Said:
        handler: Handler = self.routes.texts[kind]
        return await handler(message, turn, understanding)


def readable(text: str) -> str:
    """The text without control characters (line breaks stay) and outer blanks."""
    return "".join(c for c in text if c in "\n\t" or (c.isprintable() or c in "\u200d\u200c")).strip()


def _takes(handler: Handler, *values: object) -> bool:
    """True when the handler can be called so; a payload that nobody made here has too few or too many parts."""
    try:
        signature(handler).bind(*values)
    except TypeError:
        return False
    return True
