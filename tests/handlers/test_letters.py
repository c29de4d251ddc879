"""Messages that were not delivered: an admin sees why, sends them again, or lets them go; so does the command line."""

import argparse
import asyncio

import pytest
from sqlalchemy import select, update

from bot import operations
from bot.errors import SettingsError
from storage.tables import outbox
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import organisation


async def admin(app: Bot) -> FakePerson:
    lan = await (await organisation(app)).admin("lan")
    await lan.says("/start")
    return lan


async def dead(app: Bot, name: str, state: str, error: str) -> None:
    """What this person was sent last ended so."""
    await app.person(name).says("/help")
    await app.app.sender.idle()
    async with app.database.writing() as connection:
        mine = outbox.c.address == name
        await connection.execute(update(outbox).where(mine).values(state=state, error=error))


async def states(app: Bot, name: str) -> set[str]:
    return {row.state for row in await app.database.all(select(outbox.c.state).where(outbox.c.address == name))}


async def test_only_an_admin_sees_them(app: Bot, an: FakePerson) -> None:
    await an.says("/thulai")
    an.hears("quản trị")
    await an.taps_payload("letters.retry|failed")
    an.hears("quản trị")


async def test_an_admin_reads_the_reasons_and_sends_again(app: Bot) -> None:
    lan = await admin(app)
    await lan.says("/thulai")
    lan.hears("Mọi tin đều đã gửi")
    await dead(app, "an", "failed", "too long")
    await dead(app, "chi", "failed", "stopped")
    heard = len(app.person("an").heard)

    await lan.says("/thulai")
    lan.hears("bị từ chối hoặc bị chặn · too long", buttons=["Gửi lại tin bị từ chối", "Bỏ tin bị từ chối"])
    lan.hears("đã chặn bot; chờ đến khi người đó nhắn lại")
    await lan.taps("Gửi lại tin bị từ chối")
    lan.hears("Đang gửi lại 1 tin")

    async with asyncio.timeout(10):
        while len(app.person("an").heard) == heard:  # noqa: ASYNC110 - the screen has no event of its own
            await asyncio.sleep(0.01)
    assert await states(app, "chi") == {"failed"}


async def test_what_may_have_arrived_is_sent_again_only_after_a_second_tap(app: Bot) -> None:
    lan = await admin(app)
    await dead(app, "an", "unknown", "the process that sent it ended")

    await lan.says("/thulai")
    lan.hears("chương trình dừng khi đang gửi")
    await lan.taps("Gửi lại tin chưa rõ")
    lan.hears("1 tin có thể đã tới", buttons=["Vẫn gửi", "Không"])
    await lan.taps("Không")
    assert await states(app, "an") == {"unknown"}

    await lan.says("/thulai")
    await lan.taps("Coi tin chưa rõ là xong")
    lan.hears("Đã xử lý xong 1 tin")
    assert await states(app, "an") == {"cancelled"}


async def test_the_command_line_lists_and_drops_them(
    app: Bot, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await dead(app, "an", "failed", "too long")
    monkeypatch.setenv("DATABASE_URL", database_url)

    def asked(action: str, state: str | None) -> argparse.Namespace:
        return argparse.Namespace(action=action, state=state, id=[])

    await operations.outbox(asked("list", None))
    assert "too long" in capsys.readouterr().out
    with pytest.raises(SettingsError, match="--state"):
        await operations.outbox(asked("retry", None))
    await operations.outbox(asked("drop", "failed"))

    assert capsys.readouterr().out == "1\n"
    assert await states(app, "an") == {"cancelled"}
