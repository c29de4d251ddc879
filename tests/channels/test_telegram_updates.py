"""From an Update to a Message: times, languages, addresses and who is not heard."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot import clock
from bot.channels.telegram_updates import Me, Place, Presence, plain, read
from bot.message import Message

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ME = Me(99, "banhoc_bot")
AN = {"id": 42, "is_bot": False, "first_name": "An", "language_code": "vi"}


def message(**fields: Any) -> Message | None:
    """The Message of an update whose private message has these fields."""
    said = {"message_id": 1, "date": int(NOW.timestamp()), "chat": {"id": 42, "type": "private"}, "from": AN}
    update = Update.de_json({"update_id": 7, "message": {**said, **fields}}, None)
    with clock.standing_at(NOW):
        heard = read(update, ME)
    assert not isinstance(heard, Presence)
    return heard


def heard(**fields: Any) -> Message:
    """The same, where something must be heard."""
    found = message(**fields)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("away", "counts_as_now"),
    [
        (timedelta(0), False),
        (timedelta(hours=-47), False),
        (timedelta(days=-3), True),
        (timedelta(hours=1), True),
    ],
)
def test_a_message_keeps_its_time_unless_that_cannot_be_right(away: timedelta, counts_as_now: bool) -> None:
    found = heard(text="x", date=int((NOW + away).timestamp()))

    assert found.at == (NOW if counts_as_now else NOW + away)
    assert found.at.tzinfo is not None


@pytest.mark.parametrize(
    ("code", "language"), [("vi", "vi"), ("en", "en"), ("en-GB", "en"), ("VI", "vi"), ("fr", ""), (None, "")]
)
def test_the_phones_language_is_suggested_only_when_we_speak_it(code: str | None, language: str) -> None:
    assert heard(text="x", **{"from": {**AN, "language_code": code}}).language == language


@pytest.mark.parametrize(
    ("said", "text", "start"),
    [
        ("/start", "/start", ""),
        ("/start A1_3", "/start", "A1_3"),
        ("/start@BanHoc_Bot A1", "/start", "A1"),
        ("/help@banhoc_bot", "/help", ""),
        ("/starts x", "/starts x", ""),
        ("  hôm nay học 2 tiếng ", "hôm nay học 2 tiếng", ""),
    ],
)
def test_commands_lose_the_bots_name_and_start_gives_its_code(said: str, text: str, start: str) -> None:
    found = heard(text=said)

    assert (found.text, found.start) == (text, start)
    assert (found.id, found.address) == ("u7", "42")


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x", "from": {**AN, "is_bot": True}},
        {"text": "x", "from": None},
        {"text": "x", "chat": {"id": -5, "type": "channel", "title": "T"}},
        {"new_chat_members": [AN]},
        {"group_chat_created": True},
    ],
)
def test_bots_channels_and_service_notices_are_not_heard(fields: dict[str, Any]) -> None:
    assert message(**fields) is None


def test_of_a_photos_sizes_the_largest_that_may_be_taken_is_chosen() -> None:
    sizes = [
        {"file_id": str(width), "file_unique_id": str(width), "width": width, "height": width, "file_size": size}
        for width, size in [(90, 1_000), (800, 90_000), (9000, 6_000_000)]
    ]

    (photo,) = heard(photo=sizes, caption="chứng chỉ").files

    assert (photo.name, photo.size, photo.kind, photo.media_type) == ("photo-800.jpg", 90_000, "photo", "image/jpeg")


def test_an_animation_is_no_document() -> None:
    file = {"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1, "duration": 1}

    found = heard(animation=file, document={"file_id": "a", "file_unique_id": "a"})

    assert (found.text, found.files) == ("", ())


def test_a_tap_on_a_message_too_old_to_show_still_names_it() -> None:
    shown = {"message_id": 3, "date": 0, "chat": {"id": 42, "type": "private"}}
    query = {"id": "q", "from": AN, "chat_instance": "1", "data": "undo|5", "message": shown}

    with clock.standing_at(NOW):
        found = read(Update.de_json({"update_id": 8, "callback_query": query}, None), ME)

    assert isinstance(found, Message)
    assert (found.tap, found.tapped, found.at) == ("undo|5", "3", NOW)


@given(
    st.integers(1, 2**52),
    st.one_of(st.none(), st.tuples(st.integers(-(2**52), -1), st.one_of(st.none(), st.integers(1, 9999)))),
)
def test_every_place_has_an_address_that_leads_back_to_it(user: int, group: tuple[int, int | None] | None) -> None:
    place = Place(user, group[0], group[1]) if group else Place(user, user)

    assert Place.of(place.address) == place
    assert place.address.partition("@")[0] == str(user)


@given(st.text(st.characters(codec=None, categories=None), max_size=60))
def test_what_comes_in_can_always_be_stored(text: str) -> None:
    stored = plain(text)

    assert "\x00" not in stored
    assert stored.encode().decode() == stored
