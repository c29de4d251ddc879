"""The rules of broadcasts: who may send to whom, the second pair of eyes, stop, resume, and what a preview says."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot import broadcast_words as words
from bot.errors import NotAllowed, UserError
from bot.i18n import Clock, Joined, Text, joined, t, tn
from bot.message import Button, File, Reply
from bot.reports.workbook import XLSX, workbook
from bot.rights import SEND
from bot.routes import dead_button, key
from bot.scope import must_be_officer, own_units
from bot.summary_words import name_of
from bot.turn import Turn
from storage.broadcasts import APPROVAL as APPROVAL
from storage.broadcasts import CANCELLED, Broadcasts, Counted
from storage.broadcasts import DRAFT as DRAFT
from storage.broadcasts import SCHEDULED as SCHEDULED
from storage.broadcasts import SENDING as SENDING
from storage.broadcasts import STOPPED as STOPPED
from storage.broadcasts import Broadcast as Broadcast
from storage.segments import Segment

TITLE = 60
_second_admin_above = 500


def set_second_admin_above(people: int) -> None:
    """From how many recipients on a second admin must approve (BROADCAST_SECOND_ADMIN_ABOVE)."""
    global _second_admin_above
    _second_admin_above = people


def store(turn: Turn) -> Broadcasts:
    """The queries and changes of this turn."""
    return Broadcasts(turn.database, turn.changes)


async def may_send(turn: Turn) -> None:
    """Raises NotAllowed for whoever is neither admin nor an officer who may send."""
    if not await turn.is_admin():
        await must_be_officer(turn, SEND)


async def first_segment(turn: Turn) -> Segment:
    """Whom a new draft is for: an officer's own units, everyone for an admin."""
    if await turn.is_admin():
        return Segment()
    return Segment(units=tuple(unit.id for unit in await own_units(turn, SEND)))


async def must_cover(turn: Turn, segment: Segment) -> None:
    """Every unit of the segment lies in the person's scope; without a unit only an admin may. Raises NotAllowed."""
    if not segment.units and not await turn.is_admin():
        raise NotAllowed(t("Only an admin can announce to everyone. Please name units in your care."))
    for id in segment.units:
        await turn.must_cover(id, right=SEND)


async def found(turn: Turn, id: str, *states: str) -> Broadcast:
    """The broadcast of a button: one's own, or any for an admin; in one of these states. Raises UserError."""
    await may_send(turn)
    broadcast = await store(turn).by_id(key(id))
    if broadcast is None or (states and broadcast.state not in states):
        raise dead_button()
    if broadcast.created_by != turn.person.id and not await turn.is_admin():
        raise dead_button()
    return broadcast


async def names(turn: Turn, segment: Segment) -> dict[int, str]:
    """Names of the segment's units."""
    units = [await turn.units.by_id(id) for id in (*segment.units, *segment.not_units)]
    return {unit.id: name_of(unit) for unit in units if unit is not None}


async def counted(turn: Turn, segment: Segment) -> list[Counted]:
    """People by channel, as of now."""
    return await store(turn).count(segment, turn.now, turn.today)


async def card(turn: Turn, broadcast: Broadcast) -> Reply:
    """The draft with what can be changed about it."""
    file = await store(turn).file(broadcast.file_id)
    lines: list[Any] = [
        t("Draft of an announcement"),
        t("To: {whom}", whom=words.whom(broadcast.segment, await names(turn, broadcast.segment))),
        *words.reach(await counted(turn, broadcast.segment)),
        *_facts(broadcast, file),
        t("Text: {text}", text=broadcast.texts["vi"]),
    ]
    id = str(broadcast.id)
    ack = t("Without “I have read it”") if broadcast.ack else t("With “I have read it”")
    buttons = [
        Button(t("Preview and send"), "broadcast.preview", (id,)),
        Button(t("To whom"), "broadcast.who", (id,)),
        Button(t("Change the text"), "broadcast.text", (id,)),
        Button(t("Picture or file"), "broadcast.file", (id,)),
        Button(t("English text"), "broadcast.english", (id,)),
        Button(ack, "broadcast.ack", (id,)),
        Button(t("In force until"), "broadcast.until", (id,)),
    ]
    if await turn.is_admin():
        urgent = t("Not urgent") if broadcast.urgent else t("Urgent (also at night)")
        buttons.append(Button(urgent, "broadcast.urgent", (id,)))
    return Reply(t("{lines}", lines=joined(lines, "\n")), (*buttons, Button(t("Cancel"), "broadcast.drop", (id,))))


def _facts(broadcast: Broadcast, file: Any) -> list[Text]:
    facts = []
    if file is not None:
        facts.append(t("File: {name}", name=file.name))
    if broadcast.texts.get("en"):
        facts.append(t("English text: {text}", text=broadcast.texts["en"]))
    if broadcast.valid_until is not None:
        facts.append(t("In force until {moment}.", moment=Clock(broadcast.valid_until)))
    if broadcast.urgent:
        facts.append(t("Urgent: sent at any hour."))
    return facts


async def preview(turn: Turn, broadcast: Broadcast) -> list[Reply]:
    """What each channel will show, then the figures and what to do."""
    await must_cover(turn, broadcast.segment)
    here = await counted(turn, broadcast.segment)
    file = await store(turn).file(broadcast.file_id)
    shown: dict[str, list[Any]] = {}
    for one in sorted(here, key=lambda one: -one.people):
        if one.channel in turn.abilities:
            for language in ("vi", *(("en",) if broadcast.texts.get("en") else ())):
                part = words.composed(broadcast, file, turn.abilities[one.channel], language)
                extras = [f"[{tap.label}]" for tap in part.buttons] + [f"({ref.name})" for ref in part.files]
                whole = "\n".join(filter(None, (part.text, " ".join(extras))))
                name = words.CHANNEL_NAMES.get(one.channel, one.channel)
                if name not in shown.setdefault(whole, []):
                    shown[whole].append(name)
    replies = [
        Reply(t("On {channels} it looks so:\n\n{text}", channels=joined(channels, ", "), text=text))
        for text, channels in shown.items()
    ]
    return [*replies, await _decision(turn, broadcast, here)]


async def _decision(turn: Turn, broadcast: Broadcast, here: Sequence[Counted]) -> Reply:
    lines: list[Any] = [
        t("To: {whom}", whom=words.whom(broadcast.segment, await names(turn, broadcast.segment))),
        *words.reach(here),
    ]
    if sample := await store(turn).sample(broadcast.segment, turn.now, turn.today):
        named = [t("{alias} ({unit})", alias=alias or "–", unit=unit or "–") for alias, unit in sample]
        lines.append(t("For example: {people}.", people=joined(named, ", ")))
    if people(here) > _second_admin_above:
        lines.append(
            tn("More than {count} recipient: a second admin must approve.",
               "More than {count} recipients: a second admin must approve.", _second_admin_above)
        )  # fmt: skip
    id = str(broadcast.id)
    return Reply(
        t("{lines}", lines=joined(lines, "\n")),
        (
            Button(t("Send a test to me"), "broadcast.test", (id,)),
            Button(t("Send"), "broadcast.send", (id,)),
            Button(t("Schedule"), "broadcast.when", (id,)),
            Button(t("Change"), "broadcast.card", (id,)),
            Button(t("Cancel"), "broadcast.drop", (id,)),
        ),
    )


def people(here: Sequence[Counted]) -> int:
    """How many can be reached."""
    return sum(one.people for one in here if one.channel)


def _move(turn: Turn, broadcast: Broadcast, state: str, **values: Any) -> None:
    store(turn).move(broadcast, state, **values)
    turn.audit(f"broadcast.{state}", broadcast=broadcast.id, was=broadcast.state)


async def submit(turn: Turn, broadcast: Broadcast, due_at: datetime | None) -> Reply:
    """Send a draft, now or at a moment; large ones wait for a second admin first."""
    await must_cover(turn, broadcast.segment)
    count = people(await counted(turn, broadcast.segment))
    if not count:
        nobody = t("Nobody belongs to this choice, so there is nothing to send. Please choose anew.")
        return Reply(nobody, (Button(t("Change"), "broadcast.card", (str(broadcast.id),)),))
    if count <= _second_admin_above:
        _move(turn, broadcast, SCHEDULED, due_at=due_at)
        return _accepted(broadcast, due_at, count)
    others = [id for id in await turn.roles.admins() if id != turn.person.id]
    if not others:
        raise UserError(
            t(
                "So many recipients need a second admin's approval, and there is no second admin yet."
            )
        )
    _move(turn, broadcast, APPROVAL, due_at=due_at)
    id = str(broadcast.id)
    file = await store(turn).file(broadcast.file_id)
    lines = [
        tn("An announcement to {count} person waits for your approval.",
           "An announcement to {count} people waits for your approval.", count),
        t("To: {whom}", whom=words.whom(broadcast.segment, await names(turn, broadcast.segment))),
        *_facts(broadcast, file),
        t("Text: {text}", text=broadcast.texts["vi"]),
    ]  # fmt: skip
    decide = (Button(t("Approve"), "broadcast.approve", (id,)), Button(t("Send back"), "broadcast.refuse", (id,)))
    turn.notify(others, Reply(t("{lines}", lines=joined(lines, "\n")), decide))
    return Reply(t("A second admin has been asked to approve it; nothing is sent before."), replaces=True)


def _accepted(broadcast: Broadcast, due_at: datetime | None, count: int) -> Reply:
    buttons = (
        Button(t("Stop"), "broadcast.stop", (str(broadcast.id),)),
        Button(t("Progress"), "broadcast.result", (str(broadcast.id),)),
    )
    if due_at is not None:
        said = tn("Scheduled for {moment}: {count} person.", "Scheduled for {moment}: {count} people.", count,
                  moment=Clock(due_at))  # fmt: skip
    elif broadcast.urgent:
        said = tn("It goes out now to {count} person.", "It goes out now to {count} people.", count)
    else:
        said = tn(
            "It goes out to {count} person, between 07:30 and 21:30.",
            "It goes out to {count} people, between 07:30 and 21:30.",
            count,
        )
    return Reply(said, buttons, replaces=True)


async def approve(turn: Turn, broadcast: Broadcast) -> Reply:
    """The second pair of eyes. Raises UserError for the sender's own."""
    if not await turn.is_admin():
        raise dead_button()
    if broadcast.created_by == turn.person.id:
        raise UserError(t("Somebody else has to approve it: a second pair of eyes."))
    _move(turn, broadcast, SCHEDULED, approved_by=turn.person.id, approved_at=turn.now)
    count = people(await counted(turn, broadcast.segment))
    buttons = _accepted(broadcast, None, count).buttons
    turn.notify([broadcast.created_by], Reply(t("Your announcement was approved."), buttons))
    return Reply(t("Approved; it goes out."), replaces=True)


async def refuse(turn: Turn, broadcast: Broadcast) -> Reply:
    """Back to the sender as a draft."""
    if not await turn.is_admin():
        raise dead_button()
    _move(turn, broadcast, DRAFT, due_at=None)
    again = (Button(t("Change"), "broadcast.card", (str(broadcast.id),)),)
    turn.notify([broadcast.created_by], Reply(t("Your announcement was sent back; it is a draft again."), again))
    return Reply(t("Sent back; nothing goes out."), replaces=True)


def stop(turn: Turn, broadcast: Broadcast) -> Reply:
    """Nothing more goes out until somebody resumes it."""
    _move(turn, broadcast, STOPPED)
    store(turn).hold(broadcast.id, turn.now)
    id = str(broadcast.id)
    buttons = (Button(t("Resume"), "broadcast.resume", (id,)), Button(t("End it"), "broadcast.end", (id,)),
               Button(t("Progress"), "broadcast.result", (id,)))  # fmt: skip
    return Reply(t("Stopped. What was on its way at this moment still arrives; nothing else goes out."), buttons)


def resume(turn: Turn, broadcast: Broadcast) -> Reply:
    """Go on where it was stopped."""
    _move(turn, broadcast, SENDING if broadcast.started_at else SCHEDULED)
    store(turn).release(broadcast.id, turn.now)
    return Reply(t("It goes on."), _accepted(broadcast, None, 0).buttons, replaces=True)


def end(turn: Turn, broadcast: Broadcast) -> Reply:
    """Whoever still waits does not get it."""
    _move(turn, broadcast, CANCELLED, finished_at=turn.now)
    store(turn).drop(broadcast.id, "cancelled")
    store(turn).settle(broadcast.id)
    return Reply(t("Ended. Whoever had not got it yet does not get it."), replaces=True)


async def result(turn: Turn, broadcast: Broadcast) -> Joined:
    """How far it is, by state and by unit."""
    lines: list[Any] = [words.progress(broadcast, await store(turn).counts(broadcast.id))]
    lines += words.units_lines(await units_table(turn, broadcast))
    return joined(lines, "\n")


async def units_table(turn: Turn, broadcast: Broadcast) -> Mapping[tuple[str, str], dict[str, int]]:
    """(code, name) of each unit → people by state, and `read`."""
    table: dict[tuple[str, str], dict[str, int]] = {}
    for code, name, state, count, read in await store(turn).unit_counts(broadcast.id):
        row = table.setdefault((code, name), {"read": 0})
        row[state] = row.get(state, 0) + count
        row["read"] += read
    return table


async def workbook_of(turn: Turn, broadcast: Broadcast) -> File:
    """The result as a workbook."""
    counts = await store(turn).counts(broadcast.id)
    tables = words.result_tables(counts, await units_table(turn, broadcast))
    content = await asyncio.to_thread(workbook, tables, turn.reader)
    return File(f"thong-bao-{turn.local_now:%Y%m%d-%H%M}.xlsx", XLSX, content)


def line(number: int, broadcast: Broadcast) -> Text:
    """One announcement in a list."""
    first = broadcast.texts["vi"].splitlines()[0]
    title = first if len(first) <= TITLE else f"{first[:TITLE].rstrip()}…"
    return t("{number}. {moment} · {state} · {title}", number=number, moment=Clock(broadcast.created_at),
             state=words.STATES[broadcast.state], title=title)  # fmt: skip


def end_of(turn: Turn, day: date) -> datetime:
    """The last minute of a day where the people live."""
    here = turn.local_now.replace(year=day.year, month=day.month, day=day.day)
    return here.replace(hour=23, minute=59, second=0, microsecond=0)
