"""The tree has a history: then and now equal a replay by hand, changes wait for their day, and can be undone."""

from datetime import date, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Delete, delete, select

from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.summaries import Summaries
from storage.tables import memberships, persons, study_logs, unit_tree, units
from storage.unit_changes import Change, Refused, UnitChanges
from storage.unit_history import UnitHistory
from storage.unit_rows import NewUnit
from storage.unit_tables import unit_event_units, unit_events, unit_names, unit_parents, unit_transfers
from storage.unit_transaction import apply_due, tree_transaction
from storage.unit_undo import UnitUndo
from storage.units import Units
from tests.chat import NOON
from tests.storage.tree_by_hand import as_tuple, closure_of, figures_by_hand, read_raw

TODAY = NOON.date()
Start = dict[int, tuple[int | None, str]]


async def plant(database: Database, committer: Committer, tree: dict[str, str]) -> dict[str, int]:
    """Units by code with the code of the parent, parents first."""
    changes, ids = Changes(), {}
    above: dict[str, list[int]] = {"": []}
    for code, parent in tree.items():
        ids[code] = new_id()
        row = {"id": ids[code], "code": code, "name": f"Unit {code}", "search_key": f"unit {code.lower()}"}
        row |= {"kind": "", "parent_id": ids.get(parent), "position": len(ids), "created_at": NOON}
        Units(database, changes).add(row, above[parent])
        above[code] = [ids[code], *above[parent]]
    await committer.commit(Commit(changes))
    return ids


async def people(database: Database, committer: Committer, homes: list[int], logs: list[tuple[int, int, date]]) -> None:
    """A member for each home, and entries (number of the person, unit, day) of ten minutes and more."""
    changes, ids = Changes(), []
    for home in homes:
        ids.append(new_id())
        changes.insert(persons, id=ids[-1], language="vi", address_form="anhchi", unit_id=home, consents={},
                       created_at=NOON)  # fmt: skip
        changes.insert(memberships, id=new_id(), person_id=ids[-1], unit_id=home, state="active", asked_at=NOON)
    for number, (who, unit, day) in enumerate(logs):
        changes.insert(study_logs, id=new_id(), person_id=ids[who], unit_id=unit, day=day, minutes=10 + number % 7,
                       area="digital", completed=False, created_at=NOON)  # fmt: skip
    assert await committer.commit(Commit(changes)) is Outcome.DONE


async def make(database: Database, change: Change, today: date = TODAY) -> int:
    """Make a change and keep it."""
    changes = Changes()
    async with tree_transaction(database) as inside:
        event = await UnitChanges(inside, changes).make(change, NOON, today)
        await inside.write(changes)
        inside.keep()
    return event


async def undo(database: Database, event: int) -> None:
    changes = Changes()
    async with tree_transaction(database) as inside:
        await UnitUndo(inside, changes).undo(event, None, NOON, TODAY)
        await inside.write(changes)
        inside.keep()


async def empty(database: Database) -> None:
    async with database.writing() as connection:
        for table in (unit_transfers, unit_event_units, unit_names, unit_parents, unit_events, unit_tree, study_logs,
                      memberships, persons):  # fmt: skip
            await connection.execute(delete(table))
        while (await connection.execute(_delete_leaves())).rowcount:
            pass


def _delete_leaves() -> Delete:
    above = units.alias()
    return delete(units).where(units.c.id.not_in(select(above.c.parent_id).where(above.c.parent_id.is_not(None))))


def random_change(chance: Random, ids: list[int], number: int) -> Change:
    """Any change of any units on any day of the autumn: many of them cannot be, and are refused."""
    unit, other, day = chance.choice(ids), chance.choice(ids), TODAY - timedelta(days=chance.randrange(80))
    new = tuple(NewUnit(f"N{number}.{part}", f"New {number}.{part}", f"new {number}") for part in range(2))
    match chance.choice(("open", "rename", "move", "move", "merge", "merge", "split", "close")):
        case "open":
            return Change("open", day, None, other, new=new[:1])
        case "rename":
            return Change("rename", day, unit, name=f"Renamed {number}", search_key=f"renamed {number}")
        case "split":
            return Change("split", day, unit, new=new)
        case "close":
            return Change("close", day, unit)
        case kind:
            return Change(kind, day, unit, chance.choice((other, other, other, None)) if kind == "move" else other)


async def assert_equal_by_hand(database: Database, start: Start, chance: Random) -> int:
    """The closure of now, and the figures of every unit in three trees and periods, equal the replay."""
    raw, summaries, compared = await read_raw(database, start), Summaries(database, Changes()), 0
    now = raw.tree(TODAY)
    assert raw.closure == closure_of(raw, now)
    shown = await database.all(select(units).where(units.c.valid_to.is_(None)))
    assert {row.id: (row.parent_id, row.name) for row in shown} == {
        id: (parent, now.names[id]) for id, parent in now.parents.items()
    }
    for _ in range(3):
        first = TODAY - timedelta(days=chance.randrange(90))
        last = first + timedelta(days=chance.randrange(40))
        then = raw.tree(last)
        for unit in raw.ids.values():
            for tree, day in ((now, None), (then, last)):
                found = await summaries.figures(unit, first, last, tree_of=day)
                expected = figures_by_hand(raw, tree, unit, first, last) if unit in tree.parents else None
                assert (as_tuple(found) if found else None) == expected
                compared += 1
    return compared


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
async def test_then_and_now_equal_a_replay_by_hand_after_random_changes_and_undos(
    database: Database, committer: Committer, seed: int
) -> None:
    await empty(database)
    chance = Random(seed)
    codes = [f"U{number}" for number in range(9)]
    planted = {code: chance.choice(["", *codes[:at]]) if at > 1 else codes[0] * at for at, code in enumerate(codes)}
    ids = await plant(database, committer, planted)
    start = {ids[code]: (ids.get(parent), f"Unit {code}") for code, parent in planted.items()}
    homes = [chance.choice(list(ids.values())) for _ in range(8)]
    await people(database, committer, homes, [
        (who := chance.randrange(8), homes[who], TODAY - timedelta(days=chance.randrange(100))) for _ in range(60)
    ])  # fmt: skip
    made: list[int] = []

    for number in range(14):
        known = [row.id for row in await database.all(select(units.c.id).order_by(units.c.id))]
        try:
            if made and chance.random() < 0.2:
                await undo(database, event := chance.choice(made))
                made.remove(event)
            else:
                made.append(await make(database, random_change(chance, known, number)))
        except Refused:
            continue
        raw = await read_raw(database, start)
        assert raw.closure == closure_of(raw, raw.tree(TODAY))

    assert await assert_equal_by_hand(database, start, chance) > 50


async def test_a_change_for_later_is_applied_on_its_day_and_refused_when_it_can_be_no_more(
    database: Database, committer: Committer
) -> None:
    ids = await plant(database, committer, {"A": "", "B": "", "C": "A", "D": "A"})
    first = TODAY + timedelta(days=5)
    await make(database, Change("move", first, ids["C"], ids["B"]))
    await make(database, Change("close", first, ids["D"]))
    await make(database, Change("rename", first + timedelta(days=1), ids["D"], name="Late", search_key="late"))
    history = UnitHistory(database, Changes())

    assert await apply_due(database, NOON, TODAY) == 0
    assert await apply_due(database, NOON, first) == 2
    assert await apply_due(database, NOON, first) == 0
    assert await apply_due(database, NOON, first + timedelta(days=1)) == 0

    assert [(event.kind, event.state, event.reason) for event in await history.events(5)] == [
        ("close", "applied", ""),
        ("move", "applied", ""),
        ("rename", "refused", "ended"),
    ]
    assert [unit.code for unit in await Units(database, Changes()).children(ids["B"])] == ["C"]


async def test_two_changes_planned_on_the_same_tree_cannot_both_be_made(
    database: Database, committer: Committer
) -> None:
    ids = await plant(database, committer, {"A": "", "B": "", "C": ""})
    plans = [Changes(), Changes()]
    await UnitChanges(database, plans[0]).make(Change("move", TODAY, ids["A"], ids["B"]), NOON, TODAY)
    await UnitChanges(database, plans[1]).make(Change("move", TODAY, ids["B"], ids["A"]), NOON, TODAY)

    outcomes = [await committer.commit(Commit(changes)) for changes in plans]

    assert outcomes == [Outcome.DONE, Outcome.CONFLICT]
    assert [unit.code for unit in await Units(database, Changes()).children(ids["B"])] == ["A"]


async def test_a_dry_run_leaves_nothing_behind(database: Database, committer: Committer) -> None:
    ids = await plant(database, committer, {"A": "", "B": "", "C": "A"})
    changes = Changes()

    async with tree_transaction(database) as inside:
        await UnitChanges(inside, changes).make(Change("merge", TODAY, ids["A"], ids["B"]), NOON, TODAY)
        await inside.write(changes)
        assert [unit.code for unit in await Units(inside, Changes()).children(ids["B"])] == ["C"]

    assert [unit.code for unit in await Units(database, Changes()).roots()] == ["A", "B"]
    assert await UnitHistory(database, Changes()).events(5) == []


async def test_several_merges_and_a_rename_lead_from_the_oldest_name_to_the_unit_of_now(
    database: Database, committer: Committer
) -> None:
    ids = await plant(database, committer, {"BP": "", "DN": "", "XX": "", "H": "XX"})
    await make(database, Change("merge", TODAY, ids["BP"], ids["DN"]))
    await make(database, Change("merge", TODAY, ids["DN"], ids["XX"]))
    await make(database, Change("rename", TODAY, ids["XX"], name="Great", search_key="great xx"))
    await make(database, Change("close", TODAY, ids["H"]))
    nouns = Units(database, Changes())

    by_code = await nouns.by_code("bp")
    by_name = await nouns.search("unit bp")
    ended = await nouns.by_code("H")

    assert by_code is not None and ended is not None
    assert (by_code.code, by_code.name, by_code.former_name, by_code.took_over) == ("XX", "Great", "Unit BP", False)
    assert [(unit.code, unit.former_name) for unit in by_name] == [("XX", "Unit BP")]
    assert [(unit.code, unit.former_name) for unit in await nouns.search("unit xx")] == [("XX", "Unit XX")]
    assert (ended.code, ended.took_over) == ("XX", True)
