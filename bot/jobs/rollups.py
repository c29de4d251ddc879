"""Keeps the roll-ups up every few seconds; holds them against the raw rows every night: a difference is an alert."""

from datetime import datetime

import structlog

from bot.i18n import t
from bot.jobs.promise import Occasion, promise_once
from bot.jobs.runs import Context, Facts
from bot.message import Reply
from bot.metrics import ROLLUP_DIFFERENCES
from storage.changes import Changes
from storage.outbox import NOTICE
from storage.roles import Roles
from storage.rollups import Rollups

log = structlog.get_logger(__name__)

MOST_FOLDS = 50
"""Folds in one run at most: a run of some seconds, after which the schedule is looked at again."""


async def fold(now: datetime, context: Context) -> Facts | None:
    """Take in what was logged and changed since the last time."""
    rollups, folded = Rollups(context.database), 0
    for _ in range(MOST_FOLDS):
        count = await rollups.fold()
        folded += count
        if not count:
            break
    return {"folded": folded} if folded else None


async def check(now: datetime, context: Context) -> Facts | None:
    """Compare all sums with the raw rows; when they differ, tell the admins how to mend it."""
    found = await Rollups(context.database).differences()
    ROLLUP_DIFFERENCES.set(len(found))
    if not found:
        return None
    tables = sorted({one.table for one in found})
    log.error("roll-ups differ from the raw rows", rows=len(found), tables=tables)
    reply = Reply(
        t(
            "The nightly check found sums that differ from the entries ({count} rows). The figures of /tonghop are not "
            "concerned: they are always counted from the entries. Please have the operator run: {command}",
            count=len(found),
            command="python -m bot rollups rebuild",
        )
    )
    admins = await Roles(context.database, Changes(), now).admins()
    await promise_once(context, Occasion("rollups", context.due, priority=NOTICE), dict.fromkeys(admins, reply), now)
    return {"differences": len(found)}
