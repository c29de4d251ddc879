"""One person on several channels: what is said on the one goes on at the other."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from storage.changes import Changes
from storage.commits import Commit
from storage.outbox import Outbox
from storage.people import People
from storage.tables import accounts, conversations, persons
from tests.chat import NOON
from tests.handlers.linked import Channels, agrees, code_of, linked, two_channels  # noqa: F401 - two_channels is the fixture `both`


async def test_a_code_said_on_another_channel_makes_two_accounts_one_person(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await an.says("hôm nay học 2 tiếng tiếng Anh")
    await agrees(zalo)
    await zalo.says("hôm qua học 45 phút tin học")
    await an.says("/lienket")

    await zalo.says(f"/lienket {code_of(an)}")

    zalo.hears("Đã liên kết. Kênh này và kênh kia nay dùng chung một nhật ký")
    an.hears("Zalo Bot …zalo vừa được liên kết với anh/chị")
    one = await both.behind("console", "an")
    assert (await both.behind("zalo_bot", "an-zalo")).id == one.id
    assert await both.minutes(one.id) == 165
    assert await both.count(persons) == await both.count(conversations) == 1


async def test_just_the_six_digits_after_lienket_are_enough(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await an.says("/lienket")
    code = code_of(an)
    await zalo.says("lien ket")

    await zalo.says(f"{code[:3]} {code[3:]}")

    zalo.hears("Đã liên kết")


async def test_a_newcomers_first_message_may_be_a_code(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)

    await linked(both, an, zalo)
    await zalo.says("hôm nay học 1 tiếng tin học")

    zalo.hears("Đã ghi: 1 giờ · Tin học")
    assert await both.count(persons) == 1


async def test_other_words_after_lienket_are_heard_for_what_they_are(both: Channels) -> None:
    an = both.web("an")
    await agrees(an)
    await an.says("/lienket")

    await an.says("hôm nay học 1 tiếng tin học")

    an.hears("Đã ghi: 1 giờ · Tin học")


async def test_an_open_question_goes_on_where_it_stood_on_the_other_channel(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await an.says("hôm nay học tiếng Anh")
    an.hears("học bao lâu?")

    await linked(both, an, zalo)
    await zalo.says("1 tiếng rưỡi")

    zalo.hears("Đã ghi: 1 giờ 30 phút · Tiếng Anh")
    await zalo.says("2")
    zalo.hears("hoàn tác")
    assert await both.minutes((await both.behind("console", "an")).id) == 0


async def test_the_language_of_the_one_who_made_the_code_is_spoken(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await an.says("/ngonngu en")

    await linked(both, an, zalo)

    zalo.hears("Linked. This channel and the other one now share one diary")


async def test_two_people_who_say_each_others_code_at_once_become_one(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await agrees(zalo)
    await an.says("/lienket")
    await zalo.says("/lienket")
    of_an, of_zalo = code_of(an), code_of(zalo)

    await asyncio.gather(an.says(f"/lienket {of_zalo}"), zalo.says(f"/lienket {of_an}"))

    assert (await both.behind("console", "an")).id == (await both.behind("zalo_bot", "an-zalo")).id
    assert await both.count(persons) == await both.count(conversations) == 1


async def test_what_the_leaving_persons_other_account_says_meanwhile_is_not_lost(both: Channels) -> None:
    an, zalo, second = both.web("an"), both.on_zalo("an-zalo"), both.web("an-2")
    await agrees(second)
    await linked(both, second, zalo)
    await agrees(an)
    await an.says("/lienket")
    code = code_of(an)

    await asyncio.gather(
        zalo.says(f"/lienket {code}", at=an.at + timedelta(seconds=5)),
        second.says("hôm nay học 1 tiếng tin học"),
        an.says("hôm qua học 2 tiếng tiếng Anh"),
    )

    people = {(await both.behind(*one)).id for one in (("console", "an"), ("console", "an-2"), ("zalo_bot", "an-zalo"))}
    assert len(people) == await both.count(persons) == await both.count(conversations) == 1
    assert await both.minutes(people.pop()) == 180


async def test_an_entry_that_waited_for_consent_is_saved_when_the_other_account_had_agreed(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await zalo.says("hôm nay học 1 tiếng tin học")
    zalo.hears("tôi cần đồng ý")

    await linked(both, an, zalo)

    zalo.hears("Đã ghi: 1 giờ · Tin học")
    assert await both.minutes((await both.behind("console", "an")).id) == 60


async def test_a_linked_account_that_had_been_stopped_gets_the_next_notice(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await zalo.says("chào")
    changes = Changes()
    Outbox(both.bot.database, changes).stop_account("zalo_bot", "an-zalo", NOON)
    await both.bot.committer.commit(Commit(changes))

    await linked(both, an, zalo)

    person = await both.behind("zalo_bot", "an-zalo")
    chosen = (await People(both.bot.database, Changes()).by_ids([person.id]))[person.id]

    assert (chosen.channel, chosen.address) == ("zalo_bot", "an-zalo")
    assert await both.bot.database.value(select(func.count()).where(accounts.c.stopped_at.is_not(None))) == 0
