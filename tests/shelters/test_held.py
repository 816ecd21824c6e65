"""The database is held to what the models declare; every way out of it is named, and refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config import health
from config.faults import NOT_HELD
from shelters.registry import in_schema
from shelters.tenancy import access, held, in_central
from shelters.tenancy.migrate import OWNER, as_owner
from tests.conftest import SHELTERS

DOMAINS = "public.shelters_domain"
RECORDS = "public.shelters_shelterrecord"


@pytest.fixture
def owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[str], None]]:
    """What it is told is there for everybody at once; `{db}` begins the roles' names."""
    with django_db_blocker.unblock():
        yield as_the_owner
        connections[OWNER].close()


def as_the_owner(sql: str) -> None:
    database, login = access.app_login()
    with as_owner() as cursor:
        cursor.execute(sql.format(db=database, app=login))


@contextmanager
def changed(sql: str, back: str) -> Iterator[None]:
    as_the_owner(sql)
    try:
        yield
    finally:
        as_the_owner(back)


def migrated_again() -> None:
    database, login = access.app_login()
    with as_owner() as cursor:
        access.create_group_roles(cursor, database=database, login=login)
        access.sync_public(cursor, database=database)
        for schema in SHELTERS:
            access.sync_schema(cursor, database=database, schema=schema)


def found() -> set[str]:
    """Differences, with the roles' names as the tests write them."""
    database, login = access.app_login()
    sentences = held.differences(SHELTERS)
    return {one.replace(f"{database}_", "{db}_").replace(login, "{app}") for one in sentences}


def test_nothing_differs(owner):
    assert found() == set()


BY_HAND = {
    "a policy that lets everybody read": (
        f"CREATE POLICY all_of_them ON {RECORDS} USING (true)",
        "public: the policy all_of_them on shelters_shelterrecord for ",
    ),
    "no policy": (
        f'DROP POLICY "{{db}}_shelters_select_0" ON {RECORDS}',
        "public: the policy {db}_shelters_select_0 on shelters_shelterrecord for {db}_shelters, ",
    ),
    "a policy that says something else": (
        f'ALTER POLICY "{{db}}_shelters_select_0" ON {RECORDS} USING (true)',
        "public: the policy {db}_shelters_select_0 on shelters_shelterrecord for {db}_shelters, ",
    ),
    "a policy for somebody else": (
        f'ALTER POLICY "{{db}}_shelters_select_0" ON {RECORDS} TO "{{db}}_central"',
        "public: the policy {db}_shelters_select_0 on shelters_shelterrecord for {db}_central, ",
    ),
    "row security that does not bind the owner": (
        f"ALTER TABLE {RECORDS} NO FORCE ROW LEVEL SECURITY",
        "public: row security for the owner on shelters_shelterrecord is missing.",
    ),
    "no row security": (
        f"ALTER TABLE {RECORDS} DISABLE ROW LEVEL SECURITY",
        "public: row security on shelters_shelterrecord is missing.",
    ),
    "the people of the central host": (
        'GRANT SELECT ON public.staff_user TO "{db}_shelters"',
        "public: SELECT on staff_user for {db}_shelters is not declared.",
    ),
    "the sessions of the central host": (
        "GRANT SELECT ON public.django_session TO PUBLIC",
        "public: SELECT on django_session for everybody is not declared.",
    ),
    "a table of one shelter in public": (
        'GRANT INSERT ON public.api_token TO "{db}_samal"',
        "public: INSERT on api_token for {db}_samal is not declared.",
    ),
    "the emptying of a shared table": (
        f'GRANT TRUNCATE ON {DOMAINS} TO "{{db}}_central"',
        "public: SELECT, TRUNCATE on shelters_domain for {db}_central is not declared.",
    ),
    "a right to pass on a right": (
        f'GRANT SELECT ON {DOMAINS} TO "{{db}}_shelters" WITH GRANT OPTION',
        "public: SELECT (to be passed on) on shelters_domain for {db}_shelters is not declared.",
    ),
    "a table that nobody declared": (
        'CREATE TABLE public.more (id int); GRANT SELECT ON public.more TO "{db}_shelters"',
        "public: SELECT on more for {db}_shelters is not declared.",
    ),
    "making tables in public": (
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        "public: CREATE of the schema for everybody is not declared.",
    ),
    "changing the trail": (
        'GRANT UPDATE ON samal.events_event TO "{db}_samal"',
        "samal: INSERT, SELECT, UPDATE on events_event for its role is not declared.",
    ),
    "less than what is declared": (
        'REVOKE UPDATE ON samal.cases_case FROM "{db}_samal"',
        "samal: DELETE, INSERT, SELECT, UPDATE on cases_case for its role is missing.",
    ),
    "coming in": (
        'REVOKE USAGE ON SCHEMA samal FROM "{db}_samal"',
        "samal: USAGE of the schema for its role is missing.",
    ),
    "temporary tables": (
        'GRANT TEMP ON DATABASE "{db}" TO PUBLIC',
        "database: everybody has TEMPORARY on the database.",
    ),
}


@pytest.mark.parametrize(("by_hand", "expected"), BY_HAND.values(), ids=BY_HAND)
def test_what_was_done_by_hand_is_named_and_migrating_undoes_it(owner, by_hand, expected):
    owner(by_hand)
    try:
        assert [one for one in found() if one.startswith(expected)]
    finally:
        migrated_again()
    assert found() == set()
    owner("DROP TABLE IF EXISTS public.more")


TAKEN_BACK = {
    "another shelter's table": (
        'GRANT SELECT ON samal.cases_case TO "{db}_tulpar"',
        {
            "samal: SELECT on cases_case for {db}_tulpar is not declared.",
            "database: {db}_tulpar has a right on table samal.cases_case.",
        },
        'REVOKE ALL ON samal.cases_case FROM "{db}_tulpar"',
    ),
    "another shelter's schema": (
        'GRANT USAGE ON SCHEMA samal TO "{db}_tulpar"',
        {
            "samal: USAGE of the schema for {db}_tulpar is not declared.",
            "database: {db}_tulpar has a right on schema samal.",
        },
        'REVOKE ALL ON SCHEMA samal FROM "{db}_tulpar"',
    ),
    "one column": (
        'GRANT SELECT (email) ON public.staff_user TO "{db}_shelters"',
        {"database: {db}_shelters has a right on column email of table staff_user."},
        'REVOKE ALL (email) ON public.staff_user FROM "{db}_shelters"',
    ),
    "a view, which sees what its owner does": (
        "CREATE VIEW samal.glimpse AS SELECT * FROM tulpar.cases_case;"
        'GRANT SELECT ON samal.glimpse TO "{db}_samal"',
        {"database: {db}_samal has a right on view samal.glimpse."},
        "DROP VIEW samal.glimpse",
    ),
    "a function": (
        "CREATE FUNCTION public.f() RETURNS int SECURITY DEFINER RETURN 1;"
        'GRANT EXECUTE ON FUNCTION public.f TO "{db}_samal"',
        {
            "database: {db}_samal has a right on function f().",
            "database: f() has its owner's rights and no search path of its own.",
        },
        "DROP FUNCTION public.f",
    ),
    "becoming another shelter": (
        'GRANT "{db}_tulpar" TO "{db}_samal"',
        {
            "samal: its role among {db}_tulpar is not declared.",
            "database: {db}_samal is a member of {db}_tulpar.",
        },
        'REVOKE "{db}_tulpar" FROM "{db}_samal"',
    ),
    "being a shelter without a unit": (
        'GRANT "{db}_samal" TO "{app}" WITH INHERIT TRUE',
        {"database: {app} is a member of {db}_samal and inherits its rights."},
        'GRANT "{db}_samal" TO "{app}" WITH INHERIT FALSE',
    ),
    "a mighty role": (
        'CREATE ROLE "{db}_mighty" CREATEDB; GRANT "{db}_mighty" TO "{app}" WITH INHERIT FALSE',
        {"database: {db}_mighty has CREATEDB."},
        'DROP ROLE "{db}_mighty"',
    ),
    "a right of the login's own": (
        f'GRANT SELECT ON {DOMAINS} TO "{{app}}"',
        {
            "public: SELECT on shelters_domain for {app} is not declared.",
            "database: {app} has a right on table shelters_domain.",
        },
        f'REVOKE ALL ON {DOMAINS} FROM "{{app}}"',
    ),
    "making schemas": (
        'GRANT CREATE ON DATABASE "{db}" TO "{app}"',
        {"database: {app} has CREATE on the database."},
        'REVOKE CREATE ON DATABASE "{db}" FROM "{app}"',
    ),
    "whatever is made from now on": (
        'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "{db}_shelters"',
        {
            "database: whatever pana_owner makes is given to {db}_shelters by default.",
            "database: {db}_shelters has a right on default privileges on new relations"
            " belonging to role pana_owner.",
        },
        'ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM "{db}_shelters"',
    ),
    "a table that is gone": (
        "ALTER TABLE samal.cases_entry RENAME TO gone",
        {
            "samal: the table cases_entry is missing.",
            "samal: INSERT, SELECT on cases_entry for its role is missing.",
            "database: {db}_samal has a right on table samal.gone.",
        },
        "ALTER TABLE samal.gone RENAME TO cases_entry",
    ),
    "a schema that is gone": (
        "ALTER SCHEMA samal RENAME TO gone",
        {"samal: there is no such schema."},
        "ALTER SCHEMA gone RENAME TO samal",
    ),
}


@pytest.mark.parametrize(("by_hand", "expected", "back"), TAKEN_BACK.values(), ids=TAKEN_BACK)
def test_what_migrating_does_not_undo_is_named(owner, by_hand, expected, back):
    with changed(by_hand, back):
        assert found() >= expected
    assert found() == set()


@pytest.mark.parametrize("setting", access.TIMEOUTS)
def test_an_app_that_would_wait_for_ever_is_named(owner, setting):
    with in_central(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {setting} = 0")
        assert held.differences([]) == [f"database: {setting} is 0."]


def test_a_table_made_without_rights_is_nobodys_and_no_difference(owner):
    with changed(
        "CREATE TABLE samal.more (id int); CREATE TABLE public.more (id int)",
        "DROP TABLE samal.more; DROP TABLE public.more",
    ):
        for schema in ("samal", "public"):
            for table in ("samal.more", "public.more"):
                with in_schema(schema), pytest.raises(DatabaseError, match="permission denied"):
                    _select_from(table)
        assert found() == set()


def _select_from(table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT FROM {table}")


def test_an_archived_shelter_reads_and_any_more_is_named(owner):
    database, _ = access.app_login()
    with as_owner() as cursor:
        access.put_in_archive(cursor, database=database, schema="samal")
    try:
        assert found() == set()
        with changed(LESS[1], LESS[0]):
            assert "samal: SELECT, UPDATE on cases_case for its role is not declared." in found()
    finally:
        with as_owner() as cursor:
            access.take_out_of_archive(cursor, database=database, schema="samal")
    assert found() == set()


def test_a_login_that_only_the_database_knows_does_not_wait_for_ever(owner):
    """As one that whoever runs the server made, with an address of their own."""
    login = f"{access.app_login()[0]}_stranger"
    by_hand = f"CREATE ROLE \"{login}\" LOGIN PASSWORD 'x'; GRANT CONNECT ON DATABASE"
    with changed(
        f'{by_hand} "{{db}}" TO "{login}"',
        f'REVOKE ALL ON DATABASE "{{db}}" FROM "{login}"; DROP ROLE "{login}"',
    ):
        told = connection.get_connection_params() | {"user": login, "password": "x"}
        with psycopg.connect(**told) as stranger:
            assert {name: _shown(stranger, name) for name in access.TIMEOUTS} == access.TIMEOUTS
    with psycopg.connect(**connections[OWNER].get_connection_params()) as anew:
        assert {_shown(anew, name) for name in access.TIMEOUTS} == {"0"}


def _shown(of: psycopg.Connection[Any], name: str) -> str:
    return of.execute(f"SHOW {name}").fetchone()[0]


# --- who is served -------------------------------------------------------------------------------

LESS = (
    'REVOKE UPDATE ON samal.cases_case FROM "{db}_samal"',
    'GRANT UPDATE ON samal.cases_case TO "{db}_samal"',
)


@pytest.fixture
def unasked(owner, monkeypatch) -> None:
    """As after a start: nothing is known yet."""
    for name in ("_held", "_refused"):
        monkeypatch.setattr(held, name, type(getattr(held, name))())
    monkeypatch.setattr(held, "ASK_EVERY", 0.0)
    monkeypatch.setattr(health, "latest", health.Latest())
    monkeypatch.setattr(health, "_current", set())


def answer(host: str) -> int:
    return Client(HTTP_HOST=f"{host}.localhost", raise_request_exception=False).get("/").status_code


def test_a_shelter_that_differs_is_refused_and_the_others_are_served(unasked, caplog):
    with changed(*LESS):
        assert [answer(host) for host in ("samal", "tulpar", "pana")] == [503, 302, 302]
        with pytest.raises(held.NotHeld), in_schema("samal"):
            pass

    assert "samal: DELETE, INSERT, SELECT, UPDATE on cases_case for its role" in caplog.text
    assert answer("samal") == 302


@pytest.mark.parametrize(
    ("by_hand", "back"),
    [
        (
            f"ALTER TABLE {RECORDS} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {RECORDS} FORCE ROW LEVEL SECURITY",
        ),
        TAKEN_BACK["becoming another shelter"][::2],
    ],
)
def test_nobody_is_served_from_shared_tables_without_their_security(unasked, by_hand, back):
    with changed(by_hand, back):
        assert [answer(host) for host in ("samal", "tulpar", "pana")] == [503, 503, 503]
        assert Client(HTTP_HOST="127.0.0.1").get("/ready/").text.splitlines() == [NOT_HELD]
        with pytest.raises(held.NotHeld), in_schema("public"):
            pass

    assert [answer(host) for host in ("samal", "tulpar", "pana")] == [302, 302, 302]


def test_the_page_says_to_wait_and_names_nothing(unasked):
    with changed(*LESS):
        page = Client(HTTP_HOST="samal.localhost", raise_request_exception=False).get("/")

    assert page.headers["Retry-After"] == "30"
    assert "cases_case" not in page.text


def test_a_process_asks_once(unasked):
    assert answer("samal") == 302

    with CaptureQueriesContext(connection) as sent:
        assert answer("samal") == 302
    assert not [query for query in sent if "pg_class" in query["sql"]]


def test_a_schema_that_is_refused_is_not_asked_of_at_every_page(unasked, monkeypatch):
    monkeypatch.setattr(held, "ASK_EVERY", 600.0)
    with changed(*LESS):
        assert answer("samal") == 503
        with CaptureQueriesContext(connection) as sent:
            assert answer("samal") == 503

    assert not [query for query in sent if "pg_class" in query["sql"]]


def test_the_check_of_the_operator_says_so_too(owner):
    said = StringIO()
    call_command("check", databases=["default"], stdout=said)
    assert "no issues" in said.getvalue()
    call_command("migrate", check=True)

    with changed(*LESS):
        with pytest.raises(SystemCheckError) as caught:
            call_command("check", databases=["default"])
        with pytest.raises(CommandError, match="cases_case for its role is missing"):
            call_command("migrate", check=True)
    assert "samal: DELETE, INSERT, SELECT, UPDATE on cases_case" in str(caught.value)
