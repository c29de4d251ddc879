"""Texts in the reader's language: lazily translated sentences, plural forms, numbers, dates and durations.

English sentences are the message ids; `locales/<language>/LC_MESSAGES/<noun>.po` holds the others, and all files of one
folder are read together. A sentence becomes words only when a turn ends, in the language and with the form of address
of the person who reads it: `{you}` and `{You}` stand for that form in every translation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.clock import local

LOCALES = Path(__file__).resolve().parent.parent / "locales"
DEFAULT_LANGUAGE = "vi"
ADDRESS_FORMS = {"anhchi": "anh/chị", "dongchi": "đồng chí", "anh": "anh", "chi": "chị", "ban": "bạn"}


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence that waits for its reader; `plural` and `count` choose between two English forms."""

    msgid: str
    values: Mapping[str, Any] = field(default_factory=dict)
    plural: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values set one after another with the same separator between them."""

    parts: tuple[Any, ...]
    separator: str = "; "


@dataclass(frozen=True, slots=True)
class Minutes:
    """A length of study in minutes, shown as hours and minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment shown as the hour and the day of the reader's wall clock."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: language, form of address, and the reader's today (for "hôm nay" and "hôm qua")."""

    language: str = DEFAULT_LANGUAGE
    address_form: str = "anhchi"
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of study, shown with "hôm nay", "hôm qua" or alone."""

    day: date


def t(msgid: str, **values: Any) -> Text:
    """A translatable sentence with named placeholders."""
    return Text(msgid, values)


def tn(singular: str, plural: str, count: int, **values: Any) -> Text:
    """A translatable sentence whose English depends on a count, available as `{count}`."""
    return Text(singular, {"count": count, **values}, plural, count)


def joined(parts: Iterable[Any], separator: str = "; ") -> Joined:
    """Values in a row; each is translated and formatted like a placeholder's value."""
    return Joined(tuple(parts), separator)


@cache
def languages() -> tuple[str, ...]:
    """The languages that the bot speaks: the folders of `locales`, Vietnamese first."""
    found = {folder.parent.name for folder in LOCALES.glob("*/LC_MESSAGES")} | {DEFAULT_LANGUAGE, "en"}
    return (DEFAULT_LANGUAGE, *sorted(found - {DEFAULT_LANGUAGE}))


@cache
def catalogue(language: str) -> dict[str, str | tuple[str, ...]]:
    """All translated sentences of a language, by their English message id."""
    entries: dict[str, str | tuple[str, ...]] = {}
    for file in sorted((LOCALES / language / "LC_MESSAGES").glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=language):
                msgid = message.id if isinstance(message.id, str) else message.id[0]
                if msgid and message.string and any(message.string):
                    entries[msgid] = message.string if isinstance(message.string, str) else tuple(message.string)
    return entries


def render(value: Any, reader: Reader) -> str:
    """Words for a person: a `Text`, a number, a date, a duration or a plain string."""
    match value:
        case Text():
            return _sentence(value, reader)
        case Joined():
            return value.separator.join(render(part, reader) for part in value.parts)
        case Minutes():
            return format_minutes(value.minutes, reader.language)
        case Day():
            return _day(value.day, reader)
        case Clock():
            moment = local(value.moment)
            return f"{moment:%H:%M} {format_date(moment.date())}"
        case bool():
            return str(value)
        case int() | float():
            return format_number(value, reader.language)
        case date():
            return format_date(value)
        case None:
            return ""
        case _:
            return str(value)


def _sentence(text: Text, reader: Reader) -> str:
    template = _template(text, reader.language)
    you = "you" if reader.language == "en" else ADDRESS_FORMS.get(reader.address_form, "anh/chị")
    values = {name: render(value, reader) for name, value in text.values.items()}
    return template.format_map({"you": you, "You": you[:1].upper() + you[1:], **values})


def _template(text: Text, language: str) -> str:
    found = catalogue(language).get(text.msgid)
    if found is None:
        return text.plural if text.plural and text.count != 1 else text.msgid
    if isinstance(found, str):
        return found
    return found[0 if text.count == 1 or len(found) == 1 else 1]


def _day(day: date, reader: Reader) -> str:
    shown = f"{day:%d/%m}" if reader.today and day.year == reader.today.year else format_date(day)
    if reader.today == day:
        return render(t("today {date}", date=shown), reader)
    if reader.today == day + timedelta(days=1):
        return render(t("yesterday {date}", date=shown), reader)
    return shown


def format_date(day: date) -> str:
    """22/11/2026, in every language: the form of Vietnamese documents."""
    return f"{day:%d/%m/%Y}"


def format_number(number: float, language: str = DEFAULT_LANGUAGE) -> str:
    """1.236 and 37,87 in Vietnamese; 1,236 and 37.87 in English; at most two decimals."""
    return format_decimal(round(number, 2), locale=language)


def format_minutes(minutes: int, language: str = DEFAULT_LANGUAGE) -> str:
    """"2 giờ 30 phút", "45 phút", "1.236 giờ"; in English "2 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    hour, minute = ("h", "min") if language == "en" else ("giờ", "phút")
    shown = [f"{format_number(hours, language)} {hour}"] if hours else []
    if rest or not hours:
        shown.append(f"{rest} {minute}")
    return " ".join(shown)
