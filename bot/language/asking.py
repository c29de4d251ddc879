"""Questions about study that tell no length: in which room, at what time, with whom, from which book.

Such a word alone makes no question ("hôm nay học bài nào cũng khó", "quên mất học phòng nào"): it counts only in a
sentence without a length, without a sign that something is done, and not where it stands under a denial.
"""

import re

from bot.language import cues
from bot.language.marks import exact, rule, source
from bot.language.reading import Reading

_PLACE = (
    r"phòng|hội trường|giảng đường|thư viện|trung tâm|trường|tòa|toà|nhà|tầng|lầu|khu|dãy|cơ sở|địa điểm|chỗ|nơi|trang|"
    r"web|website|kênh|app|ứng dụng|phần mềm|nền tảng|link|nhóm|zoom"
)
_ELSE = (
    r"quyển|cuốn|sách|giáo trình|tài liệu|thầy|cô|giáo viên|giảng viên|đồng chí|giờ|ca|tiết|buổi|thứ|ngày|tuần|khóa|lớp"
)
_END = r"(?= ?(?:$|[?.!,;]|(?:ạ|vậy|thế|nhỉ|hả|rứa|bot|ad|anh|chị|thầy|cô|mọi người)(?!\w)))"
_ASKED = re.compile(
    rf"(?<!\w)(?:{source(rf'(?:{_PLACE}) (?:nào|mô)')}(?!\w)"
    rf"|{source(rf'(?:{_ELSE}) (?:nào|mô)')}(?!\w){source(_END)}"
    rf"|{source('mấy giờ')}(?:{source(_END)}|{source(' (?:học|vào|bắt đầu|lên lớp)')}(?!\\w))"
    rf"|{source(r'(?:thứ|tiết|ca) mấy')}(?!\w)|{exact('phòng|tầng|lầu|tòa|toà|nhà')} {exact('mấy')}(?!\w)"
    rf"|{source('(?:phòng|tầng|lầu|số|ngày) mấy')}{source('(?= ?(?:ạ|vậy|thế|nhỉ|hả))')})"
)
_NO_QUESTION_AFTER = re.compile(rf" ?(?:\w+ ){{0,4}}{source('cũng|đều|đó|đấy|ấy')}(?!\w)")
_NO_QUESTION_BEFORE = re.compile(
    rf"(?<!\w){source('nhớ|rõ|quên|không|chưa|chẳng|chả|hổng|bất cứ|bất kỳ|bất kể|dù|chọn|tùy')} (?:\w+ ){{0,4}}$"
)
_WONDERS = rule(r"^(?:\w+ ){0,2}không (?:biết|rõ) ")
_ASKS_AGAIN = rule(r"(?:vậy|thế|nhỉ) ?(?:ạ|hả|bot|ad|anh|chị)[?.! ]*$")
_OF_ONESELF = rule(
    r"(?:em|tôi|mình|tớ|t|cháu|con|tui|mk|bọn em|chúng em|chúng tôi)(?= (?:\w+ ){0,3}(?:học|ôn|đọc|luyện))"
)


def asks(read: Reading) -> bool:
    """True for a question that no other sign tells: no length is said, and nothing is said to be done."""
    if read.durations() or read.has("session") or _is_told_as_done(read):
        return False
    key = read.ready.key
    if _ASKS_AGAIN.search(key) and not _OF_ONESELF.search(key):
        return True
    wonders = _WONDERS.match(key)
    begin = wonders.end() if wonders else 0
    return any(_is_free(key, begin, found) for found in _ASKED.finditer(key))


def _is_told_as_done(read: Reading) -> bool:
    today = read.now.date()
    return bool(cues.PAST.search(read.key)) or any(d.kind == "day" and d.date and d.date < today for d in read.days)


def _is_free(key: str, begin: int, found: re.Match[str]) -> bool:
    """Neither denied ("không nghỉ buổi nào", "quên phòng nào") nor said of all ("phòng nào cũng được")."""
    return not _NO_QUESTION_BEFORE.search(key[begin : found.start()]) and not _NO_QUESTION_AFTER.match(key, found.end())
