"""Handing a question to a human: its meaning, who gets it, until when, and what the asker is told.

The officers of the asker's unit come first (else those of the nearest unit above that has some), then those of the
units above, then the admins: docs/decisions/0017-a-human-instead-of-a-silence.md.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.i18n import Clock, Text, t, tn
from bot.language.masking import HIDDEN, mask
from bot.message import Button, Reply
from bot.turn import Turn
from bot.working_hours import answer_by
from storage.holders import Holder, Holders
from storage.questions import OPEN
from storage.questions import UNKNOWN as UNKNOWN
from storage.questions import WRONG as WRONG
from storage.questions import Question as Question

ALIKE_FOR, ALIKE_AMONG = timedelta(days=90), 2_000
"""Questions of the last days, and so many of them at most, are compared with a new one."""
MOST_A_DAY = 10
"""Questions that one person may hand over in 24 hours; officers are people."""
SHOWN_LETTERS = 200
HANDED = "handed"
"""In the memory of a conversation: the question that was handed over last."""
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


async def hand_over(turn: Turn, text: str, reason: str, article: str = "") -> tuple[Text, tuple[Button, ...]]:
    """Give the question of this turn's person to a human; what to say, and the way back."""
    words, since = kept_words(text), turn.now - timedelta(days=1)
    meant = turn.knowledge.meaning(words)
    known = await turn.questions.meanings(reason, article, turn.now - ALIKE_FOR, ALIKE_AMONG)
    cluster = turn.knowledge.cluster(meant, known)
    if cluster is not None and (mine := await _own_open(turn, cluster)):
        turn.memory[HANDED] = str(mine.id)
        return await _already(turn, mine), (take_back(mine.id),)
    if await turn.questions.count_since(turn.person.id, since) >= MOST_A_DAY:
        return tn("Today {count} questions of {you} were handed over already, which is the limit of a day. Please ask "
                  "again tomorrow.",
                  "Today {count} questions of {you} were handed over already, which is the limit of a day. Please ask "
                  "again tomorrow.", MOST_A_DAY), ()  # fmt: skip
    line = await Holders(turn.database, turn.now).line(turn.person.unit_id, turn.person.id)
    holder, due_at = (line[0] if line else None), answer_by(turn.now)
    id = turn.questions.keep(
        turn.person.id, words, reason, turn.now, article,
        meaning=meant, cluster_id=cluster, unit_id=turn.person.unit_id,
        holder_id=holder.unit_id if holder else None, due_at=due_at,
    )  # fmt: skip
    turn.memory[HANDED] = str(id)
    if holder and not await _is_told(turn, cluster, holder):
        turn.notify(holder.people, to_holder(cluster or id, words, reason, due_at, turn.person.unit_name))
    return told_asker(holder, due_at), (take_back(id),)


async def _own_open(turn: Turn, cluster: int) -> Question | None:
    waiting = await turn.questions.of_cluster(cluster, None)
    return next((one for one in waiting if one.person_id == turn.person.id), None)


async def _already(turn: Turn, mine: Question) -> Text:
    holder = await holder_of(turn, mine)
    return t("This question of {you} waits already. {handed}", handed=told_asker(holder, mine.due_at or turn.now))


async def holder_of(turn: Turn, question: Question) -> Holder | None:
    """Who has the question now; None while there is nobody."""
    line = await Holders(turn.database, turn.now).line(question.unit_id, question.person_id)
    return next((one for one in line if one.unit_id == question.holder_id), None)


async def _is_told(turn: Turn, cluster: int | None, holder: Holder) -> bool:
    """True when these people know of an open question of this meaning already: they see the count, not each one."""
    waiting = await turn.questions.of_cluster(cluster, None) if cluster is not None else []
    return any(one.holder_id == holder.unit_id and one.state == OPEN for one in waiting)


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


def take_back(question_id: int) -> Button:
    """The asker needs no answer any more."""
    return Button(t("Take the question back"), "question.drop", (str(question_id),))


def next_holder(line: Sequence[Holder], question: Question) -> Holder | None:
    """Who gets a question after those who have it now; None when the admins have it, or nobody is there."""
    at = next((n for n, one in enumerate(line) if one.unit_id == question.holder_id), None)
    if at is None:
        return line[0] if line else None
    return line[at + 1] if at + 1 < len(line) else None
