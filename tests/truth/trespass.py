"""Random officers against random requests: buttons of their own and of others, forged ones, addresses, ended roles.

Every unit and every alias is a word of its own, so that a row which leaves its subtree is found by its name, in words,
buttons, pages and inside files.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from random import Random
from zipfile import BadZipFile, ZipFile

from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit
from storage.roles import OFFICER, Roles
from storage.study_logs import StudyLog, StudyLogs
from storage.tables import memberships, persons
from storage.units import Units
from tests.chat import NOON, Heard
from tests.desk.browser import Browser
from tests.desk.conftest import House
from tests.truth.matrix import person_id

UNITS = 30
KEYS = ("2026-10", "2026-11", "2026-Q3", "2026", "2026-W43", "phase-2", "202608-202610", "soon", "", "2026-10-15")
TAPS = ("sum", "sum", "sum.more", "sum.csv", "sum.xlsx", "sum.chart")
FILES = ("tong-hop.xlsx", "tong-hop.csv", "phu-luc.xlsx", "bieu-do-thang.png", "khong-co.exe")
_WORD = re.compile(r"[QX]z\d{4}z")


@dataclass
class Officer:
    """Somebody with a role of some kind, and what they may read of."""

    name: str
    words: set[str]
    """Names of the units and aliases of the subtree; none once the role has ended."""
    units: set[int]
    above: set[str] = field(default_factory=set)
    """Names of the units right above their own: an official report is addressed to them."""
    browser: Browser | None = None
    seen: list[str] = field(default_factory=list)
    """Payloads of buttons that they were shown."""


@dataclass
class Tally:
    """What was asked, how much was answered, and what came out of its subtree."""

    asked: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    leaks: list[str] = field(default_factory=list)


@dataclass
class Tree:
    """The units with their words."""

    ids: list[int]
    codes: dict[int, str]
    above: dict[int, list[int]]
    """Each unit with all above it, itself first."""
    words: dict[int, set[str]]
    """The unit's name, and the aliases of those who belong there."""

    def names(self, unit: int) -> set[str]:
        """The unit's own word."""
        return {word for word in self.words[unit] if word.startswith("Q")}

    def below(self, unit: int) -> set[int]:
        """The unit and all below it."""
        return {id for id in self.ids if unit in self.above[id]}


async def try_all(house: House, chance: Random, requests: int) -> Tally:
    """Plant a tree, make officers of every kind, and let them ask."""
    tree = await plant(house, chance)
    officers = await make_officers(house, chance, tree)
    tally = Tally()
    for number in range(requests):
        officer = chance.choice(officers)
        kind = chance.choice(("button", "button", "command", "replayed", "forged", "page", "page", "file"))
        tally.asked[kind] += 1
        texts, files = await ask(house, chance, officer, chance.choice(officers), tree, kind, number)
        found = set(_WORD.findall(" ".join(texts)))
        for content in files:
            found |= set(_WORD.findall(inside(content))) - (officer.above if is_report(content) else set())
        tally.answered += bool(found)
        if leaked := found - officer.words:
            tally.leaks.append(f"{officer.name} read {sorted(leaked)[:3]} by a {kind}: {' '.join(texts)[:200]}")
        if files and not officer.words:
            tally.leaks.append(f"{officer.name} got a file by a {kind}")
    return tally


async def plant(house: House, chance: Random) -> Tree:
    """Thirty units under two roots; six people in each, half of whom agreed to be named."""
    changes = Changes()
    nouns, logs = Units(house.bot.database, changes), StudyLogs(house.bot.database, changes)
    tree = Tree([], {}, {}, {})
    for number in range(UNITS):
        id, word = new_id(), f"Qz{number:04}z"
        parent = None if number < 2 else chance.choice(tree.ids)
        line = tree.above[parent] if parent else []
        row = {"id": id, "code": f"K{number:03}", "name": f"Đơn vị {word}", "search_key": f"don vi {word.lower()}"}
        nouns.add(row | {"kind": "agency" if parent is None else "", "parent_id": parent, "position": number,
                         "created_at": NOON}, line)  # fmt: skip
        tree.ids.append(id)
        tree.codes[id], tree.above[id], tree.words[id] = f"K{number:03}", [id, *line], {word}
        for member in range(6):
            person, alias = new_id(), f"Xz{number * 10 + member:04}z"
            tree.words[id].add(alias)
            agreed = {"log": True, "unit_totals": True, "named": number % 2 == 0}
            changes.insert(persons, id=person, language="vi", address_form="anhchi", alias=alias, unit_id=id,
                           consents=agreed, created_at=NOON)  # fmt: skip
            changes.insert(memberships, id=new_id(), person_id=person, unit_id=id, asked_at=NOON,
                           state="active" if member else "pending")  # fmt: skip
            day = NOON.date() - timedelta(days=chance.randrange(60))
            logs.add(StudyLog(0, person, id, day, chance.randrange(5, 300), "", "law", None, False, None, NOON))
    await house.bot.committer.commit(Commit(changes))
    return tree


async def make_officers(house: House, chance: Random, tree: Tree) -> list[Officer]:
    """Officers of one or two units, roles that were taken away and that ran out (with their sessions), and nobody."""
    found = []
    for number in range(14):
        kind = ("holds", "holds", "holds", "revoked", "expired", "two", "none")[number % 7]
        name, units = f"{kind} {number}", chance.sample(tree.ids, 2 if kind == "two" else 1) if kind != "none" else []
        officer = Officer(name, set(), set())
        await house.bot.person(name).says("/start")
        await grant(house, name, units)
        if kind != "none":
            officer.browser = await house.enters(name)
            await house.bot.person(name).says(f"/tonghop {tree.codes[units[0]]} 2026-10")
            officer.seen = [payload for one in house.bot.person(name).heard for payload in one.buttons.values()]
        if kind in ("revoked", "expired"):
            await end(house, name, units, is_expiry=kind == "expired")
        else:
            officer.units = {id for unit in units for id in tree.below(unit)}
            officer.above = {one for unit in units for id in tree.above[unit][1:2] for one in tree.names(id)}
            officer.words = {word for id in officer.units for word in tree.words[id]}
        found.append(officer)
    return found


async def grant(house: House, name: str, units: list[int]) -> None:
    changes = Changes()
    person, roles = await person_id(house, name), Roles(house.bot.database, changes, NOON)
    for unit in units:
        roles.grant(person, OFFICER, unit, NOON)
    await house.bot.committer.commit(Commit(changes))


async def end(house: House, name: str, units: list[int], *, is_expiry: bool) -> None:
    """The role is taken away, or runs out by its date."""
    changes = Changes()
    person, roles = await person_id(house, name), Roles(house.bot.database, changes, NOON)
    for unit in units:
        roles.end(person, OFFICER, unit, NOON)
        if is_expiry:
            roles.grant(person, OFFICER, unit, NOON, ends_at=NOON + timedelta(seconds=1))
    await house.bot.committer.commit(Commit(changes))


async def ask(
    house: House, chance: Random, officer: Officer, other: Officer, tree: Tree, kind: str, number: int
) -> tuple[list[str], list[bytes]]:
    """One request of this kind; gives what was read and the files that came."""
    unit, key = chance.choice(tree.ids), chance.choice(KEYS)
    if officer.units and chance.random() < 0.4:
        unit = chance.choice(sorted(officer.units))
    then = chance.choice(("", "", "|then", "|now", "|x"))
    if kind in ("page", "file"):
        return await visit(officer, chance, unit, key, kind)
    person = house.bot.person(officer.name)
    before = len(person.heard)
    match kind:
        case "command":
            (named,) = tree.names(unit)
            await person.says(f"/tonghop {chance.choice((tree.codes[unit], named))} {key}", at=house.now)
        case "replayed":
            payloads = other.seen or ["sum|1|2026"]
            await person.taps_payload(chance.choice(payloads), at=house.now)
        case "forged":
            id = chance.choice((str(unit), "0", str(2**63 - 1), "-1", "1e3", str(unit + 1)))
            await person.taps_payload(f"{chance.choice(TAPS)}|{id}|{key}{then}|{number}", at=house.now)
        case _:
            await person.taps_payload(payload(chance, unit, key, then), at=house.now)
    heard = person.heard[before:]
    return [words_of(one) for one in heard], [content for one in heard for content in one.files.values()]


def payload(chance: Random, unit: int, key: str, then: str) -> str:
    """A button that the program could have made for somebody."""
    match chance.choice((*TAPS, "sum.below", "members")):
        case "sum.below":
            return f"sum.below|{unit}|{key}|0{then}"
        case "sum.chart":
            return f"sum.chart|{unit}|{key}|{chance.choice(('month', 'unit'))}{then}"
        case "members":
            return f"{chance.choice(('board', 'nop'))}|{unit}|{key}"
        case action:
            return f"{action}|{unit}|{key}{then}"


async def visit(officer: Officer, chance: Random, unit: int, key: str, kind: str) -> tuple[list[str], list[bytes]]:
    """An address of the desk in the browser in which the officer signed in once."""
    if officer.browser is None:
        return [], []
    then = chance.choice(("", "&cay=then"))
    search = f"?tim=don+vi+qz00{chance.randrange(30):02}"
    places = (f"cay/{unit}", f"tong-hop/{unit}?ky={key}{then}", "thanh-vien", search)
    path = chance.choice(places) if kind == "page" else f"tep/{unit}/{chance.choice(FILES)}?ky={key}{then}"
    await officer.browser.opens(f"/desk/{path}".replace("/desk/?", "/desk?"))
    body = [officer.browser.body] if officer.browser.status == 200 and not officer.browser.text else []
    return [without_echo(officer.browser.text)], body


def without_echo(text: str) -> str:
    """The page without what the visitor typed into the search."""
    return re.sub(r'value="don vi[^"]*"|“don vi[^”]*”', "", text)


def words_of(heard: Heard) -> str:
    """A message with its buttons and the names of its files; without the words that the person sent themselves."""
    return " ".join([re.sub(r"“[^”]*”", "", heard.text), *heard.buttons, *heard.files])


def is_report(content: bytes) -> bool:
    """True for a .docx."""
    return b"word/document.xml" in content


def inside(content: bytes) -> str:
    """All the text of a file."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            return " ".join(packed.read(name).decode("utf-8", "ignore") for name in packed.namelist())
    except BadZipFile:
        return content.decode("utf-8", "ignore")
