"""Making a shelter's schema and role, as the owner."""

from __future__ import annotations

from typing import Any

from shelters.tenancy import access
from shelters.tenancy.migrate import as_owner, migrate_schema
from shelters.tenancy.names import quote, shelter_role, shelters_role

ONE_AT_A_TIME = 7_202_611  # key of the advisory lock under which schemas are made


def make_schema(schema: str) -> None:
    """Role, schema, tables and rights, in the caller's transaction as the owner.

    Raises `ProgrammingError` when schema or role are there already.
    """
    database, login = access.app_login()
    role = shelter_role(database, schema)
    with as_owner() as cursor:
        _wait_for_others(cursor)
        cursor.execute(f"CREATE ROLE {quote(role)} NOLOGIN")
        cursor.execute(f"GRANT {quote(shelters_role(database))} TO {quote(role)}")
        access.let_become(cursor, role=role, login=login)
        cursor.execute(f"CREATE SCHEMA {quote(schema)}")
    migrate_schema(schema)


def _wait_for_others(cursor: Any) -> None:
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
