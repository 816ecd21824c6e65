"""From a host name to a shelter, and nothing else told to those who guess."""

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import ClientHandler
from gunicorn.config import Config
from gunicorn.http.errors import InvalidHeader
from gunicorn.http.parser import RequestParser
from gunicorn.http.wsgi import create

from config.wsgi import Request
from shelters.tenancy import hosts

STRANGERS = [
    "nobody.localhost",
    "www.samal.localhost",
    "samal.localhost.evil.example",
    "evil.example",
    "samal",
    "samal.localhost:80:80",
    "samal_localhost",
    "",
    "'; DROP SCHEMA samal; --.localhost",
]


@pytest.fixture(autouse=True)
def forgotten(rows):
    hosts.forget()


@pytest.mark.parametrize("host", STRANGERS)
def test_every_unknown_host_gets_the_same_404(host):
    expected = Client(HTTP_HOST="nobody-at-all.localhost").get("/")

    answer = Client(HTTP_HOST=host).get("/clients/")

    assert answer.status_code == 404
    assert answer.content == expected.content
    assert "samal" not in answer.text.lower()


@pytest.mark.parametrize(
    "host", ["samal.localhost", "SAMAL.localhost", "samal.localhost.", "samal.localhost:8000"]
)
def test_a_known_host_answers_however_it_is_written(host):
    assert Client(HTTP_HOST=host).get("/").status_code == 302


def test_a_forwarded_host_is_ignored():
    answer = Client(HTTP_HOST="nobody.localhost", HTTP_X_FORWARDED_HOST="samal.localhost").get("/")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("target", "hosts_named", "status"),
    [
        ("http://nobody.localhost/", ["samal.localhost"], 302),
        ("http://samal.localhost/", ["nobody.localhost"], 404),
        ("//samal.localhost/", ["nobody.localhost"], 404),
        ("/", [], 404),
    ],
)
def test_the_address_in_the_first_line_of_a_request_decides_nothing(target, hosts_named, status):
    """As the web server hands it on, which reads the whole address of a request to a proxy."""
    assert sent_raw(target, hosts_named).status_code == status


def test_a_request_with_two_hosts_reaches_no_page():
    with pytest.raises(InvalidHeader):
        sent_raw("/", ["nobody.localhost", "samal.localhost"])


def sent_raw(target: str, hosts_named: list[str]) -> HttpResponseBase:
    head = [f"GET {target} HTTP/1.1", *(f"Host: {host}" for host in hosts_named), "", ""]
    here, rules = ("127.0.0.1", 80), Config()
    request = next(RequestParser(rules, iter(["\r\n".join(head).encode()]), here))
    _answer, environ = create(request, None, here, here, rules)
    handler = ClientHandler()
    handler.load_middleware()
    return handler.get_response(Request(environ))


def test_all_addresses_are_asked_for_at_once_and_remembered_for_a_while(statements):
    Client(HTTP_HOST="samal.localhost").get("/")

    with statements() as sent:
        Client(HTTP_HOST="samal.localhost").get("/")
        Client(HTTP_HOST="tulpar.localhost").get("/")

    assert not asked(sent)


def test_a_host_nobody_has_is_asked_for_once_a_second_at_most(statements):
    with statements() as sent:
        for number in range(5):
            Client(HTTP_HOST=f"nobody{number}.localhost").get("/")

    assert len(asked(sent)) == 1


def test_an_address_that_another_process_has_just_given_is_found_within_a_second(monkeypatch):
    hosts.remember({})
    before = Client(HTTP_HOST="samal.localhost").get("/").status_code
    monkeypatch.setattr(hosts, "STRANGER", 0.0)

    assert (before, Client(HTTP_HOST="samal.localhost").get("/").status_code) == (404, 302)


def test_what_another_thread_hears_meanwhile_makes_nobody_unknown(samal):
    class Interrupted(dict):
        """Another thread is told all addresses just as this one has looked among the old ones."""

        def get(self, host):
            hosts.remember({host: samal})
            return super().get(host)

    hosts.remember(Interrupted())
    hosts._told = (hosts._told[0], float("-inf"))

    assert hosts.remembered("samal.localhost") == (False, None)
    assert hosts.remembered("samal.localhost") == (True, samal)


def asked(sent):
    return [query for query in sent if "shelters_domain" in query["sql"]]


def test_answers_are_never_kept_by_the_browser():
    answer = Client(HTTP_HOST="samal.localhost").get("/")

    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_wrong_method_says_so_in_words(in_samal):
    answer = Client(HTTP_HOST="samal.localhost").put("/account/login/")

    assert answer.status_code == 405
    assert "<h1>" in answer.text


def test_a_page_before_any_person_is_known_speaks_the_language_asked_for():
    in_kazakh = {"HTTP_ACCEPT_LANGUAGE": "kk"}
    strange = Client(HTTP_HOST="nobody.localhost", **in_kazakh).get("/")
    huge = Client(HTTP_HOST="samal.localhost", **in_kazakh).post(
        "/account/login/", {"login": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    )
    by_cookie = Client(HTTP_HOST="nobody.localhost", **in_kazakh)
    by_cookie.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert (strange.status_code, huge.status_code) == (404, 413)
    assert '<html lang="kk"' in strange.text
    assert '<html lang="kk"' in huge.text
    assert '<html lang="en"' in by_cookie.get("/").text
