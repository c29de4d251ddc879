"""The roll-ups equal a sum by hand whatever happens to entries, people and the tree, and a wrong row is found."""

import asyncio
from collections import Counter
from datetime import date, timedelta
from random import Random

from sqlalchemy import delete, func, insert, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.rollup_tables import rollup_areas, rollup_days, rollup_months, rollup_people
from storage.rollups import MonthSum, Rollups
from storage.tables import persons, study_logs, unit_tree
from storage.unit_changes import Refused
from tests.chat import NOON
from tests.storage.test_unit_history import make, plant, random_change, undo

TODAY = NOON.date()
ROUNDS, OPERATIONS = 6, 400
"""Rounds, and operations on entries in each; `python -m tests.benchmarks.rollups` runs 100,000 of them."""
PEOPLE, AREAS = 25, ("digital", "politics", "foreign_language")


def a_person(id: int) -> dict[str, object]:
    return {"id": id, "language": "vi", "address_form": "anhchi", "consents": {}, "created_at": NOON}


class Crowd:
    """People of a random tree whose entries come, change, go, come back and move."""

    def __init__(self, database: Database, committer: Committer, chance: Random) -> None:
        self.database, self.committer, self.chance = database, committer, chance
        self.units: list[int] = []
        self.people: list[int] = []
        self.logs: list[int] = []
        self.made: list[int] = []

    async def settle(self, units: int) -> None:
        """A random tree, and people without entries."""
        codes = [f"U{number}" for number in range(units)]
        above = [["", *codes[:at]] if at > 1 else [codes[0] * at] for at in range(units)]
        tree = {code: self.chance.choice(known) for code, known in zip(codes, above, strict=True)}
        self.units = list((await plant(self.database, self.committer, tree)).values())
        changes = Changes()
        for _ in range(PEOPLE):
            self.people.append(new_id())
            changes.insert(persons, **a_person(self.people[-1]))
        assert await self.committer.commit(Commit(changes)) is Outcome.DONE

    async def lives(self, operations: int) -> None:
        """So many operations on entries in one transaction."""
        async with self.database.writing() as connection:
            for _ in range(operations):
                await connection.execute(self._operation())

    async def changes_the_tree(self, number: int) -> None:
        """One random change of the tree, or the undo of an earlier one; many cannot be made."""
        try:
            if self.made and self.chance.random() < 0.3:
                await undo(self.database, event := self.chance.choice(self.made))
                self.made.remove(event)
            else:
                self.made.append(await make(self.database, random_change(self.chance, self.units, number)))
        except Refused:
            return

    def _operation(self):  # type: ignore[no-untyped-def]
        chance = self.chance
        day = TODAY - timedelta(days=chance.randrange(100))
        if not self.logs or chance.random() < 0.5:
            self.logs.append(new_id())
            return insert(study_logs).values(
                id=self.logs[-1], person_id=chance.choice(self.people), unit_id=chance.choice([None, *self.units]),
                day=day, minutes=chance.randrange(1, 300), area=chance.choice(AREAS), completed=False, created_at=NOON,
            )  # fmt: skip
        one = study_logs.c.id == chance.choice(self.logs)
        match chance.choices(range(7), (12, 6, 12, 6, 8, 1, 8))[0]:
            case 0:
                return update(study_logs).where(one).values(minutes=chance.randrange(1, 300), day=day)
            case 1:
                return update(study_logs).where(one).values(area=chance.choice(AREAS))
            case 2:
                return update(study_logs).where(one).values(deleted_at=NOON)
            case 3:
                return update(study_logs).where(one).values(deleted_at=None)
            case 4:  # a person's entries go to another unit
                return update(study_logs).where(one).values(unit_id=chance.choice([None, *self.units]))
            case 5:  # two accounts turn out to be one person
                mine = study_logs.c.person_id == chance.choice(self.people)
                return update(study_logs).where(mine).values(person_id=chance.choice(self.people))
            case _:
                return delete(study_logs).where(one)


async def sums_by_hand(database: Database) -> list[dict[tuple[object, ...], tuple[int, ...]]]:
    """Days, months (with people) and areas from the raw rows, in plain Python."""
    above: dict[int, list[int]] = {}
    for row in await database.all(select(unit_tree.c.unit_id, unit_tree.c.ancestor_id)):
        above.setdefault(row.unit_id, []).append(row.ancestor_id)
    days: Counter[tuple[object, ...]] = Counter()
    minutes: Counter[tuple[object, ...]] = Counter()
    people: dict[tuple[object, ...], set[int]] = {}
    for log in await database.all(select(study_logs).where(study_logs.c.deleted_at.is_(None))):
        month = log.day.replace(day=1)
        for unit in above.get(log.unit_id, ()):
            for key in ((unit, log.day, "day"), (unit, month, "month"), (unit, month, log.area)):
                days[key] += 1
                minutes[key] += log.minutes
            people.setdefault((unit, month), set()).add(log.person_id)
    each = {key: (count, minutes[key]) for key, count in days.items()}
    return [
        {key[:2]: sums for key, sums in each.items() if key[2] == "day"},
        {key[:2]: (*sums, len(people[key[:2]])) for key, sums in each.items() if key[2] == "month"},
        {key: sums for key, sums in each.items() if key[2] not in ("day", "month")},
    ]


async def sums_kept(database: Database) -> list[dict[tuple[object, ...], tuple[int, ...]]]:
    """The same as the roll-ups hold it."""
    kept = []
    for table, keys in ((rollup_days, 2), (rollup_months, 2), (rollup_areas, 3)):
        rows = await database.all(select(table).where(table.c.entries > 0))
        kept.append({tuple(row[:keys]): tuple(row[keys:]) for row in rows})
    return kept


async def test_the_sums_equal_a_count_by_hand_after_everything_that_can_happen(
    database: Database, committer: Committer
) -> None:
    crowd, rollups = Crowd(database, committer, Random(20261127)), Rollups(database)
    await crowd.settle(12)

    for number in range(ROUNDS):
        await crowd.lives(OPERATIONS)
        await rollups.fold(limit=OPERATIONS // 3)
        for step in range(3):
            await crowd.changes_the_tree(10 * number + step)
        while await rollups.fold():
            pass

        assert await sums_kept(database) == await sums_by_hand(database)
        assert await rollups.differences() == []
        assert await rollups.waiting() == 0

    assert len(crowd.made) > 2
    assert await database.value(select(func.count()).select_from(rollup_people)) > 50


async def test_folding_in_many_places_at_once_counts_nothing_twice(database: Database, committer: Committer) -> None:
    crowd = Crowd(database, committer, Random(5))
    await crowd.settle(6)

    async def folds() -> None:
        for _ in range(20):
            await Rollups(database).fold(limit=7)

    await asyncio.gather(*(crowd.lives(30) for _ in range(4)), *(folds() for _ in range(3)))

    assert await Rollups(database).differences() == []
    assert await sums_kept(database) == await sums_by_hand(database)


async def test_a_row_changed_by_hand_is_found_and_a_rebuild_mends_it(database: Database, committer: Committer) -> None:
    crowd, rollups = Crowd(database, committer, Random(7)), Rollups(database)
    await crowd.settle(4)
    await crowd.lives(60)
    await rollups.fold()
    one = await database.first(select(rollup_months).where(rollup_months.c.entries > 0))
    here = (rollup_months.c.unit_id == one.unit_id) & (rollup_months.c.month == one.month)
    async with database.writing() as connection:
        await connection.execute(update(rollup_months).where(here).values(people=one.people + 1))

    found = await rollups.differences()
    await rollups.rebuild()

    assert {(each.table, each.missing) for each in found} == {("rollup_months", False), ("rollup_months", True)}
    assert await rollups.differences() == []


async def test_months_and_days_are_read_for_many_units_at_once(database: Database, committer: Committer) -> None:
    ids = await plant(database, committer, {"A": "", "B": "A"})
    changes, person = Changes(), new_id()
    changes.insert(persons, **a_person(person))
    logged = (("A", date(2026, 9, 30), 30), ("B", date(2026, 10, 1), 45), ("B", date(2026, 10, 2), 15))
    for unit, day, minutes in logged:
        changes.insert(study_logs, id=new_id(), person_id=person, unit_id=ids[unit], day=day, minutes=minutes,
                       area="digital", completed=False, created_at=NOON)  # fmt: skip
    await committer.commit(Commit(changes))
    rollups = Rollups(database)
    await rollups.fold()

    september, october = date(2026, 9, 1), date(2026, 10, 1)
    assert await rollups.months(ids.values(), september, october) == {
        ids["A"]: [MonthSum(september, 1, 30, 1), MonthSum(october, 2, 60, 1)],
        ids["B"]: [MonthSum(october, 2, 60, 1)],
    }
    assert await rollups.minutes(ids.values(), september, october) == {ids["A"]: (2, 75), ids["B"]: (1, 45)}
