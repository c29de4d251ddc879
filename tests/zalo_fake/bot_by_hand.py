"""The fake Zalo Bot Platform by hand: start the bot with the settings that it prints, and chat here."""

import argparse
import asyncio
import sys
from pathlib import Path

from tests.zalo_fake.bot import ZaloBotServer
from tests.zalo_fake.bot_people import BotChat, BotPerson

HELP = """A line is said by the person whose turn it is; a choice is taken by its number. Also:
  :as NAME      somebody else goes on      :photo PATH   send a picture
  :sticker  :voice  :file                  send what the bot cannot read
  :calls        the last calls of the bot"""


async def main() -> None:
    """Serve until the standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.zalo_fake.bot_by_hand", description=__doc__)
    parser.add_argument("--port", type=int, default=9322)
    parser.add_argument("--monthly", type=int, default=3000, help="messages that the bot may send")
    parser.add_argument("--replays", action="store_true", help="tell consumed updates again and again")
    parser.add_argument("--errors-on-200", action="store_true", help="refuse with HTTP 200")
    options = parser.parse_args()
    zalo = ZaloBotServer(
        monthly=options.monthly, replays=options.replays, errors_on_200=options.errors_on_200, retries=3
    )
    await zalo.start(options.port)
    print(f"ZALO_BOT_TOKEN={zalo.token} ZALO_BOT_API_URL={zalo.url} ZALO_BOT_MODE=polling\n{HELP}", flush=True)
    try:
        await chat(zalo)
    finally:
        await zalo.stop()


async def chat(zalo: ZaloBotServer) -> None:
    """Read lines and do what they say."""
    person = zalo.user("An")
    listeners = {person.name: asyncio.create_task(_listen(person.chat))}
    while line := await asyncio.to_thread(sys.stdin.readline):
        word, _, rest = line.strip().partition(" ")
        if word == ":as" and rest:
            person = zalo.user(rest)
            listeners.setdefault(rest, asyncio.create_task(_listen(person.chat)))
        elif word == ":calls":
            for call in zalo.calls[-10:]:
                print(f"  {call.method} {call.values} {call.error or ''}", flush=True)
        elif word:
            try:
                await _do(person, word, rest, line.strip())
            except OSError as error:
                print(f"  ! {error}", flush=True)
    for listener in listeners.values():
        listener.cancel()


async def _do(person: BotPerson, word: str, rest: str, line: str) -> None:
    match word:
        case ":photo":
            content = await asyncio.to_thread(Path(rest).read_bytes)
            await person.sends_photo(content, ending=Path(rest).suffix or ".jpg")
        case ":sticker":
            await person.sends_sticker()
        case ":voice":
            await person.sends_voice()
        case ":file":
            await person.sends_document()
        case _:
            await person.says(line)


async def _listen(chat: BotChat) -> None:
    while True:
        (message,) = await chat.hears(seconds=10**9)
        print(f"{chat.title} ← {message.text}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
