"""An officer walks through the desk in Chromium, on a phone and on a wide screen, by day and by night, by keyboard."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.exports import XLSX
from tests.desk.conftest import House
from tests.desk.faults import faults_of
from tests.desk.test_requests_desk import asks
from tests.handlers.test_evidence_review import sends
from tests.handlers.test_roster import GOOD, book
from tests.web.conftest import browser as browser
from tests.web.house import picture

pytestmark = pytest.mark.browser

SIZES = [(390, 844), (1280, 800)]


@pytest.fixture
def engine_name() -> str:
    """What a browser sees is the same on both engines."""
    return "sqlite"


@pytest.fixture
async def filled(desk: House) -> House:
    units = desk.units
    await units.officer("oanh", "A")
    await units.members("A.1", [60, 90, 120, 30, 45, 0, 0])
    await units.members("A.2", [61, 62, 63, 64, 65, 66], area="law")
    await units.members("A.3", [200, 10])
    for name in ("an", "binh"):
        someone = desk.bot.person(name)
        await someone.says("/donvi A.1", at=desk.now)
        await someone.says(f"Sao Mai {name}", at=desk.now)
    await sends(units, "cuong", "A.1")
    return desk


async def window(browser: Browser, width: int, height: int, scheme: Any = "light") -> tuple[Page, list[str]]:
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        is_mobile=width < 600,
        has_touch=width < 600,
        color_scheme=scheme,
        locale="vi-VN",
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page, faults


async def admins_pages(desk: House, page: Page) -> AsyncIterator[str]:
    """Opens one after the other what only admins see; gives the name of each."""
    await asks(desk, "dung")
    await desk.units.admin("chi")
    await page.goto(desk.address + await desk.link("chi"))
    await page.get_by_role("button", name="Vào bàn làm việc").click()
    for path in ("/desk/tri-thuc", "/desk/tri-thuc/moi", "/desk/yeu-cau"):
        await page.goto(desk.address + path)
        yield path
    await page.get_by_role("link", name="Phản đối, hạn chế xử lý").click()
    yield "a request"


async def enters(desk: House, page: Page) -> None:
    await page.goto(desk.address + await desk.link("oanh"))
    await page.get_by_role("button", name="Vào bàn làm việc").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cục Mẫu (A)")


def places(desk: House) -> list[str]:
    a = desk.units.ids["A"]
    return [
        "/desk", f"/desk/tong-hop/{a}?ky=2026-10", f"/desk/tong-hop/{a}?ky=hon", "/desk/thanh-vien", "/desk/nope",
        "/desk/tong-hop", "/desk/hoi-dap", "/desk/tri-thuc", "/desk/tri-thuc/moi",
        "/desk/kiem-soat", "/desk/kiem-soat?tu=hon&viec=members.read",
        f"/desk/nop/{a}?ky=2026-10", f"/desk/hoan-thanh/{a}?ky=2026-10", f"/desk/hoan-thanh/{a}?ky=hon",
        f"/desk/han-nop/{a}", f"/desk/han-nop/{desk.units.ids['A.1']}", "/desk/han-nop?donvi=hon",
        "/desk/minh-chung", "/desk/minh-chung?da=approve",
        "/desk/danh-sach", "/desk/danh-sach?xong=nhap&moi=3&doi=0&giu=0&tep=1&luc=1",
    ]  # fmt: skip


async def previews_a_roster(page: Page, desk: House) -> None:
    """Choose a file with faults on the members' page, by its label, and look at the dry run."""
    await page.goto(desk.address + "/desk/thanh-vien")
    file = {"name": "danh-sach.xlsx", "mimeType": XLSX, "buffer": book([*GOOD, ("", "A.1", "", "")])}
    await page.get_by_label("Tệp danh sách").set_input_files([file])  # type: ignore[list-item]
    await page.get_by_role("button", name="Xem trước thay đổi").click()
    await expect(page.get_by_role("heading", name="danh-sach.xlsx")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_an_officer_walks_through_the_desk(filled: House, browser: Browser, width: int, height: int) -> None:
    page, faults = await window(browser, width, height)
    await enters(filled, page)

    await page.get_by_role("link", name="Tổng hợp Phòng Hai (A.2)").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Phòng Hai (A.2)")
    await page.get_by_role("link", name="‹ tháng 10/2026").click()
    await expect(page.get_by_role("table", name="Theo lĩnh vực").get_by_role("row")).to_have_count(2)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Bảng Excel").click()
    assert (await download.value).suggested_filename == "tong-hop-A.2-2026-10.xlsx"
    await page.get_by_role("navigation", name="Đường lên").get_by_role("link", name="Cục Mẫu (A)").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cục Mẫu (A)")

    await page.get_by_role("link", name="Thành viên", exact=True).click()
    await page.get_by_role("checkbox", name="Sao Mai an, Phòng Một (A.1)").check()
    await page.get_by_role("button", name="Xác nhận người đã chọn").click()
    await expect(page.get_by_role("status")).to_have_text("Đã xác nhận 1 người.")
    await page.get_by_role("button", name="Đăng xuất", exact=True).click()
    await page.goto(filled.address + "/desk")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Chưa đăng nhập")

    assert [fault for fault in faults if "401" not in fault] == []


@pytest.mark.parametrize(("width", "height", "scheme"), [*((*size, "light") for size in SIZES), (*SIZES[0], "dark")])
async def test_no_page_has_a_serious_fault(
    filled: House, browser: Browser, width: int, height: int, scheme: Any
) -> None:
    page, _ = await window(browser, width, height, scheme)
    await page.goto(filled.address + await filled.link("oanh"))
    found = {"door": await faults_of(page)}
    await page.get_by_role("button", name="Vào bàn làm việc").click()

    for place in places(filled):
        await page.goto(filled.address + place)
        found[place] = await faults_of(page)
        assert await page.evaluate("document.documentElement.scrollWidth") == width, place
    await page.goto(filled.address + "/desk/minh-chung")
    await page.locator(".tree a").first.click()
    found["evidence"] = await faults_of(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    await previews_a_roster(page, filled)
    found["roster"] = await faults_of(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    async for place in admins_pages(filled, page):
        found[place] = await faults_of(page)
        assert await page.evaluate("document.documentElement.scrollWidth") == width, place

    assert {place: faults for place, faults in found.items() if faults} == {}


async def test_all_is_reached_by_keyboard_and_the_focus_is_seen(filled: House, browser: Browser) -> None:
    page, _ = await window(browser, 1280, 800)
    await enters(filled, page)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Đến nội dung")).to_be_focused()
    await expect(page.get_by_role("link", name="Đến nội dung")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Tổng hợp", exact=True).last).to_be_focused()
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    await page.keyboard.press("Tab")
    await page.keyboard.type("phong hai")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", name="Kết quả tìm “phong hai”")).to_be_visible()


async def test_print_leaves_out_what_paper_cannot_do(filled: House, browser: Browser) -> None:
    page, _ = await window(browser, 1280, 800)
    await enters(filled, page)
    await page.goto(filled.address + places(filled)[1])

    await page.emulate_media(media="print", color_scheme="dark")

    for name in ("menu", "search", "downloads"):
        await expect(page.locator(f".{name}").first).to_be_hidden()
    await expect(page.get_by_role("table", name="Theo đơn vị")).to_be_visible()
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


async def test_an_announcement_is_written_mended_and_looked_at_on_a_phone(filled: House, browser: Browser) -> None:
    page, faults = await window(browser, 390, 844)
    await enters(filled, page)
    await page.get_by_role("link", name="Thông báo", exact=True).click()
    await page.get_by_label("Nội dung", exact=False).first.fill("*Họp gấp* lúc _8h_, mang sổ tay.")
    await page.get_by_label("Ảnh hoặc tệp").set_input_files(
        {"name": "sơ đồ.png", "mimeType": "image/png", "buffer": picture()}
    )
    await page.get_by_label("Giờ gửi").fill("hôm qua")
    await page.get_by_role("button", name="Xem trước").click()

    await expect(page.get_by_role("alert")).to_contain_text("Chưa lưu được.")
    await expect(page.get_by_label("Giờ gửi")).to_be_focused()
    await expect(page.get_by_label("Giờ gửi")).to_have_value("hôm qua")
    found = {"form": await faults_of(page)}
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await page.get_by_label("Giờ gửi").fill("8h 2/12/2026")
    await page.get_by_label("Hạn hiệu lực").fill("31/12/2026")
    await page.get_by_label("Ảnh hoặc tệp").set_input_files(
        {"name": "sơ đồ.png", "mimeType": "image/png", "buffer": picture()}
    )
    await page.get_by_role("button", name="Xem trước").click()

    image = page.get_by_role("img", name="Ảnh hoặc tệp: sơ đồ.png")
    await expect(image).to_have_js_property("naturalWidth", 640)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    found["preview"] = await faults_of(page)
    await page.get_by_role("link", name="Sửa").click()
    await expect(page.get_by_label("Giờ gửi")).to_have_value("08:00 02/12/2026")
    found["change"] = await faults_of(page)
    await page.get_by_label("Bỏ tệp sơ đồ.png").check()
    await page.get_by_role("button", name="Xem trước").click()
    await expect(page.get_by_role("img", name="sơ đồ.png")).to_have_count(0)
    await page.get_by_role("button", name="Gửi lúc 08:00 02/12/2026").click()
    await expect(page.locator(".said b")).to_have_text(["Họp gấp"])
    found["planned"] = await faults_of(page)
    await page.get_by_role("link", name="Thông báo", exact=True).click()
    found["list"] = await faults_of(page)

    assert {place: wrong for place, wrong in found.items() if wrong} == {}
    assert [fault for fault in faults if "400" not in fault] == []
