"""A schema made from the recording is the one that the migrations would have made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from shelters.tenancy.access import app_login
from shelters.tenancy.migrate import OWNER, as_owner, run
from shelters.tenancy.names import shelter_role, shelters_role
from shelters.tenancy.placement import Place
from shelters.tenancy.provisioning import make_schema
from shelters.tenancy.states import give_rights
from shelters.tenancy.template import SCRATCH, TABLE, record, tables_sql

pytestmark = pytest.mark.usefixtures("committed")
OF_THE_SCHEMA = "relnamespace = %s::regnamespace"
CATALOGS = {
    "relations": "SELECT relname, relkind, relpersistence, reloptions, relreplident, relacl::text,"
    " relrowsecurity, relforcerowsecurity, relowner::regrole, obj_description(oid, 'pg_class')"
    f" FROM pg_class WHERE {OF_THE_SCHEMA}",
    "columns": "SELECT relname, attnum, attname, format_type(atttypid, atttypmod), attnotnull,"
    " attidentity, attgenerated, attcollation, attstorage, attacl::text,"
    " pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)"
    " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
    " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
    f" WHERE attnum > 0 AND {OF_THE_SCHEMA}",
    "constraints": "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated,"
    " condeferrable, condeferred, obj_description(oid, 'pg_constraint')"
    " FROM pg_constraint WHERE connamespace = %s::regnamespace",
    "indexes": "SELECT pg_get_indexdef(indexrelid), indisvalid, indisprimary, indisclustered"
    f" FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE {OF_THE_SCHEMA}",
    "sequences": "SELECT sequencename, sequenceowner, data_type, start_value, min_value, max_value,"
    " increment_by, cycle, cache_size, last_value FROM pg_sequences WHERE schemaname = %s",
    "triggers": "SELECT pg_get_triggerdef(pg_trigger.oid), tgenabled,"
    " obj_description(pg_trigger.oid, 'pg_trigger')"
    f" FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE {OF_THE_SCHEMA}"
    " AND NOT tgisinternal",
    "functions": "SELECT pg_get_functiondef(oid), proowner::regrole, proacl::text,"
    " obj_description(oid, 'pg_proc') FROM pg_proc WHERE pronamespace = %s::regnamespace",
    "policies": f"SELECT polname, polcmd, polroles::text FROM pg_policy JOIN pg_class"
    f" ON pg_class.oid = polrelid WHERE {OF_THE_SCHEMA}",
    "types": "SELECT typname, typtype, typacl::text FROM pg_type"
    " WHERE typnamespace = %s::regnamespace",
    "the schema": "SELECT nspowner::regrole, nspacl::text FROM pg_namespace WHERE nspname = %s",
}


@contextmanager
def nothing_kept() -> Iterator[Any]:
    with transaction.atomic(using=OWNER):
        with as_owner() as cursor:
            yield cursor
        transaction.set_rollback(True, using=OWNER)


def make_by_migrations(cursor: Any, schema: str) -> None:
    """The way that was walked before there was a recording, and still is for each of its tables."""
    database, login = app_login()
    role = shelter_role(database, schema)
    cursor.execute(f'CREATE ROLE "{role}" NOLOGIN')
    cursor.execute(f'GRANT "{shelters_role(database)}" TO "{role}"')
    cursor.execute(f'GRANT "{role}" TO "{login}" WITH INHERIT FALSE, SET TRUE')
    cursor.execute(f'CREATE SCHEMA "{schema}"')
    with as_owner(schema):
        run(Place.SHELTER)
        give_rights(cursor, schema)


def described(cursor: Any, schema: str) -> dict[str, list[str]]:
    """Everything in the schema, line by line, without its name."""
    found = {}
    for what, sql in CATALOGS.items():
        cursor.execute(sql, [schema])
        found[what] = sorted(str(row).replace(schema, "…") for row in cursor.fetchall())
    return found | {f"rows of {table}": rows for table, rows in rows_of(cursor, schema)}


def rows_of(cursor: Any, schema: str) -> Iterator[tuple[str, list[str]]]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
    for (table,) in cursor.fetchall():
        cursor.execute(f'SELECT to_jsonb(t) - \'applied\' FROM "{schema}"."{table}" t')
        yield table, sorted(str(row) for row in cursor.fetchall())


def memberships(cursor: Any, schema: str) -> list[str]:
    cursor.execute(
        "SELECT roleid::regrole, member::regrole, admin_option, inherit_option, set_option"
        " FROM pg_auth_members WHERE %s::regrole IN (roleid, member)",
        [f'"{shelter_role(app_login()[0], schema)}"'],
    )
    return sorted(str(row).replace(schema, "…") for row in cursor.fetchall())


def test_it_is_equal_in_every_catalog_and_row():
    with nothing_kept() as cursor:
        make_by_migrations(cursor, "migrated")
        make_schema("recorded")

        wanted = described(cursor, "migrated")
        assert described(cursor, "recorded") == wanted
        assert memberships(cursor, "recorded") == memberships(cursor, "migrated")
        for what in ("triggers", "functions", "rows of auth_permission", "sequences"):
            assert wanted[what], what
        assert len(wanted["columns"]) > 100


def test_when_it_was_migrated_is_when_it_was_made():
    with nothing_kept() as cursor:
        make_schema("recorded")

        cursor.execute("SELECT bool_and(applied = now()) FROM recorded.django_migrations")
        assert cursor.fetchone() == (True,)


def test_a_recording_leaves_nothing_and_names_no_schema():
    assert SCRATCH not in record()

    with as_owner() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [SCRATCH])
        assert cursor.fetchone() == (0,)


def test_it_is_recorded_once_and_then_sent_whole():
    with nothing_kept() as cursor:
        tables_sql(cursor)
        with CaptureQueriesContext(connections[OWNER]) as sent:
            make_schema("recorded")

    assert len(sent) < 10


@pytest.mark.parametrize("change", ["SET fingerprint = 'of older migrations'", None])
def test_without_a_recording_of_these_migrations_one_is_made(change):
    with nothing_kept() as cursor:
        usual = tables_sql(cursor)
        cursor.execute(f"UPDATE {TABLE} {change}" if change else f"DROP TABLE {TABLE}")

        assert tables_sql(cursor).splitlines()[0] == usual.splitlines()[0]
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        assert cursor.fetchone() == (1,)


def test_nobody_but_the_owner_reads_it():
    with as_owner() as cursor:
        cursor.execute("SELECT relacl FROM pg_class WHERE oid = %s::regclass", [TABLE])
        assert cursor.fetchone() == (None,)
