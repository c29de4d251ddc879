"""Messages that ended badly, for admins: which, why; send them again, or let them go."""

from bot.errors import NotAllowed
from bot.i18n import joined, t, tn
from bot.letters import FAILED, UNKNOWN, line, pile_line, store
from bot.message import Button, Message, Reply
from bot.routes import ADMINS, Routes, dead_button
from bot.turn import Turn

routes = Routes()

SHOWN = 5


@routes.command("thulai", menu=t("Messages that were not delivered"), who=ADMINS)
async def letters(message: Message, turn: Turn, rest: str) -> Reply:
    """By reason, then the newest ones."""
    await _must_be_admin(turn)
    piles = await store(turn).piles()
    if not piles:
        return Reply(t("Every message has arrived; nothing waits here."))
    newest = await store(turn).newest(SHOWN)
    turn.audit("letters.read", people=len(newest))
    lines = joined([*map(pile_line, piles[:SHOWN])], "\n")
    latest = joined([*map(line, newest)], "\n")
    buttons = []
    if any(pile.state == FAILED for pile in piles):
        buttons += [Button(t("Send the refused ones again"), "letters.retry", (FAILED,)),
                    Button(t("Let the refused ones go"), "letters.drop", (FAILED,))]  # fmt: skip
    if any(pile.state == UNKNOWN for pile in piles):
        buttons += [Button(t("Send the unclear ones again"), "letters.sure", (UNKNOWN,)),
                    Button(t("Count the unclear ones as settled"), "letters.drop", (UNKNOWN,))]  # fmt: skip
    return Reply(t("Messages that were not delivered:\n{lines}\nThe newest:\n{latest}", lines=lines, latest=latest),
                 tuple(buttons))  # fmt: skip


@routes.tap("letters.sure")
async def sure(message: Message, turn: Turn, state: str) -> Reply:
    """Sending again what may have arrived needs a second tap."""
    await _must_be_admin(turn)
    if state != UNKNOWN:
        raise dead_button()
    count = await store(turn).count(UNKNOWN)
    asked = tn(
        "{count} message may have arrived already; sent again, it may come twice. Send it all the same?",
        "{count} messages may have arrived already; sent again, they may come twice. Send them all the same?",
        count,
    )
    return Reply(asked, (Button(t("Send all the same"), "letters.retry", (UNKNOWN,)), Button(t("No"), "letters.no")))


@routes.tap("letters.retry")
async def retry(message: Message, turn: Turn, state: str) -> Reply:
    """Send all of a state again."""
    count = await _counted(turn, state)
    store(turn).retry(state, turn.now)
    turn.audit("letters.retried", state=state, count=count)
    return Reply(tn("{count} message is sent again.", "{count} messages are sent again.", count), replaces=True)


@routes.tap("letters.drop")
async def drop(message: Message, turn: Turn, state: str) -> Reply:
    """Let all of a state go."""
    count = await _counted(turn, state)
    store(turn).drop(state)
    turn.audit("letters.dropped", state=state, count=count)
    return Reply(tn("{count} message is settled.", "{count} messages are settled.", count), replaces=True)


@routes.tap("letters.no")
async def no(message: Message, turn: Turn) -> Reply:
    """Nothing changes."""
    return Reply(t("All right, nothing was changed."), replaces=True)


async def _counted(turn: Turn, state: str) -> int:
    await _must_be_admin(turn)
    if state not in (FAILED, UNKNOWN):
        raise dead_button()
    return await store(turn).count(state)


async def _must_be_admin(turn: Turn) -> None:
    if not await turn.is_admin():
        raise NotAllowed(t("This is for admins only."))
