"""A shelter is opened whole, or not at all."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections
from django.test import Client
from django.utils import translation

from shelters.models import Domain, Shelter
from shelters.operations import (
    BadDays,
    BadName,
    BadSchemaName,
    BadWord,
    Busy,
    NameTaken,
    Newcomer,
    SchemaTaken,
    add_operator,
    open_shelter,
)
from shelters.staff.models import User
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter, provisioning
from shelters.tenancy.access import app_login
from shelters.tenancy.migrate import OWNER, as_owner
from shelters.tenancy.names import shelter_role
from shelters.tenancy.template import TABLE, tables_sql
from shelters.vault.keys import data_key
from tests.processes import own_connection, wait_until_it_waits_for
from tests.shelters.zhuldyz import DIRECTOR, started_opening

pytestmark = pytest.mark.usefixtures("committed", "gone_after")


def open_zhuldyz(**other: Any) -> Shelter:
    usual = {"name": "Zhuldyz", "schema": "zhuldyz", "word": "zhuldyz", "director": DIRECTOR}
    return open_shelter(**(usual | other))


def left_behind() -> dict[str, int]:
    role = shelter_role(app_login()[0], "zhuldyz")
    with as_owner() as cursor:
        counts = {}
        for what, sql in {
            "schemas": "SELECT count(*) FROM pg_namespace WHERE nspname = 'zhuldyz'",
            "roles": f"SELECT count(*) FROM pg_roles WHERE rolname = '{role}'",
            "shelters": "SELECT count(*) FROM shelters_shelter WHERE schema = 'zhuldyz'",
            "domains": "SELECT count(*) FROM shelters_domain WHERE host LIKE 'zhuldyz%'",
            "keys": "SELECT count(*) - 6 FROM vault_wrappedkey",
        }.items():
            cursor.execute(sql)
            counts[what] = cursor.fetchone()[0]
    return counts


NOTHING = dict.fromkeys(["schemas", "roles", "shelters", "domains", "keys"], 0)


def test_a_shelter_opens_with_address_role_keys_and_director():
    shelter = open_zhuldyz(state_paid_days=180)

    with in_shelter(shelter):
        assert len(data_key()) == 32
        director = User.objects.get()
        assert (director.email, director.language) == ("first@zhuldyz.example", "kk")
        assert director.roles == [Role.DIRECTOR]
        assert shelter.record.state_paid_days == 180
        assert Domain.objects.get(shelter=shelter).host == "zhuldyz.localhost"
    call_command("migrate", check=True)
    answer = Client(HTTP_HOST="zhuldyz.localhost").get("/")
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


@pytest.mark.parametrize(
    "schema",
    ["", "a", "Zhuldyz", "1st", "pg_zhuldyz", "public", "zhul-dyz", "x" * 31, 'a"; DROP', "жұлдыз"],
)
def test_a_bad_schema_name_is_refused(schema):
    with pytest.raises(BadSchemaName):
        open_zhuldyz(schema=schema)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "Sam\x00al", "Sam\nal"])
def test_a_bad_name_is_refused(name):
    with pytest.raises(BadName):
        open_zhuldyz(name=name)

    assert left_behind() == NOTHING


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_impossible_days_are_refused(days):
    with pytest.raises(BadDays):
        open_zhuldyz(state_paid_days=days)


@pytest.mark.parametrize("word", ["", "-a", "a.b", "Zhuldyz", "жұлдыз", "a" * 60])
def test_a_bad_word_is_refused(word):
    with pytest.raises(BadWord):
        open_zhuldyz(word=word)


@pytest.mark.parametrize(
    "taken", [{"name": "Samal"}, {"schema": "samal"}, {"word": "samal"}, {"word": "pana"}]
)
def test_what_is_taken_is_refused_and_leaves_nothing(taken):
    with pytest.raises(NameTaken):
        open_zhuldyz(**taken)

    assert left_behind() == NOTHING


def test_a_failure_at_the_last_step_leaves_nothing():
    too_long = Newcomer("x" * 300 + "@zhuldyz.example", "First", "correct-horse-7")

    with pytest.raises(DatabaseError):
        open_zhuldyz(director=too_long)

    assert left_behind() == NOTHING


class Stopped(Exception):
    pass


def stop_at(step: int) -> Callable[..., Any]:
    """Cuts the opening off when it is about to send its statement of that number."""
    steps = itertools.count(1)

    def stop(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if next(steps) == step:
            raise Stopped
        return execute(sql, params, many, context)

    return stop


def test_a_crash_at_any_step_leaves_nothing():
    with as_owner() as cursor:
        tables_sql(cursor)  # or each try would record them
    for step in itertools.count(1):
        try:
            with connections[OWNER].execute_wrapper(stop_at(step)):
                open_zhuldyz()
        except Stopped:
            assert left_behind() == NOTHING, f"after step {step}"
        else:
            break

    assert step > 20
    assert left_behind() != NOTHING


def test_a_fault_within_the_one_message_leaves_nothing():
    with as_owner() as cursor:
        tables_sql(cursor)  # there now, whatever a test before this one did to it
        cursor.execute(f"UPDATE {TABLE} SET sql = sql || '; SELECT 1/0'")
    try:
        with pytest.raises(DatabaseError, match="division by zero"):
            open_zhuldyz()
    finally:
        with as_owner() as cursor:
            cursor.execute(f"UPDATE {TABLE} SET sql = replace(sql, '; SELECT 1/0', '')")

    assert left_behind() == NOTHING


@pytest.mark.parametrize(
    ("thing", "left"),
    [("SCHEMA zhuldyz", {"schemas": 1}), ('ROLE "{role}"', {"roles": 1})],
)
def test_what_somebody_made_by_hand_is_refused_and_left_alone(thing, left):
    role = shelter_role(app_login()[0], "zhuldyz")
    with as_owner() as cursor:
        cursor.execute(f"CREATE {thing.format(role=role)}")

    with pytest.raises(SchemaTaken):
        open_zhuldyz()

    assert left_behind() == NOTHING | left


def test_who_opens_while_tables_are_changed_is_told_so(monkeypatch):
    monkeypatch.setattr(provisioning, "PATIENCE", "50ms")
    with own_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [provisioning.ONE_AT_A_TIME])

        with pytest.raises(Busy):
            open_zhuldyz()

    assert left_behind() == NOTHING


def test_a_process_killed_while_it_opens_a_shelter_leaves_nothing():
    with own_connection() as other:
        other.execute("LOCK TABLE vault_sealingkey IN EXCLUSIVE MODE")
        with started_opening():
            wait_until_it_waits_for(other, "vault_sealingkey")

    assert left_behind() == NOTHING
    open_zhuldyz()


def test_of_two_who_open_the_same_shelter_one_does():
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            open_zhuldyz()
            outcomes.append("opened")
        except NameTaken:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["opened", "refused"]


def test_the_command_says_what_it_did_and_what_is_wrong(monkeypatch, settings):
    answers = {
        "name": "Zhuldyz",
        "email": DIRECTOR.email,
        "person": DIRECTOR.name,
        "password_stdin": True,
    }

    def run(password: str) -> str:
        said = StringIO()
        monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
        with translation.override("ru"):
            call_command("open_shelter", "zhuldyz", **answers, stdout=said)
        return said.getvalue()

    settings.PORT = "8123"

    with pytest.raises(CommandError, match="too short"):
        run("short")
    assert "https://zhuldyz.localhost:8123/" in run("correct-horse-7")
    with pytest.raises(CommandError, match="already a shelter"):
        run("correct-horse-7")


def test_without_anybody_to_ask_the_command_says_how_to_give_a_password(monkeypatch):
    answers = {"name": "Aidyn", "email": DIRECTOR.email, "person": DIRECTOR.name}
    monkeypatch.setattr("sys.stdin", StringIO())

    with pytest.raises(CommandError, match="use --password-stdin"):
        call_command("open_shelter", "aidyn", **answers)


def test_the_first_operator_is_let_in_once():
    operator = Newcomer("operator@central.example", "Operator", "correct-horse-7")
    assert add_operator(operator).email == "operator@central.example"

    with pytest.raises(NameTaken):
        add_operator(operator)
