"""The movement's titles that an authority recognises: what each is called, and the document that sets it.

A unit's title without a level is of the years before 2024 (Thông tư 22/2020/TT-BGDĐT), or nobody said the level; it is
counted with neither level.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.i18n import Text, t
from bot.reports.citations import QD_387, QD_677, TT_22, TT_24, TT_25
from storage.recognitions import (
    CITIZEN,
    CLAN,
    COMMUNE,
    COMMUNE_UNIT,
    COMMUNITY,
    FAMILY,
    UNIT,
    UNIT_1,
    UNIT_2,
    Recognised,
)


@dataclass(frozen=True, slots=True)
class Title:
    """What a title is called, and what sets it."""

    name: Text
    source: Text


TITLES: Mapping[str, Title] = {
    CITIZEN: Title(t("Learning citizen"), QD_677),
    FAMILY: Title(t("Learning family"), QD_387),
    CLAN: Title(t("Learning clan"), QD_387),
    COMMUNITY: Title(t("Learning community of a village"), QD_387),
    COMMUNE: Title(t("Learning community of a commune"), TT_25),
    COMMUNE_UNIT: Title(t("Learning unit of a commune"), QD_387),
    UNIT: Title(t("Learning unit"), TT_22),
    UNIT_1: Title(t("Learning unit, level 1"), TT_24),
    UNIT_2: Title(t("Learning unit, level 2"), TT_24),
}


def matter_name(title: str | None, what: str) -> Text | str:
    """What was recognised: the title's name, or the free words."""
    return TITLES[title].name if title else what


def name_of_matter(one: Recognised) -> Text | str:
    """The same for a counted figure."""
    return matter_name(one.title, one.what)
