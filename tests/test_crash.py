"""kill -9 at any moment: no log is lost, none is made twice, and every reply arrives."""

import asyncio
import contextlib
import json
import os
import random
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from sqlalchemy import func, select

from storage.database import Database
from storage.tables import outbox, study_log_changes, study_logs
from tests.nursery import Nursery

MESSAGES = 300
KILLS = 30
PEOPLE = 10
IN_FLIGHT = 8
"""The driver feeds no further line while so many are not known to be handled."""
REDELIVERED = 3
"""A channel without an acknowledgement delivers again; so does the driver, and some handled lines on top."""


def script() -> list[str]:
    consents = [{"as": f"p{person}", "text": "/start"} for person in range(PEOPLE)]
    agrees = [{"as": f"p{person}", "tap": "Đồng ý"} for person in range(PEOPLE)]
    logs = [
        {"as": f"p{number % PEOPLE}", "text": f"hôm nay học tin học {number // PEOPLE + 1} phút"}
        for number in range(MESSAGES)
    ]
    return [
        json.dumps({**line, "id": f"m{number}", "at": "2026-11-22T08:15:00+07:00"})
        for number, line in enumerate(consents + agrees + logs)
    ]


class Process:
    """One life of the bot: lines go in one by one, replies come out."""

    def __init__(self, nursery: Nursery, url: str, folder: Path) -> None:
        (hears, say), (heard, says) = os.pipe(), os.pipe()
        with open(os.devnull, "wb") as nowhere:
            self.process = nursery.begin(
                "bot", "console", "--script", "-", folder=folder, environment={**os.environ, "DATABASE_URL": url},
                stdin=hears, stdout=says, stderr=nowhere.fileno(),
            )  # fmt: skip
        os.close(hears)
        os.close(says)
        self.stdin, self.stdout = os.fdopen(say, "w", encoding="utf-8"), os.fdopen(heard, encoding="utf-8")
        self.replies: Queue[dict[str, Any]] = Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.stdout:
            self.replies.put(json.loads(line))

    def say(self, line: str) -> bool:
        try:
            self.stdin.write(line + "\n")
            self.stdin.flush()
        except BrokenPipeError:
            return False
        return True

    def heard(self, seconds: float) -> dict[str, Any] | None:
        try:
            return self.replies.get(timeout=seconds)
        except Empty:
            return None

    def kill(self) -> None:
        self.process.kill()
        assert self.process.ended(20) == -9
        self._close()

    def end(self) -> None:
        self.stdin.close()
        assert self.process.ended(60) == 0
        self._close()

    def _close(self) -> None:
        self.reader.join()
        for pipe in (self.stdin, self.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


async def test_thirty_kills_lose_nothing_and_repeat_nothing(
    database_url: str, nursery: Nursery, tmp_path: Path
) -> None:
    chance = random.Random(2026)
    lines = script()
    heard: list[str] = []
    done = 0
    for kill_at in [*sorted(chance.sample(range(2 * PEOPLE + 2 * IN_FLIGHT, len(lines) - 5), KILLS)), len(lines)]:
        begin = max(done - REDELIVERED, 2 * PEOPLE if done else 0)
        bot = Process(nursery, database_url, tmp_path)
        fed = begin

        def take(seconds: float) -> bool:
            nonlocal done
            reply = bot.heard(seconds)  # noqa: B023 - called within this round only
            if reply is not None:
                heard.append(reply["text"])
                # A reply to line n says that every line before it is settled.
                done = max(done, begin + reply["line"] - 1)  # noqa: B023
            return reply is not None

        while fed < kill_at:
            bot.say(lines[fed])
            fed += 1
            while fed - max(done, begin) > IN_FLIGHT:
                assert take(20), "the bot fell silent"
        if kill_at < len(lines):
            await asyncio.sleep(chance.random() * 0.05)
            bot.kill()
        else:
            bot.end()
        while take(0):  # the process has ended, and all that it said is here
            pass

    database = Database(database_url)
    try:
        assert await database.value(select(func.count()).select_from(study_logs)) == MESSAGES
        assert await database.value(select(func.count()).select_from(study_log_changes)) == MESSAGES
        per_person = (MESSAGES // PEOPLE) * (MESSAGES // PEOPLE + 1) // 2
        sums = await database.all(select(func.sum(study_logs.c.minutes)).group_by(study_logs.c.person_id))
        assert [row[0] for row in sums] == [per_person] * PEOPLE
        assert await database.value(select(func.count()).where(outbox.c.state != "sent")) == 0
        promised = await database.all(select(outbox.c.payload))
    finally:
        await database.close()
    missing = {row.payload["text"] for row in promised} - set(heard)
    assert not missing
