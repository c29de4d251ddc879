"""On a closed network: with web chat alone the whole product works without one outside call, and its log names nobody.

The program runs as two processes (web server; worker with the schedule) whose every connection and look-up but those to
this machine is refused and written down, at the most talkative log level.
"""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from bot.clock import now
from bot.grants import grant
from bot.units_import import import_units
from storage.commits import Committer
from storage.database import Database
from storage.tables import accounts
from tests.organisation import TREE
from tests.service import ROOT, Visitor
from tests.telegram_emulator.bench import free_port

ALIAS, SUBJECT, QUESTION = "Hoa Sim Tím", "tiếng Bồ Đào Nha", "trạm vũ trụ của phong trào nằm ở đâu"
RUNNING = "Bạn Học is running"
"""What each of the two processes says when its start is done."""
_GUARD = """
import sys
sys.modules["uvloop"] = None  # its connections are made beside Python's sockets, where this guard would not see them
def guard(event, arguments):
    if event == "socket.connect" or event == "socket.sendto":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0] or ""
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in ("", "127.0.0.1", "::1", "localhost"):
        with open({outside!r}, "a") as file:
            file.write(f"{{event}} {{host}}\\n")
        raise OSError("this network is closed")
sys.addaudithook(guard)
"""


class Closed:
    """The program behind closed doors."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.log = folder / "program.log"
        self.outside = folder / "outside.txt"
        self.session: aiohttp.ClientSession

    async def visitor(self) -> Visitor:
        visitor = Visitor(self.session, self.url)
        await visitor.comes()
        return visitor

    def calls_outside(self) -> str:
        return self.outside.read_text() if self.outside.exists() else ""


@pytest.fixture
async def guarded(tmp_path: Path) -> Closed:
    """A folder in which every Python is closed in; nothing runs yet."""
    guarded = Closed(f"http://127.0.0.1:{await free_port()}", tmp_path)
    (tmp_path / "sitecustomize.py").write_text(_GUARD.format(outside=str(guarded.outside)))
    return guarded


@pytest.fixture
async def closed(database_url: str, tmp_path: Path, guarded: Closed) -> AsyncIterator[Closed]:
    closed, port = guarded, guarded.url.rsplit(":", 1)[1]
    settings = {"DATABASE_URL": database_url, "PORT": port, "LOG_LEVEL": "debug"}
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", **settings}
    with closed.log.open("ab") as log:
        programs = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", part, cwd=tmp_path, env=environment, stdout=log, stderr=log
            )
            for part in ("web", "worker")
        ]
    jar = aiohttp.CookieJar(unsafe=True)
    try:
        async with aiohttp.ClientSession(closed.url, cookie_jar=jar) as closed.session, asyncio.timeout(60):
            while not (await healthy(closed.session) and closed.log.read_text("utf-8").count(RUNNING) == len(programs)):
                assert not any(program.returncode for program in programs), closed.log.read_text("utf-8")[-2000:]
                await asyncio.sleep(0.1)
        async with aiohttp.ClientSession(closed.url, cookie_jar=jar) as closed.session:
            yield closed
    finally:
        for program in programs:
            program.terminate()
    for program in programs:
        assert await asyncio.wait_for(program.wait(), 30) == 0


async def healthy(session: aiohttp.ClientSession) -> bool:
    with suppress(aiohttp.ClientError):
        async with session.get("/healthz") as answer:
            return answer.status == 200
    return False


async def grants_the_visitor(database_url: str) -> str:
    """The only visitor becomes an officer of the unit A; returns their address."""
    database = Database(database_url)
    committer = Committer(database)
    address = str(await database.value(select(accounts.c.address)))
    await import_units(database, committer, TREE.encode(), "units.csv", now())
    await grant(database, committer, f"web:{address}", "officer", "A", now())
    await grant(database, committer, f"web:{address}", "admin", None, now())
    await committer.close()
    await database.close()
    return address


async def test_a_whole_conversation_needs_no_outside_call_and_no_log_line_tells_who_or_what(
    closed: Closed, database_url: str
) -> None:
    an = await closed.visitor()
    assert "Bạn Học" in await an.says("/start")
    await an.taps("Đồng ý")
    assert "Đã ghi" in await an.says(f"hôm nay học 2 tiếng {SUBJECT}")
    await an.says("nhầm, 1 tiếng")
    assert "2026" in await an.says("giai đoạn 2 bắt đầu năm nào")
    await an.says(QUESTION)
    address = await grants_the_visitor(database_url)
    await an.says("/donvi A.1")
    await an.says(ALIAS)
    for said in ("/tiendo", "/nhatky", "/thanhvien", "/tonghop"):
        assert await an.says(said)
    assert await an.taps("Excel")
    assert await an.uploads(b"\xff\xd8\xff" + b"x" * 99, "chung-chi-sim.jpg") in (200, 202)
    assert await an.hears()
    link = re.search(r"http\S+(/desk/vao/\S+)", await an.says("/banlamviec"))
    assert link
    async with closed.session.get(link[1]) as page:
        assert page.status == 200
    await an.says("/dulieu")
    await an.says("/xoa")
    for label in ("Xóa tất cả", "Xóa ngay, không chờ"):
        while not any(button["label"] == label for message in an.messages for button in message["buttons"]):
            await an.hears()
        await an.taps(label)
    while not any("Đã xóa toàn bộ dữ liệu" in message["text"] for message in an.messages):
        await an.hears()

    assert closed.calls_outside() == ""
    written = closed.log.read_text(encoding="utf-8")
    assert "GET /desk/vao/{token}" in written, "the log was on"
    secrets = (ALIAS, SUBJECT, QUESTION, address, "chung-chi-sim", "Phòng Một", "Cục Mẫu", link[1].rsplit("/", 1)[1])
    assert [one for one in secrets if one.casefold() in written.casefold()] == []


async def test_the_guard_itself_refuses_and_writes_down_what_goes_outside(guarded: Closed, tmp_path: Path) -> None:
    calls = "socket.create_connection(('192.0.2.1', 80), 1)"
    lines = f"import socket\ntry:\n    {calls}\nexcept OSError as error:\n    print(error)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", lines, env={**os.environ, "PYTHONPATH": str(tmp_path)}, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()

    assert told.decode().strip() == "this network is closed"
    assert "192.0.2.1" in guarded.calls_outside()
