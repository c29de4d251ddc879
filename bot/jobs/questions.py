"""Questions that nobody has answered in time go one unit up; silent talks end; the week in figures for admins.

A question is passed on inside working hours only. The number of its step is a condition of the write, and each notice
has a key of its own, so that two schedulers, a restart or a second run tell nobody twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import local
from bot.i18n import Text, t
from bot.jobs.runs import Context, Facts
from bot.message import Reply
from bot.notices import promise_notice
from bot.question_report import report
from bot.question_words import next_holder, start_of, to_holder, told_asker
from bot.working_hours import answer_by, is_working
from storage.audit import SYSTEM, Audit
from storage.changes import Changes
from storage.commits import Commit, Outcome
from storage.database import Database
from storage.holders import Holder, Holders
from storage.questions import Question, Questions
from storage.roles import Roles
from storage.units import Units

MOST = 200
"""Questions of one run; the next run, half a minute later, takes more."""
QUOTED = 160


@dataclass(frozen=True, slots=True)
class Late:
    """A question whose term is over, and who gets it next; without a next one it stays where it is."""

    question: Question
    unit_name: str
    next: Holder | None
    last: Holder | None
    """Who keeps it when nobody stands above; None while nobody at all is in charge."""


async def due(database: Database, now: datetime) -> list[Late]:
    """Every question that has to be passed on now; reads only. Outside working hours nothing is due."""
    if not is_working(now):
        return []
    found = []
    for question in await Questions(database, Changes()).due(now, MOST):
        line = await Holders(database, now).line(question.unit_id, question.person_id)
        unit = await Units(database, Changes()).by_id(question.unit_id) if question.unit_id else None
        found.append(
            Late(question, unit.name if unit else "", next_holder(line, question), line[-1] if line else None)
        )
    return found


async def run(now: datetime, context: Context) -> Facts | None:
    """Pass on what is late, and end talks in which nobody has said anything for a day."""
    passed = [late for late in await due(context.database, now) if await _pass_on(context, late, now)]
    ended = 0
    for question in await Questions(context.database, Changes()).silent_talks(now, MOST):
        ended += await _end(context, question, now)
    return {"passed_on": len(passed), "talks_ended": ended} if passed or ended else None


async def _pass_on(context: Context, late: Late, now: datetime) -> bool:
    """One question in one transaction; False when somebody else was quicker."""
    changes, question = Changes(), late.question
    due_at = answer_by(now)
    if late.next is not None:
        Questions(context.database, changes).pass_on(question, late.next.unit_id, due_at)
        holder, said = late.next, _passed(question, late.next, due_at)
    elif late.last is not None:
        # Nobody stands above: said once more to both sides, then it waits without a term and stands in the report.
        Questions(context.database, changes).pass_on(question, late.last.unit_id, None)
        holder, said = late.last, _still_waits(question)
    else:
        Questions(context.database, changes).pass_on(question, None, due_at)
        return await context.committer.commit(Commit(changes)) is Outcome.DONE
    notice = to_holder(question.cluster_id, question.text, question.reason, due_at, late.unit_name)
    key = f"question:{question.cluster_id}:{holder.unit_id or 'admins'}:{local(now):%Y%m%d}"
    told = await promise_notice(context.database, changes, context.abilities, holder.people, notice, now, key=key)
    if told:
        Audit(context.database, changes).record("question.told", now, via=SYSTEM, role=SYSTEM, unit_id=holder.unit_id,
                                                about=question.person_id, detail={"people": told})  # fmt: skip
    own = f"question:{question.id}:{question.step + 1}"
    await promise_notice(context.database, changes, context.abilities, (question.person_id,), Reply(said), now, key=own)
    return await context.committer.commit(Commit(changes)) is Outcome.DONE


def _passed(question: Question, holder: Holder, due_at: datetime) -> Text:
    return t("Nobody has answered your question “{question}” in time. {handed}",
             question=start_of(question.text, QUOTED), handed=told_asker(holder, due_at))  # fmt: skip


def _still_waits(question: Question) -> Text:
    return t(
        "Your question “{question}” has no answer yet. The admins have been reminded; I write as soon as there is one.",
        question=start_of(question.text, QUOTED),
    )


async def _end(context: Context, question: Question, now: datetime) -> int:
    changes = Changes()
    Questions(context.database, changes).end_talk(question)
    text = t("The talk about “{question}” has ended: nobody has written for a day. From now on I answer again.",
             question=start_of(question.text, QUOTED))  # fmt: skip
    key = f"talk:{question.id}:{question.step}"
    await promise_notice(context.database, changes, context.abilities, (question.person_id,), Reply(text), now, key=key)
    return int(await context.committer.commit(Commit(changes)) is Outcome.DONE)


async def weekly(now: datetime, context: Context) -> Facts | None:
    """Tell the admins what was asked, answered, passed on and flagged in the seven days before; nothing after none."""
    week = await Questions(context.database, Changes()).week(now - timedelta(days=7), now)
    if not (week.asked or week.open):
        return None
    changes = Changes()
    admins = await Roles(context.database, changes, now).admins()
    text = await report(context.database, week, now)
    key = f"questions-week:{local(context.due):%Y%m%d}"
    told = await promise_notice(context.database, changes, context.abilities, admins, Reply(text), now, key=key)
    await context.committer.commit(Commit(changes))
    return {"told": told} if told else None
