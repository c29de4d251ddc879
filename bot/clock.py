"""Now, and today where the person lives: the only place that reads the machine's clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

_zone = LOCAL_ZONE
_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)


def set_zone(name: str) -> None:
    """Let the people live in another IANA zone (setting TZ); before anything runs."""
    global _zone
    _zone = ZoneInfo(name)


def now() -> datetime:
    """The present as an aware UTC time; a test or a script may hold it still with `standing_at`."""
    return _fixed.get() or datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment as wall-clock time where the people live."""
    return moment.astimezone(_zone)


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
