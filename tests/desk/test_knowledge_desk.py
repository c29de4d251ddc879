"""The knowledge desk and the open questions at the desk: by the chat's rules, at once, and in one's own care only."""

import re

from tests.desk.browser import Browser
from tests.desk.conftest import House
from tests.handlers.test_human_answers import ASKED, TEN, member

FIELDS = ("title", "questions", "body", "sources", "since", "until")
ANSWER = "Có. Hội thi tổ chức sáng thứ bảy tại hội trường lớn."


async def form(browser: Browser, path: str, **fields: str) -> None:
    """Open a page, fill its form and send it."""
    await browser.opens(path)
    assert browser.status == 200, browser.text
    token = browser.page.xpath("//input[@name='form_token']/@value")[0]
    await browser.sends(path, [("form_token", token), *fields.items()])


async def test_an_officer_sees_and_answers_only_the_questions_of_the_own_subtree(desk: House) -> None:
    desk.now = TEN
    await desk.units.officer("oanh", "A.1")
    await desk.units.officer("minh", "M")
    an, linh = await member(desk.units, "an", "A.1"), await member(desk.units, "linh", "M.1")
    await an.says(ASKED, at=TEN)
    await linh.says(f"{ASKED} Ở Đại đội Mẫu.", at=TEN)
    oanh, minh = await desk.enters("oanh"), await desk.enters("minh")
    await oanh.opens("/desk/hoi-dap")
    assert ASKED in oanh.words and "Đại đội" not in oanh.words
    assert "Câu hỏi chờ người phụ trách trả lời: 1 câu" in oanh.words
    await minh.opens("/desk/hoi-dap")
    foreign = minh.page.xpath("//input[@name='cluster']/@value")[0]
    own = oanh.page.xpath("//input[@name='cluster']/@value")[0]

    await form(oanh, "/desk/hoi-dap", cluster=foreign, what="close")
    await form(oanh, "/desk/hoi-dap", cluster=own, what="answer", text=ANSWER)

    await minh.opens("/desk/hoi-dap")
    assert "Ở Đại đội Mẫu." in minh.words
    await oanh.opens("/desk/hoi-dap")
    assert ASKED not in oanh.words
    await desk.bot.app.sender.idle()
    assert not [heard for heard in linh.heard if "chưa có căn cứ" in heard.text or ANSWER in heard.text]


async def test_the_knowledge_is_for_admins_only_and_a_form_without_its_token_changes_nothing(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    await desk.units.admin("chi")
    oanh, chi = await desk.enters("oanh"), await desk.enters("chi")
    for path in ("/desk/tri-thuc", "/desk/tri-thuc/moi", "/desk/tri-thuc/1"):
        await oanh.opens(path)
        assert oanh.status == 404
    await chi.sends("/desk/tri-thuc/moi", [("what", "keep.publish"), ("title", "x")])
    assert chi.status == 403
    await chi.opens("/desk/tri-thuc/4711")
    assert chi.status == 404


async def test_an_article_is_written_published_changed_and_withdrawn_without_a_deployment(desk: House) -> None:
    await desk.units.admin("chi")
    chi, an = await desk.enters("chi"), desk.bot.person("an")
    fields = {
        "title": "Lớp tiếng Lào học ở đâu",
        "questions": "Lớp tiếng Lào mở ở phòng nào?\nlớp tiếng lào học chỗ nào",
        "body": "Lớp tiếng Lào học ở phòng 12 theo Kế hoạch 45/KH-BCĐ.",
        "sources": "Kế hoạch mở lớp; ; Ban Chỉ đạo; 01/09/2026",
        "since": "",
        "until": "",
    }
    await form(chi, "/desk/tri-thuc/moi", what="keep.publish", **fields)
    assert chi.status == 400
    assert "Nội dung nhắc đến 45/KH-BCĐ." in chi.words
    fields["sources"] = "Kế hoạch mở lớp; 45/KH-BCĐ; Ban Chỉ đạo; 01/09/2026"

    await form(chi, "/desk/tri-thuc/moi", what="keep.publish", **fields)

    assert chi.status == 200
    article = re.search(r"/desk/tri-thuc/(\d+)", chi.path)
    assert article
    assert "Như khi trả lời trong trò chuyện: đang trong kho" in chi.words
    await an.says("Lớp tiếng Lào mở ở phòng nào?", at=desk.now)
    an.hears("Nguồn: 45/KH-BCĐ: Kế hoạch mở lớp, Ban Chỉ đạo, 01/09/2026.")
    fields["body"] = "Lớp tiếng Lào học ở phòng 15 theo Kế hoạch 45/KH-BCĐ."
    fields["until"] = "31/12/2026"
    await form(chi, f"/desk/tri-thuc/{article[1]}", what="keep", **fields)
    assert "Phiên bản 2: đang trong kho" in chi.words and "Phiên bản 1: đã thu hồi" in chi.words
    await an.says("Lớp tiếng Lào mở ở phòng nào?", at=desk.now)
    an.hears("phòng 15")
    an.hears("áp dụng đến hết ngày 31/12/2026.")
    await chi.opens("/desk/tri-thuc?tim=ti%E1%BA%BFng")
    assert "Lớp tiếng Lào học ở đâu" in chi.words

    await form(chi, f"/desk/tri-thuc/{article[1]}", what="withdraw")

    await an.says("Lớp tiếng Lào mở ở phòng nào?", at=desk.now)
    assert "phòng 15" not in an.last.text
    fields["since"] = "31/31/2026"
    await form(chi, f"/desk/tri-thuc/{article[1]}", what="keep", **fields)
    assert "“31/31/2026” không phải là ngày" in chi.words


async def test_a_document_of_the_unit_is_published_and_withdrawn_at_the_desk(desk: House) -> None:
    chi = await desk.units.admin("chi")
    await chi.sends_file("quy-che.txt", "Quy chế mượn sách. Mỗi người mượn hai cuốn trong mười ngày.".encode())
    browser = await desk.enters("chi")
    await browser.opens("/desk/tri-thuc")
    assert "quy-che.txt" in browser.words

    await browser.presses("Đưa vào kho")
    assert "Thu hồi" in browser.words
    await browser.presses("Thu hồi")

    assert browser.status == 200
    assert "Đưa vào kho" in browser.words


async def test_an_article_of_the_program_is_found_changed_with_its_history_and_comes_back(desk: House) -> None:
    await desk.units.admin("chi")
    chi, an = await desk.enters("chi"), desk.bot.person("an")
    await an.says("công dân học tập là gì", at=desk.now)
    before = an.last.text
    await chi.opens("/desk/tri-thuc")
    assert "Gõ từ cần tìm để hiện các bài này." in chi.words
    await chi.opens("/desk/tri-thuc?tim=cdht-la-gi")
    assert chi.page.xpath("//a[@href='/desk/tri-thuc/cdht-la-gi']") and chi.page.xpath("//a[contains(@href, '.en')]")

    await chi.opens("/desk/tri-thuc/cdht-la-gi")
    assert "Như khi trả lời trong trò chuyện: như khi cài đặt" in chi.words
    assert not chi.page.xpath("//button[@value='withdraw']")
    fields = {name: chi.page.xpath(f"//textarea[@name='{name}']")[0].text or "" for name in FIELDS}
    fields["body"] = "Bài này do cơ quan thường trực viết lại."
    await form(chi, "/desk/tri-thuc/cdht-la-gi", what="keep.publish", **fields)

    article = re.search(r"/desk/tri-thuc/(\d+)", chi.path)
    assert article, chi.words
    assert "Phiên bản 1: đang trong kho" in chi.words
    assert "(như khi cài đặt)" in chi.words, "the program's own words stand in the history"
    await an.says("công dân học tập là gì", at=desk.now)
    assert an.last.text.startswith("Bài này do cơ quan thường trực viết lại.")
    assert an.last.text.partition("Nguồn:")[2] == before.partition("Nguồn:")[2]
    await chi.opens("/desk/tri-thuc/cdht-la-gi")
    assert "Bài này do cơ quan thường trực viết lại." in chi.words

    await form(chi, f"/desk/tri-thuc/{article[1]}", what="withdraw")

    await an.says("công dân học tập là gì", at=desk.now)
    assert an.last.text == before
    await form(chi, "/desk/tri-thuc/cdht-la-gi", what="withdraw")
    assert chi.status == 400
    await chi.opens("/desk/tri-thuc/khong-co-bai-nay")
    assert chi.status == 404
