"""Rights in time: at random moments random officers ask for random units, in chat and desk; a model decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.clock import end_of
from bot.grants import grant
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Outcome
from storage.people import People
from storage.roles import CONFIRM, OFFICER, RIGHTS, SEND, VIEW, Roles
from storage.tables import accounts, memberships, persons
from tests.chat import NOON, FakePerson
from tests.desk.conftest import House

ROUNDS = 180
"""Requests in the test: about a fifth of them at the desk."""
NAMES = {"A": "Cục Mẫu", "A.1": "Phòng Một", "A.1.1": "Tổ Một", "A.2": "Phòng Hai", "A.3": "Phòng Ba",
         "M": "Trung đoàn Mẫu", "M.1": "Đại đội Mẫu"}  # fmt: skip
SPAN = timedelta(days=4)
FIRST_UNIT = "A.3"
"""Where whoever will hold a delegated role gets an account; that role goes again at once."""
REQUESTS = (
    ("/tonghop {code}", VIEW), ("sum|{id}|2026-11", VIEW), ("sum|{id}|2026-10|then", VIEW),
    ("sum.csv|{id}|2026-10", VIEW),
    ("member|{pending}", CONFIRM), ("qr|{id}", CONFIRM), ("desk /desk/cay/{id}", VIEW),
    ("desk /desk/tep/{id}/tong-hop.csv?ky=2026", VIEW),
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One role as the test gave it; `revoked` is when it is taken away."""

    name: str
    code: str
    rights: tuple[str, ...]
    end: datetime | None = None
    revoked: datetime | None = None
    source: "Fact | None" = None

    def gives(self, code: str, right: str, at: datetime) -> bool:
        """What the rules say, by hand."""
        covers = code == self.code or code.startswith(self.code + ".")
        alive = (self.end is None or at < self.end) and (self.revoked is None or at < self.revoked)
        backed = self.source is None or self.source.gives(self.code, right, at)
        return covers and alive and backed and right in self.rights


def day(number: int) -> datetime:
    """The first moment after the day so many days after the start."""
    return end_of(NOON.date() + timedelta(days=number))


CHIEF = Fact("truong", "A", RIGHTS)
SHORT = Fact("ngan", "A.2", (VIEW, CONFIRM), end=day(1))
COLONEL = Fact("dai", "M", RIGHTS, revoked=NOON + timedelta(days=2, hours=5))
FACTS = (
    CHIEF, SHORT, COLONEL,
    Fact("xem", "A.1", (VIEW,), end=day(2)),
    Fact("xem", "A.3", (VIEW, CONFIRM), revoked=NOON + timedelta(days=1, hours=3)),
    Fact("truc", "A.1", (VIEW, CONFIRM), end=day(1), source=CHIEF),
    Fact("thay", "A.2", (VIEW, CONFIRM, SEND), end=day(3), source=SHORT),
    Fact("phu", "M.1", (VIEW, CONFIRM), end=day(3), source=COLONEL),
    Fact("khach", "A.1.1", (VIEW,), end=NOON + timedelta(minutes=10)),
)  # fmt: skip


async def test_at_every_moment_chat_buttons_files_and_desk_give_what_the_roles_of_that_moment_allow(
    desk: House,
) -> None:
    await appoint(desk)
    pending = {code: await waiting(desk, code) for code in NAMES}
    chance = Random(20261122)
    people = sorted({fact.name for fact in FACTS} | {"nguoi"})
    moments = sorted(moment(chance) for _ in range(ROUNDS))
    left = [fact for fact in FACTS if fact.revoked]
    seen: dict[bool, int] = {True: 0, False: 0}

    for at in moments:
        for fact in [one for one in left if one.revoked and one.revoked <= at]:
            desk.now = at
            await desk.ends_role(fact.name, fact.code)
            left.remove(fact)
        name, code = chance.choice(people), chance.choice(list(NAMES))
        request, right = chance.choice(REQUESTS)
        allowed = any(fact.gives(code, right, at) for fact in FACTS if fact.name == name)
        filled = request.format(code=code, id=desk.units.ids[code], pending=pending[code])
        if filled.startswith("desk "):
            may_enter = any(fact.gives(fact.code, VIEW, at) for fact in FACTS if fact.name == name)
            given = await at_the_desk(desk, name, filled.removeprefix("desk "), at, code, may_enter=may_enter)
        else:
            given = await in_the_chat(desk.bot.person(name), filled, at, code)
        assert given == allowed, (name, code, filled, at, desk.bot.person(name).last.text)
        seen[allowed] += 1

    assert min(seen.values()) > ROUNDS // 10, seen


def moment(chance: Random) -> datetime:
    """Any moment, or one right before, at, or after an end."""
    ends = [end for fact in FACTS for end in (fact.end, fact.revoked) if end]
    if chance.random() < 0.5:
        return chance.choice(ends) + timedelta(seconds=chance.choice((-1, 0, 1)))
    return NOON + timedelta(seconds=chance.randint(1, int(SPAN.total_seconds())))


async def in_the_chat(person: FakePerson, request: str, at: datetime, code: str) -> bool:
    """True when something of the unit was shown; a refusal shows nothing of it."""
    send = person.says if request.startswith("/") else person.taps_payload
    await send(request, at=at)
    shown = person.last
    return bool(shown.files) or NAMES[code] in shown.text or f"Chờ ở {code}" in shown.text


async def at_the_desk(desk: House, name: str, path: str, at: datetime, code: str, *, may_enter: bool) -> bool:
    """True when the page is shown; without any role there is no way in, and an open browser is out."""
    desk.now = at
    if not may_enter:
        await desk.bot.person(name).says("/banlamviec", at=at)
        assert "/desk/vao/" not in desk.bot.person(name).last.text
        return False
    browser = await desk.enters(name)
    await browser.opens(path)
    if browser.status != 200:
        assert browser.status == 404
        assert NAMES[code] not in browser.text
    return browser.status == 200


async def appoint(desk: House) -> None:
    """Give every role, the delegated ones out of the role of whoever delegated."""
    bot = desk.bot
    given: dict[Fact, int] = {}
    for fact in FACTS:
        await grant(
            bot.database, bot.committer, f"console:{fact.name}", OFFICER, FIRST_UNIT if fact.source else fact.code, NOON
        )
        changes = Changes()
        person = await People(bot.database, changes).by_account("console", fact.name)
        assert person is not None
        roles = Roles(bot.database, changes, NOON)
        unit = desk.units.ids[fact.code]
        held = await roles.granted(person.id, OFFICER, desk.units.ids[FIRST_UNIT] if fact.source else unit)
        assert held is not None
        if fact.source:
            roles.end(person.id, OFFICER, held.unit_id, NOON)
            given[fact] = roles.grant(person.id, OFFICER, unit, NOON, rights=fact.rights, ends_at=fact.end,
                                      from_role=given[fact.source])  # fmt: skip
        else:
            roles.set_limits(held.id, fact.rights, fact.end)
            given[fact] = held.id
        assert await bot.committer.commit(Commit(changes)) is Outcome.DONE


async def waiting(desk: House, code: str) -> int:
    """Somebody who waits to be confirmed in the unit; the key of the request."""
    changes, person, id = Changes(), new_id(), new_id()
    row = {"language": "vi", "address_form": "anhchi", "alias": f"Chờ ở {code}", "consents": {}, "created_at": NOON}
    changes.insert(persons, id=person, **row)
    changes.insert(accounts, id=new_id(), channel="console", address=f"cho-{code}", person_id=person, seen_at=NOON)
    asked = {"person_id": person, "unit_id": desk.units.ids[code], "state": "pending", "asked_at": NOON}
    changes.insert(memberships, id=id, **asked)
    await desk.bot.committer.commit(Commit(changes))
    return id
