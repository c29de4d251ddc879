"""How long each kind of row is kept, and the daily job that clears away the rest; study entries and consents stay."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.jobs.runs import Context, Facts
from storage.database import Database
from storage.retention import BATCH, Retention

KEPT_DAYS: Mapping[str, int] = {
    "inbound": 30,
    "outbox_sent": 180,
    "outbox_unsent": 180,
    "one_time_codes": 90,
    "link_codes": 1,
    "link_tries": 1,
    "desk_links": 2,
    "roster_imports": 1,
    "desk_sessions": 2,
    "files": 30,
    "job_runs": 90,
    "reminded": 180,
}
"""Days per kind, longer than any use of the row: a channel delivers a message again for a day or two at most; the web
chat shows the messages of half a year, and what was promised once (the key of a message) is known as long. Of files
only those that nothing refers to any more."""


async def run(now: datetime, context: Context) -> Facts | None:
    """Clear away what is old enough, in small batches; how many rows of which kind."""
    return {kind: count for kind, count in (await clear(context.database, now)).items() if count}


async def due(database: Database, now: datetime) -> dict[str, int]:
    """What `clear` would delete now, by kind."""
    retention = Retention(database)
    return {kind: await retention.count(kind, _before(kind, now)) for kind in KEPT_DAYS}


async def clear(database: Database, now: datetime) -> dict[str, int]:
    """Delete it, by kind; messages first, so that the files which only they carried go, too."""
    retention = Retention(database)
    cleared = dict.fromkeys(KEPT_DAYS, 0)
    for kind in KEPT_DAYS:
        gone = BATCH
        while gone == BATCH:
            gone = await retention.clear(kind, _before(kind, now))
            cleared[kind] += gone
            await asyncio.sleep(0)
    return cleared


def _before(kind: str, now: datetime) -> datetime:
    return now - timedelta(days=KEPT_DAYS[kind])
