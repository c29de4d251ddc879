"""Completeness on random trees that change within the period: never above 100 %, and equal to a count by hand."""

from datetime import date, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.clock import LOCAL_ZONE
from bot.language.periods import month
from bot.reports.completeness import Board, board
from storage.changes import Changes
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.period_tables import expected_units, period_freezes, submissions
from storage.periods import Periods
from storage.submissions import REPORT, RETURNED, SUBMITTED, WITHDRAWN, ZERO, Submission, Submissions
from storage.unit_changes import Refused
from storage.unit_transaction import Meanwhile
from storage.units import Units
from tests.storage.test_unit_history import empty, make, plant, random_change
from tests.storage.tree_by_hand import HandTree, read_raw

OCTOBER = month(2026, 10)
LOOKED_AT = datetime(2026, 11, 22, 8, 15, tzinfo=LOCAL_ZONE)
ROUNDS = 12
CHANGES = 10
TREE = {"R": "", "A": "R", "B": "R", "C": "R", "AA": "A", "AB": "A", "BA": "B", "CA": "C", "AAA": "AA", "S": ""}


async def _submit(
    database: Database, committer: Committer, chance: Random, ids: list[int]
) -> dict[int, tuple[str, str, int]]:
    """Random units report, say there was nothing, are returned or withdraw, on random days; by unit what stands."""
    changes, made = Changes(), {}
    store = Submissions(database, changes)
    for unit in ids:
        for version in range(1, chance.choice((1, 2, 2, 3))):
            kind, day = chance.choice((REPORT, ZERO)), date(2026, 11, chance.randrange(1, 21))
            state = chance.choice((SUBMITTED, SUBMITTED, RETURNED, WITHDRAWN))
            due = date(2026, 11, 7)
            row = Submission(0, unit, OCTOBER.key, version, kind, state, "", due, day, None, LOOKED_AT, "")
            store.submit(row, {})
            made[unit] = (kind, state, day.day)
    assert await committer.commit(Commit(changes)) is Outcome.DONE
    return made


def _below(tree: HandTree, unit: int) -> set[int]:
    return {one for one in tree.parents if one != unit and unit in tree.line(one)}


def _by_hand(tree: HandTree, units: set[int], made: dict[int, tuple[str, str, int]]) -> tuple[int, ...]:
    """Expected, reported, on time, late, zero, missing, returned."""
    stands = {unit: made[unit] for unit in units if unit in made and made[unit][1] == SUBMITTED}
    late = sum(day > 7 for _, _, day in stands.values())
    zero = sum(kind == ZERO for kind, _, _ in stands.values())
    returned = sum(made[unit][1] == RETURNED for unit in units if unit in made)
    return len(units), len(stands), len(stands) - late, late, zero, len(units) - len(stands), returned


def _counted(found: Board, which: str) -> tuple[int, ...]:
    count = found.own_children if which == "children" else found.subtree
    return (count.expected, count.reported, count.on_time, count.late, count.zero, count.missing, count.returned)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
async def test_completeness_never_exceeds_100_percent_whatever_happens_to_the_tree(
    database: Database, committer: Committer, seed: int
) -> None:
    chance = Random(seed)
    async with database.writing() as connection:
        for table in (submissions, expected_units, period_freezes):
            await connection.execute(delete(table))
    await empty(database)
    ids = await plant(database, committer, TREE)
    start = {one.id: (one.parent_id, one.name) for one in await Units(database, Changes()).all()}
    for number in range(CHANGES):
        known = [row.id for row in [*await Units(database, Changes()).all(), *await Units(database, Changes()).ended()]]
        try:
            await make(database, random_change(chance, known, number))
        except (Refused, Meanwhile):
            continue
    raw = await read_raw(database, start)
    tree = raw.tree(OCTOBER.end)
    made = await _submit(database, committer, chance, list(raw.ids.values()))

    for code, id in raw.ids.items():
        unit = await Units(database, Changes()).by_id(id)
        assert unit is not None
        found = await board(database, unit, OCTOBER, LOOKED_AT)
        for which in ("children", "subtree"):
            expected, reported, on_time, late, zero, missing, _ = _counted(found, which)
            assert 0 <= reported <= expected
            assert reported + missing == expected
            assert on_time + late == reported
            assert zero <= reported
        if id not in tree.parents:
            assert found.own is None, code
            continue
        below = _below(tree, id)
        assert _counted(found, "subtree") == _by_hand(tree, below, made), code
        children = {one for one in below if tree.parents[one] == id}
        assert _counted(found, "children") == _by_hand(tree, children, made), code
        assert {line.unit_id: line.name for line in found.everyone} == {one: tree.names[one] for one in below}
        assert {line.unit_id for line in found.missing} == {
            one for one in below if one not in made or made[one][1] != SUBMITTED
        }
    assert len(ids) == len(TREE)


async def test_the_expected_set_is_frozen_at_the_first_look_after_the_end(
    database: Database, committer: Committer
) -> None:
    from storage.unit_changes import Change

    ids = await plant(database, committer, {"R": "", "A": "R", "B": "R"})
    root = await Units(database, Changes()).by_id(ids["R"])
    assert root is not None
    assert [line.code for line in (await board(database, root, OCTOBER, LOOKED_AT)).lines] == ["A", "B"]

    await make(database, Change("close", OCTOBER.end - timedelta(days=3), ids["B"]))
    await make(database, Change("rename", OCTOBER.end, ids["A"], name="Other", search_key="other"))

    found = await board(database, root, OCTOBER, LOOKED_AT)
    assert [(line.code, line.name) for line in found.lines] == [("A", "Unit A"), ("B", "Unit B")]
    assert found.is_final
    november = await board(database, root, month(2026, 11), LOOKED_AT)
    assert [(line.code, line.name) for line in november.lines] == [("A", "Other")]
    assert not november.is_final


async def test_two_who_look_first_freeze_one_set(database: Database, committer: Committer) -> None:
    import asyncio

    ids = await plant(database, committer, TREE)
    looks = [Periods(database, Changes()).freeze(ids["R"], OCTOBER.key, OCTOBER.end, LOOKED_AT) for _ in range(8)]

    keys = await asyncio.gather(*looks)

    assert len(set(keys)) == 1
    assert await Periods(database, Changes()).count_expected(keys[0]) == len(TREE) - 1


async def test_a_parent_and_the_return_of_its_child_never_both_hold(database: Database, committer: Committer) -> None:
    ids = await plant(database, committer, {"R": "", "A": "R"})
    due, day = date(2026, 11, 7), date(2026, 11, 3)

    def version(code: str, minutes: int) -> Submission:
        at = LOOKED_AT + timedelta(minutes=minutes)
        return Submission(0, ids[code], OCTOBER.key, 1, REPORT, SUBMITTED, "", due, day, None, at, "")

    async def commits(changes: Changes) -> Outcome:
        return await committer.commit(Commit(changes))

    first = Changes()
    Submissions(database, first).submit(version("A", 0), {})
    assert await commits(first) is Outcome.DONE
    child = (await Submissions(database, Changes()).newest(OCTOBER.key))[ids["A"]]
    by = await _person(database, committer)
    parent, returned = Changes(), Changes()
    Submissions(database, parent).submit(version("R", 5), {}, below=[ids["A"]])
    Submissions(database, returned).end(child, RETURNED, "x", by, LOOKED_AT, above=ids["R"])

    assert await commits(returned) is Outcome.DONE
    assert await commits(parent) is Outcome.CONFLICT
    assert set(await Submissions(database, Changes()).newest(OCTOBER.key)) == {ids["A"]}

    again, later = Changes(), Changes()
    row = Submission(0, ids["A"], OCTOBER.key, 2, REPORT, SUBMITTED, "", due, day, None, LOOKED_AT, "")
    Submissions(database, again).submit(row, {})
    assert await commits(again) is Outcome.DONE
    child = (await Submissions(database, Changes()).newest(OCTOBER.key))[ids["A"]]
    Submissions(database, later).submit(version("R", 9), {}, below=[ids["A"]])
    assert await commits(later) is Outcome.DONE
    refused = Changes()
    Submissions(database, refused).end(child, RETURNED, "x", by, LOOKED_AT, above=ids["R"])
    assert await commits(refused) is Outcome.CONFLICT


async def _person(database: Database, committer: Committer) -> int:
    from storage.columns import new_id
    from storage.tables import persons

    changes, id = Changes(), new_id()
    row = {"language": "vi", "address_form": "anhchi", "consents": {}, "created_at": LOOKED_AT}
    changes.insert(persons, id=id, **row)
    assert await committer.commit(Commit(changes)) is Outcome.DONE
    return id
