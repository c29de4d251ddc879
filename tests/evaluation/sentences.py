"""Score what was understood of study sentences, by style, with the mistakes named."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.language.scoring import score as marks_of

Row = dict[str, Any]
Said = dict[str, Any]
Reading = Callable[[str, datetime], Said]
"""Text and the writer's local time in; kind, entries and patch out, as `python -m bot understand` prints them."""

BEST_OF = 3
"""Each text is timed so often and the best counts: other work on the machine is not the reading's."""


@dataclass(slots=True)
class Scores:
    """Counts by style ("all" holds every style), the mistakes, and milliseconds for one text."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    mistakes: list[tuple[str, str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def share(self, part: str, style: str = "all") -> float:
        """A share of the rows; of the rows that are logs for minutes, dates and subjects; NaN of nothing."""
        counts = self.counts[style]
        whole = counts["logs" if part in ("minutes", "date", "subject") else "rows"]
        return counts[part] / whole if whole else float("nan")

    def quantile(self, part: float) -> float:
        """Milliseconds that this part of the texts needed at most."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def score(rows: Iterable[Row], reading: Reading) -> Scores:
    """Read every row and compare it with its labels."""
    scores = Scores()
    for row in rows:
        now = datetime.fromisoformat(row["now"])
        said, milliseconds = _timed(reading, row["text"], now)
        scores.times.append(milliseconds)
        marks = marks_of(row, said)
        for style in ("all", row["style"]):
            scores.counts[style].update(marks)
        if not marks["full"]:
            scores.mistakes.append((row["id"], row["style"], _mistake(row, said, marks)))
    return scores


def _timed(reading: Reading, text: str, now: datetime) -> tuple[Said, float]:
    best = float("inf")
    said: Said = {}
    for _ in range(BEST_OF):
        began = time.perf_counter()
        said = reading(text, now)
        best = min(best, (time.perf_counter() - began) * 1000)
    return said, best


def _mistake(row: Row, said: Said, marks: Counter[str]) -> str:
    """The first thing that is wrong, without the person's words."""
    if not marks["kind"]:
        return f"{row['kind']} read as {said['kind']}"
    if row["kind"] != "log":
        return "the change asked for"
    if len(said["entries"]) != len(row["expected"]):
        return f"{len(row['expected'])} entries read as {len(said['entries'])}"
    wrong = [name for name in ("minutes", "date", "subject") if not marks[name]]
    return ", ".join(wrong) or "course or completion"
