"""Ninety days of a thousand people: the outbox holds exactly the reminders that the rules allow, at their time."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from sqlalchemy import select

from bot.app import ABILITIES, App
from bot.clock import LOCAL_ZONE, standing_at
from bot.i18n import t
from bot.jobs.policy import remind
from bot.jobs.rule import daily
from bot.jobs.runs import Context, Facts, Job, Scheduler
from bot.jobs.schedule import JOBS
from bot.knowledge.answer import Knowledge
from bot.message import Reply
from bot.settings import Settings
from bot.units_import import import_units
from storage.changes import Changes
from storage.database import Database
from storage.outbox import Outbox
from storage.reminders import reminded
from storage.tables import outbox
from storage.units import Units
from tests.chat import Chat, FakePerson
from tests.jobs.habits import Habit, crowd_of_habits, following, live
from tests.organisation import TREE

RUNS = {"sqlite": (date(2026, 11, 2), 1_000, 90), "postgresql": (date(2025, 11, 28), 120, 40)}
"""First day, people and days per engine: one over the turn of 2026, one over that of the phases at the end of 2025."""
TICKS = [
    time(7), time(7, 30), time(8, 10), time(9), time(12), time(15), time(19, 30), time(20), time(21), time(21, 30),
    time(22),
]  # fmt: skip
"""When the scheduler looks at the clock in the simulation, each day."""
LIVING = (time(7, 10), time(17, 10))
DEADLINE_AT, LATE_AT = time(8, 10), time(22, 0)
PEOPLE_WHO_CHAT = 40
NOTICE = Reply(t("This unit is no more."))


class World:
    """The real scheduler, policy, outbox and chat over a crowd, with a model that says what must happen."""

    def __init__(self, app: App, channel: Chat, people: list[Habit], chance: Random, first: date, days: int) -> None:
        self.app, self.channel, self.people, self.chance = app, channel, people, chance
        self.talkers: dict[str, FakePerson] = {}
        self.by_id = {one.id: one for one in people}
        self.first, self.days = first, days
        year_end = date(first.year, 12, 31)
        self.deadlines = {year_end - timedelta(days=before) for before in (30, 7, 1, 0)}
        """Days on which a deadline is told at 08:10; the day before the first of them it is told at 22:00, too."""
        self.late_days = {min(day for day in self.deadlines if day >= first) - timedelta(days=1)}
        self.submitted = {one.id for one in people if one.number % 3 == 0}
        self.expected: Counter[tuple[int, datetime]] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.muted = 0
        job = Job("a_deadline", NOTICE.text, daily(DEADLINE_AT.hour, DEADLINE_AT.minute), self._deadline)
        late = Job("a_late_deadline", NOTICE.text, daily(LATE_AT.hour), self._late)
        context = Context(app.database, app.committer, ABILITIES, LOCAL_ZONE, self.moment(0, time(0)))
        chosen = [one for one in JOBS if one.name == "reminders"]
        self.scheduler = Scheduler((*chosen, job, late), context, app.sender.owner)

    def moment(self, day: int, at: time) -> datetime:
        """A moment of the simulation."""
        return datetime.combine(self.first + timedelta(days=day), at, LOCAL_ZONE)

    async def run(self) -> None:
        """Live through all days; three times the host is off."""
        off = [
            (self.moment(self.days // 4, time(9)), self.moment(self.days // 4, time(21, 45))),
            (self.moment(self.days // 2, time(10)), self.moment(self.days // 2 + 2, time(11, 45))),
            (self.moment(self.days * 3 // 4, time(18, 15)), self.moment(self.days * 3 // 4, time(20, 15))),
        ]
        for now, what in self._moments():
            with standing_at(now):
                if what == "live":
                    await live(self.app.database, self.people, now, self.chance)
                    await self._chats(now)
                elif not any(start <= now <= end for start, end in off):
                    self._expect(now)
                    await self.scheduler.tick(now)
                    await self._send(now)

    def _moments(self) -> Iterator[tuple[datetime, str]]:
        for day in range(self.days):
            whole = [(at, "tick") for at in TICKS] + [(at, "live") for at in LIVING]
            yield from ((self.moment(day, at), what) for at, what in sorted(whole))

    async def _send(self, now: datetime) -> None:
        await send_bulk(self.app, now)

    async def _chats(self, now: datetime) -> None:
        """One or two people stop, want again, or change their reminders, by a real message."""
        for one in self.people[:PEOPLE_WHO_CHAT]:
            if not one.reachable or self.chance.random() > 0.02:
                continue
            person = self.talkers.setdefault(one.name, FakePerson(one.name, self.app, self.channel, now))
            said = now + timedelta(seconds=40)
            if one.agreed and self.chance.random() < 0.5:
                await person.says(self.chance.choice(("tắt nhắc", "dung nhac nua", "bo nhac")), at=said)
                one.agreed, self.muted = False, self.muted + 1
                # What was put off until the morning is taken back with it.
                for told in [at for at in one.sent if at > said]:
                    del self.expected[one.id, told]
            else:
                await person.says("nhắc tôi học thứ 3 5 7 lúc 20:00", at=said)
                if not one.agreed:
                    label = "Agree to reminders" if one.number % 9 == 0 else "Đồng ý nhận lời nhắc"
                    await person.taps(label, at=said)
                    one.agreed = True
                one.plan(0b0101010, 1200, said)
            one.seen = said

    def _expect(self, now: datetime) -> None:
        """What the rules say about this look at the clock, written down person by person, before it happens."""
        at_deadline = now.timetz().replace(tzinfo=None) == DEADLINE_AT and now.date() in self.deadlines
        at_late = now.timetz().replace(tzinfo=None) == LATE_AT and now.date() in self.late_days
        for one in self.people:
            done_at = None
            for number, (days, minute) in enumerate(one.plans):
                due, missed = one.next_at[number], 0
                if due > now:
                    continue
                while (later := following(days, minute, due)) <= now:
                    due, missed = later, missed + 1
                one.next_at[number] = following(days, minute, now)
                said = self._rules(one, now, due) if done_at is None else "enough"
                self.outcomes[said] += 1
                if said == "sent":
                    done_at = now
                    one.sent.append(now)
                    self.expected[one.id, now] += 1
            if (at_deadline or at_late) and one.id not in self.submitted:
                told = now if at_deadline else self.moment((now.date() - self.first).days + 1, time(7, 30))
                if one.agreed and one.reachable and one.sent_in_week(told) < one.allowance and one.unanswered() < 3:
                    one.sent.append(told)
                    self.expected[one.id, told] += 1

    def _rules(self, one: Habit, now: datetime, due: datetime) -> str:
        day = due.date()
        quiet = not time(7, 30) <= now.time() <= time(21, 30)
        if not one.agreed or not one.reachable:
            return "no"
        if now - due >= timedelta(hours=3) or day != now.date() or quiet:
            return "stale"
        if one.minutes.get(day) or (one.goal and one.week(day) >= one.goal):
            return "done"
        if one.sent_in_week(now) >= one.allowance:
            return "enough"
        return "silent" if one.unanswered() >= 3 else "sent"

    async def _deadline(self, now: datetime, context: Context) -> Facts | None:
        if context.due.astimezone(LOCAL_ZONE).date() not in self.deadlines:
            return None
        replies = dict.fromkeys(self.by_id, NOTICE)
        return await remind(context, "deadline:year", replies, now, done=self.submitted)

    async def _late(self, now: datetime, context: Context) -> Facts | None:
        if context.due.astimezone(LOCAL_ZONE).date() not in self.late_days:
            return None
        replies = dict.fromkeys(self.by_id, NOTICE)
        return await remind(context, "deadline:late", replies, now, done=self.submitted)


async def world(database_url: str, knowledge: Knowledge, first: date, people: int, days: int) -> AsyncIterator[World]:
    app = App(Settings(database_url=database_url, _env_file=None), knowledge=knowledge)  # type: ignore[call-arg]
    await _without_waiting_for_the_disk(app.database)
    channel = Chat()
    app.add(channel)
    chance = Random(people * days)
    began = datetime.combine(first, time(6), LOCAL_ZONE)
    await import_units(app.database, app.committer, TREE.encode(), "units.csv", began)
    unit = await Units(app.database, Changes()).by_code("A.1")
    assert unit is not None
    crowd = await crowd_of_habits(app.database, app.committer, people, began, unit.id, chance)
    made = World(app, channel, crowd, chance, first, days)
    yield made
    await made.scheduler.stop()
    await app.stop()


async def _without_waiting_for_the_disk(database: Database) -> None:
    """The simulation asks what is sent, not whether it outlives a power cut: that is tests/test_crash.py's matter."""
    async with database._writer.connect() as connection:
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.execute("PRAGMA synchronous=OFF" if database.is_sqlite else _NO_WAIT)
    if not database.is_sqlite:
        await database._writer.dispose()


_NO_WAIT = "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END$$"


async def send_bulk(app: App, now: datetime) -> None:
    """The outbox hands over what is due, as its pump does, by the clock of the test."""
    table = Outbox(app.database, Changes())
    while due := await table.take_bulk("console", app.sender.owner, now, 100):
        app.sender.deliver(due)
        await app.sender.idle()


async def sent(world: World) -> list[Any]:
    """All reminders of the outbox that went out, oldest first."""
    ours = outbox.c.key.startswith("remind:") & (outbox.c.state == "sent")
    return list(await world.app.database.all(select(outbox).where(ours).order_by(outbox.c.sent_at, outbox.c.id)))


async def check(world: World) -> None:
    """Every rule, read from the outbox; then that it holds exactly what the model expects."""
    rows = await sent(world)
    of_person: dict[int, list[datetime]] = defaultdict(list)
    texts: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        moment = row.sent_at.astimezone(LOCAL_ZONE)
        assert time(7, 30) <= moment.time() <= time(21, 30), f"in the quiet hours: {moment}"
        if ":study:" in row.key:
            texts[row.person_id].append(row.payload["text"].split(".")[0])
        else:
            assert row.person_id not in world.submitted
        of_person[row.person_id].append(moment)
    assert not [one for said in texts.values() for one in pairwise(said) if one[0] == one[1]]
    found = Counter((id, at) for id, all_of in of_person.items() for at in all_of)
    assert (found - world.expected, world.expected - found) == (Counter(), Counter())
    assert len({row.key for row in rows}) == len(rows)
    states = {row.state for row in await world.app.database.all(select(outbox.c.state).distinct())}
    assert states <= {"sent", "cancelled"}, states
    kept = Counter(row.outcome for row in await world.app.database.all(select(reminded.c.outcome)))
    assert kept["sent"] >= world.expected.total()
    assert all(kept[one] for one in ("sent", "done", "enough", "silent", "stale")), kept
    assert all(world.outcomes[one] for one in ("sent", "done", "enough", "silent", "stale", "no")), world.outcomes
    assert world.muted


async def test_the_days_of_a_crowd_send_exactly_what_the_rules_allow(
    database_url: str, engine_name: str, knowledge: Knowledge
) -> None:
    first, people, days = RUNS[engine_name]
    async for made in world(database_url, knowledge, first, people, days):
        await made.run()
        await check(made)
