"""What is wrong, forged or far too large, against the running program with web chat and Telegram webhook at once.

The log is at its most talkative level, and after each test it must hold neither the token nor a word that was written.
"""

import asyncio
import json
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from bot.channels.telegram_webhook import MAX_BODY, PATH
from bot.clock import now
from bot.grants import grant
from bot.message import MAX_FILE_BYTES
from bot.units_import import import_units
from storage.commits import Committer
from storage.database import BUSY_TIMEOUT_MS
from storage.outbox import LEASE
from storage.tables import evidence, memberships, study_log_changes, study_logs
from tests.nursery import Nursery
from tests.organisation import TREE
from tests.service import SECRET, Service, Visitor
from tests.telegram_emulator import Emulator, Limits
from tests.telegram_emulator.bench import free_port
from tests.telegram_emulator.chats import User
from tests.web.house import picture

MARK = "bimat7391"
"""Stands in everything hostile that is sent; no log line may hold it."""
DEAD, NOT_FOR_YOU = "Nút này không còn dùng được", "dành cho cán bộ tổng hợp"


@pytest.fixture
async def service(database_url: str, nursery: Nursery, tmp_path: Path) -> AsyncIterator[Service]:
    async with Emulator(limits=Limits(0, 0), retry_delay=0.1) as telegram:
        service = Service(nursery, telegram, database_url, await free_port(), tmp_path)
        try:
            await service.runs()
            yield service
            await still_serves(service)
        finally:
            await service.ends()
    written = service.log.read_text(encoding="utf-8")
    assert PATH in written, "the log was on"
    for secret in (MARK, SECRET, telegram.token, telegram.token.partition(":")[2]):
        assert secret not in written


async def still_serves(service: Service) -> None:
    """A normal message works, on both channels."""
    assert "Giai đoạn 2 từ năm 2026" in await (await service.visitor()).says("giai đoạn 2 bắt đầu năm nào")
    assert "Giai đoạn 2 từ năm 2026" in await told(service.telegram.user("sau"), "giai đoạn 2 bắt đầu năm nào")


async def told(user: User, text: str) -> str:
    """What Telegram's user hears on a text."""
    await user.says(text)
    return (await user.hears(seconds=40))[0].text


def update(**message: Any) -> bytes:
    sender = {"id": 901, "is_bot": False, "first_name": MARK}
    chat = {"id": 901, "type": "private", "first_name": MARK}
    whole = {"message_id": 1, "date": int(time.time()), "chat": chat, "from": sender, "text": MARK, **message}
    return json.dumps({"update_id": 5, "message": whole}).encode()


async def test_every_wrong_call_of_the_webhook_has_its_status_and_no_effect(service: Service) -> None:
    calls = [
        (update(), "wrong", "application/json", 403),
        (update(), "", "application/json", 403),
        (update(text=MARK * (MAX_BODY // len(MARK) + 1)), SECRET, "application/json", 413),
        (update(), SECRET, "text/plain", 400),
        (b'{"update_id": 1, "message": {"text": "' + MARK.encode(), SECRET, "application/json", 200),
        (b'{"update_id": 2, "poll_from_mars": {"text": "' + MARK.encode() + b'"}}', SECRET, "application/json", 200),
        (f'[["{MARK}"]]'.encode(), SECRET, "application/json", 200),
        (update(chat=MARK), SECRET, "application/json", 200),
        (MARK.encode() + b"\xff\xfe\x00", SECRET, "application/json", 200),
    ]

    statuses = [await service.knocks(body, secret, kind) for body, secret, kind, _ in calls]

    assert statuses == [status for *_, status in calls]
    assert await service.asked("GET", PATH) == 405
    assert service.telegram.made("sendMessage") == []


async def test_every_wrong_request_of_a_web_page_is_refused_in_words(service: Service) -> None:
    an = await service.visitor()

    assert "không phải JSON" in await an.refused('{"type":"say","text":"' + MARK)
    assert "Loại tin này" in await an.refused(json.dumps({"type": MARK}))
    assert "không đầy đủ" in await an.refused(json.dumps({"type": "say", "id": "x", "text": MARK}))
    assert await an.uploads(MARK.encode() * (MAX_FILE_BYTES // len(MARK) + 1), f"{MARK}.png") == 413
    assert await an.uploads(b"MZ\x90\x00" + MARK.encode(), f"{MARK}.png") == 415
    assert await service.asked("POST", "/upload", data={"text": MARK}) == 403
    assert await service.asked("GET", f"/{MARK}?{MARK}={MARK}") == 404
    assert await service.asked("PUT", "/", data=MARK) == 405
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await an.session.ws_connect("/ws", origin="https://elsewhere.example")
    await an.ws.send_str(MARK * 100_000)
    assert (await an.ws.receive(timeout=10)).data == 1009
    await an.comes()

    assert "Giai đoạn 2" in await an.says("giai đoạn 2 bắt đầu năm nào")


async def test_giant_texts_control_characters_and_pictures_are_answered_alike_on_both_channels(
    service: Service,
) -> None:
    an, binh = await service.visitor(), service.telegram.user("Bình")
    giant = (MARK * 6_000)[:50_000]

    for answer in (await an.says(giant), await told(binh, giant)):
        assert answer.startswith("Tin nhắn quá dài (50.000 ký tự; tối đa 4.000)")
    assert "ký tự điều khiển" in await an.says(f"học\x00\x1b {MARK}")
    assert "chưa hiểu" in await told(binh, f"{MARK}\x00\x1b\x07 {MARK}")
    assert "chỉ đọc được chữ" in await told(binh, "\x00\x01\x02")
    await binh.sends({"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                                  "is_animated": False, "is_video": False}})  # fmt: skip
    assert "chỉ đọc được chữ" in (await binh.hears())[0].text
    assert await an.uploads(picture(), f"{MARK}.png") == 200
    await binh.sends_photo(picture(), MARK)
    for answer in (await an.hears(), (await binh.hears())[0].text):
        assert "Tôi chỉ nhận tệp làm minh chứng" in answer


async def learner(service: Service) -> Visitor:
    """A visitor who agreed and logged 30 minutes."""
    someone = await service.visitor()
    await someone.says("/start")
    await someone.taps("Đồng ý")
    assert "Đã ghi" in await someone.says("hôm nay học tin học 30 phút")
    return someone


async def test_buttons_of_another_person_and_forged_ones_have_no_effect(service: Service) -> None:
    an, binh, chi = await learner(service), await learner(service), service.telegram.user("Chi")
    await told(chi, "/start")
    await an.taps("Sửa")
    await an.says("/nhatky")
    theirs = {b["payload"] for message in an.messages for b in message["buttons"] if re.search(r"\d{9}", b["payload"])}
    assert {payload.partition("|")[0] for payload in theirs} >= {"log.undo", "log.edit", "log.field", "diary.entry"}
    an_log = an.payload("Hoàn tác").split("|")[1]
    forged = [f"diary.delete|{an_log}|0", f"log.set|{an_log}|minutes|9", f"log.redo|{an_log}|{an_log}",
              f"evidence|{an_log}|1", "log.undo|x|y", f"log.undo|{'9' * 30}|1", "sum|1", "|||", MARK]  # fmt: skip

    for payload in (*theirs, *forged):
        answers = [await binh.replays(payload)]
        await chi.taps_data(chi.sees[0], payload)
        answers.append((await chi.hears())[0].text)
        assert all(DEAD in answer or "không còn" in answer for answer in answers), (payload, answers)

    async with service.stored() as database:
        rows = await database.all(select(study_logs.c.minutes, study_logs.c.deleted_at))
        assert [tuple(row) for row in rows] == [(30, None), (30, None)]
        assert await database.value(select(func.count()).select_from(study_log_changes)) == 2
        assert await database.value(select(func.count()).select_from(evidence)) == 0


async def test_without_the_role_neither_a_summary_nor_a_membership_can_be_had(service: Service) -> None:
    an, officer, chi = await learner(service), await service.visitor(), service.telegram.user("Chi")
    account = re.search(r"web:\S+", await officer.says("/dulieu"))
    assert account
    await officer.hears_out()
    async with service.stored() as database:
        committer = Committer(database)
        await import_units(database, committer, TREE.encode(), "units.csv", now())
        await grant(database, committer, account[0], "officer", "A", now())
        await committer.close()
    assert "Cục Mẫu" in await officer.says("/tonghop")
    await an.says("/donvi A.1")
    await an.says("Hoa Ban")
    await officer.hears()

    for asked in ("/tonghop", "tổng hợp tháng 10", "/tonghop A", "/thanhvien"):
        assert NOT_FOR_YOU in await an.says(asked)
        assert NOT_FOR_YOU in await told(chi, asked)
    for label in ("Đơn vị trực thuộc", "Xác nhận", "Từ chối"):
        answer = await an.replays(officer.payload(label))
        assert "chỉ dành cho cán bộ tổng hợp" in answer and "Cục Mẫu" not in answer
        await chi.taps_data(chi.sees[0], officer.payload(label))
        assert "chỉ dành cho cán bộ tổng hợp" in (await chi.hears())[0].text

    async with service.stored() as database:
        assert await database.value(select(memberships.c.state)) == "pending"


async def test_a_forged_file_id_gives_nothing(service: Service) -> None:
    an, binh, chi = await learner(service), await learner(service), service.telegram.user("Chi")
    await an.says("/dulieu")
    await an.hears_out()
    own = [file["url"] for message in an.messages for file in message["files"]]
    assert len(own) == 2
    unknown = ("/files/1", f"/files/{2**63}", f"/files/{'9' * 19}", f"/files/{'9' * 40}", "/files/../healthz/x")

    for path in (*own, *unknown):
        async with binh.session.get(path) as answer:
            assert answer.status == 404
        assert await service.asked("GET", path) == 404
    async with an.session.get(own[0]) as answer:
        assert answer.status == 200
    await told(chi, "/start")
    await chi.taps("Đồng ý")
    await chi.hears()
    await chi.sends({"document": {"file_id": MARK, "file_unique_id": MARK, "file_name": f"{MARK}.pdf"}})

    assert (await chi.hears())[0].text == "Tôi chưa tải được tệp. Anh/chị vui lòng gửi lại."


async def test_while_the_database_is_out_of_reach_nothing_is_lost_and_nothing_is_doubled(service: Service) -> None:
    an, chi = await learner(service), service.telegram.user("Chi")
    await told(chi, "/start")
    await chi.taps("Đồng ý")
    await chi.hears()
    trouble = asyncio.create_task(_locked(service) if "sqlite" in service.database_url else _cut_off(service))
    await asyncio.sleep(0.1)

    async def web_says(minutes: int) -> None:
        id = str(uuid4())
        while "Đã ghi" not in (said := await an.says(f"hôm nay học toán {minutes} phút", id)):
            assert "Xin gửi lại" in said

    async def all_in_turn(says: Callable[[int], Awaitable[object]]) -> None:
        for minutes in range(1, 7):
            await says(minutes)

    async with asyncio.timeout(60):
        await asyncio.gather(
            all_in_turn(web_says), all_in_turn(lambda minutes: chi.says(f"hôm nay học toán {minutes} phút"))
        )
        await trouble
        await service.telegram.told_all(60)

    async with service.stored() as database:
        rows = await database.all(select(study_logs.c.minutes).where(study_logs.c.subject != "tin học"))
        assert sorted(row.minutes for row in rows) == sorted([*range(1, 7), *range(1, 7)])
    # A reply whose promise was committed just when the connection was cut belongs to nobody until its lease is over.
    heard = await chi.hears(6, seconds=LEASE.total_seconds() + 20)
    assert len([one for one in heard if "Đã ghi" in one.text]) == 6


async def _locked(service: Service) -> None:
    """Another program holds SQLite's write lock for longer than we are willing to wait."""
    connection = sqlite3.connect(make_url(service.database_url).database or "", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    await asyncio.sleep(BUSY_TIMEOUT_MS / 1000 + 1.5)
    connection.execute("ROLLBACK")
    connection.close()


async def _cut_off(service: Service) -> None:
    """PostgreSQL ends all connections of the program, again and again."""
    url = make_url(service.database_url)
    admin = await asyncpg.connect(user="postgres", host=str(url.query["host"]), database="postgres")
    for _ in range(15):
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", url.database)
        await asyncio.sleep(0.1)
    await admin.close()
