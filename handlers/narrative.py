"""Write the text of the official report in chat: an overview, one section at a time, guided or picked; with undo."""

from bot.i18n import Joined, Text, joined, t
from bot.language.fold import fold
from bot.message import Button, Message, Reply
from bot.narrative import MOST_LETTERS, PROMPTS, TITLES, may_write, must_write, store, texts_of, write
from bot.periods import no_unit, open_deadlines, period_of
from bot.reports.deadlines import holding
from bot.reports.period import name_of_period
from bot.routes import OFFICERS, Routes, dead_button, key
from bot.scope import find_units, must_be_officer, own_units, unit_and_period
from bot.submissions import Report, report_of
from bot.summary_words import PAGE, name_of
from bot.turn import Turn

routes = Routes()

SHOWN_LETTERS = 60
SKIP = {"tiep", "tiep theo", "next"}
STOP = {"thoi", "huy", "dung", "cancel", "stop"}
SECTIONS = list(TITLES)


@routes.command("baocao", menu=t("Text of the official report"), who=OFFICERS)
async def narrative(message: Message, turn: Turn, rest: str) -> Reply:
    """`rest`: a unit, then a period; without a period it is asked for."""
    await must_be_officer(turn)
    words, period = await unit_and_period(rest, turn)
    units = await (find_units(turn, words) if words else own_units(turn))
    if not units:
        raise no_unit(rest, "/baocao A1 6 tháng đầu năm")
    if period is None and len(units) == 1:
        return await _which_period(turn, units[0].id)
    if len(units) > 1:
        found = period or period_of(turn, str(turn.today.year))
        choices = tuple(Button(name_of(unit), "bc", (str(unit.id), found.key)) for unit in units[:PAGE])
        return Reply(t("Which unit? ({period})", period=name_of_period(found)), choices)
    return await _overview(turn, await report_of(turn, units[0].id, period or holding(turn.today)[-1]))


async def _which_period(turn: Turn, unit_id: int) -> Reply:
    """The reports that may be submitted now, and the year."""
    await turn.must_cover(unit_id)
    periods = [one.period for one in await open_deadlines(turn, unit_id)]
    periods += [one for one in holding(turn.today) if one.kind == "year" and one not in periods]
    buttons = tuple(Button(name_of_period(one), "bc", (str(unit_id), one.key)) for one in periods)
    return Reply(t("The text of the report for which period?"), buttons)


@routes.tap("bc")
async def overview_tapped(message: Message, turn: Turn, id: str, period: str) -> Reply:
    """All sections of one report."""
    return await _overview(turn, await _report(turn, id, period))


async def _report(turn: Turn, id: str, period: str) -> Report:
    return await report_of(turn, key(id), period_of(turn, period))


async def _overview(turn: Turn, report: Report) -> Reply:
    texts, args = await texts_of(turn, report.unit.id, report.period.key), (str(report.unit.id), report.period.key)
    lines: list[Text | Joined] = [t("Text of the report of {unit} for {period}:", unit=name_of(report.unit),
                                    period=name_of_period(report.period))]  # fmt: skip
    lines += [_line(number, section, texts.get(section, "")) for number, section in enumerate(SECTIONS, 1)]
    buttons: list[Button] = []
    if refused := await may_write(turn, report):
        lines.append(refused)
    else:
        open_ones = [section for section in SECTIONS if section not in texts]
        if open_ones:
            buttons.append(Button(t("Write one after the other"), "bc.next", (*args, open_ones[0])))
        for number, section in enumerate(SECTIONS, 1):
            label = t("{number}. {section}", number=number, section=TITLES[section])
            buttons.append(Button(label, "bc.section", (*args, section)))
    buttons.append(Button(t("Word"), "sum.word", (*args, "-")))
    return Reply(t("{lines}", lines=joined(lines, "\n")), tuple(buttons))


def _line(number: int, section: str, text: str) -> Text:
    values = {"number": number, "section": TITLES[section]}
    if not text:
        return t("{number}. {section}: not written yet", **values)
    first = text.splitlines()[0]
    shown = first if len(text) <= SHOWN_LETTERS else f"{first[:SHOWN_LETTERS].rstrip()}…"
    return t("{number}. {section}: {text}", text=shown, **values)


@routes.tap("bc.section")
async def section_tapped(message: Message, turn: Turn, id: str, period: str, section: str) -> Reply:
    """One section: its text, and the question for a new one."""
    return await _ask(turn, await _report(turn, id, period), section, guided=False)


@routes.tap("bc.next")
async def next_tapped(message: Message, turn: Turn, id: str, period: str, section: str) -> Reply:
    """One section of the guided way."""
    return await _ask(turn, await _report(turn, id, period), section, guided=True)


async def _ask(turn: Turn, report: Report, section: str, *, guided: bool, said: Text | None = None) -> Reply:
    if section not in TITLES:
        raise dead_button()
    await must_write(turn, report)
    args = (str(report.unit.id), report.period.key)
    text = (await texts_of(turn, report.unit.id, report.period.key)).get(section, "")
    turn.ask("narrative", unit=report.unit.id, period=report.period.key, section=section, guided=guided)
    number = SECTIONS.index(section) + 1
    question = t("{number}/{count}. {section} ({hint}). Please send the text, at most {most} characters.",
                 number=number, count=len(SECTIONS), section=TITLES[section], hint=PROMPTS[section],
                 most=MOST_LETTERS)  # fmt: skip
    lines: list[Text] = [said] if said else []
    if text:
        lines.append(t("It says now: {text}", text=text[:SHOWN_LETTERS * 10]))
    buttons = [Button(t("Empty this section"), "bc.empty", (*args, section))] if text else []
    if guided:
        buttons.append(Button(t("Skip"), "bc.skip", (*args, section)))
    buttons.append(Button(t("All sections"), "bc", args))
    return Reply(t("{lines}", lines=joined([*lines, question], "\n")), tuple(buttons))


@routes.tap("bc.skip")
async def skipped(message: Message, turn: Turn, id: str, period: str, section: str) -> Reply:
    """The next section of the guided way."""
    return await _after(turn, await _report(turn, id, period), section, None)


async def _after(turn: Turn, report: Report, section: str, said: Text | None) -> Reply:
    """The section behind this one; after the last one the overview."""
    if section not in TITLES:
        raise dead_button()
    place = SECTIONS.index(section) + 1
    if place < len(SECTIONS):
        return await _ask(turn, report, SECTIONS[place], guided=True, said=said)
    turn.close_question()
    shown = await _overview(turn, report)
    return Reply(t("{lines}", lines=joined([said, shown.text], "\n")), shown.buttons) if said else shown


@routes.answer("narrative")
async def text_given(message: Message, turn: Turn) -> Reply:
    """Keep the text; a text that is too long leaves the question open."""
    draft, said = dict(turn.draft), fold(message.text).strip(" .!")
    report = await report_of(turn, int(draft["unit"]), period_of(turn, draft["period"]))
    section, guided = str(draft["section"]), bool(draft["guided"])
    if said in STOP:
        return Reply(t("All right, nothing was changed."))
    if said in SKIP and guided:
        return await _after(turn, report, section, None)
    changed = await write(turn, report, {section: message.text})
    kept = t("Kept: {section}.", section=TITLES[section]) if changed else t("It reads so already.")
    if guided:
        return await _after(turn, report, section, kept)
    return _kept(report, section, kept)


def _kept(report: Report, section: str, text: Text) -> Reply:
    args = (str(report.unit.id), report.period.key)
    undo = Button(t("Undo"), "bc.undo", (*args, section))
    return Reply(text, (undo, Button(t("All sections"), "bc", args), Button(t("Word"), "sum.word", (*args, "-"))))


@routes.tap("bc.empty")
async def emptied(message: Message, turn: Turn, id: str, period: str, section: str) -> Reply:
    """Empty a section."""
    if section not in TITLES:
        raise dead_button()
    report = await _report(turn, id, period)
    turn.close_question()
    await write(turn, report, {section: ""})
    return _kept(report, section, t("Emptied: {section}.", section=TITLES[section]))


@routes.tap("bc.undo")
async def undone(message: Message, turn: Turn, id: str, period: str, section: str) -> Reply:
    """Bring back the text before the newest one."""
    if section not in TITLES:
        raise dead_button()
    report = await _report(turn, id, period)
    await must_write(turn, report)
    before = await store(turn).before(report.unit.id, report.period.key, section)
    await write(turn, report, {section: before})
    shown = before[: SHOWN_LETTERS * 10] if before else t("not written yet")
    return _kept(report, section, t("As before: {section}: {text}", section=TITLES[section], text=shown))
