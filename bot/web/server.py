"""The one web server: all channels' routes, health and metrics, safe headers, errors in words, a discreet log."""

import asyncio
import errno
import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger
from aiohttp.typedefs import Handler

from bot.channels.base import Channel, Inbox
from bot.errors import SettingsError
from bot.i18n import Reader, Text, render, t
from bot.web.visitors import language_of

Health = Callable[[], Awaitable[dict[str, Any]]]
"""The state of the program; `"ok": False` in it makes the answer a 503."""
Metrics = Callable[[], bytes]
"""The metrics in Prometheus' text format."""

BODY_LIMIT = 6 * 1024 * 1024
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

log = logging.getLogger(__name__)


class AccessLog(AbstractAccessLogger):
    """One line for each request: method, route, status, bytes, milliseconds; never an address, a query or a body."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Name the route, not the path that was typed: paths can carry ids and anything hostile."""
        resource = request.match_info.route.resource if isinstance(request, web.Request) else None
        route = resource.canonical if resource else "(unknown)"
        self.logger.info(
            "%s %s %s %s bytes %.0f ms", request.method, route, response.status, response.body_length, time * 1000
        )


def build(channels: Iterable[Channel], inbox: Inbox, *, health: Health, metrics: Metrics) -> web.Application:
    """The web application with the routes of all channels, `/healthz` and `/metrics`."""
    app = web.Application(middlewares=[errors_in_words], client_max_size=BODY_LIMIT)
    app.on_response_prepare.append(add_safe_headers)
    for channel in channels:
        app.add_routes(channel.routes(inbox))
    app.add_routes([web.get("/healthz", _health_route(health)), web.get("/metrics", _metrics_route(metrics))])
    return app


async def serve(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Listen; returns the runner, whose `cleanup()` ends it. Raises SettingsError when the port cannot be had."""
    runner = web.AppRunner(app, access_log_class=AccessLog, shutdown_timeout=10)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror}; set another PORT") from error
        raise
    return runner


@web.middleware
async def errors_in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error ends as a sentence in the visitor's language (JSON where asked for); no stack trace leaves."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _explained(request, error.status, error.headers.get("Allow", ""))
    except ConnectionError:
        raise
    except Exception:
        log.exception("a request failed: %s", request.method)
        return _explained(request, 500)


def _explained(request: web.Request, status: int, allow: str = "") -> web.Response:
    text = render(_sentence(status), Reader(language_of(request)))
    headers = {"Allow": allow} if allow else {}
    if "application/json" in (request.headers.get("Accept", ""), request.content_type):
        return web.json_response({"error": text}, status=status, headers=headers)
    return web.Response(text=text + "\n", status=status, headers=headers)


def _sentence(status: int) -> Text:
    match status:
        case 401 | 403:
            return t("This request is not allowed.")
        case 404 | 410:
            return t("There is nothing at this address.")
        case 405:
            return t("This address does not take this kind of request.")
        case 413:
            return t("The request is too large.")
        case 429:
            return t("That was too many messages at once. Please wait a few seconds.")
        case 503:
            return t("The service is not available just now. Please try again in a moment.")
        case _ if status >= 500:
            return t("Something went wrong here. It has been noted; please try again.")
        case _:
            return t("The request could not be read.")


async def add_safe_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser to load nothing from elsewhere, run nothing inline, guess no types and send no referrer."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy(request.host))
    response.headers["Server"] = "banhoc"


def _policy(host: str) -> str:
    # Safari before 15.4 does not count a WebSocket as 'self', so the own host is named too.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        f"default-src 'self'; connect-src 'self'{sockets}; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def _health_route(health: Health) -> Handler:
    async def healthz(request: web.Request) -> web.StreamResponse:
        try:
            state = await asyncio.wait_for(health(), 5)
        except Exception:
            log.exception("the health check failed")
            state = {"ok": False}
        status = 200 if state.get("ok", True) else 503
        return web.json_response(state, status=status, headers={"Cache-Control": "no-store"})

    return healthz


def _metrics_route(metrics: Metrics) -> Handler:
    async def show(request: web.Request) -> web.StreamResponse:
        return web.Response(body=metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    return show
