"""What an answer says about study: a whole new entry, a day, or a length or day that cannot be, with the reason."""

import re
from datetime import date

from bot.i18n import Minutes, Text, t
from bot.language.dates import find_days
from bot.language.durations import find_times
from bot.language.fold import bare, fold
from bot.language.spans import sentence
from bot.language.study import Understanding
from bot.routes import dead_button
from bot.study import MOST_MINUTES_A_DAY
from bot.turn import Turn

_TOO_SHORT = re.compile(
    r"(?<![\d.,:/-])(?:0+ ?(?:phut|minutes?|mins?|ph|p|tieng|hours?)|\d{1,6} ?(?:giay|seconds?|secs?))\b"
)
_TOO_LONG = re.compile(r"(?<![\d.,:/-])(?:\d{4,6} ?(?:phut|minutes?|mins?|ph|p)|\d{3,6} ?(?:tieng|hours?))\b")
_CALENDAR_DAY = re.compile(
    r"(?<![\d/.-])\d{1,2}(?: ?[/.-] ?\d{1,2}(?:[/.-]\d{2,4})?| thang (?:\d{1,2}|nay|truoc|roi|vua roi))?$"
)


def is_new_log(understanding: Understanding) -> bool:
    """A whole sentence with its own subject is a new entry, not the answer to what was asked."""
    return understanding.kind == "log" and any(entry.subject for entry in understanding.entries)


def refused_length(text: str) -> Text | None:
    """Why the length that a text names cannot be logged; None when it names none, or one that can be."""
    folded = fold(text[:400])
    said = [span.minutes for span in find_times(sentence(text).key) if span.kind in ("duration", "interval")]
    known = [minutes for minutes in said if minutes]
    long = bool(_TOO_LONG.search(folded)) or any(minutes > MOST_MINUTES_A_DAY for minutes in known)
    if not long and (known or not _TOO_SHORT.search(folded)):
        return None
    return t(
        "Nothing was saved: one day takes from 1 minute to {most}, in whole minutes. If it was spread over several "
        "days, please log each day.",
        most=Minutes(MOST_MINUTES_A_DAY),
    )


def refused_day(turn: Turn, text: str) -> Text | None:
    """Why the day that a text names cannot be: it has not come yet, or the calendar has no such day."""
    if any(span.kind == "future_day" for span in find_days(sentence(text).key, turn.local_now)):
        return t("That day has not come yet. I log what has been studied.")
    return no_such_day(turn, text)


def no_such_day(turn: Turn, text: str) -> Text | None:
    """The sentence for a day that the calendar does not have ("31/2"); None for everything else."""
    key = sentence(text).key
    for span in find_days(key, turn.local_now):
        if span.kind == "vague_day" and (day := _CALENDAR_DAY.search(bare(key[span.start : span.end]))):
            return t("There is no day {day}.", day=key[span.start + day.start() : span.end])
    return None


def iso_day(text: str) -> date:
    """The day of a button. Raises UserError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise dead_button() from None
