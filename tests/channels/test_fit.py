"""A reply is cut, shortened and numbered to what a channel can do, and nothing of it is lost."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Abilities
from bot.channels.fit import CONTINUED, choose, fit, length, shorten, split
from bot.i18n import Reader
from bot.message import FileRef, Tap
from tests.telegram_emulator.inbox import stored_file

WORDS = st.lists(
    st.sampled_from(
        [
            "học",
            "tiếng Anh",
            "2 giờ",
            "e\u0302\u0301",
            "😀",
            "👩\u200d👩\u200d👧",
            "👍🏽",
            "🇻🇳",
            "\n",
            "\n\n",
            "Xong. ",
            "x" * 30,
            " ",
        ]
    ),
    max_size=60,
).map(" ".join)


def abilities(**given: object) -> Abilities:
    """Telegram-like abilities with a few of them changed."""
    usual = {"text_limit": 40, "buttons": True, "button_limit": 3, "label_limit": 10}
    usual |= {"edits": True, "files": True, "file_limit": 1000}
    return Abilities(**{**usual, **given})  # type: ignore[arg-type]


def solid(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


@given(WORDS, st.integers(min_value=20, max_value=60))
def test_no_word_is_lost_and_every_piece_is_within_the_limit(text: str, limit: int) -> None:
    pieces = split(text, limit)

    assert solid("".join(pieces)) == solid(text)
    assert all(0 < length(piece) <= limit and piece == piece.strip() for piece in pieces)


@given(st.text(max_size=300), st.integers(min_value=2, max_value=50))
def test_any_text_at_all_is_cut_without_loss(text: str, limit: int) -> None:
    pieces = split(text, limit)

    assert solid("".join(pieces)) == solid(text)
    assert all(0 < length(piece) <= limit for piece in pieces)


@given(WORDS.map(solid), st.integers(min_value=20, max_value=60))
def test_no_letter_is_torn_from_its_marks_nor_an_emoji_in_two(text: str, limit: int) -> None:
    pieces = split(text, limit)

    for before, after in pairwise(pieces):
        assert not unicodedata.category(after[0]).startswith("M")
        assert "\u200d" not in (before[-1], after[0])
        assert after[0] != "🏽"
        assert (before[-1], after[0]) != ("🇻", "🇳")


def test_a_long_text_is_cut_at_a_paragraph_before_a_line_before_a_sentence_before_a_word() -> None:
    assert split("a" * 15 + "\nbb\n\n" + "c" * 15, 30) == ["a" * 15 + "\nbb", "c" * 15]
    assert split("a" * 15 + ". bb\n" + "c" * 15, 30) == ["a" * 15 + ". bb", "c" * 15]
    assert split("a" * 15 + ". bb " + "c" * 15, 30) == ["a" * 15 + ".", "bb " + "c" * 15]
    assert split("a" * 15 + " bb " + "c" * 15, 30) == ["a" * 15 + " bb", "c" * 15]
    assert split("a" * 45, 30) == ["a" * 30, "a" * 15]


def test_lengths_are_utf16_units_so_that_telegram_takes_every_piece() -> None:
    pieces = split("😀" * 5000, 4096)

    assert [len(piece) for piece in pieces] == [2048, 2048, 904]
    assert all(len(piece.encode("utf-16-le")) // 2 <= 4096 for piece in pieces)


def test_fifty_thousand_characters_become_thirteen_messages_with_the_buttons_under_the_last() -> None:
    text = "học suốt đời " * 3847

    parts = fit(text, (Tap("Đồng ý", "yes"),), (), abilities(text_limit=4096))

    assert len(parts) == 13
    assert [len(part.buttons) for part in parts] == [0] * 12 + [1]
    assert solid("".join(part.text for part in parts)) == solid(text)


def test_more_buttons_than_fit_go_on_in_further_messages() -> None:
    buttons = [Tap(str(number), f"n|{number}") for number in range(7)]

    parts = fit("Chọn:", buttons, (), abilities())

    assert [part.text for part in parts] == ["Chọn:", CONTINUED, CONTINUED]
    assert [tap for part in parts for tap in part.buttons] == buttons


@given(st.text(max_size=40), st.integers(min_value=3, max_value=20))
def test_a_label_is_never_longer_than_the_limit(label: str, limit: int) -> None:
    assert length(shorten(label, limit)) <= limit


def test_a_long_label_ends_in_dots_and_keeps_its_payload() -> None:
    (part,) = fit("Chọn:", [Tap("Bồi dưỡng nghiệp vụ", "s|9")], (), abilities())

    assert part.buttons == (Tap("Bồi dưỡng…", "s|9"),)


def test_without_buttons_the_choices_are_numbered_under_the_text() -> None:
    parts = fit("Có đồng ý không?", [Tap("Đồng ý", "y"), Tap("Để sau", "n")], (), abilities(buttons=False))

    assert [part.text for part in parts] == ["Có đồng ý không?\n1. Đồng ý\n2. Để sau"]
    assert [tap.payload for tap in parts[-1].buttons] == ["y", "n"]


def test_each_file_has_its_own_message_and_the_first_goes_with_the_last_words() -> None:
    files = [stored_file("a.png", "image/png", b"1"), stored_file("b.xlsx", "application/x", b"2")]

    parts = fit("Báo cáo", [Tap("Hoàn tác", "u")], files, abilities())

    assert [(part.text, [file.name for file in part.files], len(part.buttons)) for part in parts] == [
        ("Báo cáo", ["a.png"], 0),
        ("", ["b.xlsx"], 1),
    ]


@pytest.mark.parametrize("able", [{"file_limit": 1_000_000}, {"files": False}])
def test_a_file_that_cannot_go_is_named_in_the_text(able: dict[str, object]) -> None:
    big = FileRef(7, "nhat-ky.xlsx", "application/x", 2_500_000, stored_file("", "", b"").read)

    parts = fit("Báo cáo", (), (big,), abilities(text_limit=200, **able), Reader("en"))

    assert len(parts) == 1
    assert parts[0].files == ()
    assert parts[0].text.startswith("Báo cáo\n\n")
    assert "nhat-ky.xlsx" in parts[0].text
    assert "2.5 MB" in parts[0].text


def test_nothing_to_say_makes_no_message_but_a_lone_button_does() -> None:
    assert fit(" \n ", (), (), abilities()) == []
    assert [part.text for part in fit("", [Tap("A", "a")], (), abilities())] == [CONTINUED]


@pytest.mark.parametrize(
    ("said", "payload"),
    [
        ("1", "y"), ("1.", "y"), ("số 1", "y"), ("so 2", "n"), ("chọn 2", "n"), ("2)", "n"),
        ("Đồng ý", "y"), ("dong y", "y"), ("ĐỒNG  Ý", "y"), ("de sau", "n"),
    ],
)  # fmt: skip
def test_a_typed_answer_chooses_by_number_or_label(said: str, payload: str) -> None:
    chosen = choose(said, [Tap("Đồng ý", "y"), Tap("Để sau", "n")])

    assert chosen is not None
    assert chosen.payload == payload


@pytest.mark.parametrize("said", ["", "0", "3", "đồng", "1 giờ", "hôm nay học 2 tiếng", "-1", "²"])
def test_other_words_choose_nothing(said: str) -> None:
    assert choose(said, [Tap("Đồng ý", "y"), Tap("Để sau", "n")]) is None


def test_a_label_that_is_a_number_wins_over_the_number_of_a_choice() -> None:
    chosen = choose("2", [Tap("2", "two"), Tap("1", "one")])

    assert chosen == Tap("2", "two")
