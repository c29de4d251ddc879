"""The roll-ups are kept up by the schedule, and a difference reaches the admins once a night."""

from datetime import date

from sqlalchemy import func, select, update

from bot.app import ABILITIES
from bot.clock import LOCAL_ZONE
from bot.jobs import rollups
from bot.jobs.runs import Context
from storage.rollup_tables import rollup_months
from storage.rollups import Rollups
from storage.tables import outbox
from tests.chat import NOON
from tests.conftest import Bot
from tests.organisation import organisation

NOVEMBER = date(2026, 11, 1)


def context_of(app: Bot) -> Context:
    return Context(app.database, app.committer, ABILITIES, LOCAL_ZONE, NOON)


async def test_what_is_logged_in_the_chat_is_in_the_sums_of_all_units_above_and_leaves_them_again(app: Bot) -> None:
    units = await organisation(app)
    officer, an = await units.officer("oanh", "A"), app.person("an")
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.taps("Tính vào số liệu đơn vị")
    await an.says("/donvi A.1.1")
    await an.says("Hoa Ban")
    await officer.taps("Xác nhận")
    await an.says("hôm nay học 2 tiếng tin học")
    await rollups.fold(NOON, context_of(app))
    kept = await Rollups(app.database).months(units.ids.values(), NOVEMBER, NOVEMBER)

    await an.taps("Hoàn tác")
    await rollups.fold(NOON, context_of(app))

    assert {unit: (sums[0].minutes, sums[0].people) for unit, sums in kept.items()} == {
        units.ids[code]: (120, 1) for code in ("A", "A.1", "A.1.1")
    }
    assert await Rollups(app.database).months(units.ids.values(), NOVEMBER, NOVEMBER) == {}


async def test_a_difference_is_told_to_the_admins_once_a_night(app: Bot) -> None:
    units = await organisation(app)
    quan = await units.admin("quan")
    await quan.says("/start")
    await units.members("A.1", [30, 45], day=NOVEMBER)
    assert await rollups.check(NOON, context_of(app)) is None
    async with app.database.writing() as connection:
        await connection.execute(update(rollup_months).values(minutes=rollup_months.c.minutes + 1))

    for _ in range(2):
        assert await rollups.check(NOON, context_of(app)) == {"differences": 4}

    promised = select(func.count()).where(outbox.c.key.startswith("rollups:"))
    assert await app.database.value(promised) == 1
