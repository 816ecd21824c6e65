"""What the database itself refuses, asked as the app's role and past the operations."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from funding.models import (
    Agreement,
    Claim,
    Donor,
    DonorKind,
    Mistake,
    Receipt,
    ReceiptNote,
    Renewal,
)
from funding.operations import add_donor, reverse_gift, withdraw_claim
from shelters.tenancy import in_central, in_shelter

DOLLARS = {"currency": "USD", "rate": Decimal("520.25"), "rate_source": "bank_statement"}
ALL = [Donor, Agreement, Renewal, Receipt, ReceiptNote, Claim]


@pytest.fixture
def samals(samal, a_donor, an_agreement, give, a_claim) -> dict[str, Any]:
    """One row of each kind in Samal, from a private person."""
    with in_shelter(samal):
        donor = a_donor("Aigerim S.", kind=DonorKind.INDIVIDUAL)
        agreement = an_agreement(donor)
        gift = give(donor, agreement=agreement, note="Voucher 7 of Zarina")
        return {"donor": donor, "agreement": agreement, "gift": gift, "claim": a_claim()}


def refused(attempt: Callable[[], object], error: type[DatabaseError] = ProgrammingError) -> str:
    with pytest.raises(error) as caught, transaction.atomic():
        attempt()
    return str(caught.value)


def receipt_of(shelter, donor, **answers) -> Receipt:
    usual = {
        "shelter_id": shelter.id,
        "donor_id": donor.id,
        "kind": "cash",
        "amount": Decimal("5.00"),
        "received_on": date(2024, 3, 1),
        "evidence": "voucher",
        "entered_by_id": uuid4(),
    }
    return Receipt(**(usual | answers))


def test_another_shelter_reads_nothing(samals, in_tulpar):
    assert [model.objects.count() for model in ALL] == [0] * len(ALL)


def test_central_reads_the_money_but_no_person_and_no_note(samals, in_central_host):
    assert Receipt.objects.get().amount == Decimal("1000.00")
    assert Agreement.objects.count() == Claim.objects.count() == 1
    assert not Donor.objects.exists()
    assert "permission denied" in refused(lambda: ReceiptNote.objects.exists())


def test_every_shelter_reads_the_networks_donors(in_central_host, person, tulpar):
    officer = person(None, "funding_officer")
    add_donor(new_id=uuid4(), name="Embassy", kind=DonorKind.FOREIGN_EMBASSY, by=officer)

    with in_shelter(tulpar):
        assert Donor.objects.get().name == "Embassy"


@pytest.mark.parametrize("verb", ["UPDATE funding_{} SET id = id", "DELETE FROM funding_{}"])
@pytest.mark.parametrize("table", ["receipt", "renewal", "agreement", "donor"])
def test_nobody_changes_or_deletes(samals, samal, verb, table):
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(verb.format(table))

    for unit in (in_shelter(samal), in_central()):
        with unit:
            assert "permission denied" in refused(run)


def test_no_claim_or_note_is_deleted(samals, in_samal):
    assert "permission denied" in refused(lambda: Claim.objects.all()._raw_delete("default"))
    assert "permission denied" in refused(lambda: ReceiptNote.objects.all()._raw_delete("default"))


def test_central_adds_no_money(samals, in_central_host, samal):
    donor = add_network_donor()

    for row in (
        receipt_of(samal, donor),
        Claim(shelter_id=samal.id, as_of=date(2024, 1, 1), entered_by_id=uuid4()),
        Agreement(
            shelter_id=samal.id,
            donor=donor,
            starts_on=date(2024, 1, 1),
            entered_by_id=uuid4(),
        ),
        Renewal(
            shelter_id=samal.id,
            agreement=samals["agreement"],
            state="refused",
            as_of=date(2024, 1, 1),
            entered_by_id=uuid4(),
        ),
    ):
        assert "permission denied" in refused(row.save)


def test_central_adds_no_donor_of_a_shelter(in_central_host, samal):
    assert "row-level security" in refused(
        Donor(shelter_id=samal.id, name="X", kind="local_business").save
    )


def test_a_shelter_adds_no_donor_of_the_network_or_of_another(in_tulpar, samal):
    for shelter_id in (None, samal.id):
        donor = Donor(shelter_id=shelter_id, name="X", kind="local_business")
        assert "row-level security" in refused(donor.save)


def test_no_gift_in_another_shelters_name(samals, in_tulpar, samal):
    assert "row-level security" in refused(receipt_of(samal, samals["donor"]).save)


def test_no_gift_from_another_shelters_donor(samals, in_tulpar, tulpar):
    """The foreign key alone would allow it: it is checked without row security."""
    assert "row-level security" in refused(receipt_of(tulpar, samals["donor"]).save)


def test_no_gift_under_another_shelters_agreement(samals, tulpar, in_central_host):
    donor = add_network_donor()

    with in_shelter(tulpar):
        gift = receipt_of(tulpar, donor, agreement_id=samals["agreement"].id)
        assert "row-level security" in refused(gift.save)


def test_no_gift_under_another_donors_agreement(samals, samal, in_central_host):
    donor = add_network_donor()

    with in_shelter(samal):
        gift = receipt_of(samal, donor, agreement_id=samals["agreement"].id)
        assert "row-level security" in refused(gift.save)


def test_no_agreement_with_another_shelters_donor(samals, in_tulpar, tulpar):
    agreement = Agreement(
        shelter_id=tulpar.id,
        donor_id=samals["donor"].id,
        starts_on=date(2024, 1, 1),
        entered_by_id=uuid4(),
    )

    assert "row-level security" in refused(agreement.save)


def test_no_renewal_of_another_shelters_agreement(samals, in_tulpar, tulpar):
    renewal = Renewal(
        shelter_id=tulpar.id,
        agreement_id=samals["agreement"].id,
        state="refused",
        as_of=date(2024, 1, 1),
        entered_by_id=uuid4(),
    )

    assert "row-level security" in refused(renewal.save)


def test_no_note_on_another_shelters_gift(samals, in_tulpar, tulpar):
    note = ReceiptNote(receipt_id=samals["gift"].id, shelter_id=tulpar.id, text="x")

    assert "row-level security" in refused(lambda: note.save(force_insert=True))


def test_no_reversal_of_another_shelters_gift(samals, in_tulpar, tulpar):
    donor = Donor.objects.create(shelter_id=tulpar.id, name="Ours", kind="local_business")
    reversal = receipt_of(
        tulpar, donor, amount="1000.00", reverses_id=samals["gift"].id, mistake="other"
    )

    assert "A reversal repeats" in refused(reversal.save, IntegrityError)


@pytest.mark.parametrize(
    "other",
    [
        {"amount": Decimal("999.99")},
        {"agreement_id": None},
        {"evidence": "voucher"},
        {"received_on": date(2024, 3, 11)},
        DOLLARS,
    ],
    ids=str,
)
def test_a_reversal_differs_in_nothing(samals, in_samal, samal, other):
    gift = samals["gift"]
    same = {name: getattr(gift, name) for name in Receipt.MIRRORED}
    reversal = receipt_of(
        samal, samals["donor"], **(same | other), reverses=gift, mistake="wrong_amount"
    )

    assert "A reversal repeats" in refused(reversal.save, IntegrityError)


def test_a_second_reversal_breaks_a_constraint(samals, in_samal, samal, bookkeeper):
    gift = samals["gift"]
    reverse_gift(receipt=gift, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())
    same = {name: getattr(gift, name) for name in Receipt.MIRRORED}
    second = receipt_of(samal, samals["donor"], **same, reverses=gift, mistake="wrong_day")

    assert "duplicate key" in refused(second.save, IntegrityError)


@pytest.mark.parametrize(
    "broken",
    [
        {"amount": Decimal("0")},
        {"amount": Decimal("-5")},
        {"currency": "USD"},
        {"currency": "GBP", "rate": Decimal("650"), "rate_source": "other"},
        {"currency": "USD", "rate": Decimal("1"), "rate_source": "other"},
        {"currency": "USD", "rate": Decimal("-520"), "rate_source": "other"},
        {"currency": "USD", "rate": Decimal("520")},
        {"currency": "USD", "rate": Decimal("520"), "rate_source": "a friend"},
        {"rate": Decimal("520"), "rate_source": "other"},
        {"rate_source": "other"},
        {"amount": Decimal("0.01")} | DOLLARS | {"rate": Decimal("0.1")},
        {"amount": Decimal("999999999999")} | DOLLARS,
        {"kind": "a car"},
        {"kind": "goods"},
        {"kind": "goods", "description": "40 blankets"},
        {"kind": "services", "valuation": "invoice"},
        {"kind": "goods", "description": "40 blankets", "valuation": "a guess"},
        {"kind": "goods", "staff_role": "cook", "description": "x", "valuation": "invoice"},
        {"description": "40 blankets", "valuation": "invoice"},
        {"evidence": "rumour"},
        {"staff_role": "cook"},
        {"kind": "salary_paid_by_third_party"},
        {
            "kind": "salary_paid_by_third_party",
            "staff_role": "cook",
            "month_from": date(2024, 3, 1),
            "month_to": date(2024, 2, 1),
        },
        {
            "kind": "salary_paid_by_third_party",
            "staff_role": "cook",
            "month_from": date(2024, 3, 2),
            "month_to": date(2024, 3, 2),
        },
        {"mistake": "other"},
    ],
    ids=str,
)
def test_facts_about_a_gift_hold_in_the_database(samals, in_samal, samal, broken):
    assert "violates check" in refused(
        receipt_of(samal, samals["donor"], **broken).save, IntegrityError
    )


def test_a_claim_is_withdrawn_once_and_otherwise_never_changed(samals, in_samal, bookkeeper):
    claim = samals["claim"]
    claim.statement = "Something else"
    refused(lambda: claim.save(update_fields=["statement"]), DatabaseError)

    withdraw_claim(claim=claim, reason="Denied", by=bookkeeper)

    changed = Claim.objects.filter(pk=claim.pk).update(withdrawal_reason="Other words")
    assert changed == 0


def test_a_private_person_is_never_the_networks(in_central_host):
    assert "row-level security" in refused(Donor(name="A. B.", kind="individual").save)


def add_network_donor() -> Donor:
    return Donor.objects.create(name="Embassy of Elsewhere", kind="foreign_embassy")
