"""Updates of the Zalo Bot Platform: the documented and the live shapes, and what is malformed."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import clock
from bot.channels.zalo_bot_updates import Me, Place, key_of, read, unwrapped
from bot.errors import Rejected
from bot.message import MAX_FILE_BYTES, Message

ME = Me("b0b0", ("bot.banhoc", "Bot Bạn Học"))
AT = datetime.fromtimestamp(1_789_033_572.455, UTC)
SENDER = {"id": "a1b2", "display_name": "An", "is_bot": False}
PRIVATE = {"id": "a1b2", "chat_type": "PRIVATE"}
TEXT = {
    "event_name": "message.text.received",
    "message": {
        "message_id": "m1", "date": 1789033572455, "from": SENDER, "chat": PRIVATE, "text": "hi",
        "message_type": "CHAT_MESSAGE",
    },
}  # fmt: skip
IMAGE_IN_GROUP = {
    "event_name": "message.image.received",
    "message": {
        "message_id": "m2", "date": 1789033572455, "from": SENDER, "chat": {"id": "g9", "chat_type": "GROUP"},
        "photo_url": "https://p.example/x.jpg", "caption": "@Bot Bạn Học giai đoạn 2 là gì",
        "message_type": "CHAT_PHOTO",
    },
}  # fmt: skip
VOICE = {
    "event_name": "message.voice.received",
    "message": {
        "message_id": "m3", "date": 1789033572455, "from": {"id": "a1b2", "display_name": "An"}, "chat": PRIVATE,
        "voice_url": "https://p.example/x.aac", "message_type": "CHAT_VOICE",
    },
}  # fmt: skip
STICKER = {
    "event_name": "message.sticker.received",
    "message": {
        "message_id": "m4", "date": 1789033572455, "from": {"id": "a1b2"}, "chat": PRIVATE, "sticker": "id",
        "url": "https://p.example/s.png",
    },
}  # fmt: skip
UNSUPPORTED = {
    "event_name": "message.unsupported.received",
    "message": {"message_id": "m5", "date": 1789033572455, "from": SENDER, "chat": PRIVATE},
}
IMAGE = {
    "event_name": "message.image.received",
    "message": {**IMAGE_IN_GROUP["message"], "chat": PRIVATE, "caption": "chứng nhận"},  # type: ignore[dict-item]
}
SAMPLES = [TEXT, IMAGE, VOICE, STICKER, UNSUPPORTED]


async def fetch(url: str, limit: int) -> bytes:
    return f"{url} {limit}".encode()


def heard(update: dict[str, Any]) -> Message | None:
    with clock.standing_at(datetime(2026, 9, 10, 10, 0, tzinfo=UTC)):
        return read(update, ME, fetch)


def changed(update: dict[str, Any], **fields: Any) -> dict[str, Any]:
    other = copy.deepcopy(update)
    other["message"].update(fields)
    return other


def test_a_text() -> None:
    message = heard(TEXT)

    assert message == Message("zalo_bot", "a1b2", "m1", AT, text="hi")


@pytest.mark.parametrize("field", ["photo", "photo_url"])
async def test_a_picture_whichever_field_names_it(field: str) -> None:
    update = changed(IMAGE, caption="chứng nhận")
    update["message"][field] = update["message"].pop("photo_url")

    message = heard(update)

    assert message and message.text == "chứng nhận"
    (file,) = message.files
    assert (file.kind, file.media_type, file.name) == ("photo", "image/jpeg", "photo-m2.jpg")
    assert await file.read() == f"https://p.example/x.jpg {MAX_FILE_BYTES}".encode()


@pytest.mark.parametrize("update", [VOICE, STICKER, UNSUPPORTED], ids=lambda update: update["event_name"])
def test_what_cannot_be_read_is_answered_in_a_private_chat_and_not_in_a_group(update: dict[str, Any]) -> None:
    in_group = changed(update, chat={"id": "g9", "chat_type": "GROUP"})

    message = heard(update)

    assert message and (message.text, message.files) == ("", ())
    assert heard(in_group) is None


def test_a_group_is_an_account_of_its_own_and_the_bots_name_is_taken_out() -> None:
    message = heard(IMAGE_IN_GROUP)

    assert message and message.group
    assert (message.address, message.text, message.files) == ("a1b2@g9", "giai đoạn 2 là gì", ())
    assert Place.of(message.address).chat == "g9"


@pytest.mark.parametrize("sender", [{"id": "b0b0"}, {"id": "c3", "is_bot": True}])
def test_the_bots_own_words_and_other_bots_are_not_heard(sender: dict[str, Any]) -> None:
    assert heard(changed(TEXT, **{"from": sender})) is None


def test_ids_may_be_numbers_and_a_date_may_count_seconds() -> None:
    numbers = {"from": {"id": 42}, "chat": {"id": 42}, "message_id": 7, "date": 1789033572}

    message = heard(changed(TEXT, **numbers))

    assert message and (message.address, message.id) == ("42", "7")
    assert message.at == datetime.fromtimestamp(1_789_033_572, UTC)


@pytest.mark.parametrize("date", [None, "soon", -1, 10**20, 0, True, 4_000_000_000_000])
def test_a_date_that_cannot_be_counts_as_now(date: Any) -> None:
    message = heard(changed(TEXT, date=date))

    assert message and message.at == datetime(2026, 9, 10, 10, 0, tzinfo=UTC)


def test_decomposed_vietnamese_and_control_characters_become_plain_text() -> None:
    message = heard(changed(TEXT, text="ho\u0323c\x00 tiê\u0301ng\r\nAnh\ud800"))

    assert message and message.text == "học  tiếng\nAnh\ufffd"


@pytest.mark.parametrize("update", SAMPLES, ids=lambda update: update["event_name"])
@pytest.mark.parametrize(
    "broken",
    [
        {"message": None},
        {"message": "text"},
        {"message": {"from": None, "chat": None}},
        {"message": {"from": {"id": None}, "chat": {"id": []}}},
        {"message": {"from": {"id": "a b"}, "chat": {"id": "x@y"}}},
        {"event_name": "message.video.received"},
        {"event_name": None},
    ],
)
def test_malformed_updates_are_ignored(update: dict[str, Any], broken: dict[str, Any]) -> None:
    assert heard({**update, **broken}) is None


@pytest.mark.parametrize("update", SAMPLES, ids=lambda update: update["event_name"])
@pytest.mark.parametrize("value", [None, 5, ["x"], {"y": 1}, "javascript:x"])
def test_malformed_content_is_like_content_that_cannot_be_read(update: dict[str, Any], value: Any) -> None:
    content = dict.fromkeys(("text", "photo", "photo_url", "caption", "voice_url", "sticker", "url"), value)

    message = heard(changed(update, **content))

    assert message and message.files == ()


def test_a_message_without_an_id_is_known_by_its_content() -> None:
    one, other = changed(TEXT), changed(TEXT, text="ho")
    for update in (one, other):
        del update["message"]["message_id"]

    assert key_of(one) == key_of(copy.deepcopy(one)) != key_of(other)
    assert len(key_of(changed(TEXT, message_id="x" * 500))) < 120


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (TEXT, 1),
        ({"ok": True, "result": TEXT}, 1),
        ({"ok": True, "result": [TEXT, VOICE]}, 2),
        ([TEXT], 1),
        ({"ok": True, "result": {}}, 0),
        ({"ok": True, "result": None}, 0),
        ({"ok": True}, 0),
        ({"ok": False, "error_code": 408}, 0),
        ({}, 0),
        (None, 0),
        ("text", 0),
        (7, 0),
    ],
)
def test_bare_and_wrapped_bodies(body: Any, count: int) -> None:
    assert len(list(unwrapped(body))) == count


@pytest.mark.parametrize("address", ["", "@g9", "a b", "a@b@c", "x" * 61])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Rejected):
        Place.of(address)
