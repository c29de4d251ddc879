"""Requests about one's own data: what may be asked, the law's days, who is told, and how an admin settles them.

Days (Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP): a response within 2 working days; seeing, correcting and handing
over within 10 days, objecting and restricting within 15, erasing within 20. What the person can do alone (/dulieu,
/rutdongy, /xoa) is done at once and needs no request. For a complaint no days are known; the 15 are kept.
"""

from datetime import date, timedelta

from bot.errors import NotAllowed, UserError
from bot.i18n import Text, joined, t
from bot.language.masking import mask
from bot.message import Button, Reply
from bot.routes import dead_button
from bot.turn import Turn
from bot.working_days import working_day_after
from storage.data_requests import DONE, OPEN, REFUSED, TEXT_LETTERS, WITHDRAWN, DataRequest, DataRequests

RESPOND_WORKING_DAYS = 2
DAYS = {"access": 10, "correction": 10, "objection": 15, "complaint": 15}
NAMES = {
    "access": t("see or receive my data"),
    "correction": t("correct my data"),
    "objection": t("object to or restrict a use"),
    "complaint": t("complain"),
}
STATES = {OPEN: t("open"), DONE: t("settled"), REFUSED: t("refused"), WITHDRAWN: t("taken back")}
LEAST_TEXT = 5
MOST_OPEN = 5
"""Requests of one person that may be open at once."""
SHOWN = 6


def store(turn: Turn) -> DataRequests:
    """The requests, within this turn."""
    return DataRequests(turn.database, turn.changes)


async def overview(turn: Turn) -> Reply:
    """What can be asked, one's own requests, and for admins the way to all."""
    own = await store(turn).of(turn.person.id, SHOWN)
    text = t(
        "{You} can see and download everything at once with /dulieu, take back a consent with /rutdongy, correct "
        "entries with /nhatky and delete everything with /xoa. What else do {you} ask for?"
    )
    if own:
        text = t("{text}\nRequests of {you}:\n{lines}", text=text, lines=joined([_own_line(one) for one in own], "\n"))
    buttons = [Button(name, "request.new", (kind,)) for kind, name in NAMES.items()]
    buttons += [Button(t("Take back: {kind}", kind=NAMES[one.kind]), "request.back", (str(one.id),)) for one in own
                if one.state == OPEN]  # fmt: skip
    if await turn.is_admin():
        count = await store(turn).count_open()
        buttons.append(Button(t("All open requests ({count})", count=str(count)), "request.list"))
    return Reply(text, tuple(buttons))


def _own_line(one: DataRequest) -> Text:
    if one.state == OPEN:
        return t("{kind}: open, to be settled by {date}", kind=NAMES[one.kind], date=one.due_by)
    return t("{kind}: {state}. {answer}", kind=NAMES[one.kind], state=STATES[one.state], answer=one.answer)


def ask_for_text(turn: Turn, kind: str) -> Reply:
    """The request in the person's own words."""
    if kind not in NAMES:
        raise dead_button()
    turn.ask("request.text", kind=kind)
    text = t("Please write in a few sentences what it is about ({kind}); no phone number, no identity number, no "
             "unit's number.", kind=NAMES[kind])  # fmt: skip
    return Reply(text, (Button(t("Cancel"), "request.cancel"),))


async def ask(turn: Turn, said: str) -> Reply:
    """Keep the request, tell the days, tell the admins."""
    kind = str(turn.draft.get("kind", ""))
    text = mask(" ".join(said.split()))
    if not LEAST_TEXT <= len(text) <= TEXT_LETTERS:
        turn.ask("request.text", kind=kind)
        return Reply(t("A request has {least} to {count} characters. Please write it again.", least=str(LEAST_TEXT),
                       count=TEXT_LETTERS), (Button(t("Cancel"), "request.cancel"),))  # fmt: skip
    own = await store(turn).of(turn.person.id, MOST_OPEN)
    if sum(one.state == OPEN for one in own) >= MOST_OPEN:
        raise UserError(t("{count} requests of {you} are open. Please wait for an answer to one of them.",
                          count=MOST_OPEN))  # fmt: skip
    respond_by = working_day_after(turn.today, RESPOND_WORKING_DAYS)
    due_by = turn.today + timedelta(days=DAYS[kind])
    id = store(turn).ask(turn.person.id, kind, text, turn.now, respond_by, due_by)
    admins = await turn.roles.admins()
    told = t("A request about personal data ({kind}): response by {respond}, settled by {due}.", kind=NAMES[kind],
             respond=respond_by, due=due_by)  # fmt: skip
    turn.notify(admins, Reply(told, (Button(t("Look at it"), "request.show", (str(id),)),)))
    return Reply(t("Your request is kept ({kind}). {You} get a first response by {respond}, the answer by {due}. "
                   "/yeucau shows where it stands.", kind=NAMES[kind], respond=respond_by, due=due_by))  # fmt: skip


async def take_back(turn: Turn, id: int) -> Reply:
    """The person's own request is not needed any more."""
    found = await store(turn).by_id(id)
    if found is None or found.person_id != turn.person.id or found.state != OPEN:
        raise dead_button()
    store(turn).settle(id, WITHDRAWN, "", None, turn.now)
    return Reply(t("Your request was taken back."), replaces=True)


async def listed(turn: Turn) -> Reply:
    """All open requests, the most urgent first. Raises NotAllowed."""
    await must_be_admin(turn)
    found = await store(turn).open_ones(SHOWN)
    if not found:
        return Reply(t("No request about personal data is open."))
    turn.audit("request.read", people=len(found))
    count = await store(turn).count_open()
    lines = joined([line(one, turn.today) for one in found], "\n")
    buttons = [
        Button(t("{number}. {kind}", number=str(number), kind=NAMES[one.kind]), "request.show", (str(one.id),))
        for number, one in enumerate(found, 1)
    ]
    return Reply(t("{count} open requests about personal data, the most urgent first:\n{lines}", count=count,
                   lines=lines), tuple(buttons))  # fmt: skip


def line(one: DataRequest, today: date) -> Text:
    """One open request with the day that is to be kept next."""
    name, day = NAMES[one.kind], one.next_day()
    if day < today:
        return t("{kind}: OVERDUE since {date}", kind=name, date=day)
    if one.responded_at is None:
        return t("{kind}: response by {date}", kind=name, date=day)
    return t("{kind}: to be settled by {date}", kind=name, date=day)


async def show(turn: Turn, id: int) -> Reply:
    """One request with what an admin can do about it."""
    found = await _open(turn, id)
    turn.audit("request.read", about=found.person_id)
    text = t(
        "{kind}, by “{alias}” on {asked}:\n{text}\nResponse by {respond}, settled by {due}.",
        kind=NAMES[found.kind],
        alias=found.alias or "–",
        asked=found.asked_at.astimezone(turn.local_now.tzinfo).date(),
        text=found.text,
        respond=found.respond_by,
        due=found.due_by,
    )
    received = () if found.responded_at else (Button(t("Tell: received"), "request.received", (str(id),)),)
    settled = (Button(t("Settled"), "request.settle", (str(id), DONE)), Button(t("Refuse"), "request.settle",
               (str(id), REFUSED)))  # fmt: skip
    return Reply(text, (*received, *settled))


async def received(turn: Turn, id: int) -> Reply:
    """The first response that the law asks for."""
    found = await _open(turn, id)
    if found.responded_at is not None:
        raise dead_button()
    store(turn).respond(id, turn.now)
    turn.audit("request.received", about=found.person_id)
    told = t("Your request ({kind}) was received and is being dealt with. {You} get the answer by {due}.",
             kind=NAMES[found.kind], due=found.due_by)  # fmt: skip
    turn.notify((found.person_id,), Reply(told))
    return Reply(t("The person was told that the request is received."), keeps_buttons=True)


async def ask_for_answer(turn: Turn, id: int, state: str) -> Reply:
    """What was done, or why not: the person reads these words."""
    found = await _open(turn, id)
    if state not in (DONE, REFUSED):
        raise dead_button()
    turn.ask("request.answer", id=found.id, state=state)
    text = t("What was done? The person reads this.") if state == DONE else t("Why not? The person reads this.")
    return Reply(text, (Button(t("Cancel"), "request.cancel"),))


async def settle(turn: Turn, said: str) -> Reply:
    """Close the request with these words in the chat; a faulty answer leaves the question open."""
    id, state = int(turn.draft.get("id", 0)), str(turn.draft.get("state", ""))
    await _open(turn, id)
    if not _fits(_answer(said)):
        turn.ask("request.answer", id=id, state=state)
        return Reply(_no_answer(), (Button(t("Cancel"), "request.cancel"),))
    await close(turn, id, state, said)
    return Reply(t("The request is closed ({state}), and the person was told.", state=STATES[state]))


async def close(turn: Turn, id: int, state: str, said: str) -> None:
    """Settle or refuse an open request with these words, and tell the person. Raises UserError."""
    found = await _open(turn, id)
    if state not in (DONE, REFUSED):
        raise dead_button()
    answer = _answer(said)
    if not _fits(answer):
        raise UserError(_no_answer())
    store(turn).settle(id, state, answer, turn.person.id, turn.now)
    turn.audit("request.done" if state == DONE else "request.refused", about=found.person_id)
    told = t("Your request ({kind}) is {state}: {answer}\nIf {you} do not agree, /yeucau takes a complaint.",
             kind=NAMES[found.kind], state=STATES[state], answer=answer)  # fmt: skip
    turn.notify((found.person_id,), Reply(told))


def _answer(said: str) -> str:
    return mask(" ".join(said.split()))


def _fits(answer: str) -> bool:
    return LEAST_TEXT <= len(answer) <= TEXT_LETTERS


def _no_answer() -> Text:
    return t("An answer has {least} to {count} characters. Please write it again.", least=str(LEAST_TEXT),
             count=TEXT_LETTERS)  # fmt: skip


async def _open(turn: Turn, id: int) -> DataRequest:
    await must_be_admin(turn)
    found = await store(turn).by_id(id)
    if found is None:
        raise dead_button()
    if found.state != OPEN:
        raise UserError(t("This request is closed already: {state}.", state=STATES[found.state]))
    return found


async def must_be_admin(turn: Turn) -> None:
    """Raises NotAllowed for everybody else."""
    if not await turn.is_admin():
        raise NotAllowed(t("Only an admin settles requests about personal data."))
