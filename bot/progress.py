"""A person's progress in words: the card's lines, and why the streak of weeks is what it is, day by day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.clock import local
from bot.i18n import Joined, Minutes, Text, joined, t, tn
from bot.reports.person import (
    BACK_FILL_DAYS,
    FREEZES_A_MONTH,
    Card,
    Continuity,
    PeriodSum,
    StudyDay,
    Verdict,
    Week,
    card,
)
from bot.study import AREA_NAMES, week_line
from bot.turn import Turn

AREAS_SHOWN = 5
WEEKS_A_PAGE = 3
"""Weeks that one message explains."""
WEEKDAYS = (t("Mon"), t("Tue"), t("Wed"), t("Thu"), t("Fri"), t("Sat"), t("Sun"))


async def days_of(turn: Turn) -> list[StudyDay]:
    """The person's days of study."""
    found = await turn.study_logs.days(turn.person.id)
    return [StudyDay(day, minutes, local(logged).date()) for day, minutes, logged in found]


async def card_of(turn: Turn) -> Card | None:
    """The person's card; None without any entry."""
    days = await days_of(turn)
    if not days:
        return None
    areas = await turn.study_logs.by_area(turn.person.id, date(turn.today.year, 1, 1), turn.today)
    return card(days, areas, turn.person.goal, turn.today)


def card_lines(shown: Card) -> list[Text]:
    """Today, week, month, year, phase, the streak of weeks, areas."""
    lines = [t("Today: {minutes}.", minutes=Minutes(shown.minutes_today))]
    lines += [_sum_line(one) for one in shown.sums]
    lines += streak_lines(shown.continuity)
    if shown.areas:
        year = str(shown.today.year)
        lines.append(t("By area in {year}: {areas}.", year=year, areas=joined(_areas(shown.areas), ", ")))
    return lines


def _sum_line(one: PeriodSum) -> Text:
    if one.period.kind == "week":
        return week_line(one.minutes, one.goal)
    minutes = Minutes(one.minutes)
    if one.goal is None:
        return t("{period}: {minutes}.", period=one.name, minutes=minutes)
    return t("{period}: {minutes} / goal by today {goal}.", period=one.name, minutes=minutes, goal=Minutes(one.goal))


def streak_lines(streak: Continuity) -> list[Text]:
    """How many weeks in a row, and how many the month still lets one rest."""
    if not streak.streak:
        lines = [t("Continuity: one day of study that is logged in this week begins a streak.")]
        if streak.longest:
            longest = streak.longest
            lines.append(tn("Longest streak so far: {count} week.", "Longest streak so far: {count} weeks.", longest))
        return lines
    text = tn(
        "Continuity: {count} week in a row with study (longest {longest}); {month} has {freezes} weeks of rest left.",
        "Continuity: {count} weeks in a row with study (longest {longest}); {month} has {freezes} weeks of rest left.",
        streak.streak,
        longest=streak.longest,
        month=f"{streak.weeks[-1].monday:%m/%Y}",
        freezes=streak.freezes_left,
    )
    return [text, t("This week is open: one day of study keeps the streak.")] if streak.is_open else [text]


def explained(streak: Continuity, days: Sequence[StudyDay], page: int) -> tuple[Text, bool]:
    """The rule, then some weeks day by day, newest first; and whether there are earlier ones."""
    weeks = list(reversed(streak.weeks))[page * WEEKS_A_PAGE : (page + 1) * WEEKS_A_PAGE]
    by_day = {one.day: one for one in days}
    rule = t(
        "A week from Monday counts when at least one of its days has study that was logged within {days} days. A week "
        "without study uses one of the {freezes} weeks of rest of its month; without one left, the streak begins anew.",
        days=BACK_FILL_DAYS,
        freezes=FREEZES_A_MONTH,
    )
    lines = [_explained(week, by_day, streak.today) for week in weeks]
    more = len(streak.weeks) > (page + 1) * WEEKS_A_PAGE
    return t("{rule}\n\n{weeks}", rule=rule, weeks=joined(lines, "\n\n")), more


def _explained(week: Week, by_day: Mapping[date, StudyDay], today: date) -> Text:
    shown = [week.monday + timedelta(days=number) for number in range(7)]
    days = joined((_day(day, by_day.get(day)) for day in shown if day <= today), "; ")
    span = f"{week.monday:%d/%m}–{shown[-1]:%d/%m/%Y}"
    return t("{span}: {verdict}\n{days}.", span=span, verdict=_verdict(week, today), days=days)


def _day(day: date, found: StudyDay | None) -> Joined:
    name = t("{weekday} {day}", weekday=WEEKDAYS[day.weekday()], day=f"{day:%d/%m}")
    if found is None:
        return joined((name, t("no entry")), ": ")
    if found.counts:
        return joined((name, Minutes(found.minutes)), ": ")
    late = t("{minutes}, logged {late} days later, so not counted", minutes=Minutes(found.minutes), late=found.late)
    return joined((name, late), ": ")


def _verdict(week: Week, today: date) -> Text:
    month = f"{week.monday:%m/%Y}"
    match week.verdict:
        case Verdict.STUDIED:
            return tn("studied, {count} week in a row.", "studied, {count} weeks in a row.", week.streak)
        case Verdict.OPEN:
            return tn("not over yet, still {count} week.", "not over yet, still {count} weeks.", week.streak)
        case Verdict.FROZEN:
            text = tn(
                "a week of rest of {month} ({left} left), still {count} week.",
                "a week of rest of {month} ({left} left), still {count} weeks.",
                week.streak,
                month=month,
                left=week.freezes_left,
            )
        case Verdict.BROKEN:
            text = t("no study, and {month} had no week of rest left: a new streak begins with the next study.",
                     month=month)  # fmt: skip
        case _:
            text = t("no study, and no streak to keep.")
    last = week.monday + timedelta(days=6 + BACK_FILL_DAYS)
    if today > last:
        return text
    return t("{verdict} What was studied then can still be logged until {last}.", verdict=text, last=last)


def _areas(areas: Mapping[str, int]) -> list[Text]:
    return [
        t("{area} {minutes}", area=AREA_NAMES.get(area, AREA_NAMES["other"]), minutes=Minutes(minutes))
        for area, minutes in list(areas.items())[:AREAS_SHOWN]
    ]
