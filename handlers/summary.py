"""Summaries for officers: a unit and a period in words, drill-down by buttons; every tap checks the scope again."""

from dataclasses import replace

from bot.errors import UserError
from bot.i18n import joined, t
from bot.language.periods import Period, parse_period
from bot.message import Button, Message, Reply
from bot.reports.deadlines import KINDS
from bot.reports.period import following, name_of_period
from bot.reports.unit import UnitSummary
from bot.reports.unit_data import months_of
from bot.reports.unit_months import unit_months
from bot.rights import SUBMIT
from bot.routes import OFFICERS, Routes, dead_button, key
from bot.scope import find_units, must_be_officer, own_units, unit_and_period
from bot.submissions import missing_reports
from bot.summary_details import MONTHS_SHOWN, details
from bot.summary_reading import NOW, THEN, read_summary, segments, tree_words
from bot.summary_words import PAGE, branch_list, change_warning, headline, missing_words, name_of, tree_note
from bot.tree import history_of, look_for_due_changes
from bot.tree_words import now_is
from bot.turn import Turn

routes = Routes()


@routes.command("tonghop", menu=t("Summary of the unit"), who=OFFICERS)
async def summary(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: a unit by code or name, then a period in words; without them the person's own unit and this month."""
    await must_be_officer(turn)
    await look_for_due_changes(turn.database, turn.now)
    words, period = await _split(rest, turn)
    units = await (find_units(turn, words) if words else own_units(turn))
    if not units:
        raise UserError(
            t("I find no unit and no period for “{words}”. Try for example: /tonghop A1 tháng 10.", words=rest[:80])
        )
    if len(units) == 1:
        shown = await _shown(turn, units[0].id, period)
        note = now_is(units[0])
        return replace(shown, text=t("{lines}", lines=joined([note, shown.text], "\n"))) if note else shown
    choices = tuple(Button(name_of(unit), "sum", (str(unit.id), period.key)) for unit in units[:PAGE])
    notes = [note for unit in units[:PAGE] if (note := now_is(unit))]
    which = t("Which unit? ({period})", period=name_of_period(period))
    return Reply(t("{lines}", lines=joined([*notes, which], "\n")) if notes else which, choices)


@routes.tap("sum")
async def unit_tapped(message: Message, turn: Turn, id: str, period: str, tree: str = NOW) -> Reply:
    """Another unit or another period, in the tree now or in that of the period's end."""
    return replace(await _shown(turn, key(id), _period(turn, period), tree), replaces=True)


@routes.tap("sum.below")
async def below_tapped(message: Message, turn: Turn, id: str, period: str, page: str, tree: str = NOW) -> Reply:
    """One page of the units right below."""
    found = await read_summary(turn, key(id), _period(turn, period), tree)
    text, shown = branch_list(found, key(page))
    if not shown:
        raise dead_button()
    then = tree_words(found)
    buttons = [Button(name_of(branch), "sum", (str(branch.unit_id), period, *then)) for branch in shown]
    for other, label in ((key(page) - 1, t("‹ Page {page}", page=key(page))),
                         (key(page) + 1, t("Page {page} ›", page=key(page) + 2))):  # fmt: skip
        if 0 <= other * PAGE < len(found.figures.branches):
            buttons.append(Button(label, "sum.below", (id, period, str(other), *then)))
    back = Button(t("Back"), "sum", (id, period, *then))
    return Reply(t("{lines}", lines=joined([*tree_note(found), text], "\n")), (*buttons, back), replaces=True)


@routes.tap("sum.more")
async def details_tapped(message: Message, turn: Turn, id: str, period: str, tree: str = NOW) -> Reply:
    """By area, form, course and month."""
    found = await read_summary(turn, key(id), _period(turn, period), tree)
    own, months = await turn.officer_units(), months_of(found.period, turn.today)
    figures = await unit_months(turn.summaries, found, months[-MONTHS_SHOWN:], own=own)
    then = tree_words(found)
    buttons = (Button(t("Excel"), "sum.xlsx", (id, period, *then)), Button(t("Back"), "sum", (id, period, *then)))
    lines = joined([*tree_note(found), details(found, figures)], "\n")
    return Reply(t("{lines}", lines=lines), buttons, replaces=True)


async def _split(rest: str, turn: Turn) -> tuple[str, Period]:
    """The words for the unit, and the period that the end of the text names (this month without one)."""
    words, period = await unit_and_period(rest, turn)
    return words, period or _period(turn, f"{turn.today:%Y-%m}")


def _period(turn: Turn, key: str) -> Period:
    period = parse_period(key, turn.today)
    if period is None:
        raise dead_button()
    return period


async def _shown(turn: Turn, unit_id: int, period: Period, tree: str = NOW) -> Reply:
    found = await read_summary(turn, unit_id, period, tree)
    missing = await missing_reports(turn, found)
    lines = [*tree_note(found), headline(found), *change_warning(found)]
    if missing:
        lines.append(missing_words(missing))
    buttons = await _buttons(turn, found)
    if missing and await turn.roles.covers(turn.person.id, found.unit.id, SUBMIT):
        args = (str(found.unit.id), found.period.key)
        buttons.append(Button(t("Remind the units that have not"), "board.remind", args))
    return Reply(t("{lines}", lines=joined(lines, "\n")), tuple(buttons))


async def _buttons(turn: Turn, found: UnitSummary) -> list[Button]:
    id, period, then = str(found.unit.id), found.period, tree_words(found)
    buttons = []
    if found.figures.branches:
        buttons.append(Button(t("Units below"), "sum.below", (id, period.key, "0", *then)))
    for above in found.line[-2:-1]:
        if await turn.roles.covers(turn.person.id, above.id):
            buttons.append(Button(t("Up: {unit}", unit=above.name), "sum", (str(above.id), period.key, *then)))
    before, after = found.period_before, following(period, turn.today)
    if before is not None:
        buttons.append(Button(t("‹ {period}", period=name_of_period(before)), "sum", (id, before.key, *then)))
    if after is not None:
        buttons.append(Button(t("{period} ›", period=name_of_period(after)), "sum", (id, after.key, *then)))
    if then:
        buttons.append(Button(t("By the tree now"), "sum", (id, period.key)))
    elif found.differs and await history_of(turn).unit_on(found.unit.id, min(period.end, turn.today)):
        buttons.append(Button(t("By the tree then"), "sum", (id, period.key, THEN)))
    buttons += [Button(name_of_period(part), "sum", (id, part.key, THEN)) for part in segments(found)]
    return [*buttons, *_files(id, period.key, then), *_reports(id, period)]


def _reports(id: str, period: Period) -> list[Button]:
    """The report of this period, and who has submitted it."""
    if period.kind not in KINDS:
        return []
    return [
        Button(t("Submit the report"), "nop", (id, period.key)),
        Button(t("Who has submitted"), "board", (id, period.key, "0")),
    ]


def _files(id: str, period: str, then: tuple[str, ...]) -> list[Button]:
    """The finer figures, and the same figures as files."""
    return [
        Button(t("Details"), "sum.more", (id, period, *then)),
        Button(t("Chart"), "sum.chart", (id, period, "month", *then)),
        Button(t("Excel"), "sum.xlsx", (id, period, *then)),
        Button(t("CSV"), "sum.csv", (id, period, *then)),
        Button(t("Word"), "sum.word", (id, period, "-", *then)),
    ]
