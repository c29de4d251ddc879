"""What the bot can do, and the way out of an open question."""

from bot.errors import UserError
from bot.i18n import Text, joined, t
from bot.message import Message, Reply
from bot.routes import EVERYONE, OFFICERS, Command, Routes, Said
from bot.turn import Turn

routes = Routes()

FIRST = ("hoc", "nhatky", "tiendo", "donvi", "tonghop", "thanhvien", "dulieu", "rutdongy", "xoa", "ngonngu", "huy")
"""The order in which commands are listed; others follow."""


@routes.command("help", menu=t("What I can do"))
async def help(message: Message, turn: Turn, rest: str) -> Said:
    """The commands that this person may use, with examples in words; those of officers and admins apart."""
    commands = [command for command in turn.routes.commands.values() if command.menu and await _may(turn, command)]
    commands.sort(key=lambda command: FIRST.index(command.name) if command.name in FIRST else len(FIRST))
    text = t(
        "I am Bạn Học, an automatic assistant. {You} can simply write:\n"
        "“today I studied English for 2 hours and a half”\n"
        "“no, 1 hour” to correct the last entry\n"
        "“when does phase 2 begin” to ask about the movement\n\n"
        "Commands, also without the slash:\n{commands}",
        commands=joined((_line(command) for command in commands if command.who == EVERYONE), "\n"),
    )
    duties = [_line(command) for command in commands if command.who != EVERYONE]
    if not duties:
        return Reply(text)
    return Reply(text), Reply(t("For officers and admins:\n{commands}", commands=joined(duties, "\n")))


async def _may(turn: Turn, command: Command) -> bool:
    if command.who == EVERYONE or await turn.is_admin():
        return True
    return command.who == OFFICERS and bool(await turn.officer_units())


def _line(command: Command) -> Text:
    return t("/{name}: {what}", name=command.name, what=command.menu)


@routes.command("huy", menu=t("Close the open question"))
async def cancel(message: Message, turn: Turn, rest: str) -> Reply:
    """Leave an open question; nothing of it is kept."""
    if rest.strip():
        raise UserError(t("/huy only closes an open question. To delete an entry: /nhatky."))
    turn.memory.pop("waiting", None)
    return Reply(t("All right, the open question is closed and nothing was saved."))
