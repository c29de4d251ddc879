"""Tells the admins each morning which requests about personal data have to be answered by tomorrow, or are overdue."""

from datetime import datetime, timedelta

from bot.clock import local
from bot.i18n import t
from bot.jobs.promise import Occasion, promise_once
from bot.jobs.runs import Context, Facts
from bot.message import Button, Reply
from storage.changes import Changes
from storage.data_requests import DataRequests
from storage.outbox import NOTICE
from storage.roles import Roles

MOST = 1_000


async def run(now: datetime, context: Context) -> Facts | None:
    """One notice to each admin while something is due by tomorrow; nothing when nothing is."""
    today = local(now).date()
    due = await DataRequests(context.database, Changes()).open_ones(MOST, until=today + timedelta(days=1))
    if not due:
        return None
    overdue = sum(one.next_day() < today for one in due)
    text = t(
        "Requests about personal data: {count} have to be answered by tomorrow, {overdue} of them are overdue.",
        count=len(due),
        overdue=str(overdue),
    )
    reply = Reply(text, (Button(t("All open requests ({count})", count=str(len(due))), "request.list"),))
    admins = await Roles(context.database, Changes(), now).admins()
    occasion = Occasion("data_requests", context.due, priority=NOTICE)
    told = await promise_once(context, occasion, dict.fromkeys(admins, reply), now)
    return {"due": len(due), "overdue": overdue, "told": told}
