"""How long someone studied: said in hours, minutes, halves, intervals and words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.durations import find_times, parse_minutes
from bot.language.spans import sentence


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2 tiếng rưỡi", 150), ("tiếng rưỡi", 90), ("nửa tiếng", 30), ("nữa tiếng", 30), ("1h30", 90), ("1g15", 75),
        ("45p", 45), ("40'", 40), ("90 phút", 90), ("1 tiếng 20", 80), ("1 tiếng kém 10", 50), ("2,5 tiếng", 150),
        ("một tiếng mười lăm", 75), ("ba mươi lăm phút", 35), ("hai lăm phút", 25), ("một trăm hai mươi phút", 120),
        ("3/4 tiếng", 45), ("1 giờ rưỡi đồng hồ", 90), ("2 tieng ruoi", 150), ("bon muoi phut", 40),
        ("khoảng một tiếng rưỡi", 90), ("90", 90), ("từ 19h đến 21h30", 150), ("8h tối đến 9h kém 15", 45),
        ("từ 11h đến 1h chiều", 120), ("từ 22h đến 0h30", 150), ("19:00-20:15", 75), ("1:30", 90),
    ],
)  # fmt: skip
def test_a_duration_is_read_in_minutes(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "2", "hai ba tiếng", "2-3 tiếng", "mấy tiếng", "cả buổi", "một lúc", "xin chào", "0 phút", "2 buổi"]
)
def test_an_unclear_duration_is_not_guessed(text: str) -> None:
    assert parse_minutes(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("học lúc 19h30", "clock"), ("2 giờ chiều vào học", "clock"), ("học từ 2 đến 3 tiếng", "range"),
        ("học 3 buổi", "session"), ("học 4 tiết", "session"), ("học vài tiếng", "vague"), ("học cả buổi sáng", "vague"),
    ],
)  # fmt: skip
def test_clock_times_ranges_and_sessions_are_no_durations(text: str, kind: str) -> None:
    kinds = {span.kind for span in find_times(sentence(text).key)}

    assert kind in kinds
    assert "duration" not in kinds


def test_around_an_hour_is_marked_as_rough() -> None:
    spans = find_times(sentence("học gần 2 tiếng").key)

    assert [(span.minutes, span.approx) for span in spans] == [(120, True)]


def test_the_language_after_a_lesson_number_is_no_hour() -> None:
    assert find_times(sentence("học xong bài 5 tiếng Anh").key) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=1, max_value=15), st.integers(min_value=1, max_value=59))
def test_every_formatted_duration_reads_back(hours: int, minutes: int) -> None:
    total = hours * 60 + minutes

    for text in (
        f"{hours} giờ {minutes} phút",
        f"{hours}h{minutes:02d}",
        f"{hours} tiếng {minutes} phút",
        f"{total} phút",
    ):
        assert parse_minutes(text) == total, text
