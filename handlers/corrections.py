"""Correct what was logged: in a sentence ("nhầm, 1 tiếng thôi") or by buttons; every correction can be undone."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.belonging import units_of_days
from bot.corrected_values import as_subject, meant_entries, named_values, new_values
from bot.errors import NotAnAnswer, UserError
from bot.i18n import Text, joined, t
from bot.language.dates import parse_day
from bot.language.durations import parse_minutes
from bot.language.fold import fold
from bot.language.study import Understanding, understand
from bot.language.subjects import canonical, display
from bot.locks import check_locked
from bot.message import Button, Message, Reply
from bot.routes import Routes, dead_button, key
from bot.study import (
    StudyLog,
    check_days,
    check_entries,
    day_choices,
    duration,
    recent_subjects,
    shown,
    span,
    within,
)
from bot.study_answers import is_new_log, iso_day, refused_day, refused_length
from bot.turn import Turn

routes = Routes()

STILL_MEANT = timedelta(hours=24)
"""Without a last message of entries, a correction means the newest entry of this long."""
FIELDS = {"minutes": t("Length"), "date": t("Day"), "subject": t("Subject")}
FIELD_WORDS = {"thoi luong": "minutes", "so gio": "minutes", "ngay": "date", "mon hoc": "subject", "mon": "subject"}
"""What a typed answer calls each part."""
UNDO = re.compile(r"\b(hoan tac|undo)\b")
LEAVE = {"thoi", "huy", "khong", "khong sua nua", "cancel", "stop", "no"}


@routes.free_text("correction")
async def correct(message: Message, turn: Turn, understanding: Understanding) -> Reply:
    """Apply what the sentence says to the entry that it means."""
    patch = understanding.patch
    if UNDO.search(fold(message.text)) and (gone := await _just_deleted(turn)):
        lines = joined(shown(log, plain_day=True) for log in gone)
        back = Button(t("Restore"), "log.redo", span(gone))
        return Reply(t("Deleted just now: {entries}. Shall I bring it back?", entries=lines), (back,))
    entries = await _last_entries(turn)
    if patch is None or not entries:
        return Reply(t("I find nothing to correct: no entry was logged just before. /nhatky shows all entries."))
    meant = meant_entries(patch, entries)
    if patch.op == "delete":
        return await _delete(turn, meant) if len(meant) == 1 else _which_to_delete(meant)
    values = new_values(patch, meant[-1], alone=len(entries) == 1)
    if not values:
        return _which(turn, meant)
    return await _apply(turn, meant[-1], values)


@routes.tap("log.edit")
async def edit(message: Message, turn: Turn, first: str, last: str) -> Reply:
    """Which entry, then which part of it, then the new value."""
    entries = [log for log in await within(turn, key(first), key(last)) if log.deleted_at is None]
    return replace(_which(turn, entries), keeps_buttons=True) if entries else _gone()


@routes.tap("log.pick")
async def entry_picked(message: Message, turn: Turn, id: str) -> Reply:
    """One of several entries."""
    return _which(turn, [await _own(turn, id)])


@routes.tap("log.field")
async def field_picked(message: Message, turn: Turn, id: str, field: str) -> Reply:
    """Ask for the new value of one part."""
    log = await _own(turn, id)
    if field not in FIELDS:
        raise dead_button()
    return await _ask_value(turn, log, field)


@routes.tap("log.set")
async def value_tapped(message: Message, turn: Turn, id: str, field: str, value: str) -> Reply:
    """A new value was tapped."""
    log = await _own(turn, id)
    asked = turn.state.asked == f"new_{field}" and turn.draft.get("log") == log.id
    choices = turn.draft.get("choices", []) if asked else []
    if asked:
        turn.close_question()
    if field == "minutes":
        return await _apply(turn, log, {"minutes": key(value)})
    if field == "date":
        return await _apply(turn, log, {"day": iso_day(value)})
    if field != "subject" or key(value) >= len(choices):
        raise dead_button()
    return await _apply(turn, log, as_subject(choices[key(value)]))


@routes.answer("new_value")
async def value_given(message: Message, turn: Turn) -> Reply:
    """The right length, day or subject, whichever the words name; or only which part is wrong."""
    if field := FIELD_WORDS.get(fold(message.text).strip(" .!")):
        return await _ask_value(turn, await _still_there(turn), field)
    understanding = understand(message.text, turn.local_now)
    patch, said_new = understanding.patch, understanding.kind in ("log", "question", "command")
    if patch is not None and patch.op == "delete" and not UNDO.search(fold(message.text)):
        return await _delete(turn, [await _still_there(turn)])
    if patch is not None:
        values = new_values(patch, await _still_there(turn), alone=True)
    else:
        values = {} if said_new else named_values(message.text, turn.today)
    return await _given(message, turn, "value", values or None)


@routes.answer("new_minutes")
async def minutes_given(message: Message, turn: Turn) -> Reply:
    """The right length."""
    minutes = parse_minutes(message.text)
    return await _given(message, turn, "minutes", None if minutes is None else {"minutes": minutes})


@routes.answer("new_date")
async def date_given(message: Message, turn: Turn) -> Reply:
    """The right day."""
    day = parse_day(message.text, turn.today)
    return await _given(message, turn, "date", None if day is None else {"day": day})


@routes.answer("new_subject")
async def subject_given(message: Message, turn: Turn) -> Reply:
    """The right subject."""
    new = understand(message.text, turn.local_now).kind in ("question", "log", "correction", "command")
    left = fold(message.text) in LEAVE
    return await _given(message, turn, "subject", None if new or left else as_subject(canonical(message.text)[0]))


@routes.tap("log.unedit")
async def undo_edit(message: Message, turn: Turn, id: str, position: str) -> Reply:
    """Bring back the version before one edit, unless the entry has changed again since."""
    log = await _own(turn, id)
    history = await turn.study_logs.history(turn.person.id, log.id)
    if key(position) >= len(history) or history[key(position)].what != "edited":
        raise dead_button()
    change = history[key(position)]
    if log.facts() == change.before:
        return Reply(t("That was undone already: {entry}.", entry=shown(log, plain_day=True)), replaces=True)
    if log.facts() != change.after:
        raise UserError(t("This entry was changed again since. /nhatky shows its history."))
    before = {**change.before, "day": date.fromisoformat(change.before["day"])}
    return await _apply(turn, log, before, said=t("Undone. It is again"), replaces=True)


async def _last_entries(turn: Turn) -> list[StudyLog]:
    """The entries of the last message that logged some, else the newest one of the last hours."""
    if "logs" in turn.memory:
        entries = await turn.study_logs.some(turn.person.id, turn.memory["logs"])
    else:
        newest = await turn.study_logs.newest(turn.person.id, 1)
        entries = [log for log in newest if turn.now - log.created_at <= STILL_MEANT]
    return [log for log in entries if log.deleted_at is None]


async def _still_there(turn: Turn) -> StudyLog:
    """The entry of the open question. Raises NotAnAnswer when it was deleted in the meantime."""
    found = await turn.study_logs.some(turn.person.id, [turn.draft["log"]])
    if not found or found[0].deleted_at is not None:
        raise NotAnAnswer
    return found[0]


async def _just_deleted(turn: Turn) -> list[StudyLog]:
    """What was deleted last, while nothing was logged or changed since."""
    if not turn.memory.get("deleted"):
        return []
    entries = await turn.study_logs.some(turn.person.id, turn.memory["deleted"])
    return [log for log in entries if log.deleted_at is not None]


async def _own(turn: Turn, id: str) -> StudyLog:
    """An entry of the person's own that is not deleted. Raises UserError."""
    found = await turn.study_logs.some(turn.person.id, [key(id)])
    if not found:
        raise dead_button()
    if found[0].deleted_at is not None:
        raise UserError(t("This entry was deleted. Restore it first: /nhatky, then “Deleted”."))
    return found[0]


def _gone() -> Reply:
    return Reply(t("I no longer find these entries here. /nhatky shows all of them."))


def _which(turn: Turn, entries: Sequence[StudyLog]) -> Reply:
    """Ask which entry, or which part of the only one; there the new value may be typed at once."""
    if len(entries) > 1:
        return Reply(t("Which entry shall I change?"), tuple(_button(log, "log.pick") for log in entries))
    log = entries[0]
    turn.ask("new_value", log=log.id)
    fields = tuple(Button(name, "log.field", (str(log.id), field)) for field, name in FIELDS.items())
    return Reply(t("What shall I change in {entry}?", entry=shown(log, plain_day=True)), fields)


def _button(log: StudyLog, action: str) -> Button:
    return Button(t("{entry}", entry=shown(log, plain_day=True)), action, (str(log.id),))


def _which_to_delete(entries: Sequence[StudyLog]) -> Reply:
    several = Button(t("All {count} entries", count=len(entries)), "log.undo", span(entries))
    each = tuple(Button(button.label, "log.undo", button.args * 2) for button in (_button(e, "") for e in entries))
    return Reply(t("Which entry shall I delete?"), (*each, several))


async def _delete(turn: Turn, entries: Sequence[StudyLog]) -> Reply:
    await check_locked(turn, entries)
    for log in entries:
        turn.study_logs.delete(log, turn.now)
    turn.memory["deleted"] = [log.id for log in entries]
    text = t("Deleted: {entries}.", entries=joined(shown(log, plain_day=True) for log in entries))
    return Reply(text, (Button(t("Restore"), "log.redo", span(entries)),))


async def _ask_value(turn: Turn, log: StudyLog, field: str) -> Reply:
    turn.ask(f"new_{field}", log=log.id)
    choices: list[tuple[Any, str]]
    if field == "minutes":
        text, choices = t("How long was it?"), [(duration(minutes), str(minutes)) for minutes in (30, 60, 90, 120)]
    elif field == "date":
        text, choices = t("On which day was it?"), day_choices(turn)
    else:
        recent = [subject for subject in await recent_subjects(turn) if subject != log.subject]
        turn.draft["choices"] = recent
        text, choices = t("Which subject was it?"), [(display(one), str(n)) for n, one in enumerate(recent)]
    return Reply(text, tuple(Button(label, "log.set", (str(log.id), field, value)) for label, value in choices))


async def _given(message: Message, turn: Turn, field: str, values: dict[str, Any] | None) -> Reply:
    """A typed value: apply it, stop when told so, hand on what is something new, else ask once more."""
    log = await _still_there(turn)
    understanding = understand(message.text, turn.local_now)
    if values is not None and not is_new_log(understanding):
        return await _apply(turn, log, values)
    if fold(message.text).strip(" .!") in LEAVE:
        return Reply(t("All right, nothing was changed."))
    if understanding.kind in ("log", "question", "correction", "command"):
        raise NotAnAnswer
    asked = _which(turn, [log]) if field == "value" else await _ask_value(turn, log, field)
    if reason := _reason(turn, field, message.text):
        return replace(asked, text=t("{reason} {question}", reason=reason, question=asked.text))
    return replace(asked, text=t("I did not understand that. {question}", question=asked.text))


def _reason(turn: Turn, field: str, text: str) -> Text | None:
    """Why a value cannot be taken."""
    length = refused_length(text) if field in ("minutes", "value") else None
    return length or (refused_day(turn, text) if field in ("date", "value") else None)


async def _apply(
    turn: Turn, log: StudyLog, values: dict[str, Any], *, said: Text | None = None, replaces: bool = False
) -> Reply:
    """Edit one entry within the limits and say how it reads now. Raises UserError; then nothing is changed."""
    values = {name: value for name, value in values.items() if getattr(log, name) != value}
    if not values:
        return Reply(t("It reads so already: {entry}.", entry=shown(log, plain_day=True)))
    position = len(await turn.study_logs.history(turn.person.id, log.id))
    if "day" in values and log.unit_id is not None:
        values |= {"unit_id": (await units_of_days(turn, [values["day"]]))[values["day"]]}
    edited = turn.study_logs.edit(log, turn.now, **values)
    await check_locked(turn, [log, edited])
    if {"minutes", "day"} & values.keys():
        await check_entries(turn, [edited])
        await check_days(turn, [edited], besides=[log.id])
    turn.memory.pop("deleted", None)
    if log.id not in turn.memory.get("logs", []):
        turn.memory["logs"] = [log.id]
    back = (Button(t("Undo"), "log.unedit", (str(log.id), str(position))),)
    text = t("{said}: {entry}.", said=said or t("Corrected"), entry=shown(edited, plain_day=True))
    return Reply(text, back, replaces=replaces)
