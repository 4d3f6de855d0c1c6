"""The database of accounts, orders and inventories: one for all, SQLite by default, PostgreSQL where several machines share it."""

from database.opening import Database, DatabaseError
from database.tables import Base, Coded, Instant

__all__ = ["Base", "Coded", "Database", "DatabaseError", "Instant"]
