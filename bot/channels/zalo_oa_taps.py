"""Buttons on Zalo come back as ordinary text: each payload is sealed for the one person that it was sent to."""

import hmac
from hashlib import sha256
from typing import Final

PREFIX: Final = "cb:"
DEAD: Final = "dead"
"""The tap of a payload whose seal is wrong: no handler has this name, so the person hears that the button is dead."""
_SEAL_SIGNS = 24


class Seal:
    """`cb:<seal>:<payload>`: who types another person's payload, or one of their own making, taps nothing.

    The seal is an HMAC over address and payload with a key that never leaves the server. Typing one's own old payload
    does what tapping the old button does: the handlers look only among the person's own rows.
    """

    def __init__(self, secret: str) -> None:
        """A changed secret makes all earlier buttons dead."""
        self._key = hmac.new(secret.encode(), b"banhoc zalo oa buttons", sha256).digest()

    def closed(self, address: str, payload: str) -> str:
        """What the button carries: at most 64 bytes of payload and 28 of ours; Zalo takes 1,000 characters."""
        return f"{PREFIX}{self._seal(address, payload)}:{payload}"

    def opened(self, address: str, text: str) -> str:
        """The payload of a text that is a tap (DEAD when its seal is wrong), "" of any other text."""
        if not text.startswith(PREFIX):
            return ""
        seal, _, payload = text.removeprefix(PREFIX).partition(":")
        right = self._seal(address, payload)
        return payload if payload and hmac.compare_digest(seal.encode("utf-8", "replace"), right.encode()) else DEAD

    def _seal(self, address: str, payload: str) -> str:
        body = f"{address}\n{payload}".encode("utf-8", "replace")
        return hmac.new(self._key, body, sha256).hexdigest()[:_SEAL_SIGNS]
