"""Narratives: the words that officers typed for the sections of the official report, kept with unit and period."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.period_tables import narratives


class Narratives:
    """What officers typed for the sections of the official report."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def of(self, unit_id: int, period_key: str) -> dict[str, str]:
        """The newest text of each section that has one."""
        return {section: text for section, (_, text, _) in (await self._rows(unit_id, period_key)).items() if text}

    async def before(self, unit_id: int, period_key: str, section: str) -> str:
        """The text before the newest one of a section."""
        return (await self._rows(unit_id, period_key)).get(section, (0, "", ""))[2]

    async def write(
        self, unit_id: int, period_key: str, texts: Mapping[str, str], by_id: int, now: datetime
    ) -> list[str]:
        """Keep new texts ("" empties a section); written by somebody else at the same moment makes a conflict.

        Returns the sections that changed."""
        known, changed = await self._rows(unit_id, period_key), []
        for section, text in texts.items():
            version, present, _ = known.get(section, (0, "", ""))
            if text == present:
                continue
            row = {"unit_id": unit_id, "period_key": period_key, "section": section, "version": version + 1}
            self._changes.insert(narratives, id=new_id(), **row, text=text, by_id=by_id, at=now)
            changed.append(section)
        return changed

    async def _rows(self, unit_id: int, period_key: str) -> dict[str, tuple[int, str, str]]:
        """By section: newest version, its text, and the text before."""
        mine = (narratives.c.unit_id == unit_id) & (narratives.c.period_key == period_key)
        found: dict[str, tuple[int, str, str]] = {}
        for row in await self._database.all(select(narratives).where(mine).order_by(narratives.c.version)):
            found[row.section] = (row.version, row.text, found[row.section][1] if row.section in found else "")
        return found
