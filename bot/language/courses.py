"""Courses: "khóa X", whether it was completed, and how the study was done (online, in class, alone)."""

from bot.language.marks import rule
from bot.language.phrases import subject_of
from bot.language.spans import Sentence

_COURSE = rule(r"khóa học|khoá học|khoa hoc|khóa|khoá|khoa(?! học)|course")
_SCIENCE = rule(
    r"khoa học (?:tự nhiên|xã hội|máy tính|kỹ thuật|dữ liệu|quân sự|công nghệ|là|\x01)|"
    r"chủ nghĩa xã hội khoa học"
)
_DONE_BEFORE = rule(
    r"(?:hoàn thành|hoàn tất|kết thúc|học xong|học hết|xong|hết|tốt nghiệp|finished|completed)(?: (?:xong|hết|"
    r"trọn vẹn|trọn|toàn bộ|luôn|cả|được|rồi|một|1|cái|xuất sắc|nốt)){0,3} (?:\x01+ )?(?:khóa|khoá|khoa|course)"
)
_DONE_AFTER = rule(
    r"(?:khóa|khoá|khoa|course) .{0,80}?(?:xong|hoàn thành|hoàn tất|kết thúc|hết)(?! (?:\x01|\d|bài|buổi|"
    r"chương|phần|tiết|module|một phần|nửa|khoảng|tầm|mất|gần))"
)
_NOT_DONE = rule(
    r"còn (?:\w+ ){1,3}nữa|(?:chưa|sắp|gần|chuẩn bị|vẫn chưa|nửa|một nửa|\d+%|mới) (?:\w+ )?(?:xong|"
    r"hoàn thành|hết|kết thúc)|(?:bài|"
    r"buổi|chương|phần|module|tiết) (?:\w+ )?(?:của |trong )?(?:khóa|khoá|khoa)"
)
_ONLINE = rule(
    r"online|trực tuyến|zoom|youtube|trên mạng|qua mạng|mooc|google meet|gg meet|meet|teams|e-?learning|từ xa|"
    r"duolingo|coursera|udemy|trên (?:app|web|điện thoại|máy tính|internet|facebook|tivi|truyền hình)|"
    r"qua (?:app|điện thoại|internet|ti vi|tivi|truyền hình|facebook)|livestream|lms"
)
_IN_PERSON = rule(
    r"(?:trên|tại|ở|đến|trong) lớp(?! \d)|trực tiếp|(?:tại|ở) (?:hội trường|trung tâm|trường|nhà văn hóa|"
    r"giảng đường)|lên lớp"
)
_ALONE = rule(r"tự (?:học|ôn|đọc|luyện|nghiên cứu|tìm hiểu|rèn|làm)|tự mình|self-?stud(?:y|ied)")


def course_in(ready: Sentence, key: str, start: int, end: int, subject: str | None) -> str | None:
    """The name of the course said in [start, end), None when no course is named."""
    match = _COURSE.search(key, start, end)
    if match is None or (
        (science := _SCIENCE.search(key, start, end)) and science.start() <= match.start() < science.end()
    ):
        return None
    if ready.text[match.start() : match.end()] in {"khoa học", "khoa hoc"} and "khoa họ" in ready.text[match.start() :]:
        return None
    name, _ = subject_of(ready, key, match.end(), end)
    return name or subject


def completed(ready: Sentence, key: str, start: int, end: int) -> bool:
    """Whether a course was finished; "học xong 2 tiếng" and "xong bài 3" finish none."""
    if _NOT_DONE.search(key, start, end):
        return False
    return bool(_DONE_BEFORE.search(key, start, end) or _DONE_AFTER.search(key, start, end))


def mode_of(key: str, start: int, end: int) -> str | None:
    """online, in_person, self_study, or None when it is not said."""
    for mode, pattern in (("online", _ONLINE), ("in_person", _IN_PERSON), ("self_study", _ALONE)):
        if pattern.search(key, start, end):
            return mode
    return None
