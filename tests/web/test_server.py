"""The web server: safe headers on every answer, errors in words, health, metrics, and a log without contents."""

import logging
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from bot.errors import ChannelError, Retry, SettingsError
from bot.message import FileRef
from bot.web import server
from bot.web.files import file_headers
from bot.web.page import assets, version
from bot.web.visitors import address_of
from tests.web.fake_inbox import FakeInbox


@pytest.fixture
def inbox() -> FakeInbox:
    return FakeInbox()


@pytest.fixture
async def client(inbox: FakeInbox) -> AsyncIterator[Any]:
    async with TestClient(TestServer(inbox.app())) as client:
        yield client


async def address(client: Any) -> str:
    """The account address of this client's visitor."""
    return address_of((await client.get("/")).cookies["banhoc"].value)


@pytest.mark.parametrize("path", ["/", "/nothing", "/ws", "/healthz", "/files/1", "/manifest.webmanifest"])
async def test_every_answer_forbids_foreign_and_inline_code(client: Any, path: str) -> None:
    response = await client.get(path)

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["Server"] == "banhoc"


async def test_a_hostile_host_header_does_not_get_into_the_policy(client: Any) -> None:
    response = await client.get("/", headers={"Host": "a.example; script-src *"})

    assert "script-src" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("accept", "query", "language", "words"),
    [
        ("vi-VN,vi;q=0.9", "", "vi", "Nhập tin nhắn…"),
        ("", "", "vi", "Nhập tin nhắn…"),
        ("fr", "", "vi", "Nhập tin nhắn…"),
        ("en-GB,en;q=0.9", "", "en", "Write a message…"),
        ("vi", "?lang=en", "en", "Write a message…"),
        ("en", "?lang=vi", "vi", "Nhập tin nhắn…"),
        ("vi", "?lang=../../x", "vi", "Nhập tin nhắn…"),
    ],
)
async def test_the_page_speaks_the_visitors_language(
    client: Any, accept: str, query: str, language: str, words: str
) -> None:
    page = await (await client.get("/" + query, headers={"Accept-Language": accept})).text()

    assert f'<html lang="{language}">' in page and words in page


async def test_the_page_has_no_inline_code_and_names_no_other_host(client: Any) -> None:
    page = await (await client.get("/")).text()

    assert "http:" not in page and "https:" not in page and "//" not in page.replace("</", "")
    assert "<style" not in page and " style=" not in page and " onclick" not in page
    assert page.count("<script") == 2 and 'type="application/json"' in page


async def test_the_parts_of_the_page_may_be_kept_for_ever_under_their_versions_address(client: Any) -> None:
    current = await client.get(f"/static/{version()}/chat.js")
    older = await client.get("/static/0123456789ab/chat.js")

    assert "immutable" in current.headers["Cache-Control"] and older.headers["Cache-Control"] == "no-cache"
    assert current.content_type == "text/javascript"
    assert await current.read() == assets()["chat.js"].body


async def test_the_app_can_be_installed(client: Any) -> None:
    manifest = await (await client.get("/manifest.webmanifest")).json(content_type=None)
    icons = [await client.get(icon["src"]) for icon in manifest["icons"]]

    assert (manifest["name"], manifest["display"], manifest["lang"]) == ("Bạn Học", "standalone", "vi")
    assert [icon.status for icon in icons] == [200] * 4
    assert {(await icon.read())[:4] for icon in icons} == {b"\x89PNG"}
    assert (await client.get("/favicon.ico")).status == (await client.get("/offline.js")).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../../server.py",
        "/static/x/..%2f..%2fserver.py",
        "/static/x/%2e%2e%2f%2e%2e%2fpage.py",
        "/static/x/..%5c..%5cpage.py",
        "/static/../../../etc/passwd",
        "/static/x/chat.js%00.png",
        "/static/x//etc/passwd",
        "/static/",
        "/files/../upload",
        "/files/1%2f..%2f..",
        "/files/-1",
        "/files/99999999999999999999",
        "/files/9999999999999999999",
    ],
)
async def test_no_path_leads_to_another_file(client: Any, path: str) -> None:
    response = await client.get(URL(path, encoded=True))

    assert response.status == (405 if path == "/files/../upload" else 404)
    assert "import" not in await response.text()


async def test_a_visitor_gets_own_files_only(client: Any, inbox: FakeInbox) -> None:
    mine = inbox.file(await address(client), 'Báo "cáo"\r\n.xlsx', "application/vnd.ms-excel", b"figures")
    theirs = inbox.file("0" * 32, "khac.png", "image/png", b"secret")

    own = await client.get(f"/files/{mine.id}")
    foreign = await client.get(f"/files/{theirs.id}")

    disposition = own.headers["Content-Disposition"]
    assert (own.status, await own.read(), foreign.status) == (200, b"figures", 404)
    assert disposition.startswith("attachment; ") and "\r" not in disposition
    assert "filename*=UTF-8''B%C3%A1o%20%22c%C3%A1o%22%0D%0A.xlsx" in disposition
    assert own.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert own.headers["X-Content-Type-Options"] == "nosniff" and "private" in own.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("media_type", "sent", "kind"),
    [
        ("image/png", "image/png", "inline"),
        ("image/svg+xml", "image/svg+xml", "attachment"),
        ("text/html", "text/html", "attachment"),
        ("x\r\nSet-Cookie: a", "application/octet-stream", "attachment"),
    ],
)
def test_only_pictures_are_shown_in_the_page(media_type: str, sent: str, kind: str) -> None:
    async def read() -> bytes:
        return b""

    headers = file_headers(FileRef(1, "a.bin", media_type, 0, read))

    assert headers["Content-Type"] == sent
    assert headers["Content-Disposition"].startswith(kind)


async def test_a_file_that_cannot_be_read_now_is_answered_in_words(client: Any, inbox: FakeInbox) -> None:
    async def fail() -> bytes:
        raise Retry("disk")

    inbox.files[await address(client), 7] = FileRef(7, "a.png", "image/png", 1, fail)

    response = await client.get("/files/7")

    assert issubclass(Retry, ChannelError) and response.status == 503
    assert await response.text() == "Dịch vụ tạm thời chưa sẵn sàng. Xin thử lại sau ít phút.\n"


async def test_a_failure_inside_never_shows_a_stack_trace(
    client: Any, inbox: FakeInbox, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> bytes:
        raise RuntimeError("password is hunter2")

    inbox.files[await address(client), 7] = FileRef(7, "a.png", "image/png", 1, fail)

    plain = await client.get("/files/7")
    as_json = await client.get("/files/7", headers={"Accept": "application/json"})

    assert plain.status == as_json.status == 500
    assert await plain.text() == "Hệ thống gặp lỗi và đã ghi nhận. Xin thử lại.\n"
    assert await as_json.json() == {"error": "Hệ thống gặp lỗi và đã ghi nhận. Xin thử lại."}
    assert "a request failed" in caplog.text


async def test_a_wrong_method_says_which_are_right(client: Any) -> None:
    response = await client.delete("/upload")

    assert (response.status, response.headers["Allow"]) == (405, "POST")
    assert await response.text() == "Địa chỉ này không nhận loại yêu cầu đó.\n"


async def test_health_turns_503_when_something_is_down(client: Any, inbox: FakeInbox) -> None:
    well = await client.get("/healthz")
    inbox.healthy = False
    ill = await client.get("/healthz")

    assert (well.status, await well.json()) == (200, {"ok": True})
    assert (ill.status, await ill.json()) == (503, {"ok": False})


async def test_metrics_are_in_prometheus_text(client: Any) -> None:
    response = await client.get("/metrics")

    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert await response.text() == "banhoc_messages_total 3\n"


async def test_the_access_log_names_routes_not_contents(inbox: FakeInbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "aiohttp.access")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    runner = await server.serve(inbox.app(), "127.0.0.1", port)

    async with ClientSession() as session:
        for path in ("/?start=A1.SECRET", "/files/4711", "/toi-la-Nguyen-Van-A"):
            await (await session.get(f"http://127.0.0.1:{port}{path}")).read()
    await runner.cleanup()

    lines = [record.getMessage() for record in caplog.records if record.name == "aiohttp.access"]
    assert [line.split(" ")[:3] for line in lines] == [
        ["GET", "/", "200"],
        ["GET", "/files/{id}", "404"],
        ["GET", "(unknown)", "404"],
    ]


async def test_a_taken_port_stops_the_start_with_one_clear_line(inbox: FakeInbox) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match=f"cannot listen on 127.0.0.1:{port}: .*; set another PORT"):
            await server.serve(inbox.app(), "127.0.0.1", port)
