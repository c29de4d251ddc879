"""The Zalo Bot channel against the fake platform: what is sent, what a refusal means, quotas, and the hidden token."""

import asyncio
import logging
import socket
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot import clock
from bot.channels.fit import fit
from bot.channels.zalo_bot import Mode, ZaloBot
from bot.errors import Rejected, Retry, SettingsError, Unreachable
from bot.message import Message, Outgoing, Tap
from tests.telegram_emulator.inbox import SmallInbox, stored_file
from tests.zalo_fake.bot import TOKEN, ZaloBotServer
from tests.zalo_fake.bot_bench import bot_bench

both_modes = pytest.mark.parametrize("mode", ["polling", "webhook"])


def echo(message: Message) -> Sequence[Outgoing]:
    """Says what was said, or names what was sent."""
    return (Outgoing(0, message.address, (message.text or "?") + "!" * (1 + len(message.files))),)


def said(text: str, address: str) -> Outgoing:
    return Outgoing(1, address, text)


@both_modes
async def test_a_text_is_heard_and_answered(mode: Mode) -> None:
    async with bot_bench(mode, echo) as b:
        an = b.zalo.user("An")
        update = await an.says("chào bot")

        (heard,) = await an.hears()

    assert heard.text == "chào bot!"
    assert [(message.id, message.address) for message in b.inbox.messages] == [
        (update["message"]["message_id"], an.id)
    ]
    assert b.inbox.delivered_ids == [(1, heard.id)]


@both_modes
@pytest.mark.parametrize("field", ["photo", "photo_url"])
async def test_a_picture_can_be_fetched(mode: Mode, field: str) -> None:
    async with bot_bench(mode, echo, photo_field=field) as b:
        await b.zalo.user("An").sends_photo(b"\xff\xd8\xffpicture", "chứng nhận")
        await b.zalo.user("An").hears()
        (file,) = b.inbox.messages[0].files

        assert await file.read() == b"\xff\xd8\xffpicture"


@pytest.mark.parametrize("size", [5 * 1024 * 1024 + 1])
async def test_a_picture_that_is_too_long_is_refused_while_it_is_read(size: int) -> None:
    async with bot_bench("polling", echo) as b:
        await b.zalo.user("An").sends_photo(b"x" * size)
        await b.zalo.user("An").hears()

        with pytest.raises(Rejected):
            await b.inbox.messages[0].files[0].read()


@both_modes
async def test_a_link_a_file_a_sticker_and_a_voice_message_come_as_unreadable(mode: Mode) -> None:
    async with bot_bench(mode, echo) as b:
        an = b.zalo.user("An")
        for send in (an.sends_document, an.sends_sticker, an.sends_voice):
            await send()
            await an.hears()
        await an.says("xem https://example.vn")

        (heard,) = await an.hears()

    assert heard.text == "?!"
    assert [message.text for message in b.inbox.messages] == [""] * 4


async def test_in_a_group_the_answer_goes_to_the_group() -> None:
    async with bot_bench("polling", echo) as b:
        group = b.zalo.group("Tổ học tập")
        await b.zalo.user("An").says("@Bot Bạn Học chào", to=group)

        (heard,) = await group.hears()
        await b.zalo.user("An").hears_nothing(0.1)

    assert heard.text == "chào!"
    assert b.inbox.messages[0].group


def test_choices_are_numbered_and_files_are_named_with_the_way_to_them() -> None:
    file = stored_file("bao-cao.xlsx", "application/x", b"x" * 200_000)

    (part,) = fit("Chọn:", (Tap("Sửa", "a"), Tap("Hoàn tác", "b")), (file,), ZaloBot.abilities)

    assert part.text.splitlines()[-2:] == ["1. Sửa", "2. Hoàn tác"]
    assert "bao-cao.xlsx (0,2 MB) không gửi được ở đây" in part.text
    assert part.files == ()


async def test_texts_go_out_in_nfc_and_within_the_limit() -> None:
    async with bot_bench("polling", echo) as b:
        an = b.zalo.user("An")
        await an.says("x")
        await an.hears()
        for part in fit("Ho\u0323c tâ\u0323p suô\u0301t đo\u031b\u0300i. " * 200, (), (), ZaloBot.abilities):
            await b.channel.send(said(part.text, an.id))

    sent = [str(call.values["text"]) for call in b.zalo.made("sendMessage", taken=True)[1:]]
    assert all(len(text) <= 2000 and "\u0323" not in text for text in sent)
    assert "".join(sent).count("Học tập suốt đời.") == 200


@pytest.mark.parametrize("on_200", [False, True])
@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        (400, "bad params", Rejected),
        (400, "chat not found", Unreachable),
        (401, "Unauthorized", Retry),
        (403, "internal server error", Retry),
        (404, "Not found", Retry),
        (426, "limit", Rejected),
        (429, "Quota exceeded", Retry),
        (500, "oops", Retry),
        (502, "Bad gateway", Retry),
    ],
)
async def test_a_refusal_says_what_to_do_with_the_message(
    on_200: bool, code: int, words: str, expected: type[Exception]
) -> None:
    async with bot_bench("polling", echo, errors_on_200=on_200) as b:
        b.zalo.user("An").chat.started = True
        b.zalo.fail_next("sendMessage", code, words)

        with pytest.raises(expected, match=str(code)):
            await b.channel.send(said("chào", b.zalo.user("An").id))


async def test_a_person_who_never_wrote_cannot_be_reached() -> None:
    async with bot_bench("polling", echo) as b:
        b.zalo.user("An")

        with pytest.raises(Unreachable):
            await b.channel.send(said("chào", b.zalo.user("An").id))


async def test_a_send_without_an_answer_is_not_repeated_because_it_may_have_arrived() -> None:
    async with bot_bench("polling", echo) as b:
        an = b.zalo.user("An")
        an.chat.started = True
        b.zalo.fail_next("sendMessage", 0)

        with pytest.raises(Rejected, match="may have arrived"):
            await b.channel.send(said("chào", an.id))

    assert len(an.sees) == 1
    assert (b.channel.usage().sent, b.channel.usage().unknown) == (1, 1)


async def test_a_send_that_never_left_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        channel = ZaloBot(TOKEN, api_url=f"http://127.0.0.1:{taken.getsockname()[1]}")

        with pytest.raises(Retry) as raised:
            await channel.send(said("chào", "a1"))

    assert TOKEN not in str(raised.value)
    await channel.stop()


async def test_refusals_for_quota_make_the_bot_silent_longer_each_time_and_are_told_loudly_once_they_are_the_cap(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot_usage._FIRST_PAUSE", 0.02)
    async with bot_bench("polling", echo, monthly=2) as b:
        an = b.zalo.user("An")
        an.chat.started = True
        outcomes: list[str] = []
        while not b.channel.usage().exhausted and len(outcomes) < 60:
            try:
                await b.channel.send(said("chào", an.id))
                outcomes.append("sent")
            except Retry as error:
                outcomes.append("refused" if "429 Quota" in str(error) else "silent")
                await asyncio.sleep(error.after * 0.6)
        usage = b.channel.usage()

    assert outcomes[:3] == ["sent", "sent", "refused"]
    assert "silent" in outcomes
    assert len(b.zalo.made("sendMessage")) == outcomes.count("sent") + outcomes.count("refused") == 5
    assert (usage.sent, usage.sent_limit, usage.exhausted, usage.refused) == (2, 3000, True, 3)
    assert any(record.levelno == logging.ERROR and "quota" in record.getMessage() for record in caplog.records)


async def test_the_month_begins_anew_and_storage_knows_better() -> None:
    channel = ZaloBot(TOKEN)
    with clock.standing_at(datetime(2026, 11, 30, 16, 59, tzinfo=UTC)):
        channel.recount(sent=2_990, people=48)
        before = channel.usage()
    with clock.standing_at(datetime(2026, 11, 30, 17, 0, tzinfo=UTC)):
        after = channel.usage()

    assert (before.month.month, before.sent, before.people) == (11, 2_990, 48)
    assert (after.month.month, after.sent, after.people) == (12, 0, 48)


async def test_people_and_groups_are_counted_and_typing_is_shown() -> None:
    async with bot_bench("polling", echo) as b:
        for name in ("An", "Bình", "An"):
            await b.zalo.user(name).says("chào")
            await b.zalo.user(name).hears()
        await b.zalo.user("An").says("@bot.banhoc chào", to=b.zalo.group("Tổ"))
        await b.zalo.told_all()
        await b.channel.typing(b.zalo.user("An").id)
        await b.channel.typing("nobody")
        usage = b.channel.usage()

    assert (usage.people, usage.groups, usage.problem) == (2, 1, "")
    assert b.zalo.user("An").chat.actions == ["typing"]


async def test_a_refused_token_stops_the_start_in_one_line() -> None:
    async with ZaloBotServer() as zalo:
        channel = ZaloBot("1:wrong", api_url=zalo.url)

        with pytest.raises(SettingsError, match=r"^ZALO_BOT_TOKEN is not accepted by 127\.0\.0\.1:\d+$"):
            await channel.start(SmallInbox(echo))


def test_wrong_settings_are_named() -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        ZaloBot(TOKEN, mode="webhook")
    with pytest.raises(SettingsError, match="ZALO_BOT_SECRET"):
        ZaloBot(TOKEN, mode="webhook", public_url="https://x", secret="short")


async def test_the_token_stands_in_no_log_line_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caught: list[BaseException] = []
    async with bot_bench("polling", echo) as b:
        an = b.zalo.user("An")
        an.chat.started = True
        b.zalo.fail_next("getUpdates", 500, f"broken: /bot{TOKEN}/getUpdates")
        b.zalo.fail_next("getUpdates", 0)
        await an.says("chào")
        for code, words in ((500, f"at /bot{TOKEN}/sendMessage"), (0, ""), (401, f"token {TOKEN}")):
            b.zalo.fail_next("sendMessage", code, words)
            try:
                await b.channel.send(said("chào", an.id))
            except Exception as error:
                caught.append(error)
        assert TOKEN not in repr(b.channel.usage()) + repr(vars(b.channel))
    offline = ZaloBot(TOKEN, api_url="http://127.0.0.1:9")
    try:
        await offline.send(said("chào", "a1"))
    except Exception as error:
        caught.append(error)
    await offline.start(SmallInbox(echo))
    await offline.stop()

    assert len(caught) >= 3
    for error in caught:
        chain: BaseException | None = error
        while chain is not None:
            assert TOKEN not in f"{chain!r} {chain} {chain.args}"
            chain = chain.__context__
    assert TOKEN not in caplog.text + "".join(str(vars(record)) for record in caplog.records)
