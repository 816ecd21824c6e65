"""By a view, a function, a temporary table, a missing table or another role: no way leads in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, connections

from shelters.tenancy.migrate import OWNER, as_owner
from tests.isolation.test_roles import NO_RIGHT, _answer_to

ENDS = "pgtrigger_end_destroys_the_envelope_0fa9e"
NOT_A_SYSTEMS = "nspname !~ '^(pg_|information_schema$)'"


def rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_there_is_no_view_that_could_see_more_than_who_asks_it(in_samal):
    found = rows(
        "SELECT relname FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
        f" WHERE relkind IN ('v', 'm', 'f') AND {NOT_A_SYSTEMS}"
    )

    assert found == []


def test_one_function_alone_has_more_rights_than_who_sets_it_off(in_samal):
    found = rows(
        "SELECT nspname, proname, prorettype::regtype::text, proconfig FROM pg_proc"
        f" JOIN pg_namespace AS n ON n.oid = pronamespace WHERE prosecdef AND {NOT_A_SYSTEMS}"
    )

    assert found == [("public", ENDS, "trigger", ["search_path=pg_catalog, pg_temp"])]
    assert _answer_to(f"SELECT public.{ENDS}()") == "0A000"  # only a trigger may call it


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW samal.glimpse AS SELECT 1",
        "CREATE TEMP VIEW glimpse AS SELECT 1",
        "CREATE TEMP TABLE mine (id uuid, ended_at timestamptz)",  # for that function as a trigger
        "CREATE FUNCTION samal.f() RETURNS int SECURITY DEFINER RETURN 1",
        "CREATE FUNCTION pg_temp.f() RETURNS int RETURN 1",
        f"CREATE TRIGGER mine BEFORE INSERT ON samal.cases_case EXECUTE FUNCTION public.{ENDS}()",
        "CREATE POLICY mine ON public.shelters_shelterrecord USING (true)",
        "ALTER TABLE samal.events_event DISABLE TRIGGER USER",
        "ALTER SCHEMA samal RENAME TO mine",
        "TRUNCATE public.funding_receipt",
        "TRUNCATE tulpar.cases_case",
        "DROP TABLE tulpar.cases_case",
        "LOCK TABLE tulpar.cases_case",
        "COPY tulpar.cases_case TO STDOUT",
        "COPY public.staff_user TO PROGRAM 'cat'",
        "SET LOCAL ROLE pana_owner",
        "SET LOCAL SESSION AUTHORIZATION pana_owner",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT * FROM pg_authid",
        "SELECT lo_import('/etc/hostname')",
        "ALTER ROLE pana_owner NOLOGIN",
    ],
)
def test_nothing_can_be_made_or_become(in_samal, sql):
    assert _answer_to(sql) == NO_RIGHT


def test_row_security_cannot_be_stepped_around(in_samal):
    """Switched off it does not show more: it refuses to answer."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")

    assert _answer_to("SELECT 1 FROM public.funding_receipt") == NO_RIGHT


def test_another_shelters_id_shows_no_row_of_its_schema(in_samal, tulpar):
    """Who could send SQL could say to be another shelter where rows are shared, and there alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.shelter', %s, true)", [str(tulpar.id)])

    assert _answer_to("SELECT 1 FROM tulpar.cases_case") == NO_RIGHT


def test_the_login_by_itself_may_do_nothing(in_samal):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")

    for table in ("samal.cases_case", "public.shelters_shelter", "public.staff_user"):
        assert _answer_to(f"SELECT 1 FROM {table}") == NO_RIGHT


@pytest.fixture
def without_tables(committed: None) -> Iterator[None]:
    tables = ("staff_user", "django_session", "events_event")
    with as_owner("samal") as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE samal.{table} RENAME TO {table}_gone")
    yield
    with as_owner("samal") as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE samal.{table}_gone RENAME TO {table}")
    connections[OWNER].close()


@pytest.mark.parametrize("table", ["staff_user", "django_session", "events_event"])
def test_a_table_missing_in_a_schema_is_an_error_and_not_the_publics(
    without_tables, in_samal, table
):
    assert _answer_to(f"SELECT 1 FROM {table}") == NO_RIGHT
    assert _answer_to(f"DELETE FROM {table}") == NO_RIGHT
    assert rows(f"SELECT to_regclass('{table}') = 'public.{table}'::regclass") == [(True,)]
