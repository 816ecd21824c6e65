"""Making a shelter's schema and role, as the owner."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError
from psycopg.errors import LockNotAvailable

from shelters.tenancy import access, states, template
from shelters.tenancy.migrate import as_owner
from shelters.tenancy.names import quote, shelter_role, shelters_role
from shelters.tenancy.recording import Script

ONE_AT_A_TIME = 7_202_611  # key of the advisory lock under which schemas are made and changed
PATIENCE = "20s"


class SomebodyElseIsAtIt(RuntimeError):
    """Schemas are being made or changed, and were still after some patience."""


def wait_for_others(cursor: Any) -> None:
    """Hold the lock of those who make or change schemas, until the transaction ends.

    Raises `SomebodyElseIsAtIt` when it is not free in time; the transaction has then failed.
    """
    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
    try:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise SomebodyElseIsAtIt from error
        raise
    cursor.execute("SET LOCAL lock_timeout = DEFAULT")


def is_free(cursor: Any, schema: str) -> bool:
    """Whether neither a schema nor a role stands in the way of a shelter's."""
    database, _login = access.app_login()
    cursor.execute(
        "SELECT to_regnamespace(%s) IS NULL AND to_regrole(%s) IS NULL",
        [quote(schema), quote(shelter_role(database, schema))],
    )
    return bool(cursor.fetchone()[0])


def make_schema(schema: str) -> None:
    """Role, schema, tables and rights in one message, in the caller's transaction as the owner.

    The caller holds the lock. Raises `ProgrammingError` when schema or role are there already.
    """
    with as_owner() as cursor:
        cursor.execute(_whole(schema, template.tables_sql(cursor)))


def _whole(schema: str, tables: str) -> str:
    database, login = access.app_login()
    role = shelter_role(database, schema)
    script = Script()
    script.execute(f"CREATE ROLE {quote(role)} NOLOGIN")
    script.execute(f"GRANT {quote(shelters_role(database))} TO {quote(role)}")
    access.let_become(script, role=role, login=login)
    script.execute(f"CREATE SCHEMA {quote(schema)}")
    script.execute(f"SET LOCAL search_path = {quote(schema)}")
    script.execute(tables)
    states.give_rights(script, schema)
    return str(script)
