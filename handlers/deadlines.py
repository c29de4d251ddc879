"""Deadlines, grace and locks of reporting periods: officers see them, the root sets them, those above except units."""

from datetime import date
from typing import Any

from bot.deadline_said import exception_said, scope_said, value_said
from bot.errors import UserError
from bot.i18n import joined, t
from bot.language.fold import fold
from bot.language.periods import Period
from bot.message import Button, Message, Reply
from bot.periods import (
    KIND_NAMES,
    exception_words,
    grant_and_tell,
    must_set,
    new_exception,
    no_unit,
    overview,
    period_of,
    root_of,
    set_back,
    set_days,
    setting_words,
    store,
    take_back,
)
from bot.reports.deadlines import is_frozen
from bot.reports.period import name_of_period
from bot.rights import SUBMIT
from bot.routes import OFFICERS, Routes, dead_button, key
from bot.scope import find_units, must_be_officer, own_units
from bot.submissions import LEAST_REASON, REASON_LETTERS, must_be_above, reason_said
from bot.summary_words import name_of
from bot.turn import Turn

routes = Routes()

EXAMPLE = "/hannop quý 4: 15/12"
STOP = {"thoi", "huy", "khong", "dung", "cancel", "stop", "no"}


@routes.command("hannop", menu=t("Deadlines of reports"), who=OFFICERS)
async def deadlines(message: Message, turn: Turn, rest: str) -> Reply:
    """Without words: what holds. "quý 4: 15/12" sets days of the root; "A1 tháng 10: 20/11 vì …" excepts a unit."""
    await must_be_officer(turn)
    said, colon, value = rest.partition(":")
    if not colon:
        return await _shown(turn, rest)
    words, scope = await _scope(turn, said)
    units = await (find_units(turn, words) if words else own_units(turn))
    if not units or scope is None:
        raise no_unit(said, EXAMPLE)
    roots = {root.id: root for unit in units for root in [await root_of(turn, unit)]}
    if len(units) > 1 and (words or len(roots) > 1):
        raise UserError(
            t("Please name the unit by its code: {units}.", units=joined([name_of(one) for one in units], ", "))
        )
    unit = units[0]
    if words and unit.parent_id is not None:
        return await _except(turn, unit, scope, value)
    return await _set(turn, roots[next(iter(roots))], scope, value)


async def _shown(turn: Turn, rest: str) -> Reply:
    units = await (find_units(turn, rest) if rest.strip() else own_units(turn))
    if not units:
        raise no_unit(rest, EXAMPLE)
    roots = {root.id: root for unit in units for root in [await root_of(turn, unit)]}
    lines = [line for root in list(roots.values())[:3] for line in await overview(turn, root)]
    given = [one for unit in units for one in await store(turn).exceptions([unit.id])]
    for one in given[-5:]:
        unit = await turn.units.by_id(one.unit_id)
        if unit is not None and one.until >= turn.today:
            lines.append(exception_words(one, name_of(unit), period_of(turn, one.period_key)))
    if any([await turn.roles.covers(turn.person.id, id, SUBMIT) for id in roots]):
        lines.append(t("To set: /hannop quý 4: 15/12; /hannop tháng: 5 ngày; /hannop tháng: khóa 45 ngày; /hannop năm: "
                       "ân hạn 3 ngày; /hannop quý: tắt."))  # fmt: skip
    lines.append(t("An exception for a unit below: /hannop A1 tháng 10: 20/11 vì đi diễn tập; /hannop A1 tháng 10: mở "
                   "khóa 20/12 vì sửa số liệu."))  # fmt: skip
    return Reply(t("{lines}", lines=joined(lines, "\n")))


async def _scope(turn: Turn, said: str) -> tuple[str, str | Period | None]:
    """The words for the unit, and the kind or period that the end of the text names."""
    words = said.split()
    for start in range(len(words)):
        if start == 0 and await turn.units.by_code(said) is not None:
            continue
        if scope := scope_said(" ".join(words[start:]), turn.today):
            return " ".join(words[:start]), scope
    return said.strip(), None


async def _set(turn: Turn, root: Any, scope: str | Period, value: str) -> Reply:
    """Set the root's days, with the way back."""
    await must_set(turn, root.id)
    values = value_said(value, scope, turn.today).values
    name = scope.key if isinstance(scope, Period) else scope
    await set_days(turn, root, name, values)
    text = t("Set for {unit}: {setting}.", unit=name_of(root), setting=await setting_words(turn, root, name, values))
    undo = Button(t("Undo"), "hannop.undo", (str(root.id), name, "+".join(values)))
    return Reply(text, (undo,))


@routes.tap("hannop.undo")
async def undone(message: Message, turn: Turn, id: str, scope: str, names: str) -> Reply:
    """Bring back what held before."""
    root = await turn.units.by_id(key(id))
    if root is None or (scope not in KIND_NAMES and not period_of(turn, scope)):
        raise dead_button()
    await must_set(turn, root.id)
    before = await store(turn).versions(root.id, scope)
    await set_back(turn, root, scope, names.split("+"))
    values = {name: before[name][2] for name in names.split("+")}
    text = t("As before for {unit}: {setting}.", unit=name_of(root),
             setting=await setting_words(turn, root, scope, values))  # fmt: skip
    return Reply(text, replaces=True)


async def _except(turn: Turn, unit: Any, scope: str | Period, value: str) -> Reply:
    """A later deadline or an open lock for one unit and all below it; without a reason it is asked for."""
    await must_be_above(turn, unit)
    if not isinstance(scope, Period) or is_frozen(scope):
        raise UserError(t("An exception is for one period after 2025, e.g. /hannop A1 tháng 10: 20/11 vì đi diễn tập."))
    opens, until, why = exception_said(value, turn.today)
    if not why:
        turn.ask("exception_reason", unit=unit.id, period=scope.key, opens=opens, until=until.isoformat())
        return Reply(
            t("Why does {unit} get more time for {period}? Please write the reason ({least} to {most} characters), or "
              "“thôi”.", unit=name_of(unit), period=name_of_period(scope), least=LEAST_REASON, most=REASON_LETTERS)
        )  # fmt: skip
    given = new_exception(unit.id, scope, opens=opens, until=until, reason=reason_said(why))
    return await _granted(turn, unit, scope, given)


@routes.answer("exception_reason")
async def reason_given(message: Message, turn: Turn) -> Reply:
    """The reason of an exception; a faulty one leaves the question open."""
    if fold(message.text).strip(" .!") in STOP:
        return Reply(t("All right, nothing was changed."))
    reason, draft = reason_said(message.text), turn.draft
    unit = await turn.units.by_id(int(draft["unit"]))
    if unit is None:
        raise dead_button()
    try:
        await must_be_above(turn, unit)
    except UserError as error:
        return Reply(error.text)
    until = date.fromisoformat(draft["until"])
    period = period_of(turn, draft["period"])
    given = new_exception(unit.id, period, opens=bool(draft["opens"]), until=until, reason=reason)
    return await _granted(turn, unit, period, given)


async def _granted(turn: Turn, unit: Any, period: Period, given: Any) -> Reply:
    """Write it, tell the unit's officers, and offer the way back."""
    id, words = await grant_and_tell(turn, unit, period, given)
    text = t("Granted, for the unit and all below it: {exception}. Its officers have been told.", exception=words)
    return Reply(text, (Button(t("Take it back"), "hannop.end", (str(id),)),))


@routes.tap("hannop.end")
async def ended(message: Message, turn: Turn, id: str) -> Reply:
    """Take an exception back."""
    given = await store(turn).exception(key(id))
    unit = await turn.units.by_id(given.unit_id) if given else None
    if given is None or unit is None:
        raise dead_button()
    await must_be_above(turn, unit)
    take_back(turn, given)
    words = exception_words(given, name_of(unit), period_of(turn, given.period_key))
    return Reply(t("Taken back: {exception}.", exception=words), replaces=True)
