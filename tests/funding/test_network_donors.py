"""Donors over all shelters: one line a donor, four columns, and private persons as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funding.models import COLUMNS, Currency, Donor, DonorKind, GiftKind, Mistake, RenewalState
from funding.operations import record_claim, reverse_gift, withdraw_claim
from funding.statement import (
    Agreed,
    Period,
    Renewals,
    Sums,
    account_of,
    donor_lines,
    private_persons,
    received_from,
    standing_claims,
)
from funding.statement.donors import MOST_CLAIMS
from shelters.staff.permissions import Role
from shelters.tenancy import in_central, in_shelter
from tests.funding.test_statement import undone

YEAR = Period.year(2024)
HOSTS = {"samal", "tulpar"}


@pytest.fixture
def fund(rows) -> Donor:
    """A donor of the network, which every shelter may choose."""
    with in_central():
        return Donor.objects.create(name="Steppe Fund", kind=DonorKind.INTL_FOUNDATION)


@pytest.fixture
def at(samal, tulpar, person) -> Callable[..., Any]:
    """Something done by the bookkeeper of one of two shelters."""
    homes = {home.schema: (home, person(home, Role.BOOKKEEPER)) for home in (samal, tulpar)}

    def at(schema: str, act: Callable[..., Any], *words: Any, **answers: Any) -> Any:
        home, by = homes[schema]
        with in_shelter(home):
            return act(*words, **answers, by=by)

    return at


@pytest.fixture
def central(rows) -> Iterator[None]:
    with in_central():
        yield


def lines_of(period: Period = YEAR, **wanted: str) -> dict[str, Any]:
    with in_central():
        known = Donor.objects.with_received(period.first, period.last).narrowed(**wanted)
        return {line.donor.name: line for line in donor_lines(list(known), period)}


def test_one_line_adds_up_what_all_shelters_received(fund, at, give, dollars, an_agreement):
    at("samal", give, fund, "300")
    at("tulpar", give, fund, "10", **dollars)
    at("samal", an_agreement, fund, amount=Decimal("1000"))
    at("tulpar", an_agreement, fund, amount=Decimal("50"), currency=Currency.USD)
    at("tulpar", an_agreement, fund, title="A promise")

    line = lines_of()["Steppe Fund"]

    assert line.received == Sums(cash=Decimal("5502.50"))
    assert [(came.currency, came.amount) for came in line.foreign] == [(Currency.USD, 10)]
    assert [shelter.name for shelter in line.shelters] == ["Samal", "Tulpar"]
    assert line.agreed == [Agreed(Currency.KZT, Decimal(1000)), Agreed(Currency.USD, Decimal(50))]
    assert (line.agreements, line.without_amount) == (3, 1)
    assert line.renewals == [Renewals(RenewalState.UNKNOWN, 3)]
    assert line.known_to is None


def test_a_prospect_stands_there_at_zero(at, a_donor):
    at("tulpar", a_donor, "A group abroad")

    line = lines_of()["A group abroad"]

    assert (line.received, line.foreign, line.shelters) == (Sums(), [], [])
    assert line.known_to is not None
    assert line.known_to.name == "Tulpar"


def test_a_reversed_gift_and_one_of_another_year_count_in_no_line(fund, at, give):
    wrong = at("samal", give, fund, "300")
    at("samal", reverse_gift, receipt=wrong, mistake=Mistake.TWICE, new_id=uuid4())
    at("samal", give, fund, "7", received_on=date(2023, 12, 31))

    line = lines_of()["Steppe Fund"]

    assert (line.received, line.shelters) == (Sums(), [])


def test_private_persons_are_one_line_without_a_name(at, a_donor, give, dollars, central):
    for home, name in (("samal", "Aigerim S."), ("tulpar", "Bolat T.")):
        friend = at(home, a_donor, name, kind=DonorKind.INDIVIDUAL)
        at(home, give, friend, "100")
    at("tulpar", give, friend, "2", **dollars)
    gone = at("tulpar", give, friend, "9")
    at("tulpar", reverse_gift, receipt=gone, mistake=Mistake.GIVEN_BACK, new_id=uuid4())

    persons = private_persons(YEAR)

    assert persons.sums == Sums(cash=Decimal("1240.50"))
    assert [(came.currency, came.amount) for came in persons.foreign] == [(Currency.USD, 2)]
    assert [shelter.name for shelter in persons.shelters] == ["Samal", "Tulpar"]
    assert lines_of() == {}


def test_the_largest_giver_comes_first_and_who_gave_nothing_last(at, a_donor, give):
    for name, amount in (("Nothing yet", None), ("Small", "1"), ("Large", "900")):
        donor = at("samal", a_donor, name)
        if amount:
            at("samal", give, donor, amount)

    assert list(lines_of()) == ["Large", "Small", "Nothing yet"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"name": "STEP"}, {"Steppe Fund"}),
        ({"name": "100%"}, set()),
        ({"kind": "local_business"}, {"Bakery"}),
        ({"given": "cash"}, {"Steppe Fund"}),
        ({"given": "goods"}, {"Bakery"}),
        ({"given": "services"}, set()),
        ({"given": "nothing"}, {"A prospect"}),
        ({"name": "e", "kind": "intl_foundation", "given": "cash"}, {"Steppe Fund"}),
    ],
    ids=str,
)
def test_the_list_is_narrowed(fund, at, a_donor, give, of_kind, wanted, names):
    at("tulpar", a_donor, "A prospect")
    bakery = at("samal", a_donor, "Bakery", kind=DonorKind.LOCAL_BUSINESS)
    at("samal", give, fund)
    at("samal", give, bakery, **of_kind(GiftKind.GOODS))

    assert set(lines_of(**wanted)) == names


gifts = st.lists(
    st.tuples(
        st.sampled_from(sorted(HOSTS)),
        st.sampled_from(["the network's", "a person"]),
        st.sampled_from(GiftKind),
        st.decimals("0.01", "99999999.99", places=2),
        st.booleans(),
    ),
    max_size=6,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(gifts=gifts)
def test_shares_of_shelters_add_up_to_the_donor_and_all_to_the_network(
    fund, at, a_donor, give, of_kind, gifts
):
    expected = {"the network's": Sums(), "a person": Sums()}
    with undone():
        friends = {
            home: at(home, a_donor, f"Friend of {home}", kind=DonorKind.INDIVIDUAL)
            for home in HOSTS
        }
        for home, who, kind, amount, is_reversed in gifts:
            donor = fund if who == "the network's" else friends[home]
            gift = at(home, give, donor, str(amount), **of_kind(kind))
            if is_reversed:
                at(home, reverse_gift, receipt=gift, mistake=Mistake.TWICE, new_id=uuid4())
                continue
            expected[who] += Sums(**{name: amount for name, of in COLUMNS.items() if of is kind})

        with in_central():
            account, persons = account_of(fund, YEAR), private_persons(YEAR)
            all_donors = received_from(Donor.objects.all(), YEAR)

        assert account.total == all_donors == expected["the network's"]
        assert persons.sums == expected["a person"]
        assert lines_of()["Steppe Fund"].received == account.total
        assert len(account.reversed) == sum(
            gone for _home, who, *_rest, gone in gifts if who == "the network's"
        )


def test_one_donor_over_all_shelters(fund, at, give, an_agreement, salary, central):
    agreement = at("tulpar", an_agreement, fund, amount=Decimal("1000"))
    at("tulpar", give, fund, "400", agreement=agreement)
    at("samal", give, fund, "450000", **salary)
    wrong = at("samal", give, fund, "5")
    at("samal", reverse_gift, receipt=wrong, mistake=Mistake.TWICE, new_id=uuid4())
    at("tulpar", record_claim, **a_claim_about("The city pays."))

    account = account_of(fund, YEAR)

    assert [(share.shelter.name, share.sums) for share in account.shares] == [
        ("Tulpar", Sums(cash=Decimal("400.00"))),
        ("Samal", Sums(salary=Decimal("450000.00"))),
    ]
    (line,) = account.agreements
    assert (line.agreement.shelter.name, line.missing) == ("Tulpar", Decimal("600.00"))
    assert [(line.gift, line.gift.shelter.name) for line in account.reversed] == [(wrong, "Samal")]
    assert [(said.statement, said.shelter.name) for said in account.claims] == [
        ("The city pays.", "Tulpar")
    ]


def test_only_the_newest_claims_stand_beside_the_list(at, central):
    gone = at("samal", record_claim, **a_claim_about("Withdrawn."))
    at("samal", withdraw_claim, claim=gone, reason="Denied")
    for number in range(MOST_CLAIMS + 2):
        at("tulpar", record_claim, **a_claim_about(f"Claim {number}"))

    claims, number = standing_claims()

    assert (len(claims), number) == (MOST_CLAIMS, MOST_CLAIMS + 2)


@pytest.mark.parametrize("donors", [1, 30])
def test_a_page_of_donors_costs_the_same_however_long(
    at, a_donor, give, an_agreement, dollars, central, django_assert_num_queries, donors
):
    for number in range(donors):
        donor = at("samal", a_donor, f"Donor {number}")
        at("samal", give, donor, agreement=at("samal", an_agreement, donor))
        at("samal", give, donor, **dollars)

    found = Donor.objects.with_received(YEAR.first, YEAR.last)
    with django_assert_num_queries(5):
        assert len(donor_lines(list(found), YEAR)) == donors


@pytest.mark.parametrize("gifts", [1, 6])
def test_an_account_costs_the_same_however_long(
    fund, at, give, an_agreement, central, django_assert_num_queries, gifts
):
    for _number in range(gifts):
        at("samal", give, fund, agreement=at("samal", an_agreement, fund))
        gone = at("tulpar", give, fund)
        at("tulpar", reverse_gift, receipt=gone, mistake=Mistake.TWICE, new_id=uuid4())

    with django_assert_num_queries(6):
        account_of(fund, YEAR)


def a_claim_about(statement: str) -> dict[str, Any]:
    said = {"said_by": "Press office", "as_of": date(2024, 2, 1), "source": "A page"}
    return {"new_id": uuid4(), "statement": statement} | said
