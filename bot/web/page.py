"""The chat page and its parts, read once at the start and served from memory (so no request can reach another file)."""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.i18n import Reader, render, t
from bot.web.visitors import Visitors, language_of

_HERE = Path(__file__).resolve().parent
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json; charset=utf-8",
}

WORDS = {
    "title": t("Bạn Học: study companion"),
    "tagline": t("Automatic assistant for lifelong learning"),
    "skip": t("Go to the message box"),
    "conversation": t("Conversation with Bạn Học"),
    "compose": t("Write and send"),
    "write": t("Your message"),
    "placeholder": t("Write a message…"),
    "send": t("Send the message"),
    "attach": t("Attach a picture or a file"),
    "welcome": t("Hello! What did you study today?"),
    "explain": t("Write it in one ordinary sentence, or ask about the lifelong-learning movement."),
    "examples": t("Examples to begin with"),
    "example_log": t("Today I studied English for 2 hours"),
    "example_question": t("In which year does phase 2 begin?"),
    "example_start": t("Start"),
    "example_help": t("Help"),
    "no_script": t("This page needs JavaScript, which is switched off in this browser."),
    "offline": t("No connection. Reconnecting…"),
    "moved": t("The conversation is open in another tab. Touch here to continue in this one."),
    "no_cookie": t("This browser refuses cookies, so the conversation cannot be kept. Please allow them here."),
    "waiting": t("Waiting to be sent"),
    "failed": t("Not sent"),
    "retry": t("Send again"),
    "typing": t("Bạn Học is writing"),
    "bot": t("Bạn Học says"),
    "me": t("You say"),
    "choices": t("Choices"),
    "newest": t("To the newest message"),
    "edited": t("updated"),
    "picture": t("Picture: {name}", name="{name}"),
    "file": t("Download {name}, {size}", name="{name}", size="{size}"),
    "today": t("Today"),
    "yesterday": t("Yesterday"),
    "too_long": t("The text is too long to be sent. Please send it in parts."),
    "too_large": t("The file is larger than {limit} MB. Please send a smaller one.", limit="{limit}"),
    "file_failed": t("The file could not be sent. Please try again."),
    "sent_file": t("File: {name}", name="{name}"),
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page, also packed where that makes it smaller."""

    body: bytes
    packed: bytes
    media_type: str

    def answer(self, request: web.Request, cache_control: str) -> web.Response:
        """The file, packed when the browser takes gzip."""
        headers = {"Content-Type": self.media_type, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
        if self.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=self.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=self.body, headers=headers)


@cache
def assets() -> dict[str, Asset]:
    """All files of `static`, by name."""
    return {file.name: _asset(file) for file in sorted((_HERE / "static").iterdir()) if file.suffix in _TYPES}


def _asset(file: Path) -> Asset:
    body = file.read_bytes()
    packed = gzip.compress(body, mtime=0) if file.suffix in (".css", ".js", ".svg") else b""
    return Asset(body, packed, _TYPES[file.suffix])


@cache
def version() -> str:
    """A short hash of the page's parts: a change of any gives all a new address, so browsers may keep them for ever."""
    whole = hashlib.sha256()
    for name, asset in assets().items():
        whole.update(name.encode() + b"\0" + asset.body)
    return whole.hexdigest()[:12]


@cache
def html(language: str) -> str:
    """The page in one language."""
    environment = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined)
    words = {name: render(text, Reader(language)) for name, text in WORDS.items()}
    return environment.get_template("chat.html").render(language=language, words=words, version=version())


class Page:
    """Serves the page, its parts, the manifest and the offline shell."""

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Addresses of everything but the conversation itself."""
        return (
            web.get("/", self._page),
            web.get("/static/{version}/{name}", self._static),
            web.get("/manifest.webmanifest", self._root_file),
            web.get("/favicon.ico", self._root_file),
            web.get("/offline.js", self._root_file),
        )

    async def _page(self, request: web.Request) -> web.Response:
        response = web.Response(text=html(language_of(request)), content_type="text/html")
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Vary"] = "Accept-Language, Cookie"
        self._visitors.greet(request, response)
        return response

    async def _static(self, request: web.Request) -> web.Response:
        asset = assets().get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        current = request.match_info["version"] == version()
        return asset.answer(request, "public, max-age=31536000, immutable" if current else "no-cache")

    async def _root_file(self, request: web.Request) -> web.Response:
        # The worker of the offline shell may only watch the folder that it is served from, hence the root.
        return assets()[request.path.removeprefix("/")].answer(request, "no-cache")
