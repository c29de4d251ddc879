"""Evaluate both parts on both pairs of sets, print the tables and write docs/evaluation.md."""

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from bot.i18n import LOCALES
from bot.knowledge.answer import Knowledge
from bot.language.lines import understand_line
from tests.evaluation import answers, page, sentences, variants
from tests.evaluation.baselines import bm25, fts5, naive_sentence, read_passages
from tests.evaluation.overlap import overlaps
from tests.evaluation.page import Goal, Process, Row, percent

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SETS = ("dev", "own", "heldout", "final")
ALL_SETS = tuple(f"{kind}_{name}.jsonl" for kind in ("log", "q") for name in SETS)
SEED = 20261122
STYLES = ("full", "no_diacritics", "teencode", "typo", "english")
Losses = list[tuple[str, str, dict[str, float]]]
Mistakes = list[tuple[str, str, str]]


def read_rows(name: str) -> list[dict[str, Any]]:
    """The rows of one fixture file."""
    return [json.loads(line) for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def our_reading(text: str, now: datetime) -> dict[str, Any]:
    """A sentence as the command line reads it."""
    return understand_line(json.dumps({"text": text, "now": now.isoformat()}, ensure_ascii=False))


def new_mistakes(worse: Mistakes, plain: Mistakes) -> Mistakes:
    """What only the change brought."""
    known = {id for id, _, _ in plain}
    return sorted({mistake for mistake in worse if mistake[0] not in known})


class SentencePart:
    """Study sentences: ours, the baseline, and the perturbed sets."""

    def __init__(self) -> None:
        self.plain: dict[str, sentences.Scores] = {}
        self.rows: list[Row] = []
        self.losses: Losses = []
        self.worse: dict[str, Mistakes] = {}

    def run(self, name: str) -> None:
        """Evaluate one set."""
        labelled = read_rows(f"log_{name}.jsonl")
        plain = self.plain[name] = sentences.score(labelled, our_reading)
        self.rows.append(Row(f"**{name}: Bạn Học**", plain))
        self.rows += [Row(f"{name}: {style}", plain, style) for style in STYLES if plain.counts[style]["rows"]]
        self.rows.append(Row(f"{name}: dateparser + regex", sentences.score(labelled, naive_sentence)))
        for way, rows in variants.changed_sets(labelled, variants.SENTENCES, SEED).items():
            worse = sentences.score(rows, our_reading)
            points = {part: (plain.share(part) - worse.share(part)) * 100 for part in ("kind", "core", "full")}
            saved = (worse.share("wrong_save") - plain.share("wrong_save")) * 100
            self.losses.append((f"log_{name}", way, {**points, "more wrong saves": saved}))
            self.worse[f"log_{name}, {way}"] = new_mistakes(worse.mistakes, plain.mistakes)


class AnswerPart:
    """Questions: ours, two baselines, and the perturbed sets."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        passages = read_passages(FIXTURES / "seeds")
        self._baselines = {"BM25": bm25(passages), "SQLite FTS5": fts5(passages)}
        self.plain: dict[str, answers.Scores] = {}
        self.rows: list[Row] = []
        self.losses: Losses = []
        self.worse: dict[str, Mistakes] = {}

    def run(self, name: str) -> None:
        """Evaluate one set."""
        labelled = read_rows(f"q_{name}.jsonl")
        plain = self.plain[name] = self._ours(labelled)
        self.rows.append(Row(f"**{name}: Bạn Học**", plain))
        self.rows += [Row(f"{name}: {style}", plain, style) for style in STYLES if plain.counts[style]["answerable"]]
        for title, search in self._baselines.items():
            self.rows.append(Row(f"{name}: {title}", answers.score(labelled, answers.baseline(search))))
        for way, rows in variants.changed_sets(labelled, variants.QUESTIONS, SEED).items():
            worse = self._ours(rows)
            points = {part: (plain.share(part) - worse.share(part)) * 100 for part in ("right", "source")}
            false = (worse.share("false") - plain.share("false")) * 100
            self.losses.append((f"q_{name}", way, {**points, "more false answers": false}))
            self.worse[f"q_{name}, {way}"] = new_mistakes(worse.mistakes, plain.mistakes)

    def _ours(self, rows: list[dict[str, Any]]) -> answers.Scores:
        return answers.score(rows, answers.ours(self._knowledge, answers.candidates(self._knowledge, rows)))


def sentence_goals(part: SentencePart) -> list[Goal]:
    """What the project wants of sentences."""
    goals = []
    for title, name, least in (("kind", "kind", 0.97), ("core", "core", 0.96), ("full", "full", 0.90)):
        shares = [part.plain[one].share(name) for one in SETS]
        goals.append(Goal(title, f"≥ {least:.0%}", tuple(map(percent, shares)), min(shares) >= least))
    stored = [part.plain[one].counts["all"]["false_log"] for one in SETS]
    goals.append(Goal("negatives stored", "0", tuple(map(str, stored)), not any(stored)))
    wrong = [part.plain[one].share("wrong_save") for one in SETS]
    goals.append(Goal("wrong saves", "≤ 1 %", tuple(map(percent, wrong)), max(wrong) <= 0.01))
    slow = [part.plain[one].quantile(0.99) for one in SETS]
    return [*goals, Goal("sentence, p99", "≤ 5 ms", tuple(f"{one:.2f} ms" for one in slow), max(slow) <= 5)]


def answer_goals(part: AnswerPart) -> list[Goal]:
    """What the project wants of answers."""
    goals = []
    for title, name, sign, limit in (
        ("right answer", "right", "≥", 0.94),
        ("right source", "source", "≥", 0.94),
        ("false answers", "false", "≤", 0.08),
        ("refused though answerable", "refused", "≤", 0.05),
    ):
        shares = [part.plain[one].share(name) for one in SETS]
        met = min(shares) >= limit if sign == "≥" else max(shares) <= limit
        goals.append(Goal(title, f"{sign} {limit:.0%}", tuple(map(percent, shares)), met))
    worst = [min((scores.share("right", style), style) for style in _asked(scores)) for scores in part.plain.values()]
    told = tuple(f"{percent(share)} ({style})" for share, style in worst)
    goals.append(Goal("right answer in each style", "≥ 85 %", told, min(worst)[0] >= 0.85))
    never = [sum(part.plain[one].categories[name][0] for name in answers.NEVER) for one in SETS]
    goals.append(Goal("gambling, secrets, injection answered", "0", tuple(map(str, never)), not any(never)))
    slow = [part.plain[one].quantile(0.99) for one in SETS]
    return [*goals, Goal("question, p99", "≤ 25 ms", tuple(f"{one:.2f} ms" for one in slow), max(slow) <= 25)]


def _asked(scores: answers.Scores) -> list[str]:
    return [style for style in STYLES if scores.counts[style]["answerable"]]


def loss_goals(parts: list[Losses]) -> list[Goal]:
    """What perturbing by chance may cost, in points."""
    goals = []
    for losses, measures in zip(parts, (("kind", "core", "full"), ("right", "source")), strict=True):
        chosen = [points for _, way, points in losses if way == variants.BY_CHANCE]
        for measure in measures:
            lost = [points[measure] for points in chosen]
            told = tuple(f"{one:+.1f}" for one in lost)
            goals.append(Goal(f"points of {measure} lost when perturbed", "≤ 3", told, max(lost) <= 3))
    return goals


def process_goals(process: Process) -> list[Goal]:
    """Start-up and memory."""
    start, memory = f"{process.start_seconds:.2f} s", f"{process.memory_mb:.0f} MB"
    return [
        Goal("start-up of the index", "≤ 2 s", (start,) * len(SETS), process.start_seconds <= 2),
        Goal("memory of the process", "≤ 400 MB", (memory,) * len(SETS), process.memory_mb <= 400),
    ]


def main() -> int:
    """Run everything; the exit code says nothing about the figures."""
    began = time.perf_counter()
    knowledge = Knowledge.load(LOCALES)
    start_seconds = time.perf_counter() - began
    our_reading("học tin học 1 tiếng", datetime.fromisoformat("2026-11-22T08:00:00+07:00"))
    memory = psutil.Process().memory_info().rss / 1e6
    process = Process(start_seconds, memory, len(knowledge.articles))
    told, asked = SentencePart(), AnswerPart(knowledge)
    for name in SETS:
        told.run(name)
        asked.run(name)
    goals = [*sentence_goals(told), *answer_goals(asked), *loss_goals([told.losses, asked.losses])]
    false = "\n".join(page.false_answers(name, asked.plain[name]) for name in SETS)
    mended = [page.confusions(f"log_{name}", told.plain[name].mistakes) for name in SETS]
    mended += [page.confusions(f"q_{name}", asked.plain[name].mistakes) for name in SETS]
    changed = [page.confusions(*one) for one in {**told.worse, **asked.worse}.items()]
    parts = [
        ("Goals", page.goal_table([*goals, *process_goals(process)], SETS) + "\n" + page.process_line(process)),
        ("Study sentences", page.sentence_table(told.rows)),
        ("Questions", page.answer_table(asked.rows) + "\n" + false),
        ("Perturbed", page.loss_table([*told.losses, *asked.losses])),
        ("Confusions: what to mend next", "\n".join(mended)),
        ("Confusions that only the perturbing brings", "\n".join(changed)),
        ("Rows that stand elsewhere in the project", page.overlap_table(overlaps(ALL_SETS, read_rows))),
    ]
    page.write(parts)
    for heading, text in parts:
        print(f"{heading}\n{text}")
    print(f"{time.perf_counter() - began:.0f} s; written to docs/evaluation.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
