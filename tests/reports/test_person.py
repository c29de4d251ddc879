"""A person's card: weekly continuity equals a walk day by day, sums meet the goal, the picture names nobody."""

from datetime import date, timedelta
from io import BytesIO
from random import Random

from PIL import Image

from bot.i18n import Reader
from bot.reports.card import HEIGHT, WIDTH, card_picture
from bot.reports.person import StudyDay, Verdict, card, continuity
from bot.study import AREA_NAMES

DIARIES = 2_000
"""Random diaries that are compared with the walk day by day."""


def diary(chance: Random) -> tuple[list[StudyDay], date]:
    """Some weeks of a person with a habit of their own, some entries logged late, around any turn of a year."""
    first = date(2025, 1, 1) + timedelta(days=chance.randrange(700))
    length, habit, laziness = chance.randrange(1, 200), chance.choice((0.03, 0.1, 0.25, 0.6)), chance.random() * 0.5
    days = []
    for number in range(length):
        if chance.random() < habit:
            day = first + timedelta(days=number)
            late = chance.choice((1, 6, 7, 8, 20)) if chance.random() < laziness else 0
            days.append(StudyDay(day, chance.randrange(1, 300), day + timedelta(days=late)))
    return days, first + timedelta(days=length + chance.randrange(3))


def walked(days: list[StudyDay], today: date) -> tuple[int, int, list[str]]:
    """The streak, the longest streak, and what became of each week: one day after the other, as one would tell it."""
    by_day = {one.day: one for one in days}
    streak = longest = 0
    freezes: dict[str, int] = {}
    weeks: list[str] = []
    begun = had_study = False
    day = date(2024, 12, 30)
    while day <= today:
        entry = by_day.get(day)
        if entry is not None and (entry.logged_on - day).days <= 7 and not had_study:
            had_study = begun = True
            streak += 1
            longest = max(longest, streak)
        is_sunday, is_last = day.strftime("%a") == "Sun", day == today
        if begun and (is_sunday or is_last):
            month = (day - timedelta(days=day.weekday())).strftime("%Y-%m")
            if had_study:
                weeks.append("studied")
            elif is_last:
                weeks.append("open")
            elif streak == 0:
                weeks.append("empty")
            elif freezes.get(month, 0) < 2:
                freezes[month] = freezes.get(month, 0) + 1
                weeks.append("frozen")
            else:
                streak = 0
                weeks.append("broken")
        if is_sunday:
            had_study = False
        day += timedelta(days=1)
    return streak, longest, weeks


def test_the_run_of_weeks_equals_a_walk_day_by_day_on_random_diaries() -> None:
    chance = Random(20261122)
    verdicts = set()
    for _ in range(DIARIES):
        days, today = diary(chance)

        found = continuity(days, today)

        streak, longest, weeks = walked(days, today)
        # A Sunday without study is the last day of an open week as well: both say that it is not over.
        assert [week.verdict.value for week in found.weeks] == weeks, (days, today)
        assert (found.streak, found.longest) == (streak, longest), (days, today)
        verdicts |= {week.verdict for week in found.weeks}
    assert verdicts == set(Verdict)


def test_two_weeks_of_rest_a_month_keep_the_run_and_the_third_ends_it() -> None:
    studied = [StudyDay(date(2026, 9, 28), 60, date(2026, 9, 28)), StudyDay(date(2026, 10, 19), 60, date(2026, 10, 19))]

    kept = continuity(studied, date(2026, 10, 20))
    ended = continuity(studied[:1], date(2026, 10, 26))

    assert [week.verdict.value for week in kept.weeks] == ["studied", "frozen", "frozen", "studied"]
    assert (kept.streak, kept.freezes_left) == (2, 0)
    assert [week.verdict.value for week in ended.weeks] == ["studied", "frozen", "frozen", "broken", "open"]
    assert (ended.streak, ended.longest) == (0, 1)


def test_seven_days_late_counts_and_eight_days_late_does_not() -> None:
    day, today = date(2026, 11, 3), date(2026, 11, 20)

    assert continuity([StudyDay(day, 60, day + timedelta(days=7))], today).longest == 1
    assert continuity([StudyDay(day, 60, day + timedelta(days=8))], today).weeks == ()


def test_longer_periods_ask_only_for_the_days_since_the_first_entry() -> None:
    days = [StudyDay(date(2026, 11, 9), 120, date(2026, 11, 9)), StudyDay(date(2026, 11, 22), 60, date(2026, 11, 22))]

    shown = card(days, {}, 420, date(2026, 11, 22))

    sums = {one.period.kind: (one.minutes, one.goal) for one in shown.sums}
    assert sums == {"week": (60, 420), "month": (180, 840), "year": (180, 840), "phase": (180, 840)}
    assert {one.goal for one in card(days, {}, None, date(2026, 11, 22)).sums} == {None}


def test_the_phase_and_the_year_turn_on_new_years_day() -> None:
    days = [StudyDay(date(2025, 12, 31), 60, date(2025, 12, 31)), StudyDay(date(2026, 1, 1), 30, date(2026, 1, 1))]

    old, new = card(days, {}, 60, date(2025, 12, 31)), card(days, {}, 60, date(2026, 1, 1))

    assert [(one.period.key, one.minutes) for one in old.sums] == [
        ("2026-W01", 60), ("2025-12", 60), ("2025", 60), ("phase-1", 60)
    ]  # fmt: skip
    assert [(one.period.key, one.minutes) for one in new.sums] == [
        ("2026-W01", 90), ("2026-01", 30), ("2026", 30), ("phase-2", 30)
    ]  # fmt: skip


def test_the_picture_has_a_phone_s_shape_and_room_for_the_largest_figures() -> None:
    chance = Random(7)
    for goal in (None, 15, 3600):
        days, today = diary(chance)
        shown = card([*days, StudyDay(today, 960, today)], dict.fromkeys(AREA_NAMES, 99_999), goal, today)
        for language in ("vi", "en"):
            picture = Image.open(BytesIO(card_picture(shown, AREA_NAMES, Reader(language))))

            assert picture.size == (WIDTH, HEIGHT)
            columns = [picture.convert("L").crop((x, 0, x + 1, HEIGHT)).getextrema()[0] for x in (10, WIDTH - 10)]
            assert columns == [255, 255]
