"""Reporting periods for chat and desk: what a root has set, what may be submitted now, exceptions, all in words."""

from collections.abc import Mapping
from datetime import date

from bot.errors import NotAllowed, UserError
from bot.i18n import Joined, Text, joined, t
from bot.language.masking import mask
from bot.language.periods import Period, parse_period
from bot.message import Reply
from bot.reports.deadlines import ABOVE, DUE, GRACE, KINDS, LOCK, NO, WANTED, Deadline, deadline_of, to_report
from bot.reports.period import name_of_period
from bot.rights import SUBMIT
from bot.routes import dead_button
from bot.summary_words import name_of
from bot.turn import Turn
from storage.periods import ALL, LATER, UNLOCK, PeriodException, Periods
from storage.units import Unit

KIND_NAMES = {
    "month": t("every month"),
    "quarter": t("every quarter"),
    "half": t("every half-year"),
    "year": t("every year"),
    "phase": t("every phase"),
    ALL: t("every period"),
}


def store(turn: Turn) -> Periods:
    """Reporting periods as the turn reads and writes them."""
    return Periods(turn.database, turn.changes)


def period_of(turn: Turn, key: str) -> Period:
    """The period of a button. Raises UserError for anything else."""
    found = parse_period(key, turn.today)
    if found is None or found.key != key:
        raise dead_button()
    return found


async def open_deadlines(turn: Turn, unit_id: int) -> list[Deadline]:
    """The reports that may be submitted for a unit today, the soonest deadline first."""
    root = await store(turn).root_now(unit_id)
    found = to_report(turn.today, await store(turn).settings(root) if root is not None else {})
    return sorted(found, key=lambda one: one.due)


async def root_of(turn: Turn, unit: Unit) -> Unit:
    """The root above a unit that the person may see."""
    await turn.must_cover(unit.id)
    line = await turn.units.ancestors(unit.id)
    if not line:
        raise dead_button()
    return line[0]


async def must_set(turn: Turn, root_id: int) -> None:
    """Only an officer of the root itself who may submit, or an admin, sets its days. Raises NotAllowed."""
    if not await turn.roles.covers(turn.person.id, root_id, SUBMIT):
        raise NotAllowed(
            t(
                "Deadlines are set by an officer of the unit at the top of the tree or by an admin. For one unit below "
                "{you} a later day can be granted: /hannop A1 tháng 10: 20/11 vì đi diễn tập."
            )
        )


async def set_days(turn: Turn, root: Unit, scope: str, values: Mapping[str, str]) -> None:
    """Set values of a kind or a period. Raises NotAllowed."""
    await must_set(turn, root.id)
    await store(turn).change(root.id, scope, values, turn.person.id, turn.now)
    turn.audit("period.set", unit_id=root.id, period="all" if scope == ALL else scope, names="+".join(values))


async def set_back(turn: Turn, root: Unit, scope: str, names: list[str]) -> None:
    """Bring back what held before the newest version of each value. Raises NotAllowed."""
    known = await store(turn).versions(root.id, scope)
    if not set(names) <= known.keys():
        raise dead_button()
    await set_days(turn, root, scope, {name: known[name][2] for name in names})


async def grant(turn: Turn, given: PeriodException) -> int:
    """Grant an exception; who may is checked by the caller. Returns its key."""
    turn.audit("period.exception", unit_id=given.unit_id, period=given.period_key, kind=given.what)
    return store(turn).grant(given, turn.person.id, turn.now)


async def grant_and_tell(turn: Turn, unit: Unit, period: Period, given: PeriodException) -> tuple[int, Text]:
    """Grant an exception and tell the unit's officers; its key, and the exception in words."""
    id = await grant(turn, given)
    words = exception_words(given, name_of(unit), period)
    turn.notify(await turn.roles.officers_of(unit.id, SUBMIT), Reply(t("Granted: {exception}.", exception=words)))
    return id, words


def take_back(turn: Turn, given: PeriodException) -> None:
    """End an exception."""
    turn.audit("period.exception_ended", unit_id=given.unit_id, period=given.period_key, kind=given.what)
    store(turn).take_back(given.id, turn.now)


async def overview(turn: Turn, root: Unit) -> list[Text | Joined]:
    """The days of a root: of each kind the period that is due or runs."""
    settings = await store(turn).settings(root.id)
    lines: list[Text | Joined] = [t("Reports of {unit}:", unit=name_of(root))]
    open_ones = {one.period.kind: one for one in to_report(turn.today, settings)}
    for kind in KINDS:
        if kind in open_ones:
            lines.append(days_in_words(open_ones[kind]))
        elif settings.get((kind, WANTED)) == NO:
            lines.append(t("{period}: not asked for", period=KIND_NAMES[kind]))
    return lines


def days_in_words(found: Deadline) -> Text:
    """The days of one period in a line."""
    name = name_of_period(found.period)
    if not found.is_wanted:
        return t("{period}: not asked for", period=name)
    return t(
        "{period}: deadline {date}, on time until {grace}, locked from {lock}",
        period=name,
        date=found.due,
        grace=found.on_time,
        lock=found.lock,
    )


async def setting_words(turn: Turn, root: Unit, scope: str, values: Mapping[str, str]) -> Text:
    """What holds for a kind or a period once these values are set."""
    settings = {**await store(turn).settings(root.id), **{(scope, name): value for name, value in values.items()}}
    period = parse_period(scope, turn.today) if scope not in KIND_NAMES else None
    if period is not None:
        return days_in_words(deadline_of(period, settings))
    said = joined([_value_words(name, value) for name, value in values.items()])
    return t("{period}: {values}", period=KIND_NAMES[scope], values=said)


def _value_words(name: str, value: str) -> Text:
    if not value:
        return t("as the calendar computes it")
    if name == WANTED:
        return t("not asked for") if value == NO else t("asked for")
    texts = {
        DUE: t("deadline {days} days after the period", days=value.lstrip("+")),
        LOCK: t("locked {days} days after the period", days=value.lstrip("+")),
        GRACE: t("{days} days of grace", days=value),
        ABOVE: t("the level above is told after {days} days", days=value),
    }
    return texts[name]


def exception_words(one: PeriodException, unit: str, period: Period) -> Text:
    """One exception in a line."""
    values = {"unit": unit, "period": name_of_period(period), "date": one.until, "reason": one.reason}
    if one.what == LATER:
        return t("{unit} · {period}: deadline {date}; {reason}", **values)
    return t("{unit} · {period}: entries may be changed until {date}; {reason}", **values)


def new_exception(unit_id: int, period: Period, *, opens: bool, until: date, reason: str) -> PeriodException:
    """An exception before it is written."""
    return PeriodException(0, unit_id, period.key, UNLOCK if opens else LATER, until, reason)


def no_unit(words: str, example: str) -> UserError:
    """The refusal of words that name no unit."""
    shown = mask(words)[:80]
    return UserError(
        t("I find no unit and no period for “{words}”. Try for example: {example}.", words=shown, example=example)
    )
