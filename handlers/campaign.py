"""The movement's calendar: everybody looks at it, an admin sets other days for a tree, officers say what is done."""

from bot.campaign import (
    NAMES,
    days_said,
    entry_by_key,
    entry_said,
    line,
    mark_done,
    names,
    overview,
    root_of,
    roots_to_edit,
    set_back,
    set_days,
)
from bot.errors import UserError
from bot.i18n import t
from bot.message import Button, Message, Reply
from bot.routes import Routes, dead_button, key
from bot.turn import Turn

routes = Routes()


@routes.command("lich", menu=t("Calendar of the movement"))
async def calendar(message: Message, turn: Turn, rest: str) -> Reply:
    """Without words what comes next; "tuần lễ: 06/10-12/10" sets the days of a tree (admins)."""
    said, colon, value = rest.partition(":")
    if not colon:
        shown = await overview(turn, await root_of(turn))
        if await turn.is_admin():
            shown = t("{calendar}\nTo set other days: /lich tuần lễ: 06/10-12/10.", calendar=shown)
        return Reply(shown)
    roots, words = await roots_to_edit(turn, said)
    entry = entry_said(words)
    year, first, last = days_said(entry, value, turn.today)
    if len(roots) != 1:
        raise UserError(
            t("Please name the tree by the code of its top unit in front, one of: {codes}.", codes=names(roots))
        )
    one, version = await set_days(turn, roots[0], entry, year, (first, last))
    undo = Button(t("Undo"), "lich.undo", (str(roots[0].id), entry.key, str(year), str(version)))
    return Reply(t("Set in the calendar:\n{line}", line=line(one)), (undo,))


@routes.tap("lich.undo")
async def undone(message: Message, turn: Turn, root: str, entry: str, year: str, version: str) -> Reply:
    """Bring back the days that held before."""
    found = await turn.units.by_id(key(root))
    if found is None or not (year.isdigit() and version.isdigit()):
        raise dead_button()
    await roots_to_edit(turn, "")
    one = await set_back(turn, found, entry_by_key(entry), int(year), int(version))
    return Reply(t("As before in the calendar:\n{line}", line=line(one)), replaces=True)


@routes.tap("campaign.done")
async def done(message: Message, turn: Turn, entry: str, year: str, unit: str) -> Reply:
    """The unit is done with it."""
    if not year.isdigit():
        raise dead_button()
    named = await mark_done(turn, entry_by_key(entry), int(year), key(unit))
    return Reply(t("Noted for {unit}: {name} is done, I do not speak of it again.", unit=named.name, name=NAMES[entry]))
