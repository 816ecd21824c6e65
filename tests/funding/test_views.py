from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from funding.models import Agreement, Claim, Donor, DonorKind, Mistake, Receipt, Renewal
from funding.operations import reverse_gift, withdraw_claim
from funding.statement import Sums
from shelters.staff.permissions import Role
from shelters.tenancy import in_shelter

pytestmark = pytest.mark.usefixtures("in_samal")
SAMAL, CENTRAL = "samal.localhost", "pana.localhost"
PAGES = [
    "statement",
    "donors",
    "donor_add",
    "agreements",
    "agreement_add",
    "gifts",
    "gift_add",
    "claim_add",
]
NO_ONE = UUID("00000000-0000-4000-8000-000000000000")
LAST_YEARS = {"since": "01.01.2024", "until": "31.12.2024"}


def url(name: str, *args: object) -> str:
    return reverse(f"funding:{name}", args=args, urlconf=settings.ROOT_URLCONF)


def central_url(name: str, *args: object) -> str:
    return reverse(f"funding_central:{name}", args=args, urlconf=settings.PUBLIC_URLCONF)


@pytest.fixture
def cash(a_donor) -> Callable[..., dict[str, Any]]:
    """What a bookkeeper types to record cash."""
    donor = a_donor()

    def cash(**other: Any) -> dict[str, Any]:
        typed = {
            "new_id": uuid4(),
            "kind": "cash",
            "donor": donor.pk,
            "amount": "250 000,50",
            "currency": "KZT",
            "received_on": "10.03.2024",
            "evidence": "bank_line",
        }
        return typed | other

    return cash


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_while_nothing_is_recorded(browser, name):
    assert browser.get(url(name)).status_code == 200


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.DIRECTOR, 200, 200),
        (Role.BOOKKEEPER, 200, 200),
        (Role.SOCIAL_WORKER, 403, 403),
        (Role.PSYCHOLOGIST, 403, 403),
        (Role.NIGHT_DUTY, 403, 403),
        (Role.INTERPRETER, 403, 403),
    ],
)
def test_who_reads_and_who_writes(samal, person, browser_of, role, reads, writes):
    client = browser_of(person(samal, role), SAMAL)

    assert client.get(url("statement")).status_code == reads
    assert client.get(url("gift_add")).status_code == writes
    if writes == 403:
        assert client.post(url("gift_add"), {}).status_code == 403


def test_a_stranger_is_sent_to_sign_in():
    response = Client(HTTP_HOST=SAMAL).get(url("statement"))

    assert response.status_code == 302
    assert "next=" in response.headers["Location"]


def test_recording_cash(browser, cash):
    response = browser.post(url("gift_add"), cash(note="Line 14"), follow=True)

    gift = Receipt.objects.get()
    assert gift.amount == Decimal("250000.50")
    assert response.redirect_chain == [(url("gift_detail", gift.pk), 302)]
    assert "Line 14" in response.text


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("250000", "250000.00"),
        ("250 000,50", "250000.50"),
        ("250\u00a0000,5", "250000.50"),
        ("1 000 000.01", "1000000.01"),
    ],
)
def test_amounts_as_people_write_them(browser, cash, typed, amount):
    browser.post(url("gift_add"), cash(amount=typed))

    assert Receipt.objects.get().amount == Decimal(amount)


def test_recording_a_salary_of_one_month(browser, cash):
    browser.post(
        url("gift_add"),
        cash(
            kind="salary_paid_by_third_party",
            staff_role="psychologist",
            month_from="1.2024",
            month_to="",
        ),
    )

    gift = Receipt.objects.get()
    assert (gift.month_from, gift.month_to, gift.months) == (gift.month_from, gift.month_from, 1)


def test_recording_a_salary_of_a_quarter(browser, cash):
    response = browser.post(
        url("gift_add"),
        cash(
            kind="salary_paid_by_third_party",
            staff_role="psychologist",
            month_from="11.2023",
            month_to="2024-01",
        ),
        follow=True,
    )

    assert Receipt.objects.get().months == 3
    assert "11.2023" in response.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("received_on", "31.02.2024"),
        ("received_on", "yesterday"),
        ("received_on", ""),
        ("received_on", "01.01.2999"),
        ("amount", "many"),
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "NaN"),
        ("amount", "Infinity"),
        ("amount", "1,234,56"),
        ("amount", "9" * 40),
        ("amount", "10.001"),
        ("donor", "not-an-id"),
        ("donor", str(NO_ONE)),
        ("donor", "\x00"),
        ("agreement", str(NO_ONE)),
        ("kind", "goods"),
        ("kind", "a car"),
        ("currency", "USD"),
        ("currency", "GBP"),
        ("currency", ""),
        ("rate", "520"),
        ("rate_source", "other"),
        ("description", "40 blankets"),
        ("valuation", "invoice"),
        ("evidence", "rumour"),
        ("evidence", ""),
        ("note", "x" * 201),
        ("note", "a\x00b"),
        ("new_id", "not-an-id"),
        ("new_id", ""),
        ("staff_role", "cook"),
        ("month_from", "13.2024"),
        ("month_from", "03.2024"),
        ("month_to", "99999.99999"),
    ],
)
def test_bad_answers_are_explained_and_nothing_is_saved(browser, cash, field, typed):
    response = browser.post(url("gift_add"), cash(**{field: typed}))

    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("missing", ["staff_role", "month_from"])
def test_a_salary_asks_for_what_is_missing(browser, cash, missing):
    typed = cash(
        kind="salary_paid_by_third_party",
        staff_role="cook",
        month_from="01.2024",
        month_to="02.2024",
    )

    response = browser.post(url("gift_add"), typed | {missing: ""})

    assert missing in response.context["form"].errors
    assert not Receipt.objects.exists()


def test_a_file_where_text_belongs_is_refused(browser, cash):
    upload = SimpleUploadedFile("amount.txt", b"1000")

    response = browser.post(url("gift_add"), cash(amount=upload))

    assert "amount" in response.context["form"].errors


def test_a_double_click_records_one_gift(browser, cash):
    typed = cash()

    first = browser.post(url("gift_add"), typed)
    second = browser.post(url("gift_add"), typed)

    assert first.headers["Location"] == second.headers["Location"]
    assert Receipt.objects.count() == 1


def test_the_donor_of_another_shelter_cannot_be_chosen(browser, cash, a_donor, tulpar, person):
    with in_shelter(tulpar):
        theirs = a_donor("Theirs", by=person(tulpar, Role.BOOKKEEPER))

    response = browser.post(url("gift_add"), cash(donor=theirs.pk))

    assert "donor" in response.context["form"].errors
    assert "Theirs" not in browser.get(url("donors")).text


@pytest.mark.parametrize("name", ["gift_detail", "gift_reverse", "agreement_detail"])
def test_what_does_not_exist_here_is_not_found(browser, name):
    assert browser.get(url(name, NO_ONE)).status_code == 404


def test_the_pages_of_another_shelters_rows_are_not_found(
    browser, tulpar, person, a_donor, an_agreement, give
):
    with in_shelter(tulpar):
        stranger = person(tulpar, Role.BOOKKEEPER)
        donor = a_donor(by=stranger)
        agreement = an_agreement(donor, by=stranger)
        gift = give(donor, agreement=agreement, by=stranger)

    assert browser.get(url("gift_detail", gift.pk)).status_code == 404
    assert browser.post(url("gift_reverse", gift.pk), {}).status_code == 404
    assert browser.get(url("agreement_detail", agreement.pk)).status_code == 404
    assert browser.post(url("agreement_renewal", agreement.pk), {}).status_code == 404


def test_wrong_methods_are_refused(browser, a_donor, an_agreement, give):
    agreement = an_agreement(a_donor())

    assert browser.post(url("statement")).status_code == 405
    assert browser.post(url("gifts")).status_code == 405
    assert browser.delete(url("gift_add")).status_code == 405
    assert browser.get(url("agreement_renewal", agreement.pk)).status_code == 405


def test_reversing_a_gift_twice_ends_on_its_page(browser, a_donor, give):
    gift = give(a_donor())
    typed = {"new_id": uuid4(), "mistake": "entered_twice"}

    first = browser.post(url("gift_reverse", gift.pk), typed)
    again = browser.post(url("gift_reverse", gift.pk), typed)
    other = browser.post(url("gift_reverse", gift.pk), typed | {"new_id": uuid4()}, follow=True)

    assert first.headers["Location"] == again.headers["Location"] == url("gift_detail", gift.pk)
    assert "already reversed" in other.text
    assert Receipt.objects.filter(reverses=gift).count() == 1


def test_a_reversed_gift_can_be_entered_again_from_its_answers(browser, a_donor, give, bookkeeper):
    gift = give(a_donor(), "777")
    reverse_gift(receipt=gift, mistake=Mistake.WRONG_DAY, by=bookkeeper, new_id=uuid4())

    page = browser.get(url("gift_add"), {"like": gift.pk})

    assert page.context["form"].initial["amount"] == Decimal("777.00")
    assert str(page.context["form"]["new_id"].value()) != str(gift.pk)
    assert browser.get(url("gift_add"), {"like": "x\x00"}).status_code == 200


def test_something_else_needs_a_note(browser, a_donor, give):
    gift = give(a_donor())

    response = browser.post(url("gift_reverse", gift.pk), {"new_id": uuid4(), "mistake": "other"})

    assert "note" in response.context["form"].errors


def test_adding_a_donor_twice(browser):
    typed = {"new_id": uuid4(), "name": "Teachers of school 5", "kind": "club_association"}

    browser.post(url("donor_add"), typed)
    browser.post(url("donor_add"), typed)
    same_name = browser.post(url("donor_add"), typed | {"new_id": uuid4()})

    assert Donor.objects.count() == 1
    assert "name" in same_name.context["form"].errors


def test_recording_an_agreement_without_an_amount(browser, a_donor):
    typed = {
        "new_id": uuid4(),
        "donor": a_donor().pk,
        "title": "Memorandum 4",
        "amount": "",
        "currency": "USD",
        "starts_on": "01.01.2024",
        "ends_on": "",
        "restriction": "unknown",
        "renewal": "verbal",
        "renewal_as_of": "05.02.2024",
    }

    browser.post(url("agreement_add"), typed)
    response = browser.post(url("agreement_add"), typed, follow=True)

    assert Agreement.objects.get().amount is None
    assert Renewal.objects.get().state == "verbal"
    assert "not stated" in response.text


def test_noting_a_renewal(browser, a_donor, an_agreement):
    agreement = an_agreement(a_donor())
    where = url("agreement_renewal", agreement.pk)
    typed = {"new_id": uuid4(), "state": "refused", "as_of": "01.06.2024"}

    browser.post(where, typed)
    browser.post(where, typed)
    wrong = browser.post(where, typed | {"new_id": uuid4(), "as_of": "soon"})

    assert agreement.renewals.count() == 2
    assert "as_of" in wrong.context["form"].errors


def test_a_claim_is_shown_and_withdrawn(browser):
    typed = {
        "new_id": uuid4(),
        "statement": "The city government funds it.",
        "said_by": "Press office",
        "as_of": "01.02.2024",
        "source": "Newspaper",
    }
    browser.post(url("claim_add"), typed)
    browser.post(url("claim_add"), typed)
    claim = Claim.objects.get()
    assert "The city government funds it." in browser.get(url("statement")).text

    where = url("claim_withdraw", claim.pk)
    browser.post(where, {"reason": "The city says it does not."})
    again = browser.post(where, {"reason": "Again"}, follow=True)

    assert "already withdrawn" in again.text
    assert "<s>The city government funds it.</s>" in again.text
    assert browser.get(where).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"since": "x"},
        {"since": "31.12.2024", "until": "01.01.2024"},
        {"donor": "\x00"},
        {"kind": "y"},
        {"page": "99"},
        {"page": "x"},
    ],
    ids=str,
)
def test_a_wrong_filter_is_no_error(browser, a_donor, give, query):
    give(a_donor())

    assert browser.get(url("gifts"), query).status_code == 200
    assert browser.get(url("statement"), query).status_code == 200


def test_gifts_are_filtered(browser, a_donor, give, salary):
    steppe, lake = a_donor("Steppe"), a_donor("Lake")
    give(steppe, "111")
    give(lake, "222", **salary)

    shown = browser.get(url("gifts"), {"donor": lake.pk, "kind": salary["kind"]})

    assert [gift.amount for gift in shown.context["page"]] == [Decimal("222.00")]
    assert shown.context["sums"] == Sums(salary=Decimal("222.00"))


def test_the_sum_under_the_list_leaves_out_what_is_reversed(browser, a_donor, give, bookkeeper):
    donor = a_donor()
    give(donor, "111")
    wrong = give(donor, "222")
    reverse_gift(receipt=wrong, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())

    assert browser.get(url("gifts")).context["sums"].cash == Decimal("111.00")


@pytest.mark.parametrize("name", ["gifts", "agreements", "donors", "statement"])
def test_a_list_costs_the_same_however_long(
    browser, a_donor, give, an_agreement, name, statements, bookkeeper
):
    def grow(number: int) -> None:
        donor = a_donor(f"Donor {number}")
        gift = give(donor, agreement=an_agreement(donor))
        give(donor)
        reverse_gift(receipt=gift, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())

    grow(0)
    browser.get(url(name), LAST_YEARS)
    with statements() as one:
        browser.get(url(name), LAST_YEARS)
    for number in range(1, 6):
        grow(number)

    with statements() as many:
        browser.get(url(name), LAST_YEARS)
    assert len(many) == len(one) > 0


def test_long_lists_have_pages(browser, a_donor, give):
    donor = a_donor()
    for _ in range(51):
        give(donor)

    second = browser.get(url("gifts"), {"page": 2, "donor": donor.pk})

    assert len(second.context["page"]) == 1
    assert f"donor={donor.pk}" in second.text


def test_the_officer_sees_sums_but_no_person_note_or_member_of_staff(
    officers_browser, samal, a_donor, give, an_agreement, a_claim, bookkeeper
):
    donor = a_donor("Aigerim Planted", kind=DonorKind.INDIVIDUAL)
    agreement = an_agreement(donor, title="Letter of Aigerim Planted")
    give(donor, "8642", agreement=agreement, note="Planted voucher")
    a_claim("A planted claim")

    pages = [
        officers_browser.get(central_url("shelters"), LAST_YEARS),
        officers_browser.get(central_url("statement", samal.pk), LAST_YEARS),
    ]

    for shown in pages:
        assert shown.status_code == 200
        for secret in ("Aigerim", "Planted voucher", bookkeeper.name):
            assert secret not in shown.text
    assert "A private person" in pages[1].text
    assert "A planted claim" in pages[1].text


def test_the_officer_only_reads(officers_browser, samal):
    assert officers_browser.post(central_url("shelters")).status_code == 405
    assert officers_browser.post(central_url("statement", samal.pk)).status_code == 405
    assert officers_browser.get(central_url("statement", NO_ONE)).status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.NETWORK_OPERATOR])
def test_no_other_central_role_sees_money(person, browser_of, role):
    client = browser_of(person(None, role), CENTRAL)

    assert client.get(central_url("shelters")).status_code == 403


def test_the_network_list_costs_the_same_however_much_there_is(
    officers_browser, a_donor, give, an_agreement, statements
):
    officers_browser.get(central_url("shelters"))
    with statements() as one:
        officers_browser.get(central_url("shelters"))
    for number in range(3):
        donor = a_donor(f"Donor {number}")
        give(donor, agreement=an_agreement(donor))

    with statements() as many:
        officers_browser.get(central_url("shelters"))
    assert len(many) == len(one) > 0


def test_a_withdrawn_claim_stays_readable_and_says_why(browser, a_claim, bookkeeper):
    claim = a_claim("A planted claim")
    withdraw_claim(claim=claim, reason="The city denied it", by=bookkeeper)

    page = browser.get(url("statement"), LAST_YEARS)

    assert "<s>A planted claim</s>" in page.text
    assert "The city denied it" in page.text
    assert url("claim_withdraw", claim.pk) not in page.text
