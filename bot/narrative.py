"""The words of the official report: kept with unit and period, section by section, for chat, desk and the .docx."""

from collections.abc import Mapping

from bot.errors import UserError
from bot.i18n import Text, t
from bot.language.masking import mask
from bot.reports.deadlines import is_frozen
from bot.reports.official_sections import NARRATIVES
from bot.submissions import Report, must_submit
from bot.turn import Turn
from storage.narratives import Narratives

MOST_LETTERS = 2_000
"""Of one section: about a page; and a message that is read out holds no more than twice as many."""
TITLES = {
    "direction": t("Leadership and direction"),
    "communication": t("Communication"),
    "study": t("Study"),
    "models": t("Learning models and titles"),
    "skills": t("Digital skills, foreign languages, ethnic languages"),
    "strengths": t("Strengths"),
    "limits": t("Limits"),
    "causes": t("Causes"),
    "plan": t("Directions and tasks"),
    "proposals": t("Proposals"),
}
"""What each section is called, in the order of the report."""
PROMPTS = {
    "direction": t("documents issued, plans, inspection"),
    "communication": t("sessions, news items, special-topic meetings"),
    "study": t("what the figures do not show: classes, forms of study, examples"),
    "models": t("registered, assessed and recognised titles, with the number of the decision"),
    "skills": t("courses, people who studied, people who passed"),
    "strengths": t("what was done well, good examples"),
    "limits": t("what is missing or late"),
    "causes": t("causes of the strengths and of the limits"),
    "plan": t("tasks of the next period, who does them, by when"),
    "proposals": t("proposals to the level above; none: write none"),
}
"""What belongs into each section."""
assert tuple(TITLES) == NARRATIVES == tuple(PROMPTS)


def store(turn: Turn) -> Narratives:
    """Narratives as the turn reads and writes them."""
    return Narratives(turn.database, turn.changes)


async def texts_of(turn: Turn, unit_id: int, period_key: str) -> dict[str, str]:
    """The sections that have a text; the scope is checked by the caller."""
    return await store(turn).of(unit_id, period_key)


async def may_write(turn: Turn, report: Report) -> Text | None:
    """Why this person cannot write this report's text; None when they can."""
    try:
        await must_write(turn, report)
    except UserError as error:
        return error.text
    return None


async def must_write(turn: Turn, report: Report) -> None:
    """Whoever may submit for the unit writes its text; phase 1 is closed. Raises UserError."""
    await must_submit(turn, report.unit.id)
    if is_frozen(report.period):
        raise UserError(t("Phase 1 (2023-2025) is closed: its reports and figures can be read, not changed."))


async def write(turn: Turn, report: Report, texts: Mapping[str, str]) -> list[str]:
    """Keep the texts of some sections; returns those that changed. Raises UserError; then nothing is kept."""
    await must_write(turn, report)
    cleaned = {section: cleaned_text(text) for section, text in texts.items() if section in TITLES}
    for section, text in cleaned.items():
        if len(text) > MOST_LETTERS:
            raise UserError(
                t(
                    "“{section}” has {length} characters; at most {most} fit. Please shorten it.",
                    section=TITLES[section],
                    length=len(text),
                    most=MOST_LETTERS,
                )
            )
    changed = await store(turn).write(report.unit.id, report.period.key, cleaned, turn.person.id, turn.now)
    if changed:
        turn.audit("report.written", unit_id=report.unit.id, period=report.period.key, sections=",".join(changed))
    return changed


def cleaned_text(text: str) -> str:
    """A text as it is kept: no blank lines or outer blanks, numbers of units and strengths masked."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return mask("\n".join(line for line in lines if line))
