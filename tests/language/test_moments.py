"""A moment to come, as officers type it."""

from datetime import datetime

import pytest

from bot.language.moments import find_moment
from tests.chat import NOON

NOW = NOON.astimezone()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("15h 23/11/2026", (2026, 11, 23, 15, 0)),
        ("15h 30/11", (2026, 11, 30, 15, 0)),
        ("15 giờ 23-11-2026", (2026, 11, 23, 15, 0)),
        ("15h30 23/11/2026", (2026, 11, 23, 15, 30)),
        ("15h 30 23/11", (2026, 11, 23, 15, 30)),
        ("14:30 ngày 2/12/2026", (2026, 12, 2, 14, 30)),
        ("3 giờ rưỡi chiều 23/11", (2026, 11, 23, 15, 30)),
    ],
)
def test_the_day_behind_an_hour_is_not_taken_for_its_minutes(said: str, meant: tuple[int, ...]) -> None:
    found = find_moment(said, NOW)

    assert found is not None
    assert found == datetime(*meant, tzinfo=NOW.tzinfo)  # type: ignore[misc, arg-type]
