"""Two addresses for whoever watches Pana: they need no host, no session and tell nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client

from config import health
from shelters.tenancy import names
from shelters.tenancy.migrate import as_owner
from tests.databases import move_to
from tests.shelters.later import without_the_newest_migration

HOSTS = ["127.0.0.1:8000", "[::1]", "localhost", "nobody.example", "samal.localhost"]
HOSTS += ["pana.localhost", "", "not a host"]


@pytest.fixture(autouse=True)
def unasked(monkeypatch) -> None:
    """As after a start: nothing is known yet."""
    monkeypatch.setattr(health, "latest", health.Latest())
    monkeypatch.setattr(health, "_current", set())


def ready() -> tuple[int, list[str]]:
    answer = Client(HTTP_HOST="127.0.0.1").get("/ready/")
    return answer.status_code, answer.text.splitlines()


@pytest.mark.parametrize("host", HOSTS)
def test_both_answer_on_every_host(db, host):
    client = Client(HTTP_HOST=host)

    assert (client.get("/health/").status_code, client.get("/health/").text) == (
        200,
        "Pana answers.\n",
    )
    assert (client.get("/ready/").status_code, client.get("/ready/").text) == (
        200,
        "Pana is ready.\n",
    )


def test_nobody_is_led_to_https_or_given_a_cookie(db, settings):
    settings.SECURE_SSL_REDIRECT = True

    for path in ("/health/", "/ready/"):
        answer = Client(HTTP_HOST="10.0.0.7").get(path, secure=False)
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "no-store"


def test_health_asks_no_database():
    """pytest-django lets no query through without the fixture `db`."""
    assert Client(HTTP_HOST="127.0.0.1").get("/health/").status_code == 200


@pytest.mark.parametrize("path", ["/health/", "/ready/"])
def test_nothing_can_be_sent_there(path):
    assert Client(HTTP_HOST="127.0.0.1").post(path).status_code == 405


def test_a_path_beside_them_is_a_page_like_any_other(db):
    assert Client(HTTP_HOST="127.0.0.1").get("/ready/more/").status_code == 404
    assert Client(HTTP_HOST="127.0.0.1").get("/health").status_code == 404


def test_a_database_that_is_away_is_said_in_a_sentence(committed):
    with database_away():
        assert ready() == (503, ["The database cannot be reached."])
        assert Client(HTTP_HOST="127.0.0.1").get("/health/").status_code == 200


@contextmanager
def database_away() -> Iterator[None]:
    before = connections["default"].settings_dict["NAME"]
    move_to("test_pana_nowhere")
    try:
        yield
    finally:
        move_to(before)


@pytest.mark.parametrize("schema", ["public", "samal"])
def test_tables_of_an_older_version_are_said_in_a_sentence(committed, schema):
    with without_the_newest_migration(schema):
        assert ready() == (503, ["The tables are not those of this version; run migrate."])


def test_a_shelter_of_before_gets_the_right_to_see_its_migrations(committed):
    role = names.quote(names.shelter_role(connections["default"].settings_dict["NAME"], "samal"))
    with as_owner("samal") as cursor:
        cursor.execute(f"REVOKE SELECT ON django_migrations FROM {role}")
        cursor.execute("COMMENT ON TABLE django_migrations IS NULL")

    assert ready()[0] == 503
    call_command("migrate", verbosity=0)
    assert health.troubles() == []


def test_a_broker_that_is_away_is_said_in_a_sentence(db):
    with broker_away():
        assert ready() == (503, ["The broker cannot be reached; deliveries wait for the sweep."])


@contextmanager
def broker_away() -> Iterator[None]:
    current_app.conf.broker_url = "redis://127.0.0.1:1/0"
    try:
        yield
    finally:
        current_app.conf.broker_url = settings.CELERY_BROKER_URL


def test_a_stranger_hears_only_that_it_is_not_ready(db):
    through_the_proxy = {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}

    with broker_away():
        for asker in ({"REMOTE_ADDR": "172.18.0.2"}, through_the_proxy):
            answer = Client(HTTP_HOST="samal.localhost", **asker).get("/ready/")
            assert (answer.status_code, answer.text) == (503, "Pana is not ready.\n")


@pytest.mark.usefixtures("cache_away")
def test_a_cache_that_is_away_is_said_in_a_sentence(db):
    assert ready() == (
        503,
        [
            "The cache cannot be reached. Attempts to sign in cannot be counted, so nobody is let"
            " in."
        ],
    )


def test_many_who_ask_cost_no_more_than_one(db, statements):
    ready()

    with statements() as sent:
        assert ready() == (200, ["Pana is ready."])

    assert len(sent) == 0
