"""What was agreed, and whether it will go on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from funding.models import Agreement, Currency, Donor, Renewal, RenewalState, Restriction
from funding.operations.checks import check_amount, check_donor, check_not_future, check_order
from shelters.events.recording import record
from shelters.once import save_once
from shelters.staff.models import User
from shelters.tenancy import current_unit


@transaction.atomic
def record_agreement(
    *,
    new_id: UUID,
    donor: Donor,
    title: str,
    starts_on: date,
    by: User,
    ends_on: date | None = None,
    amount: Decimal | None = None,
    currency: str = Currency.KZT,
    restriction: Restriction = Restriction.UNKNOWN,
    renewal: RenewalState = RenewalState.UNKNOWN,
    renewal_as_of: date | None = None,
) -> Agreement:
    """A written agreement; `amount=None` when it states none. Renewal is unknown until told."""
    check_donor(donor)
    check_order(starts_on, ends_on, field="ends_on")
    if amount is not None:
        check_amount(amount)
    agreement = Agreement(
        id=new_id,
        shelter_id=current_unit().id,
        donor=donor,
        title=title.strip(),
        amount=amount,
        currency=currency,
        starts_on=starts_on,
        ends_on=ends_on,
        restriction=restriction,
        entered_by_id=by.id,
    )
    answers = ("donor_id", "title", "amount", "currency", "starts_on", "ends_on", "restriction")
    if (saved := save_once(agreement, *answers)) is not agreement:
        return saved
    _renewal(agreement, renewal, renewal_as_of or timezone.localdate(), by, uuid4()).save()
    record(
        "agreement.recorded",
        subject=agreement,
        by=by,
        donor_id=donor.id,
        amount=_stated(amount),
        currency=currency,
    )
    return agreement


@transaction.atomic
def update_renewal(
    *, agreement: Agreement, new_id: UUID, state: RenewalState, as_of: date, by: User
) -> Renewal:
    """A newer answer beside the older ones; nothing is overwritten."""
    renewal = _renewal(agreement, state, as_of, by, new_id)
    if (saved := save_once(renewal, "agreement_id", "state", "as_of")) is not renewal:
        return saved
    record("agreement.renewal_updated", subject=agreement, by=by, state=state, as_of=as_of)
    return renewal


def _renewal(
    agreement: Agreement, state: RenewalState, as_of: date, by: User, new_id: UUID
) -> Renewal:
    check_not_future(as_of, field="as_of")
    return Renewal(
        id=new_id,
        shelter_id=agreement.shelter_id,
        agreement=agreement,
        state=state,
        as_of=as_of,
        entered_by_id=by.id,
    )


def _stated(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
