"""The same texts as hurried people type them; the labels stay, so what is lost is lost by the reading."""

import random
import re
import unicodedata
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
_DAY = (
    r"(?:(?:sáng|trưa|chiều|tối|đêm|sang|trua|chieu|toi|dem) )?"
    r"(?:hôm nay|hôm qua|hôm kia|hom nay|hom qua|hom kia|hnay|hqua|(?:sáng|chiều|tối|sang|chieu|toi) (?:nay|qua)"
    r"|(?:hôm |hom )?(?:ngày |ngay )?\d{1,2}/\d{1,2}|(?:thứ|thu) \w+ (?:tuần trước|tuan truoc|vừa rồi|vua roi))"
)
_FIRST = re.compile(rf"^({_DAY})[ ,:]+(?=\S)", re.I)
_LAST = re.compile(rf"[ ,]+({_DAY})[.!]*$", re.I)
_LETTERS = re.compile(r"[^\W\d_]{4,}")


def without_diacritics(row: Row, chance: random.Random) -> Row:
    """Every mark dropped, đ as d."""
    text = unicodedata.normalize("NFD", row["text"])
    bare = "".join(c for c in text if unicodedata.category(c) != "Mn").replace("đ", "d").replace("Đ", "D")
    return {**row, "text": bare}


def letters_swapped(row: Row, chance: random.Random) -> Row:
    """Two neighbouring letters of one word of four or more letters change places."""
    text = unicodedata.normalize("NFC", row["text"])
    words = list(_LETTERS.finditer(text))
    if not words:
        return row
    at = (word := chance.choice(words)).start() + chance.randrange(1, len(word[0]) - 1)
    return {**row, "text": f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"}


def day_moved(row: Row, chance: random.Random) -> Row:
    """The day goes from the front to the end or back; only where one thing is told, else its meaning changes."""
    text = unicodedata.normalize("NFC", row["text"]).strip()
    if len(row.get("expected", ())) != 1 or row["kind"] != "log":
        return row
    if first := _FIRST.search(text):
        # With a comma: "2 giờ chiều nay" would be a clock time.
        return {**row, "text": f"{text[first.end() :].rstrip('.! ')}, {first[1].lower()}"}
    if last := _LAST.search(text):
        return {**row, "text": f"{last[1]} {text[: last.start()]}"}
    return row


BY_CHANCE = "one of these by chance"
Variant = Callable[[Row, random.Random], Row]
SENTENCES: dict[str, Variant] = {
    "diacritics dropped": without_diacritics,
    "two letters swapped": letters_swapped,
    "day moved": day_moved,
}
QUESTIONS: dict[str, Variant] = {"diacritics dropped": without_diacritics, "two letters swapped": letters_swapped}


def changed_sets(rows: list[Row], ways: dict[str, Variant], seed: int) -> dict[str, list[Row]]:
    """The rows changed in each of the ways, and in one way by chance, three times over; one seed, one result."""
    chance = random.Random(seed)
    sets = {name: [way(row, chance) for row in rows] for name, way in ways.items()}
    sets[BY_CHANCE] = [_changed(row, list(ways.values()), chance) for _ in range(3) for row in rows]
    return sets


def _changed(row: Row, ways: list[Variant], chance: random.Random) -> Row:
    """The row changed in the first of the shuffled ways that changes it at all."""
    chance.shuffle(ways)
    return next((new for way in ways if (new := way(row, chance))["text"] != row["text"]), row)
