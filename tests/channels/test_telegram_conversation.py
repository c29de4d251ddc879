"""The whole product over Telegram says what it says on the terminal, word by word, in polling and in webhook mode."""

import asyncio
from pathlib import Path

from bot import clock
from bot.channels.telegram import Mode, Telegram
from tests.channels.test_telegram import both_modes
from tests.outsider.script import MORNING, NOTE, SCRIPT, Seen, product, same, terminal
from tests.telegram_emulator import Emulator, Limits
from tests.telegram_emulator.bench import SECRET, free_port


@both_modes
async def test_the_scripted_conversation_is_the_same_as_on_the_terminal(mode: Mode, tmp_path: Path) -> None:
    (tmp_path / "ghi-chu.txt").write_bytes(NOTE)
    port = await free_port()
    with clock.standing_at(MORNING):
        async with Emulator(limits=Limits(0, 0)) as telegram, terminal(tmp_path) as console:
            telegram.now = MORNING.timestamp
            app = product(
                tmp_path / "telegram.sqlite3",
                port=port,
                public_url=f"http://127.0.0.1:{port}",
                telegram_token=telegram.token,
                telegram_api_url=telegram.url,
                telegram_mode=mode,
                telegram_webhook_secret=SECRET,
            )
            app.add_telegram(chat_gap=0)
            await app.start(listen=mode == "webhook")
            channel, an = app.channels["telegram"], telegram.user("An")
            assert isinstance(channel, Telegram)
            different = []
            for kind, what in SCRIPT:
                expected = await console.do(kind, what, tmp_path)
                if kind == "text":
                    await an.says(what)
                elif kind == "file":
                    await an.sends_file(NOTE, what)
                else:
                    await an.taps(what)
                await telegram.told_all()
                await app.sender.idle()
                await channel.settled()
                await asyncio.sleep(0)
                seen = [
                    Seen(message.text, tuple(message.buttons), (message.file.name,) if message.file else ())
                    for message in an.chat.heard()
                ]
                if not same(expected, seen):
                    different.append((kind, what, expected, seen))
            await telegram.feed.close()
            await app.stop()

    assert different == []
    assert [call for call in telegram.calls if call.error] == []
    assert len(telegram.methods.answered) == sum(kind == "tap" for kind, _ in SCRIPT)
