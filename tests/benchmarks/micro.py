"""Small measurements without a server: reading a sentence and finding an answer, beside what others would use."""

import gc
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.i18n import LOCALES
from bot.knowledge.answer import Knowledge
from bot.language.study import understand
from tests.evaluation.baselines import found_day, full_text

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """One function over one set of texts; milliseconds for one text, the best of the rounds for each."""

    title: str
    texts: int
    p50: float
    p99: float


def measure() -> list[Timing]:
    """Both pairs, ours first."""
    sentences = [(row["text"], datetime.fromisoformat(row["now"])) for row in _rows("log_dev.jsonl")]
    asked = [row["text"] for row in _rows("q_dev.jsonl")]
    knowledge = Knowledge.load(LOCALES)
    search = full_text(" ".join((one.title, one.text, *one.questions)) for one in knowledge.articles)
    rows: list[tuple[str, Callable[..., object], Sequence[tuple[Any, ...]]]] = [
        ("`understand`: the whole sentence", understand, sentences),
        ("`dateparser.search`: its dates only", found_day, sentences),
        ("`Knowledge.ask`: answer or refusal", knowledge.ask, [(text,) for text in asked]),
        ("SQLite FTS5 over the same articles: ten rows", search, [(text,) for text in asked]),
    ]
    return [_timing(*row) for row in rows]


def _timing(title: str, function: Callable[..., object], texts: Sequence[tuple[Any, ...]]) -> Timing:
    best = [float("inf")] * len(texts)
    for arguments in texts[:5]:
        function(*arguments)
    gc.collect()
    for _ in range(ROUNDS):
        for number, arguments in enumerate(texts):
            began = time.perf_counter()
            function(*arguments)
            best[number] = min(best[number], (time.perf_counter() - began) * 1000)
    times = sorted(best)
    return Timing(title, len(texts), times[len(times) // 2], times[int(len(times) * 0.99)])


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines() if line.strip()]
