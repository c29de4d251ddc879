"""Handing a question to a human: its meaning, who gets it, until when, and what the asker is told.

The officers of the asker's unit come first (else those of the nearest unit above that has some), then those of the
units above, then the admins: docs/decisions/0017-a-human-instead-of-a-silence.md.
"""

from datetime import timedelta

from bot.i18n import Text, t, tn
from bot.message import Button
from bot.question_words import cluster_buttons as cluster_buttons
from bot.question_words import kept_words as kept_words
from bot.question_words import next_holder as next_holder
from bot.question_words import start_of as start_of
from bot.question_words import to_holder as to_holder
from bot.question_words import told_asker
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
HANDED = "handed"
"""In the memory of a conversation: the question that was handed over last."""


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
        turn.showed("question.told", unit_id=holder.unit_id, about=turn.person.id, people=len(holder.people))
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


def take_back(question_id: int) -> Button:
    """The asker needs no answer any more."""
    return Button(t("Take the question back"), "question.drop", (str(question_id),))
