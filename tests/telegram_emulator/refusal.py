"""A refusal of the Bot API, as it goes over the wire."""

from typing import Any


class Refusal(Exception):
    """An answer with ok=false: `code` is also the HTTP status."""

    def __init__(self, code: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        parameters = {"parameters": {"retry_after": self.retry_after}} if self.retry_after else {}
        return {"ok": False, "error_code": self.code, "description": self.description, **parameters}


def bad_request(description: str) -> Refusal:
    """400, worded as Telegram words it."""
    return Refusal(400, f"Bad Request: {description}")
