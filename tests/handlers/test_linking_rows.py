"""What follows when two persons become one: entries, evidence, units, rights, consents."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, select

from bot.linking import stricter
from storage import links
from storage.changes import Changes
from storage.commits import Commit
from storage.evidence import Evidence
from storage.memberships import Memberships
from storage.people import People, Person
from storage.roles import Roles
from storage.study_logs import StudyLogs
from storage.tables import metadata, study_logs
from storage.units import ACTIVE, PENDING, Units
from tests.chat import NOON
from tests.handlers.linked import Channels, agrees, linked, two_channels  # noqa: F401 - two_channels is the fixture `both`
from tests.organisation import Organisation, organisation


async def test_evidence_goes_over_to_the_entry_that_stays(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await agrees(zalo)
    await an.says("hôm nay học 2 tiếng tiếng Anh", at=NOON)
    await zalo.says("hôm nay học 2 tiếng tiếng Anh", at=NOON)
    await zalo.sends_file("chung-nhan.png", b"\x89PNG\r\n\x1a\n", "image/png")

    await linked(both, an, zalo)

    one = await both.behind("console", "an")
    (kept,) = await StudyLogs(both.bot.database, Changes()).all_of(one.id)
    assert [(row.person_id, row.log_id) for row in await Evidence(both.bot.database, Changes()).of(one.id)] == [
        (one.id, kept.id)
    ]


async def test_an_entry_sent_on_both_within_ten_minutes_counts_once_and_can_be_restored(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await agrees(zalo)
    await an.says("hôm nay học 2 tiếng tiếng Anh", at=NOON)
    await zalo.says("hôm nay học 2 giờ tiếng Anh", at=NOON + timedelta(minutes=10))

    await linked(both, an, zalo)

    zalo.hears("Có 1 lượt đã gửi ở cả hai kênh nên chỉ tính một lần")
    person = await both.behind("console", "an")
    assert await both.minutes(person.id) == 120
    deleted = await StudyLogs(both.bot.database, Changes()).newest(person.id, deleted=True)
    assert [log.minutes for log in deleted] == [120]


@pytest.mark.parametrize(
    ("second", "after", "together"),
    [
        ("hôm nay học 2 tiếng tiếng Anh", timedelta(minutes=10, seconds=1), 240),
        ("hôm nay học 2 tiếng tin học", timedelta(minutes=1), 240),
        ("hôm nay học 1 tiếng 59 phút tiếng Anh", timedelta(minutes=1), 239),
        ("hôm qua học 2 tiếng tiếng Anh", timedelta(minutes=1), 240),
    ],
)
async def test_what_differs_or_came_later_was_studied_twice(
    both: Channels, second: str, after: timedelta, together: int
) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await agrees(zalo)
    await an.says("hôm nay học 2 tiếng tiếng Anh", at=NOON)
    await zalo.says(second, at=NOON + after)

    await linked(both, an, zalo)

    assert await both.minutes((await both.behind("console", "an")).id) == together


async def test_one_entry_swallows_only_one_twin(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await agrees(zalo)
    await an.says("hôm nay học 1 tiếng tin học", at=NOON)
    await zalo.says("hôm nay học 1 tiếng tin học", at=NOON)
    other = (await both.behind("zalo_bot", "an-zalo")).id
    (entry,) = await StudyLogs(both.bot.database, Changes()).all_of(other)
    changes = Changes()
    StudyLogs(both.bot.database, changes).add(replace(entry, created_at=NOON + timedelta(minutes=1)))
    await both.bot.committer.commit(Commit(changes))
    assert await both.minutes(other) == 120

    await linked(both, an, zalo)

    zalo.hears("Có 1 lượt đã gửi ở cả hai kênh")
    assert await both.minutes((await both.behind("console", "an")).id) == 120


async def test_of_a_pair_the_entry_that_counts_in_a_unit_stays(both: Channels) -> None:
    tree = await organisation(both.bot)
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await agrees(zalo)
    person = await both.behind("zalo_bot", "an-zalo")
    await _becomes_member(both, person, tree.ids["A.1"])
    await an.says("hôm nay học 2 tiếng tiếng Anh", at=NOON)
    await zalo.says("hôm nay học 2 tiếng tiếng Anh", at=NOON + timedelta(minutes=1))

    await linked(both, an, zalo)

    one = await both.behind("console", "an")
    rows = await both.bot.database.all(select(study_logs).where(study_logs.c.deleted_at.is_(None)))
    assert [(row.person_id, row.unit_id) for row in rows] == [(one.id, tree.ids["A.1"])]
    assert one.unit_code == "A.1"


async def _becomes_member(both: Channels, person: Person, unit_id: int) -> None:
    changes = Changes()
    Memberships(both.bot.database, changes).ask(person.id, unit_id, NOON)
    await both.bot.committer.commit(Commit(changes))
    changes = Changes()
    units, people = Units(both.bot.database, changes), People(both.bot.database, changes)
    waiting = await units.membership(person.id, PENDING)
    assert waiting
    Memberships(both.bot.database, changes).accept(waiting, person.id, NOON, NOON.date())
    people.consent(person, {"unit_totals": True}, "console", NOON)
    await both.bot.committer.commit(Commit(changes))


async def test_of_two_units_the_one_of_the_person_who_made_the_code_stays(both: Channels) -> None:
    tree = await organisation(both.bot)
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await agrees(zalo)
    await _becomes_member(both, await both.behind("console", "an"), tree.ids["A.2"])
    await _becomes_member(both, await both.behind("zalo_bot", "an-zalo"), tree.ids["A.1"])

    await linked(both, an, zalo)

    zalo.hears("Hai tài khoản thuộc hai đơn vị; anh/chị vẫn thuộc Phòng Hai.")
    one = await both.behind("console", "an")
    active = await Units(both.bot.database, Changes()).membership(one.id, ACTIVE)
    assert active and active.unit_id == one.unit_id == tree.ids["A.2"]


async def test_a_request_follows_and_the_officer_decides_it_after_linking(both: Channels) -> None:
    tree = await organisation(both.bot)
    officer = await tree.officer("oanh", "A.1")
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await zalo.says("/donvi A.1")
    await zalo.says("Hoa Ban")
    await linked(both, an, zalo)

    await officer.taps("Xác nhận")

    one = await both.behind("console", "an")
    assert (one.unit_code, one.alias) == ("A.1", "Hoa Ban")


async def test_rights_go_along_only_after_a_second_yes_and_are_not_doubled(both: Channels) -> None:
    tree: Organisation = await organisation(both.bot)
    an, zalo = await tree.officer("an", "A.1"), both.on_zalo("an-zalo")
    await zalo.says("chào")
    changes = Changes()
    roles = Roles(both.bot.database, changes, NOON)
    other = await both.behind("zalo_bot", "an-zalo")
    roles.grant(other.id, "officer", tree.ids["A.1"], NOON)
    roles.grant(other.id, "officer", tree.ids["A.2"], NOON)
    await both.bot.committer.commit(Commit(changes))

    await linked(both, an, zalo)
    zalo.hears("Tài khoản này có 2 quyền")
    assert (await both.behind("console", "an")).id != other.id
    await zalo.says("1")

    zalo.hears("Đã liên kết")
    one = await both.behind("console", "an")
    held = await Roles(both.bot.database, Changes(), NOON).of(one.id)
    assert sorted(role.unit_code for role in held) == ["A.1", "A.2"]


async def test_a_no_of_either_account_holds_and_both_histories_are_kept(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await agrees(an)
    await agrees(zalo)
    await zalo.says("/rutdongy")
    await zalo.says("1")
    zalo.hears("Đã rút đồng ý: nhật ký học tập")

    await linked(both, an, zalo)

    zalo.hears("Một trong hai tài khoản đã không đồng ý: nhật ký học tập.")
    one = await both.behind("console", "an")
    assert one.consents["log"] is False
    history = await People(both.bot.database, Changes()).consent_history(one.id)
    said = [(row.channel, row.granted) for row in history if row.purpose == "log"]
    assert said == [("console", True), ("zalo_bot", True), ("zalo_bot", False), ("zalo_bot", False)]


def test_silence_yields_to_what_the_other_account_said() -> None:
    assert stricter({"log": True}, {"reminders": True}) == ({"log": True, "reminders": True}, [])
    assert stricter({"log": True}, {"log": False}) == ({"log": False}, ["log"])
    assert stricter({}, {}) == ({}, [])


def test_rows_that_are_unique_per_person_are_joined_by_a_rule_of_their_own() -> None:
    named = {(column.table.name, column.name) for column in links.columns_of_persons()}

    unique = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for rule in [*table.constraints, *table.indexes]
        if isinstance(rule, PrimaryKeyConstraint | UniqueConstraint) or getattr(rule, "unique", False)
        for column in rule.columns
        if (table.name, column.name) in named
    }

    assert unique == {("memberships", "person_id"), ("broadcast_recipients", "person_id")}
