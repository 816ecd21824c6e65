from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from funding.models import Claim, Donor, DonorKind, Mistake, Receipt, Renewal, RenewalState
from funding.operations import (
    AlreadyReversed,
    AlreadyWithdrawn,
    DonorExists,
    EndsBeforeStart,
    IsReversal,
    NotMoney,
    NotYet,
    OtherDonorsAgreement,
    PersonNeedsShelter,
    ReasonMissing,
    SalaryIncomplete,
    UnknownDonor,
    add_donor,
    reverse_gift,
    update_renewal,
    withdraw_claim,
)
from shelters.events.models import Event
from shelters.once import SavedAlready
from shelters.tenancy import in_shelter

pytestmark = pytest.mark.usefixtures("in_samal")


def test_a_gift_leaves_an_event_without_names(a_donor, give):
    gift = give(a_donor("Aigerim S.", kind=DonorKind.INDIVIDUAL), "250000.50")

    event = Event.objects.get(type="gift.received")
    assert event.subject_id == str(gift.pk)
    assert event.facts["amount"] == "250000.50"
    assert "Aigerim" not in str(event.facts)


def test_pressing_twice_makes_one_gift(a_donor, give):
    donor, new_id = a_donor(), uuid4()

    first = give(donor, new_id=new_id, note="Line 14")
    second = give(donor, new_id=new_id, note="Line 14")

    assert first == second
    assert Receipt.objects.count() == 1
    assert Event.objects.filter(type="gift.received").count() == 1


def test_the_same_form_with_other_figures_is_refused(a_donor, give):
    donor, new_id = a_donor(), uuid4()
    give(donor, "100", new_id=new_id)

    with pytest.raises(SavedAlready):
        give(donor, "1000", new_id=new_id)


def test_a_key_of_another_shelter_is_refused(samal, tulpar, a_donor, give, person):
    with in_shelter(tulpar):
        stranger = person(tulpar, "bookkeeper")
        theirs = give(a_donor("Theirs", by=stranger), by=stranger)

    with in_shelter(samal), pytest.raises(SavedAlready):
        give(a_donor(), new_id=theirs.pk)


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_no_gift_of_nothing(a_donor, give, amount):
    with pytest.raises(NotMoney):
        give(a_donor(), amount)


def test_no_gift_of_tomorrow(a_donor, give):
    with pytest.raises(NotYet):
        give(a_donor(), received_on=timezone.localdate() + timedelta(days=1))


def test_a_salary_keeps_role_and_months(a_donor, give, salary):
    gift = give(a_donor(), "450000", **salary)

    assert (gift.staff_role, gift.months) == ("psychologist", 3)


def test_cash_drops_what_belongs_to_a_salary(a_donor, give):
    gift = give(a_donor(), staff_role="cook", month_from=date(2024, 1, 1))

    assert (gift.staff_role, gift.month_from) == ("", None)


def test_a_salary_without_role_or_months_is_refused(a_donor, give, salary):
    donor = a_donor()

    with pytest.raises(SalaryIncomplete):
        give(donor, **(salary | {"staff_role": ""}))
    with pytest.raises(SalaryIncomplete):
        give(donor, **(salary | {"month_to": None}))


def test_a_salary_cannot_end_before_it_starts(a_donor, give, salary):
    with pytest.raises(EndsBeforeStart):
        give(a_donor(), **(salary | {"month_to": date(2023, 12, 1)}))


def test_an_agreement_of_another_donor_is_refused(a_donor, an_agreement, give):
    agreement = an_agreement(a_donor("Other"))

    with pytest.raises(OtherDonorsAgreement):
        give(a_donor(), agreement=agreement)


def test_a_donor_of_another_shelter_is_refused(tulpar, give):
    stranger = Donor(id=uuid4(), shelter_id=tulpar.id, name="Theirs")

    with pytest.raises(UnknownDonor):
        give(stranger)


def test_a_reversal_repeats_the_gift_and_keeps_its_note(a_donor, give, bookkeeper, salary):
    gift = give(a_donor(), "450000", **salary)

    reversal = reverse_gift(
        receipt=gift, mistake=Mistake.TWICE, note="See line 3", by=bookkeeper, new_id=uuid4()
    )

    assert reversal.reverses == gift
    assert all(getattr(reversal, name) == getattr(gift, name) for name in Receipt.MIRRORED)
    assert reversal.note.text == "See line 3"
    assert Event.objects.get(type="gift.reversed").facts["mistake"] == "entered_twice"


def test_a_gift_is_reversed_once(a_donor, give, bookkeeper):
    gift = give(a_donor())
    new_id = uuid4()
    answers = {"receipt": gift, "mistake": Mistake.WRONG_AMOUNT, "by": bookkeeper}

    first = reverse_gift(**answers, new_id=new_id)

    assert reverse_gift(**answers, new_id=new_id) == first
    with pytest.raises(AlreadyReversed):
        reverse_gift(**answers, new_id=uuid4())


def test_a_reversal_is_not_reversed(a_donor, give, bookkeeper):
    reversal = reverse_gift(
        receipt=give(a_donor()), mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4()
    )

    with pytest.raises(IsReversal):
        reverse_gift(receipt=reversal, mistake=Mistake.TWICE, by=bookkeeper, new_id=uuid4())


def test_something_else_needs_words(a_donor, give, bookkeeper):
    with pytest.raises(ReasonMissing):
        reverse_gift(
            receipt=give(a_donor()), mistake=Mistake.OTHER, note=" ", by=bookkeeper, new_id=uuid4()
        )


def test_two_donors_of_one_name_are_refused(a_donor):
    a_donor("Steppe Fund")

    with pytest.raises(DonorExists):
        a_donor("steppe fund ")


def test_the_network_knows_no_private_person(in_central_host, person):
    officer = person(None, "funding_officer")

    network = add_donor(
        new_id=uuid4(), name="Embassy of Elsewhere", kind=DonorKind.FOREIGN_EMBASSY, by=officer
    )

    assert network.is_of_the_network
    with pytest.raises(PersonNeedsShelter):
        add_donor(new_id=uuid4(), name="A. B.", kind=DonorKind.INDIVIDUAL, by=officer)


def test_renewal_is_unknown_until_told_and_keeps_its_history(a_donor, an_agreement, bookkeeper):
    agreement = an_agreement(a_donor())
    assert agreement.renewals.get().state == RenewalState.UNKNOWN

    update_renewal(
        agreement=agreement,
        new_id=uuid4(),
        state=RenewalState.APPLIED_FOR,
        as_of=timezone.localdate(),
        by=bookkeeper,
    )

    assert [r.state for r in agreement.renewals.all()] == ["applied_for", "unknown"]


def test_pressing_renewal_twice_adds_one_row(a_donor, an_agreement, bookkeeper):
    agreement = an_agreement(a_donor())
    answers = {
        "agreement": agreement,
        "new_id": uuid4(),
        "state": RenewalState.REFUSED,
        "as_of": date(2024, 5, 1),
        "by": bookkeeper,
    }

    assert update_renewal(**answers) == update_renewal(**answers)
    assert Renewal.objects.filter(agreement=agreement).count() == 2


def test_an_agreement_may_state_no_amount(a_donor, an_agreement):
    assert an_agreement(a_donor()).amount is None
    assert an_agreement(a_donor("B"), amount=Decimal("10")).amount == 10
    with pytest.raises(EndsBeforeStart):
        an_agreement(a_donor("C"), ends_on=date(2023, 1, 1))


def test_a_withdrawn_claim_stays_with_its_reason(a_claim, bookkeeper):
    claim = a_claim()

    withdraw_claim(claim=claim, reason="The city denied it.", by=bookkeeper)

    claim.refresh_from_db()
    assert claim.withdrawal_reason == "The city denied it."
    assert not Claim.objects.standing().exists()
    with pytest.raises(AlreadyWithdrawn):
        withdraw_claim(claim=claim, reason="Again", by=bookkeeper)


def test_withdrawing_needs_a_reason(a_claim, bookkeeper):
    with pytest.raises(ReasonMissing):
        withdraw_claim(claim=a_claim(), reason="  ", by=bookkeeper)
