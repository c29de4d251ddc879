"""Deadlines at the desk: the days of a unit's root and the exceptions below the unit, to see and to set.

A root's officer who may submit sets its days; whoever answers for a unit above excepts a unit: the chat's own rules.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.channels.base import Abilities
from bot.desk.actions import Form, acted, number, said
from bot.desk.address import PATH as DESK
from bot.desk.deadlines_said import FIELDS, NAMES, coming_periods, excepted_periods, exception_of, values_of
from bot.desk.pages import desk_page
from bot.desk.scope import covered_line, covers, unit_in_scope
from bot.desk.sessions import Doorkeeper, Visit
from bot.errors import NotAllowed, UserError
from bot.i18n import Text, t
from bot.language.periods import Period
from bot.periods import (
    KIND_NAMES,
    exception_words,
    grant_and_tell,
    must_set,
    period_of,
    root_of,
    set_back,
    set_days,
    setting_words,
    store,
    take_back,
)
from bot.reports.deadlines import deadline_of
from bot.reports.period import name_of_period
from bot.scope import own_units
from bot.submissions import REASON_LETTERS, must_be_above
from bot.summary_words import name_of
from bot.turn import Turn
from storage.roles import SUBMIT
from storage.units import Unit

PATH = f"{DESK}/han-nop"
SHOWN = 50
"""Exceptions that the page lists, newest first."""
CODE_LETTERS = 64
SET, UNDO, EXCEPT, END = "set", "undo", "except", "end"
DONE = {
    SET: t("The days are set."),
    UNDO: t("The days are as before."),
    EXCEPT: t("The exception is granted, for the unit and all below it. Its officers have been told."),
    END: t("The exception is taken back."),
    "same": t("It was so already; nothing was changed."),
}
LABELS = {
    "days": t("Days of the reports"),
    "header": (t("Report of a period"), t("Deadline"), t("On time until"), t("Locked from")),
    "not_wanted": t("not asked for"),
    "set_here": t("What this root has set"),
    "nothing_set": t("Nothing: the days are those of the calendar."),
    "set": t("Set a day"),
    "scope": t("For which report"),
    "kinds": t("All of a kind"),
    "periods": t("One period"),
    "name": t("What is set"),
    "value": t("Days or date (not needed for the last three)"),
    "value_hint": t("For example 5 (days after the period) or, for one period, 15/12"),
    "set_go": t("Set it"),
    "undo": t("Undo the last change"),
    "exceptions": t("Exceptions"),
    "no_exceptions": t("No exception is in force here."),
    "end": t("Take the exception back"),
    "give": t("Give this unit more time"),
    "kind": t("What for"),
    "later": t("A later deadline"),
    "unlock": t("Entries of a locked period may be changed"),
    "until": t("Until which day"),
    "reason": t("Why? The unit's officers read the reason."),
    "give_go": t("Grant it"),
    "find": t("Another unit, by its code"),
    "only_root": t("Days are set by officers of the unit at the top of the tree and by admins."),
}
Work = Callable[[Turn, Unit, Form], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Given:
    """One exception on the page."""

    id: int
    words: Text
    may_end: bool


async def start(request: web.Request, visit: Visit) -> web.Response:
    """The page of the unit with this code, else of the first unit in the person's care."""
    code = " ".join(request.query.get("donvi", "")[:CODE_LETTERS].split())
    if code:
        found = await visit.turn.units.by_code(code)
        if found is not None and await covers(visit, found.id):
            raise web.HTTPSeeOther(f"{PATH}/{found.id}")
    for unit in await own_units(visit.turn):
        if code:
            refused = t("There is no unit with the code {code} in your care.", code=code)
            return await _page(visit, unit, refused=refused, code=code)
        raise web.HTTPSeeOther(f"{PATH}/{unit.id}")
    raise web.HTTPNotFound


async def show(request: web.Request, visit: Visit) -> web.Response:
    """The page of a unit, and what the form before did."""
    unit = await unit_in_scope(visit, request.match_info["unit"])
    told = request.query
    done = DONE.get(told.get("da", ""))
    undo = (told.get("ky", ""), told.get("ten", "")) if told.get("da") == SET else None
    return await _page(visit, unit, done=[done] if done else [], undo=undo)


async def _page(
    visit: Visit,
    unit: Unit,
    *,
    done: Sequence[Text] = (),
    refused: Text | None = None,
    typed: Form | None = None,
    undo: tuple[str, str] | None = None,
    code: str = "",
) -> web.Response:
    """`refused` says why the last form did nothing; what was `typed` there stands in its fields again."""
    turn = visit.turn
    root = await root_of(turn, unit)
    may_set = await turn.roles.covers(turn.person.id, root.id, SUBMIT)
    form = typed or {}
    return desk_page(
        "deadlines.html", visit, here="deadlines", title=t("Deadlines · {unit}", unit=name_of(unit)), unit=unit,
        root=name_of(root), labels=LABELS, done=done, refused=refused, code=code,
        above=[(one.id, name_of(one)) for one in (await covered_line(visit, unit.id))[:-1]],
        rows=await _rows(turn, root), settings=await _settings(turn, root), may_set=may_set,
        kinds=list(KIND_NAMES.items()), coming=_named(coming_periods(turn.today)), names=list(NAMES.items()),
        undo=await _undo(turn, root, undo) if undo and may_set else None,
        given=await _given(visit, unit), may_except=await _may_except(turn, unit),
        excepted=_named(excepted_periods(turn.today)), first=turn.today, most_reason=REASON_LETTERS,
        typed={name: said(form, name) for name in ("scope", "name", "value", *FIELDS)},
    )  # fmt: skip


def _named(periods: Sequence[Period]) -> list[tuple[str, Text | str]]:
    return [(period.key, name_of_period(period)) for period in periods]


async def _rows(turn: Turn, root: Unit) -> list[tuple[object, list[object]]]:
    """A line for each report that runs, was due last or comes next; without days where the root asks for none."""
    settings = await store(turn).settings(root.id)
    lines: list[tuple[object, list[object]]] = []
    for period in coming_periods(turn.today):
        found = deadline_of(period, settings)
        days: list[object] = [found.due, found.on_time, found.lock] if found.is_wanted else []
        lines.append((name_of_period(period), days))
    return lines


async def _settings(turn: Turn, root: Unit) -> list[Text]:
    """What the root has set itself, a line for each kind or period."""
    scopes: dict[str, dict[str, str]] = {}
    for (scope, name), value in (await store(turn).settings(root.id)).items():
        scopes.setdefault(scope, {})[name] = value
    return [await setting_words(turn, root, scope, values) for scope, values in scopes.items()]


async def _undo(turn: Turn, root: Unit, told: tuple[str, str]) -> dict[str, str] | None:
    """What the undo's form carries: it undoes just the version that stands now."""
    scope, names = told
    known = await store(turn).versions(root.id, scope)
    if not names or not set(names.split(",")) <= known.keys():
        return None
    return {"scope": scope, "names": names, "version": _versions(known, names)}


def _versions(known: Mapping[str, tuple[int, str, str]], names: str) -> str:
    return ",".join(str(known[name][0]) for name in names.split(","))


async def _may_except(turn: Turn, unit: Unit) -> bool:
    if unit.parent_id is None:
        return False
    try:
        await must_be_above(turn, unit)
    except NotAllowed:
        return False
    return True


async def _given(visit: Visit, unit: Unit) -> list[Given]:
    """Exceptions of the unit and all below it that still run."""
    turn, may_below = visit.turn, await covers(visit, unit.id, SUBMIT)
    may_here, lines = await _may_except(turn, unit), []
    for one in await store(turn).exceptions_below(unit.id, turn.today, SHOWN):
        named = await turn.units.by_id(one.unit_id)
        if named is not None:
            words = exception_words(one, name_of(named), period_of(turn, one.period_key))
            lines.append(Given(one.id, words, may_here if one.unit_id == unit.id else may_below))
    return lines


async def _set(turn: Turn, unit: Unit, form: Form) -> str:
    root = await root_of(turn, unit)
    await must_set(turn, root.id)
    scope, values = values_of(said(form, "scope"), said(form, "name"), said(form, "value"), turn.today)
    held = await store(turn).settings(root.id)
    if all(held.get((scope, name), "") == value for name, value in values.items()):
        return "da=same"
    await set_days(turn, root, scope, values)
    return urlencode({"da": SET, "ky": scope, "ten": ",".join(values)})


async def _set_back(turn: Turn, unit: Unit, form: Form) -> str:
    root = await root_of(turn, unit)
    await must_set(turn, root.id)
    scope, names = said(form, "scope"), said(form, "names")
    known = await store(turn).versions(root.id, scope)
    if not set(names.split(",")) <= known.keys() or _versions(known, names) != said(form, "version"):
        raise UserError(t("These days have been changed meanwhile; nothing was undone."))
    await set_back(turn, root, scope, names.split(","))
    return f"da={UNDO}"


async def _except(turn: Turn, unit: Unit, form: Form) -> str:
    await must_be_above(turn, unit)
    if unit.parent_id is None:
        raise web.HTTPBadRequest
    period, given = exception_of(unit.id, {name: said(form, name) for name in FIELDS}, turn.today)
    same = [one for one in await store(turn).exceptions([unit.id], period.key)
            if (one.what, one.until, one.reason) == (given.what, given.until, given.reason)]  # fmt: skip
    if same:
        return "da=same"
    await grant_and_tell(turn, unit, period, given)
    return f"da={EXCEPT}"


async def _end(turn: Turn, unit: Unit, form: Form) -> str:
    given = await store(turn).exception(number(said(form, "id")))
    named = await turn.units.by_id(given.unit_id) if given else None
    if given is None or named is None:
        return "da=same"
    await must_be_above(turn, named)
    take_back(turn, given)
    return f"da={END}"


ACTIONS: Mapping[str, Work] = {SET: _set, UNDO: _set_back, EXCEPT: _except, END: _end}


async def act(
    request: web.Request, visit: Visit, door: Doorkeeper, abilities: Mapping[str, Abilities], form: Form
) -> web.Response:
    """Do what a form says; when it cannot be done, the page says why, with all that was typed."""
    unit, what = await unit_in_scope(visit, request.match_info["unit"]), said(form, "what")
    if what not in ACTIONS:
        raise web.HTTPBadRequest

    async def work(turn: Turn) -> str:
        return await ACTIONS[what](turn, unit, form)

    try:
        done = await acted(visit, door, abilities, work)
    except UserError as error:
        shown = await _page(visit, unit, refused=error.text, typed=form)
        shown.set_status(400)
        return shown
    raise web.HTTPSeeOther(f"{PATH}/{unit.id}?{done}")
