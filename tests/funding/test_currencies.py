"""Money that is not tenge, and gifts that are not money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from funding import words
from funding.models import Currency, DonorKind, GiftKind, Mistake, RateSource, Receipt
from funding.operations import (
    NotBelievable,
    NotDescribed,
    NotValued,
    RateMissing,
    RateSourceMissing,
    reverse_gift,
)
from funding.statement import Period, Sums, network_lines, statement_of
from shelters.once import SavedAlready
from shelters.tenancy import in_central

pytestmark = pytest.mark.usefixtures("in_samal")
YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))


def url(name: str, *args: object) -> str:
    return reverse(f"funding:{name}", args=args, urlconf=settings.ROOT_URLCONF)


@pytest.fixture
def browser(bookkeeper, browser_of) -> Client:
    client: Client = browser_of(bookkeeper, "samal.localhost")
    return client


@pytest.fixture
def typed(a_donor) -> Callable[..., dict[str, Any]]:
    """What a bookkeeper types to record 3,000 dollars."""
    donor = a_donor()

    def typed(**other: Any) -> dict[str, Any]:
        usual = {
            "new_id": uuid4(),
            "kind": "cash",
            "donor": donor.pk,
            "amount": "3 000",
            "currency": "USD",
            "rate": "520,25",
            "rate_source": "bank_statement",
            "received_on": "10.03.2024",
            "evidence": "bank_line",
        }
        return usual | other

    return typed


# --- the rate ------------------------------------------------------------------------------------


def test_the_rate_of_the_day_stays_with_the_gift(a_donor, give, dollars):
    gift = give(a_donor(), "3000", **dollars)

    assert gift.amount_in_tenge == Decimal("1560750.00")
    gift.refresh_from_db()
    assert (gift.amount, gift.currency, gift.rate) == (3000, "USD", Decimal("520.25"))


def test_a_tenge_is_a_tenge(a_donor, give):
    gift = give(a_donor(), "1000.50", rate=Decimal("520"), rate_source=RateSource.OTHER)

    assert (gift.rate, gift.rate_source, gift.amount_in_tenge) == (1, "", Decimal("1000.50"))


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"rate": None}, RateMissing),
        ({"rate": Decimal(0)}, RateMissing),
        ({"rate": Decimal(1)}, RateMissing),
        ({"rate_source": ""}, RateSourceMissing),
        ({"rate": Decimal("999999")}, NotBelievable),
        ({"rate": Decimal("-520")}, NotBelievable),
        ({"rate": Decimal("0.000001")}, NotBelievable),
    ],
    ids=str,
)
def test_another_currency_needs_a_rate_that_can_be_believed(a_donor, give, dollars, other, refusal):
    amount = "9000000000" if other.get("rate", 0) == 999999 else "3000"

    with pytest.raises(refusal):
        give(a_donor(), amount, **(dollars | other))


def test_half_a_tiyn_is_rounded_as_the_database_rounds(a_donor, give, dollars):
    gift = give(a_donor(), "0.01", **(dollars | {"rate": Decimal("0.5")}))

    assert gift.amount_in_tenge == Decimal("0.01")


def test_the_same_form_with_another_rate_is_refused(a_donor, give, dollars):
    donor, new_id = a_donor(), uuid4()
    first = give(donor, new_id=new_id, **dollars)

    assert give(donor, new_id=new_id, **dollars) == first
    with pytest.raises(SavedAlready):
        give(donor, new_id=new_id, **(dollars | {"rate": Decimal("521")}))


def test_a_reversal_repeats_currency_and_rate(a_donor, give, dollars, bookkeeper):
    gift = give(a_donor(), "3000", **dollars)

    reversal = reverse_gift(receipt=gift, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())

    assert all(getattr(reversal, name) == getattr(gift, name) for name in Receipt.MIRRORED)
    assert not statement_of(gift.shelter_id, YEAR).total


# --- goods and services --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [GiftKind.GOODS, GiftKind.SERVICES])
def test_a_gift_in_kind_says_what_and_how_it_was_valued(a_donor, give, of_kind, kind):
    donor, answers = a_donor(), of_kind(kind)

    gift = give(donor, **(answers | {"description": " 40 blankets "}))

    assert (gift.description, gift.valuation, gift.is_in_kind) == ("40 blankets", "invoice", True)
    with pytest.raises(NotDescribed):
        give(donor, **(answers | {"description": " "}))
    with pytest.raises(NotValued):
        give(donor, **(answers | {"valuation": ""}))


def test_cash_drops_what_belongs_to_goods(a_donor, give):
    gift = give(a_donor(), description="40 blankets", valuation="invoice")

    assert (gift.description, gift.valuation) == ("", "")


def test_the_four_kinds_stand_in_four_columns(in_samal, a_donor, give, of_kind):
    donor = a_donor()
    for number, kind in enumerate(GiftKind, start=1):
        give(donor, str(number), **of_kind(kind))

    statement = statement_of(in_samal.id, YEAR)

    assert tuple(statement.total) == (1, 2, 3, 4)
    assert [cell.kind for cell in statement.donors[0].cells] == list(GiftKind)


# --- agreed, received, missing -------------------------------------------------------------------


def test_tenge_agreed_are_met_by_the_tenge_of_every_gift(
    in_samal, a_donor, an_agreement, give, dollars, of_kind
):
    donor = a_donor()
    agreement = an_agreement(donor, amount=Decimal("2000000"))
    give(donor, "1000", agreement=agreement, **dollars)
    give(donor, "100000", agreement=agreement, **of_kind(GiftKind.GOODS))

    (line,) = statement_of(in_samal.id, YEAR).agreements

    assert (line.counted, line.missing) == (Decimal("620250.00"), Decimal("1379750.00"))


def test_dollars_agreed_are_met_by_dollars(in_samal, a_donor, an_agreement, give, dollars):
    donor = a_donor()
    agreement = an_agreement(donor, amount=Decimal("5000"), currency=Currency.USD)
    give(donor, "3000", agreement=agreement, **dollars)

    (line,) = statement_of(in_samal.id, YEAR).agreements

    assert (line.currency, line.counted, line.missing) == ("USD", 3000, 2000)
    assert line.received == Sums(cash=Decimal("1560750.00"))


def test_no_rate_is_invented_for_what_has_not_come(
    in_samal, a_donor, an_agreement, give, dollars, bookkeeper
):
    """Dollars agreed, tenge received: how many dollars are missing, nobody has said."""
    donor = a_donor()
    agreement = an_agreement(donor, amount=Decimal("5000"), currency=Currency.USD)
    give(donor, "3000", agreement=agreement, **dollars)
    tenge = give(donor, "500000", agreement=agreement)

    (line,) = statement_of(in_samal.id, YEAR).agreements
    assert (line.agreed, line.counted, line.missing) == (5000, None, None)

    reverse_gift(receipt=tenge, mistake=Mistake.OTHER, note="x", by=bookkeeper, new_id=uuid4())
    (line,) = statement_of(in_samal.id, YEAR).agreements
    assert line.missing == 2000


def test_what_is_agreed_is_added_currency_by_currency(in_samal, a_donor, an_agreement):
    donor = a_donor()
    for amount, currency in ((10, "KZT"), (20, "KZT"), (5, "SEK"), (None, "EUR")):
        an_agreement(donor, amount=amount and Decimal(amount), currency=currency)

    with in_central():
        line = next(line for line in network_lines(YEAR) if line.shelter.schema == "samal")

    assert [(agreed.currency, agreed.amount) for agreed in line.agreed] == [("KZT", 30), ("SEK", 5)]
    assert line.without_amount == 1


def test_whoever_may_not_know_the_person_reads_no_title(in_samal, a_donor, an_agreement):
    an_agreement(a_donor("Aigerim S.", kind=DonorKind.INDIVIDUAL), title="Letter of Aigerim")

    with in_central(), override("en"):
        (line,) = statement_of(in_samal.id, YEAR).agreements

    assert line.title == "Agreement"


# --- pages ---------------------------------------------------------------------------------------


def test_recording_dollars_says_what_they_are_worth(browser, typed):
    shown = browser.post(url("gift_add"), typed(), follow=True)

    assert Receipt.objects.get().amount_in_tenge == Decimal("1560750.00")
    message = "The gift is recorded: 3 000.00 USD at 520.25, that is 1 560 750.00 ₸."
    assert message in shown.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "1 USD = 520.25 ₸. Bank statement" in shown.text


def test_recording_goods(browser, typed):
    answers = {"kind": "goods", "description": "40 blankets", "valuation": "donors_figure"}

    shown = browser.post(url("gift_add"), typed(**answers), follow=True)

    assert "Goods: 40 blankets" in shown.text
    assert "The donor&#x27;s figure" in shown.text


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"rate": ""}, "rate"),
        ({"rate": "many"}, "rate"),
        ({"rate": "0"}, "rate"),
        ({"rate": "1"}, "rate"),
        ({"rate": "-520"}, "rate"),
        ({"rate": "1e9"}, "rate"),
        ({"rate": "5\x0020"}, "rate"),
        ({"rate": "520,1234567"}, "rate"),
        ({"rate": "9999999"}, "rate"),
        ({"rate": "999999", "amount": "999 999 999 999"}, "rate"),
        ({"rate_source": ""}, "rate_source"),
        ({"rate_source": "a friend"}, "rate_source"),
        ({"currency": "KZT"}, "currency"),
        ({"currency": "GBP"}, "currency"),
        ({"kind": "goods", "valuation": "invoice"}, "description"),
        ({"kind": "services", "description": "Repair of the roof"}, "valuation"),
        ({"kind": "goods", "description": "x" * 201, "valuation": "invoice"}, "description"),
        ({"description": "40 blankets"}, "kind"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_its_field(browser, typed, other, field):
    shown = browser.post(url("gift_add"), typed(**other))

    assert list(shown.context["form"].errors) == [field]
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("typed_rate", ["520,25", "520.25", "520,250000"])
def test_rates_as_people_write_them(browser, typed, typed_rate):
    browser.post(url("gift_add"), typed(rate=typed_rate))

    assert Receipt.objects.get().rate == Decimal("520.25")


def test_a_reversed_gift_is_entered_again_with_its_rate(
    browser, a_donor, give, dollars, bookkeeper
):
    dollar, tenge = give(a_donor(), **dollars), give(a_donor("Lake"))

    again = browser.get(url("gift_add"), {"like": dollar.pk}).context["form"]
    assert (again["rate"].value(), again["currency"].value()) == ("520,25", "USD")
    assert browser.get(url("gift_add"), {"like": tenge.pk}).context["form"]["rate"].value() is None


def test_the_currency_it_came_in_stands_beside_the_tenge(browser, a_donor, give, dollars):
    give(a_donor(), "3000", **dollars)

    for name in ("statement", "gifts"):
        shown = browser.get(url(name), {"since": "01.01.2024", "until": "31.12.2024"})
        said = shown.text.replace("\N{NO-BREAK SPACE}", " ")
        assert "1 560 750.00" in said
        assert "3 000.00 USD" in said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1 234 567.50 USD"), ("ru", "1 234 567,50 USD"), ("kk", "1 234 567,50 USD")],
)
def test_amounts_in_three_languages(language, said):
    with override(language):
        shown = words.money(Decimal("1234567.5"), "USD")

    assert shown.replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_rate_is_written_without_the_zeros_of_the_database():
    with override("ru"):
        assert words.rate(Decimal("520.250000")) == "520,25"
        assert words.rate(Decimal("600.000000")) == "600"


# --- programs ------------------------------------------------------------------------------------


def test_dollars_and_goods_through_the_api(browser, a_donor):
    donor = a_donor()
    gift = {
        "kind": "goods",
        "donor": str(donor.pk),
        "amount": "100.00",
        "currency": "EUR",
        "rate": "600.5",
        "rate_source": "agreed_with_donor",
        "description": "Two washing machines",
        "valuation": "invoice",
        "received_on": "2024-03-10",
        "evidence": "voucher",
    }

    made = browser.post("/api/funding/gifts/", gift, content_type="application/json")
    shown = browser.get(f"/api/funding/gifts/{made.json()['id']}/").json()
    stated = browser.get("/api/funding/statement/?since=2024-01-01&until=2024-12-31").json()

    assert (shown["amount_in_tenge"], shown["rate"]) == ("60050.00", "600.500000")
    assert (shown["description"], shown["valuation"]) == ("Two washing machines", "invoice")
    assert stated["total"]["goods"] == "60050.00"
    assert stated["donors"][0]["foreign"] == [
        {"kind": "goods", "currency": "EUR", "amount": "100.00"}
    ]


@pytest.mark.parametrize(
    ("other", "status", "pointer"),
    [
        ({"rate": "0"}, 409, "/rate"),
        ({"rate_source": ""}, 400, "/rate_source"),
        ({"rate": "1e7"}, 400, "/rate"),
        ({"currency": "KZT"}, 400, "/currency"),
        ({"description": "x"}, 400, "/kind"),
        ({"kind": "goods"}, 409, "/description"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_rate_is_pointed_at(browser, a_donor, other, status, pointer):
    gift = {
        "kind": "cash",
        "donor": str(a_donor().pk),
        "amount": "100.00",
        "currency": "EUR",
        "rate": "600.5",
        "rate_source": "other",
        "received_on": "2024-03-10",
        "evidence": "voucher",
    }

    answer = browser.post("/api/funding/gifts/", gift | other, content_type="application/json")

    assert answer.status_code == status, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
