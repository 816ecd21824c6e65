"""A request is one unit: when it begins, when its answer leaves, and what is left of a bad end."""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg
import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from shelters.staff.models import User
from shelters.staff.permissions import rule
from shelters.tenancy import CrossedUnits, current_unit, in_shelter, unit_or_none
from shelters.tenancy.middleware import UnitOfWorkMiddleware

ERRORS = {
    "404": Http404,
    "403": PermissionDenied,
    "400": SuspiciousOperation,
    "500": ValueError,
}


@rule(public=True)
def save_and_raise(request: HttpRequest, status: str) -> HttpResponse:
    User.objects.create_user("half@saved.example", name="Half saved")
    raise ERRORS[status]


@rule(public=True)
def save_and_answer(request: HttpRequest, status: int) -> HttpResponse:
    User.objects.create_user("half@saved.example", name="Half saved")
    return HttpResponse(status=status)


@rule(public=True)
def stream(request: HttpRequest, kind: str) -> HttpResponse:
    emails = (user.email for user in User.objects.iterator())
    if kind == "file":
        file = tempfile.TemporaryFile()  # noqa: SIM115 the answer closes it
        file.write("".join(emails).encode())
        file.seek(0)
        return FileResponse(file)
    kinds = {"generator": lambda: emails, "list": lambda: list(emails), "tuple": lambda: (*emails,)}
    return StreamingHttpResponse(kinds[kind]())


@rule(public=True)
def misuse(request: HttpRequest, how: str) -> HttpResponse:
    """Saves, does something that no view may do, and says that all is well."""
    User.objects.create_user("half@saved.example", name="Half saved")
    ways[how]()
    return HttpResponse("Saved.")


def swallow() -> None:
    with suppress(psycopg.Error):
        connection.connection.execute("SELECT nothing")


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def wait_for_the_lock() -> None:
    run("SET LOCAL lock_timeout = '20ms'", "LOCK TABLE staff_rolegrant IN ROW EXCLUSIVE MODE")


def answer_too_slowly() -> None:
    run("SET LOCAL statement_timeout = '20ms'", "SELECT pg_sleep(5)")


def think_too_long() -> None:
    run("SET LOCAL idle_in_transaction_session_timeout = '20ms'")
    threading.Event().wait(0.2)
    run("SELECT 1")


def lose_the_connection() -> None:
    lose_it_at_the_end()
    run("SELECT 1")


def lose_it_at_the_end() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 1000)", [process])


ways: dict[str, Callable[[], None]] = {
    "swallow": swallow,
    "lock": wait_for_the_lock,
    "slow": answer_too_slowly,
    "idle": think_too_long,
    "killed": lose_the_connection,
    "killed-at-the-end": lose_it_at_the_end,
    "commit": lambda: run("ROLLBACK"),
}


urlpatterns = [
    path("stream/<str:kind>/", stream),
    path("misuse/<str:how>/", misuse),
    path("raise/<str:status>/", save_and_raise),
    path("answer/<int:status>/", save_and_answer),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"


@pytest.fixture
def ask(samal, settings):
    settings.ROOT_URLCONF = __name__

    def ask(address: str) -> tuple[int, bool]:
        browser = Client(HTTP_HOST="samal.localhost", raise_request_exception=False)
        status = browser.get(address).status_code
        with in_shelter(samal):
            return status, User.objects.filter(name="Half saved").exists()

    return ask


@pytest.mark.parametrize("status", ERRORS)
def test_of_a_view_that_raises_nothing_is_kept(ask, status):
    assert ask(f"/raise/{status}/") == (int(status), False)


def test_of_a_fault_of_ours_nothing_is_kept(ask):
    assert ask("/answer/503/") == (503, False)


@pytest.mark.parametrize("status", [200, 403])
def test_of_an_answer_what_was_written_is_kept(ask, status):
    """A view that refuses by an answer may leave on record that it did."""
    assert ask(f"/answer/{status}/") == (status, True)


# --- when it begins ------------------------------------------------------------------------------


class Slow(io.BytesIO):
    """A sender who takes his time; says what was open meanwhile."""

    def read(self, size: int = -1) -> bytes:
        seen.append((connection.in_atomic_block, unit_or_none() is not None))
        return super().read(size)


seen: list[tuple[bool, bool]] = []
MULTIPART = "multipart/form-data; boundary=x"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "kind", [MULTIPART, "application/json", "application/x-www-form-urlencoded"]
)
def test_a_slow_sender_holds_no_transaction_open(samal, method, kind):
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    request = RequestFactory().generic(
        method, "/", body, kind, HTTP_HOST="samal.localhost", **{"wsgi.input": Slow(body)}
    )
    seen.clear()

    def view(request: HttpRequest) -> HttpResponse:
        assert current_unit().schema == "samal"
        read_before = len(seen)
        assert request.POST if (method, kind) == ("POST", MULTIPART) else request.body
        assert len(seen) == read_before
        return HttpResponse()

    UnitOfWorkMiddleware(view)(request)

    assert seen
    assert set(seen) == {(False, False)}


class BrokenOff:
    def read(self, *_: object) -> bytes:
        raise ConnectionResetError

    readline = read


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("kind", [MULTIPART, FORM])
@pytest.mark.parametrize("rest", [BrokenOff, lambda: io.BytesIO(b"name=half")])
def test_a_sender_who_breaks_off_is_no_fault_of_ours_and_nothing_is_done(caplog, kind, rest):
    """Of a connection that was closed gunicorn gives what came; of one that was reset, an error."""
    browser = Client(HTTP_HOST="samal.localhost", raise_request_exception=False)
    broken = {"wsgi.input": rest(), "CONTENT_LENGTH": "100"}

    assert browser.generic("POST", "/", b"half", kind, **broken).status_code == 400
    assert "ERROR" not in {record.levelname for record in caplog.records}


# --- when its answer leaves ----------------------------------------------------------------------


@pytest.fixture
def say(samal, committed, settings) -> Callable[[str], tuple[int, str]]:
    settings.ROOT_URLCONF = __name__

    def say(address: str) -> tuple[int, str]:
        browser = Client(
            HTTP_HOST="samal.localhost", HTTP_ACCEPT_LANGUAGE="en", raise_request_exception=False
        )
        answer = browser.get(address)
        content = answer.getvalue() if answer.streaming else answer.content
        return answer.status_code, content.decode()

    return say


@pytest.mark.parametrize("kind", ["file", "list", "tuple"])
def test_what_was_prepared_is_streamed_after_the_unit(say, kind):
    assert say(f"/stream/{kind}/") == (200, "director@samal.example")


def test_what_would_be_fetched_while_it_is_sent_is_refused(say, caplog):
    """Half an answer with status 200 would be the other way to find out."""
    status, page = say("/stream/generator/")

    assert status == 500
    assert "director" not in page
    assert "Prepare it inside" in caplog.text


BUSY = "Somebody else was working on the same data, or it took too long. Nothing was saved."
AWAY = "The data cannot be reached. Nothing was saved."
UNSURE = "Nobody can say yet whether it was."


@pytest.mark.parametrize(
    ("how", "status", "sentence"),
    [
        ("swallow", 500, "It is not your fault. Nothing was saved."),
        ("commit", 500, "It is not your fault. Nothing was saved."),
        ("slow", 503, BUSY),
        ("idle", 503, BUSY),
        ("killed", 503, AWAY),
        ("killed-at-the-end", 503, UNSURE),
    ],
)
def test_no_page_says_saved_when_nothing_is_and_the_next_is_served(say, how, status, sentence):
    told, page = say(f"/misuse/{how}/")

    assert (told, sentence in page) == (status, True)
    assert "Traceback" not in page
    assert say("/answer/200/")[0] == 200
    assert count_half_saved() == 1


def test_who_waits_too_long_for_a_lock_is_told_so(say, other_transaction):
    told, page = say("/misuse/lock/")

    assert (told, BUSY in page) == (503, True)


@pytest.fixture
def other_transaction(samal, committed) -> Iterator[None]:
    """Holds a table of Samal's meanwhile."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("BEGIN")
        other.execute(f"SET LOCAL ROLE {connection.settings_dict['NAME']}_samal")
        other.execute("LOCK TABLE samal.staff_rolegrant IN SHARE ROW EXCLUSIVE MODE")
        yield
        other.execute("ROLLBACK")


def count_half_saved() -> int:
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"SET ROLE {connection.settings_dict['NAME']}_samal")
        found = other.execute("SELECT count(*) FROM samal.staff_user WHERE name = 'Half saved'")
        return int(found.fetchone()[0])


def test_the_limits_are_the_databases_own(in_samal):
    """Of the login, so that no code has to remember them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), current_setting('statement_timeout'),"
            " current_setting('idle_in_transaction_session_timeout')"
        )
        assert cursor.fetchone() == ("5s", "30s", "30s")


def test_a_request_cannot_enter_another_shelter(samal, tulpar):
    def cross(request: HttpRequest) -> HttpResponse:
        with pytest.raises(CrossedUnits), in_shelter(tulpar):
            pass
        return HttpResponse()

    request = RequestFactory().get("/", HTTP_HOST="samal.localhost")

    assert UnitOfWorkMiddleware(cross)(request).status_code == 200
