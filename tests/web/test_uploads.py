"""Files from visitors: what they really are decides, whatever they are called; too large or unknown is refused."""

import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from bot.message import MAX_FILE_BYTES
from bot.web.uploads import media_type_of, safe_name
from tests.web.fake_inbox import FakeInbox

ID = "33333333-file"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
TORN = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\ntorn'
OFFICE = "application/vnd.openxmlformats-officedocument."


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        for name in names:
            writer.writestr(name, "<x/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"\xff\xd8\xff\xe0 jpeg", "anh.jpg", "image/jpeg"),
        (PNG, "anh.txt", "image/png"),
        (b"%PDF-1.7 x", "giay.pdf", "application/pdf"),
        (archive("[Content_Types].xml", "word/document.xml"), "a.docx", OFFICE + "wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", OFFICE + "spreadsheetml.sheet"),
        ("mã,tên\nA1,Đơn vị".encode(), "don vi.CSV", "text/csv"),
        ("mã\tt\u00ean".encode("utf-16"), "a.txt", "text/plain"),
        ("m\u00e2".encode("cp1258"), "a.csv", "text/csv"),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx", ""),
        (archive("a.txt"), "a.docx", ""),
        (b"PK\x03\x04 torn", "a.xlsx", ""),
        (b"MZ\x90\x00", "anh.jpg", ""),
        (b"MZ\x90\x00", "anh.txt", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "anh.svg", ""),
        (b"<script>1</script>", "trang.html", "text/html"),
        (b"<script>1</script>", "trang.svg", ""),
        (b"GIF89a", "anh.png", ""),
    ],
)
def test_a_file_is_what_its_bytes_are(content: bytes, name: str, media_type: str) -> None:
    assert media_type_of(content, name) == media_type


@pytest.mark.parametrize(
    ("name", "media_type", "safe"),
    [
        ("Chứng chỉ.pdf", "application/pdf", "Chứng chỉ.pdf"),
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\an\\anh.JPG", "image/jpeg", "anh.jpg"),
        ("bia\u202egnp.exe", "image/png", "biagnp.exe.png"),
        ('a"\r\nSet-Cookie: b.png', "image/png", "aSet-Cookie b.png"),
        ("", "image/png", "file.png"),
        ("...", "text/csv", "file.csv"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 90 + ".pdf"),
    ],
)
def test_a_file_name_is_made_harmless(name: str, media_type: str, safe: str) -> None:
    assert safe_name(name, media_type) == safe


@pytest.fixture
def inbox() -> FakeInbox:
    return FakeInbox()


@pytest.fixture
async def client(inbox: FakeInbox) -> AsyncIterator[Any]:
    async with TestClient(TestServer(inbox.app())) as client:
        await client.get("/")
        yield client


async def send(client: Any, content: bytes, name: str = "anh.png", **fields: str) -> tuple[int, dict[str, Any]]:
    form = FormData(quote_fields=False)
    for key, value in {"id": ID, **fields}.items():
        form.add_field(key, value)
    form.add_field("file", io.BytesIO(content), filename=name)
    origin = str(client.make_url("/")).rstrip("/")
    response = await client.post("/upload", data=form, headers={"Origin": origin})
    return response.status, await response.json()


async def test_an_upload_becomes_a_message_with_an_attachment(client: Any, inbox: FakeInbox) -> None:
    status, said = await send(client, PNG, "giấy chứng nhận.png", text="gửi minh chứng")

    message = inbox.heard[0]
    [file] = message.files
    assert (status, said) == (200, {"accepted": ID})
    assert (file.name, file.media_type, file.size, file.kind) == ("giấy chứng nhận.png", "image/png", len(PNG), "photo")
    assert await file.read() == PNG
    assert (message.text, message.id) == ("gửi minh chứng", f"{message.address}:{ID}")


async def test_the_largest_file_is_taken_and_one_byte_more_is_not(client: Any, inbox: FakeInbox) -> None:
    taken, _ = await send(client, PNG.ljust(MAX_FILE_BYTES, b"\0"))
    refused, said = await send(client, PNG.ljust(MAX_FILE_BYTES + 1, b"\0"))

    assert (taken, refused) == (200, 413)
    assert said == {"error": "Tệp lớn hơn 5 MB. Xin gửi tệp nhỏ hơn."}
    assert len(inbox.heard) == 1


async def test_a_huge_body_is_refused_by_its_announced_length(client: Any, inbox: FakeInbox) -> None:
    status, said = await send(client, bytes(8 * 1024 * 1024))

    assert status == 413 and "5 MB" in said["error"]
    assert inbox.heard == []


@pytest.mark.parametrize(
    ("content", "name", "fields", "status"),
    [
        (b"", "trong.png", {}, 400),
        (b"MZ\x90\x00", "anh.png", {}, 415),
        (PNG, "anh.png", {"id": "short"}, 400),
        (PNG, "anh.png", {"text": "a\0b"}, 400),
        (PNG, "anh.png", {"text": "x" * 40_000}, 413),
    ],
)
async def test_a_bad_upload_is_refused_with_a_sentence(
    client: Any, inbox: FakeInbox, content: bytes, name: str, fields: dict[str, str], status: int
) -> None:
    answered, said = await send(client, content, name, **fields)

    assert answered == status
    assert said["error"].endswith(".")
    assert inbox.heard == []


async def test_an_upload_from_another_origin_or_without_cookie_is_refused(client: Any, inbox: FakeInbox) -> None:
    form = {"id": ID, "file": io.BytesIO(PNG)}
    foreign = await client.post("/upload", data=form, headers={"Origin": "https://elsewhere.example"})
    client.session.cookie_jar.clear()
    unknown, _ = await send(client, PNG)

    assert (foreign.status, unknown) == (403, 403)
    assert inbox.heard == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"nonsense", "multipart/form-data; boundary=b", 400),
        (b"nonsense", "multipart/form-data", 400),
        (TORN, "multipart/form-data; boundary=b", 400),
        (b"--b--\r\n", "multipart/form-data; boundary=b", 400),
    ],
)
async def test_a_malformed_form_is_refused_and_the_service_stays(
    client: Any, inbox: FakeInbox, body: bytes, content_type: str, status: int
) -> None:
    origin = str(client.make_url("/")).rstrip("/")

    response = await client.post("/upload", data=body, headers={"Origin": origin, "Content-Type": content_type})

    assert response.status == status
    assert (await response.json())["error"].endswith(".")
    assert (await send(client, PNG))[0] == 200
