"""The chart as picture: readable Vietnamese words, our own fonts, and nothing that the chat would not tell."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFont

from bot.i18n import Reader
from bot.language.periods import year
from bot.reports import chart
from bot.reports.chart import HEIGHT, MARGIN, WIDTH, months_chart, units_chart
from bot.reports.unit_data import months_of
from bot.reports.unit_months import MonthFigures
from bot.study import AREA_NAMES
from tests.chat import NOON
from tests.reports.sample import areas as as_parts
from tests.reports.sample import branch, figures, summary

VIETNAMESE = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
READER = Reader("vi")
FONTS = Path(chart.__file__).parent / "fonts"


def months(*minutes: int, hidden: int = -1) -> tuple[MonthFigures, ...]:
    periods = months_of(year(2026), NOON.date())[: len(minutes)]
    return tuple(
        MonthFigures(one, figures((branch(1, minutes=each),)), number == hidden)
        for number, (one, each) in enumerate(zip(periods, minutes, strict=True))
    )


def picture(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image.convert("RGB")


@pytest.mark.parametrize("name", ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"])
def test_every_vietnamese_letter_has_a_glyph_of_its_own_in_the_fonts_of_the_project(name: str) -> None:
    font = ImageFont.truetype(FONTS / name, 40, layout_engine=ImageFont.Layout.BASIC)
    drawn = {letter: bytes(font.getmask(letter)) for letter in VIETNAMESE + VIETNAMESE.upper() + "·…−“”"}
    missing = bytes(font.getmask("\uffff"))

    assert missing not in drawn.values()
    assert len(set(drawn.values())) == len(drawn)


def test_the_fonts_come_with_their_licence() -> None:
    text = (FONTS / "LICENSE.txt").read_text(encoding="utf-8")

    assert "Bitstream Vera Fonts Copyright" in text
    assert "Arev Fonts Copyright" in text


def test_the_picture_is_as_large_as_a_phone_shows_it_and_small_to_send() -> None:
    content = months_chart(summary(), months(600, 900, 1200), AREA_NAMES, READER)

    assert picture(content).size == (WIDTH, HEIGHT) == (1080, 1350)
    assert len(content) < 200_000


def test_nothing_is_drawn_into_the_margins_however_long_names_are() -> None:
    long = "Trung tâm nghiên cứu và ứng dụng khoa học công nghệ Khí tượng Thủy văn và Biến đổi khí hậu " * 2
    shown = summary(*(branch(number, f"{long} {number}", minutes=60 * 123_456) for number in range(9)))

    image = picture(units_chart(replace(shown, unit=replace(shown.unit, name=long)), AREA_NAMES, READER))

    for box in ((0, 0, MARGIN - 2, HEIGHT), (WIDTH - MARGIN + 4, 0, WIDTH, HEIGHT)):
        assert ink(image.crop(box)) == 0


def test_a_longer_month_has_a_taller_bar() -> None:
    one = picture(months_chart(summary(), months(600, 6000), AREA_NAMES, READER))
    other = picture(months_chart(summary(), months(6000, 600), AREA_NAMES, READER))

    left = (MARGIN, 330, WIDTH // 2, 640)
    assert ink(other.crop(left)) > 3 * ink(one.crop(left))


def ink(image: Image.Image) -> int:
    counted = image.getcolors(image.width * image.height) or []
    return sum(count for count, colour in counted if colour != (255, 255, 255))


def test_a_hidden_month_looks_the_same_whatever_was_studied_in_it() -> None:
    pictures = {
        months_chart(summary(), months(600, minutes, 900, hidden=1), AREA_NAMES, READER) for minutes in (60, 60_000)
    }

    assert len(pictures) == 1


def test_a_hidden_unit_looks_the_same_whatever_was_studied_in_it() -> None:
    def drawn(minutes: int) -> bytes:
        below = (branch(1, minutes=minutes), branch(2), branch(3))
        whole = figures((branch(1), branch(2), branch(3)))
        shown = replace(summary(), figures=replace(whole, branches=below), hidden_branches=frozenset({101, 102}))
        return units_chart(shown, AREA_NAMES, READER)

    assert drawn(60) == drawn(60_000)


def test_of_many_units_the_hidden_ones_are_neither_named_nor_added_to_the_rest() -> None:
    def drawn(minutes: int) -> bytes:
        below = (*(branch(number) for number in range(1, 30)), branch(30, minutes=minutes), branch(31, minutes=minutes))
        whole = figures(tuple(branch(number) for number in range(1, 32)))
        shown = replace(summary(), figures=replace(whole, branches=below), hidden_branches=frozenset({130, 131}))
        return units_chart(shown, AREA_NAMES, READER)

    assert drawn(60) == drawn(60_000)


def test_a_hidden_summary_tells_no_area() -> None:
    def drawn(areas: dict[str, int]) -> bytes:
        shown = summary(hidden=True)
        return units_chart(replace(shown, figures=replace(shown.figures, by_area=as_parts(areas))), AREA_NAMES, READER)

    assert drawn({"digital": 5}) == drawn({"law": 500, "politics": 3})


def test_head_counts_of_a_military_unit_leave_no_trace_in_the_picture() -> None:
    pictures = {
        units_chart(summary(branch(1, members=members, active=members), military=True), AREA_NAMES, READER)
        for members in (8, 800)
    }

    assert len(pictures) == 1


def test_a_unit_without_entries_and_without_units_below_still_has_a_picture() -> None:
    empty = replace(summary(), figures=figures(()))

    for content in (units_chart(empty, AREA_NAMES, READER), months_chart(empty, (), AREA_NAMES, READER)):
        assert picture(content).size == (WIDTH, HEIGHT)


def test_an_english_reader_sees_other_words() -> None:
    assert units_chart(summary(), AREA_NAMES, Reader("en")) != units_chart(summary(), AREA_NAMES, READER)
