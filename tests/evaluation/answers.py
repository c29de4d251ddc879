"""Score answers by the judges' rules, with where the right document stands in what was found."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.answer import Knowledge
from bot.knowledge.english import is_english
from bot.knowledge.lines import as_json
from tests.evaluation.baselines import Search
from tests.knowledge.scoring import judge

Row = dict[str, Any]
NEVER = {"gambling", "secrets", "injection"}
"""Categories in which no answer at all may be shown."""
BEST_OF = 3


@dataclass(slots=True)
class Found:
    """What one system says to one question: the answer as `python -m bot ask` prints it, and whether each of the three
    best candidates comes from a right document."""

    said: dict[str, Any]
    right_documents: list[bool]


Asking = Callable[[Row], Found]


@dataclass(slots=True)
class Scores:
    """Counts by style ("all" holds every style), false answers by category, the mistakes, milliseconds for one text."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    categories: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    mistakes: list[tuple[str, str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def share(self, part: str, style: str = "all") -> float:
        """A share of the answerable questions; of the others for false answers; NaN of nothing."""
        counts = self.counts[style]
        whole = counts["unanswerable" if part == "false" else "answerable"]
        return counts[part] / whole if whole else float("nan")

    def quantile(self, part: float) -> float:
        """Milliseconds that this part of the texts needed at most."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def score(rows: Iterable[Row], asking: Asking) -> Scores:
    """Ask every question and compare the answer with its labels."""
    scores = Scores()
    for row in rows:
        found, milliseconds = _timed(asking, row)
        scores.times.append(milliseconds)
        verdict = judge(row, found.said)
        _count(scores, row, verdict, found.right_documents)
        if why := _mistake(row, verdict):
            scores.mistakes.append((row["id"], row["style"], why))
    return scores


def _timed(asking: Asking, row: Row) -> tuple[Found, float]:
    best = float("inf")
    for _ in range(BEST_OF):
        began = time.perf_counter()
        found = asking(row)
        best = min(best, (time.perf_counter() - began) * 1000)
    return found, best


def _count(scores: Scores, row: Row, verdict: dict[str, bool], documents: list[bool]) -> None:
    for style in ("all", row["style"]):
        if row["answerable"]:
            scores.counts[style].update(
                answerable=1, right=verdict["right"], source=verdict["source"], refused=not verdict["answered"],
                first=any(documents[:1]), top_three=any(documents[:3]),
            )  # fmt: skip
        else:
            scores.counts[style].update(unanswerable=1, false=verdict["answered"])
    if not row["answerable"]:
        scores.categories[row["category"]][0] += verdict["answered"]
        scores.categories[row["category"]][1] += 1


def _mistake(row: Row, verdict: dict[str, bool]) -> str:
    if not row["answerable"]:
        return f"false answer ({row['category']})" if verdict["answered"] else ""
    if not verdict["answered"]:
        return "refused"
    if not verdict["right"]:
        return "wrong answer"
    return "" if verdict["source"] else "wrong source"


def ours(knowledge: Knowledge, ranked: Mapping[str, list[bool]]) -> Asking:
    """The product's own way; `ranked` comes from `candidates` and is not part of what is timed."""

    def ask(row: Row) -> Found:
        return Found(as_json(knowledge.ask(row["text"])), ranked[row["id"]])

    return ask


def candidates(knowledge: Knowledge, rows: Iterable[Row]) -> dict[str, list[bool]]:
    """For each row's id: whether the sources of each of the three best articles hold a right document."""
    ranked = {}
    for row in rows:
        asked = knowledge._tokenizer.question(row["text"], english=is_english(row["text"]))
        hits = knowledge._search(asked, row["text"], None, None)[:3]
        ranked[row["id"]] = [judge(row, as_json(knowledge.article(hit.id)))["source"] for hit in hits]
    return ranked


def baseline(search: Search) -> Asking:
    """A search that shows its best passage, whatever it is: it refuses only when no word is found."""

    def ask(row: Row) -> Found:
        passages = search(row["text"])
        right = {gold["doc"] for gold in row["gold_passages"]}
        documents = [one.document in right for one in passages[:3]]
        if not passages:
            return Found({"answered": False, "answer": "", "sources": []}, documents)
        first = passages[0]
        said = {"answered": True, "answer": first.text, "sources": [{"document": first.title}]}
        return Found(said, documents)

    return ask
