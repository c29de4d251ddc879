"""Column types that mean the same on SQLite and PostgreSQL, and our ids."""

import threading
import time
from datetime import UTC, datetime
from secrets import randbits
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A 63-bit key made by `new_id` (SQLite keeps it as its own integer key)."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON value; comparable on PostgreSQL, and None is SQL's NULL."""

Sorted120 = String(120).with_variant(String(120, collation="C"), "postgresql")
"""Up to 120 characters in byte order on both engines, so that all that begin alike are one range of the index."""

READY, UNSENT = text("state = 'ready'"), text("state <> 'sent'")
"""What the small indexes of the outbox hold."""

_EPOCH_MS = 1_704_067_200_000
_lock = threading.Lock()
_last = 0


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: kept as UTC, given back as UTC, naive values refused (SQLite would drop the offset)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def new_id() -> int:
    """A new key: milliseconds since 2024 and 22 random bits, growing within a process, below 2^63.

    Made here and not by the database, so that a whole turn is written without reading an id back.
    """
    global _last
    made = ((time.time_ns() // 1_000_000 - _EPOCH_MS) << 22) | randbits(22)
    with _lock:
        _last = made if made > _last else _last + 1
        return _last
