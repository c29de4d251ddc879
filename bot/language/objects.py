"""What a verb of study governs: the words after it up to the next thought, which name what was studied."""

import re

from bot.language.cues import NEGATION, OTHER, QUESTION, STUDY, WRITE_DOWN
from bot.language.marks import exact, rule, source
from bot.language.spans import Span, masked
from bot.language.subjects import Found, find_subjects

_STOP_WORDS = source(
    r"(?:em|tôi|mình|cháu|chúng tôi|bọn em) (?:học|ôn|có|đã|cũng|đọc|luyện|thấy)|(?:tại|ở|trên) (?:lớp|nhà|trung tâm|"
    r"hội trường|trường|đơn vị|phòng|thư viện)|qua (?:app|zoom|mạng|sách|đài|tivi|internet|youtube|điện thoại)|với|"
    r"cùng|theo|nhưng|trong khi|sau khi|trước khi|trước giờ|hết|xong|được|cũng|rồi|mệt|vui|chán|buồn ngủ|"
    r"hại não|oải|ghê|rất|xỉu|nhức|luôn|thôi(?! miên)|nè|nhé|nha(?! [a-z])|nữa|bot|giúp|giùm|một "
    r"mình|cùng với|thêm|ghi(?! chép| ta)|"
    r"unit|lesson|level|lv|hihi|haha|hic|vs|xíu|liên tục|liền|vừa|ko|mừng|nhân dịp|chuẩn bị|tận|chương \d+|"
    r"bài \d+|phần \d+|trang \d+|buổi(?= (?:sáng|chiều|tối|trưa|học|đầu|thứ|cuối|\d))|kéo dài|lại "
    r"rồi|cho (?:kịp|đỡ|vui|khỏe|chắc|nhớ|quen|xong|biết|bot|em|tôi|mình|"
    r"bằng|hết|đến|có|giỏi|tốt)|về (?:nhà|quê|phòng|đơn vị|họp|ngủ|muộn|đến|tới|thì|ăn|nghỉ)|ra (?:về|"
    r"đọc|học|ôn|ngoài|xem)"
    r"|hơi (?:khó|mệt|buồn|chán|đau|nhanh|lâu)|nhớ (?:được|khá|nhiều|hết|mãi|thêm)|để (?:thi|chuẩn|"
    r"kịp|nâng|biết|lấy|hiểu|sau|làm|"
    r"dạy)|tại (?:trạm|xã|huyện|thôn|bản|đồn|tiểu đoàn|đại đội|trung đoàn|ban|cơ quan|chỗ|nhà|ủy|"
    r"trụ sở|câu lạc bộ)|suốt|"
    r"(?<!bảo )(?<!bí )(?<!bề )(?<!đôi )(?<!nước )mất|hay (?:lắm|quá|ghê|phết|mà)|khó (?:quá|lắm|"
    r"ghê|hiểu|nhưng|mà|nhớ|thật|vãi|phết)|không (?:hiểu|biết|được|vào|kịp|"
    r"nghỉ|có|học|phải|ngủ)|qua (?:\w+ )?(?:app|zoom|online|đài)|ở(?! cơ sở)|trong (?:lớp|phòng|nhà|"
    r"đó|khi|lúc|vòng|giờ|tuần|ngày|sách|tài|bài|chương|thư|doanh|xã|kế)|trên(?! word)|đi (?:ngủ|"
    r"ăn|làm|họp|chơi|về|đá|tắm)"
)
_STOP_EXACT = exact(
    "để|mà|vì|nên|bằng|của|tại|nhờ|khi|lúc|mất|từ|suốt|thấy|quá|thật|hơi|khá|muốn|đó|đấy|"
    "chỉ|hộ|dùm|thuộc|tổng|lại|kèm|cái|á|ngoài|tí|chút|vào|hơn|mỗi|không|chưa|đã|là|có|"
    "tầm|ạ|thì|buổi"
)
STOP = re.compile(rf"(?<!\w)(?:{_STOP_WORDS}|{_STOP_EXACT})(?!\w)")
_PAUSE = re.compile(r"[,.;:!?<>=~#@$&+\x01]|(?<= )-|-(?= )| / ")
_BY_THE_WAY = rule(r"(?:gì|nào|sao|mấy|bao nhiêu|bao lâu)")
_PLACE = rule(
    r"(?:ở|tại|trên|trong|tới|ra|lên|vào) (?:phòng (?:đọc|học|họp|nghỉ|ngủ|máy|khách|trọ|làm việc|"
    r"thí nghiệm)|hội trường|"
    r"thư viện|giảng đường|sân trường|nhà văn hóa|câu lạc bộ|ban chỉ huy|sở chỉ huy|ban công|xe|tàu|"
    r"máy bay|trạm|bốt gác|chốt)"
)


_BY_ORDER = rule(
    r"(?:theo|đúng|đạt|kịp|hoàn thành) (?:yêu cầu|kế hoạch|lịch|đề nghị|thông báo|mục tiêu|chỉ tiêu|phân công|tiến độ)"
    r"(?: đề ra| học tập)?(?: của (?:\w+ )?\w+)?"
)


def stop_after(key: str, left: int, right: int) -> int:
    """Where the words that begin at `left` turn to another thought."""
    match = STOP.search(key, left, right)
    return match.start() if match else right


def objects(key: str) -> list[Span]:
    """The words that each verb of study governs; `key` has times and days blotted out."""
    found: list[Span] = []
    for verb in STUDY.finditer(key):
        pause = _PAUSE.search(key, verb.end())
        skipped = _FILLERS.match(key, verb.end())
        end = stop_after(key, skipped.end() if skipped else verb.end(), pause.start() if pause else len(key))
        for other in (QUESTION, NEGATION, _BY_THE_WAY):
            cut = other.search(key, verb.start(), end)
            end = max(cut.start(), verb.end()) if cut and cut.end() > verb.end() else end
        start = skipped.end() if skipped else verb.end()
        if later := _after_length(key, verb.end()):
            found.append(later)
        if end - start > 1 and not _goes_home(key, verb.end(), end):
            found.append(Span(start, end, "subject"))
    for asked in WRITE_DOWN.finditer(key):
        if later := _after_length(key, asked.end()):
            found.append(later)
    return found


def _after_length(key: str, at: int) -> Span | None:
    """ "học 2 tiếng đăng ký khai sinh": what was studied follows the length, unless it is plainly another doing."""
    length = _LENGTH.match(key, at)
    if length is None or OTHER.match(key, length.end()) or STUDY.match(key, length.end()):
        return None
    pause = _PAUSE.search(key, length.end())
    end = stop_after(key, length.end(), pause.start() if pause else len(key))
    for other in (QUESTION, NEGATION, _BY_THE_WAY, _ALSO):
        cut = other.search(key, length.end(), end)
        end = cut.start() if cut else end
    return Span(length.end(), end, "subject") if end > length.end() else None


_LENGTH = re.compile(
    rf"(?: {source('được|hết|mất|xong|thêm|trong|khoảng|gần|hơn|tầm|suốt|tổng cộng|em|tôi|mình|cho')})* "
    rf"\x01+ (?:{source('cho|về|môn|bài')} )*(?=[^\W\d])"
)
_ALSO = rule(r"và|rồi|xong|với|sẽ|định (?:học|ôn|đi|mai)|mai|nữa|nhưng|đi|sau đó")


def _goes_home(key: str, left: int, right: int) -> bool:
    """ "học về ngủ" studies no sleep."""
    home = _HOME.match(key, left, right)
    return bool(home and OTHER.match(key, home.end(), right))


_FILLERS = re.compile(rf"(?: {source('lại|thêm|được|xong|hết|qua|nốt|tiếp|luôn|về(?! nhà)|cả|môn|bài')})+(?!\w)")
_HOME = re.compile(rf" {source('về|bài|mệt|tập')} ")


def without_subjects(key: str) -> str:
    """The key with subjects, objects of study and places blotted out, so that their words are heard as names only."""
    catalogue = [Span(f.start, f.end, "subject") for f in find_subjects(key) if is_silent(key, f)]
    places = [Span(m.start(), m.end(), "place") for rules in (_PLACE, _BY_ORDER) for m in rules.finditer(key)]
    return masked(key, [*catalogue, *places, *objects(masked(key, [*catalogue, *places], "\x02"))], "\x02")


_SHORT = 5


def is_silent(key: str, found: Found) -> bool:
    """Whether the words of a subject should be heard as its name only; "đọc sách" is a verb of study as well."""
    return " " in found.item.name and found.end - found.start > _SHORT and not STUDY.match(key, found.start)
