"""One line in, one JSON object out: what `python -m bot understand` prints."""

import datetime
import json
from typing import Any

from bot import clock
from bot.language.corrections import Patch
from bot.language.entries import Entry
from bot.language.study import understand
from bot.language.subjects import area_of

QUESTIONS = {
    "minutes": "Bạn học trong bao lâu?",
    "minutes_per_session": "Mỗi buổi bao lâu?",
    "date": "Bạn học vào ngày nào?",
    "which_day_total": "Bạn muốn ghi cho ngày nào, bao lâu?",
    "split": "Mỗi môn (mỗi ngày) bao lâu?",
    "subject": "Bạn học nội dung gì?",
    "value": "Cần sửa lại thành gì?",
}
_ZONE = datetime.timezone(datetime.timedelta(hours=7))


def understand_line(line: str) -> dict[str, Any]:
    """Understand a plain text, or a JSON object {"text","now","last"}; a missing `now` is the clock's.

    Any line is answered: what is no such object is taken as the text itself.
    """
    request = _request(line.rstrip("\r\n"))
    result = understand(request["text"], _now(request.get("now")), _last(request.get("last")))
    patch = result.patch
    return {
        "text": request["text"],
        "kind": result.kind,
        "entries": [_entry(entry) for entry in result.entries],
        "patch": _patch(patch) if patch else None,
        "ask": QUESTIONS[result.ask or "minutes"] if result.kind == "needs_clarification" else None,
    }


def _request(line: str) -> dict[str, Any]:
    if line.lstrip().startswith("{"):
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            return {"text": line}
        if isinstance(request, dict) and isinstance(request.get("text"), str):
            return request
    return {"text": line}


def _now(said: object) -> datetime.datetime:
    if isinstance(said, str):
        try:
            moment = datetime.datetime.fromisoformat(said)
        except ValueError:
            return clock.local(clock.now())
        return clock.local(moment) if moment.tzinfo else moment.replace(tzinfo=_ZONE)
    return clock.local(clock.now())


def _last(said: object) -> Entry | None:
    """The entry that a correction refers to, None unless it holds a readable day."""
    if not isinstance(said, dict):
        return None
    try:
        date = datetime.date.fromisoformat(str(said.get("date")))
    except ValueError:
        return None
    minutes, subject = said.get("minutes"), said.get("subject")
    name = subject if isinstance(subject, str) else None
    return Entry(minutes if isinstance(minutes, int) else None, date, name, area_of(name))


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "minutes": entry.minutes,
        "date": entry.date.isoformat(),
        "subject": entry.subject,
        "course": entry.course,
        "completed": entry.completed,
        "mode": entry.mode,
    }


def _patch(patch: Patch) -> dict[str, Any]:
    date = patch.date.isoformat() if patch.date else None
    return {"op": patch.op, "minutes": patch.minutes, "date": date, "subject": patch.subject}
