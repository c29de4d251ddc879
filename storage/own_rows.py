"""All rows about one person, from every table that can hold some: what /xoa would delete is what /dulieu hands over."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Table, case, or_, select

from storage.audit import audit
from storage.database import Database
from storage.erasure import rows_about
from storage.question_tables import question_posts, questions
from storage.tables import persons

_SECRET = ("hash", "token", "code")
"""Columns whose name holds one of these open something; they say nothing about the person."""

_OTHERS = {("roster_imports", "rows")}
"""Columns of the person's rows whose content is about other people."""


async def own_rows(database: Database, person_id: int, without: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """The person's rows by table, tables without any left out; without bytes, and without what names another person."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, which in rows_about(person_id).items():
        if table.name in without:
            continue
        rows = await database.all(select(*columns_to_hand_over(table)).where(which))
        if rows:
            found[table.name] = [dict(row._mapping) for row in rows]
    return found


def columns_to_hand_over(table: Table) -> list[Any]:
    """The columns of a table that the person gets."""
    return [
        column
        for column in table.c
        if not isinstance(column.type, LargeBinary)
        and not any(word in column.name for word in _SECRET)
        and (table.name, column.name) not in _OTHERS
        and not any(key.column is persons.c.id for key in column.foreign_keys)
    ]


async def talk_of(database: Database, person_id: int) -> list[dict[str, Any]]:
    """Every post about the person's own questions, and every post that the person wrote about another's.

    Who else wrote stands as a role; another person's question is not the person's to take along.
    """
    mine = questions.c.person_id == person_id
    wrote = question_posts.c.person_id == person_id
    statement = (
        select(
            case((mine, questions.c.id)).label("question"),
            case((mine, questions.c.text), else_="").label("about"),
            wrote.label("own"),
            *(question_posts.c[name] for name in ("role", "text", "at")),
        )
        .join(questions, questions.c.id == question_posts.c.question_id)
        .where(or_(mine, wrote))
    )
    rows = await database.all(statement.order_by(question_posts.c.question_id, question_posts.c.id))
    return [dict(row._mapping) for row in rows]


async def known_since(database: Database, person_id: int) -> Any:
    """When the person's row was made."""
    return await database.value(select(persons.c.created_at).where(persons.c.id == person_id))


async def looked_at(database: Database, person_id: int) -> list[dict[str, Any]]:
    """What the audit knows about this person: when, in which role, what was done, from where; never by whom."""
    return await _audited(database, audit.c.about == person_id)


async def done_by(database: Database, person_id: int) -> list[dict[str, Any]]:
    """What the audit knows that this person did: when, in which role, what, from where; never about whom."""
    return await _audited(database, audit.c.who == person_id)


async def _audited(database: Database, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = (audit.c.at, audit.c.role, audit.c.what, audit.c.via)
    rows = await database.all(select(*columns).where(which).order_by(audit.c.seq))
    return [dict(row._mapping) for row in rows]
