"""Small talk: greetings, thanks, plans, goodbyes; and, for all else, what the bot understands instead. Never silent."""

import re

from bot import shelf
from bot.i18n import Text, t
from bot.language.fold import fold
from bot.language.study import Understanding
from bot.message import Button, Message, Reply
from bot.routes import Routes, Said
from bot.study_answers import no_such_day, refused_length
from bot.turn import Turn

routes = Routes()

SURE = 0.6
"""A text that does not read like a question is answered from the documents only from this score on."""

FEW_WORDS = 4
"""A length or day that cannot be is answered with its reason when hardly more than that was said."""

FIRM = frozenset({"gambling", "secrets", "injection"})
"""Refusals that are said even to a text that does not ask."""

_SAID: tuple[tuple[re.Pattern[str], Text], ...] = (
    (
        re.compile(r"\b(cam on|cam on nhe|thanks?|thank you|thank|tks|camon|cam ta)\b"),
        t("You are welcome. Whenever {you} have studied, just send it here."),
    ),
    (
        re.compile(r"^(xin )?(chao|hello|hi|hey|alo|good (morning|afternoon|evening))\b"),
        t("Hello. I am Bạn Học, an automatic assistant. Send what {you} studied, or a question about the movement."),
    ),
    (re.compile(r"\b(tam biet|hen gap lai|bye|goodbye|ngu ngon)\b"), t("Goodbye. See {you} next time.")),
    (
        re.compile(
            r"\b((se|dinh|du dinh|du tinh|ke hoach|mai|lat nua|sap) hoc|dinh hoc|will study|plan to|going to study)\b"
        ),
        t("That is a good plan. Once {you} have studied, tell me how long, and I log it."),
    ),
    (
        re.compile(r"^(ok|oke|okay|vang|da|duoc|u|uh|um|roi|da ro|hieu roi|toi hieu|da hieu|tot|hay|tuyet)[ .!a]*$"),
        t("Yes. I am here when {you} need me."),
    ),
    (
        re.compile(r"\b(khong hoc duoc|khong hoc gi|chua hoc duoc|chua hoc gi|nghi hoc|ban qua)\b"),
        t("That is all right, nothing was logged. Another day will do."),
    ),
)

EXAMPLES = (
    ("log", t("Log study")),
    ("ask", t("Ask about the movement")),
    ("progress", t("My progress")),
)


@routes.free_text("other")
async def other(message: Message, turn: Turn, understanding: Understanding | None) -> Said:
    """Answer small talk; hand what the documents know to the questions; else say what can be sent."""
    folded = fold(message.text)
    for pattern, text in _SAID:
        if pattern.search(folded):
            return Reply(text)
    await shelf.refresh(turn.knowledge, turn.database, turn.today)
    found = turn.knowledge.ask(message.text, language=turn.person.language)
    if (found.answered and found.score >= SURE) or found.refusal in FIRM:
        return await turn.routes.texts["question"](message, turn, understanding)
    if len(folded.split()) <= FEW_WORDS and (reason := refused_length(message.text) or no_such_day(turn, message.text)):
        return Reply(reason)
    text = t("I did not understand that. I log study hours, answer questions about the movement and show progress.")
    return Reply(text, tuple(Button(label, "example", (name,)) for name, label in EXAMPLES))


@routes.tap("example")
async def example(message: Message, turn: Turn, name: str) -> Said:
    """One of the three examples."""
    if name == "progress":
        return await turn.routes.taps["progress.show"](message, turn)
    if name == "log":
        return await turn.routes.commands["hoc"].handler(message, turn, "")
    return Reply(t("Just send the question, for example “when does phase 2 begin” or “who launched the movement”."))
