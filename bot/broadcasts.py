"""What a sender sees of an announcement: the draft, the preview on each channel, the result and its workbook."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import broadcast_words as words
from bot.broadcast_rules import counted, must_cover, names, people, second_admin_above, store
from bot.i18n import Clock, Joined, Text, joined, t, tn
from bot.marks import escaped, read_marks
from bot.message import BOLD, ITALIC, Button, File, Reply
from bot.reports.workbook import XLSX, workbook
from bot.turn import Turn
from storage.broadcasts import Broadcast, Counted


async def card(turn: Turn, broadcast: Broadcast) -> Reply:
    """The draft with what can be changed about it."""
    file = await store(turn).file(broadcast.file_id)
    lines: list[Any] = [
        t("Draft of an announcement"),
        t("To: {whom}", whom=words.whom(broadcast.segment, await names(turn, broadcast.segment))),
        *words.reach(await counted(turn, broadcast.segment)),
        *words.facts(broadcast, file),
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


async def preview(turn: Turn, broadcast: Broadcast) -> list[Reply]:
    """What each channel will show, then the figures and what to do."""
    await must_cover(turn, broadcast.segment)
    here = await counted(turn, broadcast.segment)
    file = await store(turn).file(broadcast.file_id)
    shown: dict[tuple[str, bool], list[Any]] = {}
    for one in sorted(here, key=lambda one: -one.people):
        if one.channel in turn.abilities:
            for language in ("vi", *(("en",) if broadcast.texts.get("en") else ())):
                whole = words.as_shown(broadcast, file, turn.abilities[one.channel], language)
                name = words.CHANNEL_NAMES.get(one.channel, one.channel)
                if name not in shown.setdefault(whole, []):
                    shown[whole].append(name)
    here_too = turn.abilities.get(turn.message.channel)
    named = here_too is not None and not here_too.formats
    replies = [_looks(channels, text, plain, named=named) for (text, plain), channels in shown.items()]
    return [*replies, await _decision(turn, broadcast, here)]


def _looks(channels: Sequence[Any], text: str, plain: bool, *, named: bool) -> Reply:
    """One look on some channels; `named` says which words stand out to a reader whose channel cannot show it."""
    looks = t("On {channels} it looks so:\n\n{text}", channels=joined(channels, ", "), text=text)
    if plain:
        looks = t("On {channels} it looks so, as bold and italics cannot be shown there:\n\n{text}",
                  channels=joined(channels, ", "), text=text)  # fmt: skip
    if named and (stand_out := _standing_out(text)):
        looks = t("{lines}", lines=joined([looks, joined(stand_out, "\n")], "\n\n"))
    return Reply(looks, formatted=True)


def _standing_out(text: str) -> list[Text]:
    """Which words are bold or italic, in words."""
    words, styles = read_marks(text)
    names = {BOLD: t("bold"), ITALIC: t("italic")}
    return [
        t("“{words}” is {style}.", words=escaped(words[one.start : one.start + one.length]), style=names[one.kind])
        for one in styles
    ]


async def _decision(turn: Turn, broadcast: Broadcast, here: Sequence[Counted]) -> Reply:
    lines: list[Any] = [
        t("To: {whom}", whom=words.whom(broadcast.segment, await names(turn, broadcast.segment))),
        *words.reach(here),
        *words.facts(replace(broadcast, texts={}), None),
    ]
    if sample := await store(turn).sample(broadcast.segment, turn.now, turn.today):
        of = broadcast.segment.units
        turn.audit("people.read", unit_id=of[0] if len(of) == 1 else None, people=len(sample), broadcast=broadcast.id)
        named = [t("{alias} ({unit})", alias=alias or "–", unit=unit or "–") for alias, unit in sample]
        lines.append(t("For example: {people}.", people=joined(named, ", ")))
    if people(here) > second_admin_above():
        lines.append(
            tn("More than {count} recipient: a second admin must approve.",
               "More than {count} recipients: a second admin must approve.", second_admin_above())
        )  # fmt: skip
    id = str(broadcast.id)
    send: tuple[Button, ...] = (Button(t("Send"), "broadcast.send", (id,)),)
    if broadcast.due_at is not None:
        at = t("Send at {moment}", moment=Clock(broadcast.due_at))
        send = (Button(at, "broadcast.send", (id,)), Button(t("Send now"), "broadcast.now", (id,)))
    return Reply(
        t("{lines}", lines=joined(lines, "\n")),
        (
            Button(t("Send a test to me"), "broadcast.test", (id,)),
            *send,
            Button(t("Schedule"), "broadcast.when", (id,)),
            Button(t("Change"), "broadcast.card", (id,)),
            Button(t("Cancel"), "broadcast.drop", (id,)),
        ),
    )


async def summary(turn: Turn, broadcast: Broadcast) -> list[Reply]:
    """Whom it is for, its text, and what else was chosen, a paragraph each."""
    file = await store(turn).file(broadcast.file_id)
    return [
        Reply(t("To: {whom}", whom=words.whom(broadcast.segment, await names(turn, broadcast.segment)))),
        Reply(t("Text: {text}", text=broadcast.texts["vi"]), formatted=True),
        *(Reply(fact) for fact in words.facts(replace(broadcast, texts={}), file)),
        *(Reply(one, formatted=True) for one in words.english(broadcast)),
    ]


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
    return t("{number}. {moment} · {state} · {title}", number=number, moment=Clock(broadcast.created_at),
             state=words.STATES[broadcast.state], title=words.title(broadcast))  # fmt: skip
