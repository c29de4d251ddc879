"""A loop of work that is stopped at rest only: a cancelled query would leave a connection of the database behind."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

_T = TypeVar("_T")


class Loop:
    """Runs a step again and again; `ring` ends its rest."""

    def __init__(self, name: str, step: Callable[[], Awaitable[float]]) -> None:
        """`step` does one round and returns the seconds to rest, unless it is rung before; 0 goes on at once."""
        self._name = name
        self._step = step
        self._bell = asyncio.Event()
        self._stopping = self._resting = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    def ring(self) -> None:
        """There is something to do."""
        self._bell.set()

    async def stop(self) -> None:
        """Finish the round under way."""
        self._stopping = True
        if self._task is not None:
            if self._resting:
                self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def rest(self, until: Awaitable[_T]) -> _T:
        """Wait for something within a step; this may be cut off by `stop`."""
        self._resting = True
        try:
            if self._stopping:
                raise asyncio.CancelledError
            return await until
        finally:
            self._resting = False

    async def _run(self) -> None:
        while not self._stopping:
            self._bell.clear()
            seconds = await self._step()
            if seconds > 0 and not self._stopping:
                with contextlib.suppress(TimeoutError):
                    await self.rest(asyncio.wait_for(self._bell.wait(), seconds))
