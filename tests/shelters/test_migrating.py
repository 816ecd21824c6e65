"""Every shelter's schema is brought up to date, or named; a second run does the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connections
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from shelters.management.progress import Progress
from shelters.models import Shelter
from shelters.tenancy import many, provisioning, states
from shelters.tenancy.access import app_login
from shelters.tenancy.migrate import OWNER, as_owner
from shelters.tenancy.names import shelter_role
from shelters.tenancy.types import types_sql
from tests.conftest import SHELTERS
from tests.processes import (
    own_connection,
    started_command,
    wait_until_it_waits_for,
    wait_until_it_waits_for_its_turn,
)
from tests.shelters.later import (
    COLUMN,
    FAULT_AT_THE_END,
    INDEX,
    PYTHON,
    Later,
    in_all,
    without_the_newest_migration,
)
from tests.shelters.zhuldyz import started_opening

pytestmark = pytest.mark.usefixtures("committed")
HAS_COLUMN = (
    "SELECT count(*) FROM pg_attribute WHERE attrelid = 'cases_case'::regclass"
    " AND attname = 'later'"
)
HAS_INDEX = "SELECT to_regclass('later_index') IS NOT NULL"
EVERYWHERE = dict.fromkeys(SHELTERS, 1)
NOWHERE = dict.fromkeys(SHELTERS, 0)


@pytest.fixture
def later(tmp_path: Path, settings, monkeypatch) -> Iterator[Later]:
    found = Later(tmp_path, monkeypatch)
    settings.MIGRATION_MODULES = {"cases": found.name}
    yield found
    found.undo()


def migrate(**options: object) -> tuple[str, str]:
    """What the command said, and what it complained of."""
    said, complained = StringIO(), StringIO()
    try:
        call_command("migrate", stdout=said, stderr=complained, no_color=True, **options)
    except CommandError as error:
        complained.write(str(error))
    return said.getvalue().strip(), complained.getvalue().strip()


# --- what is behind ------------------------------------------------------------------------------


def test_nothing_to_do_is_found_out_by_few_statements():
    with CaptureQueriesContext(connections[OWNER]) as sent:
        said = migrate()

    assert said == ("public: 0 migrations; shelters brought up: 0", "")
    assert len(sent) < 35
    assert migrate(check=True) == ("", "")


@pytest.mark.parametrize("schema", ["public", "samal"])
def test_a_schema_that_lacks_a_migration_is_named(schema):
    """Public, too: without its tables no page of any shelter works."""
    with without_the_newest_migration(schema):
        assert migrate(check=True) == ("", f"Behind: {schema}. Run migrate.")


def test_of_many_that_are_behind_the_first_are_named(later):
    later.add(COLUMN)

    assert migrate(check=True)[1] == "Behind: aidyn, samal, tulpar. Run migrate."
    assert in_all(HAS_COLUMN) == NOWHERE


# --- by SQL, by Python ---------------------------------------------------------------------------


@pytest.mark.parametrize("helpers", [0, 3])
def test_what_is_sql_in_one_schema_is_sent_to_the_others(later, monkeypatch, helpers):
    monkeypatch.setattr(many, "HELPERS", helpers)
    later.add(COLUMN, INDEX)
    with CaptureQueriesContext(connections[OWNER]) as sent:
        assert migrate() == ("public: 0 migrations; shelters brought up: 3", "")

    assert in_all(HAS_COLUMN) == EVERYWHERE
    assert set(in_all(HAS_INDEX).values()) == {True}
    assert migrate(check=True) == ("", "")
    whole = [query for query in sent if "later_index" in query["sql"] and "GRANT" in query["sql"]]
    assert len(whole) == 2 or helpers
    assert not [query for query in whole if many.LOOK in query["sql"]]


def test_sql_that_ends_in_a_comment_is_sent_to_the_others_too(later):
    later.add("""migrations.RunSQL("SELECT 1 -- only looks")""", COLUMN)

    assert migrate() == ("public: 0 migrations; shelters brought up: 3", "")
    assert in_all(HAS_COLUMN) == EVERYWHERE


def test_python_in_a_migration_runs_in_each_schema(later):
    later.add(PYTHON)
    later.add(COLUMN)

    assert migrate() == ("public: 0 migrations; shelters brought up: 3", "")
    comments = in_all("SELECT obj_description('cases_case'::regclass, 'pg_class')")
    assert comments == {schema: schema for schema in SHELTERS}
    assert in_all(HAS_COLUMN) == EVERYWHERE


def test_schemas_of_different_ages_all_get_what_they_lack(later):
    later.add(COLUMN)
    migrate()
    with as_owner("samal") as cursor:
        cursor.execute("ALTER TABLE cases_case DROP COLUMN later")
        cursor.execute("DELETE FROM django_migrations WHERE name LIKE '%later'")
    later.add(INDEX)

    assert migrate()[0] == "public: 0 migrations; shelters brought up: 3"
    assert set(in_all(HAS_INDEX).values()) == {True}


@pytest.mark.parametrize("operation", [COLUMN, PYTHON])
def test_what_follows_a_migration_is_done_on_either_road(later, operation):
    count = "SELECT count(*) FROM auth_permission WHERE codename = 'view_case'"
    for schema in SHELTERS:
        with as_owner(schema) as cursor:
            cursor.execute("DELETE FROM auth_permission WHERE codename = 'view_case'")
    later.add(operation)
    migrate()

    assert in_all(count) == EVERYWHERE


def test_names_and_rights_in_sql_are_those_that_django_writes():
    told = (
        "SELECT app_label, model, codename, name FROM django_content_type t"
        " LEFT JOIN auth_permission p ON p.content_type_id = t.id ORDER BY 1, 2, 3"
    )
    with own_connection() as cursor:
        cursor.execute("SET LOCAL search_path = samal")
        by_django = cursor.execute(told).fetchall()
        cursor.execute("TRUNCATE django_content_type CASCADE")
        for _twice in range(2):
            cursor.execute(types_sql().encode())

        assert cursor.execute(told).fetchall() == by_django
        assert len(by_django) > 100


# --- failures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "broken"),
    [(COLUMN, "aidyn"), (COLUMN, "tulpar"), (PYTHON + ", " + COLUMN, "samal")],
)
def test_a_failure_is_named_and_the_others_are_migrated(later, operation, broken):
    later.add(operation)
    with as_owner(broken) as cursor:
        cursor.execute("ALTER TABLE cases_case ADD COLUMN later text")

    said, complained = migrate()
    assert said == "public: 0 migrations; shelters brought up: 2"
    assert f'{broken}: column "later" of relation "cases_case" already exists' in complained
    assert f"Left as they were: {broken}. The others are up to date" in complained
    assert migrate(check=True)[1] == f"Behind: {broken}. Run migrate."

    with as_owner(broken) as cursor:
        cursor.execute("ALTER TABLE cases_case DROP COLUMN later")
    assert migrate() == ("public: 0 migrations; shelters brought up: 1", "")


def test_a_failure_in_what_was_put_off_does_not_undo_the_others(later):
    later.add(FAULT_AT_THE_END, COLUMN)

    assert "samal: SQLSTATE 22012" in migrate()[1]
    with own_connection() as other:  # which sees only what is saved
        other.execute("SET search_path = tulpar")
        assert other.execute(HAS_COLUMN).fetchone() == (1,)
    assert in_all(HAS_COLUMN) == EVERYWHERE | {"samal": 0}


def test_a_failure_does_not_tell_what_a_row_holds(later):
    later.add("""migrations.RunSQL("SELECT 'her name'::int")""")

    complained = migrate()[1]
    assert "aidyn: SQLSTATE 22P02" in complained
    assert "her name" not in complained


def test_a_shelter_whose_schema_is_lost_is_named():
    with as_owner():
        lost = Shelter.objects.using(OWNER).create(name="Lost", schema="lost")
    try:
        assert "Left as they were: lost." in migrate()[1]
    finally:
        with as_owner():
            Shelter.objects.using(OWNER).filter(pk=lost.pk).delete()


# --- rights --------------------------------------------------------------------------------------


@pytest.fixture
def declared_anew(monkeypatch) -> Iterator[None]:
    """Rights on cases are declared differently, without any migration."""
    with monkeypatch.context() as patch:
        patch.setattr(Case, "append_only", True, raising=False)
        states._mark_in.cache_clear()
        yield
    states._mark_in.cache_clear()
    migrate()


def may(verb: str) -> set[object]:
    """What the database says of it to the shelters' own roles."""
    role = f"'{app_login()[0]}_' || current_schema()"
    return set(in_all(f"SELECT has_table_privilege({role}, 'cases_case', '{verb}')").values())


def test_rights_declared_anew_are_written_without_a_migration(declared_anew):
    assert migrate(check=True)[1] == "Behind: aidyn, samal, tulpar. Run migrate."

    assert migrate() == ("public: 0 migrations; shelters brought up: 3", "")
    assert may("UPDATE") == {False}
    assert migrate(check=True) == ("", "")


def test_rights_that_somebody_took_away_come_back_when_asked_for():
    with as_owner("samal") as cursor:
        cursor.execute(f'REVOKE ALL ON cases_case FROM "{shelter_role(app_login()[0], "samal")}"')

    assert migrate(rights=True)[0] == "public: 0 migrations; shelters brought up: 3"
    assert may("UPDATE") == {True}


# --- at the same time ----------------------------------------------------------------------------


@contextmanager
def migrating_beside() -> Iterator[StringIO]:
    """A migrate in another thread, begun when the block begins and finished when it ends."""
    complained = StringIO()

    def run() -> None:
        call_command("migrate", verbosity=0, stderr=complained)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    yield complained
    thread.join(30)
    assert not thread.is_alive()


def test_a_second_migrate_says_that_it_waits(later):
    later.add(COLUMN)
    with own_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [provisioning.ONE_AT_A_TIME])
        with migrating_beside() as complained:
            wait_until_it_waits_for_its_turn(other)
            assert in_all(HAS_COLUMN) == NOWHERE
            other.rollback()

    assert "another migrate runs; waiting for it." in complained.getvalue()
    assert in_all(HAS_COLUMN) == EVERYWHERE


@pytest.mark.usefixtures("gone_after")
def test_a_shelter_opened_meanwhile_by_an_older_pana_is_migrated_too(later):
    later.add(COLUMN)
    with own_connection() as other:
        other.execute("LOCK TABLE vault_sealingkey IN EXCLUSIVE MODE")
        with started_opening() as opening:
            wait_until_it_waits_for(other, "vault_sealingkey")
            with migrating_beside() as complained:
                wait_until_it_waits_for_its_turn(other)
                other.rollback()
            assert opening.wait() == 0

    assert "A shelter is being opened" in complained.getvalue()
    assert migrate(check=True) == ("", "")
    with as_owner("zhuldyz") as cursor:
        cursor.execute(HAS_COLUMN)
        assert cursor.fetchone() == (1,)


def test_a_process_killed_while_it_migrates_leaves_whole_schemas(later):
    later.add(COLUMN, INDEX)
    with own_connection() as other:
        other.execute("LOCK TABLE tulpar.cases_case IN ACCESS SHARE MODE")
        with started_command("migrate", **later.surroundings):
            wait_until_it_waits_for(other, "tulpar.cases_case")

    assert migrate()[1] == ""
    assert in_all(HAS_COLUMN) == EVERYWHERE
    assert set(in_all(HAS_INDEX).values()) == {True}
    assert migrate(check=True) == ("", "")


# --- how far it is -------------------------------------------------------------------------------


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar():
    screen = Terminal()
    progress = Progress(OutputWrapper(screen), 4)
    for done in range(1, 5):
        progress(done)

    assert screen.getvalue().endswith(f"\r[{'#' * 40}] 4 of 4 shelters\n")


def test_elsewhere_a_line_now_and_then(monkeypatch):
    monkeypatch.setattr("shelters.management.progress.SECONDS", 0.0)
    log = StringIO()
    Progress(OutputWrapper(log), 4)(1)

    assert log.getvalue() == "1 of 4 shelters\n"
