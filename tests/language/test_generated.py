"""Thousands of sentences made from a seed: what must be stored is stored rightly, and nothing else is stored."""

from collections import Counter, defaultdict
from functools import lru_cache

import pytest

from bot.language.catalogue import CATALOGUE
from bot.language.fold import fold
from bot.language.study import Understanding, understand
from tests.language.generator import Case, logs, others

_SEED, _LOGS, _OTHERS = 20261122, 2000, 1000


def _also_called() -> dict[str, set[str]]:
    names: dict[str, set[str]] = defaultdict(set)
    for item in CATALOGUE:
        group = {fold(name) for name in (item.name, *item.aliases)}
        for name in group:
            names[name] |= group
    return names


_ALSO_CALLED = _also_called()


@lru_cache(maxsize=1)
def _read_logs() -> list[tuple[Case, Understanding]]:
    return [(case, understand(case.text, case.now)) for case in logs(_SEED, _LOGS)]


def _core(case: Case, read: Understanding) -> bool:
    told = [(e.minutes, e.date) for e in case.entries]
    return read.kind in case.kinds and [(e.minutes, e.date) for e in read.entries] == told


def _full(case: Case, read: Understanding) -> bool:
    return _core(case, read) and all(
        fold(entry.subject or "") in {fold(told.subject)} | _ALSO_CALLED[fold(told.subject)]
        and (bool(entry.course), entry.completed) == (told.course, told.completed)
        for entry, told in zip(read.entries, case.entries, strict=True)
    )


def _list(cases: list[tuple[Case, Understanding]]) -> str:
    return "\n".join(f"{case.template} | {case.text} -> {read.kind} {read.entries}" for case, read in cases[:25])


def test_minutes_and_days_of_generated_logs_are_read() -> None:
    wrong = [(case, read) for case, read in _read_logs() if not _core(case, read)]

    assert len(wrong) <= 0.02 * _LOGS, _list(wrong)


def test_subjects_in_and_out_of_the_catalogue_are_read() -> None:
    wrong = [(case, read) for case, read in _read_logs() if not _full(case, read)]

    assert len(wrong) <= 0.04 * _LOGS, _list(wrong)


def test_hardly_any_generated_log_is_stored_with_wrong_values() -> None:
    wrong = [(case, read) for case, read in _read_logs() if read.kind == "log" and not _core(case, read)]

    assert len(wrong) <= 0.005 * _LOGS, _list(wrong)


def test_no_template_and_no_style_is_much_weaker_than_the_rest() -> None:
    seen: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for case, read in _read_logs():
        for group in (case.template, case.style):
            seen[group] += 1
            right[group] += _core(case, read)

    weak = {group: round(right[group] / seen[group], 2) for group in seen if right[group] < 0.7 * seen[group]}

    assert not weak


def test_nothing_else_is_stored_and_each_is_taken_for_what_it_is() -> None:
    results = [(case, understand(case.text, case.now)) for case in others(_SEED + 1, _OTHERS)]

    stored = [(case, read) for case, read in results if read.kind == "log"]
    wrong = [(case, read) for case, read in results if read.kind not in case.kinds]

    assert not stored, _list(stored)
    assert len(wrong) <= 0.02 * _OTHERS, _list(wrong)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_makes_the_same_sentences(seed: int) -> None:
    assert list(logs(seed, 20)) == list(logs(seed, 20))
    assert list(others(seed, 20)) == list(others(seed, 20))
