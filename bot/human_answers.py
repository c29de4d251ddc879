"""A human's answer: who may see and answer which questions, what the askers hear, and the talk that may follow.

Every read and every tap asks for the scope again: officers see the questions of their subtree, admins all.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.errors import UserError
from bot.i18n import Text, joined, t, tn
from bot.message import Button, Reply
from bot.questions import HANDED, Question, kept_words, next_holder, start_of, take_back, to_holder
from bot.rights import SEND
from bot.routes import dead_button
from bot.scope import must_be_officer
from bot.turn import Turn
from bot.working_hours import answer_by
from storage.holders import Holder, Holders
from storage.people import NAMED
from storage.question_posts import ADMIN, OFFICER, Post, QuestionPosts
from storage.questions import ANSWERED, CLOSED, OPEN, UNANSWERABLE, WITHDRAWN

ANSWER_LETTERS = 1_000
SILENCE = timedelta(hours=24)
"""A talk ends when nobody has said anything for so long, and no answer is awaited."""
QUOTED = 160


def posts(turn: Turn) -> QuestionPosts:
    """What was said about questions, in this turn."""
    return QuestionPosts(turn.database, turn.changes)


async def scope(turn: Turn) -> Collection[int] | None:
    """The units whose questions the person may see and answer (with all below them: the right to send); None is all.

    Raises NotAllowed.
    """
    await must_be_officer(turn, SEND)
    return None if await turn.is_admin() else await turn.officer_units(SEND)


async def open_questions(turn: Turn, cluster: int) -> list[Question]:
    """The open questions of one meaning that the person may see; empty when none is left. Raises NotAllowed."""
    return await turn.questions.of_cluster(cluster, await scope(turn))


def settled() -> Reply:
    """The answer to a button whose questions are no longer open, or never were the person's to see."""
    return Reply(
        t("These questions have been dealt with already, or are not in your care. /hoidap shows what is open.")
    )


async def give_answer(turn: Turn, cluster: int, text: str) -> tuple[int, Post | None]:
    """Answer the open questions of a meaning; how many people hear it, and one post of it. Raises UserError."""
    words = checked(text)
    found = await open_questions(turn, cluster)
    kept: Post | None = None
    for question in found:
        role, unit_id, unit_name = await as_whom(turn, question)
        turn.questions.settle(question, ANSWERED, turn.person.id, turn.now)
        kept = posts(turn).add(question.id, turn.person.id, role, unit_id, words, turn.now)
        talks = question.talk_until is not None
        if talks:
            turn.questions.talk(question, turn.now + SILENCE)
        turn.notify((question.person_id,), to_asker(question, who(turn, role, unit_name), words, talks))
        turn.audit("question.answered", unit_id=question.unit_id, about=question.person_id, question=str(question.id))
    return len(found), kept


def checked(text: str) -> str:
    """The words of an answer as they are kept. Raises UserError when there are none or too many."""
    words = kept_words(text)
    if len(words) < 2:
        raise UserError(t("An answer needs words. Please write it as one message."))
    if len(words) > ANSWER_LETTERS:
        raise UserError(tn("The answer has {length} characters; at most {count}. Please write it shorter.",
                           "The answer has {length} characters; at most {count}. Please write it shorter.",
                           ANSWER_LETTERS, length=len(words)))  # fmt: skip
    return words


async def as_whom(turn: Turn, question: Question) -> tuple[str, int | None, str]:
    """As what the person answers: officer of the nearest own unit above the asker's, else admin."""
    own = set(await turn.officer_units(SEND))
    if question.unit_id is not None and own:
        for unit in reversed(await turn.units.ancestors(question.unit_id)):
            if unit.id in own:
                return OFFICER, unit.id, unit.name
    return ADMIN, None, ""


def who(turn: Turn, role: str, unit_name: str) -> Text:
    """Who answers: the office and its unit; by alias only who agreed to be named."""
    office = t("the officer in charge of {unit}", unit=unit_name) if role == OFFICER else t("the admins")
    if turn.person.agreed(NAMED) and turn.person.alias:
        return t("{office} ({alias})", office=office, alias=turn.person.alias)
    return office


def to_asker(question: Question, office: Text, words: str, talks: bool) -> Reply:
    """What the asker hears: it is marked as a human's answer."""
    text = t("Answer of {office} to your question “{question}” (written by a human):\n{answer}",
             office=office, question=start_of(question.text, QUOTED), answer=words)  # fmt: skip
    if talks:
        return Reply(text, (end_button(question.id),))
    return Reply(text, (Button(t("Ask further"), "talk.on", (str(question.id),)),
                        Button(t("That is clear"), "talk.clear", (str(question.id),))))  # fmt: skip


def end_button(question_id: int) -> Button:
    """End the talk."""
    return Button(t("End the talk"), "talk.off", (str(question_id),))


async def correct(turn: Turn, post: Post, text: str) -> int:
    """Say an answer again, better, to all who got it; how many they are. Raises UserError and NotAllowed."""
    words = checked(text)
    told = 0
    for one in await posts(turn).together_with(post):
        question = await turn.questions.by_id(one.question_id)
        if question is None or not await may_see(turn, question):
            continue
        role, unit_id, unit_name = await as_whom(turn, question)
        posts(turn).add(question.id, turn.person.id, role, unit_id, words, turn.now)
        office = who(turn, role, unit_name)
        turn.notify((question.person_id,), to_asker(question, t("{office}, corrected,", office=office), words,
                                                    question.talk_until is not None))  # fmt: skip
        turn.audit("question.answered", unit_id=question.unit_id, about=question.person_id, question=str(question.id))
        told += 1
    return told


async def may_see(turn: Turn, question: Question) -> bool:
    """True when the person's right covers the asker's unit; questions without a unit are the admins'."""
    if await turn.is_admin():
        return True
    return question.unit_id is not None and await turn.roles.covers(turn.person.id, question.unit_id, SEND)


async def close_all(turn: Turn, cluster: int) -> int:
    """Say to the askers that there is no answer; how many they are. Raises NotAllowed."""
    found = await open_questions(turn, cluster)
    for question in found:
        role, _, unit_name = await as_whom(turn, question)
        turn.questions.settle(question, CLOSED, turn.person.id, turn.now, UNANSWERABLE)
        turn.questions.talk(question, None)
        text = t(
            "Your question “{question}” was looked at by {office}, who has nothing on which an answer could rest. "
            "{You} may ask again at any time.",
            question=start_of(question.text, QUOTED),
            office=who(turn, role, unit_name),
        )
        turn.notify((question.person_id,), Reply(text))
        turn.audit("question.closed", unit_id=question.unit_id, about=question.person_id, question=str(question.id))
    return len(found)


async def pass_up(turn: Turn, cluster: int) -> list[Holder]:
    """Give the open questions of a meaning to the next ones up; who they are. Raises NotAllowed."""
    got: dict[int | None, Holder] = {}
    for question in await open_questions(turn, cluster):
        line = await Holders(turn.database, turn.now).line(question.unit_id, question.person_id)
        holder, due_at = next_holder(line, question), answer_by(turn.now)
        if holder is None:
            continue
        turn.questions.pass_on(question, holder.unit_id, due_at)
        if holder.unit_id not in got:
            unit = await turn.units.by_id(question.unit_id) if question.unit_id else None
            turn.notify(holder.people, to_holder(cluster, question.text, question.reason, due_at,
                                                 unit.name if unit else ""))  # fmt: skip
            turn.showed("question.told", unit_id=holder.unit_id, about=question.person_id, people=len(holder.people))
        got[holder.unit_id] = holder
    return list(got.values())


def offices(holders: Sequence[Holder]) -> object:
    """The offices of some holders in words."""
    return joined([t("the officer in charge of {unit}", unit=one.unit_name) if one.unit_id else t("the admins")
                   for one in holders], ", ")  # fmt: skip


async def drop(turn: Turn, question_id: int) -> Reply:
    """The asker takes an open question back. Raises UserError."""
    question = await own_question(turn, question_id)
    turn.memory.pop(HANDED, None)
    if question.state != OPEN:
        return Reply(t("This question is no longer open."), replaces=True)
    turn.questions.settle(question, CLOSED, turn.person.id, turn.now, WITHDRAWN)
    return Reply(t("Taken back: “{question}”. Nobody has to answer it any more.",
                   question=start_of(question.text, QUOTED)), replaces=True)  # fmt: skip


async def own_question(turn: Turn, question_id: int) -> Question:
    """A question of the person of this turn. Raises UserError for any other."""
    question = await turn.questions.by_id(question_id)
    if question is None or question.person_id != turn.person.id:
        raise dead_button()
    return question


def own_line(question: Question) -> tuple[Text, Button | None]:
    """A question of the person's own list, with its way back."""
    state = {OPEN: t("waits for an answer"), ANSWERED: t("answered by a human")}.get(question.state, t("closed"))
    line = t("• “{question}”: {state}", question=start_of(question.text, QUOTED), state=state)
    return line, take_back(question.id) if question.state == OPEN else None
