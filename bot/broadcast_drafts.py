"""What a draft of an announcement may hold: its text, its term, its moment; the same for the chat and the desk."""

from datetime import date, datetime

from bot.broadcast_words import MOST_LETTERS, plain
from bot.channels.fit import length
from bot.errors import UserError
from bot.i18n import Clock, t
from bot.language.moments import find_last_day, find_moment
from bot.turn import Turn


def checked_text(text: str) -> str:
    """The text as it is kept, marks of bold and italics included. Raises UserError for one that is empty or too long.

    Signs outside the basic plane count twice, as the channels count them.
    """
    said = plain(text)
    if not said:
        raise UserError(t("An announcement has 1 to {count} characters.", count=MOST_LETTERS))
    if length(said) > MOST_LETTERS:
        raise UserError(
            t("An announcement has at most {count} characters; this one has {length}. Please shorten it.",
              count=MOST_LETTERS, length=length(said))
        )  # fmt: skip
    return said


def last_moment(turn: Turn, said: str) -> datetime:
    """The end of the last day on which it is in force. Raises UserError for words that name no day to come."""
    day = find_last_day(said, turn.today)
    if day is None:
        raise UserError(t("That is no day to come. Please write for instance “31/12” or “14 days”."))
    return end_of(turn, day)


def send_moment(turn: Turn, said: str) -> datetime:
    """When it goes out. Raises UserError for words that name no moment to come."""
    moment = find_moment(said, turn.local_now)
    if moment is None:
        raise UserError(t("That is no moment to come. Please write for instance “8h tomorrow” or “14:00 22/11”."))
    return moment


def must_be_in_force(moment: datetime, valid_until: datetime | None) -> None:
    """Whoever gets it must still be able to go by it. Raises UserError."""
    if valid_until is not None and moment >= valid_until:
        raise UserError(
            t("It would go out at {moment}, but is in force only until {until}. Please change one of the two.",
              moment=Clock(moment), until=Clock(valid_until))
        )  # fmt: skip


def end_of(turn: Turn, day: date) -> datetime:
    """The last minute of a day where the people live."""
    here = turn.local_now.replace(year=day.year, month=day.month, day=day.day)
    return here.replace(hour=23, minute=59, second=0, microsecond=0)
