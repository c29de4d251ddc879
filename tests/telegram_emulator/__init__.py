"""A strict emulator of Telegram's Bot API: long poll, webhook with secret, kept uploads, sliding-window 429."""

from tests.telegram_emulator.chats import Chat, Shown, User
from tests.telegram_emulator.limits import Limits
from tests.telegram_emulator.server import Emulator

__all__ = ["Chat", "Emulator", "Limits", "Shown", "User"]
