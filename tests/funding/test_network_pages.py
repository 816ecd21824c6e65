"""Donors of all shelters on the central host, and statements to take away."""

from __future__ import annotations

import pytest
from django.test import Client

from funding.models import Donor, DonorKind
from funding.spreadsheet import SPREADSHEET
from funding.statement import Period
from shelters.staff.permissions import Role
from tests.funding.test_views import (
    CENTRAL,
    LAST_YEARS,
    NO_ONE,
    SAMAL,
    central_url,
    url,
)

pytestmark = pytest.mark.usefixtures("in_samal")
WRONG = [
    {"since": "x"},
    {"until": "31.02.2024"},
    {"since": "31.12.2024", "until": "01.01.2024"},
    {"kind": "individual"},
    {"given": "everything"},
    {"name": "x" * 200},
    {"name": "\x00"},
    {"page": "x"},
]


@pytest.fixture
def browser(bookkeeper, browser_of) -> Client:
    client: Client = browser_of(bookkeeper, SAMAL)
    return client


@pytest.fixture
def two_donors(a_donor, give, an_agreement, a_claim) -> dict[str, Donor]:
    """One that gave in 2024, a prospect, and a private person behind them."""
    fund, friend = a_donor("Steppe Fund"), a_donor("Aigerim P.", kind=DonorKind.INDIVIDUAL)
    give(fund, "8642", agreement=an_agreement(fund), note="Planted voucher")
    give(friend, "77")
    a_claim("A planted claim")
    return {"fund": fund, "prospect": a_donor("A group abroad"), "friend": friend}


def test_all_donors_with_private_persons_as_one_and_claims_beside(officers_browser, two_donors):
    page = officers_browser.get(central_url("donors"), LAST_YEARS)

    assert [line.donor.name for line in page.context["lines"]] == ["Steppe Fund", "A group abroad"]
    assert page.context["total"].cash == 8719
    for words in ("Private persons", "known to Samal alone", "A planted claim", "About Samal."):
        assert words in page.text


def test_no_page_of_donors_tells_a_person_a_note_or_a_member_of_staff(
    officers_browser, two_donors, bookkeeper
):
    pages = [
        officers_browser.get(central_url("donors"), LAST_YEARS),
        officers_browser.get(central_url("donor_detail", two_donors["fund"].pk), LAST_YEARS),
    ]

    for page in pages:
        assert page.status_code == 200
        for secret in ("Aigerim", "Planted voucher", bookkeeper.name):
            assert secret not in page.text


def test_a_private_person_has_no_page(officers_browser, two_donors):
    for donor_id in (two_donors["friend"].pk, NO_ONE):
        assert officers_browser.get(central_url("donor_detail", donor_id)).status_code == 404


def test_the_page_of_a_donor_says_what_each_shelter_received(officers_browser, two_donors):
    page = officers_browser.get(central_url("donor_detail", two_donors["fund"].pk), LAST_YEARS)

    (share,) = page.context["account"].shares
    assert (share.shelter.name, share.sums.cash) == ("Samal", 8642)
    assert "Grant for the year" in page.text
    assert "A planted claim" in page.text


def test_a_prospect_has_a_page_that_says_so(officers_browser, two_donors):
    page = officers_browser.get(central_url("donor_detail", two_donors["prospect"].pk))

    assert "It gave nothing in this period." in page.text
    assert "Known to Samal alone." in page.text


def test_a_filter_narrows_donors_and_total_and_leaves_persons_out(officers_browser, two_donors):
    page = officers_browser.get(central_url("donors"), LAST_YEARS | {"name": "steppe"})

    assert [line.donor.name for line in page.context["lines"]] == ["Steppe Fund"]
    assert page.context["total"].cash == 8642
    assert "Private persons" not in page.text
    none = officers_browser.get(central_url("donors"), {"name": "nobody of that name"})
    assert "No donor fits this filter." in none.text


@pytest.mark.parametrize("query", WRONG, ids=str)
def test_what_is_wrong_with_a_filter_is_said_and_all_is_shown(officers_browser, two_donors, query):
    page = officers_browser.get(central_url("donors"), query)

    assert page.status_code == 200
    assert len(page.context["lines"]) == 2
    assert bool(page.context["form"].errors) == ("page" not in query)


def test_donors_have_pages(officers_browser, a_donor):
    for number in range(51):
        a_donor(f"Donor {number:02}")

    second = officers_browser.get(central_url("donors"), {"page": 2, "name": "donor"})

    assert [line.donor.name for line in second.context["lines"]] == ["Donor 50"]
    assert "name=donor" in second.text


def test_lists_and_accounts_cost_the_same_however_much_there_is(
    officers_browser, a_donor, give, an_agreement, statements
):
    fund = a_donor()
    pages = [central_url("donors"), central_url("donor_detail", fund.pk)]

    def grow(number: int) -> None:
        give(fund, agreement=an_agreement(fund))
        other = a_donor(f"Donor {number}")
        give(other, agreement=an_agreement(other))

    for page in pages:
        grow(len(page))
        officers_browser.get(page, LAST_YEARS)
        with statements() as one:
            officers_browser.get(page, LAST_YEARS)
        for number in range(50):
            grow(1000 * len(page) + number)
        with statements() as many:
            officers_browser.get(page, LAST_YEARS)
        assert len(many) == len(one) > 0


def test_pages_of_donors_are_for_reading_by_funding_officers(
    officers_browser, person, browser_of, two_donors
):
    pages = [central_url("donors"), central_url("donor_detail", two_donors["fund"].pk)]
    others = browser_of(person(None, Role.COORDINATOR), CENTRAL)

    for page in pages:
        assert officers_browser.post(page).status_code == 405
        assert others.get(page).status_code == 403


def test_a_usual_period_is_one_click_away(browser):
    usual = dict(Period.usual())["Last year"]
    first, last = f"{usual.first:%d.%m.%Y}", f"{usual.last:%d.%m.%Y}"
    page = browser.get(url("statement"))
    assert f'href="?since={first}&amp;until={last}"' in page.text

    shown = browser.get(url("statement"), {"since": first, "until": last})

    assert shown.context["statement"].period == usual
    assert 'aria-current="true">Last year' in shown.text


@pytest.mark.parametrize("field", ["since", "until"])
def test_a_day_that_is_none_is_said_beside_its_field(browser, field):
    page = browser.get(url("statement"), {field: "31.02.2024"})

    assert field in page.context["form"].errors
    assert f'id="id_{field}_error"' in page.text


@pytest.fixture
def downloads(browser, officers_browser, samal) -> dict[str, tuple[Client, str]]:
    return {
        "shelter": (browser, url("statement_download")),
        "central": (officers_browser, central_url("statement_download", samal.pk)),
    }


@pytest.mark.parametrize("host", ["shelter", "central"])
def test_a_statement_is_downloaded_for_its_period(downloads, two_donors, host):
    client, where = downloads[host]

    answer = client.get(where, LAST_YEARS)

    assert answer.headers["Content-Type"] == SPREADSHEET
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="samal-2024-01-01-2024-12-31.xlsx"'
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"PK")


@pytest.mark.parametrize("host", ["shelter", "central"])
def test_a_wrong_period_leads_back_to_the_page_that_says_so(downloads, host):
    client, where = downloads[host]

    answer = client.get(where, {"since": "31.02.2024"}, follow=True)

    assert "since" in answer.context["form"].errors


def test_who_sees_no_statement_downloads_none(samal, person, browser_of):
    worker = browser_of(person(samal, Role.SOCIAL_WORKER), SAMAL)

    assert worker.get(url("statement_download")).status_code == 403
    coordinator = browser_of(person(None, Role.COORDINATOR), CENTRAL)
    assert coordinator.get(central_url("statement_download", samal.pk)).status_code == 403


def test_a_donor_without_a_gift_says_so_in_the_shelters_lists(browser, a_donor):
    a_donor("A group abroad")

    for page in (browser.get(url("donors")), browser.get(url("statement"))):
        assert "A group abroad" in page.text
        assert "Nothing received yet" in page.text
