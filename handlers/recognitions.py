"""Recognised figures: an admin enters what an authority has decided, with the decision's number and date."""

from bot.errors import NotAnAnswer
from bot.i18n import Text, format_date, joined, t
from bot.message import Button, Message, Reply
from bot.recognitions import entered_already, entry_said, holding, must_enter, title_row
from bot.reports.titles import TITLES, matter_name
from bot.routes import ADMINS, Routes, dead_button
from bot.turn import Turn

routes = Routes()

SHOWN = 6
FREE = "-"
"""Stands in a button for free words instead of a title."""


@routes.command("congnhan", menu=t("Recognised figures"), who=ADMINS)
async def figures(message: Message, turn: Turn, rest: str) -> Reply:
    """The newest figures; with a line after the command, a new one."""
    await must_enter(turn)
    if rest.strip():
        return await _entered(turn, rest, None)
    found = await turn.recognitions.newest(SHOWN)
    new = Button(t("Enter a figure"), "recognition.new")
    if not found:
        return Reply(t("No recognised figure was entered yet.\n{how}", how=_how()), (new,))
    units = {one.unit_id: await turn.units.by_id(one.unit_id) for one in found}
    lines = [
        t("{number}. {unit}: {what} {count} ({decision}, {day})", number=number, what=matter_name(one.title, one.what),
          count=one.count, unit=(unit.name if (unit := units[one.unit_id]) else "–"), decision=one.decision_number,
          day=format_date(one.decision_date))
        for number, one in enumerate(found, 1)
    ]  # fmt: skip
    buttons = [
        Button(t("Take back {number}", number=number), "recognition.drop", (str(one.id),))
        for number, one in enumerate(found, 1)
    ]
    buttons += [
        Button(t("Title of {number}", number=number), "recognition.choose", (str(one.id),))
        for number, one in enumerate(found, 1)
        if one.title is None
    ]
    text = t("Recognised by decisions, entered last:\n{lines}\n{how}", lines=joined(lines, "\n"), how=_how())
    return Reply(text, (new, *buttons))


def _how() -> Text:
    return t("To enter one, in one line: /congnhan unit code; what; number; decision number; date. For example: "
             "/congnhan A.1; Công dân học tập; 12; 45/QĐ-UBND; 15/12/2026")  # fmt: skip


@routes.tap("recognition.new")
async def new(message: Message, turn: Turn) -> Reply:
    """The titles, and free words, as buttons."""
    await must_enter(turn)
    free = Button(t("Something else"), "recognition.title", (FREE,))
    return Reply(t("What was recognised?"), (*_titles("recognition.title"), free))


def _titles(action: str, *arguments: str) -> list[Button]:
    return [Button(title.name, action, (*arguments, name)) for name, title in TITLES.items()]


@routes.tap("recognition.title")
async def title_chosen(message: Message, turn: Turn, title: str) -> Reply:
    """Ask for the rest in one line."""
    await must_enter(turn)
    if title != FREE and title not in TITLES:
        raise dead_button()
    turn.ask("recognition", title=title)
    if title == FREE:
        return Reply(t("Please send one line: unit code; what; number; decision number; date. For example: A.1; Model "
                       "club; 12; 45/QĐ-UBND; 15/12/2026. To stop, send “thôi”."))  # fmt: skip
    chosen = TITLES[title]
    return Reply(
        t(
            "{title} ({source}). Please send one line: unit code; number; decision number; date. For example: A.1; 12; "
            "45/QĐ-UBND; 15/12/2026. To stop, send “thôi”.",
            title=chosen.name,
            source=chosen.source,
        )
    )


@routes.answer("recognition")
async def line_said(message: Message, turn: Turn) -> Reply:
    """The line; a faulty one leaves the question open, and what is no line at all is something new."""
    if ";" not in message.text:
        raise NotAnAnswer
    await must_enter(turn)
    title = str(turn.draft["title"])
    return await _entered(turn, message.text, title if title in TITLES else None)


async def _entered(turn: Turn, said: str, title: str | None) -> Reply:
    entry = await entry_said(turn, said, title)
    id = turn.recognitions.add(entry.unit.id, entry.title, entry.what, entry.count, entry.number, entry.day,
                               turn.person.id, turn.now)  # fmt: skip
    turn.audit("recognition.entered", unit_id=entry.unit.id, recognition=str(id))
    text = t(
        "Entered for {unit}: {what} {count}, by decision {decision} of {day}. It stands apart from self-logged and "
        "approved figures. {row}",
        unit=entry.unit.name,
        what=matter_name(entry.title, entry.what),
        count=entry.count,
        decision=entry.number,
        day=format_date(entry.day),
        row=title_row(entry.title),
    )
    choose = [] if entry.title else [Button(t("Choose the title"), "recognition.choose", (str(id),))]
    return Reply(text, (Button(t("Take it back"), "recognition.drop", (str(id),)), *choose))


@routes.tap("recognition.choose")
async def choose(message: Message, turn: Turn, id: str) -> Reply:
    """Which title a figure in free words is about."""
    found = await holding(turn, id)
    text = t("Which title is “{what}” ({decision})?", what=found.what, decision=found.decision_number)
    keep = Button(t("None of these"), "recognition.is", (id, FREE))
    return Reply(text, (*_titles("recognition.is", id), keep), replaces=True)


@routes.tap("recognition.is")
async def is_title(message: Message, turn: Turn, id: str, title: str) -> Reply:
    """Keep which title a figure is about; the button behind it takes that back."""
    found = await holding(turn, id)
    if title != FREE and title not in TITLES:
        raise dead_button()
    chosen = None if title == FREE else title
    if chosen != found.title:
        if await turn.recognitions.same(found.unit_id, chosen, found.what, found.decision_number):
            raise entered_already()
        turn.recognitions.set_title(found.id, found.title, chosen)
        turn.audit("recognition.titled", unit_id=found.unit_id, recognition=str(found.id), title=title)
    text = t("{what} {count} ({decision}). {row}", what=matter_name(chosen, found.what), count=found.count,
             decision=found.decision_number, row=title_row(chosen))  # fmt: skip
    undo = Button(t("Undo"), "recognition.is", (id, found.title or FREE))
    return Reply(text, (undo,) if chosen != found.title else (), replaces=True)


@routes.tap("recognition.drop")
async def drop(message: Message, turn: Turn, id: str) -> Reply:
    """Take a figure back."""
    found = await holding(turn, id)
    turn.recognitions.withdraw(found.id, turn.person.id, turn.now)
    turn.audit("recognition.withdrawn", unit_id=found.unit_id, recognition=str(found.id))
    return Reply(t("Taken back: {what} {count} ({decision}).", what=matter_name(found.title, found.what),
                   count=found.count, decision=found.decision_number), replaces=True)  # fmt: skip
