"""Questions about the movement: an answer with its source, or plainly "not known", kept for an admin."""

import re

from bot import documents
from bot.i18n import Text, joined, languages, t
from bot.knowledge.answer import Answer, Source
from bot.knowledge.organisations import organisation_of
from bot.language.cues import STATISTICS
from bot.language.fold import fold
from bot.language.masking import mask
from bot.language.spans import sentence
from bot.language.study import Understanding
from bot.message import Button, Message, Reply
from bot.routes import Routes, Said
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

UNKNOWN, WRONG = "unknown", "wrong"
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
    await documents.refresh(turn.knowledge, turn.database)
    organisation = None if message.group else await _organisation(turn)
    previous = turn.memory.get("article")
    answer = turn.knowledge.ask(message.text, language=person.language, organisation=organisation, previous=previous)
    if answer.answered:
        turn.memory["question"] = mask(message.text)[:500]
        said = _answered(turn, answer)
        return Reply(said.text) if message.group else said
    if answer.refusal == UNKNOWN and not message.group:
        turn.questions.keep(person.id, mask(message.text), UNKNOWN, turn.now)
    if message.group:
        return Reply(t("{answer}", answer=answer.answer))
    suggestions = tuple(
        Button(suggestion.title, "answer.show", (suggestion.article,))
        for suggestion in answer.suggestions
        if _fits("answer.show", suggestion.article)
    )
    if answer.refusal == UNKNOWN and not _says_that_it_is_kept(turn, answer):
        return Reply(
            t("{answer}\nI have kept the question for the people in charge.", answer=answer.answer), suggestions
        )
    return Reply(t("{answer}", answer=answer.answer), suggestions)


async def _organisation(turn: Turn) -> str | None:
    """Whose documents come first: those of the organisation at the root of the person's unit."""
    if turn.person.unit_id is None:
        return None
    line = await turn.units.ancestors(turn.person.unit_id)
    return organisation_of(line[0].name, line[0].kind, line[0].code) if line else None


@routes.tap("answer.show")
async def suggestion_tapped(message: Message, turn: Turn, article: str) -> Reply:
    """The article of a suggestion."""
    answer = turn.knowledge.article(article, turn.person.language)
    if not answer.answered:
        return Reply(t("{answer}", answer=answer.answer))
    return _answered(turn, answer)


@routes.tap("answer.good")
async def helpful(message: Message, turn: Turn, article: str) -> Reply:
    """The answer helped."""
    return Reply(t("Thank you. {You} can go on asking."))


@routes.tap("answer.wrong")
async def not_right(message: Message, turn: Turn, article: str) -> Reply:
    """Keep the question with the answer that was called wrong."""
    known = turn.knowledge.article(article, turn.person.language)
    asked = turn.memory.get("question") if turn.memory.get("article") == article else None
    text = asked or known.question or article
    turn.questions.keep(turn.person.id, text, WRONG, turn.now, article)
    return Reply(t("Thank you for telling me. I have kept this for the people in charge to look at."))


def _says_that_it_is_kept(turn: Turn, answer: Answer) -> bool:
    """The plain sentence for "unknown" does; an article about what the documents leave open does not."""
    plain = {turn.knowledge.article("", language).answer for language in languages()}
    return answer.answer in plain


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
