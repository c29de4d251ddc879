"""The reorganisation of 1 July 2025 as one file: 63 provinces become 34, districts end, communes move up."""

from datetime import date
from random import Random

from bot.i18n import Reader, render
from bot.reports.unit import figures
from bot.tree_file import FileResult, change_from_file, undo_file
from bot.units_import import import_units
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer
from storage.database import Database
from storage.tables import memberships, persons, study_logs
from storage.units import Units
from tests.chat import NOON

PROVINCES, LEFT, DISTRICTS, COMMUNES = 63, 34, 2, 3
BASIS = "Nghị quyết 202/2025/QH15"
DAY = "01/07/2025"


def tree() -> str:
    """A country of invented provinces P01-P63, each with districts, each with communes."""
    rows = ["code,name,parent,kind", "VN,Cả nước,,province"]
    for number in range(1, PROVINCES + 1):
        province = f"P{number:02}"
        rows.append(f"{province},Tỉnh Mẫu {number},VN,")
        for district in range(1, DISTRICTS + 1):
            rows.append(f"{province}.{district},Huyện Mẫu {number}.{district},{province},")
            for commune in range(1, COMMUNES + 1):
                code = f"{province}.{district}.{commune}"
                rows.append(f"{code},Xã Mẫu {number}.{district}.{commune},{province}.{district},")
    return "\n".join(rows)


def successor(number: int) -> int:
    """Provinces 35 to 63 go into 1 to 29; 30 to 34 stay alone."""
    return number - LEFT if number > LEFT else number


def reorganisation() -> str:
    """Districts end, provinces merge, two communes of each merged province become one under a new name."""
    rows = ["thao tác,mã,đến,tên mới,ngày hiệu lực,căn cứ"]
    for number in range(1, PROVINCES + 1):
        for district in range(1, DISTRICTS + 1):
            rows.append(f"chấm dứt,P{number:02}.{district},,,{DAY},{BASIS}")
    for number in range(LEFT + 1, PROVINCES + 1):
        rows.append(f"sáp nhập,P{number:02},P{successor(number):02},,{DAY},{BASIS}")
        rows.append(f"sáp nhập,P{number:02}.1.1,P{number:02}.1.2,,{DAY},{BASIS}")
        rows.append(f"đổi tên,P{number:02}.1.2,,Xã Mới {number},{DAY},{BASIS}")
    return "\n".join(rows)


async def fill(database: Database, committer: Committer) -> dict[str, int]:
    """Six people in each province's first commune and district, who log before and after the day; minutes by unit."""
    changes, chance, minutes = Changes(), Random(2025), {}
    for unit in await Units(database, Changes()).all():
        if not unit.code.startswith("P") or unit.code[3:] not in (".1", ".1.1"):
            continue
        for _ in range(6):
            person = new_id()
            changes.insert(persons, id=person, language="vi", address_form="anhchi", unit_id=unit.id, consents={},
                           created_at=NOON)  # fmt: skip
            row = {"person_id": person, "unit_id": unit.id}
            changes.insert(memberships, id=new_id(), state="active", asked_at=NOON, **row)
            for month in (5, 6):
                spent = chance.randint(10, 300)
                minutes[unit.code] = minutes.get(unit.code, 0) + spent
                changes.insert(study_logs, id=new_id(), day=date(2025, month, chance.randint(1, 28)), minutes=spent,
                               area="digital", completed=False, created_at=NOON, **row)  # fmt: skip
    await committer.commit(Commit(changes))
    return minutes


async def make(database: Database, *, is_dry_run: bool = False) -> FileResult:
    result = await change_from_file(database, reorganisation().encode(), NOON, is_dry_run=is_dry_run)
    assert [render(reason, Reader("en")) for _, reason in result.errors] == []
    return result


async def test_the_reorganisation_of_2025_ties_before_and_after_and_can_be_undone(
    database: Database, committer: Committer
) -> None:
    await import_units(database, committer, tree().encode(), "units.csv", NOON)
    logged = await fill(database, committer)
    by_province: dict[int, int] = {}
    for code, spent in logged.items():
        by_province[int(code[1:3])] = by_province.get(int(code[1:3]), 0) + spent

    tried = await make(database, is_dry_run=True)
    assert len(await Units(database, Changes()).all()) == 1 + PROVINCES * (1 + DISTRICTS * (1 + COMMUNES))
    made = await make(database)
    assert tried.made == made.made == PROVINCES * DISTRICTS + 3 * (PROVINCES - LEFT)

    now = await figures(database, "VN", "2025-Q2", NOON)
    then = await figures(database, "VN", "2025-Q2", NOON, then=True)
    assert (len(now["children"]), len(then["children"])) == (LEFT, PROVINCES)
    assert now["minutes"] == then["minutes"] == sum(logged.values())
    assert (now["active_people"], now["members"]) == (then["active_people"], then["members"]) == (63 * 12, 63 * 12)
    assert [child["minutes"] for child in then["children"]] == [by_province[n] for n in range(1, PROVINCES + 1)]
    joined = {n: by_province[n] + by_province.get(n + LEFT, 0) for n in range(1, LEFT + 1)}
    assert [child["minutes"] for child in now["children"]] == list(joined.values())
    await assert_one_province_and_its_old_names(database, joined[1], logged)

    undone = await undo_file(database, made.batch_id, NOON)

    assert undone == made.made
    again = await figures(database, "VN", "2025-Q2", NOON)
    assert [child["minutes"] for child in again["children"]] == [by_province[n] for n in range(1, PROVINCES + 1)]
    assert len(await Units(database, Changes()).all()) == 1 + PROVINCES * (1 + DISTRICTS * (1 + COMMUNES))


async def assert_one_province_and_its_old_names(database: Database, minutes: int, logged: dict[str, int]) -> None:
    """Province 1 took over 35: communes of both are right below it, and old names lead to where they are now."""
    now = await figures(database, "P01", "2025-Q2", NOON)
    assert now["minutes"] == minutes
    assert now["direct"]["minutes"] == logged["P01.1"] + logged["P35.1"]
    shown = {child["code"]: child["minutes"] for child in now["children"]}
    assert len(shown) == 2 * DISTRICTS * COMMUNES - 1
    assert (shown["P01.1.1"], shown["P35.1.2"]) == (logged["P01.1.1"], logged["P35.1.1"])
    then = await figures(database, "P35", "2025-Q2", NOON, then=True)
    assert (then["unit_name"], then["minutes"]) == ("Tỉnh Mẫu 35", logged["P35.1"] + logged["P35.1.1"])
    nouns = Units(database, Changes())
    for words, code, former in (("tinh mau 35", "P01", "Tỉnh Mẫu 35"), ("xa mau 35.1.1", "P35.1.2", "Xã Mẫu 35.1.1")):
        found = (await nouns.search(words))[0]
        assert (found.code, found.former_name, found.took_over) == (code, former, False)
    ended = await nouns.by_code("P35.2")
    assert ended is not None and (ended.code, ended.took_over) == ("P01", True)
