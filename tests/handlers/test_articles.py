"""What a human answered once the bot answers from then on, on every channel; and withdrawn it is gone everywhere."""

from datetime import datetime, timedelta

import pytest

from bot import shelf
from bot.clock import LOCAL_ZONE
from bot.knowledge.answer import Knowledge
from storage.articles import Articles
from storage.changes import Changes
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.handlers.linked import Channels, two_channels  # noqa: F401 - two_channels is the fixture `both`
from tests.organisation import Organisation, organisation

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL_ZONE)
MINUTE = timedelta(minutes=1)
ASKED = "Lớp tiếng Lào mở ở phòng nào?"
ANSWER = "Lớp tiếng Lào học ở phòng 12, tầng hai, từ thứ hai đến thứ năm."


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def answered(asker: FakePerson, human: FakePerson, asked: str = ASKED, answer: str = ANSWER) -> None:
    """A question nobody could answer, and a human's answer."""
    await asker.says(asked, at=TEN)
    await human.taps("Trả lời", at=TEN + MINUTE)
    await human.says(answer)


async def test_unknown_at_ten_answered_a_minute_later_the_bot_answers_the_next_asker_on_another_channel(
    both: Channels,
) -> None:
    units = await organisation(both.bot)
    chi = await units.admin("chi")
    an, binh, linh = both.web("an"), both.on_zalo("binh"), both.on_zalo("linh")

    await an.says(ASKED, at=TEN)
    an.hears("Tôi đã chuyển câu hỏi đến cơ quan thường trực (quản trị), trả lời trước 15:00 23/11/2026.")
    await chi.taps("Trả lời", at=TEN + MINUTE)
    await chi.says(ANSWER)
    an.hears(ANSWER)
    await chi.taps("Đưa vào kho tri thức")
    chi.hears("Đã đưa vào kho tri thức: “Lớp tiếng Lào mở ở phòng nào”.")

    await binh.says("cho em hỏi lop tieng lao hoc o phong nao a", at=TEN + 2 * MINUTE)
    binh.hears(ANSWER)
    binh.hears("Nguồn: Trả lời của cơ quan thường trực (quản trị Bạn Học), 23/11/2026.")
    await linh.says("lớp tiếng Lào ở phòng nào thế", at=TEN + 2 * MINUTE)
    linh.hears(ANSWER)
    assert "Tôi đã chuyển" not in binh.last.text + linh.last.text


async def test_an_officer_who_may_publish_answers_and_the_next_asker_on_another_channel_hears_it_a_minute_later(
    both: Channels,
) -> None:
    units = await organisation(both.bot)
    oanh, chi = await units.officer("oanh", "A"), await units.admin("chi")
    an, binh = both.web("an"), both.on_zalo("binh")
    await oanh.says("/hoidap", at=TEN - 9 * MINUTE)
    await an.says("/donvi A.1", at=TEN - 9 * MINUTE)
    await an.says("Sao Mai")
    await oanh.taps("Xác nhận", at=TEN - 8 * MINUTE)
    await an.says("Câu lạc bộ sách sinh hoạt vào thứ mấy?", at=TEN - 7 * MINUTE)
    await oanh.taps("Trả lời", at=TEN - 6 * MINUTE)
    await oanh.says("Câu lạc bộ sách sinh hoạt tối thứ Năm.")
    await oanh.taps("Đưa vào kho tri thức", at=TEN - 5 * MINUTE)
    await chi.taps("Đưa vào kho, cho tự đưa về sau", at=TEN - 4 * MINUTE)

    await an.says(ASKED, at=TEN)
    assert ANSWER not in an.last.text
    await oanh.taps("Trả lời", at=TEN + MINUTE)
    await oanh.says(ANSWER)
    await oanh.taps("Đưa vào kho tri thức")
    await binh.says("cho em hỏi lop tieng lao hoc o phong nao a", at=TEN + 2 * MINUTE)

    binh.hears(ANSWER)
    binh.hears("Nguồn: Trả lời của cán bộ tổng hợp đơn vị Cục Mẫu, 23/11/2026.")


async def test_another_process_answers_too_and_after_the_withdrawal_nobody(
    both: Channels, database_url: str, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "LOOK_EVERY_SECONDS", 0.0)
    units = await organisation(both.bot)
    chi, an, zalo = await units.admin("chi"), both.web("an"), both.on_zalo("binh")
    elsewhere = knowledge.with_brought((), ())
    await answered(an, chi)
    await chi.taps("Đưa vào kho tri thức")
    await shelf.refresh(elsewhere, both.bot.database, TEN.date())
    assert elsewhere.ask("tiếng Lào học ở phòng nào ạ").answer == ANSWER
    await zalo.says(ASKED, at=TEN + 2 * MINUTE)
    await an.says(ASKED, at=TEN + 2 * MINUTE)
    old = an.last.buttons["Chưa đúng"].split("|")[1]

    await chi.taps("Thu hồi", at=TEN + 3 * MINUTE)

    chi.hears("Đã thu hồi “Lớp tiếng Lào mở ở phòng nào”. Tôi không trả lời theo bài này nữa.")
    for person in (an, zalo):
        await person.says(ASKED, at=TEN + 4 * MINUTE)
        assert ANSWER not in person.last.text
    await an.taps_payload(f"answer.show|{old}", at=TEN + 4 * MINUTE)
    assert ANSWER not in an.last.text, "an old button does not bring it back"
    await shelf.refresh(elsewhere, both.bot.database, TEN.date())
    assert ANSWER not in elsewhere.ask(ASKED).answer
    await chi.taps("Đưa lại vào kho", at=TEN + 5 * MINUTE)
    await zalo.says(ASKED, at=TEN + 6 * MINUTE)
    zalo.hears(ANSWER)


async def test_an_officer_proposes_an_admin_publishes_and_may_let_the_officer_publish_from_then_on(
    units: Organisation, app: Bot
) -> None:
    oanh, chi, an = await units.officer("oanh", "A"), await units.admin("chi"), app.person("an")
    await oanh.says("/hoidap", at=TEN)
    await an.says("/donvi A.1", at=TEN - MINUTE)
    await an.says("Sao Mai")
    await oanh.taps("Xác nhận", at=TEN - MINUTE)
    await answered(an, oanh)

    await oanh.taps("Đưa vào kho tri thức")

    oanh.hears("Đã gửi bài “Lớp tiếng Lào mở ở phòng nào” để quản trị duyệt đăng.")
    chi.hears("Cán bộ tổng hợp đề nghị đưa bài này vào kho tri thức:\n" + ANSWER)
    chi.hears("Nguồn: Trả lời của cán bộ tổng hợp đơn vị Cục Mẫu, 23/11/2026.")
    await an.says(ASKED, at=TEN + 2 * MINUTE)
    assert ANSWER not in an.last.text, "a draft is not quoted"
    await chi.taps("Đưa vào kho, cho tự đưa về sau", at=TEN + 3 * MINUTE)
    oanh.hears("Từ bây giờ anh/chị được tự đưa câu trả lời của mình vào kho tri thức.")
    await an.says(ASKED, at=TEN + 4 * MINUTE)
    an.hears(ANSWER)

    await an.says("Câu lạc bộ sách sinh hoạt vào thứ mấy?", at=TEN + 5 * MINUTE)
    await oanh.taps("Trả lời", at=TEN + 5 * MINUTE)
    await oanh.says("Câu lạc bộ sách sinh hoạt chiều thứ sáu hằng tuần.")
    await oanh.taps("Đưa vào kho tri thức")
    oanh.hears("Đã đưa vào kho tri thức: “Câu lạc bộ sách sinh hoạt vào thứ mấy”.")
    await chi.taps("Thu hồi quyền tự đăng", at=TEN + 6 * MINUTE)
    await oanh.taps("Thu hồi", at=TEN + 6 * MINUTE)
    oanh.hears("Chỉ quản trị được quản lý kho tri thức.")


async def test_an_answer_that_names_a_document_needs_its_title_number_and_date(units: Organisation, app: Bot) -> None:
    chi, an = await units.admin("chi"), app.person("an")
    await answered(an, chi, answer="Theo Kế hoạch 45/KH-BCĐ, lớp tiếng Lào học ở phòng 12.")

    await chi.taps("Đưa vào kho tri thức")

    chi.hears("Câu trả lời nhắc đến 45/KH-BCĐ. Xin gửi văn bản đó trong một dòng")
    await chi.says("Kế hoạch mở lớp tiếng Lào, 45/KH-BCĐ, Ban Chỉ đạo")
    chi.hears("Xin gửi văn bản trong một dòng gồm tên, số, cơ quan ban hành, ngày")
    await chi.says("Kế hoạch mở lớp tiếng Lào, số 45/KH-BCĐ, Ban Chỉ đạo, ngày 1/9/2026")
    chi.hears("Đã đưa vào kho tri thức")
    await an.says(ASKED, at=TEN + 5 * MINUTE)
    an.hears("Nguồn: 45/KH-BCĐ: Kế hoạch mở lớp tiếng Lào, Ban Chỉ đạo, 01/09/2026;")


async def test_an_article_is_changed_in_the_chat_and_its_versions_are_kept(units: Organisation, app: Bot) -> None:
    chi, an = await units.admin("chi"), app.person("an")
    await answered(an, chi)
    await chi.taps("Đưa vào kho tri thức")
    await chi.says("/khotrithuc tiếng lào", at=TEN + 2 * MINUTE)
    chi.hears("1. Lớp tiếng Lào mở ở phòng nào (đang trong kho, phiên bản 1)")
    await chi.taps("1. Lớp tiếng Lào mở ở phòng nào")
    chi.hears(f"{ANSWER}\n\nNguồn: ")

    await chi.taps("Sửa nội dung")
    await chi.says("Từ tháng 12 lớp tiếng Lào học ở phòng 15.")

    chi.hears("(đang trong kho, phiên bản 2)")
    await an.says(ASKED, at=TEN + 5 * MINUTE)
    an.hears("Từ tháng 12 lớp tiếng Lào học ở phòng 15.")
    (newest,) = await Articles(app.database, Changes()).listed()
    versions = await Articles(app.database, Changes()).versions(newest.article_id)
    assert [(one.version, one.state) for one in versions] == [(2, "published"), (1, "withdrawn")]


async def test_a_term_begins_and_ends_by_itself(units: Organisation, app: Bot) -> None:
    chi, an = await units.admin("chi"), app.person("an")
    await answered(an, chi)
    await chi.taps("Đưa vào kho tri thức")
    (made,) = await Articles(app.database, Changes()).listed()
    async with app.database.writing() as connection:
        from storage.articles import written_articles as table

        ends = TEN.date() + timedelta(days=1)
        await connection.execute(table.update().where(table.c.id == made.id).values(since=ends, until=ends))

    for day, known in ((0, False), (1, True), (2, False)):
        await an.says(ASKED, at=TEN + timedelta(days=day, minutes=10))
        assert (ANSWER in an.last.text) is known, day
        assert ("Lưu ý: áp dụng đến hết ngày 24/11/2026." in an.last.text) is known


async def test_who_is_no_admin_touches_no_article(units: Organisation, app: Bot) -> None:
    chi, oanh, an = await units.admin("chi"), await units.officer("oanh", "A"), app.person("an")
    await answered(an, chi)
    post = chi.last.buttons["Đưa vào kho tri thức"].split("|")[1]
    await oanh.taps_payload(f"article.learn|{post}", at=TEN + MINUTE)
    oanh.hears("Nút này không còn dùng được.")
    await chi.taps("Đưa vào kho tri thức")
    (made,) = await Articles(app.database, Changes()).listed()

    for person in (oanh, an):
        await person.says("/khotrithuc", at=TEN + MINUTE)
        person.hears("Chỉ quản trị được quản lý kho tri thức.")
        for action in ("show", "publish", "withdraw", "body", "title", "source", "let", "unlet"):
            await person.taps_payload(f"article.{action}|{made.article_id}", at=TEN + MINUTE)
            person.hears("Chỉ quản trị được quản lý kho tri thức.")
    assert (await Articles(app.database, Changes()).listed())[0].state == "published"
