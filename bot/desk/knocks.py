"""How often an address may try links that do not open: after too many it waits a minute."""

from collections import deque
from ipaddress import ip_address

from aiohttp import web

MOST_WRONG = 10
SPAN_SECONDS = 60.0
_MOST_ADDRESSES = 10_000


class Knocks:
    """Wrong tries of the last minute by address, in this process's memory; times are seconds of any clock."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[float]] = {}

    def may_try(self, address: str, at: float) -> bool:
        """False after too many wrong tries."""
        times = self._wrong.get(address, deque())
        while times and times[0] <= at - SPAN_SECONDS:
            times.popleft()
        return len(times) < MOST_WRONG

    def count_wrong(self, address: str, at: float) -> None:
        """A link that did not open."""
        if len(self._wrong) > _MOST_ADDRESSES:
            self._wrong = {one: times for one, times in self._wrong.items() if times[-1] > at - SPAN_SECONDS}
        self._wrong.setdefault(address, deque(maxlen=MOST_WRONG)).append(at)


def caller(request: web.BaseRequest) -> str:
    """The address that asks. Behind a proxy on this machine it is the last one that the proxy added.

    Earlier entries of X-Forwarded-For are whatever the caller wrote, so they would let one caller look like many.
    """
    peer = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    return forwarded if forwarded and _is_this_machine(peer) else peer


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
