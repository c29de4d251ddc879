"""Many people at once for the jobs' tests: accounts on several channels, languages and forms of address."""

from datetime import datetime

from sqlalchemy import insert

from storage.columns import new_id
from storage.database import Database
from storage.tables import accounts, conversations, persons

ROWS = 2_000


async def crowd(
    database: Database, count: int, now: datetime, *, channels: tuple[str, ...] = ("console",)
) -> list[int]:
    """This many people, each with an account and a conversation; every third says "đồng chí", every fifth English."""
    made = [new_id() for _ in range(count)]
    for start in range(0, count, ROWS):
        some = list(enumerate(made))[start : start + ROWS]
        people = [
            {"id": id, "language": "en" if n % 5 == 0 else "vi", "address_form": "dongchi" if n % 3 == 0 else "anhchi",
             "consents": {"reminders": True}, "created_at": now}
            for n, id in some
        ]  # fmt: skip
        doors = [
            {"id": new_id(), "channel": channels[n % len(channels)], "address": f"p{n}", "person_id": id,
             "seen_at": now}
            for n, id in some
        ]  # fmt: skip
        talks = [{"person_id": id, "version": 1, "state": {"asked": "x", "taps": []}} for _, id in some]
        async with database.writing() as connection:
            await connection.execute(insert(persons), people)
            await connection.execute(insert(accounts), doors)
            await connection.execute(insert(conversations), talks)
    return made
