"""Bring a database to the newest version, or write the next migration, with Alembic over our own connection."""

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database
from storage.tables import metadata

for _module in iter_modules([str(Path(__file__).parent)]):
    # A noun alone with its tables defines them in its own file: all are imported, so that the metadata is whole.
    import_module(f"storage.{_module.name}")

_LOCK = 0x62616E686F63
"""Key of the PostgreSQL advisory lock that lets one process migrate at a time ("banhoc")."""
_SCRIPTS = str(Path(__file__).parent / "migrations")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database) -> None:
    """Run every migration that is missing; several processes may ask at once."""
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    if MigrationContext.configure(connection).get_current_revision() != _newest():
        command.upgrade(_config(connection), "head")


@cache
def _newest() -> str | None:
    """The newest version that there is; the files of all migrations are read for it only once in a process."""
    return ScriptDirectory(_SCRIPTS).get_current_head()


async def differences(database: Database) -> list[object]:
    """What the tables say that the database does not have; empty when the migrations are complete."""
    async with database.writing() as connection:
        return await connection.run_sync(
            lambda sync: list(compare_metadata(MigrationContext.configure(sync), metadata))
        )


async def write_next(database: Database, what: str) -> None:
    """Write a migration file from the difference between the tables and the database."""
    async with database.writing() as connection:
        await connection.run_sync(lambda sync: _revision(sync, what))


def _revision(connection: Connection, what: str) -> None:
    config = _config(connection)
    versions = Path(__file__).parent / "migrations" / "versions"
    number = f"{len(list(versions.glob('[0-9]*.py'))) + 1:04d}"
    command.revision(config, message=what, autogenerate=True, rev_id=number)
