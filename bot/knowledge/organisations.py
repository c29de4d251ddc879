"""Which organisation of the articles a person belongs to, told by the root of the unit tree."""

import re
import tomllib
from functools import cache
from pathlib import Path

import msgspec

from bot.i18n import LOCALES
from bot.knowledge.documents import KnowledgeError
from bot.language.fold import fold

_GAP = re.compile(r"[^0-9a-z]+")
_SAMPLE = re.compile(r"\b(mau|x|thi du|vi du|demo|sample|gia dinh)\b")
"""Words that mark an invented unit: they name no other organisation."""


class Organisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"excluded": "not"}):
    """One table of organisations.toml; `whole` wants nothing else in the name."""

    names: tuple[str, ...]
    codes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    whole: bool = False


def load_organisations(path: Path) -> dict[str, Organisation]:
    """Read the table, folded. Raises KnowledgeError when it is missing or not as expected."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        found = msgspec.convert(tables, dict[str, Organisation])
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise KnowledgeError(f"{path.name}: {error}") from error
    return {id: _folded(one) for id, one in found.items()}


def _folded(one: Organisation) -> Organisation:
    names, codes, excluded = (tuple(map(_plain, part)) for part in (one.names, one.codes, one.excluded))
    return Organisation(names, codes, excluded, one.whole)


@cache
def _organisations() -> dict[str, Organisation]:
    return load_organisations(LOCALES / "vi" / "organisations.toml")


def organisation_of(root_name: str, root_kind: str = "", root_code: str = "") -> str | None:
    """The organisation id of the articles ("qk2", "kttv", …) for the root of a unit tree, or None.

    `root_kind` (as in units.csv) rules out what a name alone would allow: an army unit is no province.
    """
    name = " ".join(_SAMPLE.sub(" ", _plain(root_name)).split())
    kind = _plain(root_kind)
    front = _plain(re.split(r"[-._/\s]", root_code.strip(), maxsplit=1)[0])
    fitting = [
        (CODE_LETTERS if front and front in one.codes else _fit(one, name), id)
        for id, one in _organisations().items()
        if kind not in _KINDS or _KINDS[kind] == (id == "qk2")
    ]
    letters, best = max(fitting, default=(0, ""))
    return best if letters else None


_KINDS = {"military": True, "quan doi": True, "quan su": True, "province": False, "tinh": False, "agency": False}
"""Kinds of units, and whether they are army units; any other kind says nothing."""
CODE_LETTERS = 1000
"""A code that fits counts more than any name."""


def _fit(one: Organisation, name: str) -> int:
    """Letters of the longest name that stands whole in this one; 0 when none does."""
    if any(_holds(name, word) for word in one.excluded):
        return 0
    return max((len(word) for word in one.names if name == word or (not one.whole and _holds(name, word))), default=0)


def _holds(name: str, words: str) -> bool:
    return f" {words} " in f" {name} "


def _plain(text: str) -> str:
    return _GAP.sub(" ", fold(text)).strip()
