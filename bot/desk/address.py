"""Where the desk is found from outside: what the chat puts in front of a link."""

from urllib.parse import urlsplit

PATH = "/desk"
_EVERYWHERE = ("0.0.0.0", "::", "")

_origin = "http://127.0.0.1:8080"


def set_origin(public_url: str, host: str, port: int) -> None:
    """Name this server (settings PUBLIC_URL, HOST, PORT); when the program is put together."""
    global _origin
    _origin = origin_of(public_url, host, port)


def origin() -> str:
    """Scheme, host and port of this server as a browser reaches it."""
    return _origin


def origin_of(public_url: str, host: str, port: int) -> str:
    """The public address without its path, else http://host:port; a server that listens everywhere is at localhost."""
    if public_url:
        parts = urlsplit(public_url)
        return f"{parts.scheme}://{parts.netloc}"
    name = "localhost" if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"
