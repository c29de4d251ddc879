"""What the forms of the deadlines' page say, put into the chat's own words so that the same checks hold; pure."""

import re
from collections.abc import Mapping
from datetime import date

from aiohttp import web

from bot.deadline_said import exception_said, value_said
from bot.errors import UserError
from bot.i18n import t
from bot.language.periods import Period
from bot.periods import KIND_NAMES, new_exception
from bot.reports.deadlines import ABOVE, DUE, GRACE, LOCK, candidates, holding, is_frozen
from bot.submissions import reason_said
from storage.periods import LATER, UNLOCK, PeriodException

BACK = 3
"""Periods of each kind before the one that runs for which an exception can be given here."""
NAMES = {
    DUE: t("Deadline"),
    GRACE: t("Days of grace"),
    LOCK: t("Lock"),
    ABOVE: t("Days until the level above is told"),
    "on": t("The report is asked for"),
    "off": t("The report is not asked for"),
    "default": t("Everything as the calendar computes it"),
}
"""What can be set, by the form's names."""
FIELDS = ("period", "kind", "until", "reason")
"""The fields of an exception's form."""
_WORDS = {DUE: "{}", GRACE: "ân hạn {}", LOCK: "khóa {}", ABOVE: "cấp trên {}", "on": "bật", "off": "tắt",
          "default": "mặc định"}  # fmt: skip
_DAYS = re.compile(r"\d{1,3}")
_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}(?:[/.-]20\d\d)?")


def coming_periods(today: date) -> list[Period]:
    """Of every kind the period before, the one that runs and the next one, months first."""
    found = candidates(today)
    found += [next(one for one in holding(day) if one.kind == period.kind)
              for period in holding(today) for day in [date.fromordinal(period.end.toordinal() + 1)]
              if any(one.kind == period.kind for one in holding(day))]  # fmt: skip
    kinds = [period.kind for period in holding(today)]
    return sorted(dict.fromkeys(found), key=lambda one: (kinds.index(one.kind), one.start))


def excepted_periods(today: date) -> list[Period]:
    """The periods for which an exception can be given here, newest first within their kind."""
    kinds = [period.kind for period in holding(today)]
    return sorted(candidates(today, BACK), key=lambda one: (kinds.index(one.kind), -one.start.toordinal()))


def values_of(scope: str, name: str, value: str, today: date) -> tuple[str, dict[str, str]]:
    """What is set, and for which kind or period. Raises UserError, and HTTPBadRequest for what no field offers."""
    period = next((one for one in coming_periods(today) if one.key == scope), None)
    if name not in NAMES or (period is None and scope not in KIND_NAMES):
        raise web.HTTPBadRequest
    said = " ".join(value.split())
    if name in (GRACE, ABOVE) and not _DAYS.fullmatch(said):
        raise UserError(t("Please write a number of days, for example 3."))
    if name in (DUE, LOCK) and not (_DAYS.fullmatch(said) or _DAY.fullmatch(said)):
        raise UserError(t("Please write a number of days after the period, for example 5, or a day like 15/12."))
    found = value_said(_WORDS[name].format(said), period or scope, today)
    return scope, dict(found.values)


def exception_of(unit_id: int, form: Mapping[str, str], today: date) -> tuple[Period, PeriodException]:
    """An exception and its period, out of the fields. Raises UserError, and HTTPBadRequest for what no field offers."""
    found = next((one for one in excepted_periods(today) if one.key == form["period"]), None)
    kind = form["kind"]
    if found is None or is_frozen(found) or kind not in (LATER, UNLOCK):
        raise web.HTTPBadRequest
    try:
        day = date.fromisoformat(form["until"])
    except ValueError:
        raise UserError(t("Please choose the day until which it holds.")) from None
    opens, last, _ = exception_said(f"{'mở khóa ' if kind == UNLOCK else ''}{day:%d/%m/%Y}", today)
    return found, new_exception(unit_id, found, opens=opens, until=last, reason=reason_said(form["reason"]))
