"""The workbook and the CSV: typed cells, no formula out of a name, and nothing that the chat would not tell."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.i18n import Reader
from bot.language.periods import month, week
from bot.reports.unit_data import UnitData
from bot.reports.unit_tables import Figure, hours, share
from bot.reports.workbook import FORMULA_SIGNS, unit_csv, unit_workbook
from tests.chat import NOON
from tests.reports.sample import branch, data, person, summary

READER = Reader("vi")


def book(shown: UnitData, reader: Reader = READER) -> Workbook:
    return load_workbook(BytesIO(unit_workbook(shown, reader)))


def values(sheet: Worksheet) -> list[tuple[object, ...]]:
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def at(*parts: int) -> datetime:
    """A moment as a cell holds it: without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc, arg-type]


def overview(shown: UnitData) -> dict[object, object]:
    return {row[0]: row[1] for row in values(book(shown)["Tổng hợp"])}


def test_the_sheets_are_overview_units_months_and_people() -> None:
    assert book(data(summary(), person("Ban Mai"))).sheetnames == ["Tổng hợp", "Đơn vị", "Tháng", "Người"]


def test_without_people_who_may_be_named_there_is_no_such_sheet() -> None:
    assert book(data(summary())).sheetnames == ["Tổng hợp", "Đơn vị", "Tháng"]


def test_a_week_has_no_sheet_of_months() -> None:
    assert book(data(summary(period=week(NOON.date())))).sheetnames == ["Tổng hợp", "Đơn vị"]


def test_the_overview_holds_the_figures_of_the_chat() -> None:
    shown = summary()

    found = overview(data(shown))

    assert found["Đơn vị"] == "Cục Mẫu"
    assert found["Kỳ"] == "năm 2026"
    assert found["Số liệu đến"] == at(2026, 11, 22, 8, 15)
    assert (found["Thành viên"], found["Người có ghi"], found["Lượt ghi"]) == (60, 36, shown.figures.entries)
    assert (found["Số phút học"], found["Số giờ học"], found["Trung vị mỗi người"]) == (80_190, 1336.5, 348)
    assert found["Tỷ lệ thành viên có ghi (36/60)"] == 0.6
    assert found["Số giờ học: ngoại ngữ"] == 445.5
    assert found["Tỷ trọng số giờ: ngoại ngữ"] == 0.3333
    assert found["Đã duyệt: số giờ học"] == found["Số liệu được công nhận"] == "chưa có số liệu"


def test_cells_keep_their_type_and_their_vietnamese_number_format() -> None:
    sheet = book(data(summary(), person("Ban Mai")))["Đơn vị"]
    header = [cell.value for cell in sheet[1]]
    row = dict(zip(header, sheet[3], strict=True))

    assert (row["Số phút học"].value, row["Số phút học"].data_type) == (74_190, "n")
    assert row["Số phút học"].number_format == "[$-42A]#,##0"
    assert row["Số giờ học"].number_format == "[$-42A]#,##0.0"
    assert row["Tỷ lệ thành viên có ghi"].number_format == "[$-42A]0.00%"
    assert row["Mã đơn vị"].data_type == "s"


def test_every_sheet_has_a_frozen_header_and_a_filter_over_all_rows() -> None:
    for sheet in book(data(summary(), person("Ban Mai"))):
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions


def test_months_and_days_are_dates_that_sort() -> None:
    workbook = book(data(summary(), person("Ban Mai")))

    assert [row[0] for row in values(workbook["Tháng"])[1:3]] == [at(2026, 1, 1), at(2026, 2, 1)]
    assert len(values(workbook["Tháng"])) == 1 + 11
    assert values(workbook["Người"])[1] == (
        "Ban Mai", "A.1", "Phòng Một", 10, 600, 10, at(2026, 10, 30),
    )  # fmt: skip


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_a_name_that_looks_like_a_formula_stays_text_in_both_files(sign: str) -> None:
    name = f'{sign}HYPERLINK("http://x.example","y")'
    shown = data(summary(branch(1, name)), person(name))

    sheet = book(shown)["Đơn vị"]
    rows = list(csv.reader(StringIO(unit_csv(shown, READER).decode("utf-8-sig"), newline="")))

    assert sheet["B2"].data_type == "s"
    assert sheet["B2"].quotePrefix
    assert book(shown)["Người"]["A2"].data_type == "s"
    assert rows[1][1] == f"'{name}"


def test_the_csv_begins_with_a_byte_order_mark_and_holds_plain_numbers() -> None:
    content = unit_csv(data(summary()), READER)
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))

    assert content.startswith(b"\xef\xbb\xbf")
    assert [(row["Mã đơn vị"], row["Số phút học"], row["Số giờ học"]) for row in rows] == [
        ("A.1", "6000", "100.0"),
        ("A.2", "74190", "1236.5"),
        ("A.3", "0", "0.0"),
    ]
    assert rows[2]["Trạng thái"] == "chưa có lượt ghi nào"


def test_a_hidden_unit_has_no_figure_in_its_row() -> None:
    shown = data(replace(summary(), hidden_branches=frozenset({101})))

    header, hidden, other = values(book(shown)["Đơn vị"])[:3]

    assert hidden[:2] == ("A.1", "Phòng Một")
    assert set(hidden[2:]) == {"ẩn"}
    assert other[header.index("Số giờ học")] == 1236.5
    assert b"6000" not in unit_csv(shown, READER)


def test_a_hidden_summary_tells_no_figure_at_all() -> None:
    shown = data(summary(hidden=True))
    shown = replace(shown, months=tuple(replace(one, hidden=True) for one in shown.months))
    workbook = book(shown)

    told = [value for sheet in workbook for row in values(sheet) for value in row if isinstance(value, int | float)]

    assert [value for value in told if value] == []
    assert overview(shown)["Số giờ học"] == "ẩn"


def test_a_handful_of_silent_members_is_not_counted_out() -> None:
    rows = values(book(data(summary(branch(1), branch(2, members=3, active=0, minutes=0))))["Đơn vị"])

    assert rows[2][3] == "dưới 5"


def test_a_military_unit_is_told_by_whole_percent_and_never_by_heads() -> None:
    shown = data(summary(branch(1, members=142, active=118), military=True))

    workbook = book(shown)

    told = {value for sheet in workbook for row in values(sheet) for value in row}
    assert not told & {142, 118, "Thành viên", "Người có ghi"}
    assert overview(shown)["Tỷ lệ người có ghi"] == 0.83
    assert "142" not in unit_csv(shown, READER).decode()


def test_an_english_reader_gets_english_sheets() -> None:
    assert book(data(summary(period=month(2026, 10))), Reader("en")).sheetnames == ["Overview", "Units", "Months"]


@pytest.mark.parametrize(("minutes", "expected"), [(0, 0), (2, 0), (3, 0.1), (60, 1), (200, 3.3), (74_190, 1236.5)])
def test_hours_have_one_decimal_rounded_half_up(minutes: int, expected: float) -> None:
    assert hours(minutes) == Figure(expected, "hours")


def test_a_share_of_nothing_is_no_share() -> None:
    assert share(0, 0) == share(0, 0, exact=False)
    assert share(1, 8, exact=False) == Figure(0.13, "percent")
