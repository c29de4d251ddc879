"""Who has not logged: a count, and aliases for the unit's own officer only; and a period beside the one before."""

from dataclasses import replace

from bot.i18n import Joined, Text, joined, t
from bot.language.periods import Period
from bot.message import Button, Message, Reply
from bot.periods import no_unit, period_of
from bot.reports.period import name_of_period
from bot.reports.unit import SMALL, UnitSummary
from bot.routes import OFFICERS, Routes, key
from bot.scope import find_units, must_be_officer, own_units, unit_and_period
from bot.silent_people import silent_people
from bot.summary_reading import read_summary
from bot.summary_words import PAGE, compared, name_of, percent
from bot.turn import Turn

routes = Routes()


@routes.command("chuaghi", menu=t("Who has not logged yet"), who=OFFICERS)
async def unlogged(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: a unit, then a period; without them the own unit and this month."""
    return await _of_words(turn, rest, "chuaghi")


@routes.command("sosanh", menu=t("Compare with the period before"), who=OFFICERS)
async def comparison(message: Message, turn: Turn, rest: str) -> Reply:
    """The same for two periods side by side."""
    return await _of_words(turn, rest, "sosanh")


async def _of_words(turn: Turn, rest: str, action: str) -> Reply:
    await must_be_officer(turn)
    words, said = await unit_and_period(rest, turn)
    period = said or period_of(turn, f"{turn.today:%Y-%m}")
    units = await (find_units(turn, words) if words else own_units(turn))
    if not units:
        raise no_unit(rest, f"/{action} A1 tháng 10")
    if len(units) > 1:
        choices = tuple(Button(name_of(unit), action, (str(unit.id), period.key)) for unit in units[:PAGE])
        return Reply(t("Which unit? ({period})", period=name_of_period(period)), choices)
    return await (_silent if action == "chuaghi" else _compared)(turn, units[0].id, period)


@routes.tap("chuaghi")
async def unlogged_tapped(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """Another unit."""
    return replace(await _silent(turn, key(id), period_of(turn, period)), replaces=True)


@routes.tap("sosanh")
async def compared_tapped(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """Another unit's two periods."""
    return replace(await _compared(turn, key(id), period_of(turn, period)), replaces=True)


async def _compared(turn: Turn, unit_id: int, period: Period) -> Reply:
    found = await read_summary(turn, unit_id, period)
    back = Button(t("Back to the summary"), "sum", (str(found.unit.id), period.key))
    return Reply(t("{lines}", lines=joined(compared(found), "\n")), (back,))


async def _silent(turn: Turn, unit_id: int, period: Period) -> Reply:
    found = await read_summary(turn, unit_id, period)
    lines: list[Text | Joined] = [_count(found)]
    people = await silent_people(turn, found)
    if people.aliases:
        lines.append(t("By alias, those who agreed to be named: {people}.", people=joined(people.aliases, ", ")))
    if people.more:
        lines.append(t("The list is longer; these are the first ones."))
    elif people.is_own and not people.aliases and not found.is_military:
        lines.append(t("Nobody of them agreed to be named."))
    below = [branch for branch in found.figures.branches if branch.active_people < branch.members][:PAGE]
    buttons = [Button(name_of(branch), "chuaghi", (str(branch.unit_id), period.key)) for branch in below]
    back = Button(t("Back to the summary"), "sum", (str(found.unit.id), period.key))
    return Reply(t("{lines}", lines=joined(lines, "\n")), (*buttons, back))


def _count(found: UnitSummary) -> Text:
    """How many members have no counted entry, by the rules of every summary."""
    figures, names = found.figures, {"unit": name_of(found.unit), "period": name_of_period(found.period)}
    present = figures.active_people - figures.former_people
    silent = figures.members - present
    if found.hidden or (not figures.entries and 0 < figures.members < SMALL):
        return t("{unit} · {period}: so few people are there that the count stays hidden.", **names)
    if not figures.members:
        return t("{unit} · {period}: no members.", **names)
    if found.is_military:
        share = percent(silent, figures.members)
        return t("{unit} · {period}: {share}% of the people have no counted entry.", share=share, **names)
    return t("{unit} · {period}: {silent} of {members} members have no counted entry.", silent=silent,
             members=figures.members, **names)  # fmt: skip
