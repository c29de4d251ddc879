"""Templates of sentences that must not be stored, each with the kinds that it may be taken for."""

from collections.abc import Callable
from typing import Any

from tests.language import generator_words as w

_NOT = ("other", "question", "command")
_ASK = ("needs_clarification",)
_EITHER = (*_NOT, *_ASK)
_FUTURE_DAYS = ("mai", "ngày mai", "tối mai", "sáng mai", "tuần sau", "thứ hai tuần tới", "cuối tuần tới",
    "ngày kia", "mốt",
                "lát nữa", "tí nữa", "chút nữa", "tối nay lát nữa", "lát", "tẹo nữa", "xíu nữa",
                "tháng sau")  # fmt: skip
_WILL = ("sẽ", "định", "dự định", "tính", "sắp", "muốn", "đang tính", "chuẩn bị", "dự kiến")
_CONDITIONS = ("nếu rảnh", "nếu có thời gian", "khi nào rảnh", "giá mà", "phải chi", "nếu không bận", "hôm nào rảnh")
_VAGUE_LENGTHS = ("cả buổi", "cả ngày", "vài tiếng", "mấy tiếng", "một lúc", "hai ba tiếng", "2-3 tiếng",
    "cả buổi sáng",
                  "một buổi", "2 buổi", "3 tiết", "hai tiết", "một chút", "vài chục phút", "1 buổi",
                  "khá lâu")  # fmt: skip
_VAGUE_DAYS = (
    "hôm trước",
    "bữa trước",
    "hôm nọ",
    "mấy hôm trước",
    "bữa hổm",
    "hổm rày",
    "dạo này",
    "hôm bữa",
    "vài ngày trước",
)
_OFTEN = ("mỗi ngày", "hằng ngày", "ngày nào cũng", "tối nào cũng", "mỗi tối", "sáng nào cũng", "suốt tuần",
    "hàng ngày",
          "mỗi sáng", "thứ hai nào cũng", "mỗi tuần", "thường")  # fmt: skip
_DENIED = (
    "không học được",
    "không học",
    "chưa học",
    "không kịp học",
    "quên học",
    "nghỉ học",
    "chẳng học được",
    "bỏ học",
)
_WHOSE = ("con em", "con trai tôi", "vợ em", "bạn em", "thằng cu nhà tôi", "em gái mình")

Make = Callable[[Any], str]
OTHERS: dict[str, tuple[tuple[str, ...], Make]] = {
    "rival-doing": (
        _NOT,
        lambda p: (
            f"{p.day} {p.who} {p.rng.choice(w.OTHERS)} {p.spent} {p.length} "
            f"{p.rng.choice(['', 'mệt quá', 'ạ', 'luôn'])}"
        ),
    ),
    "rival-doing-first": (_NOT, lambda p: f"{p.who} {p.past} {p.rng.choice(w.OTHERS)} {p.length} {p.day}"),
    "thing": (_NOT, lambda p: f"{p.rng.choice(['', p.day])} {p.rng.choice(w.THINGS).format(d=p.length)}"),
    "future-day": (_EITHER, lambda p: f"{p.rng.choice(_FUTURE_DAYS)} {p.who} {p.plain} {p.subject} {p.length}"),
    "future-day-last": (
        _EITHER,
        lambda p: f"{p.who} {p.plain} {p.subject} {p.length} {p.rng.choice(_FUTURE_DAYS[:9])}",
    ),
    "future-clock": (
        _EITHER,
        lambda p: (
            f"{p.rng.choice(_FUTURE_DAYS)} {p.rng.randrange(7, 22)}h {p.who} "
            f"{p.plain} {p.subject} {p.rng.choice(['nha', 'nhé', ''])}"
        ),
    ),
    "will": (
        _EITHER,
        lambda p: (
            f"{p.who} {p.rng.choice(_WILL)} {p.plain} {p.subject} {p.length} {p.rng.choice(['', 'tối mai', 'nữa'])}"
        ),
    ),
    "hours-left": (
        _EITHER,
        lambda p: f"{p.length} nữa {p.who or 'em'} {p.rng.choice(['học', 'mới học', 'vào học', 'có lớp'])} {p.subject}",
    ),
    "condition": (_EITHER, lambda p: f"{p.rng.choice(_CONDITIONS)} {p.who} {p.plain} {p.subject} {p.length}"),
    "remind": (
        _NOT,
        lambda p: (
            f"nhắc {p.who or 'em'} {p.rng.choice(['tối', 'sáng mai', '20h', ''])} {p.plain} {p.subject} {p.length}"
        ),
    ),
    "register": (_NOT, lambda p: f"đăng ký cho {p.who or 'em'} {p.rng.choice(['lớp', 'khóa'])} {p.subject} {p.length}"),
    "denied": (
        _NOT,
        lambda p: f"{p.day} {p.who} {p.rng.choice(_DENIED)} {p.subject} {p.rng.choice(['', 'phút nào', 'vì bận'])}",
    ),
    "question": (_NOT, lambda p: p.rng.choice(w.QUESTIONS).format(s=p.subject, d=p.length)),
    "chat": (_NOT, lambda p: p.rng.choice(w.CHAT)),
    "announcement": (
        _NOT,
        lambda p: (
            f"thông báo: lớp {p.subject} học {p.length}, {p.rng.choice(['sáng mai', 'thứ hai tới', '8h'])} "
            f"tại hội trường"
        ),
    ),
    "someone-else": (_EITHER, lambda p: f"{p.day} {p.rng.choice(_WHOSE)} học {p.subject} {p.length}"),
    "vague-length": (_ASK, lambda p: f"{p.day} {p.who} {p.plain} {p.subject} {p.rng.choice(_VAGUE_LENGTHS)}"),
    "no-length": (_ASK, lambda p: f"{p.day or 'hôm qua'} {p.who} {p.past} {p.plain} {p.subject}"),
    "vague-day": (_ASK, lambda p: f"{p.rng.choice(_VAGUE_DAYS)} {p.who} {p.plain} {p.subject} {p.length}"),
    "often": (
        _ASK,
        lambda p: (
            f"{p.rng.choice(_OFTEN)} {p.who} {'đều' if p.rng.random() < 0.2 else ''} {p.plain} {p.subject} {p.length}"
        ),
    ),
    "week-total": (
        _ASK,
        lambda p: (
            f"{p.rng.choice(['tuần này', 'tuần qua', 'cả tuần', 'tháng này', 'tuần trước'])} "
            f"{p.who} {p.plain} {p.subject} {p.rng.choice(['được', 'tổng cộng', ''])} "
            f"{p.length}"
        ),
    ),
    "fix-length": (
        ("correction",),
        lambda p: p.rng.choice(
            [
                "nhầm, {d} mới đúng",
                "sửa lại thành {d}",
                "à nhầm, {d} thôi",
                "không phải {e} mà là {d}",
                "{d} chứ không phải {e}",
                "ghi nhầm rồi, {d} nhé",
                "sửa giúp em thành {d}",
                "sai rồi, {d} cơ",
            ]
        ).format(d=p.length, e=p.length2),
    ),
    "delete": (
        ("correction",),
        lambda p: p.rng.choice(
            [
                "xóa cái vừa ghi",
                "xóa giúp em mục vừa rồi",
                "hủy lần ghi vừa rồi",
                "bỏ cái vừa ghi đi",
                "xóa bản ghi cuối",
            ]
        ),
    ),
}
