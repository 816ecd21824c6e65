"""What the logs of web, worker and beat hold, and what they do not."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from celery import current_app
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from config import logs, public_urls, urls
from shelters.staff.models import User
from shelters.staff.permissions import rule
from shelters.tasks import ShelterTask
from shelters.tenancy import in_shelter

SECRET = "Birch 12"
SAMAL = "samal.localhost"


@pytest.fixture(params=[logs.JsonLines, logs.KeysAndValues])
def log(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What is written where the settings say, in each of both formats."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(request.param())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def lines() -> Iterator[Callable[..., list[dict[str, object]]]]:
    """The JSON lines of one logger."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonLines())
    logging.getLogger().addHandler(handler)
    level, logging.getLogger().level = logging.getLogger().level, logging.INFO

    def lines(name: str) -> list[dict[str, object]]:
        found = [json.loads(line) for line in written.getvalue().splitlines()]
        return [line for line in found if line["logger"] == name]

    yield lines
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(level)


def speak() -> None:
    logging.getLogger("tests.speaking").warning("Here.")


def fail() -> None:
    raise ValueError(SECRET)


def store_half_a_person() -> None:
    """PostgreSQL refuses the row and quotes it, whole."""
    User.objects.create(email="new@samal.example", name=SECRET, language=None)


@rule(public=True)
def breaking_page(request: object, client: str) -> HttpResponse:
    store_half_a_person()
    return HttpResponse()


@rule(public=True)
def quoting_page(request: object, client: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text::int", [SECRET])
    return HttpResponse()


@pytest.fixture
def pages(settings) -> Iterator[Client]:
    """Two more pages, which break."""
    more = [
        path("breaking/<str:client>/", breaking_page, name="breaking"),
        path("quoting/<str:client>/", quoting_page, name="quoting"),
    ]
    urls.urlpatterns += more
    _forget_addresses()
    yield Client(HTTP_HOST=SAMAL, raise_request_exception=False)
    for one in more:
        urls.urlpatterns.remove(one)
    _forget_addresses()


def _forget_addresses() -> None:
    from django.urls import clear_url_caches

    assert public_urls.urlpatterns is not urls.urlpatterns
    clear_url_caches()


def test_a_failure_is_told_by_its_kind_and_place(log):
    try:
        fail()
    except ValueError as error:
        logging.getLogger("any").exception("It broke (%s).", error)

    assert SECRET not in log.getvalue()
    assert "It broke (ValueError)." in log.getvalue()
    assert "test_logs.py" in log.getvalue()
    assert " fail" in log.getvalue()


def test_so_is_what_led_to_it(log):
    try:
        try:
            fail()
        except ValueError as first:
            raise KeyError(SECRET) from first
    except KeyError:
        logging.getLogger("any").exception("It broke.")

    assert SECRET not in log.getvalue()
    assert log.getvalue().index("KeyError") < log.getvalue().index("ValueError")


@pytest.mark.parametrize("words", ["{}", "Refused: {!r}"])
def test_what_a_library_made_text_of_loses_its_detail(in_samal, log, words):
    """Our own errors have no DETAIL; those of a plain connection of PostgreSQL's driver do."""
    driver = connection.connection
    with pytest.raises(Exception, match="Failing row") as caught, transaction.atomic():
        driver.execute("INSERT INTO staff_user (id, name) VALUES (gen_random_uuid(), %s)", [SECRET])

    logging.getLogger("any").error(words.format(caught.value))

    assert SECRET not in log.getvalue()
    assert "detail withheld" in log.getvalue()


def test_a_database_error_says_state_table_and_constraint_and_not_the_row(in_samal, log):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        store_half_a_person()

    logging.getLogger("any").error("Refused.", exc_info=caught.value)

    whole_chain = [caught.value, caught.value.__cause__]
    assert SECRET not in log.getvalue() + "".join(f"{error} {error!r}" for error in whole_chain)
    assert "SQLSTATE 23502, table staff_user, column language" in log.getvalue()


@pytest.mark.parametrize("page", ["breaking", "quoting"])
def test_a_page_that_breaks_in_the_database_logs_no_row(samal, pages, log, page):
    answer = pages.get(f"/{page}/{SECRET}/?who={SECRET}")

    assert answer.status_code == 500
    assert "SQLSTATE" in log.getvalue()
    assert SECRET not in log.getvalue()
    assert "Birch" not in log.getvalue()
    assert f"Internal Server Error: {page}" in log.getvalue()


def test_a_task_that_breaks_in_the_database_logs_no_row(samal, log):
    task = current_app.task(name="tests.break", base=ShelterTask)(store_half_a_person)

    task.apply(headers={"shelter": "samal"})

    assert "raised unexpected: django.db.utils.IntegrityError" in log.getvalue()
    assert "SQLSTATE 23502, table staff_user" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_a_task_that_fails_keeps_its_words_to_itself(log):
    task = current_app.task(name="tests.fail", base=None)(fail)

    task.apply()

    assert "tests.fail" in log.getvalue()
    assert "raised unexpected: ValueError" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_a_callback_after_commit_that_breaks_logs_no_words(
    samal, log, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), in_shelter(samal):
        transaction.on_commit(fail, robust=True)

    assert "ValueError" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_every_request_is_one_line_without_its_address(samal, lines):
    answer = Client(HTTP_HOST=SAMAL).get(f"/clients/?name={SECRET}")

    (line,) = lines("config.watching")
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["shelter"], line["route"], line["method"]) == ("samal", "cases:clients", "GET")
    assert (line["status"], line["level"]) == (302, "INFO")
    assert isinstance(line["ms"], int)
    assert SECRET not in json.dumps(line)


def test_the_number_of_a_request_is_ours(samal, lines):
    Client(HTTP_HOST=SAMAL).get("/", headers={"X-Request-ID": SECRET})

    (line,) = lines("config.watching")
    assert line["request"] != SECRET


def test_a_host_that_nobody_has_is_in_no_line(db, lines):
    Client(HTTP_HOST="birch.localhost").get("/clients/")

    (line,) = lines("config.watching")
    assert (line["status"], line["route"]) == (404, "unknown")
    assert "birch" not in json.dumps(line)
    assert "shelter" not in line


def test_a_task_says_whose_it_is(lines):
    task = current_app.task(name="tests.speak", base=None)(speak)

    done = task.apply(headers={"shelter": "tulpar"})

    (line,) = lines("tests.speaking")
    assert (line["shelter"], line["task"]) == ("tulpar", done.id)
    (ended,) = lines("config.celery")
    assert (ended["message"], ended["task"]) == ("tests.speak: success", done.id)


def test_a_line_stays_one_line():
    words = ("three\r\nfour\x1b[31m\u2028five\x85\x9b",)
    record = logging.LogRecord("any", logging.INFO, "", 0, "one\ntwo %s", words, None)

    assert logs.KeysAndValues().format(record).isprintable()
    assert "\n" not in logs.JsonLines().format(record)


@pytest.mark.usefixtures("db")
def test_where_somebody_came_from_is_in_no_line(log):
    browser = Client(HTTP_HOST=SAMAL, enforce_csrf_checks=True)
    browser.get("/account/login/", secure=True)

    came_from = f"https://elsewhere.example/clients/?name={SECRET.replace(' ', '+')}"
    answer = browser.post("/account/login/", secure=True, HTTP_REFERER=came_from)

    assert answer.status_code == 403
    assert "Referer checking failed - … does not match" in log.getvalue()
    assert "Birch" not in log.getvalue()


def test_a_terminal_gets_words_and_a_collector_json(monkeypatch):
    monkeypatch.setenv("PANA_LOGS", "words")
    assert logs.configuration()["formatters"]["discreet"]["()"] == "config.logs.KeysAndValues"

    monkeypatch.setenv("PANA_LOGS", "")  # no terminal here
    monkeypatch.setattr("sys.stderr", StringIO())
    assert logs.configuration()["formatters"]["discreet"]["()"] == "config.logs.JsonLines"
