"""The text of the official report: guided or picked, kept with unit and period, undone, and found in the .docx."""

from io import BytesIO

import docx
import pytest

from storage.changes import Changes
from storage.narratives import Narratives
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def texts(units: Organisation, code: str = "A", key: str = "2026-H1") -> dict[str, str]:
    return await Narratives(units.bot.database, Changes()).of(units.ids[code], key)


def words_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs)


async def test_one_section_after_the_other_then_the_word_file(units: Organisation) -> None:
    officer = await units.officer("hoa", "A")
    await officer.says("/baocao 6 tháng đầu năm")
    officer.hears("Nội dung báo cáo 6 tháng đầu năm 2026 của Cục Mẫu (A):")
    officer.hears("1. Công tác lãnh đạo, chỉ đạo: chưa có nội dung")
    assert len(officer.last.text) <= 1500

    await officer.taps("Viết lần lượt")
    officer.hears("1/10. Công tác lãnh đạo, chỉ đạo")
    await officer.says("Ban hành 02 kế hoạch.\n\nKiểm tra trung đoàn 82 hai lần.")
    officer.hears("Đã ghi mục: Công tác lãnh đạo, chỉ đạo.\n2/10. Công tác tuyên truyền")
    await officer.taps("Bỏ qua")
    officer.hears("3/10. Kết quả học tập")
    await officer.says("tiếp")
    officer.hears("4/10.")
    await officer.says("Đăng ký 12 mô hình")
    await officer.taps("Tất cả các mục")

    officer.hears("1. Công tác lãnh đạo, chỉ đạo: Ban hành 02 kế hoạch.")
    officer.hears("4. Mô hình học tập và danh hiệu: Đăng ký 12 mô hình")
    assert await texts(units) == {
        "direction": "Ban hành 02 kế hoạch.\nKiểm tra trung đoàn … hai lần.", "models": "Đăng ký 12 mô hình",
    }  # fmt: skip
    await officer.taps("Word")
    files = {name: content for heard in officer.heard for name, content in heard.files.items()}
    found = words_of(files["bao-cao-A-2026-H1.docx"])
    for line in ("Ban hành 02 kế hoạch.", "Kiểm tra trung đoàn … hai lần.", "Đăng ký 12 mô hình"):
        assert line in found
    assert "[Đơn vị bổ sung" in found or "[" in found, "what was not written is still asked for"


async def test_one_section_is_changed_emptied_and_brought_back(units: Organisation) -> None:
    officer = await units.officer("hoa", "A")
    for text in ("Lần một", "Lần hai"):
        await officer.says("/baocao 6 tháng đầu năm")
        await officer.taps("10. Kiến nghị, đề xuất")
        await officer.says(text)
        officer.hears("Đã ghi mục: Kiến nghị, đề xuất.", buttons=["Hoàn tác", "Tất cả các mục", "Word"])

    await officer.taps("Hoàn tác")
    officer.hears("Đã trả về như trước: Kiến nghị, đề xuất: Lần một")
    assert await texts(units) == {"proposals": "Lần một"}
    await officer.taps_payload(f"bc.section|{units.ids['A']}|2026-H1|proposals")
    officer.hears("Hiện có: Lần một")
    await officer.taps("Xóa mục này")
    assert await texts(units) == {}
    await officer.taps("Hoàn tác")
    assert await texts(units) == {"proposals": "Lần một"}


async def test_a_text_that_is_too_long_is_refused_and_may_be_sent_again(units: Organisation) -> None:
    officer = await units.officer("hoa", "A")
    await officer.says("/baocao 6 tháng đầu năm")
    await officer.taps("7. Hạn chế")

    await officer.says("a" * 2001)
    officer.hears("Mục “Hạn chế” dài 2.001 ký tự; tối đa 2.000.")
    assert await texts(units) == {}
    await officer.says("Chưa đều giữa các phòng")

    assert await texts(units) == {"limits": "Chưa đều giữa các phòng"}


async def test_each_unit_and_period_has_its_own_text(units: Organisation) -> None:
    officer = await units.officer("hoa", "A")
    await officer.says("/baocao A.2 quý 3")
    await officer.taps("6. Ưu điểm")
    await officer.says("Tốt")

    assert await texts(units, "A.2", "2026-Q3") == {"strengths": "Tốt"}
    assert await texts(units, "A.2", "2026-H1") == {}
    assert await texts(units, "A", "2026-Q3") == {}


async def test_without_a_period_it_is_asked_for(units: Organisation) -> None:
    officer = await units.officer("hoa", "A")

    await officer.says("soan bao cao")

    officer.hears("Nội dung báo cáo của kỳ nào?")
    assert list(officer.last.buttons) == ["6 tháng đầu năm 2026", "quý 3/2026", "tháng 10/2026", "năm 2026"]


async def test_phase_1_and_strangers_are_refused(units: Organisation) -> None:
    officer, stranger = await units.officer("hoa", "A"), await units.officer("minh", "M")
    id = units.ids["A"]

    await officer.says("/baocao năm 2025")
    officer.hears("Giai đoạn 1 (2023-2025) đã khép lại")
    assert list(officer.last.buttons) == ["Word"]
    await officer.taps_payload(f"bc.section|{id}|2025|limits")
    officer.hears("Giai đoạn 1 (2023-2025) đã khép lại")
    for person in (stranger, units.bot.person("ai do")):
        for payload in (f"bc|{id}|2026-H1", f"bc.section|{id}|2026-H1|limits", f"bc.next|{id}|2026-H1|limits",
                        f"bc.empty|{id}|2026-H1|limits", f"bc.undo|{id}|2026-H1|limits"):  # fmt: skip
            await person.taps_payload(payload)
            assert "Cục Mẫu" not in person.last.text
        await person.says("Nội dung giả")
    await officer.taps_payload(f"bc.section|{id}|2026-H1|nonsense")
    officer.hears("không còn dùng được")
    assert await texts(units) == {}
