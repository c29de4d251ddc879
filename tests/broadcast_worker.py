"""One process of the program for broadcasts: all channels out, the schedule, no knowledge; told by the environment."""

import asyncio
import contextlib
import signal
import sys
from typing import cast

from bot.app import App
from bot.knowledge.answer import Knowledge
from bot.operations import load


async def main() -> None:
    """Run until told to stop, or killed."""
    # With --chat it also answers people, for which it needs the whole program.
    chats = "--chat" in sys.argv
    app = App(load("error"), knowledge=None if chats else cast(Knowledge, object()))
    app.add_telegram()
    app.add_zalo_oa()
    app.add_zalo_bot()
    app.add_schedule()
    await app.start(listen=chats)
    print("runs", flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await app.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
