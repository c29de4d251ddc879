"""Secrecy mode of a root: what it means, whether a name may stand there, and the switch.

On for military roots from the start. In it file names tell no unit, shares stand in place of head-counts, nobody is
listed by alias, and a unit may not be called by its real number. What people type is masked everywhere, in every root.
"""

import re

from bot.errors import NotAllowed, UserError
from bot.i18n import Text, joined, t
from bot.language.fold import bare
from bot.language.masking import mask
from bot.message import Button, Reply
from bot.routes import dead_button
from bot.summary_words import name_of
from bot.turn import Turn
from storage.secrecy import Secrecy
from storage.units import Unit

NAMES_SHOWN = 5
_LONG_NUMBER = re.compile(r"\d{2,}")


def tells_number(name: str) -> bool:
    """True when the name of a unit holds its real number: two digits or more that masking would hide.

    One digit tells a company of its battalion apart and is used everywhere; it stays.
    """
    numbers = len(_LONG_NUMBER.findall(bare(name)))
    return numbers > len(_LONG_NUMBER.findall(bare(mask(name))))


def name_fault(name: str) -> Text | None:
    """Why a unit of a root in secrecy mode cannot be called so, or None."""
    if not tells_number(name):
        return None
    return t("“{name}” tells the unit's real number; in secrecy mode a unit has an alias only.", name=mask(name))


async def must_be_secret_enough(turn: Turn, unit: Unit | None, *names: str) -> None:
    """Refuse new names below a root in secrecy mode that tell a real number. Raises UserError."""
    if unit is None or not (await turn.units.ancestors(unit.id))[0].is_secret:
        return
    for name in names:
        if fault := name_fault(name):
            raise UserError(fault)


async def overview(turn: Turn) -> Reply:
    """Every root with its mode and the button that switches it. Raises NotAllowed."""
    await _must_be_admin(turn)
    roots = await turn.units.roots()
    if not roots:
        raise UserError(t("There are no units yet."))
    lines = [t("{unit}: {mode}", unit=name_of(root), mode=_mode(root)) for root in roots]
    text = t(
        "Secrecy mode of each root. In it file names tell no unit, shares stand in place of head-counts, and nobody is "
        "listed by alias. It is on for military roots from the start.\n{lines}",
        lines=joined(lines, "\n"),
    )
    return Reply(text, tuple(_switch(root) for root in roots))


def _mode(root: Unit) -> Text:
    return t("secrecy mode on") if root.is_secret else t("secrecy mode off")


def _switch(root: Unit) -> Button:
    if root.is_secret:
        return Button(t("Switch off: {unit}", unit=root.code), "secrecy.ask_off", (str(root.id),))
    return Button(t("Switch on: {unit}", unit=root.code), "secrecy.switch", (str(root.id), "on"))


async def ask_off(turn: Turn, root_id: int) -> Reply:
    """Switching it off shows more to many people: asked once more."""
    root = await _root(turn, root_id)
    text = t("Switch secrecy mode off for {unit}? Officers then see head-counts and people by alias, and file names "
             "tell the unit.", unit=name_of(root))  # fmt: skip
    off = Button(t("Switch it off"), "secrecy.switch", (str(root.id), "off"))
    return Reply(text, (off, Button(t("Leave it on"), "secrecy.keep")), replaces=True)


async def switch(turn: Turn, root_id: int, said: str) -> Reply:
    """Switch it; names that tell more than an alias are named, for an admin to change."""
    root = await _root(turn, root_id)
    if said not in ("on", "off"):
        raise dead_button()
    store, is_on = Secrecy(turn.database, turn.changes), said == "on"
    store.switch(root.id, is_on, turn.person.id, turn.now)
    turn.audit("secrecy.on" if is_on else "secrecy.off", unit_id=root.id)
    back = Button(t("Undo"), "secrecy.switch", (str(root.id), "off" if is_on else "on"))
    if not is_on:
        return Reply(t("Secrecy mode is off for {unit}.", unit=name_of(root)), (back,), replaces=True)
    telling = [code for code, name in await store.names(root.id) if tells_number(name)]
    done = t("Secrecy mode is on for {unit}.", unit=name_of(root))
    if not telling:
        return Reply(done, (back,), replaces=True)
    codes = joined([*telling[:NAMES_SHOWN], *(["…"] if len(telling) > NAMES_SHOWN else [])], ", ")
    warned = t("{done} These units are still called by their real number; please rename them with /caydonvi: {codes}.",
               done=done, codes=codes)  # fmt: skip
    return Reply(warned, (back,), replaces=True)


async def _root(turn: Turn, id: int) -> Unit:
    await _must_be_admin(turn)
    unit = await turn.units.by_id(id)
    if unit is None or unit.parent_id is not None:
        raise dead_button()
    return unit


async def _must_be_admin(turn: Turn) -> None:
    if not await turn.is_admin():
        raise NotAllowed(t("Only an admin switches secrecy mode."))
