"""Every event of the OA, whole and malformed in three ways: heard or ignored as `zalo_oa_events.Reading` says."""

from typing import Any

import pytest

from bot.channels.zalo_oa_events import WITHDRAWN
from tests.channels.test_zalo_oa import echo, silent
from tests.zalo_fake.oa import OA_ID
from tests.zalo_fake.oa_bench import bench, event, knock


def user_said(kind: str, payload: dict[str, Any] | None = None, text: str = "") -> dict[str, Any]:
    """A `user_send_…` event."""
    attachments = [{"type": kind, "payload": payload}] if payload is not None else []
    message = {"msg_id": f"m-{kind}", "text": text, **({"attachments": attachments} if attachments else {})}
    return event(f"user_send_{kind}", message=message)


URL = {"url": "https://x.example/a.jpg", "thumbnail": "https://x.example/t.jpg"}
PLACE = {"coordinates": {"latitude": "10.7", "longitude": "106.7"}}
FILE = {"url": "https://x.example/a.pdf", "name": "a.pdf", "size": "12", "type": "pdf", "checksum": "0"}
HEARD: list[tuple[dict[str, Any], tuple[str, str, int]]] = [
    (user_said("text", text="hi"), ("hi", "", 0)),
    (user_said("image", URL, "caption"), ("caption", "", 1)),
    (user_said("gif", URL), ("", "", 0)),
    (user_said("link", {**URL, "description": "d"}, "xem"), ("xem", "", 0)),
    (user_said("audio", {"url": "https://x.example/a.amr"}), ("", "", 0)),
    (user_said("video", {**URL, "description": "d"}), ("", "", 0)),
    (user_said("sticker", {**URL, "id": "s1"}), ("", "", 0)),
    (user_said("location", PLACE), ("", "", 0)),
    (user_said("business_card", {**URL, "description": '{"phone":"84900000000"}'}), ("", "", 0)),
    (user_said("file", FILE), ("", "", 1)),
    (event("follow", follower={"id": "U1"}, oa_id=OA_ID, source="oa_profile"), ("/start", "", 0)),
    (event("user_click_chatnow", oa_id=OA_ID, user_id="U1"), ("/start", "", 0)),
    (event("user_withdraw"), ("", WITHDRAWN, 0)),
]
"""Each event that is heard: text, tap and number of files of its Message."""
OURS = {"sender": {"id": OA_ID}, "recipient": {"id": "U1"}}
SILENT: list[dict[str, Any]] = [
    *(event(f"oa_send_{kind}", **OURS, message={"msg_id": "o1", "text": "x"}) for kind in ("text", "image", "file")),
    *(event(f"oa_send_{kind}", **OURS, message={"msg_id": "o2"}) for kind in ("gif", "list", "sticker")),
    event("oa_send_anonymous_text", **OURS, message={"msg_id": "o3", "text": "x"}),
    event("user_received_message", **OURS, message={"msg_id": "m9"}),
    event("user_seen_message", **OURS, message={"msg_ids": ["m9"]}),
    event("user_send_text", **OURS, message={"msg_id": "o4", "text": "echo"}),
    event("user_send_text", recipient={"id": "999"}, message={"msg_id": "o5", "text": "another OA"}),
    event("user_reacted_message", message={"msg_id": "m1", "react_icon": ":>"}),
    event("oa_reacted_message", **OURS, message={"msg_id": "m1", "react_icon": ":>"}),
    event("anonymous_send_text", message={"msg_id": "a1", "text": "x", "conversation_id": "c"}),
    event("anonymous_send_image", message={"msg_id": "a2", "conversation_id": "c"}),
    event("user_submit_info", info={"name": "A", "phone": "84900000000", "user_dob": "30/10/1999"}),
    event("add_user_to_tag", tag={"name": "x"}),
    event("remove_user_from_tag", tag={"name": "x"}),
    event("update_user_info", info={"phone": "84900000000"}),
    event("widget_interaction_accepted", user_id="U1"),
    event("user_send_group_text", message={"msg_id": "g1", "text": "x"}, recipient={"id": "G1"}),
    *(event(name) for name in ("create_group", "user_join_group", "user_out_group", "delete_group", "tu_lai_moi")),
    event("follow", follower={"id": "U1"}, oa_id="999"),
    event("unfollow", follower={"id": "U1"}, oa_id=OA_ID, source="oa_profile"),
]
"""Each event that is ignored, unfollow among them: it is noted, and nothing is said."""


def name_of(case: Any) -> str:
    """The event's name, for pytest's lists."""
    return str(case["event_name"]) if isinstance(case, dict) else ""


@pytest.mark.parametrize(("told", "expected"), HEARD, ids=name_of)
async def test_an_event_that_is_heard_becomes_one_message(told: dict[str, Any], expected: tuple[str, str, int]) -> None:
    async with bench(silent) as b:
        assert await knock(b, told) == 200

        assert [(m.address, m.text, m.tap, len(m.files)) for m in b.inbox.messages] == [("U1", *expected)]


@pytest.mark.parametrize("told", SILENT, ids=name_of)
async def test_an_event_that_is_nobodys_word_is_ignored(told: dict[str, Any]) -> None:
    async with bench(echo) as b:
        assert await knock(b, told) == 200

        assert b.inbox.messages == []
        assert b.oa.api.calls == []


def without_person(told: dict[str, Any]) -> dict[str, Any]:
    """The people are missing."""
    return {k: v for k, v in told.items() if k not in ("sender", "follower", "user_id")}


def with_broken_people(told: dict[str, Any]) -> dict[str, Any]:
    """The people are of the wrong kind."""
    return {**told, "sender": ["U1"], "follower": {"id": {"id": "U1"}}, "user_id": "U1 \x00'; --", "user": 7}


def with_broken_content(told: dict[str, Any]) -> dict[str, Any]:
    """The content is of the wrong kinds."""
    broken = {"msg_id": {"a": 1}, "text": ["x"], "attachments": [None, {"payload": "x"}, {"payload": {"url": 7}}]}
    return {**told, "message": broken, "info": 7, "timestamp": "đã lâu", "source": None}


EVERY = [*(told for told, _ in HEARD), *SILENT]


@pytest.mark.parametrize("told", EVERY, ids=name_of)
@pytest.mark.parametrize("breaks", [without_person, with_broken_people])
async def test_an_event_of_nobody_is_ignored(told: dict[str, Any], breaks: Any) -> None:
    async with bench(echo) as b:
        assert await knock(b, breaks(told)) == 200

        assert b.inbox.messages == []


@pytest.mark.parametrize("told", EVERY, ids=name_of)
async def test_broken_content_is_heard_as_an_unsupported_kind_or_ignored(told: dict[str, Any]) -> None:
    async with bench(silent) as b:
        for _ in range(2):
            assert await knock(b, with_broken_content(told)) == 200

        heard = [(m.address, m.text, m.tap, m.files) for m in b.inbox.messages]
        if told["event_name"].startswith("user_send_") and told in [case for case, _ in HEARD]:
            assert heard == [("U1", "", "", ())]
        elif told in [case for case, _ in HEARD]:
            assert len(heard) == 1
        else:
            assert heard == []


@pytest.mark.parametrize(
    "message",
    [None, 7, [], "x", {"text": "\x00\x07"}, {"text": "a" * 50_000, "msg_id": "1"}, {"text": "x", "msg_id": "y" * 500}],
)
async def test_the_message_field_may_be_anything(message: Any) -> None:
    async with bench(silent) as b:
        assert await knock(b, event("user_send_text", message=message)) == 200

        assert len(b.inbox.messages) == 1
        assert len(b.inbox.messages[0].id) <= 160


async def test_ids_may_come_as_numbers() -> None:
    async with bench(silent) as b:
        await knock(b, event("user_send_text", sender={"id": 123}, message={"text": "x", "msg_id": 9007199254740993}))

        assert [(m.address, m.id) for m in b.inbox.messages] == [("123", "9007199254740993")]


async def test_events_without_an_id_count_once_when_they_are_repeated() -> None:
    async with bench(silent) as b:
        one = event("user_send_text", message={"text": "x"})

        for told in (one, one, {**one, "timestamp": "1700000000001"}):
            await knock(b, told)

        assert len(b.inbox.messages) == 2
