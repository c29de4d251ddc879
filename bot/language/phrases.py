"""The words of a subject inside a clause: which words name what was studied, and which only surround it."""

import re

from bot.language.cues import STUDY
from bot.language.durations import LANGUAGES
from bot.language.fold import bare
from bot.language.marks import exact, rule, source
from bot.language.spans import Sentence
from bot.language.subjects import Found, find_subjects, known, name_of

_LEAD_WORDS = source(
    r"đều là|về(?= \w)|nói|em|tôi|mình|tớ|t|cháu|anh|chị|tao|bọn em|bọn mình|bọn tôi|chúng em|chúng tôi|"
    r"chúng mình|tụi em|"
    r"tụi mình|cả nhóm|cả lớp|cả tổ|cả đội|nhóm|đại đội|trung đội|tiểu đội|đơn vị|đồng chí|vợ chồng|bot|ad|"
    r"admin|ơi|học viên|bạn học|chào|xin|dạ|thưa|alo|hi|hello|vâng|ok"
    r"|vừa|được|ngồi|tranh thủ|cố gắng|chỉ|đang|bắt đầu|tiếp tục|tiếp|thêm|dành ra|bỏ ra|hết|xong|chăm chỉ|"
    r"ở nhà|về phòng|về nhà|ngủ dậy|dậy sớm|may quá|cuối cùng|tổng cộng|cộng lại|những|khoảng|chừng|hơn|lẫn|"
    r"nay|nữa|ngay|luôn|sau đó|xong rồi|trong vòng|ghi|lưu|note|log|cập nhật|giúp|giùm|nhé|nha|ạ|rồi|và|với|"
    r"cùng|cho"
    r"|học tập|học|ôn tập|ôn lại|ôn luyện|ôn thi|thi|ôn|luyện tập|luyện nghe|luyện nói|luyện đọc|luyện viết|"
    r"luyện thi|luyện|rèn luyện|đọc tài liệu|đọc giáo trình|đọc sách về|đọc về|đọc|nghe đài|nghe|xem lại|xem|"
    r"coi|theo dõi|tham gia|tập huấn|bồi dưỡng|nghiên cứu|tìm hiểu|thực hành|hoàn thành|kết thúc|quán triệt|"
    r"viết bài|huấn luyện|làm bài tập|làm bài|làm đề|giải đề|dự lớp|dự giờ|tự học|tự ôn|tự đọc|tự luyện|"
    r"tự nghiên cứu"
    r"|môn học|môn|các bài|bài tập|bài giảng|bài học|bài|khóa học|khóa|khoá học|khoá|khoa(?! học)|"
    r"khoa học(?= )|lớp|chuyên đề|chủ đề|nội dung|chương trình|học phần|tài liệu|giáo trình|video dạy|video|"
    r"clip dạy|clip|podcast|lý thuyết về|kiến thức về|một ít|một chút|thi thử|buổi|online|trực tuyến|trực tiếp|"
    r"trên mạng|unit"
)
_LEAD_EXACT = exact(
    "con|ta|bọn|chúng|tụi|cả|tổ|nhà|bạn|à|ừ|ờ|ủa|ê|thì|là|còn|đã|mới|có|cũng|lại|cố|dành|dùng|mất|bỏ|tốn|chăm|"
    "lên|vào|ra|về|đi|rảnh|thức|tổng|cộng|tận|đúng|tròn|tầm|gần|đủ|này|kia|đều|tự|trong|suốt|báo cáo|nhận|dùm|"
    "hộ|rèn|làm|giải|cày|dự|tập"
    "|phần|ít|chút|tí|các|mấy|của|bộ|đề|giờ|tiết|số|chương|bài hát|vẫn|cứ|dạy|hướng dẫn|viết|khá|thường|đến"
)
_LEAD = re.compile(rf"(?:{_LEAD_WORDS}|{_LEAD_EXACT}|\d+)(?: |$)")
_TRAIL_WORDS = source(
    "nhoa|nhó|hén|nà|òi|ạ|à|ak|ah|nha|nhé|nhe|nè|nghen|luôn|thôi|rồi|xong|xong rồi|hết|được|nữa|bot|ad|admin|"
    "em|tôi|mình|t|ơi|với|"
    "và|thì|mà|trên|trong|cho|vào|khoảng|gần|hơn|tổng cộng|những|cũng|đã|thêm|haha|hihi|hehe|hic|huhu|kk|vậy|"
    "lắm|ghê|gì đó|các thứ|nói chung|một mạch|xíu|sau đó|tự học|online|trực tuyến|nhẹ|nhen|hjhj|được luôn|"
    "một mình|cùng"
)
_TRAIL_EXACT = exact(
    "á|còn|có|đó|đấy|đây|này|nọ|kia|cháu|chị|anh|bạn|là|của|ở|tại|từ|lúc|hôm|ngày|tầm|tổng|mất|tận|chỉ|để|ta|quá|"
    "thật|liền|mỗi|cả|đều|mới|tí|chút|cái|học|ôn|đọc|ngồi|đủ|hì|tròn|nguyên|nên|vì|về|hen|ha|nhá|trước|sau|khi"
)
_TRAIL = re.compile(rf"(?:^| )(?:{_TRAIL_WORDS}|{_TRAIL_EXACT})$")
_STOP_WORDS = source(
    r"(?:em|tôi|mình|cháu) (?:học|ôn|có|đã|cũng|đọc)|(?:tại|ở|trên) (?:lớp|nhà|trung tâm|hội trường|trường|"
    r"đơn vị|phòng|thư viện)|qua (?:app|zoom|mạng|sách|đài|tivi|internet|youtube|điện thoại)|với|cùng|ở|cho|"
    r"theo|nhưng|trong khi|sau khi|trước khi|trước giờ|hết|xong|được|cũng|rồi|mệt|vui|hay|chán|buồn ngủ|"
    r"hại não|oải|ghê|lắm|rất|xỉu|nhức|luôn|thôi|nè|nhé|nha|ạ|nữa|bot|giúp|giùm|một mình|cùng với|thêm|ghi|"
    r"unit|lesson|level|lv|hihi|haha|hic|vs|xíu|liên tục|vừa|ko|mừng|nhân dịp|chuẩn bị|trên|tận|chương \d+|"
    r"bài \d+|phần \d+|trang \d+|buổi|kéo dài|lại rồi"
)
_STOP_EXACT = exact(
    "để|mà|vì|nên|bằng|của|về|ở|tại|nhờ|khi|lúc|tới|mất|dưới|từ|suốt|thấy|khó|quá|thật|hơi|khá|muốn|đau|đó|đấy|"
    "chỉ|hộ|dùm|nhớ|thuộc|tổng|lại|liền|kèm|vô|cái|á|ngoài|tí|chút|vào|hơn|mỗi|không|chưa|đã|là|có|trước|sau|"
    "giờ|tầm|dài|trong|nhân"
)
_STOP = re.compile(rf"(?<!\w)(?:{_STOP_WORDS}|{_STOP_EXACT})(?!\w)")
_GENERIC = {
    "văn học",
    "ôn thi",
    "ôn bài",
    "đọc sách",
    "luyện thi",
    "luyện đề",
    "giải đề",
    "chuyên môn",
    "nghiệp vụ",
    "kỹ thuật",
    "luật",
    "khoa học",
}
_PUNCTUATION = re.compile(r"[,.;:!?<>=~#@$&+\x01\x02]|(?<= )-|-(?= )| / ")
_NAMED_BEFORE = re.compile(rf" ?{source('môn|khóa|khoá|lớp|chuyên đề|bài')} ")
_OFF_THE_POINT = re.compile(rf" ?{exact('thì|nhưng|mà|nên|vì|để|tại|do|xong')} ")
_READING = rule(r"đọc (?:\w+ )?(?P<what>sách báo|sách|báo|truyện|thơ)")
_LANGUAGE_ALONE = re.compile(
    r"(?:\x01|"
    rf"(?<!\w){source('học|ôn|môn')}(?! h[aà]n)) ({source(LANGUAGES)})"
    rf"(?! ?{source('em|chị|ấy|hai|ba|học|ơi|bạn|ạ')}(?!\w))(?!\w)"
)
_LEVEL = re.compile(r" (?:[abc][12]|n[1-5]|hsk ?\d|\d+)$")
_MOST_WORDS = 8
_NO_SUBJECT = {
    "mat",
    "con",
    "cung",
    "da",
    "co",
    "co du",
    "nghi",
    "nam",
    "kha",
    "thuong",
    "dem nao",
    "lan",
    "thi",
    "tong",
    "chi",
}


def subject_of(ready: Sentence, key: str, start: int, end: int) -> tuple[str | None, list[Found]]:
    """The subject named in [start, end), and the catalogue subjects there; `key` has the spans blotted out."""
    found = [Found(f.start + start, f.end + start, f.item) for f in find_subjects(key[start:end])]
    best: tuple[int, str] | None = None
    for left, right in _islands(key, start, end):
        if _OFF_THE_POINT.match(key, left, right) and not any(left <= f.start < right for f in found):
            continue
        score, phrase = _phrase(ready, key, left, right, [f for f in found if left <= f.start and f.end <= right])
        if phrase and (best is None or score > best[0]):
            best = (score, phrase)
    named = _short_language(key, start, end) if not found else None
    return named or (best[1] if best else None), found


def _short_language(key: str, start: int, end: int) -> str | None:
    """ "2 tiếng Anh" says the language once for the hour and the tongue."""
    match = _LANGUAGE_ALONE.search(key, start, end)
    item = known(bare(f"tiếng {match[1]}")) if match else None
    return item.name if item else None


def _islands(key: str, start: int, end: int) -> list[tuple[int, int]]:
    """Runs of words between recognised spans and punctuation."""
    islands: list[tuple[int, int]] = []
    at = start
    for match in _PUNCTUATION.finditer(key, start, end):
        islands.append((at, match.start()))
        at = match.end()
    islands.append((at, end))
    return [(left, right) for left, right in islands if key[left:right].strip()]


def _phrase(ready: Sentence, key: str, left: int, right: int, found: list[Found]) -> tuple[int, str | None]:
    """The subject of one run of words with how sure it is: 3 catalogue, 2 after a verb of study, 1 bare words."""
    if reading := _reading(ready, key, left, right, found):
        return 3, reading
    if found:
        return 3, _around(ready, key, left, _best(found), right)
    verb = STUDY.search(key, left, right)
    phrase = _stripped(ready, key, verb.start() if verb else left, right)
    if verb and phrase is None and _NAMED_BEFORE.match(key, left):
        phrase = _stripped(ready, key, left, verb.start())
    if phrase is None:
        return 0, None
    return (2 if verb else 3 if known(bare(phrase)) else 1), name_of(phrase)


def _best(found: list[Found]) -> Found:
    """The first subject that says something: "ôn thi môn toán" is about "toán"."""
    return next((f for f in found if f.item.name not in _GENERIC), found[0])


def _reading(ready: Sentence, key: str, left: int, right: int, found: list[Found]) -> str | None:
    """ "đọc sách" is a subject, unless the book's own subject follows."""
    match = _READING.search(key, left, right)
    if match is None:
        return None
    what = bare(match["what"])
    after = [f for f in found if f.start >= match.end() and f.item.name not in {"đọc sách", "đọc báo"}]
    if what == "sach" and after:
        return _around(ready, key, match.end(), after[0], right)
    if what == "sach" and (more := _stripped(ready, key, match.end(), right)) and len(more.split()) > 1:
        return more if not _STOP.match(key[match.end() : right].strip()) else "đọc sách"
    return {"sach": "đọc sách", "bao": "đọc báo", "truyen": "đọc truyện", "tho": "đọc thơ"}.get(what, "đọc sách")


def _around(ready: Sentence, key: str, left: int, found: Found, right: int) -> str:
    """A catalogue name with the words that belong to it, at most two before and four after."""
    verbs = list(STUDY.finditer(key, left, found.start))
    verb = verbs[-1] if verbs else None
    before = _stripped(ready, key, verb.end() if verb else left, found.start) or ""
    if len(before.split()) > 2 or _STOP.search(bare(before)) or (before and not verb and _lone(before)):
        before = ""
    after = _until_stop(key, found.end, right)
    tail = _TRAIL_ALL(ready.text[found.end : after], key[found.end : after])
    if len(tail.split()) > 4:
        tail = ""
    whole = f"{before} {ready.text[found.start : found.end]} {tail}".strip()
    folded = _LEVEL.sub("", bare(re.sub(" +", " ", whole)))
    if item := known(folded):
        return item.name
    return re.sub(" +", " ", _LEVEL.sub("", f"{before} {found.item.name} {tail}".strip()))


def _lone(before: str) -> bool:
    return len(before) < 3


def _until_stop(key: str, left: int, right: int) -> int:
    match = _STOP.search(key, left, right)
    return match.start() if match else right


def _TRAIL_ALL(text: str, key: str) -> str:
    while match := _TRAIL.search(key.rstrip()):
        key = key[: match.start()]
    return text[: len(key)].strip(" -'/")


def _stripped(ready: Sentence, key: str, left: int, right: int) -> str | None:
    """The words of [left, right) without what leads in and trails out, cut where another thought starts."""
    while left < right and key[left] == " ":
        left += 1
    while match := _LEAD.match(key, left, right):
        if match.end() == left:
            break
        left = match.end()
    right = _until_stop(key, left, right) if _STOP.match(key, left, right) is None else left
    words = _TRAIL_ALL(ready.text[left:right], key[left:right])
    words = _LEVEL.sub("", words).strip()
    if not any(c.isalpha() for c in words) or len(words.split()) > _MOST_WORDS:
        return None
    return words if words not in _NO_SUBJECT and (len(words) > 2 or known(bare(words))) else None
