"""The jobs as admins see them: when each ran and runs next and what came of it; run now, pause, go on."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import NotAllowed
from bot.i18n import Clock, Text, joined, t
from bot.jobs.rule import Every, Rule
from bot.jobs.runs import BEAT, Job
from bot.jobs.schedule import JOBS
from bot.reminders import DAY_NAMES
from bot.routes import dead_button
from bot.turn import Turn
from storage.jobs import DONE, DROPPED, FAILED, OVERTAKEN, RETRY, RUNNING, STALE, JobRow, Jobs

JOBS_BY_NAME = {job.name: job for job in JOBS}
RUNS_SHOWN = 5
_RESULTS = {
    DONE: t("done"),
    FAILED: t("failed"),
    RETRY: t("failed, tries again"),
    RUNNING: t("under way"),
    DROPPED: t("dropped"),
}
_REASONS = {STALE: t("too late to be of use"), OVERTAKEN: t("covered by a later run")}
_FACTS = {
    "sent": t("messages"),
    "people": t("people"),
    "reports": t("reports"),
    "units": t("units"),
    "inbound": t("ids of inbound messages"),
    "outbox_sent": t("sent messages"),
    "outbox_unsent": t("messages that were not sent"),
    "files": t("files"),
    "job_runs": t("runs of jobs"),
    "reminded": t("records of reminders"),
    "one_time_codes": t("one-time codes"),
    "link_codes": t("codes for linking"),
    "link_tries": t("wrong codes"),
    "desk_links": t("links to the desk"),
    "desk_sessions": t("sessions of the desk"),
    "handed_over": t("announcements worked on"),
    "folded": t("changes added up"),
    "differences": t("differences"),
    "erased": t("people erased"),
    "done": t("had done it already"),
    "enough": t("had enough reminders this week"),
    "silent": t("have not answered for long"),
    "stale": t("too late"),
    "no_consent": t("want no reminders"),
    "unreachable": t("cannot be reached"),
}
"""What the counts of a run are called; another one is shown as it is."""


def store(turn: Turn) -> Jobs:
    """The schedule, as the turn reads and writes it."""
    return Jobs(turn.database, turn.changes)


async def must_be_admin(turn: Turn) -> None:
    """Refuse politely whoever is no admin. Raises NotAllowed."""
    if not await turn.is_admin():
        raise NotAllowed(t("Only admins see the jobs that run by the clock."))


async def found(turn: Turn, name: str) -> tuple[Job, JobRow]:
    """A job of a button, after the check. Raises UserError."""
    await must_be_admin(turn)
    row = await store(turn).by_name(name)
    if row is None or name not in JOBS_BY_NAME:
        raise dead_button()
    return JOBS_BY_NAME[name], row


def line(number: int, row: JobRow) -> Text:
    """One job in the list."""
    job = JOBS_BY_NAME[row.name]
    values = {"number": str(number), "title": job.title, "last": last_words(row)}
    if row.paused:
        return t("{number}. {title} · paused · last {last}", **values)
    if _beats(job):
        return t("{number}. {title} · {rule} · last {last}", rule=rule_words(job.rule), **values)
    return t("{number}. {title} · next {next} · last {last}", next=Clock(row.next_at), **values)


def _beats(job: Job) -> bool:
    """True for a job that comes so often that its next moment tells nothing."""
    return isinstance(job.rule, Every) and job.rule.seconds <= BEAT


def last_words(row: JobRow) -> Text:
    """When a job ran last, and what came of it."""
    if row.last_run is None:
        return t("never yet")
    return t("{time}: {result}", time=Clock(row.last_run),
             result=result_words(row.last_result, row.last_facts, row.last_error))  # fmt: skip


def result_words(state: str, facts: dict[str, Any] | None, error: str) -> Text:
    """What came of a run, with its counts or the kind of its error."""
    result = _RESULTS.get(state, state)
    if error:
        return t("{result} ({reason})", result=result, reason=_REASONS.get(error, error))
    counts = [t("{count} {what}", count=count, what=_FACTS.get(name, name)) for name, count in (facts or {}).items()]
    if counts:
        return t("{result}, {counts}", result=result, counts=joined(counts, ", "))
    return t("{result}", result=result)


def rule_words(rule: Rule) -> Text:
    """When a job is due."""
    if isinstance(rule, Every):
        return t("every {seconds} seconds", seconds=rule.seconds)
    at = f"{rule.at:%H:%M}"
    if rule.weekday is not None:
        return t("{weekday} at {time}", weekday=DAY_NAMES[rule.weekday], time=at)
    if rule.day is not None:
        return t("at {time} on day {day} of the month", time=at, day=rule.day)
    return t("every day at {time}", time=at)


async def details(turn: Turn, job: Job, row: JobRow) -> Text:
    """One job with its last runs."""
    runs: Sequence[Any] = await store(turn).runs_of(row.name, RUNS_SHOWN)
    shown = [
        t("• {time}: {result}", time=Clock(one.due_at), result=result_words(one.state, one.facts, one.error))
        for one in runs
    ]
    lines = [t("{title} ({rule}).", title=job.title, rule=rule_words(job.rule))]
    if row.paused:
        lines.append(t("Paused: it does not run until it goes on."))
    elif not _beats(job):
        lines.append(t("Next: {time}.", time=Clock(row.next_at)))
    lines.append(t("Last runs: {runs}", runs=joined(["", *shown], "\n") if shown else t("none yet")))
    return t("{lines}", lines=joined(lines, "\n"))


def run_now(turn: Turn, row: JobRow) -> None:
    """Ask for a run at once."""
    store(turn).ask_to_run(row.name, turn.person.id, turn.now)
    turn.audit("job.run", job=row.name)


def pause(turn: Turn, row: JobRow) -> None:
    """Stop the job."""
    store(turn).pause(row.name, turn.person.id, turn.now)
    turn.audit("job.paused", job=row.name)


def resume(turn: Turn, job: Job, row: JobRow) -> None:
    """Let it go on from now; what was missed meanwhile is not caught up."""
    store(turn).resume(row.name, job.rule.next_after(turn.now, ZoneInfo(row.zone)), turn.person.id, turn.now)
    turn.audit("job.resumed", job=row.name)
