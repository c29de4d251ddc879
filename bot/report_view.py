"""What a person sees of a unit's report of a period: its figures, what stands, and what has changed since."""

from dataclasses import dataclass

from bot.board_words import changed_since, own_state, version_words
from bot.errors import NotAllowed, UserError
from bot.i18n import Joined, Text, t
from bot.reports.snapshot import difference
from bot.reports.unit import UnitSummary, unit_summary
from bot.submissions import Report, above_upon, check_open, figures_now, must_be_above, must_submit, store
from bot.tree import history_of
from bot.turn import Turn
from storage.units import Unit

VERSIONS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as one person may see it; `lines` are what stands, its versions, and what has changed since."""

    summary: UnitSummary
    lines: tuple[Text | Joined, ...]
    refusal: Text | None
    """Why this person cannot submit it now; None when they can (or could, had it not been submitted)."""
    signed_by: Unit | None
    """The unit above whose report stands on this one."""
    may_return: bool
    """True for those who are above the unit."""


async def view_of(turn: Turn, report: Report) -> ReportView:
    """Read it, once its scope has been checked. Raises UserError when the unit did not stand at the period's end."""
    signed_by = await above_upon(turn, report)
    summary = await summary_of(turn, report)
    lines: list[Text | Joined] = list(own_state(report.board, signed_by))
    versions = await store(turn).of(report.unit.id, report.period.key)
    if len(versions) > 1 or (versions and not versions[0].stands):
        lines += [version_words(one) for one in versions[:VERSIONS_SHOWN]]
    if versions and versions[0].stands:
        lines.append(await _since(turn, report, summary, versions[0].id))
    above = await _passes(must_be_above(turn, report.unit)) is None
    return ReportView(summary, tuple(lines), await refusal_of(turn, report), signed_by, above)


async def summary_of(turn: Turn, report: Report) -> UnitSummary:
    """The figures of the report as this person may see them, in the tree of the period's last day once that is past."""
    own, history = await turn.officer_units(), history_of(turn)
    then = report.board.is_final and report.board.own is not None
    return await unit_summary(
        turn.summaries, turn.units, report.unit, report.period, turn.now, own=own, history=history, then=then
    )


async def refusal_of(turn: Turn, report: Report) -> Text | None:
    """Why this person cannot submit the report now; None when they can."""
    if refused := await _passes(must_submit(turn, report.unit.id)):
        return refused
    try:
        check_open(report)
    except UserError as error:
        return error.text
    return None


async def _passes(check: object) -> Text | None:
    """The refusal of a check, or None."""
    try:
        await check  # type: ignore[misc]
    except NotAllowed as error:
        return error.text
    return None


async def _since(turn: Turn, report: Report, summary: UnitSummary, version_id: int) -> Text:
    """What has changed; hidden from others where few people stand behind it."""
    found = difference(await store(turn).figures(version_id), await figures_now(turn, report))
    is_own = report.unit.id in await turn.officer_units()
    hidden = not is_own and (summary.hidden or found.is_small)
    return changed_since(found, hidden=hidden, military=summary.is_military)


def unknown_period(words: str) -> UserError:
    """The refusal of words that name no period of a report."""
    return UserError(t("I do not know the period “{text}”. Try for example 2026-10.", text=words[:60]))
