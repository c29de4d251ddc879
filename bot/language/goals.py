"""Goals in words: "mục tiêu 5 tiếng một tuần", "goal 5 hours a week", "bỏ mục tiêu"."""

import re

from bot.language.durations import parse_minutes
from bot.language.fold import bare, clean

LEAST_MINUTES, MOST_MINUTES = 15, 60 * 60
"""A goal of one week; more than 60 hours is a slip of the keyboard."""
DROP = "bỏ"
"""What the goal's command is told when the goal shall go."""

_LEAD = r"(?:(?:toi|em|minh|tao|chau|cho|muon|xin|can|hay|dat|doi|sua|chinh|them|lai|set|my|a|the|i want) )*"
_GOAL = re.compile(
    rf"^{_LEAD}(?:muc tieu|goal)(?: (?:hoc(?: tap)?|(?:cua|cho) (?:toi|em|minh)|(?:moi|hang|mot) tuan|"
    r"tuan(?: nay)?|la|con|len|xuong|thanh|of|is|to))*[ :]*(?P<rest>.*)$"
)
_DROP = re.compile(
    r"^(?:(?:toi|em|minh|muon|xin|hay) )*(?:bo|xoa|huy|khong (?:can|dat)|drop|remove|delete)(?: (?:my|the))? "
    r"(?:muc tieu|goal)(?: (?:hoc(?: tap)?|cua (?:toi|em|minh)|rieng|nua|di|tuan))*$"
)
_A_DAY = re.compile(r"(?:/| )? ?(?:(?:mot|1|moi|hang|trong|a|per|every|each) )*(?:ngay|day|daily)$")
_A_WEEK = re.compile(r"(?:/| )? ?(?:(?:mot|1|moi|hang|trong|tren|a|per|every|each) )*(?:tuan(?: nay)?|week|weekly)$")
_NUMBER = re.compile(r"\d{1,2}(?:[.,]5)?")
_END = re.compile(r"[ .!]+$|(?: (?:nhe|nha|a|di|thoi))+[ .!]*$")


def find_goal(text: str) -> str | None:
    """What the goal's command is to do with a text that sets or drops a goal; None for any other text."""
    written = clean(text)
    folded = _END.sub("", bare(written))
    if _DROP.match(folded):
        return DROP
    found = _GOAL.match(folded)
    if found is None or not found["rest"] or read_goal(found["rest"]) is None:
        return None
    return written[found.start("rest") : found.end("rest")]


def read_goal(text: str) -> int | None:
    """Minutes a week: "5 tiếng", "5h/tuần", "1 tiếng mỗi ngày" (seven times), "7" (hours); None when unclear."""
    written = _END.sub("", clean(text))
    folded = bare(written)
    days = 1
    if found := _A_DAY.search(folded):
        days = 7
    else:
        found = _A_WEEK.search(folded)
    if found:
        written, folded = written[: found.start()].strip(), folded[: found.start()].strip()
    if _NUMBER.fullmatch(folded):
        minutes: int | None = round(float(folded.replace(",", ".")) * 60)
    elif folded.isdigit() and len(folded) == 3:
        minutes = int(folded) * 60
    else:
        minutes = parse_minutes(written)
    return None if minutes is None else minutes * days
