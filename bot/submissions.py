"""Submitting reports: the rules that chat and desk share - submit, return, withdraw; each writes with its turn.

A report may be submitted once its period has opened, by whoever may submit for the unit, after all units right below
have submitted or with a reason why not. The one above may return it with a reason until its own report stands on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import NotAllowed, UserError
from bot.i18n import Text, joined, t
from bot.language.masking import mask
from bot.language.periods import Period
from bot.message import Button, Reply
from bot.reports.completeness import MOST_NAMED, Board, Line, board
from bot.reports.deadlines import KINDS, is_frozen
from bot.reports.period import name_of_period
from bot.reports.snapshot import snapshot
from bot.reports.unit import UnitSummary
from bot.rights import SUBMIT
from bot.routes import dead_button
from bot.summary_words import name_of
from bot.tree import history_of, look_for_due_changes
from bot.turn import Turn
from storage.submissions import REPORT as REPORT
from storage.submissions import RETURNED, SUBMITTED, WITHDRAWN, Submission, Submissions
from storage.submissions import ZERO as ZERO
from storage.summaries import Branch
from storage.units import Unit

REASON_LETTERS = 300
LEAST_REASON = 5
NAMED = 8
"""Units that one message names."""


@dataclass(frozen=True, slots=True)
class Report:
    """A unit's report of a period as it stands: the unit with its name of the day, the board, and who may do what."""

    unit: Unit
    board: Board

    @property
    def period(self) -> Period:
        """The period of the report."""
        return self.board.period

    @property
    def version(self) -> Submission | None:
        """The newest version, also one that was returned."""
        return self.board.own.submission if self.board.own else None


def store(turn: Turn) -> Submissions:
    """Submissions as the turn reads and writes them."""
    return Submissions(turn.database, turn.changes)


async def must_submit(turn: Turn, unit_id: int) -> None:
    """Refuse politely whoever may not submit for the unit. Raises NotAllowed."""
    await turn.must_cover(unit_id, SUBMIT)


async def must_be_above(turn: Turn, unit: Unit) -> None:
    """Refuse whoever is neither an officer above the unit nor an admin. Raises NotAllowed."""
    await turn.must_cover(unit.id, SUBMIT)
    if await turn.is_admin():
        return
    if unit.parent_id is None or not await turn.roles.covers(turn.person.id, unit.parent_id, SUBMIT):
        raise NotAllowed(t("Only an officer of a unit above {unit}, or an admin, can do this.", unit=name_of(unit)))


async def report_of(turn: Turn, unit_id: int, period: Period) -> Report:
    """A unit's report and board, after the check that this person may see the unit now. Raises UserError."""
    await turn.must_cover(unit_id)
    await look_for_due_changes(turn.database, turn.now)
    unit = await turn.units.by_id(unit_id)
    if unit is None:
        raise dead_button()
    named = await history_of(turn).unit_on(unit_id, min(period.end, turn.today))
    return Report(unit, await board(turn.database, named or unit, period, turn.now))


def check_open(report: Report) -> None:
    """Raise UserError with the reason when the unit has nothing to submit for this period now."""
    found, name = report.board, name_of_period(report.period)
    if is_frozen(report.period):
        raise UserError(t("Phase 1 (2023-2025) is closed: its reports and figures can be read, not changed."))
    if not found.deadline.is_wanted:
        raise UserError(t("Your organisation asks for no report of {period}.", period=name))
    if found.today < found.deadline.opens:
        raise UserError(
            t("The report of {period} can be submitted from {date} on.", period=name, date=found.deadline.opens)
        )
    if found.own is None:
        raise UserError(
            t(
                "{unit} did not stand on the last day of {period}, so no report is expected from it; its entries "
                "count in the unit that it became part of.",
                unit=name_of(report.unit),
                period=name,
            )
        )


async def submit(turn: Turn, report: Report, kind: str, without: str = "") -> Submission:
    """Write the report with the figures of now. Raises UserError with the reason when it cannot be."""
    await must_submit(turn, report.unit.id)
    check_open(report)
    own, found = report.board.own, report.board
    if own is None or own.reported:
        raise UserError(t("This report has been submitted already."))
    waiting = found.waiting_for
    if waiting and not without:
        raise UserError(before_the_others(report))
    figures = await figures_now(turn, report)
    check_kind(kind, figures, report)
    last = own.submission
    version = Submission(
        0, report.unit.id, report.period.key, last.version + 1 if last else 1, kind, SUBMITTED,
        without if waiting else "", own.on_time_until, turn.today, turn.person.id, turn.now, "",
    )  # fmt: skip
    store(turn).submit(version, figures, () if waiting else [line.unit_id for line in found.lines])
    note(turn, "report.submitted", report, version=version.version, kind=kind)
    await _tell_above_when_whole(turn, report)
    return version


async def _tell_above_when_whole(turn: Turn, report: Report) -> None:
    """Tell the officers of the unit above once the last unit below it has submitted: its own report may go up."""
    above = report.board.above_id and await turn.units.by_id(report.board.above_id)
    if not above:
        return
    there = await board(turn.database, above, report.period, turn.now)
    missing = [line for line in there.waiting_for if line.unit_id != report.unit.id]
    if missing or there.own is None or there.own.reported:
        return
    text = t(
        "All units right below {unit} have submitted for {period}; its own report may go up now.",
        unit=name_of(above),
        period=name_of_period(report.period),
    )
    button = Button(t("Submit the report"), "nop", (str(above.id), report.period.key))
    turn.notify(await turn.roles.officers_of(above.id, SUBMIT), Reply(text, (button,)))


async def figures_now(turn: Turn, report: Report) -> dict[str, Any]:
    """The figures that a report submitted now would hold."""
    return await snapshot(turn.database, report.board.unit, report.period, turn.now)


def check_kind(kind: str, figures: dict[str, Any], report: Report) -> None:
    """A zero-report has no entries, a report has some. Raises UserError."""
    if kind not in (REPORT, ZERO):
        raise dead_button()
    if kind == ZERO and figures["entries"]:
        raise UserError(
            t("{unit} has entries in {period}, so it cannot report that there was nothing. Please submit the figures.",
              unit=name_of(report.unit), period=name_of_period(report.period))
        )  # fmt: skip
    if kind == REPORT and not figures["entries"]:
        raise UserError(
            t("{unit} has no entries in {period}. If that is right, please report “nothing to report”.",
              unit=name_of(report.unit), period=name_of_period(report.period))
        )  # fmt: skip


def before_the_others(report: Report) -> Text:
    """Which units right below have to come first."""
    return t(
        "Not submitted yet below {unit}: {units}. A report goes up after those of all units right below it, or with "
        "a reason why one of them is missing.",
        unit=name_of(report.unit),
        units=names(report.board.waiting_for),
    )


def names(lines: Sequence[Line], most: int = NAMED) -> Text:
    """Units by name, with how many more there are."""
    shown = joined([name_of_line(line) for line in lines[:most]], ", ")
    if len(lines) > most:
        return t("{units} and {more} more", units=shown, more=len(lines) - most)
    return t("{units}", units=shown)


def name_of_line(line: Line) -> str:
    """A unit's name of the day, with its code where the name does not hold it."""
    return name_of(Unit(line.unit_id, line.code, line.name, "", None))


def reason_said(text: str) -> str:
    """A reason as it may be kept: one line, unit numbers and strengths masked. Raises UserError."""
    reason = mask(" ".join(text.split()))
    if not LEAST_REASON <= len(reason) <= REASON_LETTERS:
        raise UserError(
            t("A reason has {least} to {most} characters. Please send it again.",
              least=LEAST_REASON, most=REASON_LETTERS)
        )  # fmt: skip
    return reason


async def missing_reports(turn: Turn, summary: UnitSummary) -> list[Branch]:
    """The units right below that have not submitted for an ended period, once one of them has; for the summary.

    Nothing where the tree has changed since: the board then speaks of other units than the summary."""
    period, branches = summary.period, summary.figures.branches
    if period.kind not in KINDS or period.end >= turn.today or summary.differs or summary.tree_of or not branches:
        return []
    newest = await store(turn).newest(period.key, [branch.unit_id for branch in branches[:MOST_NAMED]])
    standing = {id for id, version in newest.items() if version.stands}
    return [branch for branch in branches if branch.unit_id not in standing] if standing else []


async def withdraw(turn: Turn, report: Report) -> None:
    """Take the own report back, as long as no report of the unit above stands on it. Raises UserError."""
    await must_submit(turn, report.unit.id)
    version = await _that_stands(turn, report)
    store(turn).end(version, WITHDRAWN, "", turn.person.id, turn.now, report.board.above_id)
    note(turn, "report.withdrawn", report, version=version.version)


async def return_report(turn: Turn, report: Report, reason: str) -> Submission:
    """Return a report with a reason and tell the unit's officers. Raises UserError."""
    await must_be_above(turn, report.unit)
    version = await _that_stands(turn, report)
    store(turn).end(version, RETURNED, reason, turn.person.id, turn.now, report.board.above_id)
    note(turn, "report.returned", report, version=version.version)
    text = t(
        "The report of {unit} for {period} was returned: {reason} Please mend it and submit it again.",
        unit=name_of(report.unit),
        period=name_of_period(report.period),
        reason=ended(reason),
    )
    turn.notify(await turn.roles.officers_of(report.unit.id, SUBMIT), Reply(text, (submit_button(report),)))
    return version


def ended(words: str) -> str:
    """Words that end like a sentence."""
    return words if words[-1:] in ".!?…" else f"{words}."


async def _that_stands(turn: Turn, report: Report) -> Submission:
    """The version that stands, and upon which no report of the unit above stands. Raises UserError."""
    version = report.version
    if is_frozen(report.period):
        check_open(report)
    if version is None or not version.stands:
        raise UserError(t("This report does not stand any more. Please open the board again: /hoanthanh."))
    above = await above_upon(turn, report)
    if above is not None:
        raise UserError(
            t("The report of {unit} has been submitted and stands on this one: that one has to be taken back first.",
              unit=name_of(above))
        )  # fmt: skip
    return version


async def above_upon(turn: Turn, report: Report) -> Unit | None:
    """The unit above whose report was submitted after this one: it has signed it off. None for none."""
    version, above = report.version, report.board.above_id
    if version is None or not version.stands or above is None:
        return None
    theirs = (await store(turn).newest(report.period.key, [above])).get(above)
    return await turn.units.by_id(above) if theirs and theirs.stands and theirs.at >= version.at else None


def submit_button(report: Report) -> Button:
    """Opens the submission of this report."""
    return Button(t("Submit the report"), "nop", (str(report.unit.id), report.period.key))


def note(turn: Turn, what: str, report: Report, **detail: Any) -> None:
    """Keep in the audit what was done with a report."""
    turn.audit(what, unit_id=report.unit.id, period=report.period.key, **detail)
