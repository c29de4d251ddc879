"""What a text is: logs with their entries, things to ask about, corrections, questions and the rest."""

import datetime
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.language.entries import Entry
from bot.language.fold import fold
from bot.language.study import Understanding, understand

NOW = datetime.datetime(2026, 11, 24, 21, 35, tzinfo=datetime.timezone(datetime.timedelta(hours=7)))


def read(text: str, last: Entry | None = None) -> Understanding:
    return understand(text, NOW, last)


def entries(text: str) -> list[tuple[int | None, str, str | None]]:
    result = read(text)
    assert result.kind == "log", result
    return [(e.minutes, e.date.isoformat()[5:], e.subject) for e in result.entries]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hôm nay học 2 tiếng rưỡi tiếng Anh, hôm qua 45p tin hoc",
         [(150, "11-24", "tiếng anh"), (45, "11-23", "tin học")]),
        ("chieu hom kia em hoc tin hoc van phong o trung tam 2 gio", [(120, "11-22", "tin học văn phòng")]),
        ("hôm qua và hôm kia, mỗi ngày 45 phút tiếng Thái", [(45, "11-22", "tiếng thái"), (45, "11-23", "tiếng thái")]),
        ("sáng 1 tiếng, chiều 2 tiếng, đều là học excel", [(60, "11-24", "excel"), (120, "11-24", "excel")]),
        ("tổng cộng hôm nay 3 tiếng: toán 1 tiếng, lý 2 tiếng", [(60, "11-24", "toán"), (120, "11-24", "vật lý")]),
        ("ôn địa với sử mỗi môn 30p", [(30, "11-24", "địa lý"), (30, "11-24", "lịch sử")]),
        ("anh văn 50 phút, tin 1 giờ, ngày hôm qua", [(50, "11-23", "tiếng anh"), (60, "11-23", "tin học")]),
        ("hum qa hc av 1t30", [(90, "11-23", "tiếng anh")]),
        ("em học 2 tiếng Anh", [(120, "11-24", "tiếng anh")]),
        ("em học tiếng anh bắt đầu 19h, kết thúc 20h30", [(90, "11-24", "tiếng anh")]),
        ("ngủ trưa 1 tiếng rồi học tiếng Lào 1 tiếng", [(60, "11-24", "tiếng lào")]),
        ("chờ xe 2 tiếng, tranh thủ đọc sách 45 phút", [(45, "11-24", "đọc sách")]),
        ("hôm qua học 2 tiếng à nhầm 3 tiếng tiếng Lào", [(180, "11-23", "tiếng lào")]),
        ("hôm nay không học tin mà học tiếng Anh 1 tiếng", [(60, "11-24", "tiếng anh")]),
        ("hôm qua không học, hôm nay học 1 tiếng tiếng Anh", [(60, "11-24", "tiếng anh")]),
        ("sau giờ cơm em đọc nghị quyết 25 phút", [(25, "11-24", "nghị quyết")]),
        ("toán: 1h, lý: 45p", [(60, "11-24", "toán"), (45, "11-24", "vật lý")]),
        ("học 2 tiếng mà không hiểu gì", [(120, "11-24", None)]),
        ("hôm nay học 4 tiết điều lệnh, mỗi tiết 45 phút", [(180, "11-24", "điều lệnh")]),
        ("studied English 45 minutes yesterday", [(45, "11-23", "tiếng anh")]),
        ("2 hours of Excel", [(120, "11-24", "excel")]),
        ("hôm nay thứ ba em luyện phát âm hăm lăm phút", [(25, "11-24", "phát âm")]),
        ("thứ bảy 21/11 ôn nhạc lý 1 tiếng lẻ 5 phút", [(65, "11-21", "nhạc lý")]),
        ("t2 ngày 16/11: nghe podcast đăng ký khai sinh 40p", [(40, "11-16", "đăng ký khai sinh")]),
        ("chủ nhật, à không, thứ hai vừa rồi em đọc hóa hữu cơ 35 phút", [(35, "11-23", "hóa hữu cơ")]),
        ("tối qua lớp nghỉ nên em tự học cắm hoa 50p, mai học tiếp", [(50, "11-23", "cắm hoa")]),
        ("tuy không đi họp nhưng tôi tìm hiểu kiểm lâm 2 tiếng theo kế hoạch của đơn vị", [(120, "11-24", "kiểm lâm")]),
        ("lái xe 2 tiếng rồi ôn giải tích nửa tiếng", [(30, "11-24", "giải tích")]),
        ("học chính trị 2 tiếng, trong đó 20 phút thảo luận", [(120, "11-24", "chính trị")]),
        ("to on tap an ninh mang 50p", [(50, "11-24", "an ninh mạng")]),
    ],
)  # fmt: skip
def test_a_sentence_becomes_its_entries(text: str, expected: list[tuple[int, str, str | None]]) -> None:
    assert entries(text) == expected


def test_a_finished_course_is_told_from_finished_hours() -> None:
    finished = read("hoàn thành khóa học Python trên Coursera, tổng cộng 10 tiếng").entries[0]
    hours = read("học xong 2 tiếng tin học").entries[0]
    lesson = read("mới xong bài 3 khóa tin học, mất 1 tiếng").entries[0]

    assert (finished.course, finished.completed, finished.mode) == ("lập trình python", True, "online")
    assert (hours.course, hours.completed) == (None, False)
    assert (lesson.course, lesson.completed) == ("tin học", False)


def test_a_finished_course_without_hours_asks_for_them_and_keeps_the_rest() -> None:
    result = read("đã học hết khóa luật biển")

    assert (result.kind, result.ask) == ("needs_clarification", "minutes")
    assert (result.draft[0].subject, result.draft[0].completed) == ("luật biển", True)


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("hôm qua em học tiếng Anh", "minutes"), ("học vài tiếng tiếng anh", "minutes"),
        ("hoc khoang 2 3 tieng", "minutes"), ("cả ngày hôm nay em học chính trị", "minutes"),
        ("hôm nay có 3 tiết tin học", "minutes_per_session"), ("hom qua hoc 1 buoi luat", "minutes_per_session"),
        ("bữa trước tôi ôn luật 1 tiếng", "date"), ("ngày 30/2 học 1 tiếng tin", "date"),
        ("sáng nào em cũng đọc báo 15 phút", "which_day_total"), ("cả tuần em học được 10 tiếng", "which_day_total"),
        ("em hoc tieng anh va tin hoc 2 tieng", "split"),
        ("thứ hai tới thứ sáu học 1 tiếng mỗi ngày", "which_day_total"),
        ("mấy hôm nay em học 2 tiếng tin", "which_day_total"),
        ("tối nay 7h30 học chính trị tại hội trường", "minutes"),
        ("học toán 1 tiếng, lý 1 tiếng, tổng 3 tiếng", "minutes"),
        ("sang nay tieng anh 30p chieu tin hoc 1h toi chinh tri 45p", "minutes"),
        ("45 phút", "subject"),
    ],
)  # fmt: skip
def test_what_is_unclear_is_asked_and_never_guessed(text: str, ask: str) -> None:
    result = read(text)

    assert (result.kind, result.ask) == ("needs_clarification", ask)
    assert len(result.draft) == 1


def test_the_number_of_sessions_is_kept_for_the_answer() -> None:
    result = read("sáng nay học 3 buổi an ninh mạng")

    assert (result.sessions, result.draft[0].subject) == (3, "an ninh mạng")


@pytest.mark.parametrize(
    "text",
    [
        "mai em học 2 tiếng tiếng Anh", "2 tiếng nữa mình học", "tí nữa học 1 tiếng nha",
        "nếu rảnh em học 2 tiếng", "đăng ký cho tôi khóa tin học 20 giờ", "đá bóng 90p", "hẹn 19h họp", "ngủ 8 tiếng",
        "xem phim tai lieu 1 tieng", "họp chi bộ từ 14h đến 16h", "hôm nay bận quá không học được", "cảm ơn bot nhé",
        "đội văn nghệ có 14 thành viên", "khoa tin hoc keo dai 40 gio", "học xong đi đá bóng 2 tiếng", "con heo 80 ký",
        "lái xe 3 tiếng về quê", "ngày mai 7h có lớp tin học 2 tiếng", "thứ hai tới 9h em học luật",
        "lát 8h em ôn toán nha", "con gái học bài 2 tiếng", "quạt trần chạy 4 tiếng liền mới hỏng",
        "máy tính cài phần mềm mất 2 giờ", "nhắc con ôn toán 45 phút", "con định ôn toán 45 phút",
        "hnay hok hc j hết á", "I will study tomorrow 2 hours",
    ],
)  # fmt: skip
def test_plans_denials_and_other_doings_are_not_stored(text: str) -> None:
    assert read(text).kind == "other"


@pytest.mark.parametrize(
    "text",
    [
        "giai đoạn 2 bắt đầu năm nào", "mỗi ngày nên học mấy tiếng?", "tháng này em học bao nhiêu giờ rồi",
        "làm sao để ghi 2 tiếng tin học", "ke hoach 29 co may muc tieu", "nhật ký học tập là gì?",
        "học 30 phút có đủ không",
    ],
)  # fmt: skip
def test_questions_with_numbers_are_questions(text: str) -> None:
    assert read(text).kind == "question"


@pytest.mark.parametrize(
    ("text", "op", "minutes", "day", "subject"),
    [
        ("nhầm, tin học 1 tiếng", "edit", 60, None, "tin học"), ("sửa lại thành 45 phút nhé", "edit", 45, None, None),
        ("ko phải 30p mà là 40p", "edit", 40, None, None), ("50 phút chứ không phải 40 phút", "edit", 50, None, None),
        ("em ghi nhầm, hôm qua chứ không phải hôm nay", "edit", None, "2026-11-23", None),
        ("nhầm, tiếng Trung chứ không phải tiếng Anh", "edit", None, None, "tiếng trung"),
        ("wrong, 30 minutes", "edit", 30, None, None), ("no, it was 45 minutes", "edit", 45, None, None),
        ("I meant 2 hours", "edit", 120, None, None),
        ("xoá dòng cuối cùng", "delete", None, None, None), ("bỏ cái vừa ghi giúp em", "delete", None, None, None),
    ],
)  # fmt: skip
def test_a_correction_names_only_what_changes(
    text: str, op: str, minutes: int | None, day: str | None, subject: str | None
) -> None:
    result = read(text)

    assert result.kind == "correction"
    assert result.patch is not None
    assert (result.patch.op, result.patch.minutes, result.patch.subject) == (op, minutes, subject)
    assert (result.patch.date.isoformat() if result.patch.date else None) == day


def test_a_bare_length_after_an_entry_corrects_it() -> None:
    last = Entry(120, NOW.date(), "tin học")

    result = read("1 tiếng thôi", last)

    assert result.kind == "correction"
    assert result.patch is not None
    assert result.patch.minutes == 60


def test_learning_to_repair_is_study_and_no_correction() -> None:
    assert entries("học sửa xe máy 2 tiếng") == [(120, "11-24", "sửa xe máy")]
    assert entries("học xóa mù chữ 1 tiếng") == [(60, "11-24", "xóa mù chữ")]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
@example("\x00\x1b[31m")
@example("học " * 12_500)
@example("1" * 50_000)
@example("ế" * 300 + "\u0301" * 300)
@example("từ " * 200 + "5h đến")
@example("ngày 99 tháng 99 năm 9999 học 999999 tiếng")
@example("²³ ½ tiếng ١٢ phút học")
def test_no_text_raises(text: str) -> None:
    result = read(text)

    assert result.kind in {"log", "correction", "needs_clarification", "question", "command", "other"}


_STUDY_WORDS = [
    "học", "ôn", "2", "45", "1h30", "tiếng", "phút", "rưỡi", "kém", "từ", "đến", "hôm", "qua", "nay", "mai", "thứ",
    "ba", "tiếng anh", "tin", "nhầm", "không", "xóa", ",", ";", "khóa", "xong", "20/11", "mỗi", "buổi", "tối", "lúc",
    "8h",
]  # fmt: skip
_WORDS = st.lists(
    st.sampled_from(_STUDY_WORDS),
    max_size=14,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(_WORDS)
def test_no_order_of_study_words_raises(words: list[str]) -> None:
    assert read(" ".join(words)).kind


_SENTENCES = st.sampled_from(
    [
        "hôm qua học tiếng anh 2 tiếng rưỡi", "20/11 ôn tin học 45 phút", "thứ bảy học luật đất đai từ 7h30 đến 9h",
        "hôm nay đọc sách 1 tiếng 20, hôm qua học excel 40p",
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_SENTENCES, st.integers(min_value=1, max_value=4))
def test_case_unicode_form_spaces_and_marks_change_nothing(text: str, spaces: int) -> None:
    expected = [(e.minutes, e.date) for e in read(text).entries]

    for other in (
        text.upper(), text.title(), unicodedata.normalize("NFD", text), fold(text), text.replace(" ", " " * spaces),
        f"  {text}\n",
    ):  # fmt: skip
        assert [(e.minutes, e.date) for e in read(other).entries] == expected, other
