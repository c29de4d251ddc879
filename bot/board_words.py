"""The completeness board and a unit's report in words, the same for chat and desk."""

from bot.i18n import Clock, Joined, Minutes, Text, joined, t, tn
from bot.reports.completeness import Board, Count, Line, due_of
from bot.reports.deadlines import is_frozen
from bot.reports.period import name_of_period
from bot.reports.snapshot import Difference
from bot.submissions import ended, name_of_line
from bot.summary_words import name_of
from storage.submissions import RETURNED, SUBMITTED, ZERO, Submission
from storage.units import Unit

PAGE = 6
"""Units right below that one message lists, each with a button."""
NAMED_CHANGED = 6
REASON_SHOWN = 90
"""Letters of a reason in a list."""
NOT_EXPECTED = t("This unit did not stand on the last day of the period: no report is expected from it.")


def board_lines(found: Board, page: int = 0) -> list[Text | Joined]:
    """The whole message: title, counts, deadline, one line for each unit right below on the page."""
    if found.own is None:
        return [_title(found), NOT_EXPECTED]
    lines: list[Text | Joined] = [_title(found), *counts(found), deadline_line(found)]
    shown = found.lines[page * PAGE : (page + 1) * PAGE]
    pages = (len(found.lines) + PAGE - 1) // PAGE
    if pages > 1:
        lines.append(t("Page {page}/{pages}:", page=page + 1, pages=pages))
    return [*lines, *(t("{unit}: {state}", unit=name_of_line(line), state=_with_below(line, found)) for line in shown)]


def _title(found: Board) -> Text:
    return t(
        "{unit} · reports of {period} as of {moment}",
        unit=name_of(found.unit),
        period=name_of_period(found.period),
        moment=Clock(found.as_of),
    )


def counts(found: Board) -> list[Text]:
    """How many of the units right below, and of all below, have submitted."""
    if not found.subtree.expected:
        return [t("There is no unit below that has to report.")]
    lines = [t("Units right below: {counts}.", counts=count_words(found.own_children))]
    if found.subtree.expected > found.own_children.expected:
        lines.append(t("All units below: {counts}.", counts=count_words(found.subtree)))
    return lines


def count_words(count: Count) -> Joined:
    """ "5/7 submitted; on time 4; late 1; nothing to report 1; returned 1"."""
    parts = [t("{reported}/{expected} submitted", reported=count.reported, expected=count.expected)]
    if count.reported:
        parts += [t("on time {count}", count=count.on_time), t("late {count}", count=count.late)]
    if count.zero:
        parts.append(t("nothing to report {count}", count=count.zero))
    if count.returned:
        parts.append(t("returned {count}", count=count.returned))
    return joined(parts)


def deadline_line(found: Board) -> Text:
    """The days of the period, and that phase 1 is closed."""
    deadline = found.deadline
    if is_frozen(found.period):
        return t("Phase 1 (2023-2025) is closed: its reports and figures can be read, not changed.")
    if not deadline.is_wanted:
        return t("Your organisation asks for no report of this period.")
    due = due_of(found.own, deadline) if found.own else deadline.due
    values = {"date": due, "lock": deadline.lock}
    if due == deadline.due and deadline.on_time > deadline.due:
        return t("Deadline {date} (on time until {grace}); entries are locked from {lock} on.",
                 grace=deadline.on_time, **values)  # fmt: skip
    return t("Deadline {date}; entries are locked from {lock} on.", **values)


def _with_below(line: Line, found: Board) -> Text:
    state = state_words(line, found)
    if not line.below.expected:
        return state
    return t("{state}; below it {reported}/{expected}", state=state, reported=line.below.reported,
             expected=line.below.expected)  # fmt: skip


def state_words(line: Line, found: Board) -> Text:
    """What stands with one unit: zero, report and nothing at all are three different things."""
    version = line.submission
    if version is not None and version.stands:
        day = version.on_day
        if line.zero:
            return t("nothing to report, said late on {day}", day=day) if line.late else t(
                "nothing to report, said on {day}", day=day)  # fmt: skip
        return t("submitted late on {day}", day=day) if line.late else t("submitted on {day}", day=day)
    if line.returned and version is not None:
        return t("returned: {reason}", reason=shortened(version.reason))
    if is_frozen(found.period) or not found.deadline.is_wanted:
        return t("no report")
    due = due_of(line, found.deadline)
    if found.today > line.on_time_until:
        return t("not submitted, overdue since {day}", day=due)
    return t("not submitted yet, due {day}", day=due)


def own_state(found: Board, signed_by: Unit | None) -> list[Text]:
    """What stands with the unit's own report."""
    own = found.own
    if own is None:
        return [NOT_EXPECTED]
    lines = [t("Report of {unit} for {period}: {state}.", unit=name_of(found.unit),
               period=name_of_period(found.period), state=state_words(own, found))]  # fmt: skip
    version = own.submission
    if version is not None and version.state == RETURNED and len(version.reason) > REASON_SHOWN:
        lines.append(t("Returned, because: {reason}", reason=ended(version.reason)))
    if version is not None and version.without and version.stands:
        lines.append(t("Submitted before all units below: {reason}", reason=ended(version.without)))
    if signed_by is not None:
        lines.append(t("Signed off by the report of {unit}.", unit=name_of(signed_by)))
    return lines


def shortened(reason: str) -> str:
    """A reason as a list shows it: several fit into one message."""
    return reason if len(reason) <= REASON_SHOWN else f"{reason[: REASON_SHOWN - 1].rstrip()}…"


def version_words(version: Submission) -> Text:
    """One version in the list of a report's versions."""
    kind = t("nothing to report") if version.kind == ZERO else t("report")
    values = {"version": version.version, "kind": kind, "at": Clock(version.at)}
    if version.state == SUBMITTED:
        return t("Version {version}: {kind}, {at}", **values)
    if version.state == RETURNED:
        reason = ended(shortened(version.reason))
        return t("Version {version}: {kind}, {at}; returned: {reason}", reason=reason, **values)
    return t("Version {version}: {kind}, {at}; withdrawn", **values)


def changed_since(found: Difference, *, hidden: bool, military: bool) -> Text:
    """What has changed since the report was submitted, as far as this reader may know."""
    if found.is_none:
        return t("The figures have not changed since the report was submitted.")
    if hidden:
        return t("The figures have changed since the report was submitted; so few people stand behind the difference "
                 "that it stays hidden.")  # fmt: skip
    time = _signed_time(found.minutes)
    parts = [t("entries {count}", count=signed(found.entries)), t("study time {time}", time=time)]
    if not military:
        parts += [t("people who logged {count}", count=signed(found.active_people)),
                  t("members {count}", count=signed(found.members))]  # fmt: skip
    text = t("Since the report was submitted: {changes}.", changes=joined(parts))
    if not found.units:
        return text
    shown = joined(found.units[:NAMED_CHANGED], ", ")
    more = len(found.units) - NAMED_CHANGED
    where = t("{units} and {more} more", units=shown, more=more) if more > 0 else t("{units}", units=shown)
    return t("{changes} Changed in: {units}.", changes=text, units=where)


def signed(number: int) -> str:
    """+3, −2 or 0."""
    return f"+{number}" if number > 0 else f"−{-number}" if number < 0 else "0"


def _signed_time(minutes: int) -> Joined | str:
    if not minutes:
        return "0"
    return joined(["+" if minutes > 0 else "−", Minutes(abs(minutes))], "")


def submitted_words(found: Board, version: Submission) -> Text:
    """The echo of a submission."""
    values = {"unit": name_of(found.unit), "period": name_of_period(found.period), "version": version.version}
    if version.kind == ZERO:
        return t("Submitted: {unit} had nothing to report for {period} (version {version}).", **values)
    return t("Submitted: the report of {unit} for {period} (version {version}), with the figures as of now.", **values)


def open_reports(count: int) -> Text:
    """How many reports may be submitted."""
    return tn("{count} report may be submitted now.", "{count} reports may be submitted now.", count)
