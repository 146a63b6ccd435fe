"""The Index port on PostgreSQL. Only this folder and the store's adapter know psycopg."""

from workspace.search.postgres.index import PostgresIndex, PostgresIndexes

__all__ = ["PostgresIndex", "PostgresIndexes"]
