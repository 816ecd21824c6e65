"""Cases for programs: the same as on the pages, asked as somebody who signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from cases.models import Case, Entry
from shelters.events.models import Event
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter

CASES = "/api/cases/"
JSON = "application/json"
ADMISSION = {"code": "Rowan 17", "age_group": "adult", "consent_how": "signed"}
WRITING = {
    "": ADMISSION,
    "notes/": {"text": "Slept well."},
    "next-step/": {"next_step": "Passport office", "due": "2099-01-01"},
    "plan/": {"until": "2099-01-01"},
    "intake/": {"age_group": "adult", "answers": {"sex": "female"}},
    "consents/": {"how": "thumbprint"},
    "close/": {"reason": "plan_completed"},
}


@pytest.fixture
def of(case: Case) -> Callable[[str], str]:
    return lambda verb: f"{CASES}{case.pk}/{verb}"


@pytest.fixture
def as_role(samal, person, browser_of) -> Callable[[Role], Browser]:
    return lambda role: browser_of(person(samal, role), "samal.localhost")


def post(browser: Browser, path: str, body: Any) -> Any:
    return browser.post(path, body, content_type=JSON)


# --- reading -------------------------------------------------------------------------------------


def test_the_list_shows_who_is_here(browser, case, admit):
    admit(code="Elm 3", age_group="child")

    everybody = browser.get(CASES).json()["results"]
    children = browser.get(f"{CASES}?age=child").json()["results"]

    assert [row["client"]["code"] for row in everybody] == ["Elm 3", "Birch 12"]
    assert [row["client"]["code"] for row in children] == ["Elm 3"]


def test_lists_cost_the_same_however_long_they_are(browser, admit, of, worker, statements):
    admit(keyworker=worker, next_step="Call")
    post(browser, of("notes/"), {"text": "Slept well."})
    paths = (CASES, of("notes/"))
    few = [costs(browser, path, statements) for path in paths]

    for _ in range(4):
        admit(keyworker=worker, next_step="Call")
        post(browser, of("notes/"), {"text": "Slept well."})

    assert [len(browser.get(path).json()["results"]) for path in paths] == [6, 5]
    assert [costs(browser, path, statements) for path in paths] == few
    assert max(few) <= 14


def costs(browser: Browser, path: str, statements: Any) -> int:
    browser.get(path)
    with statements() as sent:
        browser.get(path)
    return len(sent)


def test_a_filter_that_is_none_is_refused(browser):
    answer = browser.get(f"{CASES}?age=old")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/age")


def test_one_case_tells_every_answer_and_date(browser, admit, samal):
    case = admit(code="Elm 3", answers={"sex": "female", "citizenship_answer": "declined"})

    shown = browser.get(f"{CASES}{case.pk}/").json()

    assert shown["about"]["sex"] == {"answer": "answered", "value": "female"}
    assert shown["about"]["citizenship"] == {"answer": "declined", "value": None}
    assert shown["stay"]["stay_type"] == "rehabilitation"
    assert [consent["how"] for consent in shown["consents"]] == ["signed"]
    assert shown["closure_reason"] is None


@pytest.mark.parametrize("verb", ["", "notes/"])
def test_who_reads_a_case_stands_in_its_trail(browser, of, samal, worker, verb):
    browser.get(of(verb))

    with in_shelter(samal):
        assert Event.objects.get(type="case.read").by_id == worker.id


def test_the_list_is_no_reading_of_a_case(browser, case, samal):
    browser.get(CASES)

    with in_shelter(samal):
        assert not Event.objects.filter(type="case.read").exists()


# --- writing -------------------------------------------------------------------------------------


def test_a_client_is_admitted(browser, samal):
    answers = {
        "birth": "2001-05",
        "languages": ["ru", "uz"],
        "exploitation_time": {"amount": 8, "unit": "months", "about": True},
    }

    made = post(browser, CASES, ADMISSION | {"answers": answers, "next_step": "Doctor"})

    assert made.status_code == 201
    with in_shelter(samal):
        case = Case.objects.get(pk=made.json()["id"])
        assert (case.client.code, case.client.birth, case.next_step) == (
            "Rowan 17",
            "2001-05",
            "Doctor",
        )
        assert str(case.exploitation_time) == "about 8 months"


def test_an_id_of_ones_own_makes_one_client_however_often_it_is_sent(browser, samal):
    body = ADMISSION | {"id": str(uuid4())}

    answers = [post(browser, CASES, body) for _ in range(2)]

    assert {answer.json()["id"] for answer in answers} == {body["id"]}
    with in_shelter(samal):
        assert Case.objects.count() == 1


def test_who_was_here_before_comes_back_under_the_same_code_name(browser, case, of, samal):
    post(browser, of("close/"), {"reason": "plan_completed"})
    again = ADMISSION | {"returning": str(case.client_id)}

    made = post(browser, CASES, {name: again[name] for name in again if name != "code"})

    with in_shelter(samal):
        assert Case.objects.get(pk=made.json()["id"]).client_id == case.client_id


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"code": "Maria!"}, "/code"),
        ({"code": ""}, "/code"),
        ({"age_group": "old"}, "/age_group"),
        ({"consent_how": None}, "/consent_how"),
        ({"returning": str(uuid4())}, "/returning"),
        ({"keyworker": str(uuid4())}, "/keyworker"),
        ({"arrived_on": "2999-01-01"}, "/arrived_on"),
        ({"arrived_on": "2199-01-01"}, "/arrived_on"),
        ({"planned_until": "2001-01-01"}, "/planned_until"),
        ({"answers": {"birth": "yesterday"}}, "/answers/birth"),
        ({"answers": {"birth": "18-24@2026-99-99"}}, "/answers/birth"),
        ({"answers": {"languages": ["ru", "??"]}}, "/answers/languages/1"),
        ({"answers": {"sex_answer": "answered"}}, "/answers/sex"),
        (
            {"answers": {"exploitation_time": {"amount": 101, "unit": "years"}}},
            "/answers/exploitation_time/amount",
        ),
    ],
)
def test_what_is_wrong_with_an_admission_is_pointed_at(browser, samal, wrong, pointer):
    answer = post(browser, CASES, ADMISSION | wrong)

    assert answer.status_code == 400
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    with in_shelter(samal):
        assert not Case.objects.exists()


def test_a_refusal_of_the_operation_is_a_conflict(browser, case):
    taken = post(browser, CASES, ADMISSION | {"code": case.client.code})
    in_doubt = post(browser, CASES, ADMISSION | {"answers": {"age_basis": "presumed"}})

    assert [(each.status_code, each.json()["code"]) for each in (taken, in_doubt)] == [
        (409, "code_taken"),
        (409, "age_in_doubt"),
    ]
    assert taken.json()["errors"][0]["pointer"] == "/code"
    assert in_doubt.json()["errors"][0]["pointer"] == "/answers/age_basis"


def test_each_verb_does_what_its_page_does(browser, case, of, samal):
    for verb in ("notes/", "next-step/", "plan/", "intake/"):
        assert post(browser, of(verb), WRITING[verb]).status_code in {200, 201}, verb

    with in_shelter(samal):
        changed = Case.objects.get(pk=case.pk)
        assert Entry.objects.get().text == "Slept well."
        assert (changed.next_step, str(changed.next_step_due)) == ("Passport office", "2099-01-01")
        assert str(changed.stays.get().planned_until) == "2099-01-01"
        assert changed.client.sex == "female"
    assert browser.get(of("notes/")).json()["results"][0]["text"] == "Slept well."


def test_a_consent_is_taken_back_refused_and_given_anew(browser, of, admit):
    def said() -> list[str]:
        return [consent["state"] for consent in browser.get(of("")).json()["consents"]]

    first = browser.get(of("")).json()["consents"][0]["id"]
    withdraw = of(f"consents/{first}/withdraw/")
    refusal = {"id": str(uuid4()), "how": "refused", "language": "ru"}

    assert post(browser, withdraw, None).status_code == 200
    assert post(browser, withdraw, None).json()["code"] == "consent_over"
    assert [post(browser, of("consents/"), refusal).status_code for _ in range(2)] == [201, 201]
    assert sorted(said()) == ["refused", "withdrawn"]
    assert post(browser, of("consents/"), {"how": "signed"}).status_code == 201
    assert post(browser, of("consents/"), {"how": "signed"}).json()["code"] == "already_consented"
    guardian = post(browser, of("consents/"), {"how": "guardian_and_child_assent"})
    assert (guardian.status_code, guardian.json()["errors"][0]["pointer"]) == (409, "/how")
    assert sorted(said()) == ["given", "refused", "withdrawn"]


def test_a_consent_is_found_with_its_own_case_only(browser, of, admit):
    own = browser.get(of("")).json()["consents"][0]["id"]
    other = admit(code="Elm 3")

    lost = post(browser, f"{CASES}{other.pk}/consents/{own}/withdraw/", None)

    assert (lost.status_code, lost.json()["code"]) == (404, "not_found")
    assert browser.get(of("")).json()["consents"][0]["state"] == "given"


@pytest.mark.parametrize("role", [Role.NIGHT_DUTY, Role.LAWYER])
def test_who_may_not_change_a_case_takes_no_consent_back(browser, as_role, of, role):
    own = browser.get(of("")).json()["consents"][0]["id"]

    assert post(as_role(role), of(f"consents/{own}/withdraw/"), None).status_code == 403


def test_a_closed_case_is_read_and_not_changed(browser, of):
    assert post(browser, of("close/"), {"reason": "plan_completed"}).status_code == 200

    assert browser.get(of("")).json()["closure_reason"] == "plan_completed"
    refused = post(browser, of("notes/"), {"text": "Too late."})
    assert (refused.status_code, refused.json()["code"]) == (409, "case_is_closed")


def test_whoever_was_asked_to_leave_must_know_where_to(browser, of):
    refused = post(browser, of("close/"), {"reason": "asked_to_leave"})

    assert refused.status_code == 409
    assert refused.json()["errors"][0]["pointer"] == "/note"


def test_a_day_that_has_not_come_is_refused_beside_its_field(browser, of):
    tomorrow = timezone.localdate() + timedelta(days=1)

    refused = post(browser, of("notes/"), {"text": "Hm.", "happened_on": str(tomorrow)})

    assert refused.json()["errors"][0]["pointer"] == "/happened_on"


# --- who may -------------------------------------------------------------------------------------


ALLOWED = {
    Role.DIRECTOR: {"", "notes/", "next-step/", "plan/", "intake/", "consents/", "close/"},
    Role.PSYCHOLOGIST: {"", "notes/", "next-step/", "plan/", "intake/", "consents/"},
    Role.LAWYER: {"notes/"},
    Role.NIGHT_DUTY: {"", "notes/", "consents/"},
    Role.BOOKKEEPER: set(),
    Role.VOLUNTEER: set(),
}


@pytest.mark.parametrize("role", ALLOWED)
def test_each_role_may_what_it_may_on_the_pages(as_role, case, of, role):
    browser = as_role(role)

    done = {
        verb: post(browser, of(verb) if verb else CASES, body).status_code
        for verb, body in WRITING.items()
    }

    assert {verb for verb, status in done.items() if status in {200, 201}} == ALLOWED[role]
    assert set(done.values()) <= {200, 201, 403}
    may_read = role not in {Role.BOOKKEEPER, Role.VOLUNTEER}
    assert browser.get(of("")).status_code == (200 if may_read else 403)
    assert browser.get(CASES).status_code == (200 if may_read else 403)


def test_a_case_of_another_shelter_is_not_found(tulpar, person, browser_of, of):
    stranger = browser_of(person(tulpar, Role.DIRECTOR), "tulpar.localhost")

    for verb, body in WRITING.items():
        if verb:
            assert post(stranger, of(verb), body).status_code == 404
    assert stranger.get(of("")).status_code == 404
    assert stranger.get(of("notes/")).status_code == 404


def test_there_are_no_cases_on_the_central_host(person, browser_of):
    browser = browser_of(person(None, Role.COORDINATOR), "pana.localhost")

    assert browser.get(CASES).status_code == 404
