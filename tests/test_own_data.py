"""The copy of a person's data and the data map agree: what docs/privacy.md says to be in /dulieu is in it."""

import json
import re
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Date, Integer, LargeBinary, Table, insert

from bot import evidence_copies
from storage.audit import Audit
from storage.changes import Changes
from storage.columns import UtcDateTime
from storage.commits import Commit
from storage.erasure import rows_about
from storage.migrate import metadata
from storage.own_rows import columns_to_hand_over
from storage.people import People
from storage.tables import persons
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import organisation
from tests.test_privacy import parts, rows

SECTIONS = {"study_log_changes": "history", "audit": "looked_at", "persons": "person"}
"""Tables that the copy calls by another name."""
GIVEN = {"text_version@consents": "2026-11-22", "reason@questions": "unknown"}
"""Texts that have to be real ones."""
ANSWER = "Có. Hội thi tổ chức sáng thứ bảy tại hội trường lớn."


def told() -> dict[str, str]:
    """Of each table about persons, what the data map says about the copy."""
    found: dict[str, str] = {}
    for row in rows(parts()[0]):
        found |= dict.fromkeys(re.findall(r"`(\w+)`", row[0]), row[5])
    return found


def is_in(said: str) -> bool:
    return re.match(r"yes\b", said) is not None


def value(column: Column[Any]) -> Any:
    """Something that the column takes; texts tell where they stand, as far as a check of the column lets them."""
    allowed = [str(check.sqltext) for check in column.table.constraints if isinstance(check, CheckConstraint)]
    for check in allowed:
        if choice := re.match(rf"{column.name} IN \((?:'([^']*)'|(\d+))", check):
            return choice[1] if choice[1] is not None else int(choice[2])
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return NOON
    if isinstance(kind, Date):
        return date(2026, 11, 1)
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, LargeBinary):
        return b"bytes of a file"
    if isinstance(kind, JSON):
        return {"marked": mark(column)}
    if isinstance(kind, Integer):
        return 7
    length = getattr(kind, "length", None)
    return GIVEN.get(mark(column)) or mark(column)[:length]


def mark(column: Column[Any]) -> str:
    return f"{column.name}@{column.table.name}"


class Filler:
    """Writes one row into every table that a person's rows can stand in, with all that these rows refer to."""

    def __init__(self, person: int) -> None:
        self.made: dict[Table, dict[str, Any]] = {persons: {"id": person}}
        self.order: list[tuple[Table, dict[str, Any]]] = []

    def row(self, table: Table) -> dict[str, Any]:
        if table not in self.made:
            made = self.made[table] = {}
            for column in table.columns:
                made[column.name] = self._value(column)
            if table.name == "roles":
                made |= {"role": "officer", "from_role": None}
            self.order.append((table, made))
        return self.made[table]

    def _value(self, column: Column[Any]) -> Any:
        for key in column.foreign_keys:
            parent = key.column.table
            if parent is column.table:
                return None
            return self.row(parent)[key.column.name]
        return value(column)


async def known(app: Bot, name: str) -> int:
    return (await People(app.database, Changes()).by_accounts([("console", name)]))["console", name].id


def files_of(person: FakePerson) -> dict[str, bytes]:
    return {name: content for heard in person.heard for name, content in heard.files.items()}


async def test_every_table_told_to_be_in_the_copy_is_in_it_and_the_others_have_a_reason(
    an: FakePerson, app: Bot
) -> None:
    await an.says("/start")
    filler = Filler(await known(app, "an"))
    for table in rows_about(1):
        # The conversation has its row, and the new account's address would be another one's.
        if table.name not in ("conversations", "accounts"):
            filler.row(table)
    async with app.database.writing() as connection:
        for table, made in filler.order:
            await connection.execute(insert(table).values(**made))
    changes = Changes()
    Audit(app.database, changes).record("member.read", NOON, via="console", who=5, about=filler.made[persons]["id"])
    await app.committer.commit(Commit(changes))

    await an.says("/dulieu")

    copy = json.loads(files_of(an)["ban-hoc.json"])
    said = told()
    held = {**copy["other"], **{name: copy[name] for name in copy if name != "other"}}
    held = {table.name: held.get(SECTIONS.get(table.name, table.name)) for table in metadata.sorted_tables}
    assert {name for name, rows in held.items() if rows} == {name for name, words in said.items() if is_in(words)}
    assert [name for name, words in said.items() if not is_in(words) and not re.match(r"no: \w+", words)] == []
    whole = json.dumps(copy)
    lost = [
        mark(column)
        for table, made in filler.order
        if table in rows_about(1)
        for column in columns_to_hand_over(table)
        if mark(column) in json.dumps(made, default=str) and mark(column) not in whole
    ]
    assert lost == []
    assert "code_hash@" not in whole and "token_hash@" not in whole


async def test_the_talk_about_ones_question_is_in_both_files_and_says_in_which_role_but_never_who_answered(
    an: FakePerson, app: Bot
) -> None:
    oanh = await (await organisation(app)).officer("oanh", "A")
    await an.says("/donvi A.1")
    await an.says("Sao Mai")
    await oanh.says("/thanhvien")
    await oanh.taps("Sao Mai")
    await oanh.taps("Xác nhận")
    await an.says("Đơn vị có tổ chức thi Rung chuông vàng không?")
    await oanh.taps("Trả lời")
    await oanh.says(ANSWER)
    await an.taps("Hỏi tiếp")
    await an.says("Ai được dự thi ạ?")

    await an.says("/dulieu")
    await oanh.says("/dulieu")

    copy = json.loads(files_of(an)["ban-hoc.json"])
    assert [(one["own"], one["role"], one["text"]) for one in copy["question_posts"]] == [
        (False, "officer", ANSWER),
        (True, "asker", "Ai được dự thi ạ?"),
    ]
    assert "Rung chuông vàng" in copy["question_posts"][0]["about"]
    assert str(await known(app, "oanh")) not in json.dumps(copy)
    assert ANSWER in words_of(files_of(an)["ban-hoc.xlsx"])
    answered = json.loads(files_of(oanh)["ban-hoc.json"])
    assert [(one["own"], one["about"], one["text"]) for one in answered["question_posts"]] == [
        (True, "", ANSWER),
    ]
    assert "member.confirmed" in [one["what"] for one in answered["done"]]


def words_of(workbook: bytes) -> str:
    with ZipFile(BytesIO(workbook)) as kept:
        return kept.read("xl/sharedStrings.xml").decode()


@pytest.fixture
async def with_evidence(an: FakePerson) -> FakePerson:
    """Somebody with three certificates for one entry."""
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("hôm nay học 2 tiếng tiếng Anh")
    for number in range(3):
        await an.sends_file("../chung-chi.jpg", b"\xff\xd8\xff" + bytes([number]) * 400, "image/jpeg")
    return an


def zipped(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as kept:
        return {name: kept.read(name) for name in kept.namelist()}


async def test_the_evidence_files_come_in_a_zip_byte_by_byte(with_evidence: FakePerson) -> None:
    await with_evidence.says("/dulieu")

    with_evidence.hears("Số tệp minh chứng: 3.", buttons=[])
    assert zipped(files_of(with_evidence)["ban-hoc-minh-chung.zip"]) == {
        f"{number + 1:03d}-2026-11-22-chung-chi.jpg": b"\xff\xd8\xff" + bytes([number]) * 400 for number in range(3)
    }


async def test_too_many_evidence_files_for_one_zip_come_in_parts_of_a_stated_size(
    with_evidence: FakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_copies, "PART_BYTES", 1_000)

    await with_evidence.says("/dulieu")
    with_evidence.hears("nên được gửi thành từng phần: đây là phần 1/2.", buttons=["Minh chứng: phần 2"])
    await with_evidence.taps("Minh chứng: phần 2")
    with_evidence.hears("đây là phần 2/2.", buttons=["Minh chứng: phần 1"])

    files = files_of(with_evidence)
    both = zipped(files["ban-hoc-minh-chung-1.zip"]) | zipped(files["ban-hoc-minh-chung-2.zip"])
    assert sorted(name[:3] for name in both) == ["001", "002", "003"]
    assert max(len(files[f"ban-hoc-minh-chung-{number}.zip"]) for number in (1, 2)) < 2_000


async def test_a_part_that_is_none_and_anothers_part_give_nothing(with_evidence: FakePerson, app: Bot) -> None:
    stranger = app.person("khách")
    await stranger.says("/start")

    await stranger.taps_payload("mydata.evidence|1")
    await with_evidence.taps_payload("mydata.evidence|9")

    assert files_of(stranger) == {}
    assert files_of(with_evidence) == {}


