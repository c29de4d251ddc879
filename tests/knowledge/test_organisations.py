"""The root of the unit tree says whose documents come first."""

from pathlib import Path

import pytest

from bot.knowledge.answer import Knowledge
from bot.knowledge.documents import KnowledgeError
from bot.knowledge.organisations import load_organisations, organisation_of
from tests.knowledge.conftest import LOCALES


@pytest.mark.parametrize(
    ("name", "kind", "code", "organisation"),
    [
        ("Quân khu 2 (mẫu)", "military", "", "qk2"),
        ("Bộ Tư lệnh Quân khu 2", "", "", "qk2"),
        ("QUAN KHU II", "", "", "qk2"),
        ("Quân khu 21", "military", "", None),
        ("Quân khu 7", "military", "", None),
        ("Quân khu (mẫu)", "military", "QS", None),
        ("Lực lượng vũ trang", "", "QK2-A", "qk2"),
        ("Tổng cục Khí tượng Thủy văn (mẫu)", "agency", "", "kttv"),
        ("Cục Khí tượng Thủy văn", "", "", "kttv"),
        ("tong cuc khi tuong thuy van", "", "", "kttv"),
        ("Trường Đại học Khí tượng", "", "", None),
        ("Đảng ủy Khối các cơ quan Trung ương", "", "", "khoi"),
        ("Tỉnh Thái Nguyên", "province", "", "thainguyen"),
        ("UBND tỉnh Thái Nguyên", "province", "", "thainguyen"),
        ("UBND tỉnh (mẫu)", "province", "", "tinh"),
        ("Ủy ban nhân dân tỉnh X", "province", "TINH", "tinh"),
        ("UBND tỉnh Lào Cai", "province", "", None),
        ("Cục (mẫu)", "agency", "CUC", None),
        ("", "", "", None),
    ],
)
def test_a_root_is_an_organisation_of_the_articles_or_none(
    name: str, kind: str, code: str, organisation: str | None
) -> None:
    assert organisation_of(name, kind, code) == organisation


def test_an_army_unit_is_no_province_and_a_province_no_army_unit() -> None:
    assert organisation_of("Bộ Chỉ huy quân sự tỉnh Thái Nguyên", "military") is None
    assert organisation_of("Quân khu 2", "province") is None


def test_every_organisation_of_the_table_has_answers(knowledge: Knowledge) -> None:
    known = {id for article in knowledge.articles for id in article.organisations}

    assert set(load_organisations(LOCALES / "vi" / "organisations.toml")) <= known


@pytest.mark.parametrize("text", ["[qk2]\nname = ['x']", "[qk2]\nnames = 'x'", "[qk2", "qk2 = 1"])
def test_a_faulty_table_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "organisations.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"organisations\.toml"):
        load_organisations(path)
