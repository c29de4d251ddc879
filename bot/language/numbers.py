"""Numbers in digits and in Vietnamese words, up to 999, as far as times and dates need them."""

from bot.language.fold import bare
from bot.language.marks import source

_UNIT = (
    "(?:một|hai|ba|bốn|năm|sáu(?! (?:giờ|tiếng) (?:làm|học|cơm|ăn|nghỉ|hành|trực|gác|tan|lao|tập|huấn|thể|chiều|lên))"
    "|bảy|bẩy|tám|chín)"
)
_LAST = f"(?:mốt|tư|lăm|nhăm|{_UNIT})"
TENS = source(
    f"(?:{_UNIT} (?:mươi|mười|chục)(?: {_LAST})?|(?:mười|mươi)(?: (?:lăm|nhăm|{_UNIT}))?|chục|(?:hăm|"
    f"băm) {_LAST}|{_UNIT} (?:mốt|lăm|nhăm))"
)
WORDS = source(f"(?:{_UNIT} trăm(?: (?:lẻ |linh )?(?:{TENS}|{_UNIT}|rưỡi))?|{TENS}|{_UNIT})")
NUMBER = rf"(?:\d{{1,3}}(?:[.,]\d{{1,2}})?|{WORDS})"
WHOLE = rf"(?:\d{{1,3}}|{WORDS})"

GAP = r"(?:(?<=\d) ?| )"
"""What stands between a number and its unit: "45p", "45 phút", but "chín h" only with a blank: "chính" is no time."""

_VALUES = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9,
}  # fmt: skip
_SHORT_TENS = {"ham": 20, "bam": 30}
_TEEN_ENDS = {"lam", "nham", "mot"}


def number(text: str) -> float | None:
    """The value of a text matched by NUMBER ("1,5", "ba mươi lăm"); None when it is no number."""
    text = bare(text.strip())
    if text[:1].isdigit():
        return _digits(text)
    total = 0
    for word in text.split():
        if word in _SHORT_TENS:
            total += _SHORT_TENS[word]
        elif word in _TEEN_ENDS and 1 < total % 100 < 10:
            total += 9 * (total % 100) + _VALUES[word]
        elif word in _VALUES:
            total += _VALUES[word]
        elif word in {"muoi", "chuc"}:
            total += 10 if total % 100 == 0 else 9 * (total % 100)
        elif word == "tram":
            total = max(total, 1) * 100
        elif word == "ruoi":
            total += 50
        elif word not in {"le", "linh"}:
            return None
    return float(total) if total else None


def _digits(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
