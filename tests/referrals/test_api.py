"""Referrals for programs: from asking what would be told to the arrival."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from referrals.kept.models import Sent
from referrals.models import Referral
from shelters.api.models import Answered
from shelters.events.models import Event
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter
from tests.referrals.conftest import SECRETS

REFERRALS = "/api/referrals/"
JSON = "application/json"
WHEN = {"arrive_by": (timezone.now() + timedelta(days=2)).isoformat()}


def post(browser: Browser, path: str, body: Any = None, **more: Any) -> Any:
    return browser.post(path, body or {}, content_type=JSON, **more)


@pytest.fixture
def letter(case, tulpar) -> dict[str, Any]:
    return {
        "case": str(case.pk),
        "recipient": str(tulpar.pk),
        "urgency": "urgent_72h",
        "reason": "safety",
        "needs": ["bed", "legal"],
        "sections": ["name_and_birth"],
        "message": "Insulin twice a day.",
        "consent_how": "signed",
        "agreed": True,
    }


@pytest.fixture
def seen(senders_browser, letter) -> dict[str, Any]:
    """The letter with the mark of its preview."""
    return letter | {"seen": preview(senders_browser, letter).json()["seen"]}


def preview(browser: Browser, letter: dict[str, Any], **more: Any) -> Any:
    asked = {name: letter[name] for name in ("case", "sections", "message")}
    return post(browser, f"{REFERRALS}preview/", asked, **more)


# --- sending -------------------------------------------------------------------------------------


def test_the_preview_tells_what_will_be_told_and_keeps_only_that_it_was_read(
    senders_browser, letter, samal
):
    shown = preview(senders_browser, letter, HTTP_IDEMPOTENCY_KEY="k1").json()

    assert shown["summary"]["name_and_birth"]["name"]["value"] == SECRETS[0]
    assert shown["summary"]["safety_and_needs"] == {"text": "Insulin twice a day."}
    with in_shelter(samal):
        assert Event.objects.filter(type="case.read").count() == 1
        assert not Referral.objects.exists()
        assert not Answered.objects.exists()


def test_what_the_client_agreed_to_is_sent(senders_browser, seen, samal):
    answer = post(senders_browser, REFERRALS, seen)

    assert answer.status_code == 201
    with in_shelter(samal):
        sent = Sent.objects.get(pk=answer.json()["id"])
        assert sent.summary["safety_and_needs"] == {"text": "Insulin twice a day."}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"agreed": False}, "/agreed"),
        ({"seen": ""}, "/seen"),
        ({"needs": []}, "/needs"),
        ({"recipient": str(uuid4())}, "/recipient"),
        ({"case": str(uuid4())}, "/case"),
        ({"sections": ["everything"]}, "/sections/0"),
    ],
)
def test_what_is_wrong_with_a_letter_is_pointed_at(senders_browser, seen, samal, wrong, pointer):
    answer = post(senders_browser, REFERRALS, seen | wrong)

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    with in_shelter(samal):
        assert not Referral.objects.exists()


def test_another_summary_than_the_one_that_was_read_is_not_sent(senders_browser, seen):
    answer = post(senders_browser, REFERRALS, seen | {"message": "Something else."})

    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")


def test_one_sends_to_the_others_and_not_to_oneself(senders_browser, seen, samal):
    names = [each["name"] for each in senders_browser.get(f"{REFERRALS}recipients/").json()]

    assert names == ["Aidyn", "Tulpar"]
    own = post(senders_browser, REFERRALS, seen | {"recipient": str(samal.pk)})
    assert own.json()["errors"][0]["pointer"] == "/recipient"


# --- answering -----------------------------------------------------------------------------------


def test_before_acceptance_the_recipient_learns_nothing_of_the_person(receivers_browser, referral):
    shown = receivers_browser.get(f"{REFERRALS}{referral.pk}/")

    assert (shown.json()["case"], shown.json()["summary"]) == (None, None)
    assert not [secret for secret in SECRETS if secret in shown.text]


def test_accepting_opens_case_and_summary_and_arriving_takes_over(
    receivers_browser, referral, tulpar
):
    at = f"{REFERRALS}{referral.pk}/"

    accepted = post(receivers_browser, f"{at}accept/", WHEN)
    shown = receivers_browser.get(at).json()
    arrived = post(receivers_browser, f"{at}arrive/", {"at": timezone.now().isoformat()})

    assert (accepted.status_code, arrived.status_code) == (200, 200)
    assert accepted.json()["id"] == arrived.json()["id"] == shown["case"]
    assert shown["summary"]["name_and_birth"]["name"]["value"] == SECRETS[0]
    assert receivers_browser.get(at).json()["responsible"] == str(tulpar.pk)
    with in_shelter(tulpar):
        assert Event.objects.filter(type="case.read").count() == 2


def test_each_refusal_points_at_its_field(receivers_browser, referral):
    at = f"{REFERRALS}{referral.pk}/"
    past = post(receivers_browser, f"{at}accept/", {"arrive_by": "2020-01-01T00:00:00Z"})
    post(receivers_browser, f"{at}accept/", WHEN)
    early = post(receivers_browser, f"{at}arrive/", {"at": "2020-01-01T00:00:00Z"})

    assert (past.status_code, past.json()["errors"][0]["pointer"]) == (409, "/arrive_by")
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (409, "/at")


def test_declining_and_not_arriving(receivers_browser, referral, admit, send):
    other = send(admit(code="Elm 3"))

    declined = post(receivers_browser, f"{REFERRALS}{referral.pk}/decline/", {"reason": "full"})
    post(receivers_browser, f"{REFERRALS}{other.pk}/accept/", WHEN)
    not_arrived = post(receivers_browser, f"{REFERRALS}{other.pk}/not-arrived/")

    assert (declined.status_code, not_arrived.status_code) == (200, 200)
    past = receivers_browser.get(f"{REFERRALS}?status=every").json()["results"]
    assert {row["status"] for row in past} == {"declined", "not_arrived"}
    assert receivers_browser.get(REFERRALS).json()["results"] == []


def test_the_sender_takes_back_what_was_seen(senders_browser, referral):
    at = f"{REFERRALS}{referral.pk}/withdraw/"

    assert post(senders_browser, at, {"seen": "accepted"}).json()["code"] == "wrong_state"
    assert post(senders_browser, at, {"seen": "sent"}).status_code == 200


def test_the_list_goes_both_ways(senders_browser, receivers_browser, referral):
    def ids(browser: Browser, direction: str) -> list[str]:
        found = browser.get(f"{REFERRALS}?direction={direction}").json()["results"]
        return [row["id"] for row in found]

    assert ids(senders_browser, "outgoing") == ids(receivers_browser, "incoming")
    assert ids(senders_browser, "incoming") == ids(receivers_browser, "outgoing") == []


@pytest.mark.parametrize("host", ["samal", "tulpar", "pana"])
def test_a_list_costs_the_same_however_long_it_is(
    admit, send, senders_browser, receivers_browser, person, browser_of, statements, host
):
    browsers = {"samal": senders_browser, "tulpar": receivers_browser}
    browsers["pana"] = browser_of(person(None, Role.COORDINATOR), "pana.localhost")
    browser = browsers[host]
    send(admit(code="Oak 1"))
    browser.get(REFERRALS)
    with statements() as of_one:
        browser.get(REFERRALS)
    for number in range(2, 6):
        send(admit(code=f"Oak {number}"))
    with statements() as of_many:
        many = browser.get(REFERRALS).json()["results"]

    assert len(many) == 5
    assert 0 < len(of_one) == len(of_many) <= 10


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.DIRECTOR, {"accept/", "decline/", "arrive/", "not-arrived/"}),
        (Role.NIGHT_DUTY, {"arrive/", "not-arrived/"}),
        (Role.LAWYER, set()),
        (Role.BOOKKEEPER, set()),
    ],
)
def test_each_role_may_what_it_may_on_the_pages(
    referral, tulpar, person, browser_of: Callable[..., Browser], role, may
):
    browser = browser_of(person(tulpar, role), "tulpar.localhost")
    verbs = ("accept/", "decline/", "arrive/", "not-arrived/")

    statuses = {
        verb: post(browser, f"{REFERRALS}{referral.pk}/{verb}").status_code for verb in verbs
    }

    assert {verb for verb, status in statuses.items() if status != 403} == may


def test_a_referral_of_two_others_is_not_found(referral, aidyn, person, browser_of):
    stranger = browser_of(person(aidyn, Role.DIRECTOR), "aidyn.localhost")
    at = f"{REFERRALS}{referral.pk}/"

    answers = [stranger.get(at), *(post(stranger, at + verb, WHEN) for verb in ("accept/",))]
    answers += [post(stranger, f"{at}withdraw/", {"seen": "sent"})]

    assert {answer.status_code for answer in answers} == {404}


def test_the_sender_cannot_answer_its_own_letter(senders_browser, referral):
    assert post(senders_browser, f"{REFERRALS}{referral.pk}/accept/", WHEN).status_code == 404


def test_coordinators_see_needs_and_clocks_and_no_person(referral, person, browser_of):
    browser = browser_of(person(None, Role.COORDINATOR), "pana.localhost")

    listed, one = browser.get(REFERRALS), browser.get(f"{REFERRALS}{referral.pk}/")

    assert [row["code"] for row in listed.json()["results"]] == [referral.code]
    assert not {"summary", "age_group", "sex", "languages", "reason"} & one.json().keys()
    assert not [secret for secret in SECRETS if secret in listed.text + one.text]
    assert post(browser, REFERRALS).status_code == 405
