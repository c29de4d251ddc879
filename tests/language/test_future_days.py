"""Days to come in words."""

from datetime import date

import pytest

from bot.language.future_days import future_day

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("đến 30/11", date(2026, 11, 30)),
        ("đến hết ngày 30/11/2026", date(2026, 11, 30)),
        ("từ 01/12", date(2026, 12, 1)),
        ("từ ngày 1 tháng 12", date(2026, 12, 1)),
        ("2026-12-31", date(2026, 12, 31)),
        ("1/1", date(2027, 1, 1)),
        ("29/2", date(2028, 2, 29)),
        ("hôm nay", FRIDAY),
        ("từ hôm nay", FRIDAY),
        ("ngày mai", date(2026, 11, 28)),
        ("trực ban tuần này", date(2026, 11, 29)),
        ("hết tuần", date(2026, 11, 29)),
        ("đến chủ nhật", date(2026, 11, 29)),
        ("den chu nhat tuan sau", date(2026, 12, 6)),
        ("thứ sáu", FRIDAY),
        ("đến thứ năm", date(2026, 12, 3)),
        ("hết tháng này", date(2026, 11, 30)),
        ("tháng sau", date(2026, 12, 31)),
        ("7 ngày", date(2026, 12, 4)),
        ("trong 2 tuần nữa", date(2026, 12, 11)),
        ("until 5/12", date(2026, 12, 5)),
    ],
)
def test_a_day_to_come_is_found(words: str, day: date) -> None:
    assert future_day(words, FRIDAY) == day


@pytest.mark.parametrize(
    "words", ["", "đến", "26/11/2026", "31/11", "30/2", "thứ ba tuần này", "tối qua", "A.1", "9999-01-01", "99 ngày lễ"]
)
def test_what_is_no_day_to_come_is_none(words: str) -> None:
    assert future_day(words, FRIDAY) is None
