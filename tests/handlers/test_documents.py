"""The unit's own documents: sent by an admin, previewed, approved, quoted, withdrawn; also from the command line."""

import io
import json
from zipfile import ZipFile

import docx
import pytest

from bot import documents, shelf
from bot.app import App
from bot.errors import UserError
from bot.i18n import LOCALES, Reader, render
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from bot.units_import import import_units
from storage.changes import Changes
from storage.commits import Commit
from storage.documents import Documents
from storage.evidence import Evidence
from storage.people import People, Person
from storage.questions import Questions
from storage.study_logs import StudyLogs
from storage.units import Units
from tests.chat import NOON, Chat, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

RULES = (
    "Quy chế học tập của cơ quan\n"
    "Đăng ngày 05/03/2026\n"
    "TRANG CHỦ\n"
    "Điều 1. Thời gian học\n"
    "Mỗi chi bộ sinh hoạt chuyên đề một lần mỗi quý, vào tuần cuối của tháng thứ ba, tại hội trường lớn của cơ quan.\n"
    "Nhà cái uy tín, đăng ký ngay\n"
    "Điều 2. Mượn thiết bị\n"
    "Người học mượn máy chiếu và tai nghe ở phòng hành chính, trả lại trước bốn giờ chiều cùng ngày, có ký vào sổ.\n"
).encode()
ASKED = "mượn máy chiếu và tai nghe ở đâu?"
LENT = "mượn máy chiếu và tai nghe ở phòng hành chính"
"""What the document says and no article does."""


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


@pytest.fixture
async def admin(units: Organisation) -> FakePerson:
    return await units.admin("quan")


async def sends(person: FakePerson, content: bytes = RULES, name: str = "quy-che.txt") -> None:
    await person.sends_file(name, content, "text/plain")


async def publishes(person: FakePerson, content: bytes = RULES, name: str = "quy-che.txt") -> None:
    await sends(person, content, name)
    await person.taps("Duyệt, đưa vào kho")


def pdf(text: str) -> bytes:
    """A small PDF with one line of text."""
    stream = f"BT /F1 12 Tf 40 700 Td ({text}) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    ]
    out, at = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        at.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in at)
    out += f"xref\n0 5\n0000000000 65535 f \n{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out.encode("latin-1")


async def test_an_admin_sees_what_it_is_what_was_cut_and_how_it_begins(admin: FakePerson) -> None:
    await sends(admin)

    admin.hears("Xem trước “Quy chế học tập của cơ quan” (quy-che.txt): ngày 05/03/2026,")
    admin.hears("Đã cắt bỏ 2 chỗ không thuộc văn bản: “TRANG CHỦ”")
    admin.hears("Mỗi chi bộ sinh hoạt chuyên đề", buttons=["Duyệt, đưa vào kho", "Bỏ"])


async def test_slips_of_the_scanner_are_shown_before_approval(admin: FakePerson) -> None:
    await sends(
        admin, "Hướng dẫn cho các đơn vị\nCán bộ tạo điều kiện thu n lợi cho việc hoc tập của mọi người.".encode()
    )

    admin.hears("Nghi lỗi quét 2 chỗ")
    admin.hears("thu n lợi")


async def test_an_approved_document_is_quoted_with_its_name_and_part_at_once(admin: FakePerson, an: FakePerson) -> None:
    await sends(admin)
    await an.says(ASKED)
    assert LENT not in an.last.text

    await admin.taps("Duyệt, đưa vào kho")
    admin.hears("Đã đưa vào kho: Quy chế học tập của cơ quan.", buttons=["Thu hồi"])
    await an.says(ASKED)

    an.hears(LENT)
    an.hears("Nguồn: Quy chế học tập của cơ quan, quy-che.txt, 05/03/2026 (Điều 2. Mượn thiết bị).")


async def test_a_word_file_is_quoted_with_its_heading_path(admin: FakePerson, an: FakePerson) -> None:
    document = docx.Document()
    document.add_heading("Nội quy phòng đọc", 1)
    document.add_heading("Giờ mở cửa", 2)
    document.add_paragraph("Phòng đọc mở cửa lúc 9 giờ sáng, đóng cửa lúc 17 giờ, trừ ngày lễ.")
    packed = io.BytesIO()
    document.save(packed)

    await publishes(admin, packed.getvalue(), "noi-quy.docx")
    await an.says("phòng đọc mở cửa lúc nào?")

    an.hears("9 giờ sáng")
    an.hears("(Nội quy phòng đọc › Giờ mở cửa)")


async def test_a_withdrawn_document_is_quoted_no_more_and_can_come_back(admin: FakePerson, an: FakePerson) -> None:
    await publishes(admin)

    await admin.taps("Thu hồi")
    await an.says(ASKED)
    assert LENT not in an.last.text
    await admin.taps("Đưa lại vào kho")
    await an.says(ASKED)

    an.hears(LENT)


async def test_a_dropped_document_leaves_nothing(admin: FakePerson, app: Bot) -> None:
    await sends(admin)

    await admin.taps("Bỏ")

    admin.hears("Đã bỏ: Quy chế học tập của cơ quan.")
    assert await Documents(app.database, Changes()).counts() == {}


async def test_a_new_version_takes_the_place_of_the_old_one(admin: FakePerson, an: FakePerson, app: Bot) -> None:
    await publishes(admin)

    await sends(admin, RULES.replace("phòng hành chính".encode(), "thư viện".encode()))
    admin.hears("sẽ thay bản cùng tên tệp")
    await admin.taps("Duyệt, đưa vào kho")
    await an.says(ASKED)

    an.hears("mượn máy chiếu và tai nghe ở thư viện")
    assert await Documents(app.database, Changes()).counts() == {"published": 1, "withdrawn": 1}


async def test_the_same_file_again_is_not_kept_twice(admin: FakePerson, app: Bot) -> None:
    await sends(admin)
    await sends(admin)
    await admin.taps("Duyệt, đưa vào kho")

    await sends(admin)

    admin.hears("Tài liệu này đã có trong kho", buttons=["Thu hồi"])
    assert await Documents(app.database, Changes()).counts() == {"published": 1}


async def test_a_button_that_was_used_or_invented_does_nothing(admin: FakePerson, app: Bot) -> None:
    await sends(admin)
    approve = admin.last.buttons["Duyệt, đưa vào kho"]
    drop = admin.last.buttons["Bỏ"]
    await admin.taps_payload(approve)

    for payload in (drop, approve, "document.withdraw|1", "document.show|x", "document.page|-1"):
        await admin.taps_payload(payload)
        admin.hears("Nút này không còn dùng được.")

    assert await Documents(app.database, Changes()).counts() == {"published": 1}


async def test_the_list_shows_what_waits_and_what_is_published(admin: FakePerson) -> None:
    await admin.says("/tailieu")
    admin.hears("Chưa có tài liệu nào của đơn vị.")
    await publishes(admin)
    await sends(admin, RULES + b"\nDieu 3. Them.", "ban-moi.txt")

    await admin.says("/tailieu")

    admin.hears("1. Quy chế học tập của cơ quan (ban-moi.txt, 05/03/2026): ")
    admin.hears("chờ duyệt.\n2. Quy chế học tập của cơ quan (quy-che.txt, 05/03/2026): ")
    await admin.taps("1. Xem “Quy chế học tập của cơ q…”")
    admin.hears("Xem trước", buttons=["Duyệt, đưa vào kho", "Bỏ"])
    await admin.says("/tailieu")
    await admin.taps("2. Thu hồi “Quy chế học tập của cơ q…”")
    admin.hears("Đã thu hồi")


async def test_a_long_list_comes_in_pages(admin: FakePerson) -> None:
    for number in range(8):
        await sends(admin, RULES + str(number).encode(), f"ban-{number}.txt")

    await admin.says("/tailieu")
    await admin.taps("Xem tiếp")

    assert [label[:2] for label in admin.last.buttons] == ["7.", "8."]


async def test_only_an_admin_lists_and_decides(units: Organisation, admin: FakePerson) -> None:
    officer = await units.officer("binh", "A")
    await sends(admin)
    payloads = [*admin.last.buttons.values(), admin.last.buttons["Bỏ"].replace("drop", "show"), "document.page|0"]

    await officer.says("/tailieu")
    officer.hears("Chỉ quản trị viên")
    for payload in payloads:
        await officer.taps_payload(payload)
        officer.hears("Chỉ quản trị viên")

    assert await Documents(units.bot.database, Changes()).counts() == {"pending": 1}


async def test_a_document_of_somebody_else_is_evidence_or_nothing(an: FakePerson, app: Bot) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("hôm nay học 1 tiếng tin học")

    await sends(an)
    an.hears("Minh chứng cần là ảnh JPEG, PNG hoặc tệp PDF")
    await an.sends_file("bang.pdf", pdf("certificate of computing"), "application/pdf")

    an.hears("Đã nhận tệp làm minh chứng")
    assert await Documents(app.database, Changes()).counts() == {}


async def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(admin: FakePerson) -> None:
    await sends(admin, b"PK\x03\x04 broken", "ke-hoach.docx")
    admin.hears("Không đọc được ke-hoach.docx")

    await sends(admin, b"", "trong.txt")
    admin.hears("Không tìm thấy chữ trong trong.txt")


async def owner_of(bot: Bot, name: str) -> Person:
    return (await People(bot.database, Changes()).by_accounts([("console", name)]))["console", name]


async def evidence_of(bot: Bot, name: str) -> list[str]:
    return [row.name for row in await Evidence(bot.database, Changes()).of((await owner_of(bot, name)).id)]


async def test_an_admins_pdf_may_be_evidence_after_all(admin: FakePerson, app: Bot) -> None:
    await admin.says("/start")
    await admin.taps("Đồng ý")
    await admin.says("hôm nay học 1 tiếng tin học")
    await admin.sends_file("bang.pdf", pdf("certificate of computing for the admin"), "application/pdf")
    admin.hears("Xem trước", buttons=["Duyệt, đưa vào kho", "Bỏ", "Đây là minh chứng của tôi"])

    await admin.taps("Đây là minh chứng của tôi")

    admin.hears("Đã nhận tệp làm minh chứng cho lượt 1 giờ · Tin học")
    assert await evidence_of(app, "quan") == ["bang.pdf"]
    assert await Documents(app.database, Changes()).counts() == {}


async def test_an_admins_scan_or_captioned_file_is_evidence_at_once(admin: FakePerson, app: Bot) -> None:
    await admin.says("/start")
    await admin.taps("Đồng ý")
    await admin.sends_file("a.pdf", pdf("certificate"), "application/pdf", caption="hôm nay học 2 tiếng tiếng Anh")
    await admin.sends_file("quet.pdf", b"%PDF-1.7 a scan without words", "application/pdf")

    assert await evidence_of(app, "quan") == ["a.pdf", "quet.pdf"]


async def test_what_another_process_publishes_is_found_here_and_after_a_restart(
    database_url: str, admin: FakePerson, app: Bot, an: FakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "LOOK_EVERY_SECONDS", 0.0)
    await an.says(ASKED)
    assert LENT not in an.last.text

    result = await documents.import_files(
        app.database, app.committer, [("quy-che.txt", RULES), ("xau.docx", b"PK\x03\x04")], NOON, publish=True
    )
    await an.says(ASKED)

    an.hears(LENT)
    said = render(result.text(), Reader("vi"))
    assert "Xem trước “Quy chế học tập của cơ quan”" in said
    assert "Đã đưa vào kho, số " in said
    assert "xau.docx: Không đọc được xau.docx" in said
    again = App(Settings(database_url=database_url, _env_file=None), knowledge=Knowledge.load(LOCALES))  # type: ignore[call-arg]
    channel = Chat()
    again.add(channel)
    await again.start(listen=False)
    stranger = FakePerson("la", again, channel)
    await stranger.says(ASKED)
    await again.stop()
    stranger.hears(LENT)


async def test_the_list_of_documents_is_read_once_in_a_few_seconds(app: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = 0
    real = Documents.published_ids

    async def counted(self: Documents) -> tuple[int, ...]:
        nonlocal reads
        reads += 1
        return await real(self)

    monkeypatch.setattr(Documents, "published_ids", counted)

    for _ in range(5):
        await shelf.refresh(app.app.knowledge, app.database)

    assert reads == 1


async def test_without_yes_a_document_waits_and_the_same_again_publishes_it(app: Bot) -> None:
    files = [("quy-che.txt", RULES)]
    first = await documents.import_files(app.database, app.committer, files, NOON, publish=False)
    assert "Đang chờ duyệt, số " in render(first.text(), Reader("vi"))

    await documents.import_files(app.database, app.committer, files, NOON, publish=True)
    await documents.import_files(app.database, app.committer, files, NOON, publish=True)

    assert await Documents(app.database, Changes()).counts() == {"published": 1}
    id = first.imported[0].stored.id
    shown = render(await documents.listed(app.database), Reader("vi"))
    assert shown.startswith(f"{id}. Quy chế học tập của cơ quan (quy-che.txt, 05/03/2026): ")
    assert shown.endswith("đang trong kho.")


@pytest.mark.parametrize("by_name", [False, True])
async def test_the_command_line_withdraws_by_number_or_name(app: Bot, by_name: bool) -> None:
    result = await documents.import_files(app.database, app.committer, [("a.txt", RULES)], NOON, publish=True)
    which = "a.txt" if by_name else str(result.imported[0].stored.id)

    said = await documents.withdraw(app.database, app.committer, which, NOON)

    assert render(said, Reader("vi")).startswith("Đã thu hồi: Quy chế")
    with pytest.raises(UserError):
        await documents.withdraw(app.database, app.committer, which, NOON)
    assert render(await documents.listed(app.database), Reader("vi")) == "Chưa có tài liệu nào."


async def test_two_decisions_at_the_same_moment_make_one(app: Bot) -> None:
    result = await documents.import_files(app.database, app.committer, [("a.txt", RULES)], NOON, publish=True)
    stored = await Documents(app.database, Changes()).by_id(result.imported[0].stored.id)
    assert stored is not None
    late = Changes()
    Documents(app.database, late).withdraw(stored, None, NOON)
    await documents.withdraw(app.database, app.committer, "a.txt", NOON)

    outcome = await app.committer.commit(Commit(late))

    assert outcome.value == "conflict"


async def learner_of(app: Bot, root: str) -> FakePerson:
    """A learner two levels below a root of this name."""
    tree = f"code,name,parent,kind\nR,{root},,\nR.1,Phòng Mẫu,R,\nR.1.1,Tổ Mẫu,R.1,\n"
    await import_units(app.database, app.committer, tree.encode(), "u.csv", NOON)
    person = app.person("hoa")
    await person.says("/start")
    owner = await owner_of(app, "hoa")
    changes = Changes()
    unit = await Units(app.database, Changes()).by_code("R.1.1")
    assert unit is not None
    People(app.database, changes).update(owner, unit_id=unit.id)
    await app.committer.commit(Commit(changes))
    return person


async def test_a_soldier_of_quan_khu_2_gets_its_guidance_first(app: Bot) -> None:
    person = await learner_of(app, "Quân khu 2 (mẫu)")

    await person.says("kế hoạch của mình có mấy giai đoạn?")

    person.hears("2 giai đoạn")
    person.hears("Nguồn: Hướng dẫn của Cục Chính trị Quân khu 2")


async def test_staff_of_the_hydrometeorological_service_get_decision_96(app: Bot) -> None:
    person = await learner_of(app, "Tổng cục Khí tượng Thủy văn (mẫu)")

    await person.says("kế hoạch của mình căn cứ quyết định nào?")
    person.hears("Nguồn: Quyết định 96/QĐ-TCKTTV")
    await person.says("kế hoạch của mình có mấy giai đoạn?")

    person.hears("kế hoạch của Tổng cục KTTV không nêu")


async def test_unit_numbers_and_strengths_are_masked_before_anything_is_stored(an: FakePerson, app: Bot) -> None:
    await an.says("/start")
    await an.says("hôm nay học 1 tiếng chuyên đề phòng cháy của trung đoàn 82 quân số 120")
    waiting = (await owner_of(app, "an")).state["memory"]["waiting"]
    await an.taps("Đồng ý")
    await an.says("Kinh phí cho phong trào ở trung đoàn 82 năm 2026 là bao nhiêu tỷ đồng?")

    owner = await owner_of(app, "an")
    [question] = await Questions(app.database, Changes()).of(owner.id)
    [log] = await StudyLogs(app.database, Changes()).all_of(owner.id)
    assert question.text == "Kinh phí cho phong trào ở trung đoàn … năm 2026 là bao nhiêu tỷ đồng?"
    assert not [words for words in (log.subject, str(log.course), str(waiting)) if "82" in words or "120" in words]
    assert "phòng cháy" in log.subject


async def test_an_answer_that_was_wrong_is_kept_with_the_question_masked(an: FakePerson, app: Bot) -> None:
    await an.says("ở e82 hỏi: phong trao nay do ai phat dong")

    await an.taps("Chưa đúng")

    [question] = await Questions(app.database, Changes()).of((await owner_of(app, "an")).id)
    assert question.text == "ở … hỏi: phong trao nay do ai phat dong"


async def test_kept_questions_are_part_of_ones_own_data(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("Kinh phí dành cho Phong trào năm 2026 là bao nhiêu tỷ đồng?")

    await an.says("/dulieu")

    files = {name: content for heard in an.heard for name, content in heard.files.items()}
    [kept] = json.loads(files["ban-hoc.json"])["questions"]
    assert kept["text"] == "Kinh phí dành cho Phong trào năm 2026 là bao nhiêu tỷ đồng?"
    assert (kept["reason"], kept["state"]) == ("unknown", "open")
    with ZipFile(io.BytesIO(files["ban-hoc.xlsx"])) as workbook:
        assert kept["text"] in workbook.read("xl/sharedStrings.xml").decode()
