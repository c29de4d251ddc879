"""The rules of personal reminders: what is set, listed, changed and stopped in chat; consent is asked, never preset."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot import consent
from bot.clock import zone
from bot.errors import UserError
from bot.i18n import Joined, Text, joined, t
from bot.language.reminding import EARLIEST, EVERY_DAY, LATEST, Wish, next_moment
from bot.message import Button, Reply
from bot.turn import Turn
from storage.reminders import Reminder, Reminders

MOST = 5
"""Reminders that one person may keep."""
DAY_NAMES = (t("Monday"), t("Tuesday"), t("Wednesday"), t("Thursday"), t("Friday"), t("Saturday"), t("Sunday"))
QUICK_DAYS = ((EVERY_DAY, t("Every day")), (0b0010101, t("Mon, Wed, Fri")), (0b0101010, t("Tue, Thu, Sat")),
              (0b1100000, t("At the weekend")))  # fmt: skip
QUICK_MINUTES = (12 * 60, 19 * 60 + 30, 20 * 60, 21 * 60)
TWO_A_WEEK = 2


def reminders(turn: Turn) -> Reminders:
    """Reminders, in this turn."""
    return Reminders(turn.database, turn.changes)


def clock_time(minute: int) -> str:
    """07:30"""
    return f"{minute // 60:02}:{minute % 60:02}"


def when(days: int, minute: int) -> Text:
    """ "thứ Hai, thứ Tư lúc 19:30" or "mỗi ngày lúc 19:30"."""
    if days == EVERY_DAY:
        return t("every day at {time}", time=clock_time(minute))
    return t("{days} at {time}", days=_names(days), time=clock_time(minute))


def _names(days: int) -> Joined:
    return joined((DAY_NAMES[day] for day in range(7) if days >> day & 1), ", ")


def check(days: int, minute: int) -> None:
    """Raises UserError for what cannot be: no day, or the quiet hours."""
    if not 0 < days <= EVERY_DAY or not 0 <= minute < 24 * 60:
        raise UserError(t("I did not understand that time. Please send for example “remind me Mon, Wed at 19:30”."))
    if not EARLIEST <= minute <= LATEST:
        raise UserError(
            t(
                "{time} lies in the quiet hours: I write only between {first} and {last}, so nothing was set. Please "
                "choose another hour.",
                time=clock_time(minute),
                first=clock_time(EARLIEST),
                last=clock_time(LATEST),
            )
        )


async def wish(turn: Turn, said: Wish) -> Reply:
    """Set what was said; ask for the one thing that is missing."""
    if said.minute is not None:
        check(said.days or EVERY_DAY, said.minute)
    if said.days is None or said.minute is None:
        return _ask(turn, said)
    return await set_one(turn, said.days, said.minute, other_half=said.other_half)


def _ask(turn: Turn, said: Wish) -> Reply:
    turn.ask("remind", days=said.days, minute=said.minute)
    if said.days is None:
        minute = "-" if said.minute is None else str(said.minute)
        days = tuple(Button(name, "remind.days", (str(mask), minute)) for mask, name in QUICK_DAYS)
        return Reply(t("On which days shall I remind {you}? For example: thứ 2, 4, 6"), days)
    hours = tuple(
        Button(t("{time}", time=clock_time(minute)), "remind.set", (str(said.days), str(minute)))
        for minute in QUICK_MINUTES
    )
    return Reply(t("At what hour shall I remind {you}? For example: 19:30"), hours)


async def set_one(
    turn: Turn, days: int, minute: int, *, other_half: int | None = None, beside: bool = False
) -> Reply:
    """Keep a reminder in place of those that were set (`beside` them when the person says so); consent comes first."""
    check(days, minute)
    turn.close_question()
    if not turn.person.agreed(consent.REMINDERS):
        return _ask_consent(days, minute)
    had = await reminders(turn).of(turn.person.id)
    if any((one.days, one.minute) == (days, minute) for one in had) and (beside or len(had) == 1):
        return Reply(t("That reminder is set already: {when}.", when=when(days, minute)), _stop())
    if beside and len(had) >= MOST:
        raise UserError(t("{count} reminders are the most that I keep. /nhac lists them.", count=MOST))
    if not beside:
        reminders(turn).end(turn.person.id, [one.id for one in had])
    _add(turn, days, minute)
    return Reply(_set_text(days, minute, () if beside else had), _set_buttons(days, minute, other_half, beside, had))


def _add(turn: Turn, days: int, minute: int) -> None:
    here: ZoneInfo = zone()
    next_at = next_moment(days, minute, here, turn.now)
    reminders(turn).add(turn.person.id, days, minute, here.key, next_at, turn.now)


def _set_text(days: int, minute: int, had: Sequence[Reminder]) -> Text:
    text = t(
        "I remind {you} {when}, unless {you} have studied that day or reached the week's goal. To stop: “tắt nhắc”.",
        when=when(days, minute),
    )
    if not had:
        return text
    before = joined((when(one.days, one.minute) for one in had), "; ")
    return t("{text}\nThis takes the place of: {before}.", text=text, before=before)


def _set_buttons(
    days: int, minute: int, other_half: int | None, beside: bool, had: Sequence[Reminder]
) -> tuple[Button, ...]:
    buttons = []
    if other_half is not None:
        label = t("Rather at {time}", time=clock_time(other_half))
        buttons.append(Button(label, "remind.set", (str(days), str(other_half))))
    for one in () if beside else had:
        label = t("Also keep: {when}", when=when(one.days, one.minute))
        buttons.append(Button(label, "remind.beside", (str(one.days), str(one.minute))))
    return (*buttons, *_stop())


def _stop() -> tuple[Button, ...]:
    return (Button(t("Stop reminders"), "remind.off"),)


def _ask_consent(days: int, minute: int) -> Reply:
    text = t(
        "To remind {you} {when} I need your consent: I then write to {you} when something is due, at the hours that "
        "{you} chose and otherwise at most {most} times a week, never at night. “tắt nhắc” stops it at any time.",
        when=when(days, minute),
        most=TWO_A_WEEK,
    )
    agree = Button(t("Agree to reminders"), "remind.agree", (str(days), str(minute)))
    return Reply(text, (agree, Button(t("No reminders"), "remind.no")))


async def listed(turn: Turn) -> Reply:
    """What is set, each with a button that drops it; without anything how to begin."""
    found = await reminders(turn).of(turn.person.id)
    turn.ask("remind", days=None, minute=None)
    quick = Button(t("Every day at {time}", time="19:30"), "remind.set", (str(EVERY_DAY), "1170"))
    if not found:
        text = t("No personal reminder is set. Send for example: “remind me to study Mon, Wed, Fri at 19:30”.")
        state = _off_note(turn)
        return Reply(t("{text}{note}", text=text, note=state), (quick, *_switch(turn)))
    lines = joined((t("• {when}", when=when(one.days, one.minute)) for one in found), "\n")
    text = t("I remind {you} to study:\n{lines}{note}", lines=lines, note=_off_note(turn))
    drops = [
        Button(t("Drop: {when}", when=when(one.days, one.minute)), "remind.drop", (str(one.id),)) for one in found
    ]  # fmt: skip
    return Reply(text, (*drops, *_switch(turn)))


def _off_note(turn: Turn) -> Text | str:
    if turn.person.agreed(consent.REMINDERS):
        return ""
    return t("\nReminders are off now: without your consent I send none.")


def _switch(turn: Turn) -> tuple[Button, ...]:
    return _stop() if turn.person.agreed(consent.REMINDERS) else (Button(t("Turn reminders on"), "remind.on"),)


async def drop(turn: Turn, id: int) -> Reply:
    """One reminder goes; it can come back."""
    found = next((one for one in await reminders(turn).of(turn.person.id) if one.id == id), None)
    if found is None:
        return Reply(t("This reminder is gone already. /nhac lists what is set."), replaces=True)
    reminders(turn).end(turn.person.id, [id])
    again = Button(t("Undo"), "remind.beside", (str(found.days), str(found.minute)))
    return Reply(t("Dropped: {when}.", when=when(found.days, found.minute)), (again,), replaces=True)


def off(turn: Turn) -> Reply:
    """No reminder of any cause from now on; what waits unsent is taken back; official notices go on."""
    if turn.person.agreed(consent.REMINDERS):
        consent.give(turn, {consent.REMINDERS: False})
    turn.close_question()
    text = t(
        "Reminders are off; I send {you} none from now on. Official notices and answers to your own questions still "
        "come."
    )
    return Reply(text, (Button(t("Turn reminders on"), "remind.on"),))


async def on(turn: Turn) -> Reply:
    """Consent is asked for in words that say what it allows; with it, what is set holds again."""
    if turn.person.agreed(consent.REMINDERS):
        return await listed(turn)
    text = t(
        "Reminders need your consent: I then write to {you} when something is due, at the hours that {you} chose and "
        "otherwise at most {most} times a week, never at night. “tắt nhắc” stops it at any time.",
        most=TWO_A_WEEK,
    )
    return Reply(text, (Button(t("Agree to reminders"), "remind.yes"), Button(t("No reminders"), "remind.no")))
