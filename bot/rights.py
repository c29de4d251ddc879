"""The rights of an officer in words: what each is called, how a role is named, what whoever lacks one is told."""

from collections.abc import Iterable

from bot.clock import last_day
from bot.errors import UserError
from bot.i18n import Joined, Text, joined, t
from bot.language.fold import fold
from storage.roles import CONFIRM as CONFIRM
from storage.roles import RIGHTS as RIGHTS
from storage.roles import SEND as SEND
from storage.roles import SUBMIT as SUBMIT
from storage.roles import VIEW as VIEW
from storage.roles import Role

RIGHT_NAMES = {
    VIEW: t("view figures"),
    CONFIRM: t("confirm members"),
    SUBMIT: t("submit reports"),
    SEND: t("send notices"),
}


def lacks_right(right: str) -> Text:
    """For an officer who may view, but not do this."""
    return t(
        "{You} may view this unit, but this role does not hold the right to {right}. Whoever gave the role can add it.",
        right=RIGHT_NAMES[right],
    )


def names_of(rights: Iterable[str]) -> Joined:
    """Rights in words, in their order."""
    held = set(rights)
    return joined([RIGHT_NAMES[right] for right in RIGHTS if right in held], ", ")


def name_of_role(role: Role) -> Text:
    """One role, with its rights where some are missing, and its last day where it ends."""
    if not role.unit_code:
        name = t("admin")
    else:
        name = t("officer of {unit} ({code})", unit=role.unit_name, code=role.unit_code)
        if set(role.rights) != set(RIGHTS):
            name = t("{role}, only to {rights}", role=name, rights=names_of(role.rights))
    if role.ends_at is not None:
        name = t("{role}, until the end of {day}", role=name, day=last_day(role.ends_at))
    return name


_SAID = {
    VIEW: ("view", "xem", "xem so lieu", "view figures"),
    CONFIRM: ("confirm", "xac nhan", "thanh vien", "xac nhan thanh vien", "confirm members"),
    SUBMIT: ("submit", "nop", "nop bao cao", "bao cao", "submit reports"),
    SEND: ("send", "gui", "gui thong bao", "thong bao", "send notices"),
}


def rights_said(words: str) -> tuple[str, ...]:
    """Rights named with commas, in either language; view goes along with each. Raises UserError."""
    found = {VIEW}
    for part in words.split(","):
        said = fold(" ".join(part.split()))
        named = [right for right, names in _SAID.items() if said in names]
        if not named:
            raise UserError(
                t(
                    "There is no right “{words}”. Rights: {rights}.",
                    words=part.strip()[:40],
                    rights=joined(RIGHT_NAMES.values(), ", "),
                )
            )
        found.update(named)
    return tuple(right for right in RIGHTS if right in found)
