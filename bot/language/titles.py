"""Titles of the movement in typed words: "12 công dân học tập", "hộ đạt danh hiệu “Gia đình học tập”"."""

import re

from bot.language.fold import bare, clean

_LEVEL = r"(?:don vi hoc tap|dvht|learning units?)(?: cap (?:huyen|tinh))?,? (?:dat )?(?:muc(?: do)?|level) "
_TITLES = {
    "citizen": r"cong dan hoc tap|learning citizens?",
    "family": r"gia dinh hoc tap|gdht|learning famil(?:y|ies)",
    "clan": r"dong ho hoc tap|dhht|learning clans?",
    "community": r"cong dong hoc tap(?: cap)?(?: (?:thon|ban|to dan pho))?|learning communit(?:y|ies)",
    "commune": r"cong dong hoc tap (?:cap )?xa",
    "commune_unit": r"don vi hoc tap (?:thuoc |cap |thuoc cap )xa",
    "unit": r"(?:don vi hoc tap|dvht)(?: cap (?:huyen|tinh))?|learning units?",
    "unit_1": _LEVEL + "1",
    "unit_2": _LEVEL + "2",
}
"""What each title is called. CDHT is left out: typed without marks it is the citizen's and the community's alike."""
_BEFORE = (
    r"(?:tong so |so luong |so )?(?:(?:nguoi|ca nhan|ho|ho gia dinh|gia dinh|dong ho|cong dong|don vi|tap the) )?"
    r"(?:(?:da|duoc|dat|nhan|cong nhan|la|danh hieu) )*"
)
_AFTER = r"(?: (?:nam )?20\d\d)?"
_COMPILED = {key: re.compile(f"{_BEFORE}(?:{words}){_AFTER}") for key, words in _TITLES.items()}
_COUNT = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d{1,9})\s+(\D.*)", re.DOTALL)


def title_said(text: str) -> str | None:
    """Which title these words are, and nothing but it: who only registered for one is not recognised."""
    words = bare(clean(text).replace("cđht", "cộng đồng học tập")).strip(" .,:;!'")
    return next((key for key, pattern in _COMPILED.items() if pattern.fullmatch(words)), None)


def count_said(text: str) -> tuple[int | None, str]:
    """A number in front of the words, and the words after it; None where there is no number in front."""
    found = _COUNT.fullmatch(text.strip())
    return (int(found[1].replace(".", "")), found[2].strip()) if found else (None, text.strip())
