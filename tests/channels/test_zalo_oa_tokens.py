"""The single-use refresh token: one refresh over all callers and processes, and one alert when it is lost."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels.zalo_oa_oauth import OAuth, challenge
from bot.channels.zalo_oa_tokens import Rotation
from bot.clock import now, standing_at
from bot.errors import Retry
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Committer
from storage.database import Database
from storage.question_tables import questions
from storage.tables import metadata
from storage.zalo_tokens import Pair, ZaloTokens, zalo_held, zalo_tokens
from tests.zalo_fake.oa import FakeOA
from tests.zalo_fake.oa_bench import serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def tables(database: Database) -> None:
    """The channel's tables, where the migrations do not make them yet."""
    async with database.writing() as connection:
        await connection.run_sync(
            lambda sync: metadata.create_all(sync, tables=[zalo_tokens, zalo_held], checkfirst=True)
        )


@dataclass
class Case:
    """A stored pair, the OA that granted it, and how to build what uses it."""

    oa: FakeOA
    database: Database
    committer: Committer
    alerts: list[str] = field(default_factory=list)

    def store(self) -> ZaloTokens:
        """The storage side; its alert writes a row, as the outbox's would be."""

        async def alert(changes: Changes, reason: str) -> None:
            self.alerts.append(reason)
            person = {"person_id": 1, "state": "open", "reason": "alert", "asked_at": now()}
            changes.insert(questions, id=new_id(), text=reason, **person)

        return ZaloTokens(self.database, self.committer, self.oa.app_id, alert)

    def rotation(self, **settings: Any) -> Rotation:
        """A process's view."""
        oauth = OAuth(self.oa.app_id, self.oa.app_secret, self.oa.url)
        return Rotation(oauth, self.store(), **{"pause": 0.0, **settings})

    async def pair(self) -> Pair:
        """What is stored."""
        pair = await self.store().read()
        assert pair is not None
        return pair

    async def alerts_stored(self) -> int:
        """Alerts that were promised."""
        return int(await self.database.value(select(func.count()).select_from(questions)))


@pytest.fixture
async def case(database: Database, committer: Committer, tables: None) -> AsyncIterator[Case]:
    """A connected OA whose access token Zalo refuses from now on."""
    from sqlalchemy import insert

    from storage.tables import persons

    async with database.writing() as connection:
        row = {"language": "vi", "address_form": "anhchi", "consents": {}, "created_at": now()}
        await connection.execute(insert(persons).values(id=1, **row))
    async with serving() as oa:
        case = Case(oa, database, committer)
        granted = oa.grant()
        await case.store().consented(granted.access, granted.refresh, now(), now() + timedelta(hours=25), oa.oa_id)
        yield case


async def test_a_valid_token_is_given_without_asking_zalo(case: Case) -> None:
    rotation = case.rotation()

    assert await rotation.access() == (await case.pair()).access
    assert case.oa.oauth.attempts == []


async def test_fifty_callers_in_one_process_cause_one_refresh(case: Case) -> None:
    before, rotation = await case.pair(), case.rotation()

    got = await asyncio.gather(*(rotation.refresh(before.access) for _ in range(50)))

    after = await case.pair()
    assert set(got) == {after.access} != {before.access}
    assert case.oa.oauth.attempts == [before.refresh]
    assert (after.rotation, after.claimed_at, after.claimed_by) == (2, None, "")


async def start_caller(case: Case, url: str, callers: int, stale: str) -> asyncio.subprocess.Process:
    """A real process that is ready to refresh."""
    arguments = ["-m", "tests.zalo_fake.oa_caller", url, case.oa.url, str(callers), stale]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdin=pipe, stdout=pipe)
    assert process.stdout
    assert await process.stdout.readline() == b"ready\n"
    return process


async def test_fifty_callers_in_three_processes_cause_exactly_one_refresh(case: Case, database_url: str) -> None:
    before = await case.pair()
    case.oa.oauth.slow = 0.3
    processes = await asyncio.gather(*(start_caller(case, database_url, n, before.access) for n in (17, 17, 16)))

    answers = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))

    got = [token for output, _ in answers for token in json.loads(output)]
    assert len(got) == 50
    assert set(got) == {(await case.pair()).access}
    assert case.oa.oauth.attempts == case.oa.oauth.successes == [before.refresh]


async def test_a_kill_between_rotation_and_save_leads_to_one_alert_and_no_second_refresh(
    case: Case, database_url: str
) -> None:
    before = await case.pair()
    case.oa.oauth.faults = ["hang"]
    process = await start_caller(case, database_url, 5, before.access)
    assert process.stdin
    process.stdin.write(b"go\n")
    await asyncio.wait_for(case.oa.oauth.rotated.wait(), 10)

    process.kill()
    await process.wait()
    survivors = [case.rotation(claim_seconds=0.2) for _ in range(3)]
    refusals = await asyncio.gather(
        *(survivor.refresh(before.access) for survivor in survivors for _ in range(5)), return_exceptions=True
    )

    assert {type(refusal) for refusal in refusals} == {Retry}
    assert all("zalo login" in str(refusal) for refusal in refusals)
    assert await case.alerts_stored() == 1
    assert case.oa.oauth.attempts == [before.refresh]


async def test_after_the_alert_a_new_consent_brings_everything_back(case: Case) -> None:
    before, rotation = await case.pair(), case.rotation()
    case.oa.grant()
    with pytest.raises(Retry):
        await rotation.refresh(before.access)
    fresh = case.oa.grant()

    await case.store().consented(fresh.access, fresh.refresh, now(), now() + timedelta(hours=25))

    assert await rotation.refresh(before.access) == fresh.access
    again = await rotation.refresh(fresh.access)
    assert again == case.oa.oauth.pairs[-1].access
    assert (await case.pair()).dead_at is None


@pytest.mark.parametrize("fault", ["cut", "garbage"])
async def test_a_refresh_without_a_clear_answer_is_never_repeated(case: Case, fault: str) -> None:
    before, rotation = await case.pair(), case.rotation()
    case.oa.oauth.faults = [fault]

    for _ in range(3):
        with pytest.raises(Retry, match="connected again"):
            await rotation.refresh(before.access)
    with pytest.raises(Retry, match="connected again"):
        await case.rotation().refresh(before.access)

    assert case.oa.oauth.attempts == [before.refresh]
    assert await case.alerts_stored() == 1


async def test_a_dead_refresh_token_gives_one_alert_and_the_access_token_is_used_while_it_lives(case: Case) -> None:
    before = await case.pair()
    case.oa.grant()
    with standing_at(now() + timedelta(hours=21)):
        rotation = case.rotation()
        assert await rotation.access() == before.access
        await rotation.close()

        assert await rotation.access() == before.access
        assert await case.rotation().access() == before.access

    assert await case.alerts_stored() == 1
    assert case.oa.oauth.attempts == [before.refresh]
    with standing_at(now() + timedelta(hours=26)), pytest.raises(Retry):
        await rotation.access()


@pytest.mark.parametrize("fault", ["503", "403", "429", "rate"])
async def test_a_refresh_that_had_no_effect_is_tried_again(case: Case, fault: str) -> None:
    before, rotation = await case.pair(), case.rotation()
    case.oa.oauth.faults = [fault]

    with pytest.raises(Retry):
        await rotation.refresh(before.access)

    assert await case.rotation().refresh(before.access) == case.oa.oauth.pairs[-1].access
    assert case.oa.oauth.attempts == [before.refresh]
    assert case.alerts == []


async def test_when_zalo_is_not_reached_the_claim_is_given_back_and_the_next_try_waits(case: Case) -> None:
    before = await case.pair()
    away = Rotation(OAuth(case.oa.app_id, case.oa.app_secret, "http://127.0.0.1:1"), case.store(), pause=60)

    for words in ("no connection", "a moment ago"):
        with pytest.raises(Retry, match=words):
            await away.refresh(before.access)

    assert (await case.pair()).claimed_at is None
    assert await case.rotation().refresh(before.access) != before.access


async def test_a_caller_that_is_cut_off_does_not_take_the_new_pair_with_it(case: Case) -> None:
    before, rotation = await case.pair(), case.rotation()
    case.oa.oauth.slow = 0.3

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(rotation.refresh(before.access), 0.1)
    await rotation.close()

    assert (await case.pair()).access == case.oa.oauth.pairs[-1].access
    assert case.oa.oauth.successes == [before.refresh]


async def test_the_new_pair_is_not_given_out_before_it_is_stored(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    before, rotation = await case.pair(), case.rotation()
    save, failures = ZaloTokens.save, [OSError("disk full"), OSError("disk full")]

    async def failing(self: ZaloTokens, *values: Any) -> bool:
        assert (await self.read()).access == before.access  # type: ignore[union-attr]
        if failures:
            raise failures.pop()
        return await save(self, *values)

    monkeypatch.setattr(ZaloTokens, "save", failing)

    got = await rotation.refresh(before.access)

    assert got == (await case.pair()).access == case.oa.oauth.pairs[-1].access
    assert case.oa.oauth.attempts == [before.refresh]


async def test_most_of_its_life_over_the_token_is_renewed_behind_the_callers(case: Case) -> None:
    before = await case.pair()
    with standing_at(now() + timedelta(hours=21)):
        rotation = case.rotation()

        assert await rotation.access() == before.access
        await rotation.close()
        assert await rotation.access() == case.oa.oauth.pairs[-1].access

    assert case.oa.oauth.attempts == [before.refresh]


async def test_only_one_claim_to_a_rotation_is_ever_granted(case: Case) -> None:
    stores = [case.store() for _ in range(20)]

    granted = await asyncio.gather(*(store.claim(1, f"p{n}", now()) for n, store in enumerate(stores)))

    assert sum(granted) == 1
    assert not await case.store().claim(1, "late", now() + timedelta(days=1))
    assert not await case.store().claim(2, "early", now())


async def test_a_pair_that_a_consent_has_overtaken_is_not_stored(case: Case) -> None:
    store = case.store()
    await store.consented("AT-new", "RT-new", now(), now() + timedelta(hours=25))

    assert not await store.save(1, "AT-late", "RT-late", now(), now() + timedelta(hours=25))
    assert (await case.pair()).access == "AT-new"


async def test_without_a_consent_everyone_is_told_what_to_do(case: Case) -> None:
    async with case.database.writing() as connection:
        await connection.execute(zalo_tokens.delete())

    for ask in (case.rotation().access(), case.rotation().refresh("x")):
        with pytest.raises(Retry, match="python -m bot zalo login"):
            await ask


async def test_no_secret_stands_in_a_repr(case: Case) -> None:
    pair = await case.pair()

    assert pair.access not in repr(pair)
    assert pair.refresh not in repr(pair)


def test_the_pkce_challenge_is_the_vendors_vector() -> None:
    assert challenge("A" * 43) == "DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo"
