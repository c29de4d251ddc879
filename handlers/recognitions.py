"""Recognised figures: an admin enters what an authority has decided, with the decision's number and date."""

import re

from bot.articles import day_said, must_be_admin
from bot.errors import UserError
from bot.i18n import format_date, joined, t
from bot.message import Button, Message, Reply
from bot.question_words import kept_words
from bot.routes import ADMINS, Routes, dead_button, key
from bot.turn import Turn

routes = Routes()

SHOWN = 6
MOST = 10_000_000
_NUMBER = re.compile(r"\d{1,6}\s?/\s?[\w.\-/]{2,50}")


@routes.command("congnhan", menu=t("Recognised figures"), who=ADMINS)
async def figures(message: Message, turn: Turn, rest: str) -> Reply:
    """The newest figures; with a line after the command, a new one."""
    await must_be_admin(turn)
    if rest.strip():
        return await _entered(turn, rest)
    found = await turn.recognitions.newest(SHOWN)
    how = t("To enter one, in one line: /congnhan unit code; what; number; decision number; date. For example: "
            "/congnhan A.1; Công dân học tập; 12; 45/QĐ-UBND; 15/12/2026")  # fmt: skip
    if not found:
        return Reply(t("No recognised figure was entered yet.\n{how}", how=how))
    units = {one.unit_id: await turn.units.by_id(one.unit_id) for one in found}
    lines = [
        t("{number}. {unit}: {what} {count} ({decision}, {day})", number=number, what=one.what, count=one.count,
          unit=(unit.name if (unit := units[one.unit_id]) else "–"), decision=one.decision_number,
          day=format_date(one.decision_date))
        for number, one in enumerate(found, 1)
    ]  # fmt: skip
    buttons = tuple(
        Button(t("Take back {number}", number=number), "recognition.drop", (str(one.id),))
        for number, one in enumerate(found, 1)
    )
    text = t("Recognised by decisions, entered last:\n{lines}\n{how}", lines=joined(lines, "\n"), how=how)
    return Reply(text, buttons)


async def _entered(turn: Turn, said: str) -> Reply:
    parts = [" ".join(part.split()) for part in said.split(";")]
    if len(parts) != 5:
        raise UserError(t("Five things are needed, with “;” between them: unit code; what; number; decision number; "
                          "date."))  # fmt: skip
    code, what, count, number, date_said = parts
    unit = await turn.units.by_code(code)
    day = day_said(date_said)
    if unit is None:
        raise UserError(t("There is no unit “{code}”.", code=code[:40]))
    if not what or len(what) > 120:
        raise UserError(t("What was recognised has 1 to {count} characters.", count=120))
    if not re.fullmatch(r"[0-9.]{1,12}", count) or not 0 < (many := int(count.replace(".", "") or 0)) <= MOST:
        raise UserError(t("“{count}” is no number of what was recognised.", count=count[:20]))
    if not _NUMBER.fullmatch(number):
        raise UserError(t("“{number}” is no decision number; please write it like 45/QĐ-UBND.", number=number[:40]))
    if day is None or day > turn.today:
        raise UserError(t("The decision needs its date, which is not in the future."))
    if await turn.recognitions.same(unit.id, what, number):
        raise UserError(t("This figure of this decision was entered already."))
    id = turn.recognitions.add(unit.id, kept_words(what), many, number, day, turn.person.id, turn.now)
    turn.audit("recognition.entered", unit_id=unit.id, recognition=str(id))
    text = t(
        "Entered for {unit}: {what} {count}, by decision {decision} of {day}. It stands apart from self-logged and "
        "approved figures.",
        unit=unit.name,
        what=what,
        count=many,
        decision=number,
        day=format_date(day),
    )
    return Reply(text, (Button(t("Take it back"), "recognition.drop", (str(id),)),))


@routes.tap("recognition.drop")
async def drop(message: Message, turn: Turn, id: str) -> Reply:
    """Take a figure back."""
    await must_be_admin(turn)
    found = await turn.recognitions.by_id(key(id))
    if found is None or found.withdrawn_at is not None:
        raise dead_button()
    turn.recognitions.withdraw(found.id, turn.person.id, turn.now)
    turn.audit("recognition.withdrawn", unit_id=found.unit_id, recognition=str(found.id))
    return Reply(t("Taken back: {what} {count} ({decision}).", what=found.what, count=found.count,
                   decision=found.decision_number), replaces=True)  # fmt: skip
