"""Whom an announcement is for, out of plain words: "cán bộ tổng hợp của A.1, chưa ghi 14 ngày, trừ A.1.3"."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.errors import UserError
from bot.i18n import joined, t
from bot.language.fold import fold
from bot.scope import find_units
from bot.summary_words import name_of
from bot.turn import Turn
from storage.people import REMINDERS
from storage.segments import ADMINS, LEARNERS, OFFICERS, Segment

PHASE_2 = "2026-01-01"
MOST_UNITS = 12
_UNIT_ENDS = re.compile(r"\s*(?:[,;]|\bva\b|\band\b)\s*")
_FILLERS = re.compile(
    r"\b(?:gui|cho|den|toi|voi|cua|o|tren|thuoc|trong|qua|kenh|nhung|nguoi|cac|ca|la|tai|don vi|only|of|in|on|to|the)\b"
)

_NOT = r"\b(?:chua|khong)(?: he| co)? (?:ghi|hoc|hoat dong|dang nhap)(?: gi)?(?: o| trong| tu| suot)? "
_DID = r"\b(?:da|co)(?: co)? (?:ghi|hoc|hoat dong)(?: gi)?(?: o| trong)? "
_DAYS = r"(?P<n>\d{1,3}) ngay(?: qua| nay)?\b"
_PHASE = r"(?:giai doan|gd) 2\b"
_Rule = tuple[str, Callable[[Segment, re.Match[str]], Segment]]
_RULES: tuple[_Rule, ...] = (
    (_NOT + _PHASE, lambda s, m: _phase(s, False)),
    (_DID + _PHASE, lambda s, m: _phase(s, True)),
    (r"\bnothing logged (?:for|in) (?P<n>\d{1,3}) days?\b", lambda s, m: _days(s, idle=int(m["n"]))),
    (_NOT + _DAYS, lambda s, m: _days(s, idle=int(m["n"]))),
    (_DID + _DAYS, lambda s, m: _days(s, active=int(m["n"]))),
    (r"\bdong y (?:nhan )?nhac(?: viec| nho)?\b", lambda s, m: replace(s, consent=REMINDERS)),
    (r"\b(?:can bo tong hop|can bo don vi|can bo|officers?)\b", lambda s, m: replace(s, role=OFFICERS)),
    (r"\b(?:nguoi hoc|hoc vien|learners?)\b", lambda s, m: replace(s, role=LEARNERS)),
    (r"\b(?:quan tri(?: vien)?|admins?)\b", lambda s, m: replace(s, role=ADMINS)),
    (r"\b(?:chien si|quan nhan|bo doi|soldiers?)\b", lambda s, m: _category(s, "soldier")),
    (r"\b(?:cong chuc|vien chuc|officials?)\b", lambda s, m: _category(s, "official")),
    (r"\b(?:nguoi lao dong|cong nhan|workers?)\b", lambda s, m: _category(s, "worker")),
    (r"\b(?:nguoi dan|cong dan|citizens?)\b", lambda s, m: _category(s, "citizen")),
    (r"\bzalo ?oa\b", lambda s, m: _channel(s, "zalo_oa")),
    (r"\bzalo ?bot\b", lambda s, m: _channel(s, "zalo_bot")),
    (r"\bzalo\b", lambda s, m: _channel(_channel(s, "zalo_oa"), "zalo_bot")),
    (r"\btelegram\b", lambda s, m: _channel(s, "telegram")),
    (r"\bweb(?: chat)?\b", lambda s, m: _channel(s, "web")),
)
_EVERYONE = re.compile(r"\b(?:moi nguoi|tat ca|toan bo|toan the|everyone|all)\b")
_EXCEPT = re.compile(r"\b(?:tru|ngoai tru|loai tru|khong gui(?: cho)?|except|without)\b")


async def read_segment(turn: Turn, text: str, before: Segment) -> Segment:
    """What the words say; units are looked up in the person's scope. Raises UserError for what nothing is found for.

    The words say everything anew but the units, which stay when none are named (an officer's are always named).
    """
    said = fold(text)
    wanted, _, excluded = _split(said)
    segment = Segment(units=before.units)
    for pattern, change in _RULES:
        if found := re.search(pattern, wanted):
            segment = change(segment, found)
            wanted = wanted[: found.start()] + "," + wanted[found.end() :]
    everyone = bool(_EVERYONE.search(wanted))
    units = await _units(turn, _EVERYONE.sub(",", wanted))
    if units:
        segment = replace(segment, units=units)
    elif everyone and await turn.is_admin():
        segment = replace(segment, units=())
    if excluded:
        segment = replace(segment, not_units=await _units(turn, excluded))
    return segment


def _split(said: str) -> tuple[str, str, str]:
    found = _EXCEPT.search(said)
    return (said, "", "") if found is None else (said[: found.start()], found[0], said[found.end() :])


async def _units(turn: Turn, words: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in _UNIT_ENDS.split(words):
        name = " ".join(_FILLERS.sub(" ", part).split()).strip(" .:-")
        if not name:
            continue
        units = await find_units(turn, name)
        if not units:
            raise UserError(t("There is no unit “{words}” in your care. Please send its code.", words=name[:80]))
        if len(units) > 1:
            names = joined([name_of(one) for one in units], ", ")
            said = t("Several units fit “{words}”: {units}. Please send the code.", words=name[:80], units=names)
            raise UserError(said)
        found.append(units[0].id)
    return tuple(dict.fromkeys(found))[:MOST_UNITS]


def _phase(segment: Segment, logged: bool) -> Segment:
    return replace(segment, logged_since=PHASE_2 if logged else "", not_logged_since="" if logged else PHASE_2)


def _days(segment: Segment, *, idle: int = 0, active: int = 0) -> Segment:
    return replace(segment, idle_days=idle, active_days=active)


def _category(segment: Segment, category: str) -> Segment:
    return replace(segment, categories=tuple(dict.fromkeys((*segment.categories, category))))


def _channel(segment: Segment, channel: str) -> Segment:
    return replace(segment, channels=tuple(dict.fromkeys((*segment.channels, channel))))
