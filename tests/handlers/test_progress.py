"""My progress: today, week, month, year, phase, areas."""

from datetime import datetime

from bot.clock import LOCAL_ZONE
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import organisation


async def test_progress_sums_by_week_month_year_and_phase(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("ngày 30/10 học 2 tiếng tiếng Anh")
    await an.says("ngày 15/11 học 1 tiếng tin học")
    await an.says("hôm qua học 1 tiếng tin học, hôm nay học 30 phút tiếng Anh")

    await an.says("tien do")

    an.hears("Tiến độ tự khai của anh/chị, đến 22/11/2026:\nHôm nay: 30 phút.\nTuần này: 1 giờ 30 phút.\n")
    an.hears("Tháng 11/2026: 2 giờ 30 phút.\nNăm 2026: 4 giờ 30 phút.\nGiai đoạn 2 (2026-2030): 4 giờ 30 phút.\n")
    an.hears("Duy trì: 2 tuần học liên tục (dài nhất 2 tuần); tháng 11/2026 còn 2 tuần được nghỉ.\n")
    an.hears("Theo lĩnh vực năm 2026: ngoại ngữ 2 giờ 30 phút, năng lực số 2 giờ.")
    assert list(an.last.buttons) == ["Nhật ký", "Vì sao", "Ảnh để chia sẻ"]


async def test_the_phase_goes_on_over_the_new_year(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("hôm nay học 1 tiếng tin học", at=datetime(2026, 12, 31, 20, 0, tzinfo=LOCAL_ZONE))

    await an.says("/tiendo", at=datetime(2027, 1, 1, 8, 0, tzinfo=LOCAL_ZONE))

    an.hears(
        "Hôm nay: 0 phút.\nTuần này: 1 giờ.\nTháng 01/2027: 0 phút.\nNăm 2027: 0 phút.\nGiai đoạn 2 (2026-2030): 1 giờ."
    )


async def test_without_entries_it_says_how_to_begin(an: FakePerson) -> None:
    await an.says("/tiendo")
    an.hears("vì anh/chị chưa đồng ý lưu dữ liệu")

    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("/tiendo")

    an.hears("Chưa có lượt nào được ghi.")


async def test_the_diary_opens_from_progress(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("hôm nay học 1 tiếng tin học")
    await an.says("/tiendo")

    await an.taps("Nhật ký")

    an.hears("1. 1 giờ · Tin học · hôm nay 22/11")


async def test_the_card_stands_against_the_goal_and_says_why_day_by_day(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("mục tiêu 7 giờ một tuần")
    await an.says("ngày 12/11 học 1 tiếng tin học")
    await an.says("hôm nay học 2 tiếng tiếng Anh")

    await an.says("tien do")
    an.hears("Tuần này: 2 giờ / mục tiêu 7 giờ.\nTháng 11/2026: 3 giờ / mục tiêu đến nay 11 giờ.\n")
    an.hears("Duy trì: 1 tuần học liên tục")
    await an.says("vì sao?")

    an.hears("Một tuần (từ thứ Hai) được tính khi có ít nhất một ngày học được ghi trong vòng 7 ngày.")
    an.hears("Tuần 16/11–22/11/2026: có học, chuỗi 1 tuần.\nT2 16/11: không ghi; T3 17/11: không ghi;")
    an.hears("CN 22/11: 2 giờ.")
    assert "09/11" not in an.last.text
    assert len(an.last.text) <= 1500


async def test_a_late_entry_is_kept_but_says_that_it_does_not_count(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    for text in ("ngày 4/11 học 1 tiếng tin học", "ngày 9/11 học 1 tiếng tin học"):
        await an.says(text, at=datetime(2026, 11, 10, 20, 0, tzinfo=LOCAL_ZONE))
    await an.says("ngày 14/11 học 45 phút tin học", at=datetime(2026, 11, 23, 8, 0, tzinfo=LOCAL_ZONE))
    await an.says("ngày 18/11 học 1 tiếng tin học")

    await an.says("/tiendo")
    an.hears("Duy trì: 3 tuần học liên tục (dài nhất 3 tuần)")
    an.hears("Tuần này chưa ghi ngày học nào; học một ngày là chuỗi được nối tiếp.")
    await an.taps("Vì sao")

    an.hears("Tuần 23/11–29/11/2026: chưa hết tuần, chuỗi vẫn là 3 tuần.\nT2 23/11: không ghi.")
    an.hears("T7 14/11: 45 phút, ghi sau 9 ngày nên không tính")
    await an.taps("Các tuần trước")
    an.hears("Tuần 02/11–08/11/2026: có học, chuỗi 1 tuần.", buttons=["Tiến độ của tôi"])
    assert len(an.last.text) <= 1500


async def test_the_picture_to_share_names_neither_the_person_nor_the_unit(app: Bot) -> None:
    tree = await organisation(app)
    officer, an = await tree.officer("oanh", "A.1"), app.person("an")
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("/donvi A.1")
    await an.says("Hoa Ban")
    await officer.taps("Xác nhận")
    await an.says("hôm nay học 2 tiếng tiếng Anh")
    await an.says("/tiendo")

    await an.taps("Ảnh để chia sẻ")

    (name,) = an.last.files
    assert name == "tien-do-2026-11-22.png"
    assert an.last.files[name].startswith(b"\x89PNG")
    an.hears("Trong ảnh không có tên và đơn vị của anh/chị.")


async def test_a_forged_page_of_the_explanation_is_a_dead_button(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("hôm nay học 2 tiếng tiếng Anh")

    for payload in ("progress.why|9", "progress.why|-1", "progress.why|x"):
        await an.taps_payload(payload)
        an.hears("không còn")
