"""Consent, purpose by purpose: what is asked, how a yes or no is recorded, and what waits for it.

Rule (Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP): each purpose alone, nothing preset, silence is no, version and time
are kept.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.i18n import Text, t
from bot.message import Button, Reply
from bot.turn import Turn
from storage.people import CONSENT_VERSION, LOG, NAMED, PURPOSES, REMINDERS, UNIT_TOTALS
from storage.reminders import Reminders

__all__ = ["CONSENT_VERSION", "EXPLAINED", "LOG", "NAMED", "NAMES", "OPTIONAL", "PURPOSES", "REMINDERS", "UNIT_TOTALS"]

OPTIONAL = (UNIT_TOTALS, REMINDERS, NAMED)
"""The purposes that are offered once the log itself is agreed to."""

NAMES = {
    LOG: t("my study log"),
    UNIT_TOTALS: t("my unit's totals"),
    REMINDERS: t("reminders"),
    NAMED: t("naming me in reports"),
}
"""What each purpose is called."""

EXPLAINED = {
    LOG: t("My study log: keep the day, minutes and subject that {you} send."),
    UNIT_TOTALS: t("My unit's totals: count {you} in the figures of the unit."),
    REMINDERS: t("Reminders: write to {you} when something is due, at most twice a week."),
    NAMED: t("Naming me: show your name in the unit's lists and commendations."),
}
"""What a yes to each purpose allows, in one line."""


def greeting() -> Reply:
    """The first message: who speaks, that it is automatic, and the one consent that logging needs."""
    return Reply(
        t(
            "Hello! I am Bạn Học, the automatic assistant of the lifelong-learning movement. I help to log study "
            "hours, answer questions about the movement and remind of what is due. To keep a study log I need your "
            "consent to storing data.",
        ),
        buttons(),
    )


def buttons(*, details: bool = True) -> tuple[Button, ...]:
    """The choices under every request for consent; nothing is preset."""
    read = (Button(t("Read the details"), "consent.details"),) if details else ()
    return (Button(t("I agree"), "consent.yes"), *read, Button(t("Later"), "consent.later"))


def details() -> Reply:
    """What is stored, what for, for how long, and the rights that stay."""
    return Reply(
        t(
            "What I store: a code of your account here, the form of address, the unit if {you} name one, and what "
            "{you} log (day, minutes, subject, evidence). I treat the log as sensitive data.\n"
            "What for: first of all your own log. The unit's totals, reminders and being named are asked one by one; "
            "no answer means no.\n"
            "Never asked: identity card, phone number, ethnicity, religion, Party membership.\n"
            "Rights: see and download with /dulieu, take back a consent with /rutdongy, delete everything with /xoa, "
            "at any time. The data stay on the server of the body that runs this bot. On Telegram and Zalo the "
            "messages pass through those companies' servers; apart from that they go to nobody else.\n"
            "Basis: Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP. Text of {version}.",
            version=date.fromisoformat(CONSENT_VERSION),
        ),
        buttons(details=False),
        replaces=True,
    )


def give(turn: Turn, granted: dict[str, bool]) -> None:
    """Record a yes or no per purpose, with version, channel and time; it holds from this turn on.

    A no to reminders takes back those that wait.
    """
    current = turn.people.consent(turn.person, granted, turn.message.channel, turn.now)
    turn.person = replace(turn.person, consents=current)
    if granted.get(REMINDERS) is False:
        Reminders(turn.database, turn.changes).mute(turn.person.id)


def ask_before_saving(turn: Turn, waiting: list[dict[str, Any]], shown: Any) -> Reply:
    """Ask for the consent that logging needs; the entries wait in the conversation until the answer.

    `waiting` is appended to what waits already, so that a second message loses nothing; the same entry waits once.
    """
    kept = turn.memory.setdefault("waiting", [])
    kept.extend(entry for entry in waiting if entry not in kept)
    turn.ask("consent")
    text: Text = t(
        "To keep a study log I need your consent to storing data. As soon as {you} agree I log: {entries}.",
        entries=shown,
    )
    return Reply(text, buttons())


def take_waiting(turn: Turn) -> list[dict[str, Any]]:
    """The entries that waited for consent; they wait no longer."""
    waiting: list[dict[str, Any]] = turn.memory.pop("waiting", [])
    return waiting
