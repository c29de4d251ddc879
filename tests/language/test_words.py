"""The smaller parts: folding, slips, subjects, commands, periods and the lines of `python -m bot understand`."""

import datetime
import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.catalogue import AREAS, CATALOGUE
from bot.language.commands import find_command
from bot.language.fold import bare, clean, fold
from bot.language.lines import understand_line
from bot.language.numbers import number
from bot.language.periods import parse_period, previous
from bot.language.spans import sentence
from bot.language.subjects import area_of, canonical, display

TODAY = datetime.date(2026, 11, 22)


def test_folding_is_the_same_for_both_unicode_forms() -> None:
    text = "Đồng chí  học TIẾNG ANH"

    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == "dong chi hoc tieng anh"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_the_folded_sentence_keeps_every_offset(text: str) -> None:
    ready = sentence(text)

    assert len(ready.text) == len(ready.key) == len(ready.folded)
    assert clean(clean(text)) == clean(text)
    assert len(bare(clean(text))) == len(clean(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hocj tieengs anh", "học tiếng anh"), ("hnay e hc", "hôm nay em học"), ("hcọ tin", "học tin"),
        ("phuts", "phút"), ("ho5c", "học"), ("rồiiii", "rồi"), ("excel powerpoint", "excel powerpoint"),
        ("hk hc dc", "không học được"), ("suawr", "sửa"), ("hk phải", "không phải"), ("hoom", "hôm"),
    ],
)  # fmt: skip
def test_slips_and_short_forms_are_written_out(typed: str, meant: str) -> None:
    assert sentence(typed).text == meant


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("ba muoi lam", 35),
        ("mười", 10),
        ("hai lăm", 25),
        ("1,5", 1.5),
        ("năm", 5),
        ("x", None),
        ("hăm lăm", 25),
        ("bốn lăm", 45),
    ],
)
def test_numbers_in_words_have_their_value(words: str, value: float | None) -> None:
    assert number(words) == value


def test_the_catalogue_is_wide_and_every_area_is_known() -> None:
    names = [item.name for item in CATALOGUE]

    assert len(set(names)) >= 150
    assert {item.area for item in CATALOGUE} == set(AREAS)


@pytest.mark.parametrize(
    ("said", "name", "area"),
    [
        ("av", "tiếng anh", "foreign_language"), ("tieng anh", "tiếng anh", "foreign_language"),
        ("tin", "tin học", "digital"), ("chinhs trị", "chính trị", "politics"), ("lý", "vật lý", "other"),
        ("luat dat dai", "luật đất đai", "law"), ("tiếng h'mông", "tiếng mông", "ethnic_language"),
        ("dieu lenh", "điều lệnh", "military"), ("sơ cứu", "sơ cứu", "life_skills"),
        ("khí tượng", "khí tượng", "profession"),
        ("kỹ thuật nuôi ốc", "kỹ thuật nuôi ốc", "profession"), ("thiên văn", "thiên văn", "other"),
    ],
)  # fmt: skip
def test_a_subject_has_one_name_and_one_area(said: str, name: str, area: str) -> None:
    assert canonical(said) == (name, area)


def test_no_subject_belongs_to_other() -> None:
    assert area_of(None) == "other"


@pytest.mark.parametrize(
    ("subject", "shown"),
    [("tiếng anh", "Tiếng Anh"), ("tin học", "Tin học"), ("lịch sử đảng", "Lịch sử Đảng"), ("ielts", "IELTS")],
)
def test_subjects_are_shown_as_vietnamese_writes_them(subject: str, shown: str) -> None:
    assert display(subject) == shown


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("tổng hợp tháng 10", ("tonghop", "tháng 10")), ("tong hop thang 10", ("tonghop", "thang 10")),
        ("/tonghop A1 quý 3", ("tonghop", "A1 quý 3")), ("tong hop don vi A1", ("tonghop", "A1")),
        ("Help", ("help", "")),
        ("my progress", ("tiendo", "")), ("diary", ("nhatky", "")), ("hủy", ("huy", "")), ("tắt nhắc", ("nhac", "tắt")),
        ("/start ABC", ("start", "ABC")),
    ],
)  # fmt: skip
def test_a_command_is_known_with_and_without_slash(text: str, command: tuple[str, str]) -> None:
    assert find_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "nhật ký học tập là gì?",
        "tổng hợp kiến thức 2 tiếng",
        "học 2 tiếng",
        "/khongco",
        "",
        "mục tiêu của phong trào là gì",
    ],
)
def test_sentences_and_questions_are_no_commands(text: str) -> None:
    assert find_command(text) is None


@pytest.mark.parametrize(
    ("text", "key", "before"),
    [
        ("tháng 10", "2026-10", "2026-09"), ("thang 10/2025", "2025-10", "2025-09"), ("tháng 12", "2025-12", "2025-11"),
        ("tháng trước", "2026-10", "2026-09"), ("quý III năm ngoái", "2025-Q3", "2025-Q2"),
        ("quý 1", "2026-Q1", "2025-Q4"),
        ("6 tháng đầu năm", "2026-H1", "2025-H2"), ("năm nay", "2026", "2025"), ("giai đoạn 1", "phase-1", "phase-1"),
        ("gd2", "phase-2", "phase-1"), ("tuần này", "2026-W47", "2026-W46"), ("hôm nay", "2026-11-22", "2026-11-21"),
        ("2026-Q3", "2026-Q3", "2026-Q2"), ("last month", "2026-10", "2026-09"),
    ],
)  # fmt: skip
def test_a_period_in_words_has_its_days_and_a_predecessor(text: str, key: str, before: str) -> None:
    period = parse_period(text, TODAY)

    assert period is not None
    assert period.key == key
    assert period.start <= period.end
    assert previous(period).key == before


@pytest.mark.parametrize("text", ["", "tháng 13", "quý 5", "xyz", "2026-W60", "tiếng anh"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert parse_period(text, TODAY) is None


def test_a_line_of_json_is_answered_with_the_documented_keys() -> None:
    line = json.dumps({"text": "hôm qua học tin 45p", "now": "2026-11-22T20:00:00+07:00"})

    answer = understand_line(line)

    assert list(answer) == ["text", "kind", "entries", "patch", "ask"]
    assert answer["entries"] == [
        {"minutes": 45, "date": "2026-11-21", "subject": "tin học", "course": None, "completed": False, "mode": None}
    ]


def test_a_plain_line_asks_in_vietnamese_for_the_missing_thing() -> None:
    answer = understand_line("tụi mình học 4 buổi cắm hoa\n")

    assert (answer["kind"], answer["ask"], answer["entries"]) == ("needs_clarification", "Mỗi buổi bao lâu?", [])


def test_a_correction_line_carries_its_patch() -> None:
    line = json.dumps(
        {"text": "1 tiếng thôi", "now": "2026-11-22T20:00:00", "last": {"minutes": 120, "date": "2026-11-22"}}
    )

    assert understand_line(line)["patch"] == {"op": "edit", "minutes": 60, "date": None, "subject": None}


@pytest.mark.parametrize("line", ["{", '{"text": 5}', '{"text": "học", "now": "x", "last": {"date": 3}}', "[1]", ""])
def test_no_line_raises(line: str) -> None:
    assert understand_line(line)["kind"]
