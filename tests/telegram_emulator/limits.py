"""Telegram's rates over a sliding window: so many messages a second in all, and to one chat."""

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.telegram_emulator.refusal import Refusal


@dataclass
class Limits:
    """`overall` and `per_chat` messages in any `window` seconds (0 = no limit); `penalty` seconds of silence for each
    violation, during which everything is refused, as in a real flood wait."""

    overall: int = 30
    per_chat: int = 1
    window: float = 1.0
    penalty: float = 0.0
    refusals: int = 0
    """How many messages were refused so far."""
    _sent: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _silent_until: float = 0.0

    def pass_one(self, chat: int) -> None:
        """Count one message to this chat, or refuse it with 429 and `retry_after`."""
        now = time.monotonic()
        wait = max(
            self._silent_until - now,
            self._wait(self._sent, self.overall, now),
            self._wait(self._chats[chat], self.per_chat, now),
        )
        if wait > 0:
            if self.penalty and now >= self._silent_until:
                self._silent_until, wait = now + self.penalty, self.penalty
            self.refuse(wait)
        self._sent.append(now)
        self._chats[chat].append(now)

    def refuse(self, wait: float) -> None:
        """Raise the 429 that asks for `wait` seconds."""
        self.refusals += 1
        seconds = max(math.ceil(wait), 1)
        raise Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)

    def _wait(self, sent: deque[float], limit: int, now: float) -> float:
        while sent and now - sent[0] >= self.window:
            sent.popleft()
        return sent[0] + self.window - now if limit and len(sent) >= limit else 0.0
