"""Requests about personal data at the desk: admins alone see them with the law's days and answer them, each once."""

from sqlalchemy import select

from storage.audit import audit
from storage.changes import Changes
from storage.commits import Commit
from storage.data_requests import data_requests
from storage.tables import persons
from tests.chat import FakePerson
from tests.desk.browser import Browser
from tests.desk.conftest import House
from tests.desk.test_broadcasts import fills
from tests.desk.test_members import promised
from tests.handlers.test_data_requests import WORDS

LIST = "/desk/yeu-cau"


async def asks(desk: House, name: str, kind: str = "Phản đối, hạn chế xử lý", words: str = WORDS) -> FakePerson:
    person = desk.bot.person(name)
    await person.says("/yeucau", at=desk.now)
    await person.taps(kind, at=desk.now)
    await person.says(words, at=desk.now)
    return person


async def ids(desk: House) -> list[int]:
    rows = await desk.bot.database.all(select(data_requests.c.id).order_by(data_requests.c.id))
    return [row.id for row in rows]


async def states(desk: House) -> list[str]:
    rows = await desk.bot.database.all(select(data_requests.c.state).order_by(data_requests.c.id))
    return [row.state for row in rows]


async def chi(desk: House) -> Browser:
    await desk.units.admin("chi")
    return await desk.enters("chi")


async def test_an_admin_sees_the_days_tells_that_it_is_received_and_settles_it(desk: House) -> None:
    await asks(desk, "an")
    await asks(desk, "binh", "Xem, nhận dữ liệu", "Xin bản sao dữ liệu của tôi.")
    admin = await chi(desk)
    first, second = await ids(desk)

    await admin.opens(LIST)
    links = admin.page.xpath("//table[@id='open']//a/@href")
    assert links == [f"{LIST}/{first}", f"{LIST}/{second}"], "the first answer is due on the same day: by age"
    assert admin.row("open", "Phản đối, hạn chế xử lý") == ["22/11/2026", "24/11/2026", "07/12/2026", "đang mở"]
    await admin.opens(f"{LIST}/{first}")
    assert WORDS in admin.words
    page = admin.text
    await admin.presses("Báo đã tiếp nhận")
    assert admin.row("open", "Phản đối, hạn chế xử lý")[1] == "đã phản hồi"
    links = admin.page.xpath("//table[@id='open']//a/@href")
    assert links == [f"{LIST}/{second}", f"{LIST}/{first}"]
    admin.text = page
    await admin.presses("Báo đã tiếp nhận")
    assert admin.status == 400

    await fills(admin, f"{LIST}/{first}", {"what": "settle", "answer": "abc"})
    assert (admin.status, await states(desk)) == (400, ["open", "open"])
    assert admin.page.get_element_by_id("answer").text == "abc"
    await fills(admin, f"{LIST}/{first}", {"what": "settle", "answer": "Đã bỏ tên khỏi mọi bảng."})
    assert "Đã giải quyết yêu cầu" in admin.words
    await admin.opens(f"{LIST}/{second}")
    await fills(admin, f"{LIST}/{second}", {"what": "refuse", "answer": "Xin dùng lệnh /dulieu."})
    assert await states(desk) == ["done", "refused"]
    assert [text for text in await promised(desk, "an") if "Đã bỏ tên khỏi mọi bảng." in text]
    assert [text for text in await promised(desk, "binh") if "Xin dùng lệnh /dulieu." in text]
    for what in ("settle", "refuse", "received"):
        await fills(admin, f"{LIST}/{first}", {"what": what, "answer": "Lần nữa đây."})
        assert admin.status == 400
    await admin.opens(f"{LIST}/{first}")
    assert "Đã bỏ tên khỏi mọi bảng." in admin.words
    assert not admin.page.xpath("//main//form")
    what = [row.what for row in await desk.bot.database.all(select(audit.c.what).order_by(audit.c.seq))]
    changed = [one for one in what if one.startswith("request.") and one != "request.read"]
    assert changed == ["request.received", "request.done", "request.refused"]
    assert "request.read" in what


async def test_an_overdue_request_says_so_and_one_who_goes_is_shown_no_more(desk: House) -> None:
    await asks(desk, "an")
    (id,) = await ids(desk)
    desk.later(days=3)
    admin = await chi(desk)

    await admin.opens(LIST)
    assert admin.row("open", "Phản đối, hạn chế xử lý")[3] == "quá hạn từ 24/11/2026"
    changes = Changes()
    whose = select(data_requests.c.person_id).scalar_subquery()
    changes.run(persons.update().where(persons.c.id == whose).values(erase_at=desk.now))
    await desk.bot.committer.commit(Commit(changes))
    await admin.opens(LIST)
    assert "Không có yêu cầu nào" in admin.words
    await admin.opens(f"{LIST}/{id}")
    assert admin.status == 404


async def test_for_everybody_but_admins_there_is_no_such_page_also_for_forged_forms(desk: House) -> None:
    await asks(desk, "an")
    await desk.units.officer("oanh", "A")
    oanh = await desk.enters("oanh")
    (id,) = await ids(desk)

    for path in (LIST, f"{LIST}/{id}", f"{LIST}/x"):
        await oanh.opens(path)
        assert oanh.status == 404
        assert WORDS not in oanh.words
    for what in ("received", "settle", "refuse"):
        await oanh.opens("/desk")
        await fills(oanh, f"{LIST}/{id}", {"what": what, "answer": "Đã giải quyết xong."})
        assert oanh.status == 404
    assert await states(desk) == ["open"]

    admin = await chi(desk)
    for said in ("0", "x", str(2**63)):
        await admin.opens("/desk")
        await fills(admin, f"{LIST}/{said}", {"what": "settle", "answer": "Đã giải quyết xong."})
        assert admin.status == 404
    await admin.opens(LIST)
    await admin.sends(f"{LIST}/{id}", [("form_token", "forged"), ("what", "settle"), ("answer", "Đã giải quyết.")])
    assert (admin.status, await states(desk)) == (403, ["open"])
