"""The parts of the desk, and which of them somebody with these roles may open."""

from collections.abc import Iterable

from bot.desk.address import PATH
from bot.i18n import Text, t
from storage.roles import ADMIN, CONFIRM, SEND, VIEW, Role

PLACES = (
    ("tree", PATH, VIEW, t("Units")),
    ("summary", f"{PATH}/tong-hop", VIEW, t("Summary")),
    ("completeness", f"{PATH}/hoan-thanh", VIEW, t("Completeness")),
    ("submission", f"{PATH}/nop", VIEW, t("Report")),
    ("deadlines", f"{PATH}/han-nop", VIEW, t("Deadlines")),
    ("members", f"{PATH}/thanh-vien", CONFIRM, t("Members")),
    ("evidence", f"{PATH}/minh-chung", CONFIRM, t("Evidence")),
    ("questions", f"{PATH}/hoi-dap", SEND, t("Questions")),
    ("knowledge", f"{PATH}/tri-thuc", ADMIN, t("Knowledge")),
    ("broadcasts", f"{PATH}/thong-bao", SEND, t("Announcements")),
    ("requests", f"{PATH}/yeu-cau", ADMIN, t("Requests")),
    ("audit", f"{PATH}/kiem-soat", VIEW, t("Control")),
)
"""Each part: its name, its address, the right that opens it (or: only admins), and a word short enough for phones."""


def places(roles: Iterable[Role]) -> list[tuple[str, str, Text]]:
    """Name, address and label of every part that these roles open; the page itself checks once more."""
    held = {right for role in roles for right in (*role.rights, role.role)}
    return [(name, address, label) for name, address, right, label in PLACES if right in held or ADMIN in held]
