"""Open questions at the desk: by meaning, in the person's care only, answered or closed by the chat's own rules."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot import human_answers
from bot.channels.base import Abilities
from bot.desk.actions import acted, number, said
from bot.desk.pages import desk_page
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import NotAllowed
from bot.i18n import Clock, Text, t, tn
from bot.question_report import report
from bot.question_words import start_of
from bot.turn import Turn
from storage.questions import Questions

PAGE = 30
"""Meanings that one page lists, the earliest term first."""
WORDINGS = 5
WEEK = timedelta(days=7)
ANSWER, CLOSE = "answer", "close"


@dataclass(frozen=True, slots=True)
class Group:
    """Open questions of one meaning."""

    id: int
    wordings: list[str]
    about: Text
    count: int


async def show(request: web.Request, visit: Visit) -> web.Response:
    """What waits, with a form for each meaning; for admins also the last seven days in figures."""
    turn = visit.turn
    among = await _scope(turn)
    found = await turn.questions.clusters(among, PAGE)
    meanings, asked = await turn.questions.counts(among)
    turn.audit("questions.read", count=asked)
    week = None
    if among is None:
        figures = await Questions(turn.database, turn.changes).week(turn.now - WEEK, turn.now)
        week = await report(turn.database, figures, turn.now)
    return desk_page(
        "questions.html",
        visit,
        here="questions",
        title=t("Questions to a human"),
        lead=t(
            "Questions that wait for a human: {asked}, in {meanings}.",
            asked=tn("{count} question", "{count} questions", asked),
            meanings=tn("{count} group of the same meaning", "{count} groups of the same meaning", meanings),
        ),
        groups=[await _group(turn, one.id) for one in found],
        week=week,
        most=human_answers.ANSWER_LETTERS,
        done=_done(request),
    )


async def _scope(turn: Turn) -> Collection[int] | None:
    try:
        return await human_answers.scope(turn)
    except NotAllowed:
        raise web.HTTPNotFound from None


async def _group(turn: Turn, cluster: int) -> Group:
    found = await human_answers.open_questions(turn, cluster)
    first = found[0]
    unit = await turn.units.by_id(first.unit_id) if first.unit_id else None
    about = t(
        "{unit}: {count}, answer before {due}.",
        unit=unit.name if unit else t("without a unit"),
        count=tn("asked {count} time", "asked {count} times", len(found)),
        due=Clock(first.due_at) if first.due_at else t("soon"),
    )
    wordings = list(dict.fromkeys(start_of(one.text, 400) for one in found))[:WORDINGS]
    if len(found) == 1:
        wordings += [start_of(one.text, 400) for one in await human_answers.posts(turn).of(first.id)][-WORDINGS:]
    return Group(cluster, wordings, about, len(found))


def _done(request: web.Request) -> list[Text]:
    """What the form before did, by the address."""
    told = request.query.get("n", "")
    count = int(told) if told.isascii() and told.isdigit() and len(told) < 6 else 0
    match request.query.get("xong", ""):
        case "tra-loi" if count:
            return [tn("Sent to {count} asker, marked as a human's answer.",
                       "Sent to {count} askers, marked as a human's answer.", count)]  # fmt: skip
        case "dong" if count:
            return [tn("Closed; {count} asker has been told.", "Closed; {count} askers have been told.", count)]
        case "tra-loi" | "dong":
            return [t("These questions have been dealt with already.")]
    return []


async def act(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities],
    form: Mapping[str, Sequence[str]],
) -> web.Response:  # fmt: skip
    """Answer one meaning, or close it; the scope is asked for again."""
    what, cluster, words = said(form, "what"), number(said(form, "cluster")), said(form, "text")
    if what not in (ANSWER, CLOSE):
        raise web.HTTPBadRequest

    async def work(turn: Turn) -> str:
        await _scope(turn)
        if what == ANSWER:
            return str((await human_answers.give_answer(turn, cluster, words))[0])
        return str(await human_answers.close_all(turn, cluster))

    count = await acted(visit, door, abilities, work)
    raise web.HTTPSeeOther(f"/desk/hoi-dap?xong={'tra-loi' if what == ANSWER else 'dong'}&n={count}")
