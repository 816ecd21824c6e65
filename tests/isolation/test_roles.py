"""What PostgreSQL refuses by itself, were a page to ask for another shelter's rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from shelters.tenancy.placement import Place, models_in

VERBS = {
    "SELECT": "SELECT 1 FROM {} LIMIT 1",
    "INSERT": "INSERT INTO {} DEFAULT VALUES",
    "UPDATE": "UPDATE {} SET {} = {}",
    "DELETE": "DELETE FROM {}",
}
NO_RIGHT = "42501"  # insufficient_privilege: asked before any row is looked at


def refusals_of(schema: str, models: list[type[Model]]) -> Iterator[tuple[str, str | None]]:
    """Each verb on each table, and the code of the database's answer; none when it obeyed."""
    for model in models:
        table = f"{schema}.{model._meta.db_table}"
        column = model._meta.pk.column
        for verb, sql in VERBS.items():
            yield f"{verb} {table}", _answer_to(sql.format(table, column, column))


def _answer_to(sql: str) -> str | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return str(error.__cause__.sqlstate)
    return None


def all_refused(schema: str, models: list[type[Model]]) -> bool:
    answers = dict(refusals_of(schema, models))
    assert {asked: code for asked, code in answers.items() if code != NO_RIGHT} == {}
    return len(answers) == len(models) * len(VERBS) > 0


def test_no_table_of_another_shelter_answers(in_samal):
    assert all_refused("tulpar", models_in(Place.SHELTER))


def test_no_table_of_a_shelter_answers_the_central_host(in_central_host):
    assert all_refused("tulpar", models_in(Place.SHELTER))


def test_no_table_of_the_central_host_answers_a_shelter(in_samal):
    own = [model for model in models_in(Place.PUBLIC) if not hasattr(model, "shared")]

    assert all_refused("public", own)


def test_a_table_of_cases_is_among_those_tried():
    assert "cases_case" in {model._meta.db_table for model in models_in(Place.SHELTER)}


@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE cases_case",
        "DROP TABLE cases_case",
        "ALTER TABLE cases_case ADD COLUMN more int",
        "CREATE TABLE more (id int)",
        "CREATE TABLE public.more (id int)",
        "CREATE SCHEMA more",
        "ALTER TABLE public.shelters_shelter DISABLE ROW LEVEL SECURITY",
        "SET LOCAL session_replication_role = replica",
    ],
)
def test_a_shelter_changes_nothing_but_rows(in_samal, sql):
    assert _answer_to(sql) == NO_RIGHT


def test_a_right_in_the_own_schema_is_not_one_by_another_path(in_samal):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = tulpar, public")

    assert _answer_to("SELECT 1 FROM cases_case") == "42P01"  # undefined_table: not even seen
