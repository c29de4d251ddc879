"""What Zalo's error numbers mean for a message: try later, stop writing to the person, or give this message up."""

from datetime import datetime
from typing import Final

from bot.clock import now
from bot.errors import ChannelError, Rejected, Retry, Unreachable

TOKEN: Final = frozenset({-216, -220, -124, -401, 401, 216})
"""The access token is refused: refresh once, ask once more."""
RATE: Final = frozenset({-32, 429})
ASSET_GONE: Final = -100
SEND_FAILED: Final = -200
_OUTSIDE = frozenset({-230, -231, -232, -305, -311})
_GONE = frozenset({-213, -217, -227, -244})
_REFUSED = frozenset({ASSET_GONE, SEND_FAILED, -201, -210, -233, -234, -237, -240, -248, -403})
_OPERATOR = {
    -204: "the OA is disabled",
    -205: "the OA is not found",
    -209: "the app is not activated",
    -212: "the app has no Official Account API",
    -219: "the app was removed",
    -221: "the OA is not verified",
    -223: "the OA has not authorised the app",
    -224: "the OA's package does not cover it",
    -235: "this type of OA is not supported",
    -242: "appsecret_proof is demanded in the console",
    -320: "no Zalo Cloud Account is linked",
    -321: "the Zalo Cloud Account has no balance",
}
_QUOTA = {-211: "the quota is used up", -218: "the quota for this person is used up"}
_LATER = 600.0
_MUCH_LATER = 3600.0


class OutsideWindow(Rejected):
    """The person last wrote too long ago: Zalo takes (or pays) no message until they write again.

    Its text is what stands beside the notice in every list: "ngoài cửa sổ".
    """

    code: Final = "outside_window"

    def __init__(self) -> None:
        super().__init__("ngoài cửa sổ")


class Refused(Exception):
    """Zalo's answer to one call; `code` is 0 when it was no answer of Zalo's (then `status` tells)."""

    def __init__(self, code: int, status: int = 200) -> None:
        super().__init__(f"Zalo {code}" if code else f"HTTP {status}")
        self.code = code
        self.status = status

    @property
    def is_operators(self) -> bool:
        """True when only somebody at Zalo's consoles can mend it."""
        return self.code in _OPERATOR


def meaning(refused: Refused) -> ChannelError:
    """The named error for the outbox. Unknown numbers are tried again: the outbox gives up after some tries."""
    code = refused.code
    if code in _OUTSIDE:
        return OutsideWindow()
    if code in _GONE:
        return Unreachable(str(refused))
    if code in _REFUSED:
        return Rejected(str(refused))
    if code in RATE or refused.status == 429:
        return Retry("Zalo asks to wait", after=until_next_minute(now()))
    if code in _OPERATOR:
        return Retry(f"{refused}: {_OPERATOR[code]}", after=_LATER)
    if code in _QUOTA:
        return Retry(f"{refused}: {_QUOTA[code]}", after=_MUCH_LATER)
    return Retry(str(refused), after=30.0)


def until_next_minute(moment: datetime) -> float:
    """Seconds until Zalo counts calls afresh."""
    return 60.5 - moment.second - moment.microsecond / 1_000_000
