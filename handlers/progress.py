"""My progress: week, month, year and phase against the goal, the streak of weeks and why, by area; a picture."""

import asyncio

from bot.consent import LOG
from bot.errors import NotAnAnswer
from bot.i18n import joined, t
from bot.language.fold import fold
from bot.message import Button, File, Message, Reply
from bot.progress import WEEKS_A_PAGE, card_lines, card_of, days_of, explained
from bot.reports.card import PNG, card_picture
from bot.reports.person import BACK_FILL_DAYS, continuity
from bot.routes import Routes, dead_button, key
from bot.study import AREA_NAMES
from bot.turn import Turn

routes = Routes()

WHY = {"vi sao", "tai sao", "vi sao vay", "tai sao vay", "sao vay", "giai thich", "why", "explain"}


@routes.command("tiendo", menu=t("My progress"))
async def progress(message: Message, turn: Turn, rest: str) -> Reply:
    """The card in words."""
    return await _card(turn)


@routes.tap("progress.show")
async def progress_tapped(message: Message, turn: Turn) -> Reply:
    """The card from a button."""
    return await _card(turn)


async def _card(turn: Turn) -> Reply:
    shown = await card_of(turn)
    if shown is None:
        return _nothing(turn)
    turn.ask("progress")
    lines = joined(card_lines(shown), "\n")
    text = t("Progress, as {you} logged it, up to {day}:\n{lines}", day=turn.today, lines=lines)
    return Reply(
        text,
        (
            Button(t("Diary"), "diary", ("0",)),
            Button(t("Why"), "progress.why", ("0",)),
            Button(t("Picture to share"), "progress.picture"),
        ),
    )


def _nothing(turn: Turn) -> Reply:
    if not turn.person.agreed(LOG):
        return Reply(t("No study log is kept, because {you} have not agreed to it. /start brings the question back."))
    return Reply(t("Nothing is logged yet. Send for example “today I studied computing for 1 hour”."))


@routes.answer("progress")
async def why_said(message: Message, turn: Turn) -> Reply:
    """ "Vì sao" right after the card; anything else is something new."""
    if fold(message.text).strip(" .!?") not in WHY:
        raise NotAnAnswer
    return await _why(turn, 0)


@routes.tap("progress.why")
async def why_tapped(message: Message, turn: Turn, page: str) -> Reply:
    """The streak of weeks, explained day by day."""
    return await _why(turn, key(page))


async def _why(turn: Turn, page: int) -> Reply:
    days = await days_of(turn)
    streak = continuity(days, turn.today)
    if not days:
        return _nothing(turn)
    if not streak.weeks:
        text = t("No week counts yet: every entry was logged more than {days} days after its day.", days=BACK_FILL_DAYS)
        return Reply(text)
    if page * WEEKS_A_PAGE >= len(streak.weeks):
        raise dead_button()
    text, more = explained(streak, days, page)
    earlier = (Button(t("Earlier weeks"), "progress.why", (str(page + 1),)),) if more else ()
    return Reply(text, (*earlier, Button(t("My progress"), "progress.show")))


@routes.tap("progress.picture")
async def picture(message: Message, turn: Turn) -> Reply:
    """The card as a picture: neither the unit nor the person stands in it."""
    shown = await card_of(turn)
    if shown is None:
        return _nothing(turn)
    drawn = await asyncio.to_thread(card_picture, shown, AREA_NAMES, turn.reader)
    file = File(f"tien-do-{turn.today:%Y-%m-%d}.png", PNG, drawn)
    text = t("The card as a picture. Neither your name nor your unit stands in it.")
    return Reply(text, files=(file,), keeps_buttons=True)
