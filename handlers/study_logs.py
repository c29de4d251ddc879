"""Log study: in one sentence, or by answering what is missing; undo and restore what was logged."""

from dataclasses import replace

from bot.errors import NotAnAnswer, UserError
from bot.i18n import Text, joined, t
from bot.language.dates import parse_day
from bot.language.durations import parse_minutes
from bot.language.fold import fold
from bot.language.study import Entry, Understanding, understand
from bot.language.subjects import canonical
from bot.locks import check_locked
from bot.message import Button, Message, Reply
from bot.routes import Routes, dead_button, key
from bot.study import (
    SUBJECT_LETTERS,
    Draft,
    Study,
    by_day,
    check_days,
    minutes_before,
    question,
    remember,
    save_or_ask,
    shown,
    span,
    this_week,
    within,
)
from bot.study_answers import is_new_log, iso_day, refused_day, refused_length
from bot.turn import Turn

routes = Routes()

NEVER_MIND = {
    "thoi",
    "huy",
    "huy bo",
    "khong",
    "khong ghi",
    "khong ghi nua",
    "thoi khong ghi",
    "dung",
    "cancel",
    "stop",
    "no",
}
SKIP = {"bo qua", "skip", "khong ro", "khong nho", "khong co"}
NOT_ANSWERS = {"log", "correction", "question", "command", "needs_clarification"}
"""Kinds of text that are something new, not a poor answer to the open question."""


@routes.command("hoc", menu=t("Log study, step by step"))
async def guided(message: Message, turn: Turn, rest: str) -> Reply:
    """Ask for subject, length and day; with words after the command, only for what they leave open."""
    if rest.strip():
        understanding = understand(rest, turn.local_now)
        if understanding.kind in ("log", "needs_clarification") and understanding.ask != "split":
            return await _save_or_say_why(turn, understanding, rest)
        return await save_or_ask(turn, Draft((Study(subject=_subject(rest)),), ("minutes", "date")))
    return await save_or_ask(turn, Draft((Study(),), ("subject", "minutes", "date")))


@routes.free_text("log")
async def log(message: Message, turn: Turn, understanding: Understanding) -> Reply:
    """A sentence that says it all."""
    return await save_or_ask(turn, draft_of(understanding))


@routes.free_text("needs_clarification")
async def unclear(message: Message, turn: Turn, understanding: Understanding) -> Reply:
    """A sentence that leaves one thing open: ask that, never guess."""
    if understanding.ask == "split":
        return Reply(t("How long was each? Please send for example “1 hour English, 30 minutes computing”."))
    return await _save_or_say_why(turn, understanding, message.text)


async def _save_or_say_why(turn: Turn, understanding: Understanding, text: str) -> Reply:
    """Save or ask; a length or day that cannot be is not asked for again without its reason."""
    total = understanding.ask == "which_day_total"
    if understanding.kind != "log" and not total and (reason := refused_length(text)):
        return Reply(reason)
    asked = await save_or_ask(turn, draft_of(understanding))
    if total:
        return replace(asked, text=t("I log one day at a time. {question}", question=asked.text))
    if understanding.ask == "date" and (reason := refused_day(turn, text)):
        return replace(asked, text=t("{reason} {question}", reason=reason, question=asked.text))
    return asked


@routes.answer("minutes")
async def minutes_given(message: Message, turn: Turn) -> Reply:
    """How long it was (each time)."""
    draft = Draft.read(turn.draft)
    minutes = parse_minutes(message.text)
    if minutes is None or is_new_log(understand(message.text, turn.local_now)):
        return await _unclear_answer(message, turn, draft)
    return await save_or_ask(turn, draft.answered("minutes", minutes=minutes * draft.sessions))


@routes.answer("date")
async def date_given(message: Message, turn: Turn) -> Reply:
    """On which day it was."""
    draft = Draft.read(turn.draft)
    day = parse_day(message.text, turn.today)
    if day is None or is_new_log(understand(message.text, turn.local_now)):
        return await _unclear_answer(message, turn, draft)
    return await save_or_ask(turn, draft.answered("date", day=day))


@routes.answer("subject")
async def subject_given(message: Message, turn: Turn) -> Reply:
    """What was studied."""
    draft = Draft.read(turn.draft)
    if fold(message.text) in SKIP:
        return await save_or_ask(turn, draft.answered("subject"))
    if _is_more_than_a_subject(message, turn) or fold(message.text) in NEVER_MIND:
        return await _unclear_answer(message, turn, draft)
    return await save_or_ask(turn, draft.answered("subject", subject=_subject(message.text)))


@routes.tap("log.minutes")
async def minutes_tapped(message: Message, turn: Turn, minutes: str) -> Reply:
    """A length was tapped."""
    draft = _open_draft(turn, "minutes")
    return await save_or_ask(turn, draft.answered("minutes", minutes=key(minutes) * draft.sessions))


@routes.tap("log.date")
async def date_tapped(message: Message, turn: Turn, day: str) -> Reply:
    """A day was tapped."""
    draft = _open_draft(turn, "date")
    return await save_or_ask(turn, draft.answered("date", day=iso_day(day)))


@routes.tap("log.subject")
async def subject_tapped(message: Message, turn: Turn, choice: str) -> Reply:
    """A subject of before was tapped, or that there is none to name."""
    choices = turn.draft.get("choices", [])
    draft = _open_draft(turn, "subject")
    if choice == "skip":
        return await save_or_ask(turn, draft.answered("subject"))
    if key(choice) >= len(choices):
        raise dead_button()
    return await save_or_ask(turn, draft.answered("subject", subject=choices[key(choice)]))


@routes.tap("log.undo")
async def undo(message: Message, turn: Turn, first: str, last: str) -> Reply:
    """Delete just the entries of one message; they can come back."""
    entries = await within(turn, key(first), key(last))
    if not entries:
        raise UserError(t("I no longer find these entries here. /nhatky shows all of them."))
    back = (Button(t("Restore"), "log.redo", (first, last)),)
    present = [entry for entry in entries if entry.deleted_at is None]
    if not present:
        return Reply(t("That was undone already."), back, replaces=True)
    await check_locked(turn, present)
    for entry in present:
        turn.study_logs.delete(entry, turn.now)
    turn.memory.update(logs=[], deleted=[entry.id for entry in present])
    text = t(
        "Undone: {entries}.\n{week}",
        entries=joined(shown(entry) for entry in present),
        week=this_week(turn, await minutes_before(turn, ()), by_day(present, -1)),
    )
    return Reply(text, back, replaces=True)


@routes.tap("log.redo")
async def restore(message: Message, turn: Turn, first: str, last: str) -> Reply:
    """Bring back entries that were undone or deleted, within the limits of their days."""
    entries = await within(turn, key(first), key(last))
    gone = [entry for entry in entries if entry.deleted_at is not None]
    if not entries:
        raise UserError(t("I no longer find these entries here. /nhatky shows all of them."))
    again = (Button(t("Edit"), "log.edit", span(entries)), Button(t("Undo"), "log.undo", span(entries)))
    if not gone:
        return Reply(t("That was restored already."), again, replaces=True)
    await check_locked(turn, gone)
    known = await check_days(turn, gone)
    for entry in gone:
        turn.study_logs.restore(entry, turn.now)
    remember(turn, gone)
    lines = joined(shown(entry) for entry in gone)
    text = t("Restored: {entries}.\n{week}", entries=lines, week=this_week(turn, known, by_day(gone)))
    return Reply(text, again, replaces=True)


def draft_of(understanding: Understanding) -> Draft:
    """What a sentence says, with the one thing to ask first."""
    if understanding.kind == "log":
        return Draft(tuple(_study(entry) for entry in understanding.entries))
    entry = _study(understanding.draft[0])
    if understanding.ask in ("date", "which_day_total"):
        entry = replace(entry, day=None)
    asks = tuple(name for name in ("subject", "date", "minutes") if _is_open(entry, name, understanding.ask))
    return Draft((entry,), asks, understanding.sessions or 1)


def _study(entry: Entry) -> Study:
    return Study(entry.minutes, entry.date, entry.subject or "", entry.course, entry.completed, entry.mode)


def _is_open(entry: Study, name: str, asked: str | None) -> bool:
    """A subject may stay unnamed, unless nothing else says what the time was spent on."""
    if name == "subject":
        return asked == "subject" and not entry.subject
    return entry.minutes is None if name == "minutes" else entry.day is None


def _subject(text: str) -> str:
    return canonical(text)[0][:SUBJECT_LETTERS]


def _open_draft(turn: Turn, name: str) -> Draft:
    """The draft of the open question, when a button belongs to it."""
    if turn.state.asked != name:
        raise dead_button()
    draft = Draft.read(turn.draft)
    turn.close_question()
    return draft


def _is_more_than_a_subject(message: Message, turn: Turn) -> bool:
    """ "đọc sách" is a subject; "hôm qua đọc sách" and "đọc sách 1 tiếng" are new entries."""
    understanding = understand(message.text, turn.local_now)
    if understanding.kind == "needs_clarification":
        return understanding.ask != "minutes" or understanding.draft[0].date != turn.today
    return understanding.kind in NOT_ANSWERS


async def _unclear_answer(message: Message, turn: Turn, draft: Draft) -> Reply:
    """Stop when told so; hand on what is something new; else ask once more, with the reason where there is one."""
    if fold(message.text).strip(" .!") in NEVER_MIND:
        return Reply(t("All right, nothing was logged."))
    kind = understand(message.text, turn.local_now).kind
    reason = _reason(turn, draft.asks[0], message.text) if kind in ("other", "needs_clarification") else None
    if reason is None and kind in NOT_ANSWERS:
        raise NotAnAnswer
    asked = await question(turn, draft, again=reason is None)
    return replace(asked, text=t("{reason} {question}", reason=reason, question=asked.text)) if reason else asked


def _reason(turn: Turn, name: str, text: str) -> Text | None:
    """Why an answer cannot be taken."""
    if name == "minutes":
        return refused_length(text)
    return refused_day(turn, text) if name == "date" else None
