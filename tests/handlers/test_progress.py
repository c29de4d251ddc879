"""My progress: today, week, month, year, phase, areas."""

from datetime import datetime

from bot.clock import LOCAL_ZONE
from tests.chat import FakePerson


async def test_progress_sums_by_week_month_year_and_phase(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("ngày 30/10 học 2 tiếng tiếng Anh")
    await an.says("ngày 15/11 học 1 tiếng tin học")
    await an.says("hôm qua học 1 tiếng tin học, hôm nay học 30 phút tiếng Anh")

    await an.says("tien do")

    an.hears("Tiến độ tự khai của anh/chị, đến 22/11/2026:\nHôm nay: 30 phút.\nTuần này: 1 giờ 30 phút.\n")
    an.hears("Tháng 11/2026: 2 giờ 30 phút.\nNăm 2026: 4 giờ 30 phút.\nGiai đoạn 2 (2026-2030): 4 giờ 30 phút.\n")
    an.hears("Theo lĩnh vực năm 2026: ngoại ngữ 2 giờ 30 phút, năng lực số 2 giờ.", buttons=["Nhật ký"])


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
