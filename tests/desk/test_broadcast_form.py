"""The announcement form of the desk: file, moment and term under the chat's own rules; faults are told in place."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData
from sqlalchemy import func, select, update

from bot.app import ABILITIES
from bot.jobs.broadcast import Round
from bot.message import MAX_FILE_BYTES
from storage.broadcast_tables import broadcasts
from storage.outbox import BULK
from storage.tables import files, outbox
from tests.desk.browser import Browser
from tests.desk.conftest import House

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
FORM = "/desk/thong-bao"
AGAIN = "Vui lòng chọn lại tệp: trang không giữ được tệp đã chọn."
Sent = tuple[str, bytes]


async def sends(browser: Browser, path: str, said: dict[str, str], file: Sent | None = None, **headers: str) -> None:
    """Send the form as a browser does: words first, then the file, which is empty when none was chosen."""
    form = FormData(quote_fields=False, default_to_multipart=True)
    for name, value in {"form_token": token(browser), **said}.items():
        form.add_field(name, value)
    name, content = file or ("", b"")
    form.add_field("file", BytesIO(content), filename=name, content_type="application/octet-stream")
    address = browser.address + path
    async with browser.session.post(address, data=form, headers={"Origin": browser.address, **headers}) as answer:
        await browser._keep(answer)


def token(browser: Browser) -> str:
    return str(browser.page.xpath("//input[@name='form_token']/@value")[0])


def shown(browser: Browser) -> dict[str, str]:
    """What the fields hold."""
    values = {one.get("name"): one.get("value", "") for one in browser.page.xpath("//form//input[@id]")}
    return {**values, **{one.get("name"): one.text or "" for one in browser.page.xpath("//form//textarea")}}


def wrong(browser: Browser) -> dict[str, str]:
    """The fault of each field, found as a reader of the screen finds it."""
    found = {}
    for one in browser.page.xpath("//*[@aria-invalid='true']"):
        told = one.get("aria-describedby").split()[-1]
        found[one.get("name")] = " ".join(browser.page.get_element_by_id(told).text_content().split())
    return found


async def row(desk: House) -> Any:
    return await desk.bot.database.first(select(broadcasts))


async def count(desk: House, table: Any) -> Any:
    return await desk.bot.database.value(select(func.count()).select_from(table))


@pytest.fixture
async def oanh(desk: House) -> Browser:
    """An officer of A.1 with six members, on the page of announcements."""
    await desk.units.officer("oanh", "A.1")
    await desk.units.members("A.1", [0] * 6)
    oanh = await desk.enters("oanh")
    await oanh.opens(FORM)
    return oanh


async def test_a_picture_a_moment_and_a_term_are_shown_kept_to_and_changed(desk: House, oanh: Browser) -> None:
    said = {"text": "*Họp* lúc 8h.", "whom": "người học", "ack": "1", "when": "14:30 23/11/2026", "until": "31/12/2026"}

    await sends(oanh, FORM, said, ("sơ đồ.png", PNG))
    assert "Hẹn gửi lúc 14:30 23/11/2026." in oanh.words and "Có hiệu lực đến 23:59 31/12/2026." in oanh.words
    assert "(sơ đồ.png)" in oanh.words
    (picture,) = oanh.page.xpath("//p[@class='attached']//img")
    assert picture.get("alt") == "Ảnh hoặc tệp: sơ đồ.png"
    page = oanh.path
    await oanh.opens(picture.get("src"))
    assert (oanh.body, oanh.headers["Content-Type"]) == (PNG, "image/png")
    assert oanh.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"

    await oanh.opens(f"{page}/sua")
    kept = {"text": "*Họp* lúc 8h.", "when": "14:30 23/11/2026", "until": "31/12/2026"}
    assert shown(oanh) == {**kept, "english": "", "whom": "", "file": ""}
    assert "Hiện tại: mọi người của Phòng Một (A.1) và đơn vị trực thuộc" in oanh.words
    await sends(oanh, f"{page}/sua", {**said, "when": "15h 23/11/2026", "whom": ""})
    assert "Hẹn gửi lúc 15:00 23/11/2026." in oanh.words and "(sơ đồ.png)" in oanh.words
    await oanh.presses("Gửi lúc 15:00 23/11/2026")
    assert "Trạng thái" not in oanh.words and "Hẹn gửi lúc 15:00 23/11/2026." in oanh.words
    assert ": đã hẹn gửi." in oanh.words and oanh.page.xpath("//p[@class='attached']//img")
    bot, due = desk.bot, (await row(desk)).due_at
    for at, handed in ((due - timedelta(seconds=1), 0), (due, 6)):
        assert await Round(bot.database, bot.committer, ABILITIES, at).all() == handed
    sent = await bot.database.all(select(outbox.c.payload).where(outbox.c.priority == BULK))
    assert [one.payload["text"] for one in sent] == ["Họp lúc 8h."] * 6
    assert {file[1] for one in sent for file in one.payload["files"]} == {"sơ đồ.png"}


async def test_all_that_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(desk: House, oanh: Browser) -> None:
    said = {"text": "Họp <b>gấp</b>\nlúc 8h", "english": "x" * 1501, "whom": "A.2", "when": "hôm qua",
            "until": "1/1/2020"}  # fmt: skip

    await sends(oanh, FORM, said, ("a.exe", b"MZ\x90\x00"))

    assert oanh.status == 400
    assert oanh.page.xpath("//*[@role='alert']")[0].text_content().startswith("Chưa lưu được.")
    assert wrong(oanh) == {
        "english": "Thông báo dài tối đa 1.500 ký tự; bản này có 1.501. Vui lòng rút gọn.",
        "whom": wrong(oanh)["whom"],
        "when": "Tôi chưa đọc được thời điểm sắp tới. Vui lòng viết ví dụ “8h sáng mai” hoặc “14:00 22/11”.",
        "until": wrong(oanh)["until"],
        "file": "Ở đây chỉ nhận ảnh JPEG, PNG và tệp PDF, Word, Excel, CSV, văn bản thường.",
    }
    assert "31/12" in wrong(oanh)["until"] and "chỉ dành cho cán bộ tổng hợp của đơn vị đó" in wrong(oanh)["whom"]
    assert {name: value for name, value in shown(oanh).items() if name != "file"} == said
    assert oanh.page.xpath("//*[@autofocus]/@name") == ["english"]
    assert oanh.page.xpath("//input[@name='ack'][@checked]") == []
    assert (await count(desk, broadcasts), await count(desk, files)) == (0, 0)


async def test_a_file_that_is_too_large_or_has_to_be_chosen_again_costs_no_word(desk: House, oanh: Browser) -> None:
    for number, (said, file, fault) in enumerate(
        (
            ({"text": "Họp."}, ("a.png", PNG + bytes(MAX_FILE_BYTES)), "Tệp lớn hơn 5 MB. Xin gửi tệp nhỏ hơn."),
            ({"text": "Họp."}, ("a.png", PNG + bytes(3 * MAX_FILE_BYTES)), "Tệp lớn hơn 5 MB. Xin gửi tệp nhỏ hơn."),
            ({"text": "Họp."}, ("a.png", b""), "Tệp không có nội dung."),
            ({"text": "Họp.", "when": "hôm qua"}, ("a.png", PNG), AGAIN),
        )
    ):  # fmt: skip
        await sends(oanh, FORM, said, file)
        assert (oanh.status, wrong(oanh).get("file")) == (400, fault), number
        assert shown(oanh)["text"] == "Họp."
    assert (await count(desk, broadcasts), await count(desk, files)) == (0, 0)


async def test_nothing_goes_out_after_it_has_ceased_to_be_in_force(desk: House, oanh: Browser) -> None:
    said = {"text": "Họp.", "when": "8h 3/12/2026", "until": "2/12/2026"}
    await sends(oanh, FORM, said)
    assert "08:00 03/12/2026" in wrong(oanh)["until"] and "23:59 02/12/2026" in wrong(oanh)["until"]

    await sends(oanh, FORM, {**said, "when": "8h 1/12/2026"})
    page = oanh.path
    desk.now += timedelta(days=10)
    oanh = await desk.enters("oanh")
    await oanh.opens(page)
    await oanh.presses("Gửi lúc 08:00 01/12/2026")
    assert "Đã qua giờ hẹn gửi (08:00 01/12/2026). Vui lòng hẹn giờ khác hoặc gửi ngay." in oanh.words
    await oanh.opens(page)
    await oanh.presses("Gửi ngay")
    assert (oanh.status, (await row(desk)).state) == (200, "scheduled")
    assert (await row(desk)).due_at is None


async def test_a_file_is_taken_out_again_and_only_who_may_see_the_announcement_gets_it(
    desk: House, oanh: Browser
) -> None:
    await sends(oanh, FORM, {"text": "Họp."}, ("kế hoạch.csv", "mã,tên\n1,2".encode()))
    page = oanh.path
    await desk.units.officer("phong", "A.2")
    phong = await desk.enters("phong")

    await oanh.opens(f"{page}/tep")
    assert oanh.headers["Content-Disposition"].startswith("attachment;")
    for path in (f"{page}/tep", f"{page}/sua"):
        await phong.opens(path)
        assert phong.status == 404
    await phong.opens(FORM)
    await sends(phong, f"{page}/sua", {"text": "Của tôi."})
    assert phong.status == 404
    await oanh.opens(f"{page}/sua")
    assert "Bỏ tệp kế hoạch.csv" in oanh.words
    await sends(oanh, f"{page}/sua", {"text": "Họp nhé.", "no_file": "1"})
    assert "kế hoạch.csv" not in oanh.words
    kept = await row(desk)
    assert (kept.texts, kept.file_id) == ({"vi": "Họp nhé."}, None)
    await oanh.opens(f"{page}/tep")
    assert oanh.status == 404


async def test_a_form_without_its_token_from_elsewhere_or_torn_keeps_nothing(desk: House, oanh: Browser) -> None:
    await sends(oanh, FORM, {"text": "Họp.", "form_token": "0" * 64}, ("a.png", PNG))
    assert oanh.status == 403
    await oanh.opens(FORM)
    await sends(oanh, FORM, {"text": "Họp."}, ("a.png", PNG), Origin="https://elsewhere.example")
    assert oanh.status == 403
    await oanh.opens(FORM)
    torn = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\ntorn'
    headers = {"Origin": oanh.address, "Content-Type": "multipart/form-data; boundary=b"}
    async with oanh.session.post(oanh.address + FORM, data=torn, headers=headers) as answer:
        assert answer.status == 400
    stranger = desk.browser()
    async with stranger.session.post(stranger.address + FORM, data={"text": "Họp."}) as answer:
        assert answer.status == 401

    assert (await count(desk, broadcasts), await count(desk, files)) == (0, 0)


async def test_an_announcement_that_is_no_draft_any_more_cannot_be_changed(desk: House, oanh: Browser) -> None:
    await sends(oanh, FORM, {"text": "Họp."})
    page = oanh.path
    await oanh.opens(f"{page}/sua")
    async with desk.bot.database.writing() as connection:
        await connection.execute(update(broadcasts).values(state="sending"))

    await sends(oanh, f"{page}/sua", {"text": "Khác."})
    assert oanh.status == 404
    assert (await row(desk)).texts == {"vi": "Họp."}
