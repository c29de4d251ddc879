"""Database, tables and one module of queries per noun."""
