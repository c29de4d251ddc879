"""Group commit: every turn learns its own outcome, and none harms another."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.people import People
from storage.question_tables import questions
from storage.tables import accounts, conversations, inbound, persons

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)


def newcomer(database: Database, name: str) -> tuple[Changes, int]:
    changes = Changes()
    person = People(database, changes).add("console", name, "vi", NOW)
    return changes, person.id


async def rows(database: Database, table: object) -> int:
    return int(await database.value(select(func.count()).select_from(table)))


async def test_turns_that_end_together_are_all_written(database: Database, committer: Committer) -> None:
    made = [newcomer(database, f"p{number}") for number in range(250)]

    outcomes = await asyncio.gather(
        *(
            committer.commit(Commit(changes, ("console", f"m{id}", NOW), (id, 0, {"n": id})))
            for changes, id in made
        )
    )

    assert set(outcomes) == {Outcome.DONE}
    assert await rows(database, persons) == await rows(database, conversations) == 250


async def test_the_same_message_has_one_effect_whether_it_comes_together_or_later(
    database: Database, committer: Committer
) -> None:
    changes, id = newcomer(database, "an")
    await committer.commit(Commit(changes, ("console", "m0", NOW), (id, 0, {})))

    def asks() -> Commit:
        changes = Changes()
        changes.insert(
            questions, id=new_id(), person_id=id, text="?", state="open", reason="unknown", article="", asked_at=NOW
        )
        return Commit(changes, ("console", "m1", NOW))

    outcomes = await asyncio.gather(*(committer.commit(asks()) for _ in range(5)))
    again = await committer.commit(asks())

    assert sorted(outcome.value for outcome in outcomes) == ["done"] + ["duplicate"] * 4
    assert again is Outcome.DUPLICATE
    assert await rows(database, questions) == 1


async def test_a_turn_that_read_an_old_conversation_is_a_conflict_and_its_message_may_come_again(
    database: Database, committer: Committer
) -> None:
    changes, id = newcomer(database, "an")
    await committer.commit(Commit(changes, ("console", "m0", NOW), (id, 0, {})))
    await committer.commit(Commit(Changes(), ("console", "m1", NOW), (id, 1, {"asked": "minutes"})))

    late = await committer.commit(Commit(Changes(), ("console", "m2", NOW), (id, 1, {"asked": "date"})))
    fresh = await committer.commit(Commit(Changes(), ("console", "m2", NOW), (id, 2, {"asked": "date"})))

    assert late is Outcome.CONFLICT
    assert fresh is Outcome.DONE
    kept = await database.first(select(conversations))
    assert (kept.version, kept.state) == (3, {"asked": "date"})


async def test_one_faulty_turn_harms_no_other_in_its_batch(database: Database, committer: Committer) -> None:
    good, good_id = newcomer(database, "an")
    bad = Changes()
    bad.insert(accounts, id=new_id(), channel="console", address="x", person_id=12345, seen_at=NOW)
    refused = Changes()
    refused.require(update(persons).where(persons.c.id == 999).values(alias="nobody"))

    outcomes = await asyncio.gather(
        committer.commit(Commit(bad, ("console", "b", NOW))),
        committer.commit(Commit(good, ("console", "g", NOW), (good_id, 0, {}))),
        committer.commit(Commit(refused, ("console", "r", NOW))),
    )

    assert outcomes == [Outcome.CONFLICT, Outcome.DONE, Outcome.CONFLICT]
    assert await rows(database, persons) == 1
    assert await rows(database, inbound) == 1


async def test_an_error_of_the_database_reaches_only_the_turn_that_caused_it(
    database: Database, committer: Committer
) -> None:
    broken = Changes()
    broken.run(select(func.no_such_function()))

    with pytest.raises(Exception, match="no_such_function"):
        await committer.commit(Commit(broken))
    changes, id = newcomer(database, "an")

    assert await committer.commit(Commit(changes, None, (id, 0, {}))) is Outcome.DONE


async def test_two_processes_that_make_the_same_account_make_it_once(database: Database) -> None:
    first, second = Committer(database), Committer(database)
    (one, one_id), (two, two_id) = newcomer(database, "an"), newcomer(database, "an")

    outcomes = await asyncio.gather(
        first.commit(Commit(one, ("console", "m1", NOW), (one_id, 0, {}))),
        second.commit(Commit(two, ("console", "m2", NOW), (two_id, 0, {}))),
        return_exceptions=True,
    )

    assert sorted(str(outcome) for outcome in outcomes) == ["Outcome.CONFLICT", "Outcome.DONE"]
    assert not any(isinstance(outcome, IntegrityError) for outcome in outcomes)
    assert await rows(database, accounts) == 1


async def test_nobody_waits_forever_when_work_arrives_while_a_batch_ends(
    database: Database, committer: Committer
) -> None:
    changes, id = newcomer(database, "an")
    await committer.commit(Commit(changes, None, (id, 0, {})))

    async def chatter(start: int) -> None:
        for number in range(start, start + 40):
            await committer.commit(Commit(Changes(), ("console", f"m{number}", NOW)))

    await asyncio.wait_for(asyncio.gather(*(chatter(start * 100) for start in range(8))), 60)

    assert await rows(database, inbound) == 320
