"""Numbers and strengths of units are hidden before anything is stored; words of study stay as they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.masking import mask

WORDS = (
    "trung đoàn",
    "tieu doan", "đại đội", "sư đoàn bộ binh", "quân khu", "82", "2", "e82", "c5", "d3", "B1", "III", "hai",
    "ba", "tiếng", "phút", "tiếng Anh",
    "quân số", "là", "120", "quân", "quân sự", "chiến sĩ", "hai trăm", "muoi", "bài",
    ",", "và", "/11", "%", "…", "học", "ở", "Nghị quyết", "57", "trình độ", "mười", "5", "regiment", "82nd",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Trung đoàn 82", "Trung đoàn …"),
        ("trung doan 82 hoc the nao", "trung doan … hoc the nao"),
        ("TRUNG ĐOÀN BỘ BINH 82A", "TRUNG ĐOÀN BỘ BINH …"),
        ("các trung đoàn 98, 148 và 174 đều học", "các trung đoàn … đều học"),
        ("tiểu đội 1, trung đội 2, đại đội 3", "tiểu đội …, trung đội …, đại đội …"),
        ("đại đội sáu học gì", "đại đội … học gì"),
        ("tiểu đoàn III", "tiểu đoàn …"),
        ("sư đoàn 316", "sư đoàn …"),
        ("lữ đoàn xe tăng 203", "lữ đoàn xe tăng …"),
        ("battalion 3", "battalion …"),
        ("học ở e82 hôm qua", "học ở … hôm qua"),
        ("c5, d3, e82", "…"),
        ("b2c5d3", "…"),
        ("học tiếng Anh ở c5", "học tiếng Anh ở …"),
        ("học tiếng Anh ở c2", "học tiếng Anh ở …"),
        ("Trung đoàn 82 tiếng Anh", "Trung đoàn … tiếng Anh"),
        ("Tiểu đoàn 3, 2 tiếng tin học", "Tiểu đoàn …, 2 tiếng tin học"),
        ("quân số 120", "quân số …"),
        ("quan so hien co: 1.200", "quan so hien co: …"),
        ("đơn vị có 120 quân", "đơn vị có … quân"),
        ("120 cán bộ, chiến sĩ học", "… cán bộ, chiến sĩ học"),
        ("hai trăm rưỡi chiến sĩ", "… chiến sĩ"),
        ("2 lớp cho 95 bo doi", "2 lớp cho … bo doi"),
        ("Quân khu 2, trung đoàn 82", "Quân khu 2, trung đoàn …"),
    ],
)
def test_units_and_strengths_are_hidden(said: str, kept: str) -> None:
    assert mask(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "bài 2",
        "bài 2 quân sự chung",
        "giai đoạn 2",
        "Quyết định 96 và Nghị quyết 57",
        "lớp 5",
        "45 phút",
        "học ở đại đội 2 tiếng",
        "đại đội hai tiếng tin học",
        "đại đội tự học",
        "trung đoàn vì sao phải học",
        "đại đội sau khi học",
        "đại đội 20/11 học",
        "tiểu đoàn 5 người đạt",
        "tiếng Anh B1",
        "chứng chỉ tiếng Anh trình độ C1",
        "bằng lái xe C1",
        "khối D1",
        "khổ giấy A4",
        "Quân khu 2 có mấy giai đoạn",
        "Bộ Tư lệnh Quân khu 2, chiến sĩ học gì",
        "80% cán bộ, chiến sĩ",
        "kế hoạch 29/KH-UBND, Luật 91/2025/QH15",
        "đơn vị học tập cấp tỉnh năm 2026",
        "năm 2026 bộ đội học gì",
        "tin học, chuyển đổi số",
    ],
)
def test_words_of_study_stay(said: str) -> None:
    assert mask(said) == said


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
                 st.lists(st.sampled_from(WORDS), max_size=12).map("".join)))  # fmt: skip
def test_any_text_is_masked_and_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)

    assert mask(once) == once


@given(st.integers(17, 999), st.sampled_from(["Trung đoàn {}", "sư đoàn {} học", "ở e{} nhé", "quân số {}", "{} lính"]))
def test_no_number_of_a_unit_comes_through(number: int, sentence: str) -> None:
    assert str(number) not in mask(sentence.format(number))


@pytest.mark.parametrize("part", ["muoi ", "hai tram ", "c5 ", "a1", "1,", "quan so la ", "trung doan ", " "])
def test_a_text_made_to_cost_time_does_not(part: str) -> None:
    text = part * (4000 // len(part)) + "x"

    began = time.perf_counter()
    mask(text)

    assert time.perf_counter() - began < 1.0
