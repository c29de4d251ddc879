"""What was studied and how, as rows and tables of a unit's files: areas, forms, courses, approved figures.

A reader who is not an officer of the unit sees areas and forms of too few people together, and no courses of such.
"""

from collections.abc import Collection, Mapping, Sequence

from bot.i18n import Joined, Text, format_date, joined, t
from bot.reports.small_cells import REST, SMALL
from bot.reports.titles import name_of_matter
from bot.reports.unit import UnitSummary
from bot.reports.unit_data import UnitData
from bot.reports.unit_tables import (
    ENTRY,
    HIDDEN,
    HOUR,
    MINUTE,
    NO_DATA,
    PERCENT,
    PERSON,
    Cell,
    Figure,
    Row,
    Table,
    hours,
    share,
)
from storage.recognitions import Recognised
from storage.summaries import Part

MODE_NAMES: Mapping[str, Text] = {
    "online": t("online"),
    "in_person": t("in person"),
    "self_study": t("self-study"),
    "": t("form not said"),
}
"""What each form of study is called."""


def part_name(part: Part, names: Mapping[str, Text]) -> Text:
    """What an area or a form is called; what the catalogue does not know goes by its last name."""
    if part.key == REST:
        return t("all others together")
    return names.get(part.key) or names[list(names)[-1]]


def parts_total(parts: Sequence[Part]) -> int:
    """Minutes of all parts together."""
    return sum(part.minutes for part in parts)


def area_rows(data: UnitData) -> list[Row]:
    """Hours and share of each area; nothing where the unit is hidden."""
    parts, rows = data.summary.areas, list[Row]()
    for part in parts:
        name = part_name(part, data.areas)
        rows.append((t("Hours, {area}", area=name), hours(part.minutes), HOUR))
        rows.append((t("Share of the hours, {area}", area=name), share(part.minutes, parts_total(parts)), PERCENT))
    return rows


def mode_rows(summary: UnitSummary) -> list[Row]:
    """Hours and share of each form of study."""
    parts, rows = summary.modes, list[Row]()
    for part in parts:
        name = part_name(part, MODE_NAMES)
        rows.append((t("Hours by form, {form}", form=name), hours(part.minutes), HOUR))
        whole = parts_total(parts)
        rows.append((t("Share of the hours by form, {form}", form=name), share(part.minutes, whole), PERCENT))
    return rows


def approved_rows(summary: UnitSummary) -> list[Row]:
    """Approved and recognised figures, never added to the self-logged ones; where there are none, that is said."""
    people, entries, spent = approved_cells(summary)
    rows: list[Row] = [
        (t("Approved: entries with evidence"), entries, ENTRY),
        (t("Approved: hours"), spent, HOUR),
    ]
    if not summary.is_military:
        rows.insert(0, (t("Approved: people"), people, PERSON))
    return [*rows, *(recognised_rows(summary) or [(t("Recognised figures"), NO_DATA, None)])]


def recognised_rows(summary: UnitSummary, *, without: Collection[str] = ()) -> list[Row]:
    """What was recognised, one matter a row with its decisions, but some titles; nothing where nothing was entered."""
    shown = summary.recognised_shown
    rows: list[Row] = [
        (t("Recognised: {what} ({decisions})", what=name_of_matter(one), decisions=decisions_words(one)),
         Figure(one.count), None)
        for one in shown if one.title not in without
    ]  # fmt: skip
    hidden = len(shown) < len(summary.recognised)
    return [*rows, (t("Recognised figures"), HIDDEN, None)] if hidden else rows


def recognised_words(summary: UnitSummary, most: int | None = None) -> Text | Joined:
    """The same in a sentence: at most so many matters, and of each at most so many decisions."""
    if not summary.recognised:
        return NO_DATA
    shown = summary.recognised_shown
    said = [
        t("{what} {count} ({decisions})", what=name_of_matter(one), count=one.count,
          decisions=decisions_words(one, most))
        for one in shown[:most]
    ]  # fmt: skip
    if len(shown) > len(said):
        said.append(t("{count} more matters in the Excel file", count=len(shown) - len(said)))
    return joined([*said, HIDDEN] if len(shown) < len(summary.recognised) else said)


def of_title(summary: UnitSummary, title: str) -> tuple[Cell, Recognised | None]:
    """The recognised figure of a title, with its decisions where it is shown.

    Where something is hidden it is not said of which title: each that is not shown reads "hidden".
    """
    shown = summary.recognised_shown
    for one in shown:
        if title and one.title == title:
            return Figure(one.count), one
    return (HIDDEN if title and len(shown) < len(summary.recognised) else NO_DATA), None


def decisions_words(one: Recognised, most: int | None = None) -> Joined:
    """Number and date of each decision."""
    named = [t("{number} of {date}", number=number, date=format_date(day)) for number, day in one.decisions[:most]]
    return joined([*named, "…"] if len(named) < len(one.decisions) else named)


def approved_cells(summary: UnitSummary) -> tuple[Cell, Cell, Cell]:
    """People, entries and hours whose evidence was approved."""
    approved = summary.figures.approved
    if approved is None:
        return (NO_DATA, NO_DATA, NO_DATA)
    if summary.hidden or (summary.protected and approved.people < SMALL):
        return (HIDDEN, HIDDEN, HIDDEN)
    return (Figure(approved.people), Figure(approved.entries), hours(approved.minutes))


def goal_rows(summary: UnitSummary) -> list[Row]:
    """What the median person studies in a week against the goal; nothing without a goal, or where nothing is shown."""
    goal = summary.goal
    if goal is None or summary.hidden or not summary.figures.entries:
        return []
    against = Figure((200 * summary.weekly_median + goal.minutes) // (2 * goal.minutes) / 100, "percent")
    return [
        (t("Goal of each person, a week ({unit})", unit=goal.unit_name), Figure(goal.minutes), MINUTE),
        (t("Median per person, a week"), Figure(summary.weekly_median), MINUTE),
        (t("Median against the goal"), against, PERCENT),
    ]


def courses_table(summary: UnitSummary) -> Table:
    """Named courses, one a row, those with the most hours first."""
    people = () if summary.is_military else (t("People who logged"),)
    header = (t("Course"), *people, t("Entries"), t("Said to be completed"), t("Minutes studied"), t("Hours studied"))
    return Table(t("Courses"), header, tuple(_course_row(part, summary) for part in summary.courses))


def _course_row(part: Part, summary: UnitSummary) -> Row:
    people = () if summary.is_military else (Figure(part.people),)
    effort = (Figure(part.entries), Figure(part.completed), Figure(part.minutes), hours(part.minutes))
    return (part.key, *people, *effort)


def more_rows(data: UnitData) -> list[Row]:
    """The rows of the overview after who studied and for how long."""
    summary = data.summary
    return [*goal_rows(summary), *area_rows(data), *mode_rows(summary), *approved_rows(summary)]
