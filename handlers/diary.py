"""The study diary: the person's own entries by day, with edit, delete, restore and the history of each."""

from datetime import date
from typing import Any

from bot.i18n import Clock, Minutes, Text, joined, t
from bot.language.subjects import display
from bot.locks import check_locked
from bot.message import Button, Message, Reply
from bot.routes import Routes, dead_button, key
from bot.study import StudyLog, check_days, shown
from bot.turn import Turn

routes = Routes()

PAGE = 5
HISTORY_SHOWN = 8
WHAT = {"added": t("added"), "edited": t("changed"), "deleted": t("deleted"), "restored": t("restored")}


@routes.command("nhatky", menu=t("My study diary: look, edit, delete, restore"))
async def diary(message: Message, turn: Turn, rest: str) -> Reply:
    """The newest page."""
    return await _page(turn, 0)


@routes.tap("diary")
async def page(message: Message, turn: Turn, skip: str) -> Reply:
    """Another page, in place of the one before."""
    return await _page(turn, key(skip), replaces=True)


async def _page(turn: Turn, skip: int, *, replaces: bool = False) -> Reply:
    entries = await turn.study_logs.diary(turn.person.id, PAGE + 1, min(skip, 1_000_000))
    more, entries = len(entries) > PAGE, entries[:PAGE]
    deleted = Button(t("Deleted"), "diary.deleted", ("0",))
    if not entries and not skip:
        gone = await turn.study_logs.newest(turn.person.id, 1, deleted=True)
        text = t("The diary is empty. Send for example “today I studied computing for 1 hour”.")
        return Reply(text, (deleted,) if gone else (), replaces=replaces)
    lines = joined((_line(number, log) for number, log in enumerate(entries, skip + 1)), "\n")
    numbers = tuple(
        Button(str(number), "diary.entry", (str(log.id), str(skip))) for number, log in enumerate(entries, skip + 1)
    )
    turns = _paging("diary", skip, more)
    return Reply(
        t("Study diary, newest day first:\n{lines}", lines=lines), (*numbers, *turns, deleted), replaces=replaces
    )


def _line(number: int, log: StudyLog) -> Text:
    return t("{number}. {entry}", number=number, entry=shown(log))


def _paging(action: str, skip: int, more: bool) -> tuple[Button, ...]:
    older = (Button(t("Older"), action, (str(skip + PAGE),)),) if more else ()
    newer = (Button(t("Newer"), action, (str(max(skip - PAGE, 0)),)),) if skip else ()
    return (*older, *newer)


@routes.tap("diary.entry")
async def entry(message: Message, turn: Turn, id: str, skip: str = "0") -> Reply:
    """One entry, with what can be done to it."""
    log = await _own(turn, id)
    if log.deleted_at is not None:
        return await _deleted_page(turn, 0)
    back = Button(t("Back"), "diary", (str(key(skip)),))
    buttons = (
        Button(t("Edit"), "log.edit", (id, id)),
        Button(t("Delete"), "diary.delete", (id, skip)),
        Button(t("History"), "diary.history", (id, skip)),
        back,
    )
    return Reply(t("{entry}\nLogged at {at}.", entry=shown(log), at=Clock(log.created_at)), buttons, replaces=True)


@routes.tap("diary.delete")
async def delete(message: Message, turn: Turn, id: str, skip: str = "0") -> Reply:
    """Delete one entry; it can come back."""
    log = await _own(turn, id)
    back = (
        Button(t("Restore"), "diary.restore", (id, skip)),
        Button(t("Back"), "diary", (str(key(skip)),)),
    )
    if log.deleted_at is not None:
        return Reply(t("This entry was deleted already: {entry}.", entry=shown(log)), back, replaces=True)
    await check_locked(turn, [log])
    turn.study_logs.delete(log, turn.now)
    turn.memory["deleted"] = [log.id]
    return Reply(t("Deleted: {entries}.", entries=shown(log)), back, replaces=True)


@routes.tap("diary.restore")
async def restore(message: Message, turn: Turn, id: str, skip: str = "0") -> Reply:
    """Bring one entry back, within the limit of its day. Raises UserError when the day is full."""
    log = await _own(turn, id)
    back = (Button(t("Back"), "diary", (str(key(skip)),)),)
    if log.deleted_at is None:
        return Reply(t("That was restored already."), back, replaces=True)
    await check_locked(turn, [log])
    await check_days(turn, [log])
    turn.study_logs.restore(log, turn.now)
    turn.memory.pop("deleted", None)
    return Reply(t("Restored: {entry}.", entry=shown(log)), back, replaces=True)


@routes.tap("diary.deleted")
async def deleted(message: Message, turn: Turn, skip: str) -> Reply:
    """Deleted entries, to restore by their number."""
    return await _deleted_page(turn, key(skip))


async def _deleted_page(turn: Turn, skip: int) -> Reply:
    found = await turn.study_logs.newest(turn.person.id, PAGE + 1, deleted=True, skip=min(skip, 1_000_000))
    more, found = len(found) > PAGE, found[:PAGE]
    back = Button(t("Back"), "diary", ("0",))
    if not found:
        return Reply(t("There is no deleted entry."), (back,), replaces=True)
    lines = joined((_line(number, log) for number, log in enumerate(found, skip + 1)), "\n")
    numbers = tuple(
        Button(str(number), "diary.restore", (str(log.id), "0")) for number, log in enumerate(found, skip + 1)
    )
    text = t("Deleted entries; tap a number to restore:\n{lines}", lines=lines)
    return Reply(text, (*numbers, *_paging("diary.deleted", skip, more), back), replaces=True)


@routes.tap("diary.history")
async def history(message: Message, turn: Turn, id: str, skip: str = "0") -> Reply:
    """Who changed what and when, oldest first; the last changes of a long history."""
    log = await _own(turn, id)
    changes = await turn.study_logs.history(turn.person.id, log.id)
    lines = joined((_change(change) for change in changes[-HISTORY_SHOWN:]), "\n")
    back = Button(t("Back"), "diary.entry", (id, str(key(skip))))
    text = t("History of {entry}:\n{lines}", entry=shown(log, plain_day=True), lines=lines)
    return Reply(text, (back,), replaces=True)


def _change(change: Any) -> Text:
    """Only the person changes own entries, so the person is "you"."""
    said = {"at": Clock(change.at), "what": WHAT[change.what]}
    if change.what == "edited":
        before, after = _differences(change.before, change.after)
        return t("{at}: {you} {what} {before} → {after}", before=before, after=after, **said)
    return t("{at}: {you} {what}", **said)


def _differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[Any, Any]:
    names = [name for name in ("minutes", "subject", "day") if before.get(name) != after.get(name)]
    return (
        joined((_value(name, before[name]) for name in names), " · "),
        joined((_value(name, after[name]) for name in names), " · "),
    )


def _value(name: str, value: Any) -> Any:
    if name == "minutes":
        return Minutes(value)
    if name == "day":
        return date.fromisoformat(value)
    return display(value) if value else t("no subject named")


async def _own(turn: Turn, id: str) -> StudyLog:
    found = await turn.study_logs.some(turn.person.id, [key(id)])
    if not found:
        raise dead_button()
    return found[0]
