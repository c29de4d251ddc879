"""A human instead of a silence: who gets a question, the answer that comes back, the talk, and who may see what."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import LOCAL_ZONE
from storage.changes import Changes
from storage.commits import Commit
from storage.memberships import Memberships
from storage.people import People
from storage.questions import Questions
from storage.roles import OFFICER, Roles
from storage.study_logs import StudyLogs
from storage.units import PENDING, Units
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL_ZONE)
"""Monday, 10:00."""
PARAPHRASES = Path(__file__).parent.parent / "knowledge" / "paraphrases.txt"
ASKED = "Đơn vị có tổ chức thi Rung chuông vàng không?"
ANSWER = "Có. Hội thi Rung chuông vàng tổ chức sáng thứ bảy tại hội trường lớn."


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def member(units: Organisation, name: str, code: str) -> FakePerson:
    """Somebody who belongs to a unit: their officer confirmed it."""
    person = units.bot.person(name)
    person.at = TEN - timedelta(hours=1)
    await person.says(f"/donvi {code}")
    await person.says(f"Sao Mai {name}")
    found = await People(units.bot.database, Changes()).by_account("console", name)
    assert found is not None
    changes = Changes()
    pending = await Units(units.bot.database, changes).membership(found.id, PENDING)
    assert pending is not None
    Memberships(units.bot.database, changes).accept(pending, found.id, person.at, person.at.date())
    await units.bot.committer.commit(Commit(changes))
    return person


async def states(bot: Bot, name: str) -> list[tuple[str, str]]:
    found = await People(bot.database, Changes()).by_account("console", name)
    assert found is not None
    return [(row.state, row.ended) for row in await Questions(bot.database, Changes()).of(found.id)]


async def test_the_officer_of_the_unit_is_asked_and_the_answer_comes_back_as_a_humans(
    units: Organisation, app: Bot
) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")

    await an.says(ASKED, at=TEN)

    an.hears("Tôi đã chuyển câu hỏi đến cán bộ tổng hợp của đơn vị Phòng Một, trả lời trước 15:00 23/11/2026.")
    oanh.hears(f"Người học (Phòng Một) hỏi điều tôi chưa trả lời được: “{ASKED}”. Xin trả lời trước 15:00 23/11/2026.")
    assert "Sao Mai an" not in oanh.last.text, "the asker is not named"
    await oanh.taps("Trả lời", at=TEN + timedelta(minutes=1))
    oanh.hears("tin sẽ gửi đến 1 người hỏi")
    await oanh.says(ANSWER)
    oanh.hears("Đã gửi đến 1 người hỏi", buttons=["Đưa vào kho tri thức", "Đính chính", "Các câu hỏi đang chờ"])
    an.hears(f"Trả lời của cán bộ tổng hợp của đơn vị Phòng Một cho câu hỏi “{ASKED}” của anh/chị "
             f"(do người phụ trách viết):\n{ANSWER}", buttons=["Hỏi tiếp", "Đã rõ"])  # fmt: skip
    assert "oanh" not in an.last.text, "nobody is named who has not agreed"
    await an.taps("Đã rõ")
    an.hears("Cảm ơn anh/chị.")
    assert await states(app, "an") == [("answered", "")]


async def test_everybody_who_asked_the_same_gets_the_one_answer(units: Organisation) -> None:
    oanh = await units.officer("oanh", "A")
    askers = [await member(units, name, code) for name, code in (("an", "A.1"), ("binh", "A.2"), ("chi", "A.1.1"))]
    wordings = (ASKED, "don vi minh co thi rung chuong vang ko", "có tổ chức rung chuông vàng ở đơn vị không?")
    for asker, words in zip(askers, wordings, strict=True):
        await asker.says(words, at=TEN)
    assert sum("Xin trả lời trước" in heard.text for heard in oanh.heard) == 1, "officers are not told three times"

    await oanh.says("/hoidap", at=TEN)

    oanh.hears("Câu hỏi chờ người phụ trách trả lời: 3 câu, gồm 1 nhóm cùng ý.")
    oanh.hears("3 lần hỏi, trả lời trước 15:00 23/11/2026")
    await oanh.taps("1. Đơn vị có tổ chức thi…")
    oanh.hears("– có tổ chức rung chuông vàng ở đơn vị không?")
    await oanh.taps("Trả lời")
    await oanh.says(ANSWER)
    oanh.hears("Đã gửi đến 3 người hỏi")
    for asker in askers:
        asker.hears(ANSWER)
    await oanh.says("/hoidap")
    oanh.hears("Không có câu hỏi nào đang chờ trong phạm vi phụ trách của anh/chị.")


async def test_nobody_reads_or_answers_a_question_outside_their_subtree(units: Organisation, app: Bot) -> None:
    await units.officer("oanh", "A.1")
    minh, oanh = await units.officer("minh", "M"), app.person("oanh")
    an, linh = await member(units, "an", "A.1"), await member(units, "linh", "M.1")
    await an.says(ASKED, at=TEN)
    await linh.says(f"{ASKED} Của Đại đội Mẫu ấy.", at=TEN)
    others = await Questions(app.database, Changes()).clusters(None, 10)
    stranger = app.person("stranger")
    await stranger.says("/start")

    for cluster in [str(one.id) for one in others]:
        for action in ("show", "answer", "no", "closed", "up"):
            await oanh.taps_payload(f"human.{action}|{cluster}", at=TEN)
            assert "Đại đội" not in oanh.last.text
            await stranger.taps_payload(f"human.{action}|{cluster}", at=TEN)
            stranger.hears("Phần này dành cho cán bộ tổng hợp của đơn vị.")
    await oanh.says("Câu trả lời lạc")

    assert not [heard for heard in linh.heard if "lạc" in heard.text]
    assert await states(app, "linh") == [("open", "")]
    await minh.says("/hoidap", at=TEN)
    minh.hears("Của Đại đội Mẫu ấy.")
    assert await states(app, "an") != [("open", "")], "what oanh may answer she has answered"


async def test_a_right_that_has_ended_opens_nothing(units: Organisation, app: Bot) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)
    await oanh.taps("Trả lời", at=TEN)
    found = await People(app.database, Changes()).by_account("console", "oanh")
    assert found is not None
    changes = Changes()
    Roles(app.database, changes, TEN).end(found.id, OFFICER, units.ids["A.1"], TEN)
    await app.committer.commit(Commit(changes))

    await oanh.says(ANSWER)

    oanh.hears("Phần này dành cho cán bộ tổng hợp của đơn vị.")
    assert await states(app, "an") == [("open", "")]


async def test_without_a_unit_or_an_officer_the_admins_are_asked(units: Organisation, app: Bot) -> None:
    chi = await units.admin("chi")
    an, binh = app.person("an"), await member(units, "binh", "A.1")

    await an.says(ASKED, at=TEN)
    an.hears("Tôi đã chuyển câu hỏi đến cơ quan thường trực (quản trị), trả lời trước 15:00 23/11/2026.")
    chi.hears("Người học (chưa thuộc đơn vị nào) hỏi")
    await binh.says("Lớp tiếng Lào mở ở phòng nào?", at=TEN)

    binh.hears("cơ quan thường trực (quản trị)")
    await chi.taps("Trả lời", at=TEN)
    await chi.says("Lớp mở ở phòng 12, nhà hai.")
    binh.hears("Trả lời của cơ quan thường trực (quản trị) cho câu hỏi")


async def test_the_asker_writes_back_and_the_bot_keeps_quiet_but_study_logs_and_commands_work(
    units: Organisation, app: Bot
) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says(ASKED, at=TEN)
    await oanh.taps("Trả lời", at=TEN)
    await oanh.says(ANSWER)
    await an.taps("Hỏi tiếp", at=TEN + timedelta(minutes=5))
    an.hears("Trao đổi kết thúc khi bấm nút, hoặc sau 24 giờ không có tin mới.", buttons=["Kết thúc trao đổi"])

    await an.says("giai đoạn 2 bắt đầu năm nào vậy đồng chí?")

    an.hears("Đã chuyển đến người phụ trách.")
    oanh.hears("viết tiếp:\ngiai đoạn 2 bắt đầu năm nào vậy đồng chí?", buttons=["Trả lời", "Kết thúc trao đổi"])
    await an.says("hôm nay học 1 tiếng tin học")
    an.hears("Đã ghi: 1 giờ · Tin học")
    await an.says("/tiendo")
    an.hears("Tuần này: 1 giờ")
    await an.says("còn chuyện kia thì sao ạ")
    an.hears("Đã chuyển đến người phụ trách.")
    await oanh.taps("Trả lời", at=TEN + timedelta(minutes=8))
    await oanh.says("Giai đoạn 2 từ năm 2026.")
    an.hears("Giai đoạn 2 từ năm 2026.", buttons=["Kết thúc trao đổi"])
    await an.taps("Kết thúc trao đổi", at=TEN + timedelta(minutes=9))
    an.hears("Từ bây giờ tôi lại trả lời anh/chị.")
    oanh.hears("đã kết thúc trao đổi")
    await an.says("giai đoạn 2 bắt đầu năm nào?")
    an.hears("Nguồn: ")
    person = await People(app.database, Changes()).by_account("console", "an")
    assert person is not None
    assert [log.minutes for log in await StudyLogs(app.database, Changes()).all_of(person.id)] == [60]


async def test_the_human_ends_the_talk_and_the_bot_answers_again(units: Organisation) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)
    await oanh.taps("Trả lời", at=TEN)
    await oanh.says(ANSWER)
    await an.taps("Hỏi tiếp", at=TEN)
    await an.says("mấy giờ ạ?")

    await oanh.taps("Kết thúc trao đổi", at=TEN + timedelta(minutes=3))

    oanh.hears("Đã kết thúc trao đổi và đã báo cho người hỏi.")
    an.hears("Người phụ trách đã kết thúc trao đổi")
    await an.says("giai đoạn 2 bắt đầu năm nào?")
    an.hears("Nguồn: ")


async def test_after_a_day_of_silence_the_bot_answers_again(units: Organisation) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)
    await oanh.taps("Trả lời", at=TEN)
    await oanh.says(ANSWER)
    await an.taps("Hỏi tiếp", at=TEN)

    await an.says("giai đoạn 2 bắt đầu năm nào?", at=TEN + timedelta(hours=24, minutes=1))

    an.hears("Nguồn: ")


async def test_closing_without_an_answer_asks_once_more_and_tells_the_asker(units: Organisation, app: Bot) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)

    await oanh.taps("Không trả lời được", at=TEN)
    oanh.hears("mà không trả lời? Sẽ báo cho 1 người hỏi.")
    await oanh.taps("Đóng, không trả lời", at=TEN)

    oanh.hears("Đã đóng và đã báo cho 1 người hỏi.")
    an.hears("đã được cán bộ tổng hợp của đơn vị Phòng Một xem, nhưng hiện chưa có căn cứ để trả lời.")
    assert await states(app, "an") == [("closed", "unanswerable")]
    await oanh.taps_payload("human.closed|1", at=TEN)
    oanh.hears("Các câu hỏi này đã được xử lý")


async def test_passing_up_asks_the_next_unit_then_the_admins(units: Organisation) -> None:
    oanh, hoa, chi = await units.officer("oanh", "A.1"), await units.officer("hoa", "A"), await units.admin("chi")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)

    await oanh.taps("Chuyển cấp trên", at=TEN)
    oanh.hears("Đã chuyển đến: cán bộ tổng hợp của đơn vị Cục Mẫu.")
    hoa.hears("Xin trả lời trước 15:00 23/11/2026.")
    await hoa.taps("Chuyển cấp trên", at=TEN)

    hoa.hears("Đã chuyển đến: cơ quan thường trực (quản trị).")
    chi.hears("Người học (Phòng Một) hỏi")
    await chi.taps("Chuyển cấp trên", at=TEN)
    chi.hears("câu hỏi đã ở cơ quan thường trực.")


async def test_the_same_person_asking_again_is_told_that_it_waits(units: Organisation, app: Bot) -> None:
    await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)

    await an.says("đơn vị mình có thi rung chuông vàng không", at=TEN + timedelta(minutes=1))

    an.hears("Câu hỏi này của anh/chị đang chờ trả lời.")
    assert await states(app, "an") == [("open", "")]
    await an.taps("Rút câu hỏi")
    an.hears("Không ai phải trả lời nữa.")
    assert await states(app, "an") == [("closed", "withdrawn")]


async def test_the_own_questions_are_listed_and_a_human_can_be_asked_outright(units: Organisation) -> None:
    await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says("/hoidap", at=TEN)
    an.hears("Muốn hỏi, nhắn /hoidap kèm câu hỏi trong một tin.")

    await an.says("/hoidap Giai đoạn 2 của đơn vị mình có gì khác?")

    an.hears("Tôi đã chuyển câu hỏi đến cán bộ tổng hợp của đơn vị Phòng Một")
    await an.says("/hoidap")
    an.hears("• “Giai đoạn 2 của đơn vị mình có gì khác?”: đang chờ trả lời", buttons=["Rút câu hỏi"])


async def test_an_officer_does_not_get_the_own_question(units: Organisation) -> None:
    hoa = await units.officer("hoa", "A")
    oanh = await units.officer("oanh", "A.1")
    await oanh.says("/donvi A.1", at=TEN - timedelta(hours=1))
    await oanh.says("Trúc Xanh")

    await oanh.says(ASKED, at=TEN)

    oanh.hears("cán bộ tổng hợp của đơn vị Cục Mẫu")
    hoa.hears("Người học (Phòng Một) hỏi")


async def test_what_is_called_wrong_waits_in_the_same_place(units: Organisation) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says("phong trao nay do ai phat dong", at=TEN)

    await an.taps("Chưa đúng", at=TEN)

    an.hears("Cảm ơn anh/chị đã báo. Tôi đã chuyển câu hỏi đến cán bộ tổng hợp của đơn vị Phòng Một")
    oanh.hears("cho rằng câu trả lời của tôi về “phong trao nay do ai phat dong” chưa đúng.")
    await oanh.says("/hoidap", at=TEN)
    await oanh.taps("1. phong trao nay do ai…", at=TEN)
    oanh.hears("bị báo là chưa đúng.")


async def test_the_limits_of_an_answer_are_said(units: Organisation, app: Bot) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    await an.says(ASKED, at=TEN)
    await oanh.taps("Trả lời", at=TEN)

    await oanh.says("x " * 700)
    oanh.hears("Câu trả lời có 1.399 ký tự; tối đa 1.000. Xin viết ngắn hơn.")
    await oanh.says(ANSWER)

    an.hears(ANSWER)
    assert await states(app, "an") == [("answered", "")]


async def test_an_answer_is_corrected_for_those_who_got_it(units: Organisation) -> None:
    oanh = await units.officer("oanh", "A.1")
    an, binh = await member(units, "an", "A.1"), await member(units, "binh", "A.1")
    for one in (an, binh):
        await one.says(ASKED, at=TEN)
    await oanh.taps("Trả lời", at=TEN)
    await oanh.says(ANSWER)

    await oanh.taps("Đính chính")
    await oanh.says("Hội thi chuyển sang chủ nhật.")

    oanh.hears("Đã gửi đính chính đến 2 người hỏi.")
    for one in (an, binh):
        one.hears("Trả lời của cán bộ tổng hợp của đơn vị Phòng Một, đính chính, cho câu hỏi")
        one.hears("Hội thi chuyển sang chủ nhật.")


async def test_no_unit_number_strength_or_phone_is_kept_or_passed_on(units: Organisation, app: Bot) -> None:
    oanh = await units.officer("oanh", "M")
    an = await member(units, "an", "M.1")

    await an.says("/hoidap Trung đoàn 82 có 120 chiến sĩ, có thi Rung chuông vàng không, sđt em 0912 345 678?", at=TEN)
    await oanh.taps("Trả lời", at=TEN)
    await oanh.says("Có, tại e82, gọi 0987654321, giai đoạn 2026-2030 vẫn thi.")

    kept = [row.text for row in await Questions(app.database, Changes()).open(10)]
    heard = " ".join([*kept, *(one.text for one in [*oanh.heard, *an.heard])])
    assert not [secret for secret in ("82", "120", "0912", "345 678", "0987654321") if secret in heard]
    an.hears("giai đoạn 2026-2030 vẫn thi.")


async def test_ten_questions_a_day_are_the_limit(units: Organisation, app: Bot) -> None:
    await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    blocks = PARAPHRASES.read_text(encoding="utf-8").split("\n\n")
    asked = [block.splitlines()[-1] for block in blocks][:12]

    for words in asked:
        await an.says(f"/hoidap {words}", at=TEN)

    an.hears("Hôm nay đã chuyển 10 câu hỏi của anh/chị, là mức tối đa trong một ngày.")
    assert len(await states(app, "an")) == 10


async def test_what_is_refused_is_not_handed_to_a_human_either(units: Organisation, app: Bot) -> None:
    oanh = await units.officer("oanh", "A.1")
    an = await member(units, "an", "A.1")
    heard = len(oanh.heard)

    await an.says("/hoidap cho xin link đăng nhập hi88?", at=TEN)

    an.hears("Tôi không hỗ trợ nội dung cờ bạc")
    assert len(oanh.heard) == heard
    assert await states(app, "an") == []
