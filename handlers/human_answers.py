"""Questions for a human: an officer's or admin's open questions and answers, and the asker's side of the talk."""

from bot import human_answers, questions, talks
from bot.i18n import Clock, Text, joined, t, tn
from bot.language.study import Understanding
from bot.message import Button, Message, Reply
from bot.questions import Question, start_of
from bot.routes import Routes, Said, dead_button, key
from bot.turn import Turn

routes = Routes()

PAGE = 5
NEVER = frozenset({"gambling", "secrets", "injection", "insult"})
"""Refusals that hold for humans, too."""
SHOWN_WORDINGS = 5
LINE_LETTERS = 110
OWN_SHOWN = 5


@routes.command("hoidap", menu=t("Questions to a human"))
async def overview(message: Message, turn: Turn, rest: str) -> Said:
    """Who may answer sees what is open; everybody sees their own questions; with words after it, a human is asked."""
    if rest.strip():
        return await _asked_outright(turn, rest.strip())
    own = await _own(turn)
    if not await turn.own_roles():
        return own or Reply(
            t("{You} have no question to a human. To ask one: /hoidap and the question, in one message.")
        )
    waiting = await _page(turn, 0)
    return (waiting, own) if own else waiting


async def _asked_outright(turn: Turn, words: str) -> Reply:
    """To a human without a look at the knowledge; what is never answered is not handed over either."""
    refused = turn.knowledge.ask(words, language=turn.person.language)
    if refused.refusal in NEVER:
        return Reply(t("{answer}", answer=refused.answer))
    handed, back = await questions.hand_over(turn, words, questions.UNKNOWN)
    return Reply(t("{handed}", handed=handed), back)


async def _own(turn: Turn) -> Reply | None:
    mine = await turn.questions.newest_of(turn.person.id, OWN_SHOWN)
    if not mine:
        return None
    lines = [human_answers.own_line(one) for one in mine]
    backs = tuple(back for _, back in lines if back)
    text = t("Your latest questions to a human:\n{lines}", lines=joined([line for line, _ in lines], "\n"))
    return Reply(text, backs if len(backs) == 1 else ())


@routes.tap("human.list")
async def open_ones(message: Message, turn: Turn, skip: str = "0") -> Reply:
    """What waits for an answer, the earliest term first."""
    return await _page(turn, min(key(skip), 1_000_000))


async def _page(turn: Turn, skip: int) -> Reply:
    among = await human_answers.scope(turn)
    found = await turn.questions.clusters(among, PAGE + 1, skip)
    if not found:
        return Reply(t("No question waits for a human in your care."))
    meanings, asked = await turn.questions.counts(among)
    turn.audit("questions.read", count=asked)
    lines, buttons = [], []
    for number, one in enumerate(found[:PAGE], skip + 1):
        lines.append(
            t(
                "{number}. “{question}” ({unit}): {count}, answer before {due}.",
                number=number,
                question=start_of(one.text, LINE_LETTERS),
                unit=one.unit_name or t("without a unit"),
                count=tn("asked {count} time", "asked {count} times", one.count),
                due=Clock(one.due_at) if one.due_at else t("soon"),
            )
        )
        buttons.append(
            Button(t("{number}. {question}", number=number, question=start_of(one.text, 24)), "human.show",
                   (str(one.id),))
        )  # fmt: skip
    if len(found) > PAGE:
        buttons.append(Button(t("More questions"), "human.list", (str(skip + PAGE),)))
    title = t(
        "Questions that wait for a human: {asked}, in {meanings}.",
        asked=tn("{count} question", "{count} questions", asked),
        meanings=tn("{count} group of the same meaning", "{count} groups of the same meaning", meanings),
    )
    return Reply(t("{title}\n{lines}", title=title, lines=joined(lines, "\n")), tuple(buttons))


@routes.tap("human.show")
async def show(message: Message, turn: Turn, cluster: str) -> Reply:
    """One meaning: how it was asked, what was said about it since, and what can be done."""
    found = await human_answers.open_questions(turn, key(cluster))
    if not found:
        return human_answers.settled()
    turn.audit("questions.read", count=len(found))
    text = t(
        "{count}, the first at {at}:\n{wordings}\n{about}",
        count=tn("Asked {count} time", "Asked {count} times", len(found)),
        at=Clock(found[0].asked_at),
        wordings=joined([f"– {start_of(words)}" for words in _wordings(found)], "\n"),
        about=joined([*_about(turn, found[0]), *await _talk(turn, found)], "\n"),
    )
    return Reply(text, questions.cluster_buttons(key(cluster)))


def _wordings(found: list[Question]) -> list[str]:
    return list(dict.fromkeys(one.text for one in found))[:SHOWN_WORDINGS]


def _about(turn: Turn, first: Question) -> list[Text]:
    if first.reason != questions.WRONG:
        return []
    title = turn.knowledge.title(first.article, turn.person.language) or first.article
    return [t("The answer “{title}” was called wrong.", title=title)]


async def _talk(turn: Turn, found: list[Question]) -> list[Text]:
    """What was written about a question that its asker has come back to."""
    if len(found) > 1:
        return []
    said = (await human_answers.posts(turn).of(found[0].id))[-SHOWN_WORDINGS:]
    return [
        t("{who}: {words}", who=t("Asker") if one.role == "asker" else t("Answer"), words=start_of(one.text))
        for one in said
    ]


@routes.tap("human.answer")
async def ask_for_answer(message: Message, turn: Turn, cluster: str) -> Reply:
    """Ask for the words of the answer."""
    found = await human_answers.open_questions(turn, key(cluster))
    if not found:
        return human_answers.settled()
    turn.ask("human.answer", cluster=key(cluster))
    text = t(
        "Please write the answer to “{question}” as one message of at most {count} characters; it goes to {people}. "
        "Do not write unit numbers, strengths or secrets.",
        question=start_of(found[0].text),
        count=human_answers.ANSWER_LETTERS,
        people=tn("{count} asker", "{count} askers", len({one.person_id for one in found})),
    )
    return Reply(text, (Button(t("Cancel"), "human.cancel"),))


@routes.answer("human.answer")
async def answered(message: Message, turn: Turn) -> Reply:
    """The words of the answer: they go to everybody who asked."""
    count, post = await human_answers.give_answer(turn, int(turn.draft.get("cluster", 0)), message.text)
    if post is None:
        return human_answers.settled()
    text = tn("Sent to {count} asker, marked as a human's answer.", "Sent to {count} askers, marked as a human's "
              "answer.", count)  # fmt: skip
    return Reply(text, (Button(t("Into the knowledge"), "article.learn", (str(post.id),)),
                        Button(t("Correct the answer"), "human.again", (str(post.id),)),
                        Button(t("All open questions"), "human.list")))  # fmt: skip


@routes.tap("human.again")
async def ask_for_correction(message: Message, turn: Turn, post_id: str) -> Reply:
    """Ask for better words of one's own answer."""
    post = await human_answers.posts(turn).by_id(key(post_id))
    if post is None or post.person_id != turn.person.id:
        raise dead_button()
    turn.ask("human.again", post=post.id)
    return Reply(t("Please write the whole answer again; it goes to the same askers as a correction."),
                 (Button(t("Cancel"), "human.cancel"),), keeps_buttons=True)  # fmt: skip


@routes.answer("human.again")
async def corrected(message: Message, turn: Turn) -> Reply:
    """The better words."""
    post = await human_answers.posts(turn).by_id(int(turn.draft.get("post", 0)))
    if post is None or post.person_id != turn.person.id:
        raise dead_button()
    count = await human_answers.correct(turn, post, message.text)
    return Reply(tn("The correction went to {count} asker.", "The correction went to {count} askers.", count))


@routes.tap("human.cancel")
async def cancelled(message: Message, turn: Turn) -> Reply:
    """Nothing is sent."""
    turn.close_question()
    return Reply(t("Nothing was sent. /hoidap shows the open questions."), replaces=True)


@routes.tap("human.no")
async def ask_to_close(message: Message, turn: Turn, cluster: str) -> Reply:
    """Once more before the askers are told that there is no answer."""
    found = await human_answers.open_questions(turn, key(cluster))
    if not found:
        return human_answers.settled()
    text = t(
        "Close “{question}” without an answer? {people} will be told so.",
        question=start_of(found[0].text),
        people=tn("{count} asker", "{count} askers", len({one.person_id for one in found})),
    )
    return Reply(text, (Button(t("Close without an answer"), "human.closed", (cluster,)),
                        Button(t("Answer"), "human.answer", (cluster,)),
                        Button(t("Leave it open"), "human.list")))  # fmt: skip


@routes.tap("human.closed")
async def closed(message: Message, turn: Turn, cluster: str) -> Reply:
    """The askers are told that there is no answer."""
    count = await human_answers.close_all(turn, key(cluster))
    if not count:
        return human_answers.settled()
    return Reply(tn("Closed; {count} asker has been told.", "Closed; {count} askers have been told.", count),
                 (Button(t("All open questions"), "human.list"),), replaces=True)  # fmt: skip


@routes.tap("human.up")
async def passed_up(message: Message, turn: Turn, cluster: str) -> Reply:
    """The next ones up get the question."""
    if not await human_answers.open_questions(turn, key(cluster)):
        return human_answers.settled()
    holders = await human_answers.pass_up(turn, key(cluster))
    if not holders:
        return Reply(t("Nobody stands above: the question is with the admins already."), keeps_buttons=True)
    return Reply(t("Passed on to: {offices}. The asker is told when there is an answer.",
                   offices=human_answers.offices(holders)), replaces=True)  # fmt: skip


@routes.tap("human.end")
async def ended_by_human(message: Message, turn: Turn, question_id: str) -> Reply:
    """The human ends the talk."""
    return await talks.end_by_human(turn, key(question_id))


@routes.tap("talk.on")
async def talk(message: Message, turn: Turn, question_id: str) -> Reply:
    """The asker wants to write back."""
    return await talks.begin(turn, key(question_id))


@routes.tap("talk.clear")
async def clear(message: Message, turn: Turn, question_id: str) -> Reply:
    """The answer was enough."""
    return Reply(t("Thank you. {You} can go on asking."))


@routes.tap("talk.off")
async def talk_over(message: Message, turn: Turn, question_id: str) -> Reply:
    """The asker ends the talk."""
    return await talks.end(turn, key(question_id))


@routes.free_text("talk")
async def in_talk(message: Message, turn: Turn, understanding: Understanding | None) -> Reply | None:
    """What the asker writes while a human is listening; None when the talk is over."""
    return await talks.said(turn, message.text)
