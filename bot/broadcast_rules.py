"""The rules of broadcasts: who may send to whom, the second pair of eyes, stop, resume, end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import broadcast_words as words
from bot.broadcast_drafts import must_be_in_force
from bot.errors import NotAllowed, UserError
from bot.i18n import Clock, joined, t, tn
from bot.message import Button, Reply
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

_second_admin_above = 500


def set_second_admin_above(people: int) -> None:
    """From how many recipients on a second admin must approve (BROADCAST_SECOND_ADMIN_ABOVE)."""
    global _second_admin_above
    _second_admin_above = people


def second_admin_above() -> int:
    """The setting as it holds now."""
    return _second_admin_above


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


def people(here: Sequence[Counted]) -> int:
    """How many can be reached."""
    return sum(one.people for one in here if one.channel)


def _move(turn: Turn, broadcast: Broadcast, state: str, **values: Any) -> None:
    store(turn).move(broadcast, state, **values)
    turn.audit(f"broadcast.{state}", broadcast=broadcast.id, was=broadcast.state)


def planned(turn: Turn, broadcast: Broadcast) -> datetime | None:
    """The moment that the draft names, None for now. Raises UserError for one that has passed meanwhile."""
    if broadcast.due_at is not None and broadcast.due_at <= turn.now:
        raise UserError(
            t("{moment}, when it was to go out, has passed. Please choose another moment, or send it now.",
              moment=Clock(broadcast.due_at))
        )  # fmt: skip
    return broadcast.due_at


async def submit(turn: Turn, broadcast: Broadcast, due_at: datetime | None) -> Reply:
    """Send a draft, now or at a moment; large ones wait for a second admin first."""
    await must_cover(turn, broadcast.segment)
    must_be_in_force(due_at or turn.now, broadcast.valid_until)
    count = people(await counted(turn, broadcast.segment))
    if not count:
        nobody = t("Nobody belongs to this choice, so there is nothing to send. Please choose anew.")
        return Reply(nobody, (Button(t("Change"), "broadcast.card", (str(broadcast.id),)),))
    if count <= _second_admin_above:
        _move(turn, broadcast, SCHEDULED, due_at=due_at)
        return _accepted(broadcast, due_at, count)
    others = [id for id in await turn.roles.admins() if id != turn.person.id]
    if not others:
        raise UserError(t("So many recipients need a second admin's approval, and there is no second admin yet."))
    _move(turn, broadcast, APPROVAL, due_at=due_at)
    id = str(broadcast.id)
    file = await store(turn).file(broadcast.file_id)
    lines = [
        tn("An announcement to {count} person waits for your approval.",
           "An announcement to {count} people waits for your approval.", count),
        t("To: {whom}", whom=words.whom(broadcast.segment, await names(turn, broadcast.segment))),
        *words.facts(replace(broadcast, due_at=due_at), file),
        t("Text: {text}", text=broadcast.texts["vi"]),
    ]  # fmt: skip
    decide = (Button(t("Approve"), "broadcast.approve", (id,)), Button(t("Send back"), "broadcast.refuse", (id,)))
    turn.notify(others, Reply(t("{lines}", lines=joined(lines, "\n")), decide, formatted=True))
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
    _move(turn, broadcast, DRAFT)
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
