"""Recognised figures in typed words: one line with unit, matter, number and decision, checked before it is kept."""

import re
from dataclasses import dataclass
from datetime import date

from bot.articles import day_said
from bot.errors import NotAllowed, UserError
from bot.i18n import Reader, Text, render, t
from bot.language.titles import count_said, title_said
from bot.question_words import kept_words
from bot.reports.titles import TITLES
from bot.routes import dead_button, key
from bot.turn import Turn
from storage.recognitions import Recognition
from storage.units import Unit

MOST = 10_000_000
WORDS = 120
"""Letters of a free matter."""
_NUMBER = re.compile(r"\d{1,6}\s?/\s?[\w.\-/]{2,50}")
_COUNT = re.compile(r"\d{1,3}(?:\.\d{3}){1,3}|\d{1,9}")
CANONICAL = Reader("vi")
"""A title that was chosen by button is kept in Vietnamese, as a decision names it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A recognised figure as it was said, checked but not kept yet."""

    unit: Unit
    title: str | None
    what: str
    count: int
    number: str
    day: date


async def must_enter(turn: Turn) -> None:
    """Refuse politely whoever is no admin. Raises NotAllowed."""
    if not await turn.is_admin():
        raise NotAllowed(t("Only an admin enters and takes back recognised figures."))


async def holding(turn: Turn, id: str) -> Recognition:
    """The figure of a button, for an admin, while it holds. Raises UserError."""
    await must_enter(turn)
    found = await turn.recognitions.by_id(key(id))
    if found is None or found.withdrawn_at is not None:
        raise dead_button()
    return found


async def entry_said(turn: Turn, said: str, title: str | None) -> Entry:
    """One line, "A.1; 12 công dân học tập; 45/QĐ-UBND; 15/12/2026", or with the number in a part of its own.

    A title that was chosen before needs no matter: "A.1; 12; 45/QĐ-UBND; 15/12/2026". Raises UserError.
    """
    code, *matter, number, day = _parts(said, title)
    unit = await turn.units.by_code(code)
    if unit is None:
        raise UserError(t("There is no unit “{code}”.", code=code[:40]))
    found, what, count = _matter(matter, title)
    if not _NUMBER.fullmatch(number):
        raise UserError(t("“{number}” is no decision number; please write it like 45/QĐ-UBND.", number=number[:40]))
    decided = day_said(day)
    if decided is None or decided > turn.today:
        raise UserError(t("The decision needs its date, which is not in the future."))
    if await turn.recognitions.same(unit.id, found, what, number):
        raise entered_already()
    return Entry(unit, found, what, count, number, decided)


def entered_already() -> UserError:
    """What stops a figure from being counted twice."""
    return UserError(t("This figure of this decision was entered already."))


def _parts(said: str, title: str | None) -> list[str]:
    parts = [" ".join(part.split()) for part in said.split(";")]
    if len(parts) in (4, 5):
        return parts
    if title:
        raise UserError(t("Four things are needed, with “;” between them: unit code; number; decision number; date."))
    raise UserError(t("Five things are needed, with “;” between them: unit code; what; number; decision number; date."))


def _matter(said: list[str], title: str | None) -> tuple[str | None, str, int]:
    """Title, words and number of what was recognised."""
    inside, what = count_said(said[0])
    if title and len(said) == 1 and not title_said(what):
        return title, render(TITLES[title].name, CANONICAL), _count(said[0] if inside is None else str(inside))
    if inside is not None and len(said) == 2 and said[1].replace(".", "") != str(inside):
        raise UserError(t("Two numbers were said, {first} and {second}; please send one.", first=inside,
                          second=said[1][:20]))  # fmt: skip
    count = _count(said[1] if len(said) == 2 else str(inside or said[0]))
    if not what or len(what) > WORDS:
        raise UserError(t("What was recognised has 1 to {count} characters.", count=WORDS))
    return title_said(what), kept_words(what), count


def _count(said: str) -> int:
    count = int(said.replace(".", "")) if _COUNT.fullmatch(said) else 0
    if not 0 < count <= MOST:
        raise UserError(t("“{count}” is no number of what was recognised.", count=said[:20]))
    return count


def title_row(title: str | None) -> Text:
    """Where the figure stands in the official report."""
    if title:
        return t("In the official report it fills the row of this title.")
    return t("In the official report it has a row of its own. If it is a title of the movement, please choose which.")
