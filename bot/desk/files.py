"""Files that leave the desk: always to be saved, never opened as a page of ours, whatever they are called."""

from urllib.parse import quote

from aiohttp import web

from bot.message import File

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def attached(file: File) -> web.Response:
    """The file for the browser to save under its name, in plain letters for browsers that know no others."""
    plain = "".join(sign if sign in _PLAIN else "_" for sign in file.name)
    headers = {
        "Content-Type": file.media_type,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    return web.Response(body=file.content, headers=headers)
