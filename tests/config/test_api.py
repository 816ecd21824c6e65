"""The API as a whole: who gets in, how it says no, and that it is what it says it is."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.throttling import UserRateThrottle
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from funding.models import Donor
from funding.operations import add_donor
from shelters.api.models import Answered, Token
from shelters.api.operations import make_token
from shelters.api.scopes import SCOPES
from shelters.api.viewsets import ApiViewSet
from shelters.staff.models import User
from shelters.staff.operations import deactivate
from shelters.staff.permissions import ROLES, P, Role
from shelters.tenancy import in_central, in_shelter
from shelters.tenancy.migrate import as_owner
from tests.households import Household, Words, furnish, receive
from tests.turns import FULL
from tests.walking import SHELTER, all_routes

JSON = "application/json"
MAKE = "/staff/me/tokens/make/"
A_FORM = '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n--x--\r\n'
A_DONOR = {"name": "Steppe Fund", "kind": "un_agency"}
A_GIFT = {"kind": "cash", "amount": "5", "received_on": "2026-01-31", "evidence": "voucher"}
A_CLAIM = {"statement": "The city pays.", "said_by": "A site", "as_of": "2026-01-31", "source": "x"}
SAMAL, CENTRAL_HOST = "samal.localhost", "pana.localhost"
SOME_ROLES = [Role.DIRECTOR, Role.FUNDING_OFFICER, Role.COORDINATOR]
CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REFUSED = {403, 404}
PLAIN = {"Accept-Encoding": "identity"}
TRIED = settings(
    max_examples=60 if FULL else 2,
    deadline=None,
    database=None,
    derandomize=not FULL,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def home(samal, aidyn, person) -> Household:
    """Samal full of life."""
    home = furnish(samal, aidyn, person=person, words=Words())
    receive(home, Household(aidyn, person(aidyn, Role.DIRECTOR)), words=Words())
    return home


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A server's request leaves no connection behind; here the test's own must stay."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token_of(rows) -> Callable[..., str]:
    """A token of this person that opens everything, unless told otherwise."""

    def token_of(user: User, shelter: Any, *scopes: str) -> str:
        token = os.urandom(32).hex()
        with in_shelter(shelter) if shelter else in_central():
            make_token(token=token, name="Ledger", days=7, scopes=scopes or SCOPES, by=user)
        return token

    return token_of


@pytest.fixture
def program_of(samal, person, token_of) -> Callable[..., Client]:
    """A program with a token of somebody in this role at Samal."""

    def program_of(role: Role, *scopes: str) -> Client:
        token = token_of(person(samal, role), samal, *scopes)
        return Client(
            HTTP_HOST=SAMAL, HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_ACCEPT_LANGUAGE="en"
        )

    return program_of


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


# --- what it says it is --------------------------------------------------------------------------


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("role", list(Role) if FULL else SOME_ROLES)
def test_the_api_is_what_its_description_says(home, samal, tulpar, person, token_of, role):
    """No fault of ours, no answer that is not described, nothing at all without a token."""
    shelter = None if ROLES[role].central else samal
    base = f"http://{SAMAL if shelter else CENTRAL_HOST}"
    token = token_of(person(shelter, role), shelter)
    known = home.ids | {"case": home.ids["case_id"], "donor": home.ids["donor_id"]}
    known |= {"recipient": tulpar.id, "agreement": home.ids["agreement_id"]}
    headers = {"Authorization": f"Bearer {token}"} | PLAIN
    asked = Asked(base, headers, known, ROLES[role].permissions)
    schema = schemathesis.openapi.from_wsgi(
        "/api/schema/", application, base_url=base, headers=asked.headers
    )

    for found in schema.get_all_operations():
        asked.try_out(found.ok())

    assert bool(asked.successes) is asked.may_anything
    assert asked.count > 3


class Asked:
    """Asks one host as one person; every second time about rows that are there."""

    def __init__(
        self, base: str, headers: dict[str, str], known: dict[str, Any], permissions: frozenset[P]
    ) -> None:
        self.base, self.headers, self.known = base, headers, known
        self.permissions = permissions
        self.may_anything = False
        self.count = self.successes = 0

    def try_out(self, operation: Any) -> None:
        """Well and badly."""
        may = not self.permissions.isdisjoint(operation.definition.raw["x-permissions"])
        self.may_anything |= may
        badly = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

        @TRIED
        @given(case=operation.as_strategy() | badly)
        def ask(case: Any) -> None:
            self.count += 1
            if self.count % 2:
                self._about_what_is_there(case)
            self._ask(case, may=may)

        ask()

    def _about_what_is_there(self, case: Any) -> None:
        for part in (case.path_parameters, case.body):
            if isinstance(part, dict):
                part |= {name: str(self.known[name]) for name in part if name in self.known}

    def _ask(self, case: Any, *, may: bool) -> None:
        case.headers = {
            name: value for name, value in (case.headers or {}).items() if name != "Authorization"
        }
        with transaction.atomic():
            nobody = case.call(base_url=self.base, headers=PLAIN)
            answer = case.call(base_url=self.base, headers=self.headers)
            transaction.set_rollback(True)
        assert nobody.status_code == 401 or leads_nowhere(nobody), case.operation.label
        assert may or answer.status_code in REFUSED, case.operation.label
        case.validate_response(answer, checks=CHECKS)
        self.successes += answer.status_code < 300


def leads_nowhere(answer: Any) -> bool:
    """No row is missed: the address is none, as one with half an id in it."""
    return answer.status_code == 404 and answer.json()["code"] == ""


# --- who gets in ---------------------------------------------------------------------------------


def api_routes() -> list[Any]:
    return [route for route in all_routes() if route.rule and route.rule.by_view]


def test_only_the_api_asks_its_rules_itself():
    assert len(api_routes()) > 20
    assert [route for route in api_routes() if not issubclass(route.view.cls, ApiViewSet)] == []


@pytest.mark.usefixtures("rows")
def test_nobody_gets_in_anywhere_without_signing_in(home):
    for route in api_routes():
        host = SAMAL if route.host == SHELTER else CENTRAL_HOST
        path = route.path(**dict.fromkeys(route.ids, uuid4()))
        for method in ("get", "post", "put", "patch", "delete", "options"):
            answer = getattr(Client(HTTP_HOST=host), method)(path)
            assert answer.status_code == 401, (route, method)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_session_writes_only_with_its_csrf_token(samal, person, browser_of):
    browser = browser_of(person(samal, Role.DIRECTOR), SAMAL)
    browser.handler.enforce_csrf_checks = True

    answer = browser.post("/api/funding/donors/", A_DONOR, content_type=JSON)

    assert (browser.get("/api/funding/donors/").status_code, answer.status_code) == (200, 403)


@pytest.mark.parametrize("sent", ["", "x", "0" * 64, "0" * 64 + " more", "\xff" * 64])
def test_what_is_no_token_opens_nothing(samal, sent):
    answer = Client(HTTP_HOST=SAMAL).get("/api/cases/", HTTP_AUTHORIZATION=f"Bearer {sent}")

    assert answer.status_code == 401


def test_a_token_opens_its_scopes_and_no_more(program_of, samal):
    program = program_of(Role.DIRECTOR, "funding:read", "cases:write")

    assert program.get("/api/funding/donors/").status_code == 200
    assert program.get("/api/cases/").status_code == 200  # writing includes reading
    assert program.post("/api/funding/donors/", A_DONOR, content_type=JSON).status_code == 403
    assert program.get("/api/referrals/").status_code == 403


def test_a_token_never_opens_more_than_the_person_may_do(program_of):
    program = program_of(Role.BOOKKEEPER)

    assert program.get("/api/funding/donors/").status_code == 200
    assert program.get("/api/cases/").status_code == 403


def test_a_token_of_one_host_is_unknown_on_every_other(program_of):
    program = program_of(Role.DIRECTOR)

    for host in ("tulpar.localhost", CENTRAL_HOST):
        assert program.get("/api/referrals/", HTTP_HOST=host).status_code == 401


def test_a_token_opens_no_page(program_of):
    assert program_of(Role.DIRECTOR).get("/clients/").status_code == 302


def test_a_token_that_is_over_opens_nothing(program_of, samal):
    program = program_of(Role.DIRECTOR)
    with in_shelter(samal):
        Token.objects.update(expiry=timezone.now())

    assert program.get("/api/cases/").status_code == 401


def test_whoever_may_no_longer_sign_in_has_no_token_left(samal, person, token_of):
    worker, director = person(samal, Role.SOCIAL_WORKER), person(samal, Role.DIRECTOR)
    token_of(worker, samal)

    with in_shelter(samal):
        deactivate(user=worker, by=director)
        assert not Token.objects.exists()


# --- one's own page of tokens --------------------------------------------------------------------


def test_a_token_is_made_shown_once_used_and_revoked(samal, person, browser_of):
    browser = browser_of(person(samal, Role.DIRECTOR), SAMAL)
    token = re.search(r'name="token" value="([0-9a-f]{64})"', browser.get(MAKE).text)[1]
    answers = {"token": token, "name": "Ledger", "days": "7", "funding": "read"}

    made = browser.post(MAKE, answers)
    program = Client(HTTP_HOST=SAMAL, HTTP_AUTHORIZATION=f"Bearer {token}")

    assert token in made.text
    assert browser.post(MAKE, answers).text.count(token) == 1  # a double click makes no second
    assert program.get("/api/funding/donors/").status_code == 200
    own = browser.get("/staff/me/tokens/").text
    assert "Ledger" in own
    assert token not in own
    assert "/staff/me/tokens/" in browser.get("/staff/me/").text
    with in_shelter(samal):
        kept = Token.objects.get()
    assert token not in (kept.digest, kept.token_key)
    assert kept.scopes == ["funding:read"]

    browser.post(f"/staff/me/tokens/{kept.pk}/revoke/")

    assert program.get("/api/funding/donors/").status_code == 401


def test_nobody_revokes_the_token_of_another(samal, person, browser_of, token_of):
    token_of(person(samal, Role.DIRECTOR), samal)
    other = browser_of(person(samal, Role.DIRECTOR), SAMAL)
    with in_shelter(samal):
        token = Token.objects.get()

    assert other.post(f"/staff/me/tokens/{token.pk}/revoke/").status_code == 404
    assert "Ledger" not in other.get("/staff/me/tokens/").text


def test_a_token_that_opens_nothing_is_not_made(samal, person, browser_of):
    browser = browser_of(person(samal, Role.DIRECTOR), SAMAL)

    answer = browser.post(MAKE, {"token": "a" * 64, "name": "Ledger", "days": "7"})

    assert "Give it access to something." in answer.text


# --- doing things once ---------------------------------------------------------------------------


def test_the_same_request_again_gets_the_same_answer_and_does_nothing(program_of, samal):
    program = program_of(Role.DIRECTOR)

    first = post_donor(program, key="k1")
    again = post_donor(program, key="k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    with in_shelter(samal):
        assert Donor.objects.filter(name="Steppe Fund").count() == 1


def test_a_key_is_not_used_for_another_request(program_of):
    program = program_of(Role.DIRECTOR)
    post_donor(program, key="k1")

    answer = post_donor(program, key="k1", name="River Fund")

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_a_refusal_is_not_kept_so_it_may_be_asked_again(program_of):
    program = program_of(Role.DIRECTOR)

    assert post_donor(program, key="k1", name="").status_code == 400
    assert post_donor(program, key="k1").status_code == 201


def test_a_key_belongs_to_one_person_one_place_and_one_host(program_of, person, tulpar, token_of):
    post_donor(program_of(Role.DIRECTOR), key="k1")
    other = program_of(Role.DIRECTOR)
    token = token_of(person(tulpar, Role.DIRECTOR), tulpar)
    elsewhere = Client(HTTP_HOST="tulpar.localhost", HTTP_AUTHORIZATION=f"Bearer {token}")

    assert post_donor(other, key="k1", name="River Fund").status_code == 201
    assert post_donor(elsewhere, key="k1", name="Lake Fund").status_code == 201


def test_a_key_whose_first_request_still_runs_says_so(committed, samal, person, token_of):
    user = person(samal, Role.DIRECTOR)
    program = Client(HTTP_HOST=SAMAL, HTTP_AUTHORIZATION=f"Bearer {token_of(user, samal)}")
    name = f"samal {user.pk} /api/funding/donors/ k1"

    with as_owner() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        answer = post_donor(program, key="k1")

    assert (answer.status_code, answer.json()["code"]) == (409, "in_flight")
    assert post_donor(program, key="k1").status_code == 201


def test_what_is_kept_of_an_answer_goes_after_a_day(program_of, samal):
    program = program_of(Role.DIRECTOR)
    post_donor(program, key="k1")
    with in_shelter(samal):
        Answered.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))

    post_donor(program, key="k2", name="River Fund")

    with in_shelter(samal):
        assert Answered.objects.get().key == "k2"


@pytest.mark.parametrize("key", ["", " ", "x" * 101, "два"])
def test_a_key_that_is_none_is_refused(program_of, key):
    assert post_donor(program_of(Role.DIRECTOR), key=key).status_code == 400


# --- how it says no ------------------------------------------------------------------------------


def test_what_is_wrong_is_pointed_at(program_of):
    answer = post_donor(program_of(Role.DIRECTOR), name="x" * 121, kind="nobody")

    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert {error["pointer"] for error in problem["errors"]} == {"/name", "/kind"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"  # it names what was sent


def test_a_refusal_says_why_and_where(program_of):
    program = program_of(Role.DIRECTOR)
    post_donor(program)

    answer = post_donor(program)

    assert (answer.status_code, answer.json()["code"]) == (409, "donor_exists")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/name"]
    assert (
        answer.json()["detail"] == "There is already a donor of this name. Choose it from the list."
    )


def test_it_answers_in_the_language_that_is_asked_for(program_of):
    program = program_of(Role.DIRECTOR)
    post_donor(program)

    answer = program.post(
        "/api/funding/donors/", A_DONOR, content_type=JSON, HTTP_ACCEPT_LANGUAGE="ru"
    )

    assert re.search("[а-я]", answer.json()["detail"])


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_what_is_wrong_is_said_in_that_language_too(program_of, language):
    wrong = {"id": "x", "code": [], "is_emergency": "x", "answers": {"languages": ["ru"] * 51}}

    answer = program_of(Role.DIRECTOR).post(
        "/api/cases/", wrong, content_type=JSON, HTTP_ACCEPT_LANGUAGE=language
    )

    errors = answer.json()["errors"]
    assert len(errors) > 5
    assert [error for error in errors if not re.search("[а-яәіңғүұқөһ]", error["detail"])] == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", JSON, 400),
        ("[" * 100_000, JSON, 400),
        ("[1]", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        ('{"name": "\\ud800", "kind": "un_agency"}', JSON, 400),
        ('{"name": "x", "kind": "\\ud800"}', JSON, 400),
        ('{"name": "x", "kind": "un_agency", "more": {"\\udfff": []}}', JSON, 400),
        ('{"name": "a\\u0000", "kind": "un_agency"}', JSON, 400),
        ("name=x", "application/x-www-form-urlencoded", 415),
        ("{}", "APPLICATION/JSON", 400),
        ("", "multipart/form-data; boundary=x", 400),
        (A_FORM, "multipart/form-data; boundary=x", 415),
        ("x" * 1_100_000, JSON, 413),
        (A_FORM + "x" * 1_100_000, "multipart/form-data; boundary=x", 413),
    ],
)
def test_what_cannot_be_read_gets_a_clear_answer(program_of, body, content_type, status):
    program = program_of(Role.DIRECTOR)

    answer = program.generic(
        "POST", "/api/funding/donors/", body, content_type, HTTP_IDEMPOTENCY_KEY="k1"
    )

    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("method", ["options", "trace", "put", "patch", "delete", "brew"])
def test_a_verb_that_is_none_is_said_to_be_none(person, token_of, samal, method):
    for route in api_routes():
        shelter = samal if route.host == SHELTER else None
        user = person(shelter, Role.DIRECTOR if shelter else Role.NETWORK_OPERATOR)
        asked = {"HTTP_HOST": SAMAL if shelter else CENTRAL_HOST}
        asked["HTTP_AUTHORIZATION"] = f"Bearer {token_of(user, shelter)}"
        path = route.path(**dict.fromkeys(route.ids, uuid4()))

        answer = Client(**asked).generic(method.upper(), path)

        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed"), route


@pytest.mark.parametrize("host", [SAMAL, "nobody.localhost"])
def test_an_address_that_is_none_gets_a_problem_too(program_of, host):
    answer = program_of(Role.DIRECTOR).get("/api/no-such-thing/", HTTP_HOST=host)

    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")
    assert answer.json()["detail"] == "There is nothing at this address."


def test_a_row_that_is_none_is_no_more_than_not_found(program_of):
    answer = program_of(Role.DIRECTOR).get(f"/api/cases/{uuid4()}/", HTTP_ACCEPT_LANGUAGE="ru")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"] == "Такой записи здесь нет."


def test_what_is_sent_beside_an_address_is_not_lost_on_the_way(program_of):
    """A redirect would make a GET of it, which answers 200."""
    answer = program_of(Role.DIRECTOR).post("/api/funding/donors", A_DONOR, content_type=JSON)

    assert answer.status_code == 404


@pytest.mark.parametrize("strict", [True, False])
def test_the_page_of_the_api_takes_nothing(samal, person, browser_of, strict):
    browser = browser_of(person(samal, Role.DIRECTOR), SAMAL)
    browser.handler.enforce_csrf_checks = strict

    answer = browser.post("/api/", {}, content_type=JSON)

    assert (answer.status_code, answer.json()["title"]) == (405, "Method Not Allowed")


def test_a_fault_of_ours_says_nothing_and_keeps_nothing(program_of, samal, monkeypatch):
    program = program_of(Role.DIRECTOR)
    program.raise_request_exception = False

    def fail(**_: Any) -> None:
        add_donor(**_)
        raise RuntimeError("a secret")

    monkeypatch.setattr("funding.operations.add_donor", fail)
    answer = post_donor(program, key="k1")

    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "secret" not in answer.text
    with in_shelter(samal):
        assert not Donor.objects.filter(name="Steppe Fund").exists()


def test_too_many_requests_are_slowed_down(program_of, monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    program = program_of(Role.DIRECTOR)

    answers = [program.get("/api/funding/donors/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["detail"] == "Too many requests. Retry-After says when to go on."
    assert int(answers[2].headers["Retry-After"]) > 0


@pytest.mark.usefixtures("cache_away")
def test_while_nobody_can_count_the_work_goes_on(program_of):
    assert program_of(Role.DIRECTOR).get("/api/funding/donors/").status_code == 200


# --- pages of a list -----------------------------------------------------------------------------


def test_a_list_goes_on_where_it_stopped_whatever_came_meanwhile(program_of):
    program = program_of(Role.DIRECTOR)
    for number in range(5):
        post_donor(program, name=f"Fund {number}")

    first = program.get("/api/funding/donors/?page_size=3").json()
    post_donor(program, name="Newcomer")
    second = program.get(first["next"]).json()

    seen = [row["name"] for row in first["results"] + second["results"]]
    assert seen == [f"Fund {number}" for number in (4, 3, 2, 1, 0)]
    assert second["next"] is None


@pytest.mark.parametrize("kind", ["donors", "gifts", "claims"])
def test_a_list_of_money_costs_the_same_however_long_it_is(program_of, statements, kind):
    program = program_of(Role.DIRECTOR)

    def add_some(few: int) -> int:
        """And how many statements the list sends then."""
        for _ in range(few):
            donor = post_donor(program, name=f"Fund {uuid4()}").json()["id"]
            for path, body in (("gifts", A_GIFT | {"donor": donor}), ("claims", A_CLAIM)):
                made = program.post(f"/api/funding/{path}/", body, content_type=JSON)
                assert made.status_code == 201, made.text
        with statements() as sent:
            shown = program.get(f"/api/funding/{kind}/").json()["results"]
        assert len(shown) >= few
        return len(sent)

    assert 0 < add_some(1) == add_some(5) <= 12


@pytest.mark.parametrize("cursor", ["x", "cD1h", "cD0lMDA=", "cD0wMDAxLTAxLTAx", "%ff", "=" * 500])
def test_a_cursor_that_was_not_made_here_is_no_page(program_of, cursor):
    answer = program_of(Role.DIRECTOR).get(f"/api/funding/donors/?cursor={cursor}")

    assert answer.status_code in {200, 404}


# --- for people ----------------------------------------------------------------------------------


def test_the_description_can_be_read_as_a_page(samal, person, browser_of):
    answer = browser_of(person(samal, Role.DIRECTOR), SAMAL).get("/api/")

    assert "POST /api/cases/{case_id}/close/" in answer.text
    assert len(gzip.compress(answer.content)) < 50_000


def post_donor(program: Client, *, key: str | None = None, **other: Any) -> Any:
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    return program.post("/api/funding/donors/", A_DONOR | other, content_type=JSON, **headers)
