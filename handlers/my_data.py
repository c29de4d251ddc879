"""My data: see and download all that is stored, take a consent back or give it, delete everything."""

import asyncio
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot import consent, evidence_copies
from bot.exports import as_json, as_workbook
from bot.i18n import Clock, Text, joined, t
from bot.message import Button, Message, Reply
from bot.own_data import own_data
from bot.routes import Routes, dead_button, key
from bot.turn import Turn

routes = Routes()


@routes.command("dulieu", menu=t("My data: see and download"))
async def my_data(message: Message, turn: Turn, rest: str) -> list[Reply]:
    """What is stored, with the files."""
    data = await own_data(turn)
    person = turn.person
    text = t(
        "What is stored about {you}:\n"
        "Your code: {account}\n"
        "Unit: {unit}\n"
        "Entries: {logs} (and {deleted} deleted); evidence: {evidence}\n"
        "Consents:\n{consents}\n"
        "The two files hold all of it; evidence files, if any, follow in a .zip. /rutdongy changes consents, "
        "/xoa deletes everything.",
        account=f"{person.channel}:{person.address}",
        unit=person.unit_name or t("none"),
        logs=len(data.logs),
        deleted=len(data.deleted),
        evidence=len(data.evidence),
        consents=joined(_consent_lines(turn, data.consents), "\n"),
    )
    workbook = await asyncio.to_thread(as_workbook, data, turn.reader)
    overview = Reply(text, files=(workbook, await asyncio.to_thread(as_json, data, turn.now)))
    return [one for one in (overview, await evidence_copies.part(turn, 0)) if one]


@routes.tap("mydata.evidence")
async def more_evidence(message: Message, turn: Turn, number: str) -> Reply:
    """Another part of the evidence files."""
    found = await evidence_copies.part(turn, key(number) - 1)
    if found is None:
        raise dead_button()
    return found


def _consent_lines(turn: Turn, history: list[dict[str, Any]]) -> list[Text]:
    since: dict[str, datetime] = {}
    version: dict[str, date] = {}
    for row in history:
        since[row["purpose"]] = row["at"]
        version[row["purpose"]] = date.fromisoformat(row["text_version"])
    lines = []
    for purpose in consent.PURPOSES:
        name = consent.NAMES[purpose]
        if purpose not in since:
            lines.append(t("{purpose}: no (never asked or skipped)", purpose=name))
        elif turn.person.agreed(purpose):
            yes = t("{purpose}: yes, {at} (text of {version})", purpose=name, at=Clock(since[purpose]),
                    version=version[purpose])  # fmt: skip
            lines.append(yes)
        else:
            lines.append(t("{purpose}: taken back, {at}", purpose=name, at=Clock(since[purpose])))
    return lines


@routes.command("rutdongy", menu=t("Consents: take back or give"))
async def consents(message: Message, turn: Turn, rest: str) -> Reply:
    """Each purpose with its button."""
    return _consents(turn)


@routes.tap("mydata.consents")
async def consents_again(message: Message, turn: Turn) -> Reply:
    """The list, in place of the message before."""
    return replace(_consents(turn), replaces=True)


def _consents(turn: Turn) -> Reply:
    lines = joined(
        (
            t(
                "{purpose}: {answer}",
                purpose=consent.NAMES[one],
                answer=t("yes") if turn.person.agreed(one) else t("no"),
            )
            for one in consent.PURPOSES
        ),
        "\n",
    )
    buttons = tuple(
        Button(t("Take back: {purpose}", purpose=consent.NAMES[one]), "mydata.withdraw", (one,))
        if turn.person.agreed(one)
        else Button(t("Agree: {purpose}", purpose=consent.NAMES[one]), "mydata.agree", (one,))
        for one in consent.PURPOSES
    )
    return Reply(t("Your consents, each of which {you} may change at any time:\n{lines}", lines=lines), buttons)


@routes.tap("mydata.withdraw")
async def withdraw(message: Message, turn: Turn, purpose: str) -> Reply:
    """Take one consent back at once; say what remains."""
    if purpose not in consent.PURPOSES:
        raise dead_button()
    if turn.person.agreed(purpose):
        consent.give(turn, {purpose: False})
    what = {
        consent.LOG: t("From now on I log nothing. What was logged stays until {you} delete it: /nhatky, /xoa."),
        consent.UNIT_TOTALS: t("From now on new entries are not counted in the unit. Earlier totals stay as they are."),
        consent.REMINDERS: t("I write no more reminders."),
        consent.NAMED: t("Your name no longer stands in the unit's lists."),
    }[purpose]
    text = t("Taken back: {purpose}. {what}", purpose=consent.NAMES[purpose], what=what)
    again = Button(t("Agree: {purpose}", purpose=consent.NAMES[purpose]), "mydata.agree", (purpose,))
    return Reply(text, (again, Button(t("All consents"), "mydata.consents")), replaces=True)


@routes.tap("mydata.agree")
async def agree(message: Message, turn: Turn, purpose: str) -> Reply:
    """Give one consent."""
    if purpose not in consent.PURPOSES:
        raise dead_button()
    if not turn.person.agreed(purpose):
        consent.give(turn, {purpose: True})
    text = t("Agreed: {purpose}. {explained}", purpose=consent.NAMES[purpose], explained=consent.EXPLAINED[purpose])
    back = Button(t("Take back: {purpose}", purpose=consent.NAMES[purpose]), "mydata.withdraw", (purpose,))
    return Reply(text, (back, Button(t("All consents"), "mydata.consents")), replaces=True)
