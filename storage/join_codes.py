"""Codes that lead to a unit, for posters: making, renewing, ending, and finding the unit of one."""

from dataclasses import dataclass
from datetime import datetime
from secrets import choice

from sqlalchemy import ColumnElement, and_, or_, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.joining_tables import join_codes

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No letter that is read or heard as another one: no I, L, O, 0, 1."""
LETTERS = 8


@dataclass(frozen=True, slots=True)
class JoinCode:
    """A code of a unit; from `ends_at` on, or once `ended_at` is there, it opens nothing."""

    id: int
    code: str
    unit_id: int
    ends_at: datetime | None
    ended_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """True while it leads to its unit."""
        return self.ended_at is None and (self.ends_at is None or self.ends_at > now)


_COLUMNS = [join_codes.c[name] for name in ("id", "code", "unit_id", "ends_at", "ended_at")]


class JoinCodes:
    """Questions and changes about the codes of units."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def find(self, code: str) -> JoinCode | None:
        """A code however it is typed, also one that opens nothing any more."""
        row = await self._database.first(select(*_COLUMNS).where(join_codes.c.code == plain_code(code)))
        return None if row is None else JoinCode(**row._mapping)

    async def of(self, unit_id: int, now: datetime) -> JoinCode | None:
        """The unit's newest code that is open."""
        mine = select(*_COLUMNS).where(join_codes.c.unit_id == unit_id, _is_open(now))
        row = await self._database.first(mine.order_by(join_codes.c.id.desc()))
        return None if row is None else JoinCode(**row._mapping)

    def make(self, unit_id: int, by: int | None, now: datetime, ends_at: datetime | None) -> JoinCode:
        """A new code; every older one of the unit ends, so that old posters open nothing."""
        self.end(unit_id, now)
        made = JoinCode(new_id(), new_code(), unit_id, ends_at, None)
        values = {"code": made.code, "unit_id": unit_id, "made_by": by, "made_at": now, "ends_at": ends_at}
        self._changes.insert(join_codes, id=made.id, **values)
        return made

    def end(self, unit_id: int, now: datetime) -> None:
        """No code of the unit opens anything any more."""
        open_ones = (join_codes.c.unit_id == unit_id) & join_codes.c.ended_at.is_(None)
        self._changes.first(update(join_codes).where(open_ones).values(ended_at=now))

    def set_end(self, code_id: int, ends_at: datetime | None) -> None:
        """Let a code that is open end at another moment, or never."""
        same = (join_codes.c.id == code_id) & join_codes.c.ended_at.is_(None)
        self._changes.require(update(join_codes).where(same).values(ends_at=ends_at))


def _is_open(now: datetime) -> ColumnElement[bool]:
    in_time = or_(join_codes.c.ends_at.is_(None), join_codes.c.ends_at > now)
    return and_(join_codes.c.ended_at.is_(None), in_time)


def new_code(letters: int = LETTERS) -> str:
    """Random letters of ALPHABET: eight hold 39 bits."""
    return "".join(choice(ALPHABET) for _ in range(letters))


def plain_code(said: str) -> str:
    """The code without blanks and dashes, in upper case; at most 16 letters."""
    return "".join(letter for letter in said.upper() if letter.isalnum())[:16]


def shown_code(code: str) -> str:
    """A code in groups of four, as it is read aloud and printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
