"""Admins look at the jobs that run by the clock, run one now, pause it and let it go on; nobody else does."""

from datetime import datetime, timedelta

import pytest

from bot.clock import LOCAL_ZONE
from storage.audit import Audit
from storage.changes import Changes
from storage.jobs import Jobs
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import organisation

MORNING = datetime(2026, 11, 28, 3, 0, tzinfo=LOCAL_ZONE)
NIGHT = timedelta(hours=24)
NAME = "Dọn dữ liệu đã hết thời hạn lưu"


@pytest.fixture
async def chi(app: Bot) -> FakePerson:
    """An admin."""
    person = await (await organisation(app)).admin("chi")
    person.at = MORNING
    return person


async def at_the_retention(person: FakePerson) -> None:
    await person.says("/congviec")
    await person.taps(next(label for label in person.last.buttons if label.endswith(NAME)))


async def last_run(app: Bot) -> datetime | None:
    row = await Jobs(app.database, Changes()).by_name("retention")
    assert row is not None
    return row.last_run


async def test_an_admin_sees_each_job_and_runs_one_at_once(app: Bot, chi: FakePerson) -> None:
    await app.app.scheduler.tick(MORNING)
    await chi.says("/congviec")
    chi.hears(f"{NAME} · lần tới 03:15 28/11/2026 · lần trước chưa chạy")
    await at_the_retention(chi)
    chi.hears("mỗi ngày lúc 03:15", buttons=["Chạy ngay", "Tạm dừng", "Danh sách công việc"])

    await chi.taps("Chạy ngay")
    chi.hears("sẽ chạy trong vài giây")
    await app.app.scheduler.tick(MORNING + timedelta(minutes=5))

    await chi.taps("Danh sách công việc")
    chi.hears("lần trước 03:05 28/11/2026: xong")
    await at_the_retention(chi)
    chi.hears("• 03:00 28/11/2026: xong")


async def test_a_paused_job_does_not_run_until_it_goes_on(app: Bot, chi: FakePerson) -> None:
    await app.app.scheduler.tick(MORNING)
    await at_the_retention(chi)
    await chi.taps("Tạm dừng")
    chi.hears("Đã tạm dừng")
    await app.app.scheduler.tick(MORNING + NIGHT)
    assert await last_run(app) is None
    await at_the_retention(chi)
    chi.hears("Đang tạm dừng")

    await chi.taps("Tiếp tục", at=MORNING + NIGHT)
    await app.app.scheduler.tick(MORNING + NIGHT)
    assert await last_run(app) is None

    await app.app.scheduler.tick(MORNING + NIGHT + timedelta(minutes=15))
    assert await last_run(app) == MORNING + NIGHT + timedelta(minutes=15)


async def test_who_did_it_stands_in_the_audit(app: Bot, chi: FakePerson) -> None:
    await app.app.scheduler.tick(MORNING)
    for label in ("Chạy ngay", "Tạm dừng", "Tiếp tục"):
        await at_the_retention(chi)
        await chi.taps(label)

    rows = [row async for row in Audit(app.database, Changes()).rows()]
    kept = [(row.what, row.role, row.detail["job"]) for row in rows if row.what.startswith("job.")]
    assert kept == [(what, "admin", "retention") for what in ("job.run", "job.paused", "job.resumed")]


async def test_nobody_else_sees_or_runs_a_job_also_not_by_a_forged_button(app: Bot, an: FakePerson) -> None:
    await app.app.scheduler.tick(MORNING)
    officer = await (await organisation(app)).officer("ha", "A")
    for person in (an, officer):
        await person.says("/congviec")
        person.hears("Chỉ quản trị viên")
        for action in ("job", "job.run", "job.pause", "job.go"):
            await person.taps_payload(f"{action}|retention")
            person.hears("Chỉ quản trị viên")

    await app.app.scheduler.tick(MORNING + timedelta(minutes=1))
    assert await last_run(app) is None


async def test_before_any_process_has_scheduled_the_list_says_so_and_a_dead_button_too(chi: FakePerson) -> None:
    await chi.says("/congviec")
    chi.hears("Chưa có tiến trình nào chạy lịch")
    await chi.taps_payload("job.run|no-such-job")
    chi.hears("Nút này không còn dùng được")
