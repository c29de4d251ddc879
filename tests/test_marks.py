"""Bold and italics typed by hand: what counts as formatting, what stays as it was typed, and where styles stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Abilities
from bot.channels.fit import fit
from bot.marks import clipped, escaped, in_utf16, pieces, read_marks
from bot.message import BOLD, ITALIC, Style

SIGNS = st.text(alphabet="*_\\ ab.\nế😀\u0301", max_size=30)


def looks(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The words, and each stretch with its kind."""
    words, styles = read_marks(text)
    return words, [(words[one.start : one.start + one.length], one.kind) for one in styles]


@pytest.mark.parametrize(
    "text",
    [
        "5*6 = 30 và 6 * 7 = 42",
        "tệp ke_hoach_2026_v2.xlsx",
        "Họ và tên: ______ Ngày: __/__/2026",
        "* bắt buộc, ** tùy chọn",
        "(*) Ghi chú",
        "**rất** quan trọng, ***nữa***",
        "*mở mà không đóng",
        "đóng mà không mở*",
        "*sang\ndòng*",
        "xem https://vi.du/a_b/_c_/*d* nhé",
        "* * *",
        "a_b_ c _d_e",
        "e\u0301_mũ rời_",
        "_",
        "",
    ],
)
def test_ordinary_stars_and_underscores_stay_as_they_were_typed(text: str) -> None:
    assert read_marks(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "shown", "stretches"),
    [
        ("*đậm*", "đậm", [("đậm", BOLD)]),
        ("_nghiêng_", "nghiêng", [("nghiêng", ITALIC)]),
        ("*Họp gấp* lúc _8h_, mang sổ.", "Họp gấp lúc 8h, mang sổ.", [("Họp gấp", BOLD), ("8h", ITALIC)]),
        ("(*8h*)", "(8h)", [("8h", BOLD)]),
        ("*_cả hai_*", "cả hai", [("cả hai", BOLD), ("cả hai", ITALIC)]),
        ("_*8h* sáng_", "8h sáng", [("8h sáng", ITALIC), ("8h", BOLD)]),
        ("*a _b* c_", "a _b c_", [("a _b", BOLD)]),
        ("*a *b* c*", "*a b c*", [("b", BOLD)]),
        ("(*) xem *đậm*", "(*) xem đậm", [("đậm", BOLD)]),
        ("*xem https://vi.du/x_y*", "xem https://vi.du/x_y", [("xem https://vi.du/x_y", BOLD)]),
        (r"\*không đậm\*, \_không nghiêng_", "*không đậm*, _không nghiêng_", []),
        ("*2*\n_3_", "2\n3", [("2", BOLD), ("3", ITALIC)]),
        ("*<b>&amp;*", "<b>&amp;", [("<b>&amp;", BOLD)]),
    ],
)
def test_a_pair_around_words_is_formatting(text: str, shown: str, stretches: list[tuple[str, str]]) -> None:
    assert looks(text) == (shown, stretches)


@given(SIGNS)
def test_what_is_escaped_is_read_as_it_was(text: str) -> None:
    assert read_marks(escaped(text)) == (text, ())


@given(SIGNS)
def test_styles_lie_inside_the_words_and_never_cross_or_double(text: str) -> None:
    words, styles = read_marks(text)
    spans = [(one.start, one.start + one.length, one.kind) for one in styles]

    assert all(0 <= start < end <= len(words) and "\n" not in words[start:end] for start, end, _ in spans)
    for number, (_, end, kind) in enumerate(spans):
        for other_start, other_end, other_kind in spans[number + 1 :]:
            assert other_start >= end or (other_end <= end and kind != other_kind)
    assert "".join(part for part, _ in pieces(words, styles)) == words


@given(SIGNS)
def test_utf16_units_name_the_same_words(text: str) -> None:
    words, styles = read_marks(text)
    units = words.encode("utf-16-le")

    for style, there in zip(styles, in_utf16(words, styles), strict=True):
        cut = units[2 * there.start : 2 * (there.start + there.length)].decode("utf-16-le")
        assert cut == words[style.start : style.start + style.length]


def test_styles_stay_with_their_words_when_a_text_takes_several_messages() -> None:
    able = Abilities(20, buttons=False, button_limit=4, label_limit=20, edits=False, files=False, file_limit=0,
                     formats=True)  # fmt: skip
    words, styles = read_marks("\n\nMột hai ba bốn.\n\n*Năm sáu bảy tám chín mười.* Hết.")

    parts = fit(words, (), (), able, styles=styles)

    assert [[part.text[one.start : one.start + one.length] for one in part.styles] for part in parts] == [
        [], ["Năm sáu bảy tám chín"], ["mười."]
    ]  # fmt: skip
    assert all(part.styles == () for part in fit(words, (), (), replaced(able), styles=styles))


def replaced(able: Abilities) -> Abilities:
    """The same channel without bold and italics."""
    return Abilities(able.text_limit, able.buttons, able.button_limit, able.label_limit, able.edits, able.files,
                     able.file_limit)  # fmt: skip


def test_a_style_that_a_shortened_text_has_no_words_for_is_cut_off() -> None:
    assert clipped([Style(2, 10, BOLD), Style(20, 3, ITALIC)], 0, 5) == (Style(2, 3, BOLD),)
