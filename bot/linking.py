"""One person on several channels: the code that joins accounts, what follows, and taking an account out again.

The rules and their reasons stand in docs/decisions/0005-one-identity.md.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.consent import LOG, NAMES, PURPOSES
from bot.errors import NotAnAnswer, UserError
from bot.i18n import Reader, Text, joined, render, t, tn
from bot.jobs.outbox import payload_of
from bot.message import Button, Reply
from bot.routes import Said, dead_button, key
from bot.study import save_waiting
from bot.turn import State, Turn
from storage.columns import new_id
from storage.links import CODE_LIFE, MOST_WRONG, Account, Joined, Links
from storage.outbox import Promised
from storage.people import Person

QUESTION = "link.code"
CHANNELS = {
    "web": t("Web chat"),
    "telegram": t("Telegram"),
    "zalo_oa": t("Zalo Official Account"),
    "zalo_bot": t("Zalo Bot"),
    "console": t("Terminal"),
}
_CODE = re.compile(r"[\d\s.\-]+")


def links(turn: Turn) -> Links:
    """Linked accounts, in this turn."""
    return Links(turn.database, turn.changes)


async def overview(turn: Turn) -> Reply:
    """A fresh code, the question for one from elsewhere, and the linked accounts with their buttons."""
    before = State.read(turn.person.state)
    turn.ask(QUESTION, before=list(_asked_before(before)))
    code = await links(turn).make_code(turn.person, turn.now)
    own = await links(turn).accounts_of(turn.person.id)
    text = t(
        "To use another channel as the same person, send this there within {minutes} minutes: /lienket {code}\n"
        "Or send here the code that another channel gave {you}. Only use codes that {you} made: whoever made a code "
        "sees the diary of the account that says it.",
        minutes=CODE_LIFE.seconds // 60,
        code=code,
    )
    if len(own) < 2:
        return Reply(text)
    lines = joined((_line(turn, account) for account in own), "\n")
    return Reply(t("{text}\n\nLinked accounts:\n{lines}", text=text, lines=lines), _unlink_buttons(own))


def shown(account: Account) -> Text:
    """An account by its channel and the end of its address; never the whole of it."""
    channel = CHANNELS.get(account.channel, account.channel)
    return t("{channel} …{end}", channel=channel, end=account.address[-4:])


def _line(turn: Turn, account: Account) -> Text:
    if account.id == turn.person.account_id:
        return t("• {account} (this one)", account=shown(account))
    return t("• {account}", account=shown(account))


def _unlink_buttons(own: Sequence[Account]) -> tuple[Button, ...]:
    return tuple(Button(t("Unlink {account}", account=shown(one)), "link.off", (str(one.id),)) for one in own)


async def answered(turn: Turn, text: str) -> Said:
    """The answer to the open question: digits are a code, anything else is said for itself. Raises NotAnAnswer."""
    if not _CODE.fullmatch(unicodedata.normalize("NFKC", text).strip()):
        raise NotAnAnswer
    said = await code_said(turn, text)
    if turn.state.asked == "" and turn.state.draft.get("before"):
        turn.ask(QUESTION, **turn.state.draft)
    return said


async def code_said(turn: Turn, text: str, *, sure: bool = False) -> Said:
    """Join the person who made the code, unless it is wrong, one's own, or rights would go along unasked."""
    code = "".join(character for character in unicodedata.normalize("NFKC", text) if character in "0123456789")
    if len(code) != 6 or not _CODE.fullmatch(unicodedata.normalize("NFKC", text).strip()):
        return Reply(t("A code has six digits. /lienket makes one on the other channel."))
    table, message = links(turn), turn.message
    if await table.wrong_tries(message.channel, message.address, turn.now) >= MOST_WRONG:
        return Reply(t("Too many wrong codes came from here. Please try again in an hour."))
    staying = await table.maker(code, turn.now)
    if staying is None:
        table.count_wrong(message.channel, message.address, code, turn.now)
        return Reply(t("This code is wrong, too old or used up. Please make a new one on the other channel: /lienket"))
    if staying.id == turn.person.id:
        return Reply(t("This code was made here. Please send it on the other channel: /lienket {code}", code=code))
    if not sure and (rights := await turn.own_roles()):
        return _ask_about_rights(code, len(rights))
    return await _join(turn, staying, code)


def _ask_about_rights(code: str, rights: int) -> Reply:
    """Someone may have been talked into saying a stranger's code; rights go along only on a second yes."""
    text = tn(
        "This account has a right as officer or admin. Linking gives it to whoever made the code. Was that {you}?",
        "This account has {count} rights as officer or admin. Linking gives them to whoever made the code. Was that "
        "{you}?",
        rights,
    )
    return Reply(text, (Button(t("Yes, link"), "link.join", (code,)), Button(t("No, leave it"), "link.keep")))


async def _join(turn: Turn, staying: Person, code: str) -> Said:
    """Two persons become one; from here on this turn is a turn of the person who made the code."""
    leaving, table = turn.person, links(turn)
    consents, withdrawn = stricter(staying.consents, leaving.consents)
    found = await table.join(leaving, staying, code, consents, turn.now)
    account = Account(leaving.account_id, leaving.channel, leaving.address, turn.now)
    turn.notify(
        (staying.id,),
        Reply(
            t(
                "{account} is linked to {you} now: one diary, one conversation. If that was not {you}, send /lienket "
                "and unlink it.",
                account=shown(account),
            )
        ),
    )
    turn.audit("person.joined", about=staying.id)
    turn.state = _joined_conversation(staying, leaving)
    turn.person = _joined_person(staying, leaving, consents)
    for purpose in withdrawn:
        turn.people.consent(turn.person, {purpose: False}, turn.message.channel, turn.now)
    saved = await save_waiting(turn) if turn.person.agreed(LOG) else None
    done = Reply(_done(turn, found, withdrawn), (Button(t("Unlink this account"), "link.off", (str(account.id),)),))
    return (done, saved) if saved else done


def stricter(one: dict[str, bool], other: dict[str, bool]) -> tuple[dict[str, bool], list[str]]:
    """What two sets of consents allow together, and which yes a no took back: a no of either holds, silence yields."""
    together = {purpose: one.get(purpose, True) and other.get(purpose, True) for purpose in {**one, **other}}
    return together, [purpose for purpose in PURPOSES if _differ(one, other, purpose)]


def _differ(one: dict[str, bool], other: dict[str, bool], purpose: str) -> bool:
    return purpose in one and purpose in other and one[purpose] != other[purpose]


def _joined_conversation(staying: Person, leaving: Person) -> State:
    """The maker's conversation goes on where it stood before the code was asked for; else the other one's does."""
    ours, theirs = State.read(staying.state), State.read(leaving.state)
    memory = {**theirs.memory, **ours.memory}
    waiting = [*ours.memory.get("waiting", []), *theirs.memory.get("waiting", [])]
    if waiting:
        memory["waiting"] = waiting
    for state in (ours, theirs):
        asked, draft = _asked_before(state)
        if asked:
            return State(asked, draft, memory)
    return State(memory=memory)


def _asked_before(state: State) -> tuple[str, dict[str, Any]]:
    """The question that was open before /lienket put its own there."""
    if state.asked != QUESTION:
        return state.asked, state.draft
    asked, draft = state.draft.get("before", ("", {}))
    return asked, draft


def _joined_person(staying: Person, leaving: Person, consents: dict[str, bool]) -> Person:
    unit = staying if staying.unit_id is not None else leaving
    return replace(
        staying,
        account_id=leaving.account_id,
        channel=leaving.channel,
        address=leaving.address,
        stopped_at=None,
        consents=consents,
        alias=staying.alias or leaving.alias,
        category=staying.category or leaving.category,
        goal_minutes=staying.goal_minutes or leaving.goal_minutes,
        unit_id=unit.unit_id,
        unit_code=unit.unit_code,
        unit_name=unit.unit_name,
        unit_from=unit.unit_from,
        unit_to=unit.unit_to,
        unit_goal_minutes=unit.unit_goal_minutes,
    )


def _done(turn: Turn, found: Joined, withdrawn: Sequence[str]) -> Text:
    """What is one now, and everything that linking changed."""
    lines: list[Text] = []
    if found.said_twice:
        lines.append(
            tn(
                "{count} entry had been sent on both; it counts once (/nhatky restores it if it was another).",
                "{count} entries had been sent on both; they count once (/nhatky restores them if they were others).",
                found.said_twice,
            )
        )
    if found.unit_ended:
        lines.append(t("Two units met; {you} stay in {unit}.", unit=turn.person.unit_name))
    if withdrawn:
        names = joined((NAMES[one] for one in withdrawn), ", ")
        lines.append(t("One of the two had said no to: {names}. The no holds; /rutdongy changes it.", names=names))
    return t(
        "Linked. This channel and the other one now share one diary and one conversation.\n{lines}",
        lines=joined(lines, "\n"),
    )


async def ask_to_unlink(turn: Turn, id: str) -> Reply:
    """Which account goes, and what that means."""
    account = _find(await links(turn).accounts_of(turn.person.id), id)
    return Reply(
        t("Unlink {account}? It becomes a new person without the diary; the diary stays here.", account=shown(account)),
        (Button(t("Unlink"), "link.off.sure", (str(account.id),)), Button(t("Leave it linked"), "link.keep")),
        replaces=True,
    )


async def unlink(turn: Turn, id: str) -> Reply:
    """The account becomes a new person; both sides are told."""
    own = await links(turn).accounts_of(turn.person.id)
    account = _find(own, id)
    table, person = links(turn), turn.person
    new = table.unlink(account, person, turn.now)
    if account.id != person.account_id:
        _tell(turn, account, new, _alone())
        return Reply(t("{account} is unlinked; the diary stays here.", account=shown(account)), replaces=True)
    left = max((one for one in own if one != account), key=lambda one: one.seen_at)
    _tell(turn, left, person, t("{account} was unlinked; the diary stays here.", account=shown(account)))
    table.move_on(person, State(memory=turn.memory).kept())
    turn.person, turn.state = new, State()
    return Reply(_alone(), replaces=True)


def _alone() -> Text:
    return t(
        "This account is no longer linked: here {you} are a new person without a diary. /start begins, /lienket links."
    )


def _tell(turn: Turn, account: Account, person: Person, text: Text) -> None:
    """A message to this very account: `notify` reads who is behind an account before this turn changes that."""
    payload = payload_of(render(text, Reader(person.language, person.address_form)), (), (), "", "")
    if person.id != turn.person.id:
        payload["extra"]["reset"] = "1"
    turn.outbox.promise(Promised(new_id(), account.channel, account.address, person.id, payload), turn.now)


def _find(own: Sequence[Account], id: str) -> Account:
    """An account of this person. Raises UserError for anything else, and for the last one."""
    found = next((account for account in own if account.id == key(id)), None)
    if found is None:
        raise dead_button()
    if len(own) < 2:
        raise UserError(t("This is the only account; there is nothing to unlink. /xoa deletes everything."))
    return found


def unchanged() -> Reply:
    """Neither linked nor unlinked."""
    return Reply(t("All right, nothing was changed."), replaces=True)
