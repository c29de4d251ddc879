"""One learner on three channels: begun on the web, gone on by numbers on the Zalo Bot, ended by buttons on the OA."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import func, select, update

from bot.app import ABILITIES, App
from bot.clock import now
from bot.knowledge.answer import Knowledge
from bot.message import Reply
from bot.notices import promise_notice
from bot.settings import Settings
from bot.turn import State
from bot.zalo_login import alert_text
from storage.changes import Changes
from storage.commits import Commit
from storage.people import People, Person
from storage.study_logs import StudyLogs
from storage.tables import accounts, conversations, persons
from tests.channels.test_zalo_oa_conversation import consented, settings_for
from tests.test_same_words import Page, Says, Taps
from tests.zalo_fake.bot import ZaloBotServer
from tests.zalo_fake.bot_bench import SECRET, listening
from tests.zalo_fake.bot_people import BotPerson
from tests.zalo_fake.oa import FakeOA
from tests.zalo_fake.oa_bench import serving
from tests.zalo_fake.oa_users import OAUser


@dataclass(frozen=True)
class Words:
    """What the learner says, taps and hears, in one language."""

    language: str
    english: str
    computing: str
    its_subject: str
    how_long: str
    half_hour: str
    hour_and_half: str
    linked: str
    logged_english: str
    logged_computing: str
    undo: str
    undone: str
    restore: str
    restored: str
    said_twice: str


WORDS = [
    Words(
        language="vi",
        english="hôm nay học tiếng Anh",
        computing="hôm qua học tin học",
        its_subject="tin học",
        how_long="học bao lâu?",
        half_hour="30 phút",
        hour_and_half="1 giờ 30 phút",
        linked="Đã liên kết",
        logged_english="Đã ghi: 1 giờ 30 phút · Tiếng Anh",
        logged_computing="Đã ghi: 30 phút · Tin học",
        undo="Hoàn tác",
        undone="Đã hoàn tác",
        restore="Khôi phục",
        restored="Đã khôi phục",
        said_twice="1 lượt",
    ),
    Words(
        language="en",
        english="studied English today",
        computing="studied computing yesterday",
        its_subject="computing",
        how_long="How long did you study?",
        half_hour="30 min",
        hour_and_half="1 h 30 min",
        linked="Linked.",
        logged_english="Logged: 1 h 30 min · Tiếng Anh",
        logged_computing="Logged: 30 min · ",
        undo="Undo",
        undone="Undone",
        restore="Restore",
        restored="Restored",
        said_twice="1 entry had been sent on both; it counts once",
    ),
]
in_both_languages = pytest.mark.parametrize("words", WORDS, ids=lambda words: words.language)


@dataclass
class Learner:
    """One app on three channels, and the same learner at each of them; each step returns the texts heard there."""

    app: App
    page: Page
    at_bot: BotPerson
    at_oa: OAUser
    bot: ZaloBotServer
    oa: FakeOA

    async def on_web(self, how: str, what: str) -> str:
        """Say or tap something on the web page."""
        seen = len(self.page.messages)
        await (self.page.taps(what) if how == Taps else self.page.says(what))
        return "\n".join(one["text"] for one in self.page.messages[seen:])

    async def on_bot(self, what: str, times: int = 1) -> str:
        """Say something on the Zalo Bot, where nothing can be tapped; the platform may tell it several times."""
        seen = len(self.at_bot.sees)
        update = await self.at_bot.says(what)
        for _ in range(times - 1):
            await self.bot.tell(update)
        await self.bot.told_all()
        await self.app.sender.idle()
        return "\n".join(one.text for one in self.at_bot.sees[seen:])

    async def on_oa(self, how: str, what: str, times: int = 1) -> str:
        """Say or tap something on the OA; Zalo may bring it several times."""
        seen = len(self.at_oa.sees)
        await (self.at_oa.taps(what) if how == Taps else self.at_oa.says(what))
        body = self.oa.webhook.bodies[-1]
        stamp = str(json.loads(body)["timestamp"])
        for _ in range(times - 1):
            assert await self.oa.webhook.post(body, {"X-ZEvent-Signature": self.oa.webhook.sign(body, stamp)}) == 200
        await self.app.sender.idle()
        return "\n".join(one.text for one in self.at_oa.sees[seen:])

    async def person(self) -> Person:
        """Who is behind the web page."""
        address = await self.app.database.value(select(accounts.c.address).where(accounts.c.channel == "web"))
        return (await People(self.app.database, Changes()).by_accounts([("web", address)]))["web", address]

    async def asked(self) -> tuple[str, list[str]]:
        """The open question and the subjects of its draft."""
        state = State.read((await self.person()).state)
        return state.asked, [entry["subject"] for entry in state.draft.get("entries", [])]

    async def diary(self) -> list[tuple[int, str]]:
        """Minutes and subject of every entry that counts, newest last."""
        logs = await StudyLogs(self.app.database, Changes()).all_of((await self.person()).id)
        return [(log.minutes, log.subject) for log in sorted(logs, key=lambda log: log.id)]

    async def rows(self) -> tuple[int, int, int]:
        """How many persons, conversations and accounts there are."""
        counts = [select(func.count()).select_from(table) for table in (persons, conversations, accounts)]
        one, two, three = [int(await self.app.database.value(statement)) for statement in counts]
        return one, two, three

    async def notice(self) -> list[str]:
        """Promise a notice as the program does; the channels on which it came."""
        seen = self._shown()
        changes = Changes()
        text = alert_text("-14014", "https://banhoc.example.vn/")
        people = [(await self.person()).id]
        await promise_notice(self.app.database, changes, ABILITIES, people, Reply(text), now())
        await self.app.committer.commit(Commit(changes))
        async with asyncio.timeout(20):
            while self._shown() == seen:  # noqa: ASYNC110 - the three screens have no common event
                await asyncio.sleep(0.05)
        await self.app.sender.idle()
        return [name for name, texts in self._shown().items() if len(texts) > len(seen[name])]

    async def rests(self, minutes: float) -> None:
        """Let time pass since each channel was used."""
        async with self.app.database.writing() as connection:
            for account in (await connection.execute(select(accounts.c.id, accounts.c.seen_at))).all():
                earlier = account.seen_at - timedelta(minutes=minutes)
                await connection.execute(update(accounts).where(accounts.c.id == account.id).values(seen_at=earlier))

    def _shown(self) -> dict[str, list[str]]:
        return {
            "web": [one["text"] for one in self.page.messages],
            "zalo_bot": [one.text for one in self.at_bot.sees],
            "zalo_oa": [one.text for one in self.at_oa.sees],
        }


def code_in(text: str) -> str:
    """The code of six digits that /lienket gave."""
    found = re.search(r"/lienket (\d{6})", text)
    assert found, text
    return found[1]


@asynccontextmanager
async def learning(url: str, knowledge: Knowledge, port: int) -> AsyncIterator[Learner]:
    """The app as the settings build it, with web chat, Zalo Bot and Zalo OA, and somebody who uses all three."""
    async with AsyncExitStack() as stack:
        oa = await stack.enter_async_context(serving())
        zalo = await stack.enter_async_context(ZaloBotServer())
        values = {
            **settings_for(oa, port),
            "zalo_bot_token": zalo.token,
            "zalo_bot_api_url": zalo.url,
            "zalo_bot_mode": "webhook",
            "zalo_bot_secret": SECRET,
        }
        app = App(Settings(database_url=url, _env_file=None, **values), knowledge=knowledge)  # type: ignore[call-arg]
        app.add_web()
        app.add_zalo_bot()
        app.add_zalo_oa()
        await app.start()
        stack.push_async_callback(app.stop)
        await consented(app, oa)
        await listening(zalo, "webhook")
        page = await opened_page(app, stack)
        yield Learner(app, page, zalo.user("an"), oa.user("an"), zalo, oa)


async def opened_page(app: App, stack: AsyncExitStack) -> Page:
    """The web chat in a browser of its own."""
    jar = aiohttp.CookieJar(unsafe=True)
    session = await stack.enter_async_context(aiohttp.ClientSession(app.settings.public_url, cookie_jar=jar))
    async with session.get("/") as answer:
        assert answer.status == 200
    socket = await stack.enter_async_context(session.ws_connect("/ws", headers={"Origin": app.settings.public_url}))
    await socket.send_json({"type": "hello", "since": "0"})
    page = Page(app, session, socket)
    stack.callback(page.reading.cancel)
    return page


@in_both_languages
async def test_a_chat_begun_on_the_web_goes_on_by_numbers_on_the_zalo_bot_and_ends_by_buttons_on_the_oa(
    words: Words, database_url: str, knowledge: Knowledge, unused_tcp_port_factory: Callable[[], int]
) -> None:
    async with learning(database_url, knowledge, unused_tcp_port_factory()) as an:
        await an.on_web(Says, "/start")
        await an.on_web(Taps, "Đồng ý")
        await an.on_web(Says, f"/ngonngu {words.language}")
        assert words.how_long in await an.on_web(Says, words.english)
        code = code_in(await an.on_web(Says, "/lienket"))

        assert words.linked in await an.on_bot(f"/lienket {code}")
        assert await an.asked() == ("minutes", ["tiếng anh"])
        asked_again = await an.on_bot("3")
        assert words.how_long in asked_again and f"3. {words.hour_and_half}" in asked_again
        assert words.logged_english in await an.on_bot("3", times=3)
        assert await an.diary() == [(90, "tiếng anh")]
        assert words.how_long in await an.on_bot(words.computing)
        code = code_in(await an.on_bot("/lienket"))

        assert words.linked in await an.on_oa(Says, f"/lienket {code}")
        assert await an.asked() == ("minutes", [words.its_subject])
        assert words.how_long in await an.on_oa(Says, "3")
        assert words.logged_computing in await an.on_oa(Taps, words.half_hour, times=3)
        assert await an.diary() == [(90, "tiếng anh"), (30, words.its_subject)]
        assert words.undone in await an.on_oa(Taps, words.undo, times=3)
        assert await an.diary() == [(90, "tiếng anh")]
        assert words.restored in await an.on_oa(Taps, words.restore)

        assert await an.diary() == [(90, "tiếng anh"), (30, words.its_subject)]
        assert await an.rows() == (1, 1, 3)
        person = await an.person()
        assert (person.language, person.consents) == (words.language, {"log": True})
        assert (await an.asked())[0] == ""


@in_both_languages
async def test_an_entry_said_on_two_channels_counts_once_after_the_link(
    words: Words, database_url: str, knowledge: Knowledge, unused_tcp_port_factory: Callable[[], int]
) -> None:
    async with learning(database_url, knowledge, unused_tcp_port_factory()) as an:
        await an.on_web(Says, "/start")
        await an.on_web(Taps, "Đồng ý")
        await an.on_web(Says, f"/ngonngu {words.language}")
        await an.on_web(Says, "hôm nay học 1 tiếng rưỡi tiếng Anh")
        await an.on_oa(Says, "/start")
        await an.on_oa(Taps, "Đồng ý")
        await an.on_oa(Says, "hôm nay học 1 tiếng rưỡi tiếng Anh")
        code = code_in(await an.on_web(Says, "/lienket"))

        said = await an.on_oa(Says, f"/lienket {code}")

        assert words.linked in said and words.said_twice in said
        assert await an.diary() == [(90, "tiếng anh")]
        assert await an.rows() == (1, 1, 2)


async def test_a_notice_goes_to_the_channel_used_last(
    database_url: str,
    knowledge: Knowledge,
    unused_tcp_port_factory: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.jobs.outbox.RECOVER_SECONDS", 0.1)
    async with learning(database_url, knowledge, unused_tcp_port_factory()) as an:
        code = code_in(await an.on_web(Says, "/lienket"))
        await an.on_bot(f"/lienket {code}")
        code = code_in(await an.on_bot("/lienket"))
        await an.on_oa(Says, f"/lienket {code}")

        assert await an.notice() == ["zalo_oa"]
        await an.rests(minutes=6)
        await an.on_web(Says, "/help")
        assert await an.notice() == ["web"]
        await an.rests(minutes=6)
        await an.on_bot("/help")
        assert await an.notice() == ["zalo_bot"]
