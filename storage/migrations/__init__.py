"""Alembic migrations; `make migration M="what changes"` writes the next one."""
