"""The official report: layout of official documents, figures that the workbook beside it holds too, and its blanks."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import docx
import pytest
from docx.document import Document as Docx
from docx.oxml.ns import qn
from openpyxl import load_workbook

from bot.i18n import Reader
from bot.language.periods import Period, half, month, phase, year
from bot.reports.official import ADMINISTRATIVE, ARMY, PARTY, Profile, official_report, official_workbook, profile_of
from bot.reports.official_figures import appendix
from bot.reports.official_sections import NARRATIVES
from bot.reports.unit_data import UnitData
from bot.reports.unit_tables import Figure, words
from tests.reports.sample import branch, data, summary

READER = Reader("vi")
HALF = summary(period=half(2026, 1))


def report(shown: UnitData, profile: Profile = ADMINISTRATIVE, **narrative: str) -> Docx:
    return docx.Document(BytesIO(official_report(shown, profile, narrative)))


def paragraphs(document: Docx) -> list[str]:
    """Every paragraph of the text and of the tables without lines, in their order."""
    body = document.element.body
    return ["".join(run.text or "" for run in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))]


def text(document: Docx) -> str:
    return "\n".join(paragraphs(document))


def tables(document: Docx) -> list[list[list[str]]]:
    """The tables with lines: those of the appendix."""
    grids = [one for one in document.tables if one.style is not None and one.style.name == "Table Grid"]
    return [[[cell.text for cell in row.cells] for row in one.rows] for one in grids]


def cells(content: bytes) -> Iterator[str]:
    """Every cell of a workbook, written as the report writes it."""
    forms = {"0.00%": "share", "0%": "percent", "#,##0.0": "hours", "#,##0": "count"}
    for sheet in load_workbook(BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    form = forms[cell.number_format.removeprefix("[$-42A]")]
                    yield words(Figure(cell.value, form), READER)  # type: ignore[arg-type]
                elif isinstance(cell.value, datetime):
                    yield f"{cell.value:%m/%Y}"
                else:
                    yield str(cell.value or "")


@pytest.mark.parametrize("shown", [
    data(HALF),
    data(summary(branch(1, members=142, active=118, minutes=74_190), military=True)),
    data(summary(branch(1, minutes=0, active=0))),
    data(replace(HALF, hidden=True)),
    data(summary(period=phase(1))),
])  # fmt: skip
def test_the_appendix_and_the_workbook_beside_it_agree_cell_by_cell(shown: UnitData) -> None:
    document, content = report(shown), official_workbook(shown)

    sheets = load_workbook(BytesIO(content)).worksheets
    printed = [cell for table in tables(document) for row in table for cell in row]

    assert [cell for cell in printed if cell] == [cell for cell in cells(content) if cell]
    assert len(tables(document)) == len(sheets) == len(appendix(shown))


def test_every_figure_of_the_text_stands_in_the_workbook() -> None:
    shown = data(HALF)
    document, content = report(shown), official_workbook(shown)

    whole = paragraphs(document)
    said = whole[whole.index("2. Kết quả học tập") + 1 : whole.index("3. Các mô hình, danh hiệu học tập")]
    said += whole[whole.index("4. Năng lực số, ngoại ngữ, tiếng dân tộc") + 1 : whole.index("III. ĐÁNH GIÁ")]
    figures = re.findall(r"\d[\d./,]*%?", re.sub(r"\d\d:\d\d \d\d/\d\d/\d{4}|tháng \d+/\d{4}", "", "\n".join(said)))
    known = re.findall(r"\d[\d./,]*%?", "\n".join(cells(content)))

    assert len(figures) > 10
    assert not {figure.rstrip(".,") for figure in figures} - {one.rstrip(".,") for one in known}


def test_self_logged_approved_and_recognised_stand_apart_and_unknown_is_not_zero() -> None:
    header, *rows = tables(report(data(HALF)))[0]

    assert header == ["TT", "Nội dung", "Đơn vị tính", "Tự khai", "Đã duyệt", "Được công nhận"]
    assert {cell for row in rows for cell in row[4:]} == {"chưa có số liệu"}
    assert ["3", "Người có ghi", "người", "36"] in [row[:4] for row in rows]
    recognised = next(row for row in rows if row[1] == "Người đạt danh hiệu “Công dân học tập”")
    assert recognised[3:] == ["chưa có số liệu"] * 3


def test_a_period_without_entries_says_that_there_are_no_figures() -> None:
    document = report(data(summary(branch(1, minutes=0, active=0))))

    rows = tables(document)[0]
    assert ["Số giờ học", "giờ", "chưa có số liệu"] in [row[1:4] for row in rows]
    assert "Số liệu tự khai đến 08:15 22/11/2026: chưa có số liệu." in text(document)


def test_a_hidden_unit_tells_no_figure_in_the_text() -> None:
    document = report(data(replace(HALF, hidden=True)))

    assert "Số liệu tự khai đến 08:15 22/11/2026: ẩn." in text(document)
    assert "1.336,5" not in text(document)


@pytest.mark.parametrize(
    ("period", "limit", "shares"),
    [(phase(1), "2025", ["40%", "70%"]), (year(2025), "2025", ["40%", "70%"]), (phase(2), "2030", ["60%", "90%"])],
)
def test_targets_are_those_of_the_phase_each_with_the_document_that_sets_it(
    period: Period, limit: str, shares: list[str]
) -> None:
    header, *rows = tables(report(data(summary(period=period))))[-1]

    assert header[2] == f"Mức cần đạt đến năm {limit}"
    found = {row[1]: row[2:] for row in rows}
    assert found["Công dân đạt danh hiệu “Công dân học tập”"] == [
        shares[0], "Quyết định số 1373/QĐ-TTg ngày 30 tháng 7 năm 2021 của Thủ tướng Chính phủ", "chưa có số liệu", "",
    ]  # fmt: skip
    assert found["Công dân học tập có kỹ năng số"][0] == shares[1]
    assert ("Dòng họ đạt danh hiệu “Dòng họ học tập”" in found) == (limit == "2025")


@pytest.mark.parametrize(
    ("period", "subject"),
    [
        (half(2026, 1), "Kết quả triển khai Phong trào “Cả nước thi đua xây dựng xã hội học tập, đẩy mạnh học tập suốt "
         "đời giai đoạn 2023-2030”, 6 tháng đầu năm 2026"),
        (year(2026), "giai đoạn 2023-2030”, năm 2026"),
        (phase(1), "Sơ kết Phong trào"),
        (phase(2), "giai đoạn 2023-2030”, giai đoạn 2 (2026-2030)"),
        (month(2026, 10), "giai đoạn 2023-2030”, tháng 10/2026"),
    ],
)  # fmt: skip
def test_the_subject_names_the_movement_and_the_period(period: Period, subject: str) -> None:
    assert subject in text(report(data(summary(period=period))))


def test_page_margins_font_and_size_are_those_of_official_documents() -> None:
    document = report(data(HALF))
    upright, across = document.sections
    normal = document.styles["Normal"]

    assert [round(side.mm) for side in (upright.page_width, upright.page_height)] == [210, 297]
    for section in (upright, across):
        assert 20 <= round(section.top_margin.mm) == round(section.bottom_margin.mm) <= 25
        assert 30 <= round(section.left_margin.mm) <= 35
        assert 15 <= round(section.right_margin.mm) <= 20
    assert across.page_width > across.page_height
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 14)
    assert normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "Times New Roman"


def test_pages_are_numbered_in_the_middle_of_the_top_margin_but_not_the_first_of_a_part() -> None:
    for section in report(data(HALF)).sections:
        header = section.header.paragraphs[0]

        assert header.alignment == 1
        assert [part.text for part in header._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert section.different_first_page_header_footer
        assert not section.first_page_header.paragraphs[0].text
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_lines_are_drawn_under_the_motto_the_issuer_the_subject_and_the_appendix() -> None:
    document = report(data(HALF))

    ruled = [one for one in document.element.body.iter(qn("w:p")) if one.find(f".//{qn('w:pBdr')}") is not None]
    before = ["".join(run.text or "" for run in one.getprevious().iter(qn("w:t"))) for one in ruled]

    assert before[:2] == ["CỤC MẪU", "Độc lập - Tự do - Hạnh phúc"]
    assert before[2].endswith("6 tháng đầu năm 2026")
    assert before[3].startswith("(Kèm theo Báo cáo số")


@pytest.mark.parametrize("profile", [ADMINISTRATIVE, ARMY])
def test_number_place_date_and_signature_are_blank_and_the_text_is_a_draft(profile: Profile) -> None:
    said = text(report(data(HALF), profile))

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in said
    assert "BỘ MẪU\nCỤC MẪU" in said
    assert "Số:          /BC-……" in said
    assert "……………, ngày … tháng … năm …" in said
    assert "\nDỰ THẢO\n" in said
    assert "Kính gửi: Bộ Mẫu." in said
    assert "Nơi nhận:\n- Như trên;" in said
    assert "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ" in said
    assert ("(Chữ ký, cấp bậc, họ và tên)" in said) == (profile is ARMY)
    assert not re.search(r"\b(MẬT|TỐI MẬT|TUYỆT MẬT)\b", said)


def test_the_party_has_its_own_title_and_no_national_one() -> None:
    said = text(report(data(HALF), PARTY))

    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in said
    assert "CỘNG HÒA XÃ HỘI" not in said
    assert "Độc lập - Tự do" not in said
    assert "Số          -BC/……" in said


@pytest.mark.parametrize(
    ("kind", "profile"),
    [("military", ARMY), ("party", PARTY), *((kind, ADMINISTRATIVE) for kind in ("agency", "province", ""))],
)
def test_the_layout_follows_the_kind_of_the_root(kind: str, profile: Profile) -> None:
    root, unit = HALF.line

    assert profile_of(replace(HALF, line=(replace(root, kind=kind), unit))) is profile


def test_a_military_report_tells_no_head_count() -> None:
    shown = data(summary(branch(1, members=142, active=118), military=True))

    document = report(shown, ARMY)
    said = text(document)

    assert not re.search(r"\b(142|118)\b", said)
    assert "83% số người có ghi nhật ký học tập" in said
    assert "Hội viên khuyến học" not in said
    assert not re.search(r"\b(142|118)\b", "\n".join(cells(official_workbook(shown))))


def test_the_sections_come_in_their_order_with_places_to_complete() -> None:
    said = paragraphs(report(data(HALF)))

    headings = [line for line in said if re.match(r"(I|II|III|IV|V)\. ", line)]
    assert headings == [
        "I. KHÁI QUÁT, CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO",
        "II. KẾT QUẢ THỰC HIỆN",
        "III. ĐÁNH GIÁ",
        "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ",
        "V. KIẾN NGHỊ, ĐỀ XUẤT",
    ]
    assert sum(line.startswith("[Đơn vị bổ sung: ") for line in said) == len(NARRATIVES) - 1
    assert said[said.index("V. KIẾN NGHỊ, ĐỀ XUẤT") + 2] == (
        "Trên đây là báo cáo của Cục Mẫu về kết quả 6 tháng đầu năm 2026./."
    )


@pytest.mark.parametrize("place", NARRATIVES)
def test_what_the_officer_typed_stands_in_its_place(place: str) -> None:
    plain = paragraphs(report(data(HALF)))

    said = paragraphs(report(data(HALF), **{place: "Đã mở 12 lớp.\nĐã in tài liệu."}))

    assert {"Đã mở 12 lớp.", "Đã in tài liệu."} <= set(said)
    prompts = [sum(line.startswith("[Đơn vị bổ sung") for line in lines) for lines in (plain, said)]
    assert prompts[0] - prompts[1] == (place != "study")


def test_units_without_entries_are_named() -> None:
    assert "Đơn vị trực thuộc chưa có lượt ghi: Phòng 3." in text(report(data(HALF)))


def test_of_many_silent_units_the_first_are_named_and_the_rest_pointed_to() -> None:
    silent = [branch(number, minutes=0, active=0) for number in range(2, 40)]

    said = text(report(data(summary(branch(1), *silent))))

    assert "Phòng 21 và các đơn vị khác nêu tại Bảng 2." in said
    assert "Phòng 22" not in said.split("Bảng 1.")[0]


def test_the_root_of_a_tree_leaves_the_receiver_blank() -> None:
    root = replace(HALF, unit=HALF.line[0], line=HALF.line[:1])

    said = text(report(data(root)))

    assert "Kính gửi: ……" in said
    assert "BỘ MẪU\n\nSố:" in said


def test_the_same_figures_make_the_same_words() -> None:
    first, second = (text(report(data(HALF))) for _ in range(2))

    assert first == second
    assert report(data(HALF)).core_properties.created.date() == date(2026, 11, 22)
