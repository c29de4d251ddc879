"""A broadcast in words: whom it is for, how each channel shows it, how far it is, and its result."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.categories import CATEGORIES
from bot.channels.base import Abilities
from bot.channels.fit import Part, fit
from bot.i18n import Clock, Joined, Reader, Text, joined, render, t, tn
from bot.jobs.outbox import payload_of
from bot.marks import escaped, read_marks
from bot.message import FileRef, Tap
from bot.reports.unit import SMALL
from bot.reports.unit_tables import FEW, Figure, Table
from storage.broadcasts import (
    APPROVAL,
    CANCELLED,
    DONE,
    DRAFT,
    SCHEDULED,
    SENDING,
    STOPPED,
    UNREACHABLE,
    WAITING,
    Broadcast,
    Counted,
)
from storage.people import LOG, NAMED, REMINDERS, UNIT_TOTALS
from storage.segments import Segment

MOST_LETTERS = 1_500
"""Characters of one announcement: one message on every channel."""
READ = "broadcast.read"
UNITS_SHOWN = 12
TITLE = 60
CHANNEL_NAMES = {"web": t("web chat"), "telegram": "Telegram", "zalo_oa": "Zalo OA", "zalo_bot": "Zalo Bot",
                 "console": t("terminal")}  # fmt: skip
RATES = {"telegram": 28.0, "zalo_oa": 55.0, "zalo_bot": 9.0}
"""Messages a second that the senders' pace lets through with a usual network."""
UNPACED_RATE = 100.0
STATES = {
    DRAFT: t("draft"),
    APPROVAL: t("waits for a second admin"),
    SCHEDULED: t("scheduled"),
    SENDING: t("being sent"),
    STOPPED: t("stopped"),
    DONE: t("finished"),
    CANCELLED: t("cancelled"),
}
ENDS = {
    "sent": t("delivered"),
    WAITING: t("not sent yet"),
    "failed": t("refused or blocked"),
    "unknown": t("not clear whether it arrived"),
    "expired": t("too late, not sent"),
    "cancelled": t("taken back"),
    UNREACHABLE: t("no channel that works"),
}
"""Recipients' states as people read them, in the order of every list."""
CONSENTS = {
    LOG: t("who agreed to a diary"),
    UNIT_TOTALS: t("who count in the unit's totals"),
    REMINDERS: t("who want reminders"),
    NAMED: t("who agreed to be named"),
}


def plain(text: str) -> str:
    """Simple formatting as every channel can show it: bullets and quiet blank lines; the words stay as typed."""
    lines = [line.strip() for line in text.strip().splitlines()]
    lines = [f"• {line[2:].strip()}" if line[:2] in ("- ", "* ", "+ ") else line for line in lines]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept)


def composed(broadcast: Broadcast, file: Any, abilities: Abilities, language: str) -> Part:
    """The one message that a channel sends."""
    reader = Reader(language)
    text, styles = read_marks(written(broadcast, language))
    taps: Sequence[Tap] = ()
    if broadcast.ack and abilities.buttons:
        taps = (Tap(render(t("I have read it"), reader), f"{READ}|{broadcast.id}"),)
    elif broadcast.ack:
        text = f"{text}\n\n{render(t('Please answer “đã đọc” once you have read it.'), reader)}"
    files = [FileRef(file.id, file.name, file.media_type, file.size, _never)] if file is not None else []
    parts = fit(text, taps, files, abilities, reader, styles)
    if len(parts) > 1:
        # Only a very long file name beside the longest text comes here: the file goes by, the words must not.
        parts = fit(text, taps, (), abilities, reader, styles)
    return parts[0]


def as_shown(broadcast: Broadcast, file: Any, abilities: Abilities, language: str) -> tuple[str, bool]:
    """How a channel will show it, with the marks of what it sets in bold or italics, and whether it could set more.

    Buttons stand in brackets and the file in parentheses under the words.
    """
    part = composed(broadcast, file, abilities, language)
    source = written(broadcast, language)
    words, styles = read_marks(source)
    shown = escaped(part.text)
    if part.styles:
        shown = source + escaped(part.text[len(words) :])
    extras = [f"[{tap.label}]" for tap in part.buttons] + [f"({ref.name})" for ref in part.files]
    return "\n".join(filter(None, (shown, escaped(" ".join(extras))))), bool(styles) and not part.styles


def written(broadcast: Broadcast, language: str) -> str:
    """The text of this language as it was typed, with its marks; Vietnamese where there is none."""
    return broadcast.texts.get(language) or broadcast.texts["vi"]


def title(broadcast: Broadcast) -> str:
    """Its first line without marks, cut to a line of a list."""
    first = read_marks(broadcast.texts["vi"].splitlines()[0])[0]
    return first if len(first) <= TITLE else f"{first[:TITLE].rstrip()}…"


def payloads(broadcast: Broadcast, file: Any, abilities: Mapping[str, Abilities]) -> dict[tuple[str, str], Any]:
    """What the outbox keeps, by (language, channel)."""
    found = {}
    for language in ("vi", "en", *broadcast.texts):
        for channel, able in abilities.items():
            part = composed(broadcast, file, able, language)
            found[language, channel] = payload_of(part.text, part.buttons, part.files, "", "", part.styles)
    return found


async def _never() -> bytes:
    # A preview shows a file's name and size; whoever asked for its bytes here would send a file twice.
    raise AssertionError("only its name and size are shown")


def whom(segment: Segment, names: Mapping[int, str]) -> Joined:
    """The segment as one line; `names` of its units."""
    said: list[Any] = [
        t("everyone in {units} and below", units=joined([names.get(id, "?") for id in segment.units], ", "))
        if segment.units
        else t("everyone")
    ]
    said += [joined([CATEGORIES.get(one, one) for one in segment.categories], ", ")] if segment.categories else []
    roles = {"officer": t("officers only"), "learner": t("learners only"), "admin": t("admins only")}
    said += [roles[segment.role]] if segment.role in roles else []
    said += [joined([CHANNEL_NAMES.get(one, one) for one in segment.channels], ", ")] if segment.channels else []
    if segment.idle_days:
        said.append(tn("nothing logged for {count} day", "nothing logged for {count} days", segment.idle_days))
    if segment.active_days:
        said.append(tn("logged within {count} day", "logged within {count} days", segment.active_days))
    said += [t("with an entry in phase 2")] if segment.logged_since else []
    said += [t("without an entry in phase 2")] if segment.not_logged_since else []
    said += [CONSENTS[segment.consent]] if segment.consent in CONSENTS else []
    if segment.not_units:
        said.append(t("except {units}", units=joined([names.get(id, "?") for id in segment.not_units], ", ")))
    return joined(said, " · ")


def seconds_for(counted: Sequence[Counted]) -> float:
    """How long the slowest channel takes."""
    return max((one.people / RATES.get(one.channel, UNPACED_RATE) for one in counted if one.channel), default=0.0)


def reach(counted: Sequence[Counted]) -> list[Text]:
    """How many people, how long it takes, what Zalo costs."""
    people = sum(one.people for one in counted if one.channel)
    lines = [
        tn("{count} person, about {minutes} min.", "{count} people, about {minutes} min.", people,
           minutes=max(round(seconds_for(counted) / 60), 1))
    ]  # fmt: skip
    by_channel = [
        t("{channel}: {count}", channel=CHANNEL_NAMES.get(one.channel, one.channel), count=one.people)
        for one in sorted(counted, key=lambda one: -one.people)
        if one.channel
    ]
    if by_channel:
        lines.append(t("By channel: {channels}.", channels=joined(by_channel, ", ")))
    for one in counted:
        if one.channel == "zalo_oa":
            lines.append(
                t(
                    "Zalo OA: {free} of {count} messages are free of charge (last word within 48 hours); the other "
                    "{late} are not sent, as Zalo would charge or refuse them.",
                    free=one.free,
                    count=one.people,
                    late=one.people - one.free,
                )
            )
        if one.channel == "zalo_bot":
            lines.append(t("Zalo Bot: {count} of the month's {limit} messages.", count=one.people, limit=3_000))
        if not one.channel:
            lines.append(tn("{count} person has no channel that works.", "{count} people have no channel that works.",
                            one.people))  # fmt: skip
    return lines


def progress(broadcast: Broadcast, counts: Mapping[str, int]) -> Joined:
    """How far it is, or how it ended."""
    total = sum(count for state, count in counts.items() if state != "read")
    done = total - counts.get(WAITING, 0)
    lines: list[Any] = [
        t("Announcement of {moment}: {state}.", moment=Clock(broadcast.created_at), state=STATES[broadcast.state]),
        tn("{done} of {count} person settled.", "{done} of {count} people settled.", total, done=done),
    ]
    lines += [
        t("{state}: {count}", state=name, count=counts[state]) for state, name in ENDS.items() if counts.get(state)
    ]
    if broadcast.ack:
        lines.append(t("Said to have read it: {count}", count=counts.get("read", 0)))
    return joined(lines, "\n")


def steering(broadcast: Broadcast, language: str) -> tuple[Tap, ...]:
    """What the sender can do from the message that shows the progress."""
    reader, id = Reader(language), str(broadcast.id)
    stop = [Tap(render(t("Stop"), reader), f"broadcast.stop|{id}")] if broadcast.state == SENDING else []
    return (*stop, Tap(render(t("Result by unit"), reader), f"broadcast.result|{id}"))


def units_lines(table: Mapping[tuple[str, str], Mapping[str, int]]) -> list[Text]:
    """One line per unit: reached and read; units of fewer than SMALL people show shares of nobody."""
    lines = []
    for (code, name), row in list(table.items())[:UNITS_SHOWN]:
        total = sum(count for state, count in row.items() if state != "read")
        unit = t("{unit} ({code})", unit=name, code=code) if code else t("no unit")
        if total < SMALL:
            lines.append(t("{unit}: fewer than {count} people", unit=unit, count=SMALL))
        else:
            lines.append(
                t("{unit}: {sent} of {total} delivered, {read} read", unit=unit, sent=row.get("sent", 0), total=total,
                  read=row.get("read", 0))
            )  # fmt: skip
    if len(table) > UNITS_SHOWN:
        lines.append(t("All units are in the Excel file."))
    return lines


def result_tables(counts: Mapping[str, int], table: Mapping[tuple[str, str], Mapping[str, int]]) -> list[Table]:
    """The workbook: all states, then the units."""
    states = [(name, Figure(counts.get(state, 0))) for state, name in ENDS.items()]
    states.append((t("Said to have read it"), Figure(counts.get("read", 0))))
    overview = Table(t("Result"), (t("State"), t("People")), tuple(states))
    header = (t("Unit"), t("Code"), *ENDS.values(), t("Read"))
    rows = []
    for (code, name), row in table.items():
        total = sum(count for state, count in row.items() if state != "read")
        figures = [FEW if total < SMALL else Figure(row.get(state, 0)) for state in (*ENDS, "read")]
        rows.append((name or t("no unit"), code, *figures))
    return [overview, Table(t("Units"), header, tuple(rows))]


def english(broadcast: Broadcast) -> list[Text]:
    """The English version, where there is one."""
    return [t("English text: {text}", text=broadcast.texts["en"])] if broadcast.texts.get("en") else []


def facts(broadcast: Broadcast, file: Any) -> list[Text]:
    """What else was chosen for it."""
    facts: list[Text] = []
    if file is not None:
        facts.append(t("File: {name}", name=file.name))
    facts += english(broadcast)
    if broadcast.valid_until is not None:
        facts.append(t("In force until {moment}.", moment=Clock(broadcast.valid_until)))
    if broadcast.due_at is not None:
        facts.append(t("Planned for {moment}.", moment=Clock(broadcast.due_at)))
    if broadcast.urgent:
        facts.append(t("Urgent: sent at any hour."))
    return facts
