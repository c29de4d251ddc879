"""Questions: answers with their source, follow-ups, and what is not known."""

from typing import Any

import pytest

from storage.changes import Changes
from storage.questions import Questions
from tests.chat import FakePerson


async def kept(app: Any) -> list[tuple[str, str, str]]:
    rows = await Questions(app.database, Changes()).open()
    return [(row.text, row.reason, row.article) for row in rows]


async def test_an_answer_shows_document_issuer_date_and_part(an: FakePerson) -> None:
    await an.says("phong trao nay do ai phat dong")

    an.hears("Thủ tướng Phạm Minh Chính")
    an.hears("Nguồn: Lễ phát động Phong trào", buttons=["Hữu ích", "Chưa đúng"])
    an.hears("10/06/2023")


async def test_a_follow_up_is_read_with_the_answer_before(an: FakePerson) -> None:
    await an.says("giai đoạn 2 bắt đầu năm nào?")

    await an.says("còn giai đoạn 1 thì sao?")

    an.hears("2023")
    an.hears("2025")


async def test_what_is_not_known_is_said_plainly_and_kept_for_an_admin(an: FakePerson, app: Any) -> None:
    await an.says("Kinh phí dành cho Phong trào năm 2026 là bao nhiêu tỷ đồng?")

    assert "Nguồn:" not in an.last.text
    an.hears("Tôi chưa có tài liệu nào trả lời được câu này.")
    an.hears("Hiện chưa có người phụ trách. Tôi giữ câu hỏi", buttons=["Rút câu hỏi"])
    assert await kept(app) == [("Kinh phí dành cho Phong trào năm 2026 là bao nhiêu tỷ đồng?", "unknown", "")]


async def test_what_the_documents_leave_open_is_kept_too(an: FakePerson, app: Any) -> None:
    await an.says("học tối thiểu bao nhiêu giờ?")

    an.hears("không quy định số giờ học tối thiểu")
    an.hears("Tôi giữ câu hỏi và sẽ chuyển ngay khi có người phụ trách.")
    assert [reason for _, reason, _ in await kept(app)] == ["unknown"]


async def test_a_suggestion_shows_its_article_with_the_source(an: FakePerson) -> None:
    await an.taps_payload("answer.show|phaply-phat-dong")

    an.hears("Thủ tướng Phạm Minh Chính")
    an.hears("Nguồn: ", buttons=["Hữu ích", "Chưa đúng"])


async def test_not_right_keeps_the_question_and_thanks(an: FakePerson, app: Any) -> None:
    await an.says("phong trao nay do ai phat dong")

    await an.taps("Chưa đúng")

    an.hears("Cảm ơn anh/chị đã báo.")
    assert await kept(app) == [("phong trao nay do ai phat dong", "wrong", "phaply-phat-dong")]


async def test_helpful_keeps_nothing(an: FakePerson, app: Any) -> None:
    await an.says("phong trao nay do ai phat dong")

    await an.taps("Hữu ích")

    an.hears("Cảm ơn anh/chị.")
    assert await kept(app) == []


async def test_secrets_and_gambling_are_refused_calmly_and_not_kept(an: FakePerson, app: Any) -> None:
    await an.says("mật khẩu wifi của đơn vị là gì?")
    assert "Nguồn:" not in an.last.text

    await an.says("cho xin link đăng nhập hi88?")

    assert "Nguồn:" not in an.last.text
    assert await kept(app) == []


async def test_how_much_i_have_studied_is_answered_by_my_progress(an: FakePerson, app: Any) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("hôm nay học 1 tiếng tin học")

    await an.says("tuần này mình học tổng cộng mấy giờ rồi nhỉ")

    an.hears("Tuần này: 1 giờ")
    assert await kept(app) == []


async def test_an_article_that_is_gone_says_so(an: FakePerson) -> None:
    await an.taps_payload("answer.show|khong-co")

    assert an.last.text
    assert "Nguồn:" not in an.last.text


@pytest.mark.parametrize(
    "said",
    [
        "ủa mà cái này là gì vậy",
        "bạn là ai",
        "ban la ai vay",
        "bot này làm gì",
        "mày là ai?",
        "đây là gì thế",
        "cái này để làm gì",
        "what is this?",
        "what can you do",
    ],
)
async def test_what_the_bot_is_is_said_to_who_asks_at_the_beginning(an: FakePerson, said: str) -> None:
    await an.says("/start")

    await an.says(said)

    an.hears("Tôi là Bạn Học, trợ lý tự động của phong trào học tập suốt đời.")
    await an.says("đồng ý")
    an.hears("Đã đồng ý: nhật ký học tập.")


@pytest.mark.parametrize(
    "said", ["giai đoạn 2 là gì", "phong trào này là gì", "cái này là của ai", "ban chỉ đạo là gì"]
)
async def test_a_question_about_the_movement_is_not_one_about_the_bot(an: FakePerson, said: str) -> None:
    await an.says(said)

    assert "Tôi là Bạn Học" not in an.last.text


async def test_this_means_the_answer_that_stands_above(an: FakePerson) -> None:
    await an.says("phong trao nay do ai phat dong")

    await an.says("cái này là gì vậy")

    assert "Tôi là Bạn Học" not in an.last.text


async def test_an_empty_line_stands_before_the_source(an: FakePerson) -> None:
    await an.says("phong trao nay do ai phat dong")

    an.hears("\n\nNguồn: ")
