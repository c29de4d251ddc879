"""What was studied: the catalogue's canonical name with full diacritics, and its area."""

import re
from functools import lru_cache

import msgspec
from rapidfuzz import fuzz, process

from bot.language.catalogue import CATALOGUE, Item
from bot.language.fold import bare, clean
from bot.language.marks import key_of
from bot.language.repair import repair
from bot.language.teencode import expand

_BY_ALIAS: dict[str, tuple[str, Item]] = {}
for _item in CATALOGUE:
    for _alias in (_item.name, *_item.aliases):
        _BY_ALIAS.setdefault(bare(_alias), (_alias, _item))
_FIRST_WORD = re.compile(r"\w+")
_BY_FIRST_WORD: dict[str, list[str]] = {}
for _alias in sorted(_BY_ALIAS, key=len, reverse=True):
    _BY_FIRST_WORD.setdefault(_FIRST_WORD.match(_alias)[0], []).append(_alias)  # type: ignore[index]
_LONG_ALIASES = [alias for alias in _BY_ALIAS if len(alias) >= 6]
_MARKER = re.compile(
    r"(?:^|(?<!\w)(?:hoc|mon|on|voi|va|lan|cay|luyen|thi|lop|hieu|cuu|on tap|them|lai|khoa|tap mon|"
    r"day|ve|tap|bai tap|doc|\x01) ?)$"
)
_SEPARATORS = ".,;:!?+&-/\x01"
_CLOSE = 88


class Found(msgspec.Struct, frozen=True):
    """A catalogue subject at [start, end) of a text."""

    start: int
    end: int
    item: Item


def find_subjects(key: str) -> list[Found]:
    """Catalogue subjects of a key, left to right, the longest name first."""
    folded = bare(key)
    found: list[Found] = []
    end = 0
    for word in _FIRST_WORD.finditer(folded):
        start = word.start()
        if start < end or word[0] not in _BY_FIRST_WORD:
            continue
        alias = next((a for a in _BY_FIRST_WORD[word[0]] if _stands(a, folded, start)), None)
        if alias:
            end = start + len(alias)
            if _is_meant(alias, start, key, folded):
                found.append(Found(start, end, _BY_ALIAS[alias][1]))
    return found


def _stands(alias: str, folded: str, at: int) -> bool:
    end = at + len(alias)
    return folded.startswith(alias, at) and not (folded[end : end + 1].isalnum() or folded[end : end + 1] == "_")


def _is_meant(said: str, start: int, key: str, folded: str) -> bool:
    """One-syllable names collide with ordinary words: they need their diacritics or a word such as "học" before."""
    end = start + len(said)
    written, alias = key[start:end], _BY_ALIAS[said][0]
    if any(w not in (a, b) for w, a, b in zip(written.split(), alias.split(), said.split(), strict=False)):
        return False
    compound = _COMPOUND.match(folded, start)
    if compound and compound.end() > end:
        return False
    if said == written == "khoa hoc" and _FINISHES.search(folded[:start]):
        return False
    if said == written and said in {"vo", "may"} and _COMPANY.search(folded[:start]):
        return False
    if said in _ONLY_AFTER_VERB and not _MARKER.search(folded[:start]):
        return False
    if not _ONE_SYLLABLE[said]:
        return True
    if written != alias and (said in _NEVER_BARE or folded[end:].lstrip()[:1].isalpha()):
        return False
    before = folded[:start].rstrip()
    return before == "" or before[-1] in _SEPARATORS or bool(_MARKER.search(before + " "))


_COMPOUND = re.compile(
    r"(?:van (?:nghe|phong|ban|thu|minh|kien|hoa|chuong)|tin (?:tuc|nhan|tuong|don)|dia (?:ban|phuong|chi|"
    r"diem)|sinh (?:hoat|nhat|vien|ra)"
    r"|dan (?:ong|ba|em|anh|toc|cu)|ly (?:do|luan|thuyet|lich|tuong)|su (?:dung|kien|viec|that)|hoa (?:don|"
    r"chat|hau)|may (?:man|moc)"
    r"|luat su|word (?:cup)|hat (?:gao|giong)|tien (?:luong|bac|an))(?!\w)"
)
_NEVER_BARE = {"duoc", "tien", "thue", "han", "dan", "may", "dia", "moc", "sao"}
_FINISHES = re.compile(r"(?:hoan thanh|hoan tat|xong|het|ket thuc|tham gia|dang ky|theo) $")
_COMPANY = re.compile(r"(?:voi|cung|vs) $")
_ONLY_AFTER_VERB = {"tu moi", "tu vung", "du bao", "hau can", "the luc"}
_ONE_SYLLABLE = {
    alias: " " not in alias
    and len(alias) <= 5
    and alias not in {"excel", "java", "sql", "ielts", "toeic", "toefl", "canva", "linux", "hsk"}
    for alias in _BY_ALIAS
}


@lru_cache(maxsize=2048)
def known(folded: str) -> Item | None:
    """The catalogue item whose name or alias is exactly this folded text, or so near that it must be a slip."""
    if folded in _BY_ALIAS:
        return _BY_ALIAS[folded][1]
    if len(folded) < 6:
        return None
    best = process.extractOne(folded, _LONG_ALIASES, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    if best is None or len(best[0].split()) != len(folded.split()) or not _same_words(folded, best[0]):
        return None
    return _BY_ALIAS[best[0]][1]


def _same_words(one: str, other: str) -> bool:
    """A slip changes a letter of a word, it does not make "tiếng dao" of "tiếng lào"."""
    pairs = list(zip(one.split(), other.split(), strict=True))
    return all(
        a == b or (len(a) > 3 and sorted(a) == sorted(b)) or (len(a) > 4 and fuzz.ratio(a, b) > 75) for a, b in pairs
    )


_AREA_WORDS = (
    ("ethnic_language", r"dan toc"),
    ("foreign_language", r"tieng \w+|ngoai ngu|ngu phap|tu vung|ielts|toeic"),
    ("law", r"luat|nghi dinh|thong tu|phap che|thu tuc|quyen"),
    (
        "military",
        r"quan su|quoc phong|dieu lenh|chien thuat|ban sung|vu khi|tac chien|chien dau|bo doi|dan quan|"
        r"hai quan|phong khong|khi tai|huan luyen",
    ),
    ("politics", r"chinh tri|nghi quyet|dang|chi thi|tu tuong|mac|bac ho|ho chi minh|van kien|dai hoi|doan vien"),
    (
        "digital",
        r"tin hoc|phan mem|may tinh|so hoa|du lieu|internet|online|web|app|lap trinh|cong nghe so|"
        r"chuyen doi so|ky nang so|dien tu",
    ),
    ("life_skills", r"ky nang|giao tiep|suc khoe|so cuu|cap cuu|tam ly|gia dinh|dinh duong|moi truong"),
    (
        "profession",
        r"nghiep vu|ky thuat|chuyen mon|nghe|trong|nuoi|sua chua|bao tri|lai|van hanh|ke toan|quan ly|"
        r"khi tuong|thuy van|san xuat|che bien|may|y te|soan",
    ),
)
_AREA_RULES = [(area, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for area, words in _AREA_WORDS]


def area_of(subject: str | None) -> str:
    """The area key of a subject: the catalogue's, else by the words in it, else "other"."""
    if not subject:
        return "other"
    folded = bare(subject)
    if item := known(folded):
        return item.area
    if inside := find_subjects(key_of(subject)):
        return inside[0].item.area
    return next((area for area, pattern in _AREA_RULES if pattern.search(folded)), "other")


def canonical(text: str) -> tuple[str, str]:
    """The subject with full diacritics (lower case) and its area key; an unknown subject keeps its own words."""
    cleaned = clean(repair(expand(clean(text)))).strip(" .,;:!?'-")
    name = name_of(cleaned)
    return name, area_of(name)


def name_of(phrase: str) -> str:
    """The canonical name of a phrase; a longer phrase around a catalogue name keeps its other words."""
    folded = bare(phrase)
    if item := known(folded):
        return item.name
    inside = find_subjects(key_of(phrase))
    if not inside:
        return phrase
    best = max(inside, key=lambda found: found.end - found.start)
    if is_part(phrase[best.start : best.end]):
        return phrase
    return f"{phrase[: best.start]}{best.item.name}{phrase[best.end :]}"


def is_part(written: str) -> bool:
    """Whether a short name inside a longer phrase is a syllable of another subject ("địa" in "địa chất")."""
    return " " not in written and len(written) < _SHORT and bare(written) not in _GROWS


_SHORT = 6
_GROWS = {"su", "tin", "excel", "word"}
_UPPER = {"ielts", "toeic", "toefl", "hsk", "jlpt", "topik", "mos", "ic3", "ai"}
_PROPER = {
    "anh", "trung", "nhật", "hàn", "pháp", "nga", "đức", "lào", "thái", "mông", "dao", "tày", "nùng", "mường", "khmer",
    "chăm", "việt", "đảng",
}  # fmt: skip


def display(subject: str) -> str:
    """A subject for showing: "tiếng anh" as "Tiếng Anh", "tin học" as "Tin học"."""
    words = subject.split()
    shown = [w.upper() if w in _UPPER else w for w in words]
    if len(words) > 1 and words[0] == "tiếng":
        shown[1:2] = [words[1].capitalize()] if words[1] in _PROPER or len(words) == 2 else [words[1]]
    shown = ["Hồ Chí Minh" if w == "hồ" else w for w in shown] if "hồ chí minh" in subject else shown
    text = " ".join(shown).replace("Hồ Chí Minh chí minh", "Hồ Chí Minh").replace("lịch sử đảng", "lịch sử Đảng")
    return text[:1].upper() + text[1:]
