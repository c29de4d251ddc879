"""The official report as .docx: a draft in the layout of Nghị định 30/2020/NĐ-CP that the unit completes and signs.

Three profiles: administrative (Nghị định 30/2020/NĐ-CP), Party (Hướng dẫn 36-HD/VPTW of 3/4/2018: no national title)
and army (place name and rank follow the rules of the Ministry of National Defence and are left blank). Number, place,
date, signature and seal are always blank; a secrecy stamp is never set. It takes up to a second: call it in a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import docx
from docx.document import Document as Docx
from docx.table import _Cell

from bot.i18n import Reader, Text, render, t
from bot.reports import official_layout as layout
from bot.reports.official_figures import appendix
from bot.reports.official_sections import Heading, Paragraph, Prompt, sections, subject
from bot.reports.unit import UnitSummary
from bot.reports.unit_data import UnitData
from bot.reports.unit_tables import Figure, words
from bot.reports.workbook import workbook
from storage.units import MILITARY

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READER = Reader("vi")
"""An official document is Vietnamese, whoever asks for it."""
_LEFT, _RIGHT = 68, 92
_MOTTO_EM, _PARTY_EM = 12.23, 13.78
"""Widths of the motto and of the Party's title in Times New Roman bold, in em."""
_MM = 25.4 / 72
"""Millimetres of a point."""
_PAGE_ACROSS = 247


@dataclass(frozen=True, slots=True)
class Profile:
    """One family of official documents."""

    key: str
    name: Text
    number: Text
    signature: Text
    reference: str = "……/BC-……"
    """The number as the appendix refers to it."""


ADMINISTRATIVE = Profile(
    "admin", t("Administrative layout"), t("No.:          /BC-……"), t("(Signature, seal, full name)")
)
PARTY = Profile("party", t("Party layout"), t("No.          -BC/……"), t("(Signature, seal, full name)"),
                "……-BC/……")  # fmt: skip
ARMY = Profile("army", t("Army layout"), t("No.:          /BC-……"), t("(Signature, rank, full name)"))
PROFILES = {profile.key: profile for profile in (ADMINISTRATIVE, PARTY, ARMY)}


def profile_of(summary: UnitSummary) -> Profile:
    """The profile that fits the kind of the tree's root."""
    return {MILITARY: ARMY, "party": PARTY}.get(summary.line[0].kind, ADMINISTRATIVE)


def official_report(data: UnitData, profile: Profile, narrative: Mapping[str, str] | None = None) -> bytes:
    """The draft with its appendix; `narrative` holds what the officer typed, by the keys of `NARRATIVES`."""
    document = docx.Document()
    layout.set_up(document)
    _properties(document, data)
    _head(document, data.summary, profile)
    _title(document, data.summary)
    _text(document, data, narrative or {})
    _foot(document, profile)
    _appendix(document, data, profile)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def official_workbook(data: UnitData) -> bytes:
    """The appendix's tables as a workbook: figure by figure those of the .docx."""
    return workbook(appendix(data), READER)


def _say(text: Text | str) -> str:
    return render(text, READER)


def _properties(document: Docx, data: UnitData) -> None:
    core = document.core_properties
    core.title, core.author, core.language = _say(subject(data.summary)), "Bạn Học", "vi-VN"
    core.comments = ""
    core.created = core.modified = data.summary.as_of.replace(tzinfo=None)


def _head(document: Docx, summary: UnitSummary, profile: Profile) -> None:
    table = layout.columns(document, _LEFT, _RIGHT)
    left, right = table.rows[0].cells
    _issuer(left, summary, profile)
    if profile is PARTY:
        layout.write(right, _say(t("COMMUNIST PARTY OF VIET NAM")), size=15, bold=True)
        layout.rule(right, _PARTY_EM * 15 * _MM, _RIGHT)
    else:
        layout.write(right, _say(t("SOCIALIST REPUBLIC OF VIET NAM")), size=12, bold=True)
        layout.write(right, _say(t("Independence - Freedom - Happiness")), size=13, bold=True)
        layout.rule(right, _MOTTO_EM * 13 * _MM, _RIGHT)
    layout.write(right, _say(t("……………, day … month … year …")), size=14, italic=True, before=6)


def _issuer(cell: _Cell, summary: UnitSummary, profile: Profile) -> None:
    """The body above in capitals, the issuing body in bold, the number left blank, and that this is a draft."""
    for above in summary.line[-2:-1]:
        layout.write(cell, above.name.upper(), size=13)
    name = summary.unit.name.upper()
    layout.write(cell, name, size=13, bold=True)
    if profile is PARTY:
        layout.write(cell, "*", size=13)
    else:
        layout.rule(cell, layout.length_of(name, 13, room=_LEFT) * 0.4, _LEFT)
    layout.write(cell, _say(profile.number), size=13)
    layout.write(cell, _say(t("DRAFT")), size=13, bold=True, before=6)


def _title(document: Docx, summary: UnitSummary) -> None:
    layout.write(document, _say(t("REPORT")), size=14, bold=True, before=18)
    layout.write(document, _say(subject(summary)), size=14, bold=True)
    layout.rule(document, layout.LINE_WIDTH * 0.35, layout.LINE_WIDTH)
    above = summary.line[-2].name if len(summary.line) > 1 else "……………………………………"
    layout.write(document, _say(t("To: {unit}.", unit=above)), before=12, after=6)


def _text(document: Docx, data: UnitData, narrative: Mapping[str, str]) -> None:
    for block in sections(data, narrative, READER):
        match block:
            case Heading(text, _):
                layout.body(document, _say(text), bold=True, keep=True)
            case Prompt(text):
                layout.body(document, _say(text), italic=True)
            case Paragraph(text):
                for part in _say(text).splitlines():
                    layout.body(document, part)


def _foot(document: Docx, profile: Profile) -> None:
    """Recipients on the left, the place of the signature on the right; the row stays on one page."""
    layout.write(document, "", size=6)
    left, right = layout.columns(document, 80, 80).rows[0].cells
    layout.write(left, _say(t("Recipients:")), size=12, bold=True, italic=True, align=layout.LEFT)
    for line in (t("- As above;"), t("- ……………………;"), t("- Archives: VT, …….")):
        layout.write(left, _say(line), size=11, align=layout.LEFT)
    layout.write(right, _say(t("AUTHORITY AND POSITION OF THE SIGNER")), size=14, bold=True)
    layout.write(right, _say(profile.signature), size=13, italic=True, after=54)
    layout.write(right, "……………………………", size=14, bold=True)


def _appendix(document: Docx, data: UnitData, profile: Profile) -> None:
    layout.landscape_section(document)
    layout.write(document, _say(t("Appendix")), size=14, bold=True)
    layout.write(document, _say(t("FIGURES")), size=14, bold=True)
    layout.write(
        document,
        _say(
            t("(With the report No. {number} of day … month … year … of {unit}; self-logged figures)",
              number=profile.reference, unit=data.summary.unit.name)
        ),
        size=13,
        italic=True,
    )  # fmt: skip
    layout.rule(document, _PAGE_ACROSS * 0.2, _PAGE_ACROSS)
    for table in appendix(data):
        caption = layout.write(document, _say(table.name), bold=True, align=layout.LEFT, before=12, after=4)
        caption.paragraph_format.keep_with_next = True
        header = [_say(title) for title in table.header]
        rows = [[words(cell, READER) for cell in row] for row in table.rows]
        numeric = {column for row in table.rows for column, cell in enumerate(row) if isinstance(cell, Figure)}
        layout.grid(document, [header, *rows], _widths([header, *rows]), numeric=numeric)


def _widths(rows: list[list[str]]) -> list[float]:
    """Widths in mm that share the page by what the columns hold: a figure needs little, words more, 50 letters most."""
    header, *body = rows
    longest_words = [max(5, min(len(title) // 2, 10), *map(len, title.split())) for title in header]
    longest = [max([least, *(len(row[column]) for row in body)]) for column, least in enumerate(longest_words)]
    wanted = [min(length, 50) + 4 for length in longest]
    return [width * _PAGE_ACROSS / sum(wanted) for width in wanted]
