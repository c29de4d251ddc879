"""The movement's calendar in chat: what comes next in somebody's tree, an admin's own days for it, what is done."""

import re
from collections.abc import Sequence
from datetime import date

from bot.errors import NotAllowed, UserError
from bot.i18n import Text, joined, t
from bot.jobs.calendar import Entry, Occurrence, entries, occurrence, occurrences
from bot.jobs.campaign_words import NAMES as NAMES
from bot.jobs.campaign_words import line as line
from bot.language.fold import fold
from bot.routes import dead_button
from bot.turn import Turn
from storage.campaign import Campaign
from storage.units import Unit

LONGEST = 31
"""Days that an entry may last when a root sets it."""
_SAID = {
    "week": ("tuan le hoc tap suot doi", "tuan le", "week"),
    "closing": ("chot so lieu", "chot", "closing"),
    "dossier": ("ho so", "dossier"),
    "recognition": ("cong nhan", "recognition"),
}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](20\d\d))?")


def store(turn: Turn) -> Campaign:
    """The calendar, as the turn reads and writes it."""
    return Campaign(turn.database, turn.changes)


async def root_of(turn: Turn) -> Unit | None:
    """The top of the person's own tree; None for whoever belongs to no unit and answers for none."""
    units = [*await turn.officer_units(), *([turn.person.unit_id] if turn.person.unit_id else [])]
    line = await turn.units.ancestors(units[0]) if units else []
    return line[0] if line else None


async def overview(turn: Turn, root: Unit | None) -> Text:
    """What runs or comes next, with the sources."""
    found = occurrences(turn.today, await store(turn).edits(root.id) if root else {})
    lines = joined([line(one) for one in found], "\n")
    title = t("Calendar of the movement") if root is None else t("Calendar of the movement · {unit}", unit=root.name)
    return t("{title}:\n{lines}", title=title, lines=lines)


async def roots_to_edit(turn: Turn, words: str) -> tuple[list[Unit], str]:
    """The roots that an admin may mean, and the words without the unit's code. Raises NotAllowed, UserError."""
    if not await turn.is_admin():
        raise NotAllowed(t("Only an admin sets other days of the calendar."))
    first, _, rest = words.strip().partition(" ")
    if (named := await turn.units.by_code(first)) is not None:
        if named.parent_id is not None:
            raise UserError(t("Days of the calendar are set for a whole tree: please name its top unit."))
        return [named], rest
    return await turn.units.roots(), words


def entry_said(words: str) -> Entry:
    """The entry that is meant. Raises UserError."""
    said = fold(words).strip()
    for entry in entries():
        if any(said == name for name in _SAID.get(entry.key, ())):
            return entry
    raise UserError(
        t("I do not know “{words}” in the calendar. Days can be set of: {names}.",
          words=words.strip()[:40], names=joined([NAMES[key] for key in _SAID], ", "))
    )  # fmt: skip


def days_said(entry: Entry, text: str, today: date) -> tuple[int, date, date]:
    """The year of the entry, and the days that are named for it. Raises UserError."""
    wrong = t("Please name the days like 06/10-12/10 or 25/12; I could not read “{text}”.", text=text.strip()[:40])
    found = _DAY.findall(text)
    if not 1 <= len(found) <= 2 or _DAY.sub("", text).strip(" -–đến.") != "":
        raise UserError(wrong)
    now = next(one for one in occurrences(today, {}) if one.entry is entry)
    try:
        days = [date(int(year or now.first.year), int(month), int(day)) for day, month, year in found]
    except ValueError:
        raise UserError(wrong) from None
    first, last = days[0], days[-1]
    if last < first or (last - first).days >= LONGEST:
        raise UserError(t("The last day comes after the first, and at most {days} days lie between.", days=LONGEST))
    if last < today:
        raise UserError(t("{date} is past already. Please name days that are still to come.", date=last))
    return now.year, first, last


async def set_days(
    turn: Turn, root: Unit, entry: Entry, year: int, days: tuple[date, date] | None
) -> tuple[Occurrence, int]:
    """Set the days in a root (None: those of the calendar again); what holds now, and the number of this version."""
    versions = await store(turn).versions(root.id, entry.key, year)
    store(turn).set_days(root.id, entry.key, year, days, len(versions) + 1, turn.person.id, turn.now)
    turn.audit("calendar.set", unit_id=root.id, entry=entry.key, year=year, version=len(versions) + 1)
    return occurrence(entry, year, {(entry.key, year): days} if days else {}), len(versions) + 1


async def set_back(turn: Turn, root: Unit, entry: Entry, year: int, version: int) -> Occurrence:
    """Undo the version, if it is still the newest. Raises UserError."""
    versions = await store(turn).versions(root.id, entry.key, year)
    if len(versions) != version:
        raise dead_button()
    before = versions[-2].days if len(versions) > 1 else None
    return (await set_days(turn, root, entry, year, before))[0]


def entry_by_key(key: str) -> Entry:
    """An entry of a button. Raises UserError."""
    return next((entry for entry in entries() if entry.key == key), None) or _dead()


def _dead() -> Entry:
    raise dead_button()


def names(roots: Sequence[Unit]) -> str:
    """Roots by code."""
    return ", ".join(root.code for root in roots)


async def mark_done(turn: Turn, entry: Entry, year: int, unit_id: int) -> Unit:
    """The unit is done: nobody is told of it any more. Raises UserError."""
    await turn.must_cover(unit_id)
    unit = await turn.units.by_id(unit_id)
    if unit is None or not 2023 <= year <= 2100:
        raise dead_button()
    store(turn).mark(unit_id, entry.key, year, turn.person.id, turn.now)
    turn.audit("calendar.done", unit_id=unit_id, entry=entry.key, year=year)
    return unit
