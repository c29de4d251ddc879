"""One tap reminds the officers of the units that have not submitted: each unit once a day, never at night."""

from datetime import time

from bot.errors import UserError
from bot.i18n import Text, t
from bot.message import Button, Reply
from bot.reports.completeness import Line, due_of
from bot.reports.deadlines import is_frozen
from bot.reports.period import name_of_period
from bot.rights import SUBMIT
from bot.submissions import Report, must_submit, name_of_line, names, note, store
from bot.summary_words import name_of
from bot.turn import Turn

FIRST_HOUR, LAST_HOUR = time(7, 30), time(21, 30)
"""Nobody is reminded outside these hours."""
REMIND = "remind:"


async def remind(turn: Turn, report: Report) -> Text:
    """Remind the officers of the units right below that have not submitted, each unit once a day; says who was told.

    Raises UserError outside the hours of reminders, or when there is nobody to remind."""
    await must_submit(turn, report.unit.id)
    check_reminding(turn, report)
    step, key = f"{REMIND}{turn.today.isoformat()}", report.period.key
    told = await store(turn).told(key, [step])
    waiting = [line for line in report.board.waiting_for if (line.unit_id, step) not in told]
    if not waiting:
        raise UserError(t("All units that are missing have been reminded today. Please try again tomorrow."))
    reached: list[Line] = []
    unreached: list[Line] = []
    for line in waiting:
        officers = [id for id in await turn.roles.officers_of(line.unit_id, SUBMIT) if id != turn.person.id]
        (reached if officers else unreached).append(line)
        if officers:
            store(turn).tell(line.unit_id, key, step, turn.now, turn.person.id)
            turn.notify(officers, reminder(line, report))
    if not reached:
        raise UserError(
            t("There is no officer to remind in: {units}. An admin can give somebody the role.", units=names(unreached))
        )
    note(turn, "report.reminded", report, units=len(reached))
    done = t("Reminded: {units}.", units=names(reached))
    if not unreached:
        return done
    return t("{done} No officer yet: {units}.", done=done, units=names(unreached))


def check_reminding(turn: Turn, report: Report) -> None:
    """Raise UserError when nobody may be reminded now."""
    deadline = report.board.deadline
    if is_frozen(report.period) or not deadline.is_wanted or report.board.today < deadline.opens:
        raise UserError(t("No report is expected for this period now, so nobody is reminded."))
    if not FIRST_HOUR <= turn.local_now.time() <= LAST_HOUR:
        raise UserError(
            t("I remind people between {first} and {last} only. Please tap again in that time.",
              first=f"{FIRST_HOUR:%H:%M}", last=f"{LAST_HOUR:%H:%M}")
        )  # fmt: skip
    if not report.board.waiting_for:
        raise UserError(t("All units right below have submitted: there is nobody to remind."))


def reminder(line: Line, report: Report) -> Reply:
    """What the officers of a missing unit hear."""
    text = t(
        "{above} kindly reminds {you}: the report of {unit} for {period} has not been submitted (deadline {date}).",
        above=name_of(report.unit),
        unit=name_of_line(line),
        period=name_of_period(report.period),
        date=due_of(line, report.board.deadline),
    )
    return Reply(text, (Button(t("Submit the report"), "nop", (str(line.unit_id), report.period.key)),))
