"""The layout of official documents as python-docx lacks it: rules under titles, page numbers, header tables, blanks.

Source: Nghị định 30/2020/NĐ-CP, Phụ lục I: A4, margins 20-25 mm above and below, 30-35 left, 15-20 right; Times New
Roman, black; page numbers from 1 in the middle of the top margin, not on page 1; the rule under the motto as long as
the words, under the issuer and the subject a third to a half of the line.
"""

from typing import Any

from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
BODY, TABLE_SIZE = 14, 12
LINE_WIDTH = 160
"""Width of the text of an upright page, in mm."""
_LETTER = {True: 0.66, False: 0.48}
"""Mean width of a letter of Times New Roman bold in em: capitals (True) and others."""
CENTRE, JUSTIFIED, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT


def set_up(document: Docx) -> None:
    """Page, margins, font and spacing of the whole document."""
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(BODY), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(kind), FONT)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    _page(document.sections[0], landscape=False)
    number_pages(document.sections[0])


def _page(section: Section, *, landscape: bool) -> None:
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def number_pages(section: Section) -> None:
    """Page numbers of this section's own, from 1, in the middle of the top margin, hidden on its first page."""
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        _field_part(paragraph, kind, text)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.find(qn("w:pgMar")).addnext(start)


def _field_part(paragraph: Paragraph, kind: str, text: str) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(13)
    part = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        part.set(qn("w:fldCharType"), kind)
    else:
        part.text = text
    run._r.append(part)


def landscape_section(document: Docx) -> Section:
    """A new page across, with page numbers of its own."""
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    _page(section, landscape=True)
    number_pages(section)
    return section


def write(
    where: Docx | _Cell,
    text: str,
    *,
    size: float = BODY,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = CENTRE,
    before: float = 0,
    after: float = 0,
) -> Paragraph:
    """A paragraph in one voice; the first empty paragraph of a cell is used up first."""
    empty = isinstance(where, _Cell) and len(where.paragraphs) == 1 and not where.paragraphs[0].runs
    paragraph = where.paragraphs[0] if isinstance(where, _Cell) and empty else where.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    return paragraph


def body(document: Docx, text: str, *, italic: bool = False, bold: bool = False, keep: bool = False) -> Paragraph:
    """A paragraph of the text: both edges even, first line 1,27 cm in, 6 pt between paragraphs."""
    paragraph = write(document, text, italic=italic, bold=bold, align=JUSTIFIED, before=6)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.line_spacing = 1.15
    paragraph.paragraph_format.keep_with_next = keep
    return paragraph


def rule(where: Docx | _Cell, length: float, room: float) -> Paragraph:
    """A drawn line of `length` in the middle of `room`, both in mm."""
    paragraph = where.add_paragraph()
    side = Mm(max((room - length) / 2, 0))
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = side
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(6)
    layout.space_before = Pt(3)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    return paragraph


def length_of(text: str, size: float, *, room: float) -> float:
    """How long a bold line of the text is, in mm, at most the room it has."""
    em = size * 25.4 / 72
    return min(sum(_LETTER[letter.isupper()] if letter != " " else 0.25 for letter in text) * em, room)


def columns(document: Docx, *widths: float) -> DocxTable:
    """One row without lines, never torn between two pages, whose columns are so many mm wide."""
    table: DocxTable = document.add_table(rows=1, cols=len(widths))
    table.autofit = False
    _no_cell_margins(table)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for column, width in enumerate(widths):
        table.columns[column].width = table.cell(0, column).width = Mm(width)
    return table


def grid(document: Docx, rows: list[list[str]], widths: list[float], *, numeric: set[int]) -> DocxTable:
    """A table with lines: header repeated on each page, rows never torn, numbers on the right."""
    table: DocxTable = document.add_table(rows=len(rows), cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in enumerate(widths):
        table.columns[column].width = Mm(width)
    for number, row in enumerate(table.rows):
        cells = row.cells
        for column, text in enumerate(rows[number]):
            cells[column].width = Mm(widths[column])
            align = CENTRE if number == 0 else WD_ALIGN_PARAGRAPH.RIGHT if column in numeric else LEFT
            write(cells[column], text, size=TABLE_SIZE, bold=number == 0, align=align)
        marks = row._tr.get_or_add_trPr()
        marks.append(OxmlElement("w:cantSplit"))
        if number == 0:
            marks.append(OxmlElement("w:tblHeader"))
    return table


def _no_cell_margins(table: DocxTable) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)
