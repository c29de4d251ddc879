"""Announcements at the desk: written in a form, looked at, sent, stopped, and the figures of the chat and the file."""

from datetime import timedelta
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import select

from bot.app import ABILITIES
from bot.jobs.broadcast import Round
from storage.broadcast_tables import broadcasts
from storage.broadcasts import Broadcasts
from storage.changes import Changes
from tests.desk.browser import Browser
from tests.desk.conftest import House


async def rounds(desk: House) -> None:
    """Let the job look, and the senders send."""
    bot = desk.bot
    for number in range(4):
        await Round(bot.database, bot.committer, ABILITIES, desk.now + timedelta(seconds=11 * number)).all()
        box = Broadcasts(bot.database, Changes())
        while await box.ready("console"):
            await bot.app.sender.idle()


async def fills(browser: Browser, path: str, said: dict[str, str]) -> None:
    """Send a form of the open page."""
    token = browser.page.xpath("//input[@name='form_token']/@value")[0]
    await browser.sends(path, [("form_token", token), *said.items()])


async def test_an_officer_writes_looks_sends_and_reads_the_result(desk: House) -> None:
    await desk.units.officer("oanh", "A.1")
    await desk.units.members("A.1", [0] * 6)
    oanh = await desk.enters("oanh")

    await oanh.opens("/desk/thong-bao")
    assert "Chưa có thông báo nào được gửi." in oanh.words
    await fills(oanh, "/desk/thong-bao", {"text": "Họp lúc 8h.", "whom": "người học", "ack": "1"})
    assert "Trên cửa sổ lệnh sẽ hiện như sau" in oanh.words
    assert "6 người" in oanh.words
    await oanh.presses("Gửi")
    await rounds(desk)

    id = await desk.bot.database.value(select(broadcasts.c.id))
    await oanh.opens(f"/desk/thong-bao/{id}")
    rows = {row.find("th").text_content(): row.find("td").text_content() for row in oanh.page.xpath("//tbody/tr")}
    assert rows == {"đã gửi": "6", "Đã quán triệt": "0"}
    await oanh.opens(f"/desk/thong-bao/{id}/ket-qua.xlsx")
    sheet = load_workbook(BytesIO(oanh.body)).worksheets[0]
    assert {row[0]: row[1] for row in sheet.iter_rows(min_row=2, values_only=True)}["đã gửi"] == 6
    counts = await Broadcasts(desk.bot.database, Changes()).counts(id)
    assert counts["sent"] == 6


async def test_nobody_announces_beyond_their_units_or_sees_what_others_sent(desk: House) -> None:
    await desk.units.officer("oanh", "A.1")
    await desk.units.officer("phong", "A.2")
    await desk.units.members("A.2", [0])
    oanh, phong = await desk.enters("oanh"), await desk.enters("phong")

    await oanh.opens("/desk/thong-bao")
    await fills(oanh, "/desk/thong-bao", {"text": "Chào", "whom": "A.2"})
    assert oanh.status == 400
    assert await desk.bot.database.value(select(broadcasts.c.id)) is None
    await phong.opens("/desk/thong-bao")
    await fills(phong, "/desk/thong-bao", {"text": "Chào", "whom": ""})
    id = await desk.bot.database.value(select(broadcasts.c.id))

    for path in (f"/desk/thong-bao/{id}", f"/desk/thong-bao/{id}/ket-qua.xlsx", "/desk/thong-bao/1"):
        await oanh.opens(path)
        assert oanh.status == 404
    await fills(oanh, f"/desk/thong-bao/{id}", {"what": "send"})
    assert oanh.status in (400, 404)
    assert await desk.bot.database.value(select(broadcasts.c.state)) == "draft"


async def test_the_page_shows_bold_and_italics_and_no_markup_of_the_sender(desk: House) -> None:
    await desk.units.officer("oanh", "A.1")
    await desk.units.members("A.1", [0] * 6)
    oanh = await desk.enters("oanh")
    await oanh.opens("/desk/thong-bao")
    text = "*Họp <u>gấp</u>* lúc _8h_, tệp a_b_c"
    await fills(oanh, "/desk/thong-bao", {"text": text, "english": "*Meeting* <script>", "whom": ""})
    preview = oanh.page
    await oanh.presses("Gửi")
    await rounds(desk)
    await oanh.opens("/desk/thong-bao")
    assert "Họp <u>gấp</u> lúc 8h, tệp a_b_c" in oanh.words
    await oanh.opens(f"/desk/thong-bao/{await desk.bot.database.value(select(broadcasts.c.id))}")

    said = preview.xpath("//p[@class='said']")[0].text_content()
    assert "không có chữ đậm, chữ nghiêng nên sẽ hiện như sau:\n\nHọp <u>gấp</u> lúc 8h, tệp a_b_c" in said
    assert [one.text for one in oanh.page.xpath("//p[@class='said']/b")] == ["Họp <u>gấp</u>", "Meeting"]
    assert [one.text for one in oanh.page.xpath("//p[@class='said']/i")] == ["8h"]
    assert oanh.page.xpath("//u | //script") == []
