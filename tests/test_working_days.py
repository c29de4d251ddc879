"""Working days: the lunar calendar agrees with the printed ones, and the law's holidays are free, also on weekends."""

from datetime import date, timedelta

import pytest

from bot.lunar import lunar_day
from bot.working_days import is_working_day, working_day_after

PRINTED = {
    2016: ("08/02", "16/04"), 2017: ("28/01", "06/04"), 2018: ("16/02", "25/04"), 2019: ("05/02", "14/04"),
    2020: ("25/01", "02/04"), 2021: ("12/02", "21/04"), 2022: ("01/02", "10/04"), 2023: ("22/01", "29/04"),
    2024: ("10/02", "18/04"), 2025: ("29/01", "07/04"), 2026: ("17/02", "26/04"), 2027: ("06/02", "16/04"),
    2028: ("26/01", "04/04"), 2029: ("13/02", "23/04"), 2030: ("02/02", "12/04"),
}  # fmt: skip
"""Tết and Giỗ Tổ as calendars of Việt Nam print them; 2023 has a leap month, 2030 begins a day before China's."""
TET_DECIDED = {2023: ("20/01", "26/01"), 2024: ("08/02", "14/02"), 2025: ("27/01", "31/01"), 2026: ("16/02", "20/02")}
"""The working days off for Tết as they were announced for these years, the days for a weekend among them."""


def day(said: str, year: int) -> date:
    number, month = said.split("/")
    return date(year, int(month), int(number))


@pytest.mark.parametrize("year", PRINTED)
def test_the_moon_is_where_the_printed_calendars_have_it(year: int) -> None:
    assert (lunar_day(year, 1, 1), lunar_day(year, 3, 10)) == tuple(day(said, year) for said in PRINTED[year])


@pytest.mark.parametrize("year", TET_DECIDED)
def test_all_days_off_for_tet_are_known_but_the_one_that_is_decided_each_year(year: int) -> None:
    first, last = (day(said, year) for said in TET_DECIDED[year])
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    near = [first - timedelta(days=step) for step in (3, 2, 1)] + [last + timedelta(days=step) for step in (1, 2, 3)]

    assert len([one for one in days if is_working_day(one)]) == 1
    assert [one for one in near if one.weekday() < 5 and not is_working_day(one)] == []


@pytest.mark.parametrize(
    ("said", "is_free", "why"),
    [
        ("2027-01-01", True, "New Year"),
        ("2027-02-05", True, "the last day of the old lunar year"),
        ("2027-02-08", True, "the third of the first month"),
        ("2027-02-09", True, "in place of Saturday 06/02"),
        ("2027-02-10", True, "in place of Sunday 07/02"),
        ("2027-02-11", False, "the fifth day is for the yearly decision"),
        ("2027-02-04", False, "the same, before Tết"),
        ("2027-04-16", True, "Giỗ Tổ"),
        ("2027-05-03", True, "in place of Saturday 01/05"),
        ("2027-09-02", True, "the national day"),
        ("2027-09-01", False, "the day beside it is for the yearly decision"),
        ("2026-04-27", True, "in place of Giỗ Tổ on a Sunday"),
        ("2023-05-02", True, "in place of Giỗ Tổ on Saturday 29/04"),
        ("2023-05-03", True, "in place of Sunday 30/04"),
        ("2026-11-24", False, "Ngày Văn hóa Việt Nam: no law that we know of"),
    ],
)
def test_what_the_law_fixes_is_free_and_what_a_decision_adds_is_not(said: str, is_free: bool, why: str) -> None:
    assert is_working_day(date.fromisoformat(said)) is not is_free, why


@pytest.mark.parametrize(
    ("said", "count", "expected"),
    [
        ("2026-11-23", 2, "2026-11-25"),
        ("2026-11-26", 2, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2027-02-04", 2, "2027-02-12"),
    ],
)
def test_counting_working_days_leaves_out_weekends_and_holidays(said: str, count: int, expected: str) -> None:
    assert working_day_after(date.fromisoformat(said), count) == date.fromisoformat(expected)
