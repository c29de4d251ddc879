"""The talk that may follow a human's answer: the asker's words go to the human, and the bot keeps quiet meanwhile.

It ends when either side ends it, or when nobody has said anything for 24 hours while no answer is awaited. Study logs,
corrections and commands are never passed on: they work as always.
"""

from bot.human_answers import QUOTED, SILENCE, checked, end_button, may_see, own_question, posts, scope
from bot.i18n import t
from bot.message import Button, Reply
from bot.questions import Question, holder_of, start_of
from bot.rights import SEND
from bot.router import TALK
from bot.routes import dead_button
from bot.turn import Turn
from bot.working_hours import answer_by
from storage.columns import new_id
from storage.question_posts import ASKER
from storage.questions import ANSWERED, CLOSED, OPEN, WITHDRAWN


async def begin(turn: Turn, question_id: int) -> Reply:
    """The asker wants to write back: from now on their words go to the human. Raises UserError."""
    question = await own_question(turn, question_id)
    if question.state != ANSWERED:
        raise dead_button()
    turn.questions.talk(question, turn.now + SILENCE)
    turn.memory[TALK] = str(question.id)
    text = t(
        "Please go on writing here: I pass your words on and keep quiet. Study logs and commands work as always. The "
        "talk ends with the button, or after {hours} hours without a word.",
        hours=int(SILENCE.total_seconds()) // 3600,
    )
    return Reply(text, (end_button(question.id),))


async def said(turn: Turn, text: str) -> Reply | None:
    """Pass what the asker writes on to the human; None when the talk is over, and the bot answers again."""
    question = await _talked_about(turn)
    if question is None:
        turn.memory.pop(TALK, None)
        return None
    words = checked(text)
    before = [one for one in await posts(turn).of(question.id) if one.role != ASKER]
    posts(turn).add(question.id, turn.person.id, ASKER, None, words, turn.now)
    turn.questions.talk(question, turn.now + SILENCE)
    due_at, cluster = question.due_at or answer_by(turn.now), question.cluster_id
    if question.state != OPEN:
        due_at, cluster = answer_by(turn.now), new_id()
        turn.questions.reopen(question, cluster, question.holder_id, due_at)
    last = before[-1].person_id if before else None
    people = await _hears(turn, question, last)
    turn.notify(people, _written_back(question, cluster, words))
    turn.showed("question.told", unit_id=question.holder_id, about=turn.person.id, people=len(people))
    return Reply(t("Passed on."), (end_button(question.id),))


async def _talked_about(turn: Turn) -> Question | None:
    """The question of the talk while it goes on: an answer is awaited, or the silence is short."""
    said = turn.memory.get(TALK, "")
    question = await turn.questions.by_id(int(said)) if said.isdigit() else None
    if question is None or question.person_id != turn.person.id or question.talk_until is None:
        return None
    return question if question.state == OPEN or question.talk_until > turn.now else None


async def _hears(turn: Turn, question: Question, last: int | None) -> tuple[int, ...]:
    """Whoever answered last, if the right still holds; else those who have the question."""
    if last is not None and question.unit_id is not None and await turn.roles.covers(last, question.unit_id, SEND):
        return (last,)
    if last is not None and await turn.roles.is_admin(last):
        return (last,)
    holder = await holder_of(turn, question)
    return holder.people if holder else ()


def _written_back(question: Question, cluster: int, words: str) -> Reply:
    text = t("The asker of “{question}” writes:\n{words}", question=start_of(question.text, QUOTED), words=words)
    return Reply(text, (Button(t("Answer"), "human.answer", (str(cluster),)),
                        Button(t("End the talk"), "human.end", (str(question.id),))))  # fmt: skip


async def end(turn: Turn, question_id: int) -> Reply:
    """The asker ends the talk; a question in it that nobody has answered is taken back. Raises UserError."""
    question = await own_question(turn, question_id)
    turn.memory.pop(TALK, None)
    if question.talk_until is None:
        return Reply(t("This talk is over already. {You} can ask me again at any time."), replaces=True)
    turn.questions.talk(question, None)
    if question.state == OPEN:
        turn.questions.settle(question, CLOSED, turn.person.id, turn.now, WITHDRAWN)
    answered = [one.person_id for one in await posts(turn).of(question.id) if one.role != ASKER]
    turn.notify(answered[-1:], Reply(t("The asker of “{question}” has ended the talk.",
                                       question=start_of(question.text, QUOTED))))  # fmt: skip
    return Reply(t("The talk has ended. From now on I answer again."), replaces=True)


async def end_by_human(turn: Turn, question_id: int) -> Reply:
    """The human ends the talk; the asker is told. Raises NotAllowed and UserError."""
    await scope(turn)
    question = await turn.questions.by_id(question_id)
    if question is None or not await may_see(turn, question):
        raise dead_button()
    if question.talk_until is None:
        return Reply(t("This talk is over already."), replaces=True)
    turn.questions.talk(question, None)
    if question.state == OPEN:
        turn.questions.settle(question, ANSWERED, turn.person.id, turn.now)
    text = t("The talk about “{question}” was ended by the person in charge. From now on I answer again.",
             question=start_of(question.text, QUOTED))  # fmt: skip
    turn.notify((question.person_id,), Reply(text))
    return Reply(t("The talk has ended; the asker has been told."), replaces=True)
