"""The units that an officer or admin may see: their own ones, and those that words find below them."""

from bot.errors import NotAllowed
from bot.i18n import t
from bot.language.fold import fold
from bot.language.periods import Period, parse_period
from bot.rights import lacks_right
from bot.turn import Turn
from storage.roles import VIEW
from storage.units import Unit

FOUND = 6
NAME_LETTERS = 100
_FRONT = ("cua don vi ", "cho don vi ", "don vi ", "cua ", "cho ", "unit ", "of ", "for ")


async def must_be_officer(turn: Turn, right: str = VIEW) -> None:
    """Refuse politely whoever is neither officer nor admin, or an officer without this right. Raises NotAllowed."""
    own = await turn.own_roles()
    if not own:
        raise NotAllowed(
            t(
                "This is for the officers of a unit. {You} can see your own progress with /tiendo. If {you} should "
                "have this right, please ask the admin of your unit."
            )
        )
    if not any(right in role.rights for role in own):
        raise NotAllowed(lacks_right(right))


async def own_units(turn: Turn, right: str = VIEW) -> list[Unit]:
    """The units where an officer holds this right; of an admin who is no officer, the roots of the tree."""
    found = [await turn.units.by_id(id) for id in await turn.officer_units(right)]
    if units := [unit for unit in found if unit is not None]:
        return units
    return await turn.units.roots() if await turn.is_admin() else []


async def find_units(turn: Turn, words: str) -> list[Unit]:
    """The unit of this code, else units below the person's own ones whose name holds these words."""
    for said in _variants(words):
        if unit := await turn.units.by_code(said):
            return [unit]
    key = fold(_variants(words)[-1])[:NAME_LETTERS]
    if len(key) < 2:
        return []
    if await turn.is_admin():
        return await turn.units.search(key, FOUND)
    found: dict[int, Unit] = {}
    for id in await turn.officer_units():
        found |= {unit.id: unit for unit in await turn.units.search(key, FOUND, below=id)}
    return _exact(list(found.values()), key)[:FOUND]


async def unit_and_period(rest: str, turn: Turn) -> tuple[str, Period | None]:
    """The words for the unit, and the period that the end of the text names.

    A unit's code goes first: "T1" and "Q1" are also short for a month and a quarter.
    """
    words = rest.split() if await turn.units.by_code(rest) is None else []
    for start in range(len(words)):
        if period := parse_period(" ".join(words[start:]), turn.today):
            return " ".join(words[:start]), period
    return rest.strip(), None


def _exact(units: list[Unit], key: str) -> list[Unit]:
    """Only the units of exactly this name, where there are some."""
    return [unit for unit in units if fold(unit.name) == key] or units


def _variants(words: str) -> list[str]:
    """The words as they are, and without "đơn vị", "của" and the like in front."""
    words = " ".join(words.split())
    for front in _FRONT:
        if fold(words).startswith(front):
            return [words, words[len(front) :]]
    return [words]
