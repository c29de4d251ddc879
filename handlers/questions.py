"""Questions about the movement: an answer with its source, or plainly "not known", kept for an admin."""

import re

from bot import human_answers, questions, shelf
from bot.i18n import Text, joined, t
from bot.knowledge.answer import Answer, Source
from bot.knowledge.organisations import organisation_of
from bot.language.cues import STATISTICS
from bot.language.fold import fold
from bot.language.spans import sentence
from bot.language.study import Understanding
from bot.message import Button, Message, Reply
from bot.routes import Routes, Said, key
from bot.turn import Turn

routes = Routes()

_OWN_HOURS = re.compile(r"\b(hoc|ghi)\b.*\b(may|bao nhieu|tong)\b.*\b(gio|tieng|phut|buoi|h)\b")
_OWN_HOURS_ENGLISH = re.compile(
    r"\bhow (many (hours|minutes)|much|long)\b.*\bi\b.*\b(study|studied|learn|learned|logged|log)\b"
)
_OF_OTHERS = re.compile(r"\b(don vi|dai doi|tieu doan|phong|ban|can bo|chien si|moi nguoi|nguoi|quy dinh|phong trao)\b")

_WHAT_I_AM = re.compile(
    r"(?:(?:ua|a|o|ma|the|vay|oi|cho hoi|hoi|xin hoi|nhung)[ ,.!?]+)*"
    r"(?:(?P<pointing>(?:cai|thu) (?:nay|ni)|day|what is this|what's this)"
    r"|(?:con |em )?bot(?: nay)?|ban(?: oi)?|may|tro ly(?: nay)?|(?:ung dung|app|trang|chat ?bot) nay"
    r"|who are you|what are you|what (?:can|do) you do|what does this (?:bot|app) do)"
    r"(?: (?:thuc ra |rot cuoc )?(?:(?:dung )?de )?(?:la|(?:co the )?(?:lam|giup)(?: duoc)?(?: nhung)?) "
    r"(?:gi|ai|cai gi|viec gi))?"
    r"(?: (?:vay|the|nhi|a|day|ha|ho|duoc|nao|ta|voi|ban))*[ ?!.]*"
)
_SAYS_WHAT = re.compile(r"\b(?:gi|ai|who|what|what's)\b")
ABOUT = "dung-ban-hoc-la-gi"
"""The article that says what the bot is."""

PAYLOAD_BYTES = 64
"""Telegram's limit for callback_data; an article with a longer key is offered without a button."""


@routes.free_text("question")
async def question(message: Message, turn: Turn, understanding: Understanding | None) -> Said:
    """Answer from the documents; what they do not say is said so and kept."""
    person = turn.person
    if not message.group and _asks_own_hours(message.text):
        return await turn.routes.taps["progress.show"](message, turn)
    if _asks_what_i_am(message.text, turn) and (about := turn.knowledge.article(ABOUT, person.language)).answered:
        said = _answered(turn, about)
        return Reply(said.text) if message.group else said
    await shelf.refresh(turn.knowledge, turn.database, turn.today)
    organisation = None if message.group else await _organisation(turn)
    previous = turn.memory.get("article")
    answer = turn.knowledge.ask(message.text, language=person.language, organisation=organisation, previous=previous)
    turn.memory.pop(questions.HANDED, None)
    if answer.answered:
        turn.memory["question"] = questions.kept_words(message.text)[:500]
        said = _answered(turn, answer)
        return Reply(said.text) if message.group else said
    if message.group:
        return Reply(t("{answer}", answer=answer.answer))
    suggestions = tuple(
        Button(suggestion.title, "answer.show", (suggestion.article,))
        for suggestion in answer.suggestions
        if _fits("answer.show", suggestion.article)
    )
    if answer.refusal != questions.UNKNOWN:
        return Reply(t("{answer}", answer=answer.answer), suggestions)
    handed, back = await questions.hand_over(turn, message.text, questions.UNKNOWN)
    return Reply(t("{answer}\n{handed}", answer=answer.answer, handed=handed), (*suggestions, *back))


async def _organisation(turn: Turn) -> str | None:
    """Whose documents come first: those of the organisation at the root of the person's unit."""
    if turn.person.unit_id is None:
        return None
    line = await turn.units.ancestors(turn.person.unit_id)
    return organisation_of(line[0].name, line[0].kind, line[0].code) if line else None


@routes.tap("question.drop")
async def taken_back(message: Message, turn: Turn, question_id: str) -> Reply:
    """The asker needs no answer any more."""
    return await human_answers.drop(turn, key(question_id))


@routes.tap("answer.show")
async def suggestion_tapped(message: Message, turn: Turn, article: str) -> Reply:
    """The article of a suggestion."""
    await shelf.refresh(turn.knowledge, turn.database, turn.today)
    answer = turn.knowledge.article(article, turn.person.language)
    if not answer.answered:
        return Reply(t("{answer}", answer=answer.answer))
    return _answered(turn, answer)


@routes.tap("answer.good")
async def helpful(message: Message, turn: Turn, article: str) -> Reply:
    """The answer helped; a question that was handed over just before needs no human any more."""
    handed = await turn.questions.by_id(int(turn.memory.pop(questions.HANDED, "0")))
    if handed is not None and handed.state == "open" and handed.person_id == turn.person.id:
        turn.questions.settle(handed, "closed", turn.person.id, turn.now, "known")
        return Reply(t("Thank you. I have taken back the question that was handed over. {You} can go on asking."))
    return Reply(t("Thank you. {You} can go on asking."))


@routes.tap("answer.wrong")
async def not_right(message: Message, turn: Turn, article: str) -> Reply:
    """Hand the question over with the answer that was called wrong."""
    asked = turn.memory.get("question") if turn.memory.get("article") == article else None
    text = asked or turn.knowledge.title(article, turn.person.language) or article[:80]
    handed, back = await questions.hand_over(turn, text, questions.WRONG, article)
    return Reply(t("Thank you for telling me. {handed}", handed=handed), back)


def _asks_own_hours(text: str) -> bool:
    """ "tuần này tôi học mấy tiếng rồi" is answered by the person's own progress, not by a document."""
    folded = fold(text[:400])
    if _OWN_HOURS_ENGLISH.search(folded):
        return True
    own = bool(_OWN_HOURS.search(folded)) and not _OF_OTHERS.search(folded)
    return own and bool(STATISTICS.search(sentence(text).key))


def _asks_what_i_am(text: str, turn: Turn) -> bool:
    """ "bạn là ai", "bot này làm gì"; "cái này là gì" only while no other answer stands there to be pointed at."""
    folded = fold(text[:200])
    asked = _WHAT_I_AM.fullmatch(folded)
    if asked is None or not _SAYS_WHAT.search(folded):
        return False
    return not asked["pointing"] or turn.memory.get("article") in (None, ABOUT)


def _answered(turn: Turn, answer: Answer) -> Reply:
    """The answer with its sources; the article is remembered for a question that follows."""
    turn.memory["article"] = answer.article
    text = t("{answer}\n\n{sources}", answer=answer.answer, sources=sources(answer.sources))
    if answer.article is None or not _fits("answer.wrong", answer.article):
        return Reply(text)
    buttons = (
        Button(t("Helpful"), "answer.good", (answer.article,)),
        Button(t("Not right"), "answer.wrong", (answer.article,)),
    )
    return Reply(text, buttons)


def sources(found: tuple[Source, ...]) -> Text:
    """The line "Source: document, issuer, date (part)", several after one another."""
    return t("Source: {sources}.", sources=joined((_source(source) for source in found), "; "))


def _source(source: Source) -> str:
    known = [source.document]
    if source.issuer and source.issuer not in source.document:
        known.append(source.issuer)
    if source.date:
        known.append(source.date)
    part = f" ({source.part})" if source.part else ""
    return ", ".join(known) + part


def _fits(action: str, article: str) -> bool:
    return len(f"{action}|{article}".encode()) <= PAYLOAD_BYTES and "|" not in article
