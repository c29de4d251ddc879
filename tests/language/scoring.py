"""Scores study sentences by the labelling rules, and perturbs sentences as careless typing does."""

import datetime
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from bot.language.dates import find_days
from bot.language.fold import fold
from bot.language.lines import understand_line
from bot.language.spans import sentence

Row = dict[str, Any]
_KINDS = {"log": "log", "correction": "correction", "needs_clarification": "needs_clarification"}


def evaluate(rows: Iterable[Row]) -> dict[str, Any]:
    """Shares of kinds, core and full matches, minutes, dates and subjects, wrong saves and stored negatives.

    Also p50/p99 in milliseconds, the same shares by style, and the rows that are not wholly right.
    """
    rows = list(rows)
    counts: Counter[str] = Counter()
    styles: dict[str, Counter[str]] = {}
    failing: list[dict[str, Any]] = []
    times: list[float] = []
    for row in rows:
        begun = time.perf_counter()
        answer = understand_line(_line(row))
        times.append((time.perf_counter() - begun) * 1000)
        marks = score(row, answer)
        counts.update(marks)
        styles.setdefault(str(row.get("style")), Counter()).update(marks)
        if not marks["full"]:
            failing.append({"id": row["id"], "text": row["text"], "expected": row["kind"], "got": answer})
    times.sort()
    return _shares(counts) | {
        "styles": {name: _shares(counter) for name, counter in sorted(styles.items())},
        "failing": failing,
        "p50_ms": times[len(times) // 2] if times else 0.0,
        "p99_ms": times[int(len(times) * 0.99)] if times else 0.0,
    }


def _line(row: Row) -> str:
    return json.dumps({"text": row["text"], "now": row["now"]}, ensure_ascii=False)


def _shares(counts: Counter[str]) -> dict[str, Any]:
    rows, logs = max(1, counts["rows"]), max(1, counts["logs"])
    shares: dict[str, Any] = {name: counts[name] / rows for name in ("kind", "core", "full", "wrong_save")}
    shares |= {name: counts[name] / logs for name in ("minutes", "date", "subject")}
    return shares | {"rows": counts["rows"], "false_log": counts["false_log"]}


def score(row: Row, answer: dict[str, Any]) -> Counter[str]:
    """What of one answer is right, as counts."""
    got = _KINDS.get(answer["kind"], "not_a_log")
    kind = got == row["kind"] or got in row.get("kind_alt", [])
    marks = Counter(rows=1, kind=int(kind), core=int(kind), full=int(kind))
    if row["kind"] == "log":
        _score_log(row["expected"], answer["entries"], kind, marks)
        marks["wrong_save"] += int(got == "log" and not marks["core"])
    elif kind and row["kind"] == "correction":
        patch, expected = answer["patch"] or {}, row["expected"][0]
        marks["core"] = marks["full"] = int(all(patch.get(k) == expected[k] for k in ("op", "minutes", "date")))
    if row["kind"] != "log" and got == "log":
        marks["wrong_save"] += 1
        marks["false_log"] += int(row["kind"] == "not_a_log")
    return marks


def _score_log(expected: list[Row], entries: list[Row], kind: bool, marks: Counter[str]) -> None:
    minutes = kind and [e["minutes"] for e in entries] == [e["minutes"] for e in expected]
    date = kind and [e["date"] for e in entries] == [e["date"] for e in expected]
    subject = kind and len(entries) == len(expected) and all(map(_same_subject, entries, expected))
    course = all(
        bool(e["course"]) == bool(x["course"]) and e["completed"] == x["completed"]
        for e, x in zip(entries, expected, strict=False)
    )
    core = minutes and date
    marks.update(logs=1, minutes=int(minutes), date=int(date), subject=int(subject))
    marks["core"], marks["full"] = int(core), int(core and subject and course)


def _same_subject(entry: Row, expected: Row) -> bool:
    if not expected["subject"]:
        return not entry["subject"]
    accepted = {fold(name) for name in [expected["subject"], *expected.get("subject_alt", [])]}
    return fold(entry["subject"] or "") in accepted


def perturb(text: str, rng: random.Random) -> str:
    """One careless change: no diacritics, two inner letters of a long word swapped, or the day moved to the end."""
    return rng.choice((fold, lambda t: _swapped(t, rng), _day_last))(text)


def _swapped(text: str, rng: random.Random) -> str:
    words = list(re.finditer(r"[^\W\d_]{5,}", text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


_CLOCK_LIKE = re.compile(r"(?:gio|h|g|phut|p|\d) ?\.?$")


def _day_last(text: str) -> str:
    """ "hôm qua học toán 1 tiếng" as "học toán 1 tiếng hôm qua"; where one day stands at the very start.

    "2 giờ" before "sáng nay" would become a time on the clock, so such sentences stay.
    """
    ready = sentence(text)
    now = datetime.datetime(2026, 11, 22, 21, tzinfo=datetime.UTC)
    days = find_days(ready.key, now)
    part_of_day = ready.folded.startswith(("sang", "trua", "chieu", "toi", "dem"))
    if part_of_day and _CLOCK_LIKE.search(ready.folded):
        return text
    if len(days) != 1 or days[0].start != 0 or any(c in ready.text for c in ",;?"):
        return text
    day = ready.text[: days[0].end]
    return f"{ready.text[days[0].end :].strip(' .')} {day}"
