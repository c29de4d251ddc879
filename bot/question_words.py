"""Questions for a human in words: what is kept of them, who has one, what the asker and those in charge are told."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.i18n import Clock, Text, t
from bot.language.masking import HIDDEN, mask
from bot.message import Button, Reply
from storage.holders import Holder
from storage.questions import WRONG, Question

SHOWN_LETTERS = 200
_LONG_NUMBER = re.compile(r"(?<!\w)(?:(?:\+84|0)[ .\-]?\d(?:[ .\-]?\d){7,9}|\d{9,})(?!\w)")
"""Phone and identity numbers are never kept."""


def kept_words(text: str) -> str:
    """What may be kept of a person's words: no unit numbers, no strengths, no phone or identity numbers."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return mask(_LONG_NUMBER.sub(HIDDEN, "\n".join(filter(None, lines))))


def start_of(text: str, letters: int = SHOWN_LETTERS) -> str:
    """The beginning of a text, where the whole would be too long."""
    if len(text) <= letters:
        return text
    cut = text[:letters].rsplit(" ", 1)[0] if " " in text[letters // 2 : letters] else text[:letters]
    return f"{cut.rstrip(' ,;.')}…"


def told_asker(holder: Holder | None, due_at: datetime) -> Text:
    """Who has the question and by when they answer; an office, never a person."""
    if holder is None:
        return t("There is nobody in charge yet. I keep the question and hand it on as soon as there is somebody.")
    if holder.unit_id is None:
        return t("I have handed the question to the admins; they answer before {due}.", due=Clock(due_at))
    return t("I have handed the question to the officer of {unit}, who answers before {due}.",
             unit=holder.unit_name, due=Clock(due_at))  # fmt: skip


def to_holder(cluster: int, words: str, reason: str, due_at: datetime, unit_name: str) -> Reply:
    """The notice to those who have to answer; the asker is not named."""
    unit = unit_name or t("without a unit")
    shown = start_of(words)
    if reason == WRONG:
        text = t("A learner ({unit}) says that my answer to “{question}” is not right. Please answer before {due}.",
                 unit=unit, question=shown, due=Clock(due_at))  # fmt: skip
    else:
        text = t("A learner ({unit}) asks what I cannot answer: “{question}”. Please answer before {due}.",
                 unit=unit, question=shown, due=Clock(due_at))  # fmt: skip
    return Reply(text, cluster_buttons(cluster))


def cluster_buttons(cluster: int) -> tuple[Button, ...]:
    """What can be done about open questions of one meaning."""
    one = (str(cluster),)
    return (
        Button(t("Answer"), "human.answer", one),
        Button(t("Cannot be answered"), "human.no", one),
        Button(t("Pass it up"), "human.up", one),
        Button(t("All open questions"), "human.list"),
    )


def next_holder(line: Sequence[Holder], question: Question) -> Holder | None:
    """Who gets a question after those who have it now; None when the admins have it, or nobody is there."""
    at = next((n for n, one in enumerate(line) if one.unit_id == question.holder_id), None)
    if at is None:
        return line[0] if line else None
    return line[at + 1] if at + 1 < len(line) else None
