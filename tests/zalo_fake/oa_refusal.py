"""How the OA refuses: an error number on HTTP 200, as Zalo does for nearly everything."""

from typing import Any


class OARefusal(Exception):
    """One refused call; `status` other than 200 for the few that Zalo's front refuses itself."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status

    @property
    def body(self) -> dict[str, Any]:
        """The envelope without data."""
        return {"error": self.code, "message": self.message}


class Cut(Exception):
    """The connection breaks after the call was carried out."""
