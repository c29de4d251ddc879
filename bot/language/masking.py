"""Hide the numbers and strengths of military units in words that are stored; words of study stay as they are.

Rule of the product: units are known by codes and aliases only, head-counts are hidden. What a person types beside that
("Trung đoàn 82", "e82", "quân số 120") becomes "Trung đoàn …", "…", "quân số …" before it reaches the database.
Regions that the movement's documents name ("Quân khu 2") are no secret and stay.
"""

import re
import unicodedata

from bot.language.fold import bare

HIDDEN = "…"

_BRANCH = (
    r"(?:(?:bo binh|phao binh|phao phong khong|phong khong|cao xa|xe tang|tang thiet giap|thiet giap|cong binh|"
    r"thong tin|hai quan|dac cong|trinh sat|van tai|hoa hoc|ten lua|ra ?da|khong quan|huan luyen|co dong|bien phong|"
    r"ve binh|quan y|sua chua|so|thu|e|f|d|c|b|a)\s+){0,2}"
)
_UNIT = (
    r"(?:(?:tieu|trung|su|lu|lien|quan|binh|hai)\s*doan|(?:tieu|trung|dai|khau|hai|phi|bien)\s*doi|don bien phong|"
    r"phien hieu|hom thu|regiment|battalion|brigade|division|platoon|company)"
)
_COUNTED = r"(?:phut|p|ph|min|mins|minutes|nguoi|lan|luot|bai|mon|chuyen de|cuon|trang|%|phan tram)(?!\w)"
"""Behind a number, these make it a length or a count of something else."""
_HOURS = (
    r"(?:gio|g|h|tieng(?!\s+(?:anh|viet|trung|nga|phap|lao|thai|mong|dan toc|khmer))|hours?|buoi|ngay|thang|tuan)(?!\w)"
)
_NUMBER = r"(?:[a-z]{0,2}\d[\d.]*[a-z]?|ii|iii|iv|vii|viii|ix)(?![\w%])(?!/\d)"
_WORD_NUMBER = rf"(?:mot|hai|ba|bon|tu|sau|bay|tam|chin|muoi)(?!\w)(?!\s+(?:{_COUNTED}|{_HOURS}))"
_WORDS = frozenset(
    ("một", "hai", "ba", "bốn", "tư", "sáu", "bảy", "tám", "chín", "mười", "mot", "bon", "bay", "chin", "muoi")
)
"""Number words as they are written; "sau", "tu" and "tam" without diacritics are other words too."""
_NAMED = re.compile(
    rf"(?<!\w)(?P<unit>{_UNIT})\s*(?P<branch>{_BRANCH})(?P<number>{_NUMBER}|{_WORD_NUMBER})"
    rf"(?P<more>(?:\s*(?:,|va|&|-)\s*\d+[a-z]?(?![\w%])(?!/\d)(?!\s*(?:{_COUNTED}|{_HOURS})))*)"
)
_LATER = re.compile(
    r"(?<!\w)(?:\d{1,4}(?:st|nd|rd|th)\s+(?:regiment|battalion|brigade|division|platoon|company))(?!\w)"
)
_COUNT_BEHIND, _HOURS_BEHIND = re.compile(rf"\s*{_COUNTED}"), re.compile(rf"\s*{_HOURS}")
_MOST_HOURS = 16

_CODE = r"[abcdef][1-9]\d{0,2}"
_CODES = re.compile(rf"(?<![\w.])(?P<codes>{_CODE}(?:[\s,/.\-]{{0,3}}{_CODE})*)(?!\w)(?!\.\w)")
_BEHIND = r"\W+(?:(?!o\b|tai\b|cua\b|don\b|thuoc\b)\w+\W+)?$"
_NO_UNITS = (
    # language levels, driving licences, examination blocks, sheets of paper, rooms and vitamins
    (rf"(?:tieng \w+|anh van|ngoai ngu|english|cefr|trinh do|bac|level|chung chi|vstep){_BEHIND}", r"[abc][12]"),
    (rf"(?:bang|hang|lai xe|gplx|giay phep){_BEHIND}", r"[a-f][12]"),
    (rf"(?:khoi|to hop){_BEHIND}", r"[a-d]\d{1,2}"),
    (r"(?:vitamin|phong|giay|in)\W+$", _CODE),
)
_EXCUSED = tuple((re.compile(rf"(?<!\w){before}"), re.compile(codes)) for before, codes in _NO_UNITS)
"""Words before a letter and a number with which it is the name of something else."""

_DIGIT = r"(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|lam|tu|linh|le|ruoi)"
_AMOUNT = rf"(?:\d[\d.,]*\d|\d|(?:{_DIGIT}\s{{1,3}}){{0,2}}(?:tram|chuc|muoi|nghin|ngan)(?:\s{{1,3}}{_DIGIT}){{0,5}})"
_HEADS = (
    r"(?:quan nhan|(?:can bo\s*(?:,|va|-)?\s*)?chien si|chien sy|cbcs|bo doi|linh|si quan|ha si quan|tan binh|dan quan|"
    r"dong chi|tay sung|soldiers|troops|quan(?!\s*(?:khu|su|doi|doan|chung|uy|binh|y|nhac|huan|gioi|luc|phuc|nhu|phap|"
    r"lenh|cang|tinh|ly|tri|tam|trong|sat|niem|diem|he|chinh|so)(?!\w)))"
)
_STRENGTH = re.compile(
    r"(?<!\w)(?P<front>(?:quan so|strength)(?:\s+(?:la|hien co|hien nay|khoang|gom|bien che|tong|chung|cua don vi|"
    rf"don vi|co|cua|of)){{0,6}}\s*[:=]?\s*)(?P<amount>{_AMOUNT})(?![\w%])(?!/\d)"
)
_PEOPLE = re.compile(rf"(?<![\w/.,])(?P<amount>{_AMOUNT})(?=\s*{_HEADS}(?!\w))")
_STUDIED = re.compile(
    r"(?<!\w)(?:bai|lop|giai doan|chuong|tiet|phan|dieu|khoan|muc|cau|chuyen de|buoi|khoa|trang|quyen|tap|ky|dot|so|"
    r"ngay|thang|nam|quy|tuan|module|quyet dinh|nghi quyet|chi thi|thong tu|nghi dinh|ke hoach|huong dan|luat|ket luan|"
    r"quan khu|tieu chi|mon)\s*$"
)
"""Before a number, these make it the name of a lesson, a document, a day or a phase."""


def mask(text: str) -> str:
    """The text (NFC) with the numbers of units and strengths hidden; never raises; masking twice changes nothing."""
    masked = unicodedata.normalize("NFC", text)
    while (once := _masked(masked)) != masked:
        # Hiding one number may lay bare another one; every round hides at least one, so there is an end.
        masked = once
    return masked


def masked_name(words: str) -> str:
    """What may be stored of the words for a subject or course; empty when nothing but a unit was named."""
    masked = mask(words)
    return masked if masked.replace(HIDDEN, "").strip(" ,.-/") else ""


def _masked(text: str) -> str:
    key = bare(text)
    hidden = [*_named(key, text), *_codes(key), *_strengths(key)]
    parts, at = [], 0
    for start, end in sorted(hidden):
        if start >= at:
            parts += [text[at:start], HIDDEN]
            at = end
    return "".join(parts) + text[at:]


def _named(key: str, text: str) -> list[tuple[int, int]]:
    """ "trung đoàn 82" → where "82" stands, unless it is a length: "học ở đại đội 2 tiếng"."""
    found = [(match.start(), match.end()) for match in _LATER.finditer(key)]
    for match in _NAMED.finditer(key):
        digits = re.sub(r"\D", "", match["number"])
        hours = _HOURS_BEHIND.match(key, match.end())
        if digits and ((hours and int(digits[:4]) <= _MOST_HOURS) or _COUNT_BEHIND.match(key, match.end())):
            continue
        if digits or match["number"][0] in "iv" or text[slice(*match.span("number"))].lower() in _WORDS:
            found.append((match.start("number"), match.end()))
    return found


def _codes(key: str) -> list[tuple[int, int]]:
    """ "c5 d3 e82": short names of units; "tiếng Anh B1", "khối A1" and "khổ giấy A4" are none."""
    found = []
    for match in _CODES.finditer(key):
        codes = re.findall(_CODE, match["codes"])
        before = key[max(0, match.start() - 40) : match.start()]
        excused = any(front.search(before) and all(map(kind.fullmatch, codes)) for front, kind in _EXCUSED)
        if not excused and any(code[0] in "cdef" for code in codes):
            found.append(match.span())
    return found


def _strengths(key: str) -> list[tuple[int, int]]:
    """ "quân số 120" and "120 chiến sĩ" → where the amount stands; "bài 2 quân sự" has none."""
    found = [match.span("amount") for match in _STRENGTH.finditer(key)]
    for match in _PEOPLE.finditer(key):
        if not _STUDIED.search(key[max(0, match.start() - 20) : match.start()]):
            found.append(match.span("amount"))
    return found
