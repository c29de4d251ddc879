"""How a handler file declares what it answers: commands, answers to its questions, taps, free text and files."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import UserError
from bot.i18n import Text, t
from bot.message import Reply

Said = Reply | Sequence[Reply] | None
Handler = Callable[..., Awaitable[Said]]

EVERYONE, OFFICERS, ADMINS = "everyone", "officers", "admins"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name without slash, what the menu says of it, and who sees it there."""

    name: str
    handler: Handler
    menu: Text | None
    who: str


@dataclass(slots=True)
class Routes:
    """The route table of one handler file (and, merged, of the whole bot)."""

    commands: dict[str, Command] = field(default_factory=dict)
    answers: dict[str, Handler] = field(default_factory=dict)
    taps: dict[str, Handler] = field(default_factory=dict)
    texts: dict[str, Handler] = field(default_factory=dict)
    file_answers: dict[str, Handler] = field(default_factory=dict)
    """Those of the answers that may be a file, too."""

    def command(self, name: str, *, menu: Text | None = None, who: str = EVERYONE) -> Callable[[Handler], Handler]:
        """`async def handler(message, turn, rest: str)`: rest is the text after the command."""
        return self._put(self.commands, name, lambda handler: Command(name, handler, menu, who))

    def answer(self, name: str, *, files: bool = False) -> Callable[[Handler], Handler]:
        """`async def handler(message, turn)`: the person answers the open question of this name, with `files` also by
        sending a file."""
        keep = self._put(self.answers, name)
        return lambda handler: self._put(self.file_answers, name)(keep(handler)) if files else keep(handler)

    def tap(self, name: str) -> Callable[[Handler], Handler]:
        """`async def handler(message, turn, *args: str)`: a button with this action was tapped."""
        return self._put(self.taps, name)

    def free_text(self, kind: str) -> Callable[[Handler], Handler]:
        """`async def handler(message, turn, understanding)`: a text of this kind; also the kind `file`."""
        return self._put(self.texts, kind)

    def _put(
        self, table: dict[str, Any], name: str, wrap: Callable[[Handler], Any] = lambda handler: handler
    ) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            if name in table:
                raise ValueError(f"two handlers for {name!r}")
            table[name] = wrap(handler)
            return handler

        return keep


def merged(tables: Iterable[Routes]) -> Routes:
    """One table out of all; a name that two files claim is an error."""
    whole = Routes()
    for table in tables:
        for name in ("commands", "answers", "taps", "texts", "file_answers"):
            into, part = getattr(whole, name), getattr(table, name)
            if twice := into.keys() & part.keys():
                raise ValueError(f"two handler files claim {', '.join(sorted(twice))}")
            into.update(part)
    return whole


def dead_button() -> UserError:
    """The answer to a button that is used up, too old, or was made by nobody here."""
    return UserError(t("This button no longer works. Please send /help to start afresh."))


def key(argument: str) -> int:
    """A row's key from a button's argument. Raises UserError for anything else."""
    if not argument.isascii() or not argument.isdigit() or len(argument) > 19 or int(argument) >= 2**63:
        raise dead_button()
    return int(argument)
