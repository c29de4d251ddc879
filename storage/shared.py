"""One question for many askers: whoever asks while the last answer is awaited shares the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any

Ask = Callable[[Sequence[Any]], Awaitable[Mapping[Any, Any]]]
"""Reads the answers to many keys at once; a key without an answer is left out."""


class Shared:
    """At most one read at a time; the keys that come meanwhile are read together afterwards."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._wanted: dict[Hashable, list[asyncio.Future[Any]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def get(self, key: Hashable) -> Any:
        """The answer to one key, read after this call began, or None. Raises what the read raised."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._wanted.setdefault(key, []).append(future)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        # Let everybody of this tick ask first. The queue is looked at again right before the task ends: nothing awaits
        # in between, so nobody is left waiting.
        await asyncio.sleep(0)
        try:
            while self._wanted:
                wanted, self._wanted = self._wanted, {}
                await self._answer(wanted)
        finally:
            self._task = None

    async def _answer(self, wanted: dict[Hashable, list[asyncio.Future[Any]]]) -> None:
        try:
            found = await self._ask(list(wanted))
        except Exception as error:
            for future in (one for futures in wanted.values() for one in futures):
                if not future.done():
                    future.set_exception(error)
            return
        for key, futures in wanted.items():
            for future in futures:
                if not future.done():
                    future.set_result(found.get(key))
