"""The movement's calendar as data: every entry has its source and its words, and comes at the right days."""

from datetime import date

import pytest

from bot.i18n import Reader, render
from bot.jobs.calendar import entries, occurrence, occurrences
from bot.jobs.campaign_words import NAMES, line, notice_words


def entry(key: str):  # type: ignore[no-untyped-def]
    return next(one for one in entries() if one.key == key)


def test_every_entry_has_a_source_a_name_and_words_for_each_notice() -> None:
    assert {one.key for one in entries()} == set(NAMES)
    for one in entries():
        assert one.source
        for notice in one.notices:
            for language in ("vi", "en"):
                words = render(notice_words(occurrence(one, 2026, {}), notice, 7), Reader(language))
                assert "{" not in words
                assert len(words) < 400


@pytest.mark.parametrize(
    ("today", "key", "first", "last"),
    [
        ("2026-11-28", "week", "2027-10-01", "2027-10-07"),
        ("2026-10-07", "week", "2026-10-01", "2026-10-07"),
        ("2026-12-31", "closing", "2026-12-31", "2026-12-31"),
        ("2027-01-31", "year-report", "2026-12-01", "2027-01-31"),
        ("2027-02-01", "year-report", "2027-12-01", "2028-01-31"),
        ("2026-11-28", "dossier", "2027-02-27", "2027-02-27"),
        ("2026-11-28", "phase-2", "2026-01-01", "2030-12-31"),
    ],
)
def test_an_entry_comes_again_every_year(today: str, key: str, first: str, last: str) -> None:
    (found,) = [one for one in occurrences(date.fromisoformat(today), {}) if one.entry.key == key]

    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_what_is_over_for_good_is_left_out_and_days_of_a_tree_take_the_place_of_the_files() -> None:
    edits = {("week", 2027): (date(2027, 10, 6), date(2027, 10, 12))}

    found = {one.entry.key: one for one in occurrences(date(2026, 11, 28), edits)}

    assert not {"phase-1", "review-2025"} & set(found)
    assert (found["week"].first, found["week"].is_edited) == (date(2027, 10, 6), True)
    assert "06/10/2027 đến 12/10/2027, theo quy định của đơn vị" in render(line(found["week"]), Reader("vi"))
    assert render(line(found["half-year"]), Reader("vi")).startswith("• Báo cáo 6 tháng đầu năm: 06/2027. Nguồn:")


def test_a_notice_holds_until_its_next_step() -> None:
    notice = entry("closing").notices[0]

    assert [notice.step(days) for days in (31, 30, 8, 7, 2, 1, 0, -1)] == [None, 30, 30, 7, 7, 1, 0, None]
