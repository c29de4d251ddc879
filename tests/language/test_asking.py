"""Questions about study in which no length is said are questions, and reports that hold such words are none."""

from datetime import datetime

import pytest

from bot.clock import LOCAL_ZONE
from bot.language.study import understand

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL_ZONE)
QUESTIONS = """
tiếng Lào học ở phòng nào vậy ạ
tieng lao hoc o phong nao vay a
lớp tin học mở ở phòng nào
hôm nay học chính trị ở hội trường nào
sáng mai học tin học mấy giờ
tối nay học tiếng Anh lúc mấy giờ ạ
chieu nay hoc chinh tri may gio a
chiều nay lớp tiếng Anh học tầng mấy
học tiếng Anh ở tòa nào thế anh
tiếng Khmer học với thầy nào ạ
học tiếng Anh trên app nào vậy ạ
học trực tuyến tiếng Anh ở trang nào
tiếng Lào học quyển nào
lớp tin học hôm nay học phòng mấy
không biết lớp tin học ở phòng nào ạ
tối nay lớp chính trị vào mấy giờ
học tiếng Anh từ mấy giờ đến mấy giờ
tối nay học ca mấy
mai mấy giờ học
tối nay có học chính trị không ạ
lớp chuyển đổi số khi nào học
hoc tin hoc o dau vay
"""
REPORTS = """
hôm nay học tin học ở phòng 12
hom nay hoc tin hoc o phong may
em vừa học tiếng Lào ở thư viện vậy ạ
hôm qua học chính trị ở hội trường
sáng nay tự học tiếng Anh ở nhà
sáng nay học tin học, không nhớ mấy giờ
hôm qua học tin học mà quên mất mấy giờ rồi
sáng nay em học chính trị, không biết phòng nào
hôm nay em học tin học không nghỉ buổi nào
đã học xong khóa tin học ở chỗ nào cũng vui
em học tiếng Anh ở nhà cô giáo ạ
hôm nay học mấy giờ liền tin học
"""


def lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line]


@pytest.mark.parametrize("said", lines(QUESTIONS))
def test_who_asks_where_when_or_with_whom_is_answered_and_not_asked_for_a_length(said: str) -> None:
    assert understand(said, NOW).kind == "question"


@pytest.mark.parametrize("said", lines(REPORTS))
def test_a_report_that_holds_such_a_word_is_asked_for_its_length(said: str) -> None:
    assert understand(said, NOW).kind == "needs_clarification"


def test_with_a_length_it_is_a_log_wherever_it_was() -> None:
    understood = understand("tối qua học tin học 2 tiếng ở phòng nào đó", NOW)

    assert understood.kind == "log"
    assert [entry.minutes for entry in understood.entries] == [120]
