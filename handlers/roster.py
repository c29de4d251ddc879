"""Rosters in the chat: the form, yes and no to a file, personal codes, and claiming one's place."""

from bot.claims import MOST_WRONG, claim, claim_asked, count_wrong, wrong_today
from bot.errors import UserError
from bot.i18n import t
from bot.message import Message, Reply
from bot.roster_chat import confirm, drop, new_codes, send_form, unclaimed, undo
from bot.routes import OFFICERS, Routes, key
from bot.turn import Turn

routes = Routes()

CODE_LETTERS = 40


@routes.command("mauroster", menu=t("Form for a roster"), who=OFFICERS)
async def empty_form(message: Message, turn: Turn, rest: str) -> Reply:
    """The empty form."""
    return await send_form(turn)


@routes.command("phatma", menu=t("Personal codes of expected members"), who=OFFICERS)
async def codes(message: Message, turn: Turn, rest: str) -> Reply:
    """Who has not claimed their place, and new codes for them."""
    return await unclaimed(turn)


@routes.tap("ros.codes")
async def codes_anew(message: Message, turn: Turn) -> Reply:
    """New codes, as a list."""
    return await new_codes(turn)


@routes.tap("ros.yes")
async def yes(message: Message, turn: Turn, id: str) -> Reply:
    """Import."""
    return await confirm(turn, key(id))


@routes.tap("ros.no")
async def no(message: Message, turn: Turn, id: str) -> Reply:
    """Do not import."""
    return await drop(turn, key(id))


@routes.tap("ros.undo")
async def taken_back(message: Message, turn: Turn, moment: str) -> Reply:
    """The people whom the import added go again."""
    return await undo(turn, moment)


@routes.command("nhanma", menu=t("Claim my place with a code"))
async def claim_said(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest` is the personal code from the officer's list."""
    code = rest.strip()[:CODE_LETTERS]
    if not code:
        return Reply(t("Please send the personal code with it: /nhanma CODE"))
    if wrong_today(turn) >= MOST_WRONG:
        raise UserError(t("Too many wrong codes came from here today. Please ask the officer of your unit."))
    if answer := await claim_asked(turn, code):
        return answer
    count_wrong(turn)
    return Reply(t("This code is not known. Please check it with the officer of your unit."))


@routes.tap("claim")
async def claimed(message: Message, turn: Turn, code: str) -> Reply:
    """Yes, this place is mine."""
    return await claim(turn, code)


@routes.tap("claim.no")
async def not_me(message: Message, turn: Turn) -> Reply:
    """Nothing changes."""
    return Reply(t("All right, nothing was changed."), replaces=True)
