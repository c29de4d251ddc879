"""Our product in webhook mode with nothing left out, on a database with people who have agreed to a study log."""

import argparse
import asyncio
import contextlib
import json
import logging
import signal
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import structlog

from bot.app import App
from bot.channels.telegram import Telegram
from bot.clock import now
from bot.settings import Settings
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer
from storage.database import Database
from storage.migrate import upgrade
from storage.people import LOG, UNIT_TOTALS, People
from storage.tables import unit_tree, units
from tests.benchmarks.load import FIRST_CHAT

TOKEN = "1:ours"
SAMPLE_SECONDS = 0.001


class Samples:
    """A sampling profile: which functions of ours were at work, counted by processor time; costs about one percent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._alone: Counter[str] = Counter()
        self._within: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to count."""
        signal.signal(signal.SIGPROF, self._take)
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)

    def write(self) -> None:
        """Stop, and write both counts, the largest first."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        counts = {"alone": self._alone.most_common(60), "within": self._within.most_common(120)}
        self._path.write_text(json.dumps(counts, indent=1), encoding="utf-8")

    def _take(self, _number: int, frame: FrameType | None) -> None:
        seen: set[str] = set()
        while frame is not None:
            code = frame.f_code
            name = f"{'/'.join(Path(code.co_filename).parts[-3:])}:{code.co_qualname}"
            if not seen:
                self._alone[name] += 1
            if name not in seen:
                seen.add(name)
                self._within[name] += 1
            frame = frame.f_back


async def make_people(database_url: str, people: int) -> None:
    """A unit, and people of it who agreed to the log and to being counted."""
    database = Database(database_url)
    await upgrade(database)
    committer = Committer(database)
    began = now()
    unit = new_id()
    changes = Changes()
    changes.insert(units, id=unit, code="BENCH", name="Đơn vị đo", search_key="don vi do", created_at=began)
    changes.insert(unit_tree, ancestor_id=unit, unit_id=unit, depth=0)
    await committer.commit(Commit(changes))
    await asyncio.gather(*(_make_person(database, committer, number, unit, began) for number in range(people)))
    await committer.close()
    await database.close()


async def _make_person(database: Database, committer: Committer, number: int, unit: int, at: datetime) -> None:
    changes = Changes()
    repository = People(database, changes)
    person = repository.add("telegram", str(FIRST_CHAT + number), "vi", at)
    repository.update(person, unit_id=unit)
    repository.consent(person, {LOG: True, UNIT_TOTALS: True}, "telegram", at)
    await committer.commit(Commit(changes, None, (person.id, 0, {})))


def build(options: argparse.Namespace) -> App:
    """The app as the command line builds it, but for the two rates of webhook answers."""
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None, database_url=options.database_url, port=options.port, public_url=options.api_url
    )
    app = App(settings)
    rates: dict[str, Any] = {} if options.limits else {"per_second": 0, "chat_gap": 0.0}
    app.add_web()
    app.add(
        Telegram(
            TOKEN, mode="webhook", api_url=options.api_url, public_url=options.api_url, secret=options.secret, **rates
        )
    )
    return app


async def main(options: argparse.Namespace) -> None:
    """Run until told to stop; one line on standard output says that it listens."""
    await make_people(options.database_url, options.people)
    app = build(options)
    await app.start()
    samples = Samples(options.profile) if options.profile else None
    if samples:
        samples.start()
    print("listening", flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    if samples:
        samples.write()
    await app.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("database-url", "api-url", "secret"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--limits", action="store_true", help="keep to Telegram's rates, as in operation")
    parser.add_argument("--profile", type=Path, help="write a sampling profile here at the end")
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(_options()))
