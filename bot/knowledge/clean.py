"""Clean an imported document: menus, boilerplate and gambling spam out, slips of the scanner flagged."""

import re
import unicodedata
from collections.abc import Sequence

import msgspec

from bot.knowledge.passages import Block
from bot.language.fold import fold

# Gambling names that are pasted over words of hacked pages, with the line break and the lonely full stop behind them.
SPAM = re.compile(
    r"(?:link\s+)?(?:đăng\s*nhập|đăng\s*ký|tải|nhà\s*cái|trang\s*chủ|dang\s*nhap|nha\s*cai)?\s*"
    r"\b(?:hi\s?88|[a-z]{1,4}\s?88|kubet\w*|fun88|789\s?bet|\w{1,6}bet\d{0,3}|bet\d{2,3}"
    r"|[a-z]{2,6}win\d{0,3})\b(?:\s*\n\s*\.(?=\s|$)|\s*\n(?=\s*[a-zà-ỹđ]))?",
    re.IGNORECASE,
)
_GAMBLING_LINE = re.compile(
    r"nhà cái|cá cược|cá độ|casino|xổ số|soi kèo|kèo bóng|tài xỉu|nổ hũ|game bài|lô đề", re.IGNORECASE
)
_BOILERPLATE = re.compile(
    r"tra loi|thu dien tu cua ban se khong duoc hien thi cong khai.*|y kien ban doc.*"
    r"|gui y kien.*|in trang nay|tim kiem.*|tin tuc lien quan.*|tin lien quan.*|cac tin khac.*"
    r"|bai viet lien quan.*"
    r"|(\d+:\d\d ?/? ?)+|chia se.*|dang nhap|dang ky|trang chu|lien he|menu|binh luan.*|quay lai"
    r"|xem them.*|ve dau trang|facebook|zalo|twitter|youtube|email|in bai|gui email|thich"
    r"|theo doi.*|doc tiep.*|quang cao"
    r"|ban quyen.*|all rights reserved.*|copyright.*|skip to content|search|home|login"
)
_STOP_SYLLABLE = re.compile(r"[a-z]{0,3}?[aeiouy]{1,3}(?:c|ch|p|t)")
_TONES = {"\u0301", "\u0323"}  # sắc, nặng
_WORD = re.compile(r"[^\W\d_]+")


class Cleaned(msgspec.Struct, frozen=True):
    """Blocks that stay, lines that were cut, and words that look like slips of the scanner (with their neighbours)."""

    blocks: tuple[Block, ...]
    removed: tuple[str, ...]
    doubtful: tuple[str, ...]


def without_spam(text: str) -> tuple[str, int]:
    """The text with every pasted gambling name taken out, and how many there were.

    In a plan of a People's Committee the name stood over the issuer's: it becomes "UBND tỉnh" (or "tỉnh" behind
    "địa bàn"), because the true name is lost; elsewhere it becomes "[…]".
    """
    issuer = "UBND" in text

    def put(found: re.Match[str]) -> str:
        before = fold(text[max(0, found.start() - 12) : found.start()])
        name = "[…]" if not issuer else "tỉnh" if before.endswith(("dia ban", "toan")) else "UBND tỉnh"
        stop = "." if found.group(0).rstrip().endswith(".") else ""
        lead = " " if found.group(0)[:1].isspace() else ""
        return f"{lead}{name}{stop}" + ("\n" if stop else " " if "\n" in found.group(0) else "")

    return SPAM.subn(put, text)


def clean(blocks: Sequence[Block]) -> Cleaned:
    """Drop boilerplate, repeated and gambling lines; flag doubtful words; the order stays."""
    kept: list[Block] = []
    removed: list[str] = []
    doubtful: list[str] = []
    for block in blocks:
        text = re.sub(r"[ \t\u00a0]+", " ", unicodedata.normalize("NFC", block.text)).strip()
        if not text:
            continue
        repeated = bool(kept) and len(text) < 160 and kept[-1].text == text
        if (
            repeated
            or _BOILERPLATE.fullmatch(fold(text).strip(" :."))
            or (_GAMBLING_LINE.search(text) and len(text) < 120)
        ):
            removed.append(text)
            continue
        kept.append(Block(text, block.level))
        doubtful.extend(doubtful_words(text))
    return Cleaned(tuple(kept), tuple(removed), tuple(dict.fromkeys(doubtful)))


def doubtful_words(text: str) -> list[str]:
    """Pairs of words of which one cannot be Vietnamese: a lonely consonant ("thu n lợi"), or a syllable that ends in
    c, ch, p, t without the tone that such syllables must have ("hoc tập", "cap ủy"). Plain ASCII text is left alone."""
    if not any(ord(c) > 0x2FF or c in "ăâêôơưđ" for c in unicodedata.normalize("NFD", text)):
        return []
    words = _WORD.findall(text)
    found = []
    for i, word in enumerate(words):
        if _is_slip(word):
            found.append(" ".join(words[max(0, i - 1) : i + 2]))
    return found


def _is_slip(word: str) -> bool:
    if word.isupper() or (word[:1].isupper() and len(word) == 1):
        return False
    marks = set(unicodedata.normalize("NFD", word.lower())) & {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    letters = fold(word)
    if len(word) == 1:
        return letters not in "aeiouy"
    stopped = _STOP_SYLLABLE.fullmatch(letters) is not None
    return stopped and not marks & _TONES
