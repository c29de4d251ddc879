"""All that is stored about one person, gathered for the copy that the person may have."""

from dataclasses import dataclass, field
from typing import Any

from bot.turn import Turn
from storage.own_rows import done_by, known_since, looked_at, own_rows, talk_of
from storage.reminders import Reminders
from storage.study_logs import StudyLog


@dataclass(slots=True)
class OwnData:
    """All that is stored about one person."""

    person: dict[str, Any]
    accounts: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    logs: list[StudyLog]
    deleted: list[StudyLog]
    history: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    talk: list[dict[str, Any]] = field(default_factory=list)
    """What was said about the person's questions, by them and by whoever answered, in which role; never by whom."""
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Rows of every other table that are about the person, found by the tables' definitions."""
    looked_at: list[dict[str, Any]] = field(default_factory=list)
    """What officers, admins and the program read and changed about the person."""
    done: list[dict[str, Any]] = field(default_factory=list)
    """What the person did in a role: when, as what, from where; never about whom."""


_QUESTION = ("text", "reason", "article", "state", "asked_at", "meaning", "ended", "decided_at", "due_at", "talk_until")
_SHOWN_ABOVE = {"accounts", "consents", "study_logs", "study_log_changes", "evidence", "questions", "question_posts"}


async def own_data(turn: Turn) -> OwnData:
    """Read all that is stored about the person of this turn."""
    person, id = turn.person, turn.person.id
    changes = await turn.study_logs.history(id)
    return OwnData(
        person={
            "language": person.language,
            "address_form": person.address_form,
            "category": person.category,
            "alias": person.alias,
            "unit_code": person.unit_code,
            "unit_name": person.unit_name,
            "goal_minutes_a_week": person.goal_minutes,
            "created_at": await known_since(turn.database, id),
            "reminders": [
                {"weekdays_from_monday": f"{one.days:07b}"[::-1], "minute_of_day": one.minute, "zone": one.zone}
                for one in await Reminders(turn.database, turn.changes).of(id)
            ],
        },
        accounts=[
            {"channel": row.channel, "address": row.address, "seen_at": row.seen_at, "stopped_at": row.stopped_at}
            for row in await turn.people.accounts_of(id)
        ],
        consents=[
            {name: getattr(row, name) for name in ("purpose", "granted", "text_version", "channel", "at")}
            for row in await turn.people.consent_history(id)
        ],
        logs=await turn.study_logs.all_of(id),
        deleted=await turn.study_logs.newest(id, max(len(changes), 1), deleted=True),
        history=[
            {"log": str(row.log_id), "at": row.at, "what": row.what, "before": row.before, "after": row.after}
            for row in changes
        ],
        evidence=[
            {
                "file": row.name,
                "media_type": row.media_type,
                "bytes": row.size,
                "log": str(row.log_id),
                "state": row.state,
                "at": row.created_at,
                "reason": row.reason,
                "approved_minutes": row.minutes,
                "decided_at": row.decided_at,
            }
            for row in await turn.evidence.of(id)
        ],
        questions=[
            {"id": str(row.id), **{name: getattr(row, name) for name in _QUESTION}}
            for row in await turn.questions.of(id)
        ],
        talk=await talk_of(turn.database, id),
        tables=await own_rows(turn.database, id, without=_SHOWN_ABOVE),
        looked_at=await looked_at(turn.database, id),
        done=await done_by(turn.database, id),
    )
