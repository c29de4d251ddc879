"""Which title of the movement typed words name; what only sounds like one stays free words."""

import pytest

from bot.language.titles import count_said, title_said
from bot.reports.titles import TITLES as NAMED
from storage.recognitions import TITLES

MEANT = {
    "citizen": ("Công dân học tập", "CÔNG DÂN HỌC TẬP", "cong dan hoc tap", "danh hiệu “Công dân học tập”",
                "người đạt danh hiệu Công dân học tập", "số người được công nhận công dân học tập năm 2026",
                "learning citizens"),
    "family": ("Gia đình học tập", "gia đình đạt danh hiệu gia đình học tập", "GĐHT", "hộ đạt Gia đình học tập."),
    "clan": ("dòng họ học tập", "DHHT"),
    "community": ("Cộng đồng học tập", "cộng đồng học tập (thôn)", "CĐHT", "cộng đồng học tập cấp thôn"),
    "commune": ("Cộng đồng học tập cấp xã", "cộng đồng học tập xã"),
    "commune_unit": ("Đơn vị học tập cấp xã", "đơn vị học tập thuộc cấp xã"),
    "unit": ("Đơn vị học tập", "đơn vị học tập cấp tỉnh", "ĐVHT 2023"),
    "unit_1": ("Đơn vị học tập mức độ 1", "đơn vị học tập mức 1", "đơn vị học tập cấp huyện, mức độ 1",
               "đơn vị đạt danh hiệu Đơn vị học tập (mức độ 1)", "ĐVHT đạt mức 1"),
    "unit_2": ("Đơn vị học tập mức độ 2", "learning units level 2"),
    None: ("đăng ký công dân học tập", "người đăng ký danh hiệu Công dân học tập", "CDHT", "cdht", "xã học tập",
           "công dân học tập tiêu biểu", "Công dân học tập và Gia đình học tập", "cộng đồng học tập cấp huyện",
           "đơn vị học tập mức độ 3", "đơn vị học tập cấp xã mức độ 1", "giấy khen", "", "chưa đạt công dân học tập"),
}  # fmt: skip


def test_words_that_are_a_title_and_nothing_but_it_are_understood() -> None:
    found = {words: title_said(words) for group in MEANT.values() for words in group}

    assert found == {words: title for title, group in MEANT.items() for words in group}
    assert set(TITLES) == {*MEANT} - {None} == set(NAMED)


@pytest.mark.parametrize(
    ("said", "count", "rest"),
    [
        ("12 công dân học tập", 12, "công dân học tập"),
        ("1.236 gia đình học tập", 1236, "gia đình học tập"),
        ("công dân học tập", None, "công dân học tập"),
        ("12", None, "12"),
        ("12,5 công dân", None, "12,5 công dân"),
    ],
)
def test_a_number_in_front_of_the_words_is_taken_off(said: str, count: int | None, rest: str) -> None:
    assert count_said(said) == (count, rest)
