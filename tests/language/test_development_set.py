"""The labelled development sets: the figures that the understanding of study sentences must keep."""

import json
import random
from pathlib import Path
from typing import Any

from tests.language.scoring import evaluate, perturb

_FIXTURES = Path(__file__).parents[1] / "fixtures"


def _rows(name: str) -> list[dict[str, Any]]:
    lines = (_FIXTURES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def _told(result: dict[str, Any]) -> str:
    return "\n".join(f"{row['id']} {row['text']} -> {row['got']}" for row in result["failing"])


def test_the_development_set_is_understood_as_well_as_promised() -> None:
    result = evaluate(_rows("log_dev.jsonl"))

    assert result["kind"] >= 0.97, _told(result)
    assert result["core"] >= 0.96, _told(result)
    assert result["full"] >= 0.90, _told(result)
    assert result["false_log"] == 0, _told(result)
    assert result["wrong_save"] <= 0.01, _told(result)


def test_the_set_written_by_someone_else_is_understood_as_well() -> None:
    result = evaluate(_rows("log_own.jsonl"))

    assert result["kind"] >= 0.95, _told(result)
    assert result["core"] >= 0.93, _told(result)
    assert result["full"] >= 0.86, _told(result)
    assert result["false_log"] == 0, _told(result)
    assert result["wrong_save"] <= 0.02, _told(result)


def test_careless_typing_loses_at_most_three_points() -> None:
    rows = _rows("log_dev.jsonl")
    rng = random.Random(2026)
    before = evaluate(rows)
    rounds = [evaluate([row | {"text": perturb(row["text"], rng)} for row in rows]) for _ in range(3)]

    after = {name: sum(r[name] for r in rounds) / len(rounds) for name in ("kind", "core", "full")}

    assert all(before[name] - after[name] <= 0.03 for name in after), (after, [_told(r) for r in rounds])
