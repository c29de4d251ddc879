"""What one turn wants to write, kept as data until the commit: rows, statements, and what must hold."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable, Table


@dataclass(slots=True)
class Changes:
    """The writes of one turn. Rows of many turns are sent together, so keys are made by `new_id`, never read back."""

    rows: list[tuple[Table, dict[str, Any]]] = field(default_factory=list)
    once: list[tuple[Table, dict[str, Any]]] = field(default_factory=list)
    before: list[Executable] = field(default_factory=list)
    statements: list[Executable] = field(default_factory=list)
    conditions: list[Executable] = field(default_factory=list)
    repeated: list[tuple[Executable, dict[str, Any]]] = field(default_factory=list)
    wakes: bool = False

    def insert(self, table: Table, **values: Any) -> None:
        """Add a row."""
        self.rows.append((table, values))

    def insert_once(self, table: Table, **values: Any) -> None:
        """Add a row, unless one with the same unique key is there already (also one of this very commit)."""
        self.once.append((table, values))

    def first(self, statement: Executable) -> None:
        """Run an UPDATE or DELETE before the rows go in (to make room for a unique one)."""
        self.before.append(statement)

    def run(self, statement: Executable) -> None:
        """Run an UPDATE or DELETE after the rows are in."""
        self.statements.append(statement)

    def repeat(self, statement: Executable, **parameters: Any) -> None:
        """Run a module's constant statement with these parameters, together with those of all other turns."""
        self.repeated.append((statement, parameters))

    def wake(self) -> None:
        """Call the senders of all processes once the commit is through: something waits in the outbox."""
        self.wakes = True

    def require(self, statement: Executable) -> None:
        """Run an UPDATE or DELETE that must touch exactly one row; else the whole turn is a conflict and runs again."""
        self.conditions.append(statement)
