"""Random joining, transfers and leaving: every entry stands in the unit of its own day, and none counts twice."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Outcome
from storage.memberships import Memberships, begin_due, unit_of_day
from storage.study_logs import StudyLog, StudyLogs
from storage.summaries import Summaries
from storage.tables import persons, study_logs
from storage.units import PENDING, Membership
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

PEOPLE, DAYS = 8, 60
CODES = ("A.1", "A.2", "A.3", "A.1.1")
FIRST = date(2026, 6, 1)


@dataclass
class Life:
    """What one person did, kept by hand: (first day, unit), None after leaving, and the entries' days."""

    id: int
    moves: list[tuple[date, int | None]] = field(default_factory=list)
    entries: dict[int, date] = field(default_factory=dict)

    def unit_on(self, day: date) -> int | None:
        """The unit of a day; before the first membership that one; in a gap the next one."""
        unit = None
        for number, (since, one) in enumerate(self.moves):
            if since <= day or number == 0:
                unit = one
        if unit is None:
            return next((one for since, one in self.moves if since > day and one is not None), None)
        return unit


async def test_after_random_transfers_every_entry_counts_once_in_the_unit_of_its_own_day(app: Bot) -> None:
    units = await organisation(app)
    chance = Random(20261122)
    lives = [Life(new_id()) for _ in range(PEOPLE)]
    changes = Changes()
    for life in lives:
        row = {"language": "vi", "address_form": "anhchi", "consents": {}, "created_at": at(FIRST)}
        changes.insert(persons, id=life.id, **row)
    await write(app, changes)

    for number in range(DAYS):
        today = FIRST + timedelta(days=number)
        await begin_due(app.database, at(today), today)
        for life in lives:
            await one_day(app, units, life, today, chance)

    wrong = []
    for life in lives:
        for row in await app.database.all(select(study_logs).where(study_logs.c.person_id == life.id)):
            if row.unit_id != life.unit_on(row.day):
                wrong.append((life.moves, row.day, row.unit_id))
    assert sum(len(life.entries) for life in lives) > PEOPLE * DAYS / 2
    assert not wrong
    await totals_agree(app, units, lives)


async def one_day(app: Bot, units: Organisation, life: Life, today: date, chance: Random) -> None:
    """Perhaps a transfer, perhaps leaving, mostly an entry of today or of a day before."""
    changes = Changes()
    table = Memberships(app.database, changes)
    planned = any(since > today for since, _ in life.moves)
    here = life.moves[-1][1] if life.moves else None
    if chance.random() < 0.12 and not planned:
        unit = units.ids[chance.choice([code for code in CODES if units.ids[code] != here])]
        since = today + timedelta(days=chance.randint(-10, 10))
        if here is None or since <= (life.moves[-1][0] if life.moves else FIRST):
            since = today
        undone = chance.random() < 0.3
        await transfers(app, life, unit, since, today, undone=undone)
        if not undone:
            life.moves.append((since, unit))
    elif here is not None and not planned and life.moves[-1][0] < today and chance.random() < 0.03:
        table.leave(life.id, at(today), today)
        await write(app, changes)
        life.moves.append((today, None))
    if chance.random() < 0.8:
        await logs(app, life, today - timedelta(days=chance.choice((0, 0, 1, 2, 9, 25))), today)


async def transfers(app: Bot, life: Life, unit: int, since: date, today: date, *, undone: bool) -> None:
    changes = Changes()
    table = Memberships(app.database, changes)
    id = table.ask(life.id, unit, at(today), since)
    await write(app, changes)
    changes = Changes()
    asked = Membership(id, life.id, unit, PENDING, at(today), since)
    Memberships(app.database, changes).accept(asked, life.id, at(today, 9), today)
    await write(app, changes)
    if undone:
        changes = Changes()
        table = Memberships(app.database, changes)
        (made,) = await table.decided(life.id, at(today, 9))
        await table.take_back_decision(made, at(today, 9), today, asks=False)
        await write(app, changes)


async def logs(app: Bot, life: Life, day: date, today: date) -> None:
    changes = Changes()
    unit = unit_of_day(await Memberships(app.database, Changes()).stays(life.id), day)
    entry = StudyLog(0, life.id, unit, day, 30, "tin học", "digital", None, False, None, at(today, 12))
    if unit is not None:
        life.entries[StudyLogs(app.database, changes).add(entry).id] = day
        await write(app, changes)


async def totals_agree(app: Bot, units: Organisation, lives: list[Life]) -> None:
    """The root's total is that of all entries, and of its parts; nobody is a member twice."""
    last = FIRST + timedelta(days=DAYS + 20)
    await begin_due(app.database, at(last), last)
    whole = await Summaries(app.database, Changes()).figures(units.ids["A"], FIRST - timedelta(days=40), last)
    assert whole is not None
    assert whole.minutes == 30 * sum(len(life.entries) for life in lives)
    assert whole.minutes == whole.direct.minutes + sum(one.minutes for one in whole.branches)
    assert whole.members == sum(1 for life in lives if life.moves and life.moves[-1][1] is not None)


def at(day: date, hour: int = 8) -> datetime:
    return datetime.combine(day, time(hour - 7), UTC)


async def write(app: Bot, changes: Changes) -> None:
    assert await app.committer.commit(Commit(changes)) is Outcome.DONE
