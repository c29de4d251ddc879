"""The emulator by hand: `python -m tests.telegram_emulator --port 9311`; point TELEGRAM_API_URL at it and chat here."""

import argparse
import asyncio
import sys
from pathlib import Path

from tests.telegram_emulator.chats import Chat, User
from tests.telegram_emulator.limits import Limits
from tests.telegram_emulator.server import TOKEN, Emulator

HELP = """A line is said by the person whose turn it is. Also:
  :as NAME      somebody else goes on      :tap LABEL   tap a button
  :file PATH    send a document            :photo PATH  send a picture
  :block  :unblock                         :calls       the last calls of the bot"""


async def main() -> None:
    """Serve until the standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.telegram_emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=9311)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--overall", type=int, default=30, help="messages a second in all (0 = no limit)")
    parser.add_argument("--per-chat", type=int, default=1, help="messages a second to one chat (0 = no limit)")
    options = parser.parse_args()
    telegram = Emulator(token=options.token, limits=Limits(options.overall, options.per_chat))
    await telegram.start(options.port)
    print(f"TELEGRAM_API_URL={telegram.url} TELEGRAM_TOKEN={telegram.token}\n{HELP}", flush=True)
    try:
        await _chat(telegram)
    finally:
        await telegram.stop()


async def _chat(telegram: Emulator) -> None:
    person = telegram.user("An")
    listeners = {person.name: asyncio.create_task(_listen(person.chat))}
    while line := await asyncio.to_thread(sys.stdin.readline):
        word, _, rest = line.strip().partition(" ")
        if word == ":as" and rest:
            person = telegram.user(rest)
            listeners.setdefault(rest, asyncio.create_task(_listen(person.chat)))
        elif word == ":calls":
            for call in telegram.calls[-10:]:
                print(f"  {call.method} {call.parameters} {call.error}", flush=True)
        elif word:
            try:
                await _do(person, word, rest, line.strip())
            except (AssertionError, OSError) as error:
                print(f"  ! {error}", flush=True)
    for listener in listeners.values():
        listener.cancel()


async def _do(person: User, word: str, rest: str, line: str) -> None:
    match word:
        case ":tap":
            await person.taps(rest)
        case ":file":
            await person.sends_file(await asyncio.to_thread(Path(rest).read_bytes), Path(rest).name)
        case ":photo":
            await person.sends_photo(await asyncio.to_thread(Path(rest).read_bytes))
        case ":block":
            await person.blocks()
        case ":unblock":
            await person.unblocks()
        case _:
            await person.says(line)


async def _listen(chat: Chat) -> None:
    while True:
        (message,) = await chat.hears(seconds=10**9)
        buttons = "".join(f" [{label}]" for label in message.buttons)
        file = f" <{message.file.name}, {len(message.file.content)} bytes>" if message.file else ""
        print(f"{chat.title} {'✎' if message.edits else '←'} {message.text}{file}{buttons}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
