"""A roster in chat and desk: preview of a file, the yes, the undo, and personal codes; each step checks the right."""

import asyncio
from dataclasses import dataclass

from bot.errors import UserError
from bot.i18n import Joined, Text, joined, t
from bot.incoming import fetched
from bot.message import Attachment, Button, File, Message, Reply
from bot.rights import CONFIRM
from bot.roster import Plan, codes_of, lines_of, plan, read, rows_kept, write
from bot.roster_book import code_list, form, with_faults
from bot.roster_file import Roster
from bot.routes import dead_button
from bot.scope import must_be_officer, own_units
from bot.transfers import UNDO_WITHIN, moment_of, stamp
from bot.turn import Turn
from storage.join_codes import new_code
from storage.rosters import Rosters

ENDINGS = (".xlsx", ".csv")


def store(turn: Turn) -> Rosters:
    """Rosters as this turn reads and writes them."""
    return Rosters(turn.database, turn.changes)


async def scope(turn: Turn) -> list[int] | None:
    """The units where this person may confirm members, None for all. Raises NotAllowed."""
    await must_be_officer(turn, CONFIRM)
    return None if await turn.is_admin() else [one.id for one in await own_units(turn, CONFIRM)]


async def rosters(turn: Turn, message: Message) -> list[Reply]:
    """The previews of an officer's rosters; empty for other files and other people."""
    sent = [one for one in message.files if one.name.lower().endswith(ENDINGS)]
    may = await turn.is_admin() or bool(await turn.officer_units(CONFIRM))
    if not sent or len(sent) < len(message.files) or message.group or not may:
        return []
    if len(sent) > 1:
        raise UserError(t("Please send one roster at a time."))
    return [await _preview(turn, sent[0])]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do before anybody has said yes."""

    roster: Roster
    found: Plan
    faulty: File | None
    """The same file with its faults; None without any."""
    id: int | None
    """The key of the rows that wait for the yes; None when there is nothing to import."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, and the personal codes of the new people."""

    found: Plan
    codes: File | None

    @property
    def lines(self) -> Joined:
        """In words."""
        return lines_of(None, self.found)


async def look(turn: Turn, attachment: Attachment) -> Preview:
    """Read a file and keep its good rows until the yes. Raises UserError."""
    content = await fetched(attachment)
    roster = await read(content, attachment.name)
    found = await plan(turn.database, roster.rows, roster.faults, await scope(turn))
    faulty = None
    if found.faults:
        faulty = await asyncio.to_thread(with_faults, content, attachment.name, roster, found.faults, turn.reader)
    if found.does_nothing:
        return Preview(roster, found, faulty, None)
    good = [row.kept() for row in roster.rows if row.number not in found.faults]
    return Preview(roster, found, faulty, store(turn).keep(turn.person.id, attachment.name[:160], good, turn.now))


async def _preview(turn: Turn, attachment: Attachment) -> Reply:
    """What the file would do, with its faulty rows in the same file, and yes and no."""
    seen = await look(turn, attachment)
    lines = lines_of(seen.roster, seen.found)
    files = (seen.faulty,) if seen.faulty else ()
    if seen.id is None:
        return Reply(t("Nothing to import.\n{lines}", lines=lines), files=files)
    text = t("The roster {name}:\n{lines}\nNothing is stored yet. Faulty rows stay out.", name=attachment.name[:80],
             lines=lines)  # fmt: skip
    id = str(seen.id)
    return Reply(text, (Button(t("Import"), "ros.yes", (id,)), Button(t("Drop"), "ros.no", (id,))), files)


async def confirm(turn: Turn, id: int) -> Reply:
    """Import all rows of the preview in one transaction, or none. Raises UserError."""
    done = await carry_out(turn, id)
    if done is None:
        return Reply(t("This roster has been dealt with already."), replaces=True)
    if done.codes is None:
        return Reply(t("Imported. {lines}", lines=done.lines), replaces=True)
    text = t(
        "Imported. {lines}\nThe new people count as expected members. The file holds a personal code for each: print "
        "it, cut it and hand the codes out.",
        lines=done.lines,
    )
    return Reply(text, (Button(t("Undo"), "ros.undo", (stamp(turn.now),)),), (done.codes,), replaces=True)


async def carry_out(turn: Turn, id: int) -> Imported | None:
    """Write the kept rows of this person; None when they have been dealt with already. Raises UserError."""
    below, rosters = await scope(turn), store(turn)
    kept = await rosters.kept(id, turn.person.id)
    if kept is None:
        return None
    found = await plan(turn.database, rows_kept(kept[1]), {}, below)
    if found.faults:
        raise UserError(
            t("Nothing was imported: meanwhile something has changed here.\n{lines}\nPlease send the file again.",
              lines=joined(found.fault_lines(), "\n"))
        )  # fmt: skip
    rosters.drop(id)
    moved = write(turn.database, turn.changes, found, turn.person.id, turn.now, turn.today)
    turn.audit("roster.imported", new=len(found.new), changed=len(found.changed) + len(found.recognised))
    if moved:
        turn.notify(moved, Reply(t("An officer has entered {you} in another unit: /donvi shows it.")))
    codes = codes_of(found)
    return Imported(found, await asyncio.to_thread(code_list, codes, turn.reader) if codes else None)


async def drop(turn: Turn, id: int) -> Reply:
    """Forget the file."""
    if await store(turn).kept(id, turn.person.id) is None:
        return Reply(t("This roster has been dealt with already."), replaces=True)
    store(turn).drop(id)
    return Reply(t("Dropped. Nothing of the file is kept."), replaces=True)


async def undo(turn: Turn, moment: str) -> Reply:
    """The people whom an import made go again, unless they have claimed their place."""
    await scope(turn)
    at = moment_of(moment)
    people = await store(turn).made(turn.person.id, at)
    if not people or turn.now - at > UNDO_WITHIN:
        raise UserError(t("This cannot be taken back any more."))
    store(turn).take_back(people)
    turn.audit("roster.undone", people=len(people))
    return Reply(t("Taken back: {count} people whom the roster had added.", count=len(people)), replaces=True)


async def empty_form(turn: Turn) -> File:
    """The empty form with the officer's units as choices. Raises NotAllowed."""
    places = await store(turn).places(await scope(turn))
    return await asyncio.to_thread(form, list(places.values()), turn.reader)


async def send_form(turn: Turn) -> Reply:
    """The empty form in the chat."""
    file = await empty_form(turn)
    return Reply(t("The form for a roster. Fill it and send it here; I show what would change before anything is "
                   "stored."), files=(file,))  # fmt: skip


async def unclaimed(turn: Turn) -> Reply:
    """How many expected members have not claimed their place, and the offer of new codes."""
    below = await scope(turn)
    waiting = await store(turn).unclaimed(below if below is not None else await _roots(turn))
    if not waiting:
        return Reply(t("Every expected member has claimed their place."))
    text = t("{count} expected members have not claimed their place. New codes replace those handed out before.",
             count=len(waiting))  # fmt: skip
    return Reply(text, (Button(t("Make new codes"), "ros.codes"), Button(t("Cancel"), "claim.no")))


async def new_codes(turn: Turn) -> Reply:
    """New personal codes for all who have not claimed their place, as a list."""
    below = await scope(turn)
    waiting = await store(turn).unclaimed(below if below is not None else await _roots(turn))
    if not waiting:
        raise dead_button()
    codes = {one.id: new_code() for one, _ in waiting}
    store(turn).renew_codes(codes)
    turn.audit("roster.codes", people=len(codes))
    rows = [(one.alias, place, codes[one.id]) for one, place in waiting]
    file = await asyncio.to_thread(code_list, rows, turn.reader)
    return Reply(_new_codes(len(rows)), files=(file,), replaces=True)


def _new_codes(count: int) -> Text:
    return t("{count} new codes; those handed out before open nothing any more.", count=count)


async def _roots(turn: Turn) -> list[int]:
    return [one.id for one in await turn.units.roots()]
