"""The unit of work, asked as the app's login on a real PostgreSQL."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from shelters.models import Domain, Shelter
from shelters.staff.models import User
from shelters.tenancy import CrossedUnits, OutsideUnit, current_unit, in_central, in_shelter
from shelters.tenancy.errors import CommitRolledBack


def ask(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def refused(sql: str, error: type[DatabaseError] = ProgrammingError) -> str:
    with pytest.raises(error) as caught, transaction.atomic():
        ask(sql)
    return str(caught.value)


def role_and_path() -> tuple[object, object, object]:
    return (
        ask("SELECT current_user"),
        ask("SELECT current_setting('search_path')"),
        ask("SELECT current_setting('app.shelter')"),
    )


def test_a_query_outside_a_unit_says_what_to_do(db):
    with pytest.raises(OutsideUnit, match="Open a unit of work first"):
        User.objects.exists()


def test_a_unit_is_a_role_a_path_and_a_shelter(in_samal, samal):
    role, path, shelter = role_and_path()

    assert str(role).endswith("_samal")
    assert path == "samal, public"
    assert shelter == str(samal.id)


def test_the_login_is_nobody_special(in_samal):
    found = ask(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolinherit"
        " FROM pg_roles WHERE rolname = session_user"
    )

    assert found is False


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM tulpar.staff_user",
        "SET LOCAL search_path = tulpar; SELECT count(*) FROM tulpar.events_event",
        "SELECT count(*) FROM public.staff_user",
        "SELECT count(*) FROM public.django_session",
        "CREATE TABLE samal.mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "TRUNCATE samal.staff_user",
        "UPDATE public.shelters_shelter SET name = 'x'",
        "UPDATE events_event SET by_name = 'x'",
        "DELETE FROM events_event",
    ],
)
def test_a_shelter_may_not(in_samal, sql):
    assert "permission denied" in refused(sql) or "must be owner" in refused(sql)


@pytest.mark.parametrize("table", ["samal.staff_user", "samal.events_event"])
def test_the_central_host_reads_no_shelter(in_central_host, table):
    assert "permission denied" in refused(f"SELECT count(*) FROM {table}")


def test_a_shelter_reads_only_its_own_record_and_keys(in_samal, samal):
    assert ask("SELECT string_agg(shelter_id::text, '') FROM shelters_shelterrecord") == str(
        samal.id
    )
    assert ask("SELECT count(DISTINCT shelter_id) FROM vault_wrappedkey") == 1
    assert ask("SELECT count(DISTINCT shelter_id) FROM vault_sealingkey") == 3


def test_leaving_an_inner_unit_restores_the_outer(in_samal, tulpar):
    outer = role_and_path()

    with in_shelter(tulpar):
        assert role_and_path() != outer

    assert role_and_path() == outer


def test_an_error_in_an_inner_unit_restores_the_outer(in_samal, tulpar):
    outer = role_and_path()

    with pytest.raises(ProgrammingError), in_shelter(tulpar):
        ask("SELECT count(*) FROM samal.staff_user")

    assert role_and_path() == outer


def test_a_savepoint_rolled_back_keeps_the_unit(in_samal):
    before = role_and_path()

    with pytest.raises(ProgrammingError), transaction.atomic():
        ask("SELECT nothing")

    assert role_and_path() == before


def test_a_request_stays_in_its_shelter(samal, tulpar):
    with in_shelter(samal, sealed=True):
        with pytest.raises(CrossedUnits), in_shelter(tulpar):
            pass
        with pytest.raises(CrossedUnits), in_central():
            pass
        with in_shelter(samal):
            assert current_unit().schema == "samal"


def test_no_detour_leads_out_of_a_sealed_unit(samal, tulpar):
    with in_shelter(samal, sealed=True), in_shelter(samal):
        with pytest.raises(CrossedUnits), in_shelter(tulpar):
            pass
        with pytest.raises(CrossedUnits), in_central():
            pass


def test_a_constraint_is_checked_at_once(in_samal, samal):
    """Not at COMMIT, when the page has already said that it is saved."""
    with pytest.raises(DatabaseError, match="foreign key"), transaction.atomic():
        ask(
            "INSERT INTO staff_rolegrant (id, user_id, role) VALUES"
            " (gen_random_uuid(), gen_random_uuid(), 'director') RETURNING id"
        )


@pytest.mark.usefixtures("committed")
class TestForReal:
    """Outermost units, which commit."""

    def test_nothing_is_left_on_the_connection(self, samal):
        with in_shelter(samal):
            pass

        held = connection.connection.execute(
            "SELECT current_user, current_setting('search_path'),"
            " current_setting('app.shelter', true)"
        ).fetchone()
        assert held == ("pana_app", '"$user", public', "")

    def test_a_swallowed_error_is_no_silent_rollback(self, samal):
        def save_and_swallow() -> None:
            with in_shelter(samal):
                User.objects.create_user("lost@samal.example", name="Lost")
                with contextlib.suppress(psycopg.Error):
                    connection.connection.execute("SELECT nothing")

        with pytest.raises(CommitRolledBack):
            save_and_swallow()

        with in_shelter(samal):
            assert not User.objects.filter(name="Lost").exists()

    def test_a_connection_the_server_dropped_is_replaced(self, samal):
        with in_shelter(samal):
            process = ask("SELECT pg_backend_pid()")
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute("SELECT pg_terminate_backend(%s, 1000)", [process])

        with in_shelter(samal):
            assert ask("SELECT pg_backend_pid()") != process

    def test_threads_do_not_meet(self, samal, tulpar):
        seen: list[tuple[str, str]] = []
        both_inside = threading.Barrier(2, timeout=10)

        def look(shelter: Shelter) -> None:
            with in_shelter(shelter):
                both_inside.wait()
                email = User.objects.get().email
                seen.append((shelter.schema, email))
            connection.close()

        run_together([lambda: look(samal), lambda: look(tulpar)])

        assert sorted(seen) == [
            ("samal", "director@samal.example"),
            ("tulpar", "director@tulpar.example"),
        ]


def run_together(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def test_names_and_hosts_of_all_shelters_are_readable(in_samal):
    assert Domain.objects.count() == Shelter.objects.count() == 3
