"""Dead letters in words: for /thulai and for `python -m bot outbox`."""

from bot.broadcast_words import CHANNEL_NAMES, ENDS
from bot.i18n import Clock, Text, t
from bot.turn import Turn
from storage.letters import FAILED as FAILED
from storage.letters import STOPPED, Letter, Letters, Pile
from storage.letters import UNKNOWN as UNKNOWN

REASONS = {
    STOPPED: t("blocked the bot; waits until they write"),
    "the process that sent it ended": t("the program ended while sending"),
    "ngoài cửa sổ": t("outside Zalo's 48 hours"),
}


def store(turn: Turn) -> Letters:
    """The queries and changes of this turn."""
    return Letters(turn.database, turn.changes)


def pile_line(pile: Pile) -> Text:
    """One reason with its count."""
    return t("{count} · {channel} · {state} · {reason}", count=pile.count, state=ENDS[pile.state],
             channel=CHANNEL_NAMES.get(pile.channel, pile.channel), reason=_reason(pile.error))  # fmt: skip


def line(letter: Letter) -> Text:
    """One message: when, where, why; never to whom beyond the alias."""
    return t("{moment} · {alias} · {channel} · {state} · {reason}", moment=Clock(letter.created_at),
             alias=letter.alias or "–", channel=CHANNEL_NAMES.get(letter.channel, letter.channel),
             state=ENDS[letter.state], reason=_reason(letter.error))  # fmt: skip


def _reason(error: str) -> Text | str:
    return REASONS.get(error, error or "–")
