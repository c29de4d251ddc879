"""Drives the product over Telegram with tg-auto-test and compares every word with the terminal's.

tg-auto-test (by others) stands in for Telegram under a real python-telegram-bot Application: it builds the updates,
checks each Bot API call, and shows what a client would see. The same script is played on the terminal; both must say
the same. Run by `make test-telegram`.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from telegram import Bot, Update
from telegram.ext import Application, ContextTypes, TypeHandler
from tg_auto_test.test_utils.serverless_telegram_client import ServerlessTelegramClient

from bot import clock
from bot.channels.telegram import Telegram
from tests.outsider.script import MORNING, NOTE, SCRIPT, Seen, product, same, terminal


@dataclass
class Outsider:
    """The script over tg-auto-test."""

    client: ServerlessTelegramClient
    conversation: Any
    shown: list[Any] = field(default_factory=list)

    async def do(self, kind: str, what: str, folder: Path) -> list[Seen]:
        """One step; returns what the client sees, message by message, edits included."""
        before = len(self.client._api_calls)
        if kind == "text":
            await self.conversation.send_message(what, parse_mode=None)
        elif kind == "file":
            await self.conversation.send_file(folder / what, force_document=True)
        else:
            message = next(m for m in reversed(self.shown) if what in _labels(m))
            await message.click(text=what)
        return [await self._next(call) for call in self.client._api_calls[before:] if _shows(call.api_method)]

    async def _next(self, call: Any) -> Seen:
        edit = call.api_method == "editMessageText"
        message = await (self.conversation.get_edit() if edit else self.conversation.get_response())
        self.shown = [old for old in self.shown if old.id != message.id] + [message]
        files = (message.file.name or call.file.filename,) if message.file else ()
        return Seen(message.text, tuple(_labels(message)), files)


async def main() -> int:
    """Play the script on both; returns the exit code."""
    differences = 0
    with tempfile.TemporaryDirectory() as name, clock.standing_at(MORNING):
        folder = Path(name)
        (folder / "ghi-chu.txt").write_bytes(NOTE)
        async with terminal(folder) as console, _outsider(folder) as outsider:
            for kind, what in SCRIPT:
                expected = await console.do(kind, what, folder)
                seen = await outsider.do(kind, what, folder)
                alike = same(expected, seen)
                print(f"{'same' if alike else 'DIFFERENT'}: {kind} {what!r} → {len(seen)} message(s)")
                if not alike:
                    differences += 1
                    print(f"  terminal: {expected}\n  telegram: {seen}")
            calls = outsider.client._api_calls
            taps = sum(kind == "tap" for kind, _ in SCRIPT)
            answered = sum(call.api_method == "answerCallbackQuery" for call in calls)
            if answered != taps:
                differences += 1
                print(f"DIFFERENT: {answered} of {taps} taps were answered with answerCallbackQuery")
    print(f"tg-auto-test: {len(SCRIPT)} steps, {len(calls)} Bot API calls, {differences} differences")
    return 1 if differences else 0


@asynccontextmanager
async def _outsider(folder: Path) -> AsyncIterator[Outsider]:
    """The product under PTB's own Application: its one handler hands every update to our channel."""
    app = product(folder / "telegram.sqlite3")
    channels: list[Telegram] = []

    async def hand_over(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await channels[0].handle_update(update, app.turns)
        await app.sender.idle()
        await channels[0].settled()

    def build(builder: Any) -> Application[Any, Any, Any, Any, Any, Any]:
        application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        application.add_handler(TypeHandler(Update, hand_over))
        bot: Bot = application.bot
        channels.append(Telegram(bot.token, bot=bot))
        return application

    client = ServerlessTelegramClient(build_application=build)
    await client.connect()
    app.add(channels[0])
    await app.start(listen=False)
    try:
        async with client.conversation("test_bot") as conversation:
            yield Outsider(client, conversation)
    finally:
        await app.stop()
        await client.disconnect()


def _labels(message: Any) -> list[str]:
    return [button.text for row in message.buttons or [] for button in row]


def _shows(method: str) -> bool:
    return method in ("sendMessage", "editMessageText", "sendPhoto", "sendDocument")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
