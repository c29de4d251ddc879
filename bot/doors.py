"""The doors of this program as a poster may name them: the web chat's address, and the Telegram bot's name."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Doors:
    """What is connected; empty where it is not."""

    web: str = ""
    """Address of the web chat, without a slash at its end."""
    telegram: str = ""
    """The bot's username."""

    def web_link(self, start: str) -> str:
        """The web chat's link that begins with this word; "" where no other machine could open it."""
        local = urlsplit(self.web).hostname in _LOCAL
        return "" if not self.web or local else f"{self.web}/?start={quote(start, safe='')}"

    def telegram_link(self, start: str) -> str:
        """The bot's deep link."""
        return f"https://t.me/{self.telegram}?start={start}" if self.telegram else ""


_doors = Doors()


def set_doors(found: Doors) -> None:
    """Name what is connected; when the program has started."""
    global _doors
    _doors = found


def doors() -> Doors:
    """What is connected in this process."""
    return _doors
