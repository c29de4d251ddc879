"""Which day someone studied, seen from the day on which they write."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.dates import find_days, parse_day
from bot.language.spans import sentence
from bot.language.study import understand

TUESDAY = datetime.date(2026, 11, 24)
_ZONE = datetime.timezone(datetime.timedelta(hours=7))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hôm nay", "2026-11-24"), ("hom qua", "2026-11-23"), ("hôm kia", "2026-11-22"), ("hôm kìa", "2026-11-21"),
        ("tối qua", "2026-11-23"), ("bữa qua", "2026-11-23"), ("3 ngày trước", "2026-11-21"),
        ("chủ nhật", "2026-11-22"), ("cn", "2026-11-22"), ("t7", "2026-11-21"), ("thứ ba", "2026-11-17"),
        ("thứ hai tuần này", "2026-11-23"), ("thứ sáu tuần trước", "2026-11-20"), ("thứ 7 vừa rồi", "2026-11-21"),
        ("20/11", "2026-11-20"), ("24/11", "2026-11-24"), ("25/11", "2025-11-25"), ("mùng 2/9", "2026-09-02"),
        ("ngày 5", "2026-11-05"), ("ngày 28", "2026-10-28"), ("ngày hai mươi tháng mười một", "2026-11-20"),
        ("20/11/2025", "2025-11-20"), ("30/12 năm ngoái", "2025-12-30"), ("5", "2026-11-05"), ("29/2", "2024-02-29"),
        ("yesterday", "2026-11-23"),
    ],
)  # fmt: skip
def test_a_day_is_read_from_the_answer(text: str, day: str) -> None:
    assert parse_day(text, TUESDAY) == datetime.date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["hôm trước", "hổm rày", "bữa nọ", "rằm", "30/2", "ngày mai", "tuần sau", "xyz", "", "thứ năm tuần này"]
)
def test_an_unclear_or_future_day_is_not_guessed(text: str) -> None:
    assert parse_day(text, TUESDAY) is None


def test_after_midnight_last_evening_is_the_day_before() -> None:
    now = datetime.datetime(2026, 3, 1, 0, 25, tzinfo=_ZONE)

    assert [span.date for span in find_days(sentence("hồi tối").key, now)] == [datetime.date(2026, 2, 28)]


def test_the_day_before_new_year_is_in_the_old_year() -> None:
    assert parse_day("31/12", datetime.date(2027, 1, 2)) == datetime.date(2026, 12, 31)
    assert parse_day("hôm kia", datetime.date(2027, 1, 1)) == datetime.date(2026, 12, 30)


def test_an_interval_over_midnight_belongs_to_the_day_on_which_it_began() -> None:
    now = datetime.datetime(2026, 3, 1, 0, 40, tzinfo=_ZONE)

    for text in ("em học toán từ 23h đến 0h30", "em học toán từ 23h tối qua đến 0h30"):
        assert [(e.minutes, e.date) for e in understand(text, now).entries] == [(90, datetime.date(2026, 2, 28))]


@pytest.mark.parametrize("text", ["bài thứ hai", "lần thứ ba", "chị mai"])
def test_ordinals_and_names_are_no_days(text: str) -> None:
    now = datetime.datetime(2026, 11, 24, 20, tzinfo=_ZONE)

    assert find_days(sentence(text).key, now) == []


@settings(max_examples=60, deadline=None)
@given(st.dates(min_value=datetime.date(2024, 1, 1), max_value=TUESDAY))
def test_every_formatted_day_reads_back(day: datetime.date) -> None:
    assert parse_day(f"{day:%d/%m/%Y}", TUESDAY) == day
    assert parse_day(day.isoformat(), TUESDAY) == day
    if day > TUESDAY.replace(year=2025):
        assert parse_day(f"{day:%d/%m}", TUESDAY) == day
