"""Periods of reports: names and neighbours."""

from datetime import date

import pytest

from bot.i18n import Reader, render
from bot.language.periods import Period, parse_period
from bot.reports.period import earlier, following, name_of_period

TODAY = date(2026, 11, 22)


def parse(text: str) -> Period:
    found = parse_period(text, TODAY)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("2026-10", "tháng 10/2026"),
        ("2026-Q3", "quý 3/2026"),
        ("2026-H1", "6 tháng đầu năm 2026"),
        ("2025-H2", "6 tháng cuối năm 2025"),
        ("2026", "năm 2026"),
        ("phase-1", "giai đoạn 1 (2023-2025)"),
        ("phase-2", "giai đoạn 2 (2026-2030)"),
        ("2026-W46", "tuần 09/11/2026–15/11/2026"),
        ("2026-11-21", "ngày 21/11/2026"),
    ],
)
def test_a_period_has_a_name(key: str, name: str) -> None:
    assert render(name_of_period(parse(key)), Reader("vi")) == name


@pytest.mark.parametrize(
    ("key", "before"),
    [
        ("2026-01", "2025-12"),
        ("2026-Q1", "2025-Q4"),
        ("2026-H1", "2025-H2"),
        ("2026", "2025"),
        ("phase-2", "phase-1"),
        ("2026-W01", "2025-W52"),
        ("2026-03-01", "2026-02-28"),
    ],
)
def test_the_period_before_and_the_one_after_are_each_others_neighbours(key: str, before: str) -> None:
    found = earlier(parse(key))

    assert found is not None
    assert found.key == before
    assert following(found, TODAY) == parse(key)


def test_nothing_comes_before_the_first_phase_nor_after_today() -> None:
    assert earlier(parse("phase-1")) is None
    assert following(parse("phase-2"), TODAY) is None
    assert following(parse("2026-11"), TODAY) is None
