"""A crowd of random habits for the simulation: who studies, writes and wants reminders, and what they were sent."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert, update

from bot.clock import LOCAL_ZONE
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer
from storage.database import Database
from storage.goals import Goals
from storage.reminders import Reminders
from storage.tables import accounts, persons, study_logs

UNIT_GOAL = 180
MINUTES = (450, 540, 720, 900, 1170, 1170, 1200, 1245, 1290)
"""Hours at which people want to be reminded: from the first to the last minute that is allowed."""


@dataclass
class Habit:
    """One person: habits, what has happened so far, and what reminders they were rightly sent."""

    number: int
    id: int
    account_id: int
    study: float
    answers: float
    goal: int | None
    reachable: bool
    agreed: bool
    seen: datetime
    plans: list[tuple[int, int]] = field(default_factory=list)
    """Days as a set of bits, and the minute of the day."""
    next_at: list[datetime] = field(default_factory=list)
    minutes: dict[date, int] = field(default_factory=dict)
    sent: list[datetime] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The address on the channel."""
        return f"p{self.number}"

    @property
    def allowance(self) -> int:
        """Reminders a week: two, unless the person chose more."""
        return max(2, sum(bin(days).count("1") for days, _ in self.plans))

    def plan(self, days: int, minute: int, now: datetime) -> None:
        """Want to be reminded so, from now on, and no other way."""
        self.plans, self.next_at = [(days, minute)], [following(days, minute, now)]

    def week(self, day: date) -> int:
        """Minutes of the week of a day."""
        monday = day - timedelta(days=day.weekday())
        return sum(minutes for one, minutes in self.minutes.items() if monday <= one < monday + timedelta(days=7))

    def sent_in_week(self, moment: datetime) -> int:
        """Reminders of the week of a moment."""
        monday = moment.date() - timedelta(days=moment.weekday())
        return sum(monday <= one.date() < monday + timedelta(days=7) for one in self.sent)

    def unanswered(self) -> int:
        """Reminders since the person wrote last."""
        return sum(one > self.seen for one in self.sent)


def following(days: int, minute: int, after: datetime) -> datetime:
    """The first moment after `after` on one of the days, found by trying every day."""
    for number in range(8):
        day = (after + timedelta(days=number)).date()
        moment = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=LOCAL_ZONE)
        if days >> day.weekday() & 1 and moment > after:
            return moment
    raise AssertionError


async def crowd_of_habits(
    database: Database, committer: Committer, count: int, now: datetime, unit_id: int, chance: Random
) -> list[Habit]:
    """People with accounts and reminders in the database, and the same in the model."""
    made = [_habit(number, now, chance) for number in range(count)]
    unit_of = {one.id: unit_id if one.number % 2 else None for one in made}
    people = [
        {"id": one.id, "language": "en" if one.number % 9 == 0 else "vi", "unit_id": unit_of[one.id],
         "address_form": "dongchi" if one.number % 3 == 0 else "anhchi", "consents": {"reminders": one.agreed},
         "goal_minutes": one.goal, "created_at": now}
        for one in made
    ]  # fmt: skip
    doors = [
        {"id": one.account_id, "channel": "console", "address": one.name, "person_id": one.id, "seen_at": now,
         "stopped_at": None if one.reachable else now}
        for one in made
    ]  # fmt: skip
    async with database.writing() as connection:
        await connection.execute(insert(persons), people)
        await connection.execute(insert(accounts), doors)
    changes = Changes()
    Goals(database, changes).set(unit_id, UNIT_GOAL, "Kế hoạch 12", made[0].id, now)
    for one in made:
        if unit_of[one.id] and one.goal is None:
            one.goal = UNIT_GOAL
    table = Reminders(database, changes)
    for one in made:
        for (days, minute), next_at in zip(one.plans, one.next_at, strict=True):
            table.add(one.id, days, minute, LOCAL_ZONE.key, next_at, now)
    await committer.commit(Commit(changes))
    return made


def _habit(number: int, now: datetime, chance: Random) -> Habit:
    study, answers = chance.choice((0.0, 0.03, 0.1, 0.2)), chance.choice((0.0, 0.02, 0.1, 0.3))
    goal = chance.choice((None, None, None, 60, 240))
    one = Habit(number, new_id(), new_id(), study, answers, goal, number % 50 != 49, chance.random() < 0.85, now)
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        days = chance.choice((0b0010101, *(1 << chance.randrange(7) for _ in range(4)), chance.randrange(1, 128)))
        minute = chance.choice(MINUTES)
        if minute not in {at for _, at in one.plans}:
            one.plans.append((days, minute))
            one.next_at.append(following(days, minute, now))
    return one


async def live(database: Database, people: list[Habit], now: datetime, chance: Random) -> None:
    """One of the day's moments: some study and log it, some only write; all rows of it in two statements."""
    logs, seen = [], []
    for one in people:
        if chance.random() < one.study:
            day = now.date() - timedelta(days=chance.choice((0, 0, 0, 1)))
            minutes = chance.randrange(10, 120)
            one.minutes[day] = one.minutes.get(day, 0) + minutes
            logs.append({"id": new_id(), "person_id": one.id, "unit_id": None, "day": day, "minutes": minutes,
                         "subject": "tin học", "area": "digital", "completed": False, "created_at": now})  # fmt: skip
        elif chance.random() >= one.answers / 4:
            continue
        one.seen = now
        seen.append(one.account_id)
    async with database.writing() as connection:
        if logs:
            await connection.execute(insert(study_logs), logs)
        for start in range(0, len(seen), 500):
            some = accounts.c.id.in_(seen[start : start + 500])
            await connection.execute(update(accounts).where(some).values(seen_at=now))
