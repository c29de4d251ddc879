"""Codes that people say or scan: a unit's code asks to join it, a personal one claims the place that a roster kept."""

from datetime import datetime, timedelta

from bot.claims import MOST_WRONG, claim_asked, count_wrong, wrong_today
from bot.clock import end_of, last_day
from bot.doors import doors
from bot.i18n import Text, t
from bot.membership import request_membership
from bot.message import Button, File, Reply
from bot.reports.poster import Poster, poster_png
from bot.turn import Turn
from storage.join_codes import ALPHABET, LETTERS, plain_code, shown_code
from storage.join_codes import JoinCode as JoinCode
from storage.join_codes import JoinCodes as JoinCodes
from storage.units import Unit as Unit

LIFE = timedelta(days=90)
"""How long a new code of a unit opens, unless the officer names another day."""
PNG = "image/png"


async def code_said(turn: Turn, said: str) -> Reply | None:
    """What a code leads to; None for words that are no code, or none that is known."""
    plain = plain_code(said)
    if len(plain) != LETTERS or not set(plain) <= set(ALPHABET):
        return None
    if wrong_today(turn) >= MOST_WRONG:
        return Reply(t("Too many wrong codes came from here today. Please ask the officer of your unit."))
    if found := await JoinCodes(turn.database, turn.changes).find(plain):
        return await _unit_code(turn, found)
    if answer := await claim_asked(turn, plain):
        return answer
    count_wrong(turn)
    return None


async def _unit_code(turn: Turn, found: JoinCode) -> Reply:
    unit = await turn.units.by_id(found.unit_id)
    if unit is not None and unit.valid_to is not None:
        unit = await turn.units.by_code(unit.code)
    if unit is None or not found.is_open(turn.now):
        return Reply(t("This code has expired. Please ask the officer of your unit for the new one."))
    return await request_membership(turn, unit)


async def poster_of(turn: Turn, unit: Unit, code: JoinCode) -> Reply:
    """The code with its picture, for an officer who may confirm members there."""
    line = await turn.units.ancestors(unit.id)
    military = bool(line) and line[0].kind == "military"
    shown = shown_code(code.code)
    # A poster hangs where strangers pass: below a military root it names no unit.
    title = shown if military else unit.name
    content, notes = _content(code.code, shown)
    if code.ends_at is not None:
        notes += (t("The code works until the end of {day}.", day=last_day(code.ends_at)),)
    picture = poster_png(Poster(title, shown, content, _steps(shown), notes), turn.reader)
    lines = _until(code.ends_at)
    text = t("Code of {unit}: {code}. {until} Whoever sends it asks to join; one tap of yours confirms.",
             unit=unit.name, code=shown, until=lines)  # fmt: skip
    name = "ma-qr.png" if military else f"ma-qr-{_plain(unit.code)}.png"
    return Reply(text, _buttons(unit, code), (File(name, PNG, picture),))


def _content(code: str, shown: str) -> tuple[str, tuple[Text, ...]]:
    """What the QR holds, and where else the bot is found; without any address it holds the message to send."""
    found = doors()
    web, telegram = found.web_link(code), found.telegram_link(code)
    notes: list[Text] = []
    if web:
        notes.append(t("Web: {link}", link=web))
    if telegram:
        notes.append(t("Telegram: {link}", link=telegram))
    return web or telegram or f"/donvi {shown}", tuple(notes)


def _steps(shown: str) -> tuple[Text, ...]:
    scan = t("Scan the picture with the phone, or open Bạn Học in the way that your unit uses.")
    if not doors().web_link("") and not doors().telegram_link(""):
        scan = t("Open Bạn Học in the way that your unit uses.")
    return (
        scan,
        t("Send: /donvi {code}", code=shown),
        t("Send an alias (no phone number, no identity number) and wait for the officer's confirmation."),
    )


def _until(ends_at: datetime | None) -> Text:
    if ends_at is None:
        return t("It has no end.")
    return t("It works until the end of {day}.", day=last_day(ends_at))


def _buttons(unit: Unit, code: JoinCode) -> tuple[Button, ...]:
    never = Button(t("Without an end"), "qr.end", (str(unit.id), "0"))
    month = Button(t("Only 30 days"), "qr.end", (str(unit.id), "30"))
    other = month if code.ends_at is None else never
    return (Button(t("New code (the old one stops)"), "qr.new", (str(unit.id),)), other,
            Button(t("Switch the code off"), "qr.off", (str(unit.id),)))  # fmt: skip


def default_end(turn: Turn) -> datetime:
    """The end of a new code."""
    return end_of(turn.today + LIFE)


def _plain(code: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in code)
