"""What the Zalo Bot Platform's quotas leave: messages of the month, people, refusals; the platform tells nothing."""

import time
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot import clock

BASIC_MESSAGES: Final = 3_000
"""Messages a month of a Basic bot."""
BASIC_PEOPLE: Final = 50
"""People of a Basic bot."""
BASIC_GROUPS: Final = 3
_FIRST_PAUSE = 30.0
_LONGEST_PAUSE = 3_600.0
_SURELY_THE_CAP = 3
"""So many refusals (429) in a row are the monthly cap rather than haste."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an admin should see."""

    month: date
    """First day of the month, where the people live."""
    sent: int
    """Messages that Zalo took this month; "typing …" is not counted (whether Zalo does is unknown)."""
    sent_limit: int
    people: int
    people_limit: int
    groups: int
    groups_limit: int
    unknown: int
    """Messages without an answer from Zalo: they may have arrived, and are not sent again."""
    refused: int
    """Refusals because of a quota (429) since the last message that was taken."""
    paused_seconds: int
    """How long nothing will be sent, because Zalo refuses."""
    exhausted: bool
    """True when the monthly quota seems used up."""
    problem: str
    """Why the bot does not listen (token refused, another webhook), else empty."""


class Meter:
    """Counts what this process sends; `recount` puts the truth of all processes in its place."""

    def __init__(self) -> None:
        self.problem = ""
        self._month = _month()
        self._sent = 0
        self._unknown = 0
        self._people: set[str] = set()
        self._groups: set[str] = set()
        self._people_before = 0
        self._refused = 0
        self._not_before = 0.0

    def recount(self, sent: int, people: int) -> None:
        """Take over what storage knows of this month: messages sent and people, over all processes and restarts."""
        self._turn_month()
        self._sent = max(sent, 0)
        self._people_before = max(people, 0)

    def heard(self, user: str, chat: str) -> None:
        """Somebody wrote."""
        self._people.add(user)
        if chat != user:
            self._groups.add(chat)

    def took(self) -> bool:
        """Zalo took a message; True when most or all of the month's messages are now used."""
        self._turn_month()
        self._sent += 1
        self._refused = 0
        self._not_before = 0.0
        return self._sent in (BASIC_MESSAGES * 8 // 10, BASIC_MESSAGES)

    def lost_sight(self) -> None:
        """A message went out and no answer came."""
        self._turn_month()
        self._sent += 1
        self._unknown += 1

    def refused(self) -> float:
        """Zalo said 429; returns the seconds to be silent, doubled each time in a row."""
        self._refused += 1
        seconds = min(_FIRST_PAUSE * 2.0 ** min(self._refused - 1, 10), _LONGEST_PAUSE)
        self._not_before = time.monotonic() + seconds
        return seconds

    @property
    def pause(self) -> float:
        """Seconds until the next message may be tried."""
        return max(self._not_before - time.monotonic(), 0.0)

    @property
    def is_cap(self) -> bool:
        """True when the refusals mean that the month is used up."""
        return self._refused >= _SURELY_THE_CAP or (self._refused > 0 and self._sent >= BASIC_MESSAGES)

    def usage(self) -> Usage:
        """The state of the quotas now."""
        self._turn_month()
        return Usage(
            month=self._month,
            sent=self._sent,
            sent_limit=BASIC_MESSAGES,
            people=max(self._people_before, len(self._people)),
            people_limit=BASIC_PEOPLE,
            groups=len(self._groups),
            groups_limit=BASIC_GROUPS,
            unknown=self._unknown,
            refused=self._refused,
            paused_seconds=round(self.pause),
            exhausted=self.is_cap,
            problem=self.problem,
        )

    def _turn_month(self) -> None:
        if (month := _month()) != self._month:
            self._month, self._sent, self._unknown, self._refused, self._not_before = month, 0, 0, 0, 0.0


def _month() -> date:
    return clock.today().replace(day=1)
