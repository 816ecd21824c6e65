from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funding.models import (
    COLUMNS,
    Currency,
    DonorKind,
    Evidence,
    GiftKind,
    Mistake,
    RateSource,
    RenewalState,
)
from funding.operations import reverse_gift, update_renewal, withdraw_claim
from funding.statement import Agreed, Period, Sums, network_lines, statement_of
from shelters.staff.permissions import Role
from shelters.tenancy import in_central, in_shelter

YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))

NO_RATE = {"currency": Currency.KZT, "rate": None, "rate_source": ""}
tenge = st.tuples(st.decimals("0.01", "999999999999.99", places=2), st.just(NO_RATE))
foreign = st.tuples(
    st.decimals("0.01", "9999999.99", places=2),
    st.fixed_dictionaries(
        {
            "currency": st.sampled_from([Currency.USD, Currency.EUR, Currency.SEK]),
            "rate": st.decimals("1.000001", "9999.999999", places=6),
            "rate_source": st.sampled_from(RateSource),
        }
    ),
)
entries = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(GiftKind),
        st.sampled_from(Evidence),
        tenge | foreign,
        st.booleans(),
    ),
    max_size=8,
)


class Undone(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """An example leaves nothing behind, so that the next one starts from nothing."""
    with suppress(Undone), transaction.atomic():
        yield
        raise Undone


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(entries=entries)
def test_totals_are_the_entries_that_stand(
    in_samal, a_donor, give, a_claim, bookkeeper, of_kind, entries
):
    """Whatever the currency and the reversals, a total is the exact sum of what still stands."""
    expected: dict[str, Sums] = defaultdict(Sums)
    came: dict[tuple[str, GiftKind, Currency], Decimal] = defaultdict(Decimal)
    with undone():
        donors = {name: a_donor(name) for name in "ABC"}
        for name, kind, evidence, (amount, rate), is_reversed in entries:
            answers = of_kind(kind) | rate | {"evidence": evidence}
            gift = give(donors[name], str(amount), **answers)
            if is_reversed:
                reverse_gift(receipt=gift, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())
                continue
            worth = (amount * (rate["rate"] or 1)).quantize(Decimal("0.01"), ROUND_HALF_UP)
            given_now = Sums(**{name: worth for name, of in COLUMNS.items() if of is kind})
            came[name, kind, rate["currency"]] += amount
            for key in ("all", name, evidence.value):
                expected[key] += given_now

        before = statement_of(in_samal.id, YEAR)
        a_claim("Ten million from the city")
        after = statement_of(in_samal.id, YEAR)

        assert before.total == after.total == expected["all"]
        assert {line.donor.name: line.sums for line in after.donors} == {
            name: expected[name] for name in "ABC" if expected[name]
        }
        assert {line.evidence: line.sums for line in after.evidence} == {
            kind: expected[kind.value] for kind in Evidence if expected[kind.value]
        }
        assert {
            (line.donor.name, part.kind, part.currency): part.amount
            for line in after.donors
            for part in line.foreign
        } == {key: amount for key, amount in came.items() if key[2] is not Currency.KZT}
        assert len(after.reversed) == sum(is_reversed for *_, is_reversed in entries)


def test_cash_and_salaries_stand_apart(in_samal, a_donor, give, salary):
    donor = a_donor()
    give(donor, "1000.25")
    give(donor, "450000", **salary)

    total = statement_of(in_samal.id, YEAR).total

    assert total == Sums(cash=Decimal("1000.25"), salary=Decimal("450000.00"))


def test_only_the_period_counts_and_its_days_are_included(in_samal, a_donor, give):
    donor = a_donor()
    for day in (date(2023, 12, 31), YEAR.first, YEAR.last, date(2025, 1, 1)):
        give(donor, "1", received_on=day)

    assert statement_of(in_samal.id, YEAR).total.cash == 2
    assert statement_of(in_samal.id, Period(YEAR.first, YEAR.first)).total.cash == 1


def test_a_reversal_counts_in_the_period_of_its_gift(in_samal, a_donor, give, bookkeeper):
    gift = give(a_donor(), received_on=date(2023, 5, 5))
    reverse_gift(receipt=gift, mistake=Mistake.NEVER_CAME, by=bookkeeper, new_id=uuid4())

    last_year = statement_of(in_samal.id, Period(date(2023, 1, 1), date(2023, 12, 31)))

    assert not last_year.total
    assert [line.gift for line in last_year.reversed] == [gift]
    assert not statement_of(in_samal.id, YEAR).reversed


def test_what_was_agreed_and_what_is_missing(in_samal, a_donor, an_agreement, give, bookkeeper):
    donor = a_donor()
    agreement = an_agreement(donor, amount=Decimal("10000"))
    give(donor, "2500.50", agreement=agreement)
    wrong = give(donor, "500", agreement=agreement)
    reverse_gift(receipt=wrong, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())
    give(donor, "900")
    update_renewal(
        agreement=agreement,
        new_id=uuid4(),
        state=RenewalState.VERBAL,
        as_of=date(2024, 2, 1),
        by=bookkeeper,
    )

    (line,) = statement_of(in_samal.id, YEAR).agreements

    assert (line.agreed, line.received.cash, line.missing) == (
        Decimal("10000.00"),
        Decimal("2500.50"),
        Decimal("7499.50"),
    )


def test_the_newest_renewal_by_day_stands(in_samal, a_donor, an_agreement, bookkeeper):
    agreement = an_agreement(a_donor(), renewal_as_of=date(2024, 1, 1))
    for state, day in ((RenewalState.REFUSED, 20), (RenewalState.APPLIED_FOR, 10)):
        update_renewal(
            agreement=agreement,
            new_id=uuid4(),
            state=state,
            as_of=date(2024, 3, day),
            by=bookkeeper,
        )

    (line,) = statement_of(in_samal.id, YEAR).agreements

    assert (line.renewal, line.renewal_as_of) == (RenewalState.REFUSED, date(2024, 3, 20))


def test_nothing_stated_is_not_nothing(in_samal, a_donor, an_agreement):
    an_agreement(a_donor())

    (line,) = statement_of(in_samal.id, YEAR).agreements

    assert line.agreed is None
    assert line.missing is None
    assert line.renewal == RenewalState.UNKNOWN


def test_a_withdrawn_claim_stands_below_those_that_still_stand(in_samal, a_claim, bookkeeper):
    first, second = a_claim(), a_claim("A bank funds the shelter.")
    withdraw_claim(claim=second, reason="Denied", by=bookkeeper)

    claims = statement_of(in_samal.id, YEAR).claims

    assert [(claim.pk, claim.is_withdrawn) for claim in claims] == [
        (first.pk, False),
        (second.pk, True),
    ]


def test_central_sees_the_sums_of_a_person_it_may_not_know(in_samal, a_donor, give):
    give(a_donor("Aigerim S.", kind=DonorKind.INDIVIDUAL), "700")
    give(a_donor("Steppe Fund"), "300")

    with in_central():
        lines = statement_of(in_samal.id, YEAR).donors

    assert [(line.donor and line.donor.name, line.sums.cash) for line in lines] == [
        (None, Decimal("700.00")),
        ("Steppe Fund", Decimal("300.00")),
    ]


def test_the_network_page_keeps_shelters_apart(in_samal, a_donor, give, an_agreement, a_claim):
    donor = a_donor()
    give(donor, "300")
    an_agreement(donor, amount=Decimal("1000"))
    an_agreement(donor, title="Second")
    a_claim()

    with in_central():
        lines = {line.shelter.schema: line for line in network_lines(YEAR)}

    assert lines["samal"].received == Sums(cash=Decimal("300.00"))
    assert lines["samal"].agreed == [Agreed(Currency.KZT, Decimal("1000.00"))]
    assert lines["samal"].without_amount == 1
    assert lines["samal"].renewals == [(RenewalState.UNKNOWN, 2)]
    assert lines["samal"].claims == 1
    assert not lines["tulpar"].received


@pytest.mark.parametrize("gifts", [1, 6])
def test_a_statement_costs_the_same_however_long(
    in_samal, a_donor, give, an_agreement, django_assert_num_queries, gifts
):
    for number in range(gifts):
        donor = a_donor(f"Donor {number}")
        give(donor, agreement=an_agreement(donor))
        give(donor, currency=Currency.USD, rate=Decimal("520.25"), rate_source=RateSource.BANK)

    with django_assert_num_queries(7):
        statement_of(in_samal.id, YEAR)


def test_a_prospect_stands_at_zero_until_its_first_gift(in_samal, a_donor, give, bookkeeper):
    prospect = a_donor("A group abroad")
    hoped = give(prospect, received_on=timezone.localdate())
    before = statement_of(in_samal.id, Period.this_year())

    reverse_gift(receipt=hoped, mistake=Mistake.NEVER_CAME, by=bookkeeper, new_id=uuid4())
    after = statement_of(in_samal.id, Period.this_year())

    assert before.prospects == []
    assert [(line.donor, line.sums) for line in after.prospects] == [(prospect, Sums())]
    assert after.donors_and_prospects == after.prospects
    assert not after.total


def test_a_donor_is_no_prospect_before_it_was_known_nor_where_another_shelter_knows_it(
    in_samal, a_donor, tulpar, person
):
    a_donor("A group abroad")
    with in_shelter(tulpar):
        a_donor("Theirs", by=person(tulpar, Role.BOOKKEEPER))

    assert statement_of(in_samal.id, YEAR).prospects == []
    with in_central():
        shown = statement_of(in_samal.id, Period.this_year()).prospects
    assert [line.donor.name for line in shown] == ["A group abroad"]


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ((2024, 1, 1), (2024, 1, 1), (2024, 3, 31)),
        ((2024, 6, 30), (2024, 4, 1), (2024, 6, 30)),
        ((2024, 8, 15), (2024, 7, 1), (2024, 9, 30)),
        ((2024, 12, 31), (2024, 10, 1), (2024, 12, 31)),
    ],
)
def test_a_quarter_begins_and_ends_with_its_months(day, first, last):
    assert Period.quarter_of(date(*day)) == Period(date(*first), date(*last))


def test_the_usual_periods_lie_where_they_say(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 2, 3))

    usual = dict(Period.usual())

    assert usual["Last year"] == Period.year(2025)
    assert usual["This quarter"] == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert usual["Last quarter"] == Period(date(2025, 10, 1), date(2025, 12, 31))
