"""Evidence at the desk: what waits in one's care, the file only ever saved, one decision, nothing of other trees."""

import pytest
from sqlalchemy import select

from storage.audit import audit
from storage.changes import Changes
from storage.commits import Commit
from storage.roles import SEND, VIEW
from storage.tables import evidence, files, persons
from tests.desk.conftest import House
from tests.desk.test_broadcasts import fills
from tests.desk.test_members import promised
from tests.desk.test_scope import rights_of
from tests.handlers.test_evidence import JPEG, PDF
from tests.handlers.test_evidence_review import sends

LIST = "/desk/minh-chung"


async def ids(desk: House) -> list[int]:
    return [row.id for row in await desk.bot.database.all(select(evidence.c.id).order_by(evidence.c.id))]


async def state(desk: House, id: int) -> tuple[str, str]:
    row = await desk.bot.database.first(select(evidence.c.state, evidence.c.reason).where(evidence.c.id == id))
    return row.state, row.reason


async def test_an_officer_looks_at_what_waits_approves_one_and_returns_one(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    await sends(desk.units, "an", "A.1")
    await sends(desk.units, "binh", "A.1.1", "hôm nay học 2 tiếng tin học")
    await sends(desk.units, "cuong", "M.1", "hôm nay học 3 tiếng tin học")
    oanh = await desk.enters("oanh")
    first, second, _ = await ids(desk)

    await oanh.opens(LIST)
    assert oanh.page.xpath("//ul[@class='tree']//a/@href") == [f"{LIST}/{first}", f"{LIST}/{second}"]
    assert "2 minh chứng chờ duyệt" in oanh.words
    await oanh.opens(f"{LIST}/{first}")
    assert oanh.page.xpath("//img[@class='picture']/@src") == [f"{LIST}/{first}/tep"]
    await oanh.opens(f"{LIST}/{first}/tep")
    assert (oanh.body, oanh.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert oanh.headers["Content-Disposition"].startswith('attachment; filename="')
    assert (oanh.headers["X-Content-Type-Options"], oanh.headers["Cache-Control"]) == ("nosniff", "no-store")

    await oanh.opens(f"{LIST}/{first}")
    page = oanh.text
    await oanh.presses("Duyệt")
    assert "Đã duyệt minh chứng" in oanh.words
    assert (await state(desk, first))[0] == "approved"
    oanh.text = page
    await oanh.presses("Duyệt")
    assert (oanh.status, len(oanh.page.xpath("//p[@role='alert']"))) == (400, 1)
    await oanh.opens(f"{LIST}/{second}")
    await fills(oanh, f"{LIST}/{second}", {"what": "return", "reason": "x"})
    assert (oanh.status, await state(desk, second)) == (400, ("pending", ""))
    await fills(oanh, f"{LIST}/{second}", {"what": "return", "reason": "Ảnh mờ, xin gửi lại"})
    assert "Đã trả lại minh chứng" in oanh.words
    assert await state(desk, second) == ("returned", "Ảnh mờ, xin gửi lại")

    assert [text for text in await promised(desk, "an") if "đã được duyệt" in text]
    assert [text for text in await promised(desk, "binh") if "Ảnh mờ, xin gửi lại" in text]
    await oanh.opens(LIST)
    assert not oanh.page.xpath("//ul[@class='tree']")
    what = [row.what for row in await desk.bot.database.all(select(audit.c.what))]
    assert {"evidence.read", "evidence.approved", "evidence.returned"} <= set(what)


async def test_evidence_of_other_trees_is_as_if_it_were_not_there_also_for_forged_forms(desk: House) -> None:
    await desk.units.officer("oanh", "A.2")
    await sends(desk.units, "an", "A.1")
    oanh = await desk.enters("oanh")
    (id,) = await ids(desk)
    seen = set()

    for said in (str(id), "4711", "x", str(2**63)):
        for end in ("", "/tep"):
            await oanh.opens(f"{LIST}/{said}{end}")
            seen.add((oanh.status, oanh.words))
        await oanh.opens("/desk")
        await fills(oanh, f"{LIST}/{said}", {"what": "approve"})
        seen.add((oanh.status, oanh.words))

    assert len(seen) == 1
    assert {status for status, _ in seen} == {404}
    assert (await state(desk, id))[0] == "pending"


@pytest.mark.parametrize("rights", [VIEW, f"{VIEW},{SEND}"])
async def test_whoever_may_not_confirm_sees_no_evidence(desk: House, rights: str) -> None:
    await desk.units.officer("oanh", "A")
    await sends(desk.units, "an", "A.1")
    await rights_of(desk, "oanh", rights)
    oanh = await desk.enters("oanh")
    (id,) = await ids(desk)

    for path in (LIST, f"{LIST}/{id}", f"{LIST}/{id}/tep"):
        await oanh.opens(path)
        assert oanh.status == 404


async def test_a_file_is_what_its_bytes_say_and_somebody_who_goes_is_shown_no_more(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    await sends(desk.units, "an", "A.1")
    oanh = await desk.enters("oanh")
    (id,) = await ids(desk)
    for content, name, kind in ((b"<script>alert(1)</script>", "x.jpg", "application/octet-stream"),
                                (PDF, 'a"\r\nb.exe', "application/pdf")):  # fmt: skip
        changes = Changes()
        changes.run(files.update().values(content=content, name=name, media_type="text/html"))
        await desk.bot.committer.commit(Commit(changes))
        await oanh.opens(f"{LIST}/{id}")
        assert not oanh.page.xpath("//img[@class='picture']")
        await oanh.opens(f"{LIST}/{id}/tep")
        assert (oanh.headers["Content-Type"], oanh.body) == (kind, content)
        assert oanh.headers["Content-Disposition"].startswith("attachment; ")

    changes = Changes()
    changes.run(persons.update().where(persons.c.id == select(evidence.c.person_id).scalar_subquery())
                .values(erase_at=desk.now))  # fmt: skip
    await desk.bot.committer.commit(Commit(changes))
    await oanh.opens(LIST)
    assert not oanh.page.xpath("//ul[@class='tree']")
    for path in (f"{LIST}/{id}", f"{LIST}/{id}/tep"):
        await oanh.opens(path)
        assert oanh.status == 404
