"""Read a roster (.xlsx or CSV) into checked rows; columns of phones, identity numbers and the like are refused."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import UserError
from bot.i18n import Text, t
from bot.language.fold import fold
from bot.membership import alias_fault
from bot.units_file import HEADER_WITHIN, table_lines, title_of

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 10_000
KEY_LETTERS = 64
UNIT_LETTERS = 64

ALIAS, UNIT, CATEGORY, KEY = "alias", "unit", "category", "key"
HEADERS = {
    ALIAS: ("bi danh", "ten", "ho ten", "ho va ten", "ten goi", "ten nguoi hoc", "nguoi hoc", "alias", "name"),
    UNIT: ("ma don vi", "ma dv", "don vi", "ma don vi cong tac", "unit code", "unit"),
    CATEGORY: ("doi tuong", "nhom", "nhom doi tuong", "loai doi tuong", "category", "group"),
    KEY: ("ma nguoi", "ma so", "ma hoc vien", "ma nguoi hoc", "ma noi bo", "so hieu noi bo", "person code", "code"),
}  # fmt: skip
_NEVER = (
    "dien thoai", "sdt", "so dt", "di dong", "phone", "mobile", "zalo", "can cuoc", "cccd", "cmnd", "cmt", "cmtnd",
    "chung minh", "dinh danh", "ho chieu", "passport", "identity", "dan toc", "ton giao", "dang vien", "vao dang",
    "ngay sinh", "nam sinh", "birth", "email", "dia chi", "address", "tai khoan", "bhxh", "bao hiem",
)  # fmt: skip
"""A column whose title holds one of these words is neither read nor given back."""
CATEGORIES = {
    "soldier": ("soldier", "quan nhan", "bo doi", "chien si", "luc luong vu trang", "quan nhan, luc luong vu trang"),
    "official": ("official", "can bo", "cong chuc", "vien chuc", "can bo, cong chuc, vien chuc", "cbccvc"),
    "worker": ("worker", "cong nhan", "nguoi lao dong", "cong nhan, nguoi lao dong"),
    "citizen": ("citizen", "nguoi dan", "cong dan", "nhan dan", "hoc vien", "hoc sinh", "sinh vien"),
}
CATEGORY_NAMES = {
    "soldier": t("Soldier or serviceman"),
    "official": t("Official or public employee"),
    "worker": t("Worker"),
    "citizen": t("Citizen"),
}


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row that is well formed by itself; `number` is the file's, as a spreadsheet shows it."""

    number: int
    alias: str
    unit: str
    category: str
    key: str

    def kept(self) -> list[str | int]:
        """As JSON."""
        return [self.number, self.alias, self.unit, self.category, self.key]


@dataclass(frozen=True, slots=True)
class Roster:
    """A file that was read: where its header stands, its rows, faulty rows by number, and what was refused."""

    header: int
    rows: list[RosterRow]
    faults: dict[int, Text]
    refused: dict[int, str]
    """Position → title of the columns that may not be kept."""
    unsafe: dict[int, set[int]]
    """Row → positions of cells that hold a phone or identity number."""


def read_roster(content: bytes, name: str) -> Roster:
    """Read a file. Raises UserError when it is no use as a whole: too big, unreadable, without a header."""
    if len(content) > MAX_BYTES:
        raise UserError(t("The file {name} is larger than {size} MB.", name=name, size=MAX_BYTES // 1024**2))
    places: dict[str, int] = {}
    roster = Roster(0, [], {}, {}, {})
    count = 0
    for number, cells in table_lines(content, name):
        if not any(cells):
            continue
        if not places:
            places = _header(cells)
            if places:
                roster = Roster(number, [], {}, _refused(cells), {})
            elif number >= HEADER_WITHIN:
                break
            continue
        count += 1
        if count > MAX_ROWS:
            raise UserError(t("The file {name} has more than {count} rows.", name=name, count=MAX_ROWS))
        _take(roster, number, cells, places)
    if not places:
        raise UserError(
            t(
                "The file {name} has no header row with the columns “Bí danh” and “Mã đơn vị” (and “Đối tượng”, “Mã "
                "người”). /mauroster sends an empty form.",
                name=name,
            )
        )
    return roster


def _header(cells: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for position, cell in enumerate(cells):
        title = title_of(cell)
        for column, titles in HEADERS.items():
            if title in titles and column not in places:
                places[column] = position
    return places if {ALIAS, UNIT} <= places.keys() else {}


def _refused(cells: Sequence[str]) -> dict[int, str]:
    found = {}
    for position, cell in enumerate(cells):
        title = f" {title_of(cell)} "
        if any(f" {word} " in title for word in _NEVER):
            found[position] = " ".join(cell.split())[:40]
    return found


def _take(roster: Roster, number: int, cells: Sequence[str], places: dict[str, int]) -> None:
    alias, unit, said, key = (_value(cells, places, column) for column in (ALIAS, UNIT, CATEGORY, KEY))
    if not (alias or unit or said or key):
        return
    category = next((name for name, words in CATEGORIES.items() if fold(said) in words), "") if said else ""
    if reason := _fault(alias, unit, said, category, key):
        roster.faults[number] = reason
        unsafe = {
            places[column] for column, value in ((ALIAS, alias), (KEY, key)) if column in places and _digits(value)
        }
        if unsafe:
            roster.unsafe[number] = unsafe
        return
    roster.rows.append(RosterRow(number, alias, unit, category, key))


def _value(cells: Sequence[str], places: dict[str, int], column: str) -> str:
    position = places.get(column)
    raw = cells[position] if position is not None and position < len(cells) else ""
    return " ".join(unicodedata.normalize("NFC", raw).split())


def _fault(alias: str, unit: str, said: str, category: str, key: str) -> Text | None:
    """What is wrong with a row by itself."""
    if not alias:
        return t("the alias is missing")
    if not unit:
        return t("the unit's code is missing")
    if _digits(alias) or _digits(key):
        return t("a phone or identity number must not be kept; it has been removed here")
    if reason := alias_fault(alias):
        return reason
    if len(unit) > UNIT_LETTERS or len(key) > KEY_LETTERS:
        return t("a code is longer than {count} characters", count=UNIT_LETTERS)
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn") for letter in alias + unit + key):
        return t("there are control characters in it")
    if said and not category:
        return t("the group “{words}” is unknown; use one of the form's list", words=said[:40])
    return None


def _digits(value: str) -> bool:
    """True for what reads like a phone (from 9 digits on) or identity number."""
    return sum(letter.isdigit() for letter in value) > 8
