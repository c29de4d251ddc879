"""Admins see what the vendors' quotas leave; nobody else does."""

from datetime import date
from types import SimpleNamespace

from bot.clock import now
from bot.grants import grant
from tests.chat import FakePerson
from tests.conftest import Bot


async def test_an_admin_reads_the_quota_of_a_metered_channel(app: Bot) -> None:
    usage = SimpleNamespace(
        month=date(2026, 11, 1), sent=2400, sent_limit=3000, people=41, people_limit=50, groups=0, groups_limit=3,
        unknown=2, refused=0, paused_seconds=0, exhausted=False, problem="",
    )  # fmt: skip
    app.app.turns.quotas["zalo_bot"] = lambda: usage
    await grant(app.database, app.committer, "console:chi", "admin", None, now())
    admin = app.person("chi")

    await admin.says("/hanmuc")

    admin.hears("Zalo Bot: 2.400/3.000 tin, 41/50 người, 0/3 nhóm.")
    admin.hears("không gửi lại: 2 tin")


async def test_a_learner_is_refused(an: FakePerson) -> None:
    await an.says("/hanmuc")

    an.hears("chỉ dành cho quản trị viên")
