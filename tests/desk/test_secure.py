"""Behind https the desk's cookies are for https and this host only."""

import re

from aiohttp.test_utils import TestClient, TestServer

from bot.app import App
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from tests.chat import Chat
from tests.conftest import Bot
from tests.organisation import organisation

PUBLIC = "https://banhoc.example.vn"


async def test_cookies_are_secure_and_bound_to_the_host(database_url: str, knowledge: Knowledge) -> None:
    settings = Settings(database_url=database_url, public_url=PUBLIC, _env_file=None)  # type: ignore[call-arg]
    running = App(settings, knowledge=knowledge)
    chat = Chat()
    running.add(chat)
    running.add_web()
    await running.start(listen=False)
    bot = Bot(running, chat)
    oanh = await (await organisation(bot)).officer("oanh", "A")
    await oanh.says("/banlamviec")
    link = re.search(rf"{PUBLIC}(/desk/vao/\S+)", oanh.last.text)
    assert link

    async with TestClient(TestServer(running.application(clock=lambda: oanh.at))) as client:
        opened = await client.get(link[1])
        door = opened.headers["Set-Cookie"]
        token = re.search(r'name="form_token" value="(\w+)"', await opened.text())
        assert token
        sent = await client.post(
            link[1],
            data={"form_token": token[1]},
            headers={"Cookie": door.split(";")[0], "Origin": PUBLIC},
            allow_redirects=False,
        )
    await running.stop()

    assert sent.status == 303
    for cookie in (door, sent.headers["Set-Cookie"]):
        assert cookie.startswith("__Host-banhoc-")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
