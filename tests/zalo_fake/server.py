"""The fake Zalo's web server: any dialects (Official Account, Bot Platform) behind one address."""

from collections.abc import Iterable
from types import TracebackType
from typing import Protocol

from aiohttp import web


class Dialect(Protocol):
    """One of Zalo's two products."""

    url: str

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Its addresses."""
        ...

    async def close(self) -> None:
        """End what is on its way."""
        ...


class Server:
    """`async with Server(FakeOA()) as server:` serves all given dialects at `server.url`, and tells them so."""

    def __init__(self, *dialects: Dialect) -> None:
        self.dialects = dialects
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "Server":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Serve; port 0 takes a free one."""
        app = web.Application(client_max_size=12 << 20)
        for dialect in self.dialects:
            app.add_routes(dialect.routes())
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        for dialect in self.dialects:
            dialect.url = self.url

    async def stop(self) -> None:
        """End the server and what it brings."""
        for dialect in self.dialects:
            await dialect.close()
        if self._runner is not None:
            await self._runner.cleanup()
