"""A unit's summary in words: the headline, the comparison, and the list of the units right below."""

import re
from collections.abc import Sequence

from bot.clock import local
from bot.i18n import Clock, Joined, Minutes, Text, joined, t, tn
from bot.reports.period import name_of_period
from bot.reports.unit import SMALL, UnitSummary
from bot.reports.unit_parts import part_name, parts_total
from bot.study import AREA_NAMES
from storage.summaries import Branch, Part
from storage.units import Unit

AREAS_SHOWN = 3
MISSING_SHOWN = 8
DAYS_SHOWN = 3
"""Days on which the tree changed that one message names."""
MOST_GROWTH = 10
"""More than so many times the hours of the period before is no growth of learning, but of logging."""
PAGE = 6
"""Units right below that one message lists, each with a button."""


def name_of(unit: Unit | Branch) -> str:
    """A unit's name, with its code where the name does not hold it as a word."""
    said = re.search(rf"(?<![\w.-]){re.escape(unit.code)}(?![\w.-])", unit.name)
    return unit.name if said else f"{unit.name} ({unit.code})"


def headline(summary: UnitSummary) -> Joined:
    """The whole message: figures, comparison, who is missing."""
    title = t(
        "{unit} · {period} · self-logged figures as of {moment}",
        unit=name_of(summary.unit),
        period=name_of_period(summary.period),
        moment=Clock(summary.as_of),
    )
    lines = [t("{title}: {figures}.", title=title, figures=joined(_figures(summary))), *_missing(summary)]
    if comparison := _comparison(summary):
        lines.append(comparison)
    return joined([*lines, *_against_goal(summary)], "\n")


def _against_goal(summary: UnitSummary) -> list[Text]:
    """The median person's week against the goal; nothing without a goal, or where nothing is shown."""
    goal = summary.goal
    if goal is None or summary.hidden or not summary.figures.entries:
        return []
    return [
        t(
            "Goal of {unit}: {goal} a week per person; the median is {median} a week, {share}% of the goal.",
            unit=goal.unit_name,
            goal=Minutes(goal.minutes),
            median=Minutes(summary.weekly_median),
            share=percent(summary.weekly_median, goal.minutes),
        )
    ]


def tree_note(summary: UnitSummary) -> list[Text]:
    """Above the figures by the tree of a day: which day."""
    return [] if summary.tree_of is None else [t("By the tree of {date}:", date=summary.tree_of)]


def change_warning(summary: UnitSummary) -> list[Text]:
    """Below the figures of a period in which units came or left."""
    if not summary.changed_on:
        return []
    days = joined(summary.changed_on[-DAYS_SHOWN:], ", ")
    return [t("The tree changed in this period ({days}): people before and after are not comparable.", days=days)]


def _figures(summary: UnitSummary) -> list[Text]:
    figures = summary.figures
    if not figures.entries:
        return [t("no entries yet"), *([] if summary.is_military else [_expected(figures.members)])]
    if summary.hidden:
        return [t("fewer than {count} people show here, so figures stay hidden to protect each of them", count=SMALL)]
    hours = t(
        "{hours} (median {median} per person)",
        hours=Minutes(figures.minutes),
        median=Minutes(int(figures.median_minutes + 0.5)),
    )
    return [_people(summary), hours, _areas(summary.areas)] if summary.areas else [_people(summary), hours]


def _expected(members: int) -> Text:
    if 0 < members < SMALL:
        return t("fewer than {count} members", count=SMALL)
    return tn("{count} member", "{count} members", members)


def _people(summary: UnitSummary) -> Text:
    """Who logged against who belongs there; people who have gone since are named apart, so it never exceeds 100 %."""
    figures = summary.figures
    present = figures.active_people - figures.former_people
    if summary.is_military:
        return t("{share}% of the people logged", share=percent(present, figures.members))
    if figures.former_people:
        return t(
            "{active}/{members} people logged (and {former} who belong elsewhere now)",
            active=present,
            members=figures.members,
            former=figures.former_people,
        )
    return t("{active}/{members} people logged", active=present, members=figures.members)


def percent(part: int, whole: int) -> int:
    """Whole percent, rounded half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def _areas(parts: Sequence[Part]) -> Text:
    total = parts_total(parts)
    shown = [
        t("{area} {share}%", area=part_name(part, AREA_NAMES), share=percent(part.minutes, total))
        for part in parts[:AREAS_SHOWN]
    ]
    return t("{areas}", areas=joined(shown, ", "))


def _missing(summary: UnitSummary) -> list[Text]:
    missing = summary.missing
    if not missing or not summary.figures.entries:
        return []
    names = joined([name_of(branch) for branch in missing[:MISSING_SHOWN]], ", ")
    more = len(missing) - MISSING_SHOWN
    if more > 0:
        return [t("No entries yet: {units} and {more} more.", units=names, more=more)]
    return [t("No entries yet: {units}.", units=names)]


def _comparison(summary: UnitSummary) -> Text | None:
    """Against the period before (a running period: against as many days of it); nothing where a cell is small."""
    figures, before = summary.figures, summary.before
    if before is None or summary.period_before is None or summary.hidden or not figures.entries:
        return None
    if before.active_people < SMALL:
        return None
    values = {
        "period": name_of_period(summary.period_before),
        "hours": _change_of_hours(figures.minutes, before.minutes),
        "people": _signed(figures.active_people - before.active_people),
    }
    running = summary.period.start <= local(summary.as_of).date() < summary.period.end
    if summary.is_military:
        del values["people"]
        if running:
            return t("Against the same days of {period}: hours {hours}.", **values)
        return t("Against {period}: hours {hours}.", **values)
    if running:
        return t("Against the same days of {period}: hours {hours}, people {people}.", **values)
    return t("Against {period}: hours {hours}, people {people}.", **values)


def _change_of_hours(new: int, old: int) -> Text | str:
    """In percent; growth beyond MOST_GROWTH says that the earlier period was not covered: then its hours alone."""
    if old * MOST_GROWTH < new:
        return t("{hours} then", hours=Minutes(old))
    return _change(new, old)


def percent_change(new: int, old: int) -> int:
    """By how many whole percent `new` differs from `old` (not 0)."""
    return round(100 * (new - old) / old)


def missing_words(missing: Sequence[Branch]) -> Text:
    """Which units right below have not submitted their reports."""
    names = joined([name_of(branch) for branch in missing[:MISSING_SHOWN]], ", ")
    more = len(missing) - MISSING_SHOWN
    if more > 0:
        return t("Not submitted: {units} and {more} more.", units=names, more=more)
    return t("Not submitted: {units}.", units=names)


def compared(summary: UnitSummary) -> list[Text]:
    """The period and the one before side by side; one line says why where they cannot be."""
    figures, before = summary.figures, summary.before
    if before is None or summary.period_before is None:
        return [t("There is no earlier period to compare with.")]
    if summary.hidden or 0 < before.active_people < SMALL:
        return [t("fewer than {count} people show here, so figures stay hidden to protect each of them", count=SMALL)]
    running = summary.period.start <= local(summary.as_of).date() < summary.period.end
    other = name_of_period(summary.period_before)
    other = t("the same days of {period}", period=other) if running else other
    lines = [
        t("{unit} · {period}, beside {other}:", unit=name_of(summary.unit), period=name_of_period(summary.period),
          other=other),
        t("study time {new}, before {old} ({change})", new=Minutes(figures.minutes), old=Minutes(before.minutes),
          change=_change(figures.minutes, before.minutes)),
        t("median per person {new}, before {old}", new=Minutes(int(figures.median_minutes + 0.5)),
          old=Minutes(int(before.median_minutes + 0.5))),
    ]  # fmt: skip
    if not summary.is_military:
        people = figures.active_people, before.active_people
        lines.append(t("people who logged {new}, before {old} ({change})", new=people[0], old=people[1],
                       change=_signed(people[0] - people[1])))  # fmt: skip
        lines.append(t("entries {new}, before {old} ({change})", new=figures.entries, old=before.entries,
                       change=_signed(figures.entries - before.entries)))  # fmt: skip
    return lines


def _change(new: int, old: int) -> Text | str:
    """In percent of the earlier figure; a change of less than half a percent is no 0 %, and the same is unchanged."""
    if not old:
        return "–"
    if new != old and not percent_change(new, old):
        return t("up by less than 1%") if new > old else t("down by less than 1%")
    return _signed(percent_change(new, old), "%")


def _signed(number: int, measure: str = "") -> Text | str:
    """+3, −3 or, where nothing changed, the word for it."""
    if not number:
        return t("unchanged")
    return f"+{number}{measure}" if number > 0 else f"−{-number}{measure}"


def branch_list(summary: UnitSummary, page: int) -> tuple[Joined, tuple[Branch, ...]]:
    """One page of the units right below: the text and the units on it."""
    branches = summary.figures.branches
    shown = branches[page * PAGE : (page + 1) * PAGE]
    pages = (len(branches) + PAGE - 1) // PAGE
    title = t("{unit} · {period} · units below", unit=name_of(summary.unit), period=name_of_period(summary.period))
    counted = t("{title} ({page}/{pages})", title=title, page=page + 1, pages=pages) if pages > 1 else title
    return joined([counted, *(_branch(summary, branch) for branch in shown)], "\n"), shown


def _branch(summary: UnitSummary, branch: Branch) -> Text:
    name = name_of(branch)
    if not branch.entries:
        return t("{unit}: no entries yet", unit=name)
    if branch.unit_id in summary.hidden_branches:
        return t("{unit}: hidden (fewer than {count} people, or needed to protect them)", unit=name, count=SMALL)
    present, hours = branch.active_people - branch.former_people, Minutes(branch.minutes)
    if summary.is_military:
        share = percent(present, branch.members)
        return t("{unit}: {share}% of the people; {hours}", unit=name, share=share, hours=hours)
    counts = {"active": present, "members": branch.members}
    return t("{unit}: {active}/{members} people; {hours}", unit=name, hours=hours, **counts)
