"""Money for programs: what may be asked and written, and what it adds up to."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from funding.models import Receipt
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter

MONEY = "/api/funding/"
JSON = "application/json"
HOST = "samal.localhost"
NOTHING = {"cash": "0.00", "goods": "0.00", "services": "0.00", "salary": "0.00"}


@pytest.fixture
def browser(bookkeeper, browser_of) -> Browser:
    return browser_of(bookkeeper, HOST)


@pytest.fixture
def donor(browser) -> str:
    return made(browser, "donors/", {"name": "Steppe Fund", "kind": "intl_foundation"})


@pytest.fixture
def gift(donor) -> dict[str, Any]:
    """1,000.50 in cash, received today."""
    return {
        "kind": "cash",
        "donor": donor,
        "amount": "1000.50",
        "received_on": str(timezone.localdate()),
        "evidence": "bank_line",
        "note": "Line 7",
    }


def post(browser: Browser, path: str, body: Any) -> Any:
    return browser.post(MONEY + path, body, content_type=JSON)


def made(browser: Browser, path: str, body: Any) -> str:
    answer = post(browser, path, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def results(browser: Browser, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get(MONEY + path).json()["results"]
    return found


def test_a_gift_is_recorded_shown_and_added_up(browser, gift, donor):
    gift_id = made(browser, "gifts/", gift)

    shown = browser.get(f"{MONEY}gifts/{gift_id}/").json()
    statement = browser.get(f"{MONEY}statement/").json()

    assert (shown["amount"], shown["note"], shown["staff_role"]) == ("1000.50", "Line 7", None)
    assert statement["total"] == NOTHING | {"cash": "1000.50"}
    assert statement["donors"][0]["donor"] == {"id": donor, "name": "Steppe Fund"}


def test_a_salary_names_role_and_months_and_stays_apart_from_cash(browser, gift):
    salary = gift | {
        "kind": "salary_paid_by_third_party",
        "staff_role": "psychologist",
        "month_from": "2026-01-15",
    }

    gift_id = made(browser, "gifts/", salary)

    shown = browser.get(f"{MONEY}gifts/{gift_id}/").json()
    assert (shown["month_from"], shown["month_to"]) == ("2026-01-01", "2026-01-01")
    assert browser.get(f"{MONEY}statement/").json()["total"]["salary"] == "1000.50"
    without = post(browser, "gifts/", gift | {"kind": "salary_paid_by_third_party"})
    assert (without.status_code, without.json()["code"]) == (409, "salary_incomplete")
    cash = post(browser, "gifts/", salary | {"kind": "cash"})
    assert (cash.status_code, cash.json()["errors"][0]["pointer"]) == (400, "/kind")


@pytest.mark.parametrize(
    ("wrong", "status", "pointer"),
    [
        ({"amount": "0"}, 409, "/amount"),
        ({"amount": "-1"}, 409, "/amount"),
        ({"amount": "1e999"}, 400, "/amount"),
        ({"amount": "NaN"}, 400, "/amount"),
        ({"amount": "0.001"}, 400, "/amount"),
        ({"donor": "123e4567-e89b-12d3-a456-426614174000"}, 400, "/donor"),
        ({"agreement": "123e4567-e89b-12d3-a456-426614174000"}, 400, "/agreement"),
        ({"received_on": "2199-01-01"}, 409, "/received_on"),
        ({"received_on": "0001-01-01"}, 400, "/received_on"),
        ({"evidence": "hearsay"}, 400, "/evidence"),
    ],
)
def test_what_is_wrong_with_a_gift_is_pointed_at(browser, gift, samal, wrong, status, pointer):
    answer = post(browser, "gifts/", gift | wrong)

    assert answer.status_code == status
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    with in_shelter(samal):
        assert not Receipt.objects.exists()


def test_a_reversed_gift_says_so_and_counts_in_no_total(browser, gift):
    gift_id = made(browser, "gifts/", gift)

    made(browser, f"gifts/{gift_id}/reverse/", {"mistake": "entered_twice"})

    assert [row["is_reversed"] for row in results(browser, "gifts/")] == [True]
    assert browser.get(f"{MONEY}gifts/{gift_id}/").json()["reversal"] == "entered_twice"
    assert browser.get(f"{MONEY}statement/").json()["total"]["cash"] == "0.00"
    again = post(browser, f"gifts/{gift_id}/reverse/", {"mistake": "wrong_day"})
    assert (again.status_code, again.json()["code"]) == (409, "already_reversed")


def test_the_list_of_gifts_is_narrowed(browser, gift):
    made(browser, "gifts/", gift)

    assert len(results(browser, "gifts/?kind=cash&evidence=bank_line")) == 1
    assert results(browser, "gifts/?until=2001-01-01") == []
    backwards = browser.get(f"{MONEY}gifts/?since=2026-01-01&until=2025-01-01")
    assert backwards.json()["errors"][0]["pointer"] == "/until"


def test_an_agreement_and_whether_it_goes_on(browser, donor, gift):
    body = {"donor": donor, "title": "Grant", "amount": "5000", "starts_on": "2026-01-01"}
    agreement = made(browser, "agreements/", body)
    made(browser, f"agreements/{agreement}/renewal/", {"state": "verbal"})
    made(browser, "gifts/", gift | {"agreement": agreement})

    shown = browser.get(f"{MONEY}agreements/{agreement}/").json()

    assert shown["renewal"] == "verbal"
    assert shown["received"] == NOTHING | {"cash": "1000.50"}
    line = browser.get(f"{MONEY}statement/").json()["agreements"][0]
    assert (line["agreed"], line["missing"]) == ("5000.00", "3999.50")


def test_a_claim_stands_beside_the_money_until_it_is_withdrawn(browser):
    body = {"statement": "The city pays.", "said_by": "A paper", "source": "Its page"}
    claim = made(browser, "claims/", body | {"as_of": "2026-01-01"})

    assert len(browser.get(f"{MONEY}statement/").json()["claims"]) == 1
    assert post(browser, f"claims/{claim}/withdraw/", {"reason": "Not so."}).status_code == 200

    assert [row["is_withdrawn"] for row in results(browser, "claims/")] == [True]
    stated = browser.get(f"{MONEY}statement/").json()["claims"]
    assert [row["withdrawal_reason"] for row in stated] == ["Not so."]


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.NIGHT_DUTY, Role.VOLUNTEER])
def test_who_may_see_no_money_on_the_pages_sees_none_here(samal, person, browser_of, role):
    browser = browser_of(person(samal, role), HOST)

    for path in ("donors/", "agreements/", "gifts/", "claims/", "statement/"):
        assert browser.get(MONEY + path).status_code == 403
    assert post(browser, "donors/", {}).status_code == 403


def test_money_of_another_shelter_is_not_found(browser, gift, tulpar, person, browser_of):
    gift_id = made(browser, "gifts/", gift)
    stranger = browser_of(person(tulpar, Role.DIRECTOR), "tulpar.localhost")

    assert stranger.get(f"{MONEY}gifts/{gift_id}/").status_code == 404
    assert post(stranger, f"gifts/{gift_id}/reverse/", {"mistake": "other"}).status_code == 404
    assert post(stranger, "gifts/", gift).json()["errors"][0]["pointer"] == "/donor"
    assert results(stranger, "gifts/") == []


def test_funding_officers_see_the_sums_of_all_and_no_note(browser, gift, samal, person, browser_of):
    made(browser, "gifts/", gift)
    officer = browser_of(person(None, Role.FUNDING_OFFICER), "pana.localhost")

    lines = officer.get(f"{MONEY}shelters/")
    one = officer.get(f"{MONEY}shelters/{samal.pk}/")

    received = {line["shelter"]["name"]: line["received"]["cash"] for line in lines.json()}
    assert received == {"Aidyn": "0.00", "Samal": "1000.50", "Tulpar": "0.00"}
    assert one.json()["total"]["cash"] == "1000.50"
    assert "Line 7" not in lines.text + one.text
    coordinator = browser_of(person(None, Role.COORDINATOR), "pana.localhost")
    assert coordinator.get(f"{MONEY}shelters/").status_code == 403


def test_a_reversed_gift_stands_in_the_statement_and_in_no_sum(browser, gift, donor):
    gift_id = made(browser, "gifts/", gift)
    made(browser, f"gifts/{gift_id}/reverse/", {"mistake": "entered_twice"})

    statement = browser.get(f"{MONEY}statement/").json()

    assert statement["reversed"] == [
        {
            "received_on": gift["received_on"],
            "donor": {"id": donor, "name": "Steppe Fund"},
            "kind": "cash",
            "amount": "1000.50",
            "currency": "KZT",
            "amount_in_tenge": "1000.50",
            "mistake": "entered_twice",
        }
    ]
    assert [(line["donor"]["id"], line["sums"]) for line in statement["prospects"]] == [
        (donor, NOTHING)
    ]


# --- donors over all shelters --------------------------------------------------------------------


@pytest.fixture
def officer(person, browser_of) -> Browser:
    return browser_of(person(None, Role.FUNDING_OFFICER), "pana.localhost")


def test_donors_of_all_shelters_with_those_that_gave_nothing_yet(browser, officer, gift, donor):
    made(browser, "gifts/", gift)
    prospect = made(browser, "donors/", {"name": "A group abroad", "kind": "intl_foundation"})

    page = officer.get(f"{MONEY}donors/").json()["results"]

    assert [(line["donor"]["id"], line["received"]["cash"]) for line in page] == [
        (prospect, "0.00"),
        (donor, "1000.50"),
    ]
    assert [shelter["name"] for shelter in page[1]["shelters"]] == ["Samal"]
    assert page[0]["known_to"]["name"] == "Samal"


def test_the_list_of_all_donors_is_narrowed_and_paged(browser, officer, gift):
    made(browser, "gifts/", gift)
    made(browser, "donors/", {"name": "A group abroad", "kind": "intl_foundation"})

    def names(query: str) -> list[str]:
        return [line["donor"]["name"] for line in results(officer, f"donors/?{query}")]

    assert names("name=step&given=cash&kind=intl_foundation") == ["Steppe Fund"]
    assert names("given=nothing") == ["A group abroad"]
    assert names("until=2001-01-01&given=cash") == []
    first = officer.get(f"{MONEY}donors/?page_size=1").json()
    assert len(first["results"]) == 1
    assert first["next"]
    wrong = officer.get(f"{MONEY}donors/?given=everything")
    assert wrong.json()["errors"][0]["pointer"] == "/given"


def test_one_donor_over_all_shelters(browser, officer, gift, donor):
    body = {"donor": donor, "title": "Grant", "amount": "5000", "starts_on": "2026-01-01"}
    agreement = made(browser, "agreements/", body)
    made(browser, "gifts/", gift | {"agreement": agreement})

    account = officer.get(f"{MONEY}donors/{donor}/").json()

    assert account["total"] == NOTHING | {"cash": "1000.50"}
    assert [share["shelter"]["name"] for share in account["shelters"]] == ["Samal"]
    assert account["agreements"][0]["shelter"]["name"] == "Samal"
    assert "Line 7" not in str(account)


def test_private_persons_are_told_as_one_and_never_by_name(browser, officer, gift):
    friend = made(browser, "donors/", {"name": "Aigerim S.", "kind": "individual"})
    made(browser, "gifts/", gift | {"donor": friend})

    persons = officer.get(f"{MONEY}donors/private-persons/")

    assert persons.json()["received"]["cash"] == "1000.50"
    assert "Aigerim" not in str(results(officer, "donors/"))
    assert officer.get(f"{MONEY}donors/{friend}/").status_code == 404
    assert "Aigerim" not in persons.text


def test_only_funding_officers_see_donors_of_all_shelters(person, browser_of, donor):
    coordinator = browser_of(person(None, Role.COORDINATOR), "pana.localhost")

    for path in ("donors/", f"donors/{donor}/", "donors/private-persons/"):
        assert coordinator.get(MONEY + path).status_code == 403
