"""A unit's own documents: read, cleaned, found, quoted, withdrawn."""

import io
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.knowledge.answer import Knowledge
from bot.knowledge.clean import doubtful_words, without_spam
from bot.knowledge.imports import MAX_BYTES, read_document
from bot.knowledge.passages import Block, cut
from tests.knowledge.conftest import FIXTURES, LOCALES

SEEDS = sorted((FIXTURES / "seeds").glob("*.txt"))
HTML = (
    "<!doctype html><html><head><title>x</title><script>var a=1</script></head><body><nav>Trang chủ</nav>"
    "<h1>Quy chế học tập</h1><h2>Điều 1</h2><p>Mỗi chi bộ sinh hoạt chuyên đề một lần mỗi quý.</p></body></html>"
).encode()


def seeds_only() -> Knowledge:
    knowledge = Knowledge(LOCALES, [], [], {})
    for path in SEEDS:
        knowledge.add_passages(read_document(path.read_bytes(), path.name))
    return knowledge


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_is_imported_without_spam_and_menus(path) -> None:
    document = read_document(path.read_bytes(), path.name)

    text = "\n".join(passage.text for passage in document.passages)
    assert len(document.passages) >= 8
    assert "hi88" not in text.lower()
    assert "Ý kiến bạn đọc" not in text
    assert "Thư điện tử của bạn" not in text
    assert all(len(passage.text) < 900 for passage in document.passages)


def test_the_issuer_below_the_spam_is_named_as_far_as_it_is_known() -> None:
    document = read_document(SEEDS[3].read_bytes(), SEEDS[3].name)

    text = " ".join(passage.text for passage in document.passages)
    assert "UBND tỉnh ban hành Kế hoạch số 29/KH-UBND" in text
    assert "trên địa bàn tỉnh." in text
    assert any("× 4" in note for note in document.removed)


def test_slips_of_the_scanner_are_flagged_and_right_words_are_not() -> None:
    document = read_document(SEEDS[1].read_bytes(), SEEDS[1].name)

    assert "đầu cap ủy" in document.doubtful
    assert "thu n lợi" in document.doubtful
    assert doubtful_words("Các cấp ủy học tập tốt, vai trò và ý nghĩa ở mọi nơi") == []


@pytest.mark.parametrize(
    ("question", "seed", "words"),
    [
        ("Cục Chính trị Quân khu ban hành văn bản gì?", 0, "Hướng dẫn"),
        ("ngan sach, co so vat chat cho can bo chien si hoc tap", 0, "cơ sở vật chất"),
        ("lồng ghép toàn dân đoàn kết xây dựng đời sống văn hóa", 1, "đời sống văn hóa"),
        ("Huỳnh Tấn Việt chủ trì lễ ký kết", 2, "Huỳnh Tấn Việt"),
        ("Giải thưởng Nhân tài Đất Việt", 2, "Nhân tài Đất Việt"),
        ("kế hoạch 304/KH-UBND", 3, "304/KH-UBND"),
        ("trung tâm văn hóa, thể thao và học tập cộng đồng", 3, "học tập cộng đồng"),
        ("ban khuyến học trong bệnh viện, công an, quân đội", 4, "bệnh viện"),
        ("Hà Phương", 4, "Hà Phương"),
    ],
)
def test_a_passage_found_by_a_question_quotes_the_right_file(question: str, seed: int, words: str) -> None:
    answer = seeds_only().ask(question)

    assert answer.answered
    assert words in answer.answer
    assert answer.sources[0].issuer == SEEDS[seed].name


def test_a_document_is_searchable_at_once_and_gone_when_withdrawn(knowledge: Knowledge) -> None:
    mine = Knowledge.load(LOCALES)
    question = "mỗi chi bộ sinh hoạt chuyên đề mấy lần một quý"

    mine.add_passages(read_document(HTML, "quy-che.html"))
    found = mine.ask(question)
    mine.remove("quy-che.html")

    assert "một lần mỗi quý" in found.answer
    assert found.sources[0].document == "Quy chế học tập"
    assert found.sources[0].part.endswith("Điều 1")
    assert "một lần mỗi quý" not in mine.ask(question).answer


def test_importing_again_replaces_the_earlier_version() -> None:
    mine = Knowledge(LOCALES, [], [], {})

    mine.add_passages(read_document("Thư viện mở cửa lúc bảy giờ sáng hằng ngày.".encode(), "noi-quy.txt"))
    mine.add_passages(read_document("Thư viện mở cửa lúc chín giờ sáng hằng ngày.".encode(), "noi-quy.txt"))

    assert "chín giờ" in mine.ask("thư viện mở cửa buổi sáng").answer


def test_a_word_file_keeps_its_heading_path() -> None:
    document = docx.Document()
    document.add_heading("Kế hoạch học tập", 1)
    document.add_heading("Thời gian", 2)
    document.add_paragraph("Lớp tin học mở vào thứ năm hằng tuần tại thư viện.")
    packed = io.BytesIO()
    document.save(packed)

    read = read_document(packed.getvalue(), "ke-hoach.docx")

    assert read.title == "Kế hoạch học tập"
    assert read.passages[0].heading == "Kế hoạch học tập › Thời gian"


def test_headings_of_the_same_level_replace_each_other() -> None:
    passages = cut([Block("A", 1), Block("x " * 80), Block("B", 1), Block("y " * 80)])

    assert [passage.heading for passage in passages] == ["A", "B"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.txt"),
        (b"\x00\x01\x02binary", "a.txt"),
        (b"\xff\xd8\xff\xe0JFIF", "photo.jpg"),
        (b"%PDF-1.7 broken", "a.pdf"),
        (b"PK\x03\x04broken", "a.docx"),
        (b"plain text", "a.exe"),
        (b"x" * (MAX_BYTES + 1), "big.txt"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(data: bytes, name: str) -> None:
    with pytest.raises(UserError) as raised:
        read_document(data, name)

    assert raised.value.text.msgid.endswith(".")


def test_a_zip_that_is_no_word_file_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "hello")

    with pytest.raises(UserError):
        read_document(packed.getvalue(), "a.docx")


@pytest.mark.parametrize(
    "text", ["tỉnh Hi88 làm gì", "theo kế hoạch của ĐĂNG  NHẬP\u00a0HI 88\n.\nTiếp theo", "vào Fun88 chơi"]
)
def test_a_pasted_gambling_name_is_cut(text: str) -> None:
    cleaned, count = without_spam(text)

    assert count == 1
    assert "88" not in cleaned


@settings(max_examples=80, deadline=None)
@given(
    data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
    name=st.sampled_from(["a.txt", "a.html", "a.docx", "a.pdf", "a", "../../x.txt"]),
)
def test_any_bytes_are_read_or_refused_but_never_crash(data: bytes, name: str) -> None:
    try:
        document = read_document(data, name)
    except UserError:
        return

    assert document.passages
