"""A unit's code: shown with a QR to print, it leads to the unit until it ends or is renewed; a tap confirms."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import segno
from PIL import Image

from bot.doors import Doors, set_doors
from bot.reports.poster import HEIGHT, WIDTH
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


@pytest.fixture(autouse=True)
def no_doors_left() -> Iterator[None]:
    yield
    set_doors(Doors())


def code_of(officer: FakePerson) -> str:
    """The code in the officer's newest message."""
    return officer.last.text.split(": ", 1)[1].split(".")[0]


def modules_of(picture: bytes, content: str) -> tuple[list[list[int]], list[list[int]]]:
    """What the picture's pixels hold where a QR of this content would be, and what such a QR holds."""
    wanted = [list(row) for row in segno.make_qr(content, error="m", boost_error=False).matrix]
    image = Image.open(BytesIO(picture)).convert("L")
    assert image.size == (WIDTH, HEIGHT)
    pixels = image.load()
    assert pixels is not None
    # The three finder patterns are the only things of pure black: the first dark pixel is the corner of one.
    black = [(x, y) for y in range(200, HEIGHT) for x in range(WIDTH) if pixels[x, y] == 0]
    left, top = min(x for x, _ in black), min(y for _, y in black)
    module = (max(x for x, _ in black) + 1 - left) // len(wanted)
    seen = [
        [
            int(pixels[left + column * module + module // 2, top + row * module + module // 2] < 128)  # type: ignore[operator]
            for column in range(len(wanted))
        ]
        for row in range(len(wanted))
    ]
    return seen, wanted


async def test_the_code_leads_to_the_unit_and_one_tap_confirms(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    await officer.says("mã QR")
    officer.hears("Mã của Phòng Một: ")
    officer.hears("đến hết ngày 20/02/2027")
    assert list(officer.last.files) == ["ma-qr-A.1.png"]
    code = code_of(officer)
    an, binh = units.bot.person("an"), units.bot.person("binh")

    await an.says(f"/donvi {code.lower().replace('-', ' ')}")
    await an.says("Hoa Ban")
    officer.hears("“Hoa Ban” xin vào Phòng Một (A.1).", buttons=["Xác nhận", "Từ chối"])
    await officer.taps("Xác nhận")
    an.hears("đã được xác nhận vào Phòng Một")

    await binh.says("/start", start=code.replace("-", ""))
    await binh.taps("Đồng ý")
    await binh.taps("Tiếp tục")
    await binh.taps("Người dân")
    await binh.taps("Bỏ qua")
    binh.hears("Để vào Phòng Một")


async def test_showing_the_code_again_shows_the_same_one(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    await officer.says("/maqr")
    first = code_of(officer)

    await officer.says("/maqr")

    assert code_of(officer) == first


@pytest.mark.parametrize("how", ["renewed", "switched off", "expired"])
async def test_an_old_poster_stops_working(units: Organisation, how: str) -> None:
    officer = await units.officer("oanh", "A.1")
    await officer.says("/maqr đến 30/11")
    officer.hears("đến hết ngày 30/11/2026")
    code, an, moment = code_of(officer), units.bot.person("an"), NOON
    if how == "renewed":
        await officer.taps("Mã mới (mã cũ hết hiệu lực)")
        assert code_of(officer) != code
    elif how == "switched off":
        await officer.taps("Ngừng dùng mã")
        officer.hears("áp phích cũ không còn dùng được")
    else:
        moment = NOON + timedelta(days=9)

    await an.says(f"/donvi {code}", at=moment)

    an.hears("Mã này đã hết hiệu lực")


async def test_an_end_can_be_set_and_taken_away(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    await officer.says("/maqr")

    await officer.taps("Không hạn")
    officer.hears("Mã không có hạn")
    await officer.taps("Chỉ trong 30 ngày")

    officer.hears("đến hết ngày 22/12/2026")


@pytest.mark.parametrize(
    ("doors", "content"),
    [
        (Doors("https://hoc.example.vn", "banhoc_bot"), "https://hoc.example.vn/?start={plain}"),
        (Doors("http://127.0.0.1:8080", "banhoc_bot"), "https://t.me/banhoc_bot?start={plain}"),
        (Doors("http://10.20.30.40:8080"), "http://10.20.30.40:8080/?start={plain}"),
        (Doors(), "/donvi {shown}"),
    ],
)
async def test_the_picture_holds_a_qr_that_says_how_to_join(units: Organisation, doors: Doors, content: str) -> None:
    set_doors(doors)
    officer = await units.officer("oanh", "A.1")

    await officer.says("/maqr")

    shown = code_of(officer)
    (picture,) = officer.last.files.values()
    seen, wanted = modules_of(picture, content.format(plain=shown.replace("-", ""), shown=shown))
    assert seen == wanted


async def test_a_poster_below_a_military_root_is_not_named_after_the_unit(units: Organisation) -> None:
    officer = await units.officer("oanh", "M.1")

    await officer.says("/maqr")

    assert list(officer.last.files) == ["ma-qr.png"]


async def test_only_whoever_may_confirm_there_gets_a_code_and_the_buttons_check_again(units: Organisation) -> None:
    above, other = await units.officer("oanh", "A"), await units.officer("binh", "A.2")
    an = units.bot.person("an")
    await above.says("/maqr A.1")
    code = code_of(above)
    renew = above.last.buttons["Mã mới (mã cũ hết hiệu lực)"]

    await other.says("/maqr A.1")
    other.hears("chỉ dành cho cán bộ tổng hợp của đơn vị đó")
    await other.taps_payload(renew)
    other.hears("chỉ dành cho cán bộ tổng hợp của đơn vị đó")
    await an.says("/maqr")
    an.hears("Phần này dành cho cán bộ tổng hợp")
    await above.says("/maqr A.1")

    assert code_of(above) == code


async def test_guessing_codes_ends_for_the_day(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    await officer.says("/maqr")
    code, an = code_of(officer), units.bot.person("an")
    for number in range(20):
        await an.says(f"/donvi ABCD-EFG{'ABCDEFGHJKMNPQRSTUVW'[number]}")
        an.hears("Không có đơn vị nào")

    await an.says(f"/donvi {code}")
    an.hears("quá nhiều mã sai")
    await an.says(f"/donvi {code}", at=NOON + timedelta(days=1))

    an.hears("Để vào Phòng Một")
