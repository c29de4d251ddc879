"""Deadlines at the desk: seen by whoever may see the unit, set by the root's officers, admins, excepted from above."""

from datetime import date, timedelta

from bot.reports.deadlines import deadline_of
from storage.audit import audit
from storage.changes import Changes
from storage.period_tables import period_settings
from storage.periods import Periods
from tests.desk.browser import Browser
from tests.desk.conftest import House
from tests.desk.test_broadcasts import fills
from tests.desk.test_members import promised
from tests.handlers.test_deadlines import period


def page(desk: House, code: str) -> str:
    return f"/desk/han-nop/{desk.units.ids[code]}"


async def due(desk: House, key: str, code: str = "A") -> date:
    settings = await Periods(desk.bot.database, Changes()).settings(desk.units.ids[code])
    return deadline_of(period(key), settings).due


async def sets(browser: Browser, path: str, scope: str, name: str, value: str = "") -> None:
    await browser.opens(path)
    await fills(browser, path, {"what": "set", "scope": scope, "name": name, "value": value})


async def excepts(browser: Browser, path: str, **said: str) -> None:
    fields = {"period": "2026-10", "kind": "deadline", "until": "2026-12-01", "reason": "đi diễn tập"}
    await browser.opens(path)
    await fills(browser, path, {"what": "except", **fields, **said})


async def test_the_roots_officer_sets_days_in_versions_and_takes_the_last_one_back(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    oanh = await desk.enters("oanh")
    await oanh.opens("/desk/han-nop")
    assert oanh.path == page(desk, "A")
    assert oanh.row("deadlines", "tháng 10/2026") == ["05/11/2026", "07/11/2026", "15/12/2026"]

    await sets(oanh, page(desk, "A"), "2026-Q4", "deadline", "15/12")
    assert "Đã đặt hạn." in oanh.words
    assert oanh.row("deadlines", "quý 4/2026")[0] == "15/12/2026"
    await sets(oanh, page(desk, "A"), "2026-Q4", "deadline", "20/12")
    undo, path = oanh.text, oanh.path
    assert await due(desk, "2026-Q4") == date(2026, 12, 20)
    await oanh.presses("Hoàn tác lần đặt này")
    assert await due(desk, "2026-Q4") == date(2026, 12, 15)
    oanh.text, oanh.path = undo, path
    await oanh.presses("Hoàn tác lần đặt này")
    assert (oanh.status, "chưa hoàn tác gì" in oanh.words) == (400, True)

    await sets(oanh, page(desk, "A"), "2026-Q4", "deadline", "15/12")
    assert "đã có từ trước" in oanh.words
    rows = await desk.bot.database.all(period_settings.select().order_by(period_settings.c.version))
    assert [(row.version, row.value) for row in rows] == [(1, "2026-12-15"), (2, "2026-12-20"), (3, "2026-12-15")]
    what = [row.what for row in await desk.bot.database.all(audit.select().order_by(audit.c.seq))]
    assert what.count("period.set") == 3


async def test_every_field_is_checked_as_in_the_chat_and_what_was_typed_stays(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    oanh = await desk.enters("oanh")
    path = page(desk, "A")
    for name, value in (("grace", "0"), ("lock", "60"), ("above", "9"), ("off", ""), ("on", ""), ("default", "")):
        await sets(oanh, path, "month", name, value)
        assert oanh.status == 200, oanh.words
    wrong = [("month", "deadline", "15/12"), ("2026-Q4", "deadline", "31/2"), ("month", "grace", "15/12"),
             ("*", "above", "-1"), ("month", "lock", "900"), ("month", "deadline", "")]  # fmt: skip
    for scope, name, value in wrong:
        await sets(oanh, path, scope, name, value)
        assert oanh.status == 400, (scope, name, value)
        assert oanh.page.xpath("//p[@role='alert']"), oanh.words
        assert oanh.page.xpath("//input[@id='value']/@value") == [value]
    for scope, name in (("2025-12", "deadline"), ("month", "owner"), ("2019-Q1", "deadline"), ("", "on")):
        await sets(oanh, path, scope, name, "5")
        assert oanh.status == 400
    assert await Periods(desk.bot.database, Changes()).settings(desk.units.ids["A"]) == {}


async def test_whoever_is_below_the_root_sees_its_days_and_sets_none_and_excepts_only_below(desk: House) -> None:
    await desk.units.officer("oanh", "A.1")
    await desk.units.officer("to", "A.1.1")
    oanh, to = await desk.enters("oanh"), await desk.enters("to")
    await oanh.opens(page(desk, "A.1"))
    assert "Hạn nộp báo cáo: Cục Mẫu (A)" in oanh.words
    assert not oanh.page.xpath("//section//select")

    await fills(oanh, page(desk, "A.1"), {"what": "set", "scope": "month", "name": "off", "value": ""})
    assert oanh.status == 400
    await excepts(oanh, page(desk, "A.1"))
    assert oanh.status == 400
    for code in ("A", "A.2", "M.1"):
        await oanh.opens(page(desk, "A.1"))
        await fills(oanh, page(desk, code), {"what": "set", "scope": "month", "name": "off", "value": ""})
        assert oanh.status == 404
    await oanh.opens(f"/desk/han-nop?donvi={'A.2'}")
    assert "Không có đơn vị mã A.2 trong phạm vi phụ trách" in oanh.words
    assert await Periods(desk.bot.database, Changes()).settings(desk.units.ids["A"]) == {}

    await excepts(oanh, page(desk, "A.1.1"))
    assert oanh.status == 200
    await excepts(oanh, page(desk, "A.1.1"))
    assert "đã có từ trước" in oanh.words
    (given,) = await Periods(desk.bot.database, Changes()).exceptions([desk.units.ids["A.1.1"]])
    assert (given.period_key, given.what, given.until, given.reason) == ("2026-10", "deadline", date(2026, 12, 1),
                                                                         "đi diễn tập")  # fmt: skip
    assert [text for text in await promised(desk, "to") if "Tổ Một (A.1.1)" in text and "đi diễn tập" in text]
    await to.opens(page(desk, "A.1.1"))
    assert "hạn nộp 01/12/2026" in to.words
    assert "Thu lại ngoại lệ" not in to.words
    await fills(to, page(desk, "A.1.1"), {"what": "end", "id": str(given.id)})
    assert to.status == 400

    await oanh.opens(page(desk, "A.1"))
    await oanh.presses("Thu lại ngoại lệ")
    assert "Đã thu lại ngoại lệ." in oanh.words
    assert await Periods(desk.bot.database, Changes()).exceptions([desk.units.ids["A.1.1"]]) == []
    what = [row.what for row in await desk.bot.database.all(audit.select().order_by(audit.c.seq))]
    assert [one for one in what if one.startswith("period.")] == ["period.exception", "period.exception_ended"]


async def test_an_admin_excepts_any_unit_and_bad_exceptions_are_refused_in_words(desk: House) -> None:
    await desk.units.admin("chi")
    chi = await desk.enters("chi")
    await chi.opens("/desk/han-nop?donvi=m.1")
    path = page(desk, "M.1")
    assert chi.path == path
    today = desk.now.date()
    for said in ({"until": ""}, {"until": str(today - timedelta(days=1))}, {"until": "2029-01-01"}, {"reason": "x"},
                 {"period": "2025-12"}, {"kind": "all"}):  # fmt: skip
        await excepts(chi, path, **said)
        assert chi.status == 400, said
    await excepts(chi, page(desk, "M"))
    assert chi.status == 400, "a root is excepted from nothing"

    await excepts(chi, path, kind="unlock", period="2026-09", reason="sửa số liệu")

    assert chi.status == 200
    (given,) = await Periods(desk.bot.database, Changes()).exceptions([desk.units.ids["M.1"]])
    assert (given.what, given.period_key) == ("unlock", "2026-09")
