"""kill -9 at any moment: no log is lost, none is made twice, and every reply arrives."""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from sqlalchemy import func, select

from storage.database import Database
from storage.tables import outbox, study_log_changes, study_logs

ROOT = Path(__file__).resolve().parent.parent
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

    def __init__(self, url: str, folder: Path) -> None:
        environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "console", "--script", "-"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.replies: Queue[dict[str, Any]] = Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.replies.put(json.loads(line))

    def say(self, line: str) -> bool:
        assert self.process.stdin
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
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
        self.process.wait()
        self._close()

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0
        self._close()

    def _close(self) -> None:
        self.reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


async def test_thirty_kills_lose_nothing_and_repeat_nothing(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(2026)
    lines = script()
    heard: list[str] = []
    done = 0
    for kill_at in [*sorted(chance.sample(range(2 * PEOPLE + 2 * IN_FLIGHT, len(lines) - 5), KILLS)), len(lines)]:
        begin = max(done - REDELIVERED, 2 * PEOPLE if done else 0)
        bot = Process(database_url, tmp_path)
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
        while take(0.2):
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

