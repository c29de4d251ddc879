"""The fake Zalo by hand: `python -m tests.zalo_fake`; start the bot with the settings that it prints, and chat here."""

import argparse
import asyncio
import sys
from pathlib import Path

from tests.zalo_fake import bot_by_hand
from tests.zalo_fake.bot import ZaloBotServer
from tests.zalo_fake.oa import FakeOA
from tests.zalo_fake.oa_users import OAUser
from tests.zalo_fake.server import Server

HELP_OA = """A line is said by the person whose turn it is. Also:
  :as NAME      somebody else goes on       :tap LABEL    tap a button
  :file PATH    send a document             :image PATH   send a picture
  :follow  :unfollow  :withdraw             :later HOURS  let time pass at Zalo
  :expire       the access token expires    :calls        the last calls of the bot"""


async def main() -> None:
    """Serve until the standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.zalo_fake", description=__doc__)
    parser.add_argument("product", nargs="?", choices=("oa", "bot"), default="oa", help="which one to chat with here")
    parser.add_argument("--port", type=int, default=9321)
    parser.add_argument("--webhook", default="http://127.0.0.1:8080/zalo/oa", help="where the bot listens for the OA")
    options = parser.parse_args()
    oa = FakeOA(scale=0.1)
    oa.webhook.url = options.webhook
    bot = ZaloBotServer(retries=3)
    server = Server(oa, bot)
    await server.start(options.port)
    try:
        print(
            f"ZALO_OA_APP_ID={oa.app_id} ZALO_OA_APP_SECRET={oa.app_secret} ZALO_OA_SECRET_KEY={oa.oa_secret} "
            f"ZALO_OA_ID={oa.oa_id} ZALO_OA_API_URL={oa.url} ZALO_OAUTH_URL={oa.url}\n"
            f"ZALO_BOT_TOKEN={bot.token} ZALO_BOT_API_URL={bot.url} ZALO_BOT_MODE=polling\n"
            + (HELP_OA if options.product == "oa" else bot_by_hand.HELP),
            flush=True,
        )
        await (_chat(oa) if options.product == "oa" else bot_by_hand.chat(bot))
    finally:
        await server.stop()


async def _chat(oa: FakeOA) -> None:
    person = oa.user("An")
    listeners = {person.name: asyncio.create_task(_listen(person))}
    while line := await asyncio.to_thread(sys.stdin.readline):
        word, _, rest = line.strip().partition(" ")
        if word == ":as" and rest:
            person = oa.user(rest)
            listeners.setdefault(rest, asyncio.create_task(_listen(person)))
        elif word:
            try:
                await _do(oa, person, word, rest, line.strip())
            except (AssertionError, OSError, ValueError) as error:
                print(f"  ! {error}", flush=True)
    for listener in listeners.values():
        listener.cancel()


async def _do(oa: FakeOA, person: OAUser, word: str, rest: str, line: str) -> None:
    before = len(oa.webhook.made)
    match word:
        case ":tap":
            await person.taps(rest)
        case ":file":
            await person.sends_file(Path(rest).name, await asyncio.to_thread(Path(rest).read_bytes))
        case ":image":
            await person.sends_image(await asyncio.to_thread(Path(rest).read_bytes), Path(rest).suffix)
        case ":follow":
            await person.follows()
        case ":unfollow":
            await person.unfollows()
        case ":withdraw":
            await person.withdraws()
        case ":later":
            oa.advance(hours=float(rest))
        case ":expire":
            for pair in oa.oauth.pairs:
                pair.access_until = min(pair.access_until, oa.now())
        case ":calls":
            for call in oa.api.calls[-10:]:
                print(f"  {call.path} {call.body or ''} {call.error}", flush=True)
        case _:
            await person.says(line)
    if len(oa.webhook.made) > before and oa.webhook.made[-1].status != 200:
        print(f"  ! the bot answered {oa.webhook.made[-1].status or 'nothing'} at {oa.webhook.url}", flush=True)


async def _listen(person: OAUser) -> None:
    while True:
        (message,) = await person.hears(seconds=10**9)
        buttons = "".join(f" [{label}]" for label in message.buttons)
        file = f" <{message.name}, {len(message.content)} bytes>" if message.kind != "text" else ""
        print(f"{person.name} ← {message.text}{file}{buttons}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
