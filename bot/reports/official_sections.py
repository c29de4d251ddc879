"""What the official report says: its five sections, with the figures in words and places for the unit to complete.

Sections follow the reports of the movement (overview, results, assessment, directions, proposals). A sentence holds
only figures of the appendix; what the officer typed for a section takes the place of the prompt there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.i18n import Clock, Reader, Text, joined, t
from bot.reports.citations import QD_1315
from bot.reports.period import name_of_period
from bot.reports.unit import UnitSummary
from bot.reports.unit_data import UnitData
from bot.reports.unit_parts import MODE_NAMES, approved_cells, goal_rows, part_name, parts_total, recognised_words
from bot.reports.unit_tables import HIDDEN, NO_DATA, before_rows, hours, people_rows, share, words
from storage.summaries import Part

MOVEMENT = t(
    "the movement “The whole country strives to build a learning society and promote lifelong learning in 2023-2030”"
)
UNITS_NAMED = 20
DIRECTION, COMMUNICATION, STUDY, MODELS, SKILLS, STRENGTHS, LIMITS, CAUSES, PLAN, PROPOSALS = NARRATIVES = (
    "direction", "communication", "study", "models", "skills", "strengths", "limits", "causes", "plan", "proposals",
)  # fmt: skip
"""The places where an officer's own words stand."""
_SKILL_AREAS = ("digital", "foreign_language", "ethnic_language")


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered title: level 1 in capitals ("I. ..."), level 2 below it ("1. ...")."""

    text: Text
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the report."""

    text: Text | str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A place that the unit completes, shown in brackets and italics."""

    text: Text


Block = Heading | Paragraph | Prompt


def subject(summary: UnitSummary) -> Text:
    """What the report is about, under its name."""
    values = {"movement": MOVEMENT, "period": name_of_period(summary.period)}
    if summary.period.key == "phase-1":
        return t("Preliminary review of {movement}, {period}", **values)
    return t("Results of {movement}, {period}", **values)


def sections(data: UnitData, narrative: Mapping[str, str], reader: Reader) -> Iterator[Block]:
    """The whole text, from the opening to the closing sentence."""
    summary = data.summary
    yield Paragraph(
        t(
            "Carrying out {decision}, which promulgates the plan for {movement}, {unit} reports the results of "
            "{period} as follows:",
            decision=QD_1315,
            movement=MOVEMENT,
            unit=summary.unit.name,
            period=name_of_period(summary.period),
        )
    )
    yield from _overview(summary, narrative)
    yield from _results(data, narrative, reader)
    yield from _outlook(narrative)
    if summary.tree_of is not None:
        yield Paragraph(t("Figures and names follow the tree of units of {date}.", date=summary.tree_of))
    yield Paragraph(t("This is the report of {unit} on the results of {period}./.",
                      unit=summary.unit.name, period=name_of_period(summary.period)))  # fmt: skip


def _overview(summary: UnitSummary, narrative: Mapping[str, str]) -> Iterator[Block]:
    yield Heading(t("I. OVERVIEW, LEADERSHIP AND DIRECTION"), 1)
    yield Heading(t("1. Overview"), 2)
    yield from (Paragraph(text) for text in _size(summary))
    yield Heading(t("2. Leadership and direction"), 2)
    yield _place(narrative, DIRECTION, t("documents issued, plans, inspection"))


def _size(summary: UnitSummary) -> Iterator[Text]:
    """How many units stand right below and, where head-counts are shown, how many members are counted."""
    units, counted = len(summary.figures.branches), not (summary.is_military or summary.hidden)
    if not units:
        yield t("The unit has no unit right below.")
    if not counted:
        if units:
            yield t("The unit has {units} units right below that take part in the movement.", units=units)
        return
    members = summary.figures.members
    if units:
        yield t(
            "The unit has {units} units right below; {members} members take part and are counted in the figures.",
            units=units,
            members=members,
        )
    else:
        yield t("{members} members take part and are counted in the figures.", members=members)


def _results(data: UnitData, narrative: Mapping[str, str], reader: Reader) -> Iterator[Block]:
    yield Heading(t("II. RESULTS"), 1)
    yield Heading(t("1. Communication"), 2)
    yield _place(narrative, COMMUNICATION, t("sessions, news items, special-topic meetings"))
    yield Heading(t("2. Study"), 2)
    yield from (Paragraph(text) for text in _study(data, reader))
    if narrative.get(STUDY):
        yield Paragraph(narrative[STUDY])
    yield Heading(t("3. Learning models and titles"), 2)
    yield Paragraph(
        t(
            "Figures recognised by the authority: {figure}. Targets and the documents that set them stand in Table 4 "
            "of the appendix.",
            figure=recognised_words(data.summary),
        )
    )
    yield _place(narrative, MODELS, t("registered, assessed and recognised titles, with the number of the decision"))
    yield Heading(t("4. Digital skills, foreign languages, ethnic languages"), 2)
    yield from (Paragraph(text) for text in _skills(data, reader))
    yield _place(narrative, SKILLS, t("courses, people who studied, people who passed"))


def _study(data: UnitData, reader: Reader) -> Iterator[Text]:
    summary, figures = data.summary, data.summary.figures
    moment = Clock(summary.as_of)
    if not figures.entries:
        yield t("As of {moment}, self-logged figures: {figure}.", moment=moment, figure=NO_DATA)
    elif summary.hidden:
        yield t("As of {moment}, self-logged figures: {figure}.", moment=moment, figure=HIDDEN)
    else:
        yield t(
            "As of {moment}, self-logged figures: {people}; {entries} entries; {hours} hours of study; the median is "
            "{median} minutes per person.",
            moment=moment,
            people=_people(summary, reader),
            entries=figures.entries,
            hours=words(hours(figures.minutes), reader),
            median=int(figures.median_minutes + 0.5),
        )
        yield from _compared(summary, reader)
        yield from _goal(summary, reader)
        yield t("By area: {areas}.", areas=joined(_parts(summary.areas, data.areas, reader)))
        yield t("By form: {forms}.", forms=joined(_parts(summary.modes, MODE_NAMES, reader)))
    yield _approved(summary, reader)
    if figures.entries and (missing := summary.missing):
        named = joined([branch.name for branch in missing[:UNITS_NAMED]], ", ")
        if len(missing) > UNITS_NAMED:
            yield t("Units right below without entries: {units} and the others that Table 2 names.", units=named)
        else:
            yield t("Units right below without entries: {units}.", units=named)


def _people(summary: UnitSummary, reader: Reader) -> Text:
    figures, logged = summary.figures, people_rows(summary)[-1][1]
    if summary.is_military:
        return t("{share} of the people logged their study", share=words(logged, reader))
    present = figures.active_people - figures.former_people
    return t(
        "{active}/{members} people logged their study ({share})",
        active=present,
        members=figures.members,
        share=words(logged, reader),
    )


def _compared(summary: UnitSummary, reader: Reader) -> Iterator[Text]:
    for label, cell, measure in before_rows(summary):
        yield t("{label}: {figure} {measure}.", label=label, figure=words(cell, reader), measure=measure)


def _goal(summary: UnitSummary, reader: Reader) -> Iterator[Text]:
    """The goal with the document behind it, and the median against it."""
    goal, cells = summary.goal, [words(cell, reader) for _, cell, _ in goal_rows(summary)]
    if goal is None or not cells:
        return
    yield t(
        "Goal of {unit}: {goal} minutes a week per person; the median is {median} minutes a week, {share} of the goal.",
        unit=goal.unit_name,
        goal=cells[0],
        median=cells[1],
        share=cells[2],
    )
    if goal.basis:
        yield t("Basis of the goal: {basis}.", basis=goal.basis)


def _parts(parts: Sequence[Part], names: Mapping[str, Text], reader: Reader) -> list[Text]:
    whole = parts_total(parts)
    return [
        t(
            "{area} {hours} hours ({share})",
            area=part_name(part, names),
            hours=words(hours(part.minutes), reader),
            share=words(share(part.minutes, whole), reader),
        )
        for part in parts
    ]


def _approved(summary: UnitSummary, reader: Reader) -> Text:
    _, entries, spent = approved_cells(summary)
    recognised = recognised_words(summary)
    if summary.figures.approved is None:
        return t("Approved figures: {figure}. Recognised figures: {recognised}.", figure=NO_DATA, recognised=recognised)
    return t(
        "Approved figures: {entries} entries, {hours} hours. Recognised figures: {recognised}.",
        entries=words(entries, reader),
        hours=words(spent, reader),
        recognised=recognised,
    )


def _skills(data: UnitData, reader: Reader) -> Iterator[Text]:
    if data.summary.hidden:
        return
    parts = data.summary.areas
    skills = [said for part, said in zip(parts, _parts(parts, data.areas, reader), strict=True)
              if part.key in _SKILL_AREAS]  # fmt: skip
    if skills:
        yield t("Self-logged hours: {areas}.", areas=joined(skills))
    else:
        yield t("Self-logged hours: {areas}.", areas=NO_DATA)


def _outlook(narrative: Mapping[str, str]) -> Iterator[Block]:
    yield Heading(t("III. ASSESSMENT"), 1)
    yield Heading(t("1. Strengths"), 2)
    yield _place(narrative, STRENGTHS, t("what was done well, good examples"))
    yield Heading(t("2. Limits"), 2)
    yield _place(narrative, LIMITS, t("what is missing or late"))
    yield Heading(t("3. Causes"), 2)
    yield _place(narrative, CAUSES, t("causes of the strengths and of the limits"))
    yield Heading(t("IV. DIRECTIONS AND TASKS"), 1)
    yield _place(narrative, PLAN, t("tasks of the next period, who does them, by when"))
    yield Heading(t("V. PROPOSALS"), 1)
    yield _place(narrative, PROPOSALS, t("proposals to the level above; none: write none"))


def _place(narrative: Mapping[str, str], key: str, what: Text) -> Block:
    """The officer's own words, or a prompt for them."""
    if typed := narrative.get(key, "").strip():
        return Paragraph(typed)
    return Prompt(t("[To be completed by the unit: {what}]", what=what))
