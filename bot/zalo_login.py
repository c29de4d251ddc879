"""Connect the Zalo Official Account: `python -m bot zalo login` walks an operator through the consent."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import TextIO

from bot.channels.zalo_oa_consent import Consent
from bot.errors import UserError
from bot.i18n import Reader, Text, render, t

LINK_LIFETIME = timedelta(hours=1)
_TRIES = 3


def alert_text(reason: str, link: str) -> Text:
    """What every admin hears, once, when the refresh token is lost; `link` is `Consent.link()`, good for seven days."""
    return t(
        "The Zalo Official Account must be connected again ({reason}). Messages still go out for some hours, until the "
        "present key expires. An admin of the Official Account opens this link and agrees (valid for 7 days):\n{link}",
        reason=reason,
        link=link,
    )


async def login(
    consent: Consent,
    consented_at: Callable[[], Awaitable[datetime | None]],
    lines: AsyncIterator[str],
    say: Callable[[str], None],
    *,
    language: str = "vi",
    look_seconds: float = 1.0,
) -> bool:
    """Print the link, then wait for the code: pasted here, or taken by the running server's callback address.

    `consented_at` tells when the stored pair was consented to: so a callback in another process is noticed; `lines`
    is what the operator types. Returns False when the input ends or three pastes were refused.
    """
    reader = Reader(language)

    def tell(text: Text) -> None:
        say(render(text, reader))

    before = await consented_at()
    link = consent.link(LINK_LIFETIME)
    tell(t("1. Sign in to Zalo as an admin of the Official Account and open this link (valid for one hour):"))
    say(link)
    tell(
        t(
            "2. Agree. When the callback address reaches this server, that is all. "
            "Otherwise paste the whole address that the browser shows, or the code alone, and press Enter."
        )
    )
    pasting = asyncio.create_task(_paste(consent, link, lines, tell))
    watching = asyncio.create_task(_watch(consented_at, before, look_seconds))
    try:
        done, _ = await asyncio.wait({pasting, watching}, return_when=asyncio.FIRST_COMPLETED)
        connected = watching in done or pasting.result()
    finally:
        pasting.cancel()
        watching.cancel()
        await asyncio.gather(pasting, watching, return_exceptions=True)
    if connected:
        tell(t("The Official Account is connected; the tokens are stored. Running programs use them at once."))
    else:
        tell(t("The Official Account is not connected. Nothing was changed."))
    return connected


async def _paste(consent: Consent, link: str, lines: AsyncIterator[str], tell: Callable[[Text], None]) -> bool:
    tries = 0
    async for line in lines:
        if not line.strip():
            continue
        try:
            await consent.take_pasted(line, link)
            return True
        except UserError as error:
            tell(error.text)
        tries += 1
        if tries == _TRIES:
            break
    return False


async def _watch(
    consented_at: Callable[[], Awaitable[datetime | None]], before: datetime | None, seconds: float
) -> None:
    while True:
        await asyncio.sleep(seconds)
        if await consented_at() != before:
            return


async def typed_lines(stream: TextIO) -> AsyncIterator[str]:
    """Lines of a terminal, read by a thread that does not keep the program alive when the callback was faster."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        line = "-"
        while line:
            line = stream.readline()
            try:
                loop.call_soon_threadsafe(typed.put_nowait, line)
            except RuntimeError:
                return

    threading.Thread(target=read, name="typed lines", daemon=True).start()
    while line := await typed.get():
        yield line.strip()
