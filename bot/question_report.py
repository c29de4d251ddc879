"""What became of questions to people in seven days, in words: for the admins' chat and desk."""

from datetime import datetime, timedelta

from bot.clock import local
from bot.i18n import Text, format_date, joined, t, tn
from bot.question_words import start_of
from storage.changes import Changes
from storage.database import Database
from storage.questions import Questions, Week

QUOTED, OFTEN = 160, 5
"""Letters of a question, and how many questions the report names."""


async def report(database: Database, week: Week, now: datetime) -> Text:
    """The week in words: figures, and what is asked most and still open."""
    often = await Questions(database, Changes()).often(now - timedelta(days=7), OFTEN)
    lines = [
        t("– “{question}”: {count}", question=start_of(words, QUOTED), count=tn("{count} time", "{count} times", count))
        for words, count in often
    ]
    text = t(
        "Questions to people, {start} to {end}: asked {asked}, answered {answered}, closed without an answer {closed}, "
        "passed on {passed}, called wrong {flagged}. Open now: {open}, of these late: {late}.",
        start=format_date((local(now) - timedelta(days=7)).date()),
        end=format_date((local(now) - timedelta(days=1)).date()),
        asked=week.asked,
        answered=week.answered,
        closed=week.closed,
        passed=week.passed_on,
        flagged=week.flagged,
        open=week.open,
        late=week.late,
    )
    if not lines:
        return text
    return t("{report}\nAsked most:\n{lines}", report=text, lines=joined(lines, "\n"))
