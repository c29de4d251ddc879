"""Pages of the desk: templates filled in the reader's words, with headers that allow nothing but our own style."""

from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import bot.web
from bot.desk.menu import places
from bot.desk.sessions import Visit, form_token
from bot.desk.words import WORDS
from bot.i18n import Reader, Text, format_number, render
from bot.marks import pieces, said
from bot.message import Reply
from bot.reports.unit_tables import Cell, Figure
from bot.reports.unit_tables import words as cell_words
from bot.web.page import version

HEADERS = {
    # No script at all; forms only to ourselves.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    # With no-referrer a browser would hide from us where a form comes from.
    "Referrer-Policy": "same-origin",
}


@cache
def _environment() -> Environment:
    folder = Path(bot.web.__file__).parent / "templates" / "desk"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(name: str, reader: Reader, *, status: int = 200, **view: Any) -> web.Response:
    """A page from its template; `view` holds what it shows, texts still without a language."""

    def say(value: Any) -> str:
        return render(value, reader)

    def cell(value: Cell) -> str:
        return cell_words(value, reader)

    def styled(reply: Reply) -> list[tuple[str, frozenset[str]]]:
        return pieces(*said(reply, reader))

    def number(value: float) -> str:
        return format_number(value, reader.language)

    view = {"signed_in": False, "here": "", **view}
    view["words"] = {key: render(text, reader) for key, text in WORDS.items()}
    view |= {"language": reader.language, "version": version(), "say": say, "cell": cell, "is_figure": _is_figure}
    view |= {"number": number, "styled": styled}
    html = _environment().get_template(name).render(view)
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8", headers=HEADERS)


def _is_figure(value: Cell) -> bool:
    return isinstance(value, Figure)


def desk_page(name: str, visit: Visit, *, here: str, **view: Any) -> web.Response:
    """A page for somebody who is signed in; `here` names the place in the menu."""
    view |= {"signed_in": True, "here": here, "places": places(visit.roles), "form_token": form_token(visit.secret)}
    return page(name, visit.turn.reader, **view)


def notice(
    title: Text, lines: tuple[Text, ...], reader: Reader, *, status: int, visit: Visit | None = None
) -> web.Response:
    """A page that only says something."""
    if visit is not None:
        answer = desk_page("notice.html", visit, here="", title=title, lines=lines)
        answer.set_status(status)
        return answer
    return page("notice.html", reader, status=status, title=title, lines=lines)
