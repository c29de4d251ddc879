"""Now, and today where the person lives: the only place that reads the machine's clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_zone = LOCAL_ZONE
_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)


def set_zone(name: str) -> None:
    """Let the people live in another IANA zone (setting TZ); before anything runs."""
    global _zone
    _zone = ZoneInfo(name)


def zone() -> ZoneInfo:
    """Where the people live."""
    return _zone


def now() -> datetime:
    """The present as an aware UTC time; a test or a script may hold it still with `standing_at`."""
    return _fixed.get() or datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment as wall-clock time where the people live."""
    return moment.astimezone(_zone)


def end_of(day: date) -> datetime:
    """The first moment after a calendar day where the people live."""
    return datetime.combine(day + timedelta(days=1), time(), _zone).astimezone(UTC)


def start_of(day: date) -> datetime:
    """The first moment of a calendar day where the people live."""
    return datetime.combine(day, time(), _zone).astimezone(UTC)


def last_day(end: datetime) -> date:
    """The last calendar day before a moment: of `end_of(day)` the day itself."""
    return local(end - timedelta(microseconds=1)).date()


def today() -> date:
    """The calendar day that it is now where the people live."""
    return local(now()).date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment for the tasks that start inside the block."""
    if moment.tzinfo is None:
        raise ValueError("the clock stands at aware times only")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
