"""What one turn wants to write, kept as data until the commit: rows, statements, and what must hold."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable, Table


@dataclass(slots=True)
class Changes:
    """The writes of one turn. Rows of many turns are sent together, so keys are made by `new_id`, never read back."""

    rows: list[tuple[Table, dict[str, Any]]] = field(default_factory=list)
    before: list[Executable] = field(default_factory=list)
    statements: list[Executable] = field(default_factory=list)
    conditions: list[Executable] = field(default_factory=list)

    def insert(self, table: Table, **values: Any) -> None:
        """Add a row."""
        self.rows.append((table, values))

    def first(self, statement: Executable) -> None:
        """Run an UPDATE or DELETE before the rows go in (to make room for a unique one)."""
        self.before.append(statement)

    def run(self, statement: Executable) -> None:
        """Run an UPDATE or DELETE after the rows are in."""
        self.statements.append(statement)

    def require(self, statement: Executable) -> None:
        """Run an UPDATE or DELETE that must touch exactly one row; else the whole turn is a conflict and runs again."""
        self.conditions.append(statement)

    def discard(self) -> None:
        """Forget everything: the turn ended in an error."""
        self.rows.clear()
        self.before.clear()
        self.statements.clear()
        self.conditions.clear()
