"""Evidence is looked at: the officer's list, the file, approval or return; the learner's own list and sheet."""

from bot import evidence
from bot.evidence import APPROVED, PENDING, RETURNED
from bot.i18n import Clock, joined, t, tn
from bot.message import Button, File, Message, Reply
from bot.routes import OFFICERS, Routes, key
from bot.turn import Turn

routes = Routes()

PAGE = 6
OWN_SHOWN = 8


@routes.command("minhchung", menu=t("My evidence, as a sheet"))
async def own(message: Message, turn: Turn, rest: str) -> Reply:
    """What the person has sent, what became of it, and the sheet for "Công dân học tập"."""
    items = await turn.evidence.own(turn.person.id)
    logs = sorted(await turn.study_logs.all_of(turn.person.id), key=lambda log: (log.day, log.id))
    if not logs:
        return Reply(t("There is no entry yet. Send what {you} studied, then a photo or PDF of the certificate."))
    counts = {state: sum(item.state == state for item in items) for state in (PENDING, APPROVED, RETURNED)}
    text = t(
        "Your evidence: {approved} approved, {pending} waiting, {returned} returned.\n{lines}\nThe sheet puts entries "
        "and evidence in order for “Công dân học tập”. I award no title: {you} assess yourself, the authority decides.",
        approved=counts[APPROVED],
        pending=counts[PENDING],
        returned=counts[RETURNED],
        lines=evidence.own_lines(turn, items, OWN_SHOWN),
    )
    return Reply(text, files=(evidence.sheet(turn, logs, items),))


@routes.command("duyetminhchung", menu=t("Evidence that waits"), who=OFFICERS)
async def waiting(message: Message, turn: Turn, rest: str) -> Reply:
    """What waits in the officer's units and below, oldest first."""
    return await _page(turn, 0)


@routes.tap("evidence.list")
async def waiting_tapped(message: Message, turn: Turn, skip: str = "0") -> Reply:
    """The same from a button."""
    return await _page(turn, min(key(skip), 1_000_000))


async def _page(turn: Turn, skip: int) -> Reply:
    among = await evidence.scope(turn)
    found = await turn.evidence.pending(among, PAGE + 1, skip)
    if not found:
        return Reply(t("No evidence waits for approval in your care."))
    count = await turn.evidence.count_pending(among)
    turn.audit("evidence.read", count=min(len(found), PAGE))
    lines, buttons = [], []
    for number, item in enumerate(found[:PAGE], skip + 1):
        entry = evidence.proves(item)
        lines.append(
            t("{number}. {whose}: {entry}", number=number, whose=await evidence.whose(turn, item), entry=entry)
        )
        buttons.append(Button(t("{number}. {entry}", number=number, entry=entry), "evidence.show", (str(item.id),)))
    if len(found) > PAGE:
        buttons.append(Button(t("More evidence"), "evidence.list", (str(skip + PAGE),)))
    title = tn("{count} piece of evidence waits, oldest first:", "{count} pieces of evidence wait, oldest first:",
               count)  # fmt: skip
    return Reply(t("{title}\n{lines}", title=title, lines=joined(lines, "\n")), tuple(buttons))


@routes.tap("evidence.show")
async def show(message: Message, turn: Turn, id: str) -> Reply:
    """The file with the entry that it shall prove; looking at it is kept in the audit."""
    item = await evidence.visible(turn, key(id))
    turn.audit("evidence.read", unit_id=item.unit_id, about=item.person_id, evidence=str(item.id))
    text = t(
        "{whose}: {entry}, sent at {at}. {state}",
        whose=await evidence.whose(turn, item),
        entry=evidence.proves(item),
        at=Clock(item.created_at),
        state=evidence.STATES[item.state],
    )
    file = File(item.name, item.media_type, await turn.evidence.content(item))
    buttons = _decisions(item.id) if item.state == PENDING else ()
    return Reply(text, buttons, files=(file,))


def _decisions(id: int) -> tuple[Button, ...]:
    one = (str(id),)
    return (
        Button(t("Approve the evidence"), "evidence.approve", one),
        Button(t("Return with a reason"), "evidence.return", one),
        Button(t("All that waits"), "evidence.list"),
    )


@routes.tap("evidence.approve")
async def approve(message: Message, turn: Turn, id: str) -> Reply:
    """The evidence is good: its minutes count as approved."""
    item = await evidence.visible(turn, key(id))
    evidence.decide(turn, item, APPROVED)
    text = t("Approved: {entry}. The person has been told.", entry=evidence.proves(item))
    return Reply(text, (Button(t("All that waits"), "evidence.list"),), replaces=True)


@routes.tap("evidence.return")
async def ask_for_reason(message: Message, turn: Turn, id: str) -> Reply:
    """Ask what has to be mended."""
    item = await evidence.visible(turn, key(id))
    if item.state != PENDING:
        return Reply(t("This evidence has been decided about already."), replaces=True)
    turn.ask("evidence.reason", item=str(item.id))
    text = t("Please write what has to be mended in {entry}, for example “the photo is not readable”.",
             entry=evidence.proves(item))  # fmt: skip
    return Reply(text, (Button(t("Cancel"), "evidence.keep"),), keeps_buttons=True)


@routes.answer("evidence.reason")
async def returned(message: Message, turn: Turn) -> Reply:
    """The reason goes to the person with the evidence."""
    item = await evidence.visible(turn, int(turn.draft.get("item", 0)))
    evidence.decide(turn, item, RETURNED, message.text)
    text = t("Returned: {entry}. The person has been told why.", entry=evidence.proves(item))
    return Reply(text, (Button(t("All that waits"), "evidence.list"),))


@routes.tap("evidence.keep")
async def keep(message: Message, turn: Turn) -> Reply:
    """Nothing is decided."""
    turn.close_question()
    return Reply(t("All right, nothing was decided."), replaces=True)
