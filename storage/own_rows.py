"""All rows about one person, from every table that can hold some: what /xoa would delete is what /dulieu hands over."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import LargeBinary, Table, select

from storage.audit import audit
from storage.database import Database
from storage.erasure import rows_about

_SECRET = ("hash", "token", "code")
"""Columns whose name holds one of these open something; they say nothing about the person."""


async def own_rows(database: Database, person_id: int, without: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """The person's rows by table, tables without any left out; bytes stand as their number."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, which in rows_about(person_id).items():
        if table.name in without:
            continue
        rows = await database.all(select(*_columns(table)).where(which))
        if rows:
            found[table.name] = [dict(row._mapping) for row in rows]
    return found


def _columns(table: Table) -> list[Any]:
    return [
        column
        for column in table.c
        if not isinstance(column.type, LargeBinary) and not any(word in column.name for word in _SECRET)
    ]


async def looked_at(database: Database, person_id: int) -> list[dict[str, Any]]:
    """What the audit knows about this person: when, in which role, what was done, from where; never by whom."""
    columns = (audit.c.at, audit.c.role, audit.c.what, audit.c.via)
    rows = await database.all(select(*columns).where(audit.c.about == person_id).order_by(audit.c.seq))
    return [dict(row._mapping) for row in rows]
