"""How a stored file leaves for a browser: shown or saved, never run."""

import re
from urllib.parse import quote

from bot.message import File, FileRef

SHOWN = ("image/png", "image/jpeg")
"""What a page shows as a picture; all else is a download."""
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-zA-Z0-9.+-]+")


def file_headers(file: File | FileRef) -> dict[str, str]:
    """Headers under which a file is shown or saved, never run: pictures inline, all else as a download."""
    name, media_type = file.name, file.media_type
    ascii_name = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in name)
    kind = "inline" if media_type in SHOWN else "attachment"
    return {
        "Content-Type": media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream",
        "Content-Disposition": f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600",
    }
