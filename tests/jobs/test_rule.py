"""When a job is due, on ordinary days and on those when a clock is moved."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.jobs.rule import At, Every, Rule, daily, monthly, weekly

VIETNAM, BERLIN, NEW_YORK = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def all_of(rule: Rule, begin: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    found = []
    moment = rule.next_after(begin, zone)
    while moment < end:
        found.append(moment)
        moment = rule.next_after(moment, zone)
    return found


@pytest.mark.parametrize(
    ("rule", "now", "then"),
    [
        (daily(7, 30), "2026-11-28T07:29:59+07:00", "2026-11-28T07:30:00+07:00"),
        (daily(7, 30), "2026-11-28T07:30:00+07:00", "2026-11-29T07:30:00+07:00"),
        (daily(7, 30), "2026-11-28T00:10:00+00:00", "2026-11-28T07:30:00+07:00"),
        (weekly("mon", 7, 30), "2026-11-28T09:00:00+07:00", "2026-11-30T07:30:00+07:00"),
        (weekly("mon", 7, 30), "2026-11-30T07:30:00+07:00", "2026-12-07T07:30:00+07:00"),
        (monthly(1, 6), "2026-12-01T06:00:00+07:00", "2027-01-01T06:00:00+07:00"),
        (Every(60), "2026-11-28T07:29:59+07:00", "2026-11-28T07:30:59+07:00"),
    ],
)
def test_the_next_moment_follows_the_wall_clock(rule: Rule, now: str, then: str) -> None:
    assert rule.next_after(datetime.fromisoformat(now), VIETNAM) == datetime.fromisoformat(then)


@pytest.mark.parametrize(
    ("zone", "rule", "day"),
    [
        (BERLIN, daily(2, 30), "2026-03-29"),
        (BERLIN, daily(2, 30), "2026-10-25"),
        (NEW_YORK, daily(1, 30), "2026-11-01"),
        (NEW_YORK, daily(2, 30), "2026-03-08"),
    ],
)
def test_on_a_day_when_the_clock_is_moved_a_job_is_due_once(zone: ZoneInfo, rule: At, day: str) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=zone)

    found = all_of(rule, noon - timedelta(days=3), noon + timedelta(days=3), zone)

    days = [moment.astimezone(zone).date() for moment in found]
    assert len(days) == len(set(days)) == 6
    assert all(rule.latest(moment, zone) == moment for moment in found)


def test_what_was_missed_is_listed_up_to_the_last_moment_and_the_last_is_known() -> None:
    begin, now = datetime(2026, 11, 25, 0, 30, tzinfo=UTC), datetime(2026, 11, 28, 2, 0, tzinfo=UTC)

    last = daily(7, 30).latest(now, VIETNAM)

    assert last == datetime(2026, 11, 28, 0, 30, tzinfo=UTC)
    assert [moment.day for moment in daily(7, 30).missed(begin, last, VIETNAM)] == [25, 26, 27]


def test_the_moment_before_a_month_with_a_gap_is_found() -> None:
    now = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)

    assert monthly(28, 6).latest(now, VIETNAM) == datetime(2026, 2, 27, 23, 0, tzinfo=UTC)


def test_a_day_that_not_every_month_has_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 28"):
        monthly(31, 6)
