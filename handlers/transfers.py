"""Going over to another unit from a day on: the person's own request, and an officer's transfer of somebody."""

from datetime import date

from bot.errors import UserError
from bot.i18n import joined, t, tn
from bot.language.fold import fold
from bot.language.masking import mask
from bot.membership import request_membership
from bot.message import Button, Message, Reply
from bot.rights import CONFIRM
from bot.routes import Routes, dead_button, key
from bot.scope import must_be_officer
from bot.study_answers import iso_day
from bot.summary_words import name_of
from bot.transfers import PEOPLE_SHOWN, Unit, asked, people_called, preview, take_back, transfer
from bot.turn import Turn

routes = Routes()

UNITS_SHOWN = 6
NAME_LETTERS = 100


@routes.command("chuyendonvi", menu=t("Go over to another unit"))
async def go_over(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: "A.2 từ 01/12" for oneself, "Sao Mai sang A.2 từ 01/12" for a member of the officer's units."""
    wanted = asked(rest[:200], turn.today)
    if not wanted.unit:
        return Reply(
            t(
                "Please send the unit's code or name and the first day there: /chuyendonvi A.2 từ 01/12. An officer "
                "names the person first: /chuyendonvi Sao Mai sang A.2 từ 01/12."
            )
        )
    if wanted.who:
        return await _somebody(turn, wanted.who, wanted.unit, wanted.since or turn.today)
    since = wanted.since.isoformat() if wanted.since else ""
    if found := await turn.units.by_code(wanted.unit):
        return await request_membership(turn, found, wanted.since)
    units = await _search(turn, wanted.unit)
    choices = tuple(Button(name_of(one), "unit.join", (str(one.id), *([since] if since else []))) for one in units)
    return Reply(t("Which unit do {you} mean?"), (*choices, Button(t("Cancel"), "mv.no")))


async def _search(turn: Turn, words: str) -> list[Unit]:
    key = fold(words)[:NAME_LETTERS]
    found = await turn.units.search(key, UNITS_SHOWN) if len(key) >= 2 else []
    if not found:
        raise UserError(t("There is no unit for “{words}”. Please send its code, or part of its name.",
                          words=mask(words)[:80]))  # fmt: skip
    return found


async def _somebody(turn: Turn, who: str, unit: str, since: date) -> Reply:
    await must_be_officer(turn, CONFIRM)
    new = await turn.units.by_code(unit) or (await _search(turn, unit))[0]
    await turn.must_cover(new.id, CONFIRM)
    people = await people_called(turn, who)
    if not people:
        raise UserError(t("Nobody in the units in your care has the alias “{alias}”.", alias=who[:80]))
    if len(people) == 1:
        return await preview(turn, people[0][0].id, new.id, since)
    turn.audit("people.read", unit_id=new.id, people=min(len(people), PEOPLE_SHOWN))
    lines = [t("“{alias}” in {unit}", alias=alias, unit=name_of(of)) for _, alias, of in people[:PEOPLE_SHOWN]]
    text = tn("{count} person has this alias:\n{lines}", "{count} people have this alias:\n{lines}", len(people),
              lines=joined(lines, "\n"))  # fmt: skip
    buttons = [
        Button(t("{alias} · {unit}", alias=alias, unit=of.name), "mv", (str(one.id), str(new.id), since.isoformat()))
        for one, alias, of in people[:PEOPLE_SHOWN]
    ]
    return Reply(text, (*buttons, Button(t("Cancel"), "mv.no")))


@routes.tap("mv")
async def chosen(message: Message, turn: Turn, membership: str, unit: str, since: str) -> Reply:
    """One of several people of the same alias."""
    return await preview(turn, key(membership), key(unit), iso_day(since))


@routes.tap("mv.go")
async def go(message: Message, turn: Turn, membership: str, unit: str, since: str) -> Reply:
    """Yes: transfer."""
    return await transfer(turn, key(membership), key(unit), iso_day(since))


@routes.tap("mv.no")
async def no(message: Message, turn: Turn) -> Reply:
    """Nothing changes."""
    return Reply(t("All right, nothing was changed."), replaces=True)


@routes.tap("mv.undo")
async def undo(message: Message, turn: Turn, moment: str) -> Reply:
    """The officer takes the transfer back; the person is told."""
    made = await take_back(turn, moment, asks=False)
    if len(made) != 1:
        raise dead_button()
    turn.notify((made[0].person_id,), Reply(t("The officer took the transfer back: {you} stay where {you} were.")))
    alias = await turn.units.alias_of(made[0].person_id)
    return Reply(t("The transfer of “{alias}” is taken back.", alias=alias), replaces=True)
