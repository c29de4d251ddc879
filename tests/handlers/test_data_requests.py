"""Requests about one's own data: kept with the law's days, answered by an admin, seen by nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.jobs import data_requests as job
from storage.audit import audit
from storage.data_requests import data_requests
from storage.tables import outbox
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import organisation

WORDS = "Tôi không muốn giờ học của mình được dùng để xếp hạng."


@pytest.fixture
async def ha(app: Bot) -> FakePerson:
    admin = await (await organisation(app)).admin("ha")
    await admin.says("/start")
    return admin


async def asks(an: FakePerson, kind: str = "Phản đối, hạn chế xử lý", words: str = WORDS) -> None:
    await an.says("/yeucau")
    await an.taps(kind)
    await an.says(words)


async def test_a_request_is_kept_with_its_days_and_answered_in_the_chat(an: FakePerson, ha: FakePerson) -> None:
    await asks(an)

    an.hears("phản hồi trước hết ngày 24/11/2026, trả lời trước hết ngày 07/12/2026")
    ha.hears("Có yêu cầu về dữ liệu cá nhân (Phản đối, hạn chế xử lý)", buttons=["Xem yêu cầu"])
    await ha.taps("Xem yêu cầu")
    ha.hears(WORDS, buttons=["Báo đã tiếp nhận", "Đã giải quyết", "Từ chối"])
    await ha.taps("Báo đã tiếp nhận")
    an.hears("đã được tiếp nhận và đang giải quyết")
    await ha.taps("Đã giải quyết")
    await ha.says("Đã bỏ tên đồng chí khỏi mọi bảng xếp hạng.")
    ha.hears("Đã đóng yêu cầu (đã giải quyết)")
    an.hears("đã giải quyết. Đã bỏ tên đồng chí khỏi mọi bảng xếp hạng.\nNếu anh/chị không đồng ý, có thể khiếu nại")
    await an.says("/yeucau")
    an.hears("Phản đối, hạn chế xử lý: đã giải quyết. Đã bỏ tên")
    about_it = select(audit.c.what).where(audit.c.what.startswith("request.")).order_by(audit.c.seq)
    rows = await an.app.database.all(about_it)
    assert [row.what for row in rows] == ["request.read", "request.received", "request.done"]


async def test_a_request_is_refused_with_its_reason_and_may_be_taken_back(an: FakePerson, ha: FakePerson) -> None:
    await asks(an, "Chỉnh sửa dữ liệu", "Đổi đơn vị của tôi trong năm 2024.")
    await ha.taps("Xem yêu cầu")
    await ha.taps("Từ chối")
    await ha.says("abc")
    ha.hears("Nội dung trả lời dài từ 5 đến 1.000 ký tự.")
    await ha.says("Giai đoạn 1 đã khóa số liệu.")
    an.hears("từ chối. Giai đoạn 1 đã khóa số liệu.")
    id = await an.app.database.value(select(data_requests.c.id))
    await ha.taps_payload(f"request.settle|{id}|done")
    ha.hears("Yêu cầu này đã đóng: từ chối.")

    await asks(an, "Khiếu nại", "Tôi khiếu nại việc từ chối.")
    await an.says("/yeucau")
    await an.taps("Rút yêu cầu: Khiếu nại")
    an.hears("Đã rút yêu cầu")
    await ha.says("/yeucau")
    await ha.taps("Các yêu cầu đang mở (0)")
    ha.hears("Không có yêu cầu nào")


async def test_unit_numbers_and_endless_texts_are_not_kept_and_five_are_enough(an: FakePerson, ha: FakePerson) -> None:
    await asks(an, words="tôi ở trung đoàn 847, xin xem dữ liệu của mình")
    assert "847" not in str((await an.app.database.first(select(data_requests.c.text))).text)
    await asks(an, words="x" * 1001)
    an.hears("Nội dung yêu cầu dài từ 5 đến 1.000 ký tự.")
    for _ in range(4):
        await asks(an)
    await asks(an)
    an.hears("đang có 5 yêu cầu chưa trả lời")


async def test_nobody_but_an_admin_reads_or_settles_them(an: FakePerson, ha: FakePerson, app: Bot) -> None:
    await asks(an)
    id = await app.database.value(select(data_requests.c.id))
    binh = app.person("binh")
    for tap in ("request.list", f"request.show|{id}", f"request.received|{id}", f"request.settle|{id}|done"):
        await binh.taps_payload(tap)
        binh.hears("Chỉ quản trị viên giải quyết yêu cầu về dữ liệu cá nhân.")
    await binh.taps_payload(f"request.back|{id}")
    binh.hears("Nút này không còn dùng được")
    await binh.says("/yeucau")
    assert "Các yêu cầu đang mở" not in str(binh.last.buttons)


async def test_admins_are_told_each_morning_what_is_due_and_the_list_says_overdue(
    an: FakePerson, ha: FakePerson, app: Bot
) -> None:
    context = app.app.scheduler._context
    assert await job.run(an.at, context) is None
    await asks(an)
    assert await job.run(an.at, context) is None

    late = an.at + timedelta(days=3)
    for _ in range(2):
        facts = await job.run(late, replace(context, due=late))
    assert facts == {"due": 1, "overdue": 1, "told": 0}
    rows = await app.database.all(select(outbox.c.payload).where(outbox.c.address == "ha"))
    told = "1 yêu cầu cần trả lời trước hết ngày mai, trong đó 1 đã quá hạn"
    assert sum(told in one.payload["text"] for one in rows) == 1
    await ha.says("/yeucau", at=late)
    await ha.taps("Các yêu cầu đang mở (1)", at=late)
    ha.hears("Phản đối, hạn chế xử lý: QUÁ HẠN từ 24/11/2026")
