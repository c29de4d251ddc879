"""Score answers against the labelled question sets: right answer, right source, false answers, refusals, by style.

The rules are those of the judges: text and keys are folded; a key starts at the start of a word and its last digit is
not followed by another; "^" anchors a key to the answer's start, "$" makes it the whole answer. A repeat of the
question and lines that begin with "Nguồn" do not count as an answer.
"""

import json
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]
_LEAD = re.compile(
    r"^(?:(?:da|vang|a|ok|thua (?:dong chi|ban|anh|chi)|chao (?:dong chi|ban|anh|chi)|tra loi|dap|answer) )+"
)
_SOURCE_LINE = re.compile(r"(?im)^\W*(?:nguồn|nguon|sources?|references?)\s*[:：–—-].*$")
_NEWSPAPER_GUARD = (
    ("uy ban nhan dan", "ubnd"),
    ("hoi dong nhan dan", "hdnd"),
    ("quan doi nhan dan", "qdnd"),
    ("cong an nhan dan", "cand"),
)


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def folded(text: str) -> str:
    """Lower case, no marks, đ as d, everything but letters and digits one space."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    return re.sub(r"[^0-9a-z]+", " ", plain.replace("đ", "d")).strip()


def has(text: str, key: str) -> bool:
    """Does the folded text hold the key?"""
    if key.startswith("^"):
        return _anchored(text, key)
    at = text.find(key)
    while at >= 0:
        end = at + len(key)
        whole_number = not (key[-1].isdigit() and end < len(text) and text[end].isdigit())
        if (at == 0 or text[at - 1] == " ") and whole_number:
            return True
        at = text.find(key, at + 1)
    return False


def _anchored(text: str, key: str) -> bool:
    wanted = key.strip("^$ ")
    lead = _LEAD.match(text)
    for start in {0, lead.end() if lead else 0}:
        end = start + len(wanted)
        if text.startswith(wanted, start) and (end == len(text) or (text[end] == " " and not key.endswith("$"))):
            return True
    return False


def judge(row: Row, answer: dict[str, Any]) -> dict[str, bool]:
    """answered, right (all facts stated, none forbidden) and source of one answer."""
    said = folded(_SOURCE_LINE.sub(" ", str(answer.get("answer") or "")))
    asked = folded(row["text"])
    if len(asked) > 12 and asked in said and asked != said:
        said = re.sub(" +", " ", said.replace(asked, " ")).strip()
    answered = bool(answer.get("answered"))
    facts = all(any(has(said, key) for key in group) for group in row.get("must") or [])
    forbidden = any(has(said, key) for key in row.get("must_not") or [])
    source = folded(json.dumps(answer.get("sources"), ensure_ascii=False))
    for name, short in _NEWSPAPER_GUARD:
        source = source.replace(name, short)
    shown = answered and any(has(source, key) for key in row.get("source_any") or [])
    return {"answered": answered, "right": answered and row["answerable"] and facts and not forbidden, "source": shown}


def evaluate(rows: Iterable[Row], ask: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """Ask every question and count. Right, source and refused are of the n answerable rows, false of the un others.

    Returns {"styles": {style or "all": {n, right, source, refused, un, false}}, "categories": {category: (false, n)},
    "fails": [(id, style, text, why)], "p50_ms", "p99_ms"}.
    """
    styles: dict[str, Counter[str]] = defaultdict(Counter)
    categories: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    fails: list[tuple[str, str, str, str]] = []
    times: list[float] = []
    for row in rows:
        begun = time.perf_counter()
        answer = ask(row["text"])
        times.append((time.perf_counter() - begun) * 1000)
        verdict = judge(row, answer)
        _count(row, verdict, styles, categories)
        if why := _why(row, verdict):
            fails.append((row["id"], row["style"], row["text"], why))
    times.sort()
    return {
        "styles": {style: dict(counts) for style, counts in styles.items()},
        "categories": {category: (false, n) for category, (false, n) in categories.items()},
        "fails": fails,
        "p50_ms": times[len(times) // 2] if times else 0.0,
        "p99_ms": times[min(len(times) - 1, int(len(times) * 0.99))] if times else 0.0,
    }


def _count(
    row: Row, verdict: dict[str, bool], styles: dict[str, Counter[str]], categories: dict[str, list[int]]
) -> None:
    for style in ("all", row["style"]):
        counts = styles[style]
        if row["answerable"]:
            counts.update(n=1, right=verdict["right"], source=verdict["source"], refused=not verdict["answered"])
        else:
            counts.update(un=1, false=verdict["answered"])
    if not row["answerable"]:
        categories[row["category"]][0] += verdict["answered"]
        categories[row["category"]][1] += 1


def _why(row: Row, verdict: dict[str, bool]) -> str:
    if not row["answerable"]:
        return f"false answer ({row['category']})" if verdict["answered"] else ""
    if not verdict["answered"]:
        return "refused"
    return "" if verdict["right"] and verdict["source"] else "wrong answer" if not verdict["right"] else "wrong source"


def share(counts: dict[str, int], part: str, of: str = "n") -> float:
    """A share between 0 and 1; 1.0 for nothing of nothing so that an absent style does not fail a rule."""
    return counts.get(part, 0) / counts[of] if counts.get(of) else (0.0 if part in {"false", "refused"} else 1.0)
