"""The words of a subject inside a clause: which words name what was studied, and which only surround it."""

import re

from bot.language.cues import STUDY
from bot.language.durations import LANGUAGES
from bot.language.fold import bare
from bot.language.marks import exact, rule, source
from bot.language.objects import STOP, is_silent, stop_after
from bot.language.spans import Sentence, Span, masked
from bot.language.subjects import Found, find_subjects, is_part, known, name_of

_LEAD_WORDS = source(
    r"đều là|về(?= \w)|nói|em|tôi|mình|tớ|t|cháu|anh|chị|tao|bọn em|bọn mình|bọn tôi|chúng em|chúng tôi|"
    r"chúng mình|tụi em|"
    r"tụi mình|cả nhóm|cả lớp|cả tổ|cả đội|nhóm|đại đội|trung đội|tiểu đội|đơn vị|đồng chí|vợ chồng|bot|ad|"
    r"admin|ơi|học viên|bạn học|chào|xin|dạ|thưa|alo|hi|hello|vâng|ok"
    r"|vừa|được(?! lý| liệu| sĩ)|ngồi|tranh thủ|cố gắng|chỉ|bắt đầu|tiếp tục|tiếp|thêm|dành ra|bỏ ra|hết|xong|chăm chỉ|"
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
    r"trên mạng|unit|cày|lướt bài|lướt|xem qua|giảng(?= )|theo học|ôn kỹ|đọc sách|"
    r"sách về|sách|lấy|mở|giáo án|dự tập huấn|tham dự"
)
_LEAD_EXACT = exact(
    "con(?! giống)|đang|ta|bọn|chúng|tụi|cả|tổ(?! chức)|bạn|à|ừ|ờ|ủa|ê|thì|là|còn|đã|mới|có|cũng|"
    "lại|cố|dành|dùng|mất|bỏ|tốn|chăm(?! sóc)|"
    "lên|vào|ra|về|đi|rảnh|thức|tổng|cộng|tận|đúng|tròn|tầm|gần|đủ|này|kia|đều|tự|trong(?= \x01|"
    " vòng)|suốt|báo cáo|nhận|dùm|"
    "hộ|rèn(?= luyện| thêm)|làm(?= bài| đề)|giải(?= bài| đề| xong|  )|cày|dự(?! án| báo)|tập(?! huấn| tính)"
    "|phần(?! mềm| cứng)|ít|chút|tí|các|mấy|của|bộ(?= đề| bài)|đề(?! cương)|giờ|tiết|số(?! học)|"
    "chương(?! trình)|bài hát|"
    "vẫn|cứ|dạy|hướng dẫn(?! viên)|khá|thường|đến|tui|tranh thủ|cố"
)
_LEAD = re.compile(rf"(?:{_LEAD_WORDS}|{_LEAD_EXACT}|\d+)(?: |$)")
_TRAIL_WORDS = source(
    "cháu|chúng|là|(?<!bảo )(?<!bí )(?<!bề )(?<!đôi )(?<!nước )mất|nhoa|nhó|hén|nà|òi|ạ|à|ak|ah|"
    "nha|nhé|nhe|nè|nghen|ra|luôn|thôi|rồi|xong|xong rồi|hết|được|nữa|bot|ad|admin|"
    "(?<!trẻ )(?<!tre )(?<!chị )(?<!chi )em|tôi|tớ|tui|mình|t|ơi|với|chúng tôi|bọn em|chúng em|bọn mình|"
    "và|thì|mà|trên|trong|cho|vào|khoảng|gần|hơn|tổng cộng|những|cũng|đã|thêm|haha|hihi|hehe|hic|huhu|kk|vậy|"
    "ghê|gì đó|các thứ|nói chung|một mạch|xíu|sau đó|tự học|online|trực tuyến|nhẹ|nhen|hjhj|được luôn|"
    "một mình|cùng"
)
_TRAIL_EXACT = exact(
    "á|còn|có|đó|đấy|đây|này|nọ|kia|cháu|con|chị|anh(?<!tiếng anh)|bạn|lắm|dài(?<!áo dài)(?<!đất "
    "dài)|là|của|ở|tại|từ|lúc|hôm|ngày|tầm|tổng|mất|tận|chỉ|để|ta|quá|"
    "thật|liền|mỗi|cả|đều|mới|tí|chút|cái|học|ôn|đọc|ngồi|đủ|hì|tròn|nguyên|nên|vì|về|hen|ha|nhá|trước|sau|khi"
)
_TRAIL = re.compile(rf"(?:^| )(?:{_TRAIL_WORDS}|{_TRAIL_EXACT})$")
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
_BARE_GENERIC = {bare(name) for name in _GENERIC}
_COMPANY = re.compile(rf" (?:{source('thêm |được |bài ')})?{source('với|cùng|vs')} ")
_PUNCTUATION = re.compile(r"[,.;:!?<>=~#@$&+\x01\x02]|(?<= )-|-(?= )| / ")
_NAMED_BEFORE = re.compile(rf" ?{source('môn|khóa|khoá|lớp|chuyên đề|bài')} ")
_OFF_THE_POINT = re.compile(rf" ?{exact('thì|nhưng|mà|nên|vì|để|tại|do|xong')} ")
_READING = rule(r"đọc (?:\w+ )?(?P<what>sách báo|sách|báo|truyện|thơ)")
_AFTER_LANGUAGE = source("văn|và|với|được|hết|mất|trong|ở|tại|trên|giao tiếp|nhé|nha|ạ|bot|rồi|luôn|xong")
_LANGUAGE_ALONE = re.compile(
    r"(?:\x01|"
    rf"(?<!\w){source('học|ôn|môn')}(?! h[aà]n)) ({source(LANGUAGES)})"
    rf"(?!\w)(?=$| *(?:[\x01\x02,.;:!?+&/-]|{_AFTER_LANGUAGE}(?!\w)))"
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
        studied = STUDY.search(key, left, right) or any(left <= f.start < right for f in found)
        if _OFF_THE_POINT.match(key, left, right) and not studied:
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
    """The subject of one run of words with how sure it is.

    4 a catalogue name after a verb of study, 3 a catalogue name or other words after such a verb, 1 bare words.
    """
    if reading := _reading(ready, key, left, right, found):
        return 3, reading
    heard = masked(key, [Span(f.start, f.end, "subject") for f in found if is_silent(key, f)], "\x02")
    verb = STUDY.search(heard, left, right)
    named = _NAMED_BEFORE.match(key, left)
    limits = _trimmed(ready, key, verb.start() if verb else left, right, found)
    if verb and _COMPANY.match(key, verb.end(), right) and not [f for f in found if f.start >= verb.end()]:
        limits = None
    led = verb is not None and limits is not None
    if limits is None and verb:
        limits = _trimmed(ready, key, left, verb.start(), found)
    if limits is None or (not found and not verb and _OFF_THE_POINT.match(key, left, right)):
        return (3, _best(found).item.name) if found else (0, None)
    phrase = ready.text[limits[0] : limits[1]]
    inside = [f for f in found if limits[0] <= f.start < limits[1]]
    if found and not inside:
        return 3, _best(found).item.name if bare(phrase) in _BARE_GENERIC or not verb else _clean_name(phrase)
    if inside:
        name = _with_name(ready, limits, inside)
        return (2 if name in _GENERIC or name == "ôn bài" else 4 if led else 3), name
    sure = 3 if led or known(bare(phrase)) else 2 if named else 1
    return sure, _clean_name(phrase)


def _clean_name(phrase: str) -> str:
    return name_of(_LEVEL.sub("", phrase).strip())


def _with_name(ready: Sentence, limits: tuple[int, int], inside: list[Found]) -> str:
    """A phrase around a catalogue name: its canonical form with the other words of the phrase."""
    left, right = limits
    phrase = _LEVEL.sub("", re.sub(" +", " ", ready.text[left:right]))
    if item := known(bare(phrase)):
        return item.name
    best = _best(inside)
    before, written, after = ready.text[left : best.start].strip(), ready.text[best.start : best.end], ""
    after = ready.text[best.end : right].strip()
    if after and is_part(written):
        return phrase
    if len(after.split()) > _MOST_AFTER:
        after = ""
    if len(before.split()) > _MOST_BEFORE or bare(before) in _BEFORE_NAMES or len(before) < _SHORTEST:
        before = ""
    elif before and best.item.name != written and " " not in written:
        return phrase
    return re.sub(" +", " ", _LEVEL.sub("", f"{before} {best.item.name} {after}".strip()))


_SHORT, _SHORTEST, _MOST_BEFORE, _MOST_AFTER = 6, 3, 3, 4
_BEFORE_NAMES = {"thi", "cho", "cung", "nhung", "tap", "bai"}


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
        limits = _trimmed(ready, key, match.end(), right, after)
        return (
            _with_name(ready, limits, inside)
            if limits and (inside := [f for f in after if limits[0] <= f.start < limits[1]])
            else after[0].item.name
        )
    if what == "sach" and (more := _stripped(ready, key, match.end(), right, [])) and len(more.split()) > 1:
        return more if not STOP.match(key[match.end() : right].strip()) else "đọc sách"
    return {"sach": "đọc sách", "bao": "đọc báo", "truyen": "đọc truyện", "tho": "đọc thơ"}.get(what, "đọc sách")


def _TRAIL_ALL(text: str, key: str, strip: str = "") -> str:
    while match := _TRAIL.search(key.rstrip()):
        key = key[: match.start()]
    words = text[: len(key)].rstrip(" -'/")
    return words.lstrip(" -'/") if strip else words


def _stripped(ready: Sentence, key: str, left: int, right: int, found: list[Found]) -> str | None:
    limits = _trimmed(ready, key, left, right, found)
    return ready.text[limits[0] : limits[1]] if limits else None


def _trimmed(ready: Sentence, key: str, left: int, right: int, found: list[Found]) -> tuple[int, int] | None:
    """[left, right) without what leads in and trails out, cut where another thought starts; None when nothing is left.

    A catalogue name of several words is never taken apart.
    """
    whole = {f.start for f in found if f.item.name not in _GENERIC and (" " in f.item.name or f.end - f.start > _SHORT)}
    while left < right and key[left] in " \x02":
        left += 1
    while left not in whole and (match := _LEAD.match(key, left, right)) and match.end() > left:
        left = match.end()
    inner = max((f.end for f in found if f.start == left), default=left)
    right = stop_after(key, inner, right) if STOP.match(key, inner if inner > left else left) is None else inner
    kept = max((f.end for f in found if left <= f.start and f.end <= right and " " in f.item.name), default=left)
    words = ready.text[left:kept] + _TRAIL_ALL(ready.text[kept:right], key[kept:right], " " if kept == left else "")
    name = _LEVEL.sub("", words).strip()
    if not any(c.isalpha() for c in name) or len(name.split()) > _MOST_WORDS:
        return None
    if name in _NO_SUBJECT or not (len(name) > 2 or known(bare(name))):
        return None
    return left, left + len(words)
