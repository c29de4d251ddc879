"""The parts of the desk, and which of them somebody with these roles may open."""

from collections.abc import Iterable

from bot.desk.address import PATH
from storage.roles import ADMIN, CONFIRM, SEND, VIEW, Role

PLACES = (
    ("tree", PATH, VIEW),
    ("summary", f"{PATH}/tong-hop", VIEW),
    ("completeness", f"{PATH}/hoan-thanh", VIEW),
    ("submission", f"{PATH}/nop", VIEW),
    ("deadlines", f"{PATH}/han-nop", VIEW),
    ("members", f"{PATH}/thanh-vien", CONFIRM),
    ("evidence", f"{PATH}/minh-chung", CONFIRM),
    ("questions", f"{PATH}/hoi-dap", SEND),
    ("knowledge", f"{PATH}/tri-thuc", ADMIN),
    ("broadcasts", f"{PATH}/thong-bao", SEND),
    ("requests", f"{PATH}/yeu-cau", ADMIN),
    ("audit", f"{PATH}/kiem-soat", VIEW),
)
"""Each part by its name in the words, its address, and the right that opens it (or: only admins)."""


def places(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Name and address of every part that these roles open; the page itself checks once more."""
    held = {right for role in roles for right in (*role.rights, role.role)}
    return [(name, address) for name, address, right in PLACES if right in held or ADMIN in held]
