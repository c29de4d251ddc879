"""Recognised figures: planted at random, counted by hand, and read back from every output that tells them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select

from storage.columns import new_id
from storage.recognitions import recognitions
from storage.tables import units
from tests.chat import NOON
from tests.desk.conftest import House

NAMES = {
    "citizen": "Công dân học tập", "family": "Gia đình học tập", "clan": "Dòng họ học tập",
    "community": "Cộng đồng học tập cấp thôn", "commune": "Cộng đồng học tập cấp xã",
    "commune_unit": "Đơn vị học tập thuộc cấp xã", "unit": "Đơn vị học tập", "unit_1": "Đơn vị học tập (mức độ 1)",
    "unit_2": "Đơn vị học tập (mức độ 2)",
}  # fmt: skip
"""Titles in the order in which they are told."""
FIXED = {
    "citizen": "Người đạt danh hiệu “Công dân học tập”", "family": "Gia đình học tập", "clan": "Dòng họ học tập",
    "community": "Cộng đồng học tập", "unit_1": "Đơn vị học tập mức độ 1", "unit_2": "Đơn vị học tập mức độ 2",
}  # fmt: skip
"""Rows of Table 1 that every report has."""
TARGETS = {
    "citizen": "Công dân đạt danh hiệu “Công dân học tập”", "family": "Gia đình đạt danh hiệu “Gia đình học tập”",
    "clan": "Dòng họ đạt danh hiệu “Dòng họ học tập”",
    "community": "Cộng đồng cấp thôn đạt danh hiệu “Cộng đồng học tập”",
    "commune_unit": "Đơn vị thuộc cấp xã đạt danh hiệu “Đơn vị học tập”",
}  # fmt: skip
"""Rows of Table 4; for 2030 only the first has a target."""
FREE = ("Câu lạc bộ học tập", "câu lạc bộ học tập", "Giấy khen khuyến học")
HIDDEN, NO_DATA = "ẩn", "chưa có số liệu"
IN_CHAT = 3
"""So many matters, and so many decisions of each, does the chat tell."""


@dataclass
class Matter:
    """What was recognised of one title, or of the same free words."""

    title: str | None
    count: int = 0
    decisions: set[tuple[date, str, str]] = field(default_factory=set)
    """Day, number and words of each decision."""

    @property
    def name(self) -> str:
        """As the outputs call it: the title, or the words of the first decision."""
        return NAMES[self.title] if self.title else min(self.decisions)[2]

    def by(self, most: int | None = None) -> str:
        """Its decisions in a sentence."""
        named = [f"{number} ngày {day:%d/%m/%Y}" for day, number, _ in sorted(self.decisions)]
        return "; ".join(named[:most] + (["…"] if most and len(named) > most else []))


Matters = list[Matter]


async def plant(house: House, chance: Random, decisions: int = 40) -> None:
    """Decisions of the last 400 days about one or two units each; some were taken back."""
    database = house.bot.database
    known = [row.id for row in await database.all(select(units.c.id).order_by(units.c.id))]
    number = int(await database.value(select(func.count()).select_from(recognitions)) or 0)
    async with database.writing() as connection:
        for decision in range(number, number + decisions):
            title = chance.choice((*NAMES, "citizen", "citizen", None, None))
            row = {"title": title, "what": NAMES[title] if title else chance.choice(FREE), "entered_at": NOON,
                   "decision_number": f"{decision:04}/QĐ-UBND",
                   "decision_date": NOON.date() - timedelta(days=chance.randrange(400))}  # fmt: skip
            for unit in chance.sample(known, chance.choice((1, 1, 2))):
                gone = NOON if chance.random() < 0.15 else None
                count = chance.randrange(1, 3000)
                await connection.execute(
                    insert(recognitions).values(id=new_id(), unit_id=unit, count=count, withdrawn_at=gone, **row)
                )


def counted(rows: Iterable[Any]) -> Matters:
    """The rows by hand: one figure for each title and for each free matter, whatever its capitals."""
    found: dict[str, Matter] = defaultdict(lambda: Matter(None))
    for row in rows:
        matter = found[row.title or row.what.casefold()]
        matter.title = row.title
        matter.count += row.count
        matter.decisions.add((row.decision_date, row.decision_number, row.what))
    order = list(NAMES)
    return sorted(found.values(), key=lambda one: (order.index(one.title), "") if one.title else (99, one.name.lower()))


def expected(matters: Matters, *, is_military: bool, entries: int, year: int) -> dict[str, Any]:
    """What each output must tell; below a military root only that something is hidden."""
    shown = [] if is_military else matters
    rows = {f"{one.name} ({one.by()})": one.count for one in shown}
    titles = {f"{FIXED.get(one.title or '') or 'Được công nhận: ' + one.name} ({one.by()})": one.count for one in shown}
    listed = [name for title, name in TARGETS.items() if year <= 2025 or title == "citizen"]
    results = {TARGETS[one.title]: (one.count, one.by()) for one in shown if one.title in TARGETS}
    found: dict[str, Any] = {
        "recognised": {one.name: (one.count, one.by()) for one in matters},
        "recognised_rows": rows,
        "recognised_said": said(matters, is_military=is_military) if entries or matters else None,
        "title_rows": {label: grouped(count) for label, count in titles.items()},
        "target_rows": {name: (grouped(count), by) for name, (count, by) in results.items() if name in listed},
    }
    if is_military and matters:
        found["recognised_rows"] = {"Số liệu được công nhận": HIDDEN}
        found["title_rows"] = dict.fromkeys([*FIXED.values(), "Số liệu được công nhận"], HIDDEN)
        found["target_rows"] = dict.fromkeys(listed, (HIDDEN, ""))
    return found


def said(matters: Matters, *, is_military: bool = False, most: int | None = IN_CHAT) -> str:
    """The sentence of the chat; without a limit the cell of the table of units."""
    if not matters:
        return NO_DATA
    if is_military:
        return HIDDEN
    words = [f"{one.name} {grouped(one.count)} ({one.by(most)})" for one in matters[:most]]
    more = len(matters) - len(words)
    return "; ".join(words + ([f"{more} nội dung khác trong tệp Excel"] if more else []))


def grouped(count: int) -> str:
    """1.236 as people read it."""
    return f"{count:,}".replace(",", ".")


def in_json(found: Sequence[Mapping[str, Any]] | None) -> dict[str, tuple[int, str]]:
    """The matters of the command line by name."""
    told = {}
    for one in found or ():
        days = [(each["number"], date.fromisoformat(each["date"])) for each in one["decisions"]]
        name = NAMES[one["title"]] if one["title"] else one["what"]
        told[name] = (one["count"], "; ".join(f"{number} ngày {day:%d/%m/%Y}" for number, day in days))
    return told


def in_details(text: str) -> str | None:
    """The sentence of the chat's details."""
    found = re.search(r"Số liệu được công nhận: (.+)\.$", text, re.MULTILINE)
    return found[1] if found else None


def in_rows(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Rows of the overview and of the page, by label without its beginning."""
    kept = [(label, value) for label, value in rows if label.startswith(("Được công nhận: ", "Số liệu được công nhận"))]
    return {label.removeprefix("Được công nhận: "): value for label, value in kept if value != NO_DATA}


def in_report(tables: Sequence[Sequence[Sequence[str]]]) -> dict[str, Any]:
    """The recognised column of Table 1, and count and decisions of Table 4, of the official report."""
    figures, targets = tables[0], tables[-1]
    return {
        "title_rows": {row[1]: row[-1] for row in figures if row[-1] != NO_DATA},
        "target_rows": {row[1]: (row[-2], row[-1]) for row in targets if row[-2] != NO_DATA},
    }
