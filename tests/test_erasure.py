"""After /xoa: a day to keep everything, then a search finds nothing of the person, also in files and backups."""

import json
import re
import shutil
import zipfile
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import make_url

from bot.app import App
from bot.jobs import erasures
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from storage.audit import audit
from storage.changes import Changes
from storage.commits import Commit
from storage.database import Database
from storage.erasure import Erasure
from storage.evidence import Evidence
from storage.people import People, Person
from storage.tables import consents, evidence, files, inbound, memberships, metadata, outbox, persons, roles, study_logs
from tests.chat import NOON, Chat, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

ALIAS, SUBJECT, QUESTION = "Hoa Sim Tím", "Tiếng Bồ Đào Nha", "Trạm vũ trụ của phong trào nằm ở hành tinh nào?"
REQUEST = "Tôi khiếu nại vì đơn vị cũ vẫn đọc được lượt ghi của tôi."
LEFT_IN_AUDIT = {"audit"}
"""Where a former id may stand: as a pseudonym that refers to nothing."""


class House:
    """The bot with a small organisation, and the address of its database."""

    def __init__(self, bot: Bot, units: Organisation, url: str) -> None:
        self.bot = bot
        self.units = units
        self.url = url

    async def tick(self, at: datetime) -> None:
        """What the scheduler does at this moment."""
        context = self.bot.app.scheduler._context
        await erasures.run(at, context)

    async def person(self, name: str) -> Person:
        found = await People(self.bot.database, Changes()).by_accounts([("console", name)])
        return found["console", name]


@pytest.fixture
async def house(app: Bot, database_url: str) -> House:
    return House(app, await organisation(app), database_url)


async def lives(house: House, name: str = "sim-va-tim") -> FakePerson:
    """Somebody with all that the bot can hold about a person; an officer and an admin have heard of them."""
    an = house.bot.person(name)
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("/rutdongy")
    await an.taps("Đồng ý: số liệu đơn vị")
    await an.taps("Tất cả đồng ý")
    await an.taps("Đồng ý: nêu tên trong báo cáo")
    oanh = await house.units.officer("oanh", "A.1")
    await house.units.admin("ha")
    await an.says("/donvi A.1")
    await an.says(ALIAS)
    await oanh.says("/thanhvien")
    await oanh.taps(ALIAS)
    await oanh.taps("Xác nhận")
    await an.says(f"hôm nay học 2 tiếng {SUBJECT}, hôm qua 45 phút tin học")
    await an.says("nhầm, tin học 1 tiếng")
    await an.sends_file("chung-chi-sim.jpg", b"\xff\xd8\xff sim", "image/jpeg")
    await an.taps(next(label for label in an.last.buttons if "2 giờ" in label))
    async with house.bot.database.writing() as connection:
        await connection.execute(update(evidence).values(state="approved", minutes=60, reason=ALIAS))
    await an.says(QUESTION)
    await an.says("/yeucau")
    await an.taps("Khiếu nại")
    await an.says(REQUEST)
    await house.bot.person("ha").taps("Xem yêu cầu")
    await an.says("/dulieu")
    await an.says("/lienket")
    await oanh.says("tổng hợp tháng 11")
    await oanh.taps("Excel")
    assert ALIAS in "".join(texts_of(oanh.last.files))
    return an


def texts_of(files: dict[str, bytes]) -> list[str]:
    found = []
    for content in files.values():
        if content.startswith(b"PK"):
            with zipfile.ZipFile(BytesIO(content)) as parts:
                found += [parts.read(name).decode(errors="replace") for name in parts.namelist()]
    return found


def forms(value: Any) -> str:
    """All that can be read in a cell: text, JSON, bytes, and the parts of a zipped file."""
    if isinstance(value, bytes):
        return value.decode(errors="replace") + "".join(texts_of({"": value}))
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)


async def found_in(database: Database, needles: list[str]) -> dict[str, set[str]]:
    """Every table in which one of these stands."""
    places: dict[str, set[str]] = {}
    for table in metadata.sorted_tables:
        for row in await database.all(select(table)):
            for value in row:
                read = forms(value)
                for needle in needles:
                    if re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", read, re.IGNORECASE):
                        places.setdefault(needle, set()).add(table.name)
    return places


def needles_of(person: Person) -> list[str]:
    return [str(person.id), person.address, ALIAS, SUBJECT, QUESTION, REQUEST, "chung-chi-sim.jpg"]


async def totals(house: House) -> tuple[int, int, int, int]:
    """Entries, minutes and people of the unit, and its approved minutes."""
    unit = house.units.ids["A.1"]
    figures = select(func.count(), func.sum(study_logs.c.minutes), func.count(study_logs.c.person_id.distinct()))
    row = await house.bot.database.first(figures.where(study_logs.c.unit_id == unit, study_logs.c.deleted_at.is_(None)))
    proven = Evidence(house.bot.database, Changes())
    approved = await proven.approved_minutes(unit, date(2026, 11, 1), date(2026, 11, 30))
    return row[0], row[1], row[2], approved


async def asks_to_be_erased(an: FakePerson) -> None:
    await an.says("/xoa")
    await an.taps("Xóa tất cả")


async def test_a_day_after_xoa_nothing_of_the_person_is_found_and_the_totals_are_the_same(house: House) -> None:
    an = await lives(house)
    before, person = await totals(house), await house.person(an.name)
    assert before[3] == 60
    assert set(await found_in(house.bot.database, needles_of(person))) == set(needles_of(person))

    await asks_to_be_erased(an)
    an.hears("sẽ bị xóa vĩnh viễn lúc", buttons=["Giữ lại", "Xóa ngay, không chờ"])
    await house.tick(an.at + timedelta(hours=23, minutes=59))
    assert await totals(house) == before
    assert (await house.person(an.name)).id == person.id
    await house.tick(an.at + timedelta(hours=24, minutes=1))

    assert await found_in(house.bot.database, needles_of(person)) == {str(person.id): LEFT_IN_AUDIT}
    assert await totals(house) == before
    left = await house.bot.database.all(select(study_logs))
    assert {(log.subject, log.course, log.mode) for log in left} == {("", None, None)}
    if house.bot.database.is_sqlite:
        assert scraps(house.url, needles_of(person)[1:]) == []
    await an.says("/nhatky")
    an.hears("Nhật ký chưa có lượt nào.")


def scraps(url: str, needles: list[str]) -> list[str]:
    """Needles in the raw bytes of the database's files: deleted is not the same as overwritten."""
    base = Path(make_url(url).database or "")
    raw = b"".join(path.read_bytes() for path in base.parent.glob(f"{base.name}*"))
    ways = {needle: (needle.encode(), json.dumps(needle)[1:-1].encode()) for needle in needles}
    return [needle for needle, written in ways.items() if any(way in raw for way in written)]


async def test_meanwhile_nothing_is_processed_or_shown_and_everything_can_be_kept(house: House) -> None:
    an = await lives(house)
    before = await snapshot(house, an)
    await asks_to_be_erased(an)

    await an.says("hôm nay học 1 tiếng tin học")
    an.hears("đang chờ xóa lúc", buttons=["Giữ lại", "Xóa ngay, không chờ"])
    for said in ("/start", "/dulieu", "giai đoạn 2 bắt đầu năm nào", "/nhatky"):
        await an.says(said)
        an.hears("đang chờ xóa lúc")
    await an.taps_payload("mydata.agree|log")
    an.hears("đang chờ xóa lúc")
    person = await house.person(an.name)
    assert (person.consents, person.alias) == ({}, "")
    assert await People(house.bot.database, Changes()).by_ids([person.id]) == {}
    oanh = house.bot.person("oanh")
    await oanh.says("tổng hợp tháng 11")
    await oanh.taps("Excel")
    assert ALIAS not in "".join(texts_of(oanh.last.files))

    await an.taps("Giữ lại")
    an.hears("Đã giữ lại")
    assert await snapshot(house, an) == before
    await house.tick(an.at + timedelta(days=3))
    await an.says("/nhatky")
    an.hears("1. 2 giờ · Tiếng bồ đào nha")


async def snapshot(house: House, an: FakePerson) -> list[Any]:
    """The person's row and everything that was set aside, as others see it."""
    person = await house.person(an.name)
    rows = [(person.consents, person.alias, person.unit_id, person.stopped_at)]
    for table in (memberships, roles, consents, study_logs):
        mine = select(table).where(table.c.person_id == person.id).order_by(table.c.id)
        rows += [tuple(row) for row in await house.bot.database.all(mine)]
    return rows


async def test_a_request_and_a_right_are_set_aside_and_come_back(house: House) -> None:
    oanh = await house.units.officer("oanh", "A")
    binh = await house.units.officer("binh", "A.2")
    await binh.says("/start")
    await binh.says("/donvi A.1")
    await binh.says(ALIAS)
    await asks_to_be_erased(binh)

    await oanh.says("/thanhvien")
    oanh.hears("Không có ai chờ xác nhận.")
    person = await house.person("binh")
    held = select(roles).where(roles.c.person_id == person.id, roles.c.ended_at.is_(None))
    assert await house.bot.database.all(held) == []

    await binh.taps("Giữ lại")
    await oanh.says("/thanhvien")
    oanh.hears(ALIAS)
    await binh.says("/quyen")
    binh.hears("Phòng Hai")


async def test_a_second_explicit_request_deletes_at_once(house: House) -> None:
    an = await lives(house)
    person = await house.person(an.name)
    await asks_to_be_erased(an)

    await an.taps("Xóa ngay, không chờ")

    an.hears("Đã xóa toàn bộ dữ liệu của anh/chị.", buttons=[])
    # Only the farewell, and the message that asked for it, still know the account, until the scheduler comes round;
    # and what has not been added up yet knows the number.
    left = await found_in(house.bot.database, needles_of(person))
    number = {"audit", "rollup_changes"}
    assert left == {str(person.id): number, person.address: {"outbox", "inbound"}}
    await house.tick(an.at + timedelta(minutes=1))
    assert await found_in(house.bot.database, needles_of(person)) == {str(person.id): LEFT_IN_AUDIT}


async def test_after_the_day_a_message_that_comes_before_the_scheduler_erases_and_says_so(house: House) -> None:
    an = await lives(house)
    person = await house.person(an.name)
    await asks_to_be_erased(an)

    await an.taps("Giữ lại", at=an.at + timedelta(hours=25))

    an.hears("Đã xóa toàn bộ dữ liệu của anh/chị.")
    await house.tick(an.at + timedelta(minutes=1))
    assert await found_in(house.bot.database, needles_of(person)) == {str(person.id): LEFT_IN_AUDIT}


async def test_an_officer_who_goes_leaves_decisions_without_a_name(house: House) -> None:
    await lives(house)
    oanh = house.bot.person("oanh")
    person = await house.person("oanh")
    await asks_to_be_erased(oanh)
    await house.tick(oanh.at + timedelta(hours=25))

    found = await house.bot.database.all(select(memberships.c.decided_by))
    assert {row.decided_by for row in found} == {None}
    assert set(await found_in(house.bot.database, [str(person.id), "oanh"])) == {str(person.id)}


async def test_the_row_without_a_face_belongs_to_nobody(house: House) -> None:
    an = await lives(house)
    await asks_to_be_erased(an)
    await house.tick(an.at + timedelta(hours=25))

    (row,) = await house.bot.database.all(select(persons).where(persons.c.erased_at.is_not(None)))
    assert (row.alias, row.category, row.consents, row.unit_id) == ("", "", {}, None)
    assert (row.aside, row.erase_at) == (None, None)
    refers = [
        table.name
        for table in metadata.sorted_tables
        for column in table.c
        if any(key.column is persons.c.id for key in column.foreign_keys)
        and await house.bot.database.all(select(column).where(column == row.id))
    ]
    # What was approved stays approved: evidence without a file, without a reason.
    assert sorted(refers) == ["evidence", "files", "study_logs"]
    assert [tuple(one) for one in await house.bot.database.all(select(files.c.name, files.c.size))] == [("", 0)]
    whats = await house.bot.database.all(select(audit.c.what, audit.c.via).where(audit.c.what.startswith("person.")))
    assert [tuple(one) for one in whats] == [("person.erasure_asked", "console"), ("person.erased", "system")]


@pytest.fixture
async def backup(house: House, tmp_path: Path) -> AsyncIterator[Any]:
    """Make a backup of the database; give it back as the database of a fresh bot."""
    made: list[str] = []

    async def keep() -> None:
        if house.bot.database.is_sqlite:
            await house.bot.database.scrub()
            shutil.copy(make_url(house.url).database or "", tmp_path / "backup.sqlite3")
            return
        name = make_url(house.url).database
        await admin(house.url, f'CREATE DATABASE "{name}_backup" TEMPLATE "{name}" STRATEGY wal_log')
        made.append(f"{name}_backup")

    async def restore() -> str:
        if house.bot.database.is_sqlite:
            folder = tmp_path / "restored"
            folder.mkdir()
            file = folder / "banhoc.sqlite3"
            shutil.copy(tmp_path / "backup.sqlite3", file)
            shutil.copy(house.bot.database.erasures_file or "", f"{file}.erasures")
            return f"sqlite+aiosqlite:///{file}"
        url = make_url(house.url).set(database=made[0]).render_as_string(hide_password=False)
        list_file = Database(url).erasures_file
        assert list_file is not None
        shutil.copy(house.bot.database.erasures_file or "", list_file)
        return url

    yield keep, restore
    for name in made:
        await admin(house.url, f'DROP DATABASE "{name}" WITH (FORCE)')
        (Path("data") / f"{name}.erasures").unlink(missing_ok=True)


async def admin(url: str, statement: str) -> None:
    parts = make_url(url)
    connection = await asyncpg.connect(user=parts.username, host=parts.query["host"], database="postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_restore_from_an_older_backup_does_not_bring_the_person_back(
    house: House, backup: Any, knowledge: Knowledge
) -> None:
    keep, restore = backup
    an = await lives(house)
    binh = house.bot.person("binh")
    await binh.says("/start")
    person, stays = await house.person(an.name), await house.person("binh")
    before = await totals(house)
    await house.bot.app.sender.idle()
    await disconnected(house, keep)
    await asks_to_be_erased(an)
    await house.tick(an.at + timedelta(hours=25))

    url = await restore()
    old = Database(url)
    assert set(await found_in(old, needles_of(person))) == set(needles_of(person))
    await old.close()
    again = App(Settings(database_url=url, _env_file=None), knowledge=knowledge)  # type: ignore[call-arg]
    again.add(Chat())
    await again.start(listen=False)

    assert await found_in(again.database, needles_of(person)) == {str(person.id): LEFT_IN_AUDIT}
    figures = select(func.count(), func.sum(study_logs.c.minutes), func.count(study_logs.c.person_id.distinct()))
    assert tuple(await again.database.first(figures)) == before[:3]
    assert list(await People(again.database, Changes()).by_ids([stays.id])) == [stays.id]
    assert await erasures.apply(again.database, again.committer, NOON) == 0
    await again.stop()


async def disconnected(house: House, work: Any) -> None:
    """PostgreSQL copies a database only while nobody is connected to it."""
    await house.bot.database.close()
    await work()


async def test_an_account_that_was_linked_is_erased_from_an_older_backup_too(
    house: House, backup: Any
) -> None:
    keep, restore = backup
    an, phone = house.bot.person("sim-va-tim"), house.bot.person("sim-may-ban")
    for one in (an, phone):
        await one.says("/start")
        await one.taps("Đồng ý")
        await one.says(f"hôm nay học 2 tiếng {SUBJECT}")
    await disconnected(house, keep)
    await an.says("/lienket")
    code = re.search(r"\d{6}", an.last.text)
    assert code
    await phone.says(f"/lienket {code[0]}")
    await asks_to_be_erased(an)
    await house.tick(an.at + timedelta(hours=25))

    restored = App(Settings(database_url=await restore(), _env_file=None))  # type: ignore[call-arg]
    assert await erasures.apply(restored.database, restored.committer, NOON + timedelta(days=2)) == 2
    assert await found_in(restored.database, [SUBJECT, "sim-va-tim", "sim-may-ban"]) == {}
    await restored.stop()


async def test_a_line_that_a_crash_cut_off_is_written_again(house: House) -> None:
    database, committer = house.bot.database, house.bot.committer
    changes = Changes()
    for number in (1, 2):
        an = house.bot.person(f"an{number}")
        await an.says("/start")
        await Erasure(database, changes).erase((await house.person(an.name)).id, NOON + timedelta(days=1))
    await committer.commit(Commit(changes))
    path = database.erasures_file
    assert path is not None
    assert await erasures.write_list(database) == 2
    whole = path.read_text()
    path.write_text(whole[:-30])

    assert await erasures.write_list(database) == 1
    assert await erasures.write_list(database) == 0
    assert set(whole.splitlines()) <= set(path.read_text().splitlines())
    assert await database.all(select(inbound).where(inbound.c.message_id.startswith("an1"))) == []
    assert await database.all(select(outbox).where(outbox.c.address == "an1")) == []
