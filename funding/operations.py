"""Every change to what is known about money. Each is one transaction and leaves an event."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from funding.models import (
    Agreement,
    Claim,
    Donor,
    DonorKind,
    GiftKind,
    Mistake,
    Receipt,
    ReceiptNote,
    Renewal,
    RenewalState,
    Restriction,
)
from shelters.events.recording import record
from shelters.once import save_once
from shelters.refusals import Refusal
from shelters.staff.models import User
from shelters.tenancy import current_unit


class DonorExists(Refusal):
    message = _("There is already a donor of this name. Choose it from the list.")
    field = "name"


class UnknownDonor(Refusal):
    message = _("Choose a donor from the list.")
    field = "donor"


class PersonNeedsShelter(Refusal):
    message = _("A private person is known to one shelter only.")
    field = "kind"


class OtherDonorsAgreement(Refusal):
    message = _("This agreement is with another donor. Choose one of this donor's agreements.")
    field = "agreement"


class NotYet(Refusal):
    message = _("This day has not come yet.")


class NotMoney(Refusal):
    message = _("Give an amount above zero.")
    field = "amount"


class EndsBeforeStart(Refusal):
    message = _("The end lies before the start.")


class SalaryIncomplete(Refusal):
    message = _("A salary needs the role of the person and the months it covers.")
    field = "staff_role"


class AlreadyReversed(Refusal):
    message = _("This gift is already reversed.")


class IsReversal(Refusal):
    message = _("This entry reverses a gift. It cannot be reversed itself.")


class ReasonMissing(Refusal):
    message = _("Say in a few words why.")


class AlreadyWithdrawn(Refusal):
    message = _("This claim is already withdrawn.")


@transaction.atomic
def add_donor(*, new_id: UUID, name: str, kind: DonorKind, by: User) -> Donor:
    """The shelter's own donor; on the central host the network's."""
    shelter_id = current_unit().shelter_id
    if kind == DonorKind.INDIVIDUAL and shelter_id is None:
        raise PersonNeedsShelter
    donor = Donor(id=new_id, shelter_id=shelter_id, name=name.strip(), kind=kind)
    if Donor.objects.filter(name__iexact=donor.name).exclude(pk=new_id).exists():
        raise DonorExists
    if (saved := save_once(donor, "name", "kind", taken=DonorExists)) is not donor:
        return saved
    record("donor.added", subject=donor, by=by, kind=kind)
    return donor


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
    restriction: Restriction = Restriction.UNKNOWN,
    renewal: RenewalState = RenewalState.UNKNOWN,
    renewal_as_of: date | None = None,
) -> Agreement:
    """A written agreement; `amount=None` when it states none. Renewal is unknown until told."""
    _check_donor(donor)
    _check_order(starts_on, ends_on, field="ends_on")
    if amount is not None:
        _check_amount(amount)
    agreement = Agreement(
        id=new_id,
        shelter_id=current_unit().id,
        donor=donor,
        title=title.strip(),
        amount=amount,
        starts_on=starts_on,
        ends_on=ends_on,
        restriction=restriction,
        entered_by_id=by.id,
    )
    answers = ("donor_id", "title", "amount", "starts_on", "ends_on", "restriction")
    if (saved := save_once(agreement, *answers)) is not agreement:
        return saved
    _renewal(agreement, renewal, renewal_as_of or timezone.localdate(), by, uuid4()).save()
    record(
        "agreement.recorded", subject=agreement, by=by, donor_id=donor.id, amount=_stated(amount)
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


@transaction.atomic
def receive_gift(
    *,
    new_id: UUID,
    donor: Donor,
    kind: GiftKind,
    amount: Decimal,
    received_on: date,
    evidence: str,
    by: User,
    agreement: Agreement | None = None,
    staff_role: str = "",
    month_from: date | None = None,
    month_to: date | None = None,
    note: str = "",
) -> Receipt:
    """Cash that came in, or a salary that somebody else paid, with its evidence."""
    _check_donor(donor)
    _check_amount(amount)
    _check_not_future(received_on, field="received_on")
    if agreement is not None and agreement.donor_id != donor.id:
        raise OtherDonorsAgreement
    receipt = Receipt(
        id=new_id,
        shelter_id=current_unit().id,
        donor=donor,
        agreement=agreement,
        kind=kind,
        amount=amount,
        received_on=received_on,
        evidence=evidence,
        entered_by_id=by.id,
        **_salary_facts(kind, staff_role, month_from, month_to),
    )
    if (saved := save_once(receipt, *Receipt.MIRRORED)) is not receipt:
        return saved
    _keep_note(receipt, note)
    record(
        "gift.received", subject=receipt, by=by, donor_id=donor.id, kind=kind, amount=str(amount)
    )
    return receipt


@transaction.atomic
def reverse_gift(
    *, receipt: Receipt, mistake: Mistake, by: User, new_id: UUID, note: str = ""
) -> Receipt:
    """A linked entry that takes the gift out of every total. The gift itself stays as it was."""
    if receipt.reverses_id is not None:
        raise IsReversal
    if mistake == Mistake.OTHER and not note.strip():
        raise ReasonMissing(field="note")
    reversal = Receipt(
        id=new_id,
        shelter_id=receipt.shelter_id,
        reverses=receipt,
        mistake=mistake,
        entered_by_id=by.id,
        **{name: getattr(receipt, name) for name in Receipt.MIRRORED},
    )
    answers = ("reverses_id", "mistake")
    if (saved := save_once(reversal, *answers, taken=AlreadyReversed)) is not reversal:
        return saved
    _keep_note(reversal, note)
    record(
        "gift.reversed",
        subject=receipt,
        by=by,
        donor_id=receipt.donor_id,
        amount=str(receipt.amount),
        mistake=mistake,
    )
    return reversal


@transaction.atomic
def record_claim(
    *, new_id: UUID, statement: str, said_by: str, as_of: date, source: str, by: User
) -> Claim:
    """What somebody says about who funds the shelter. It enters no total."""
    _check_not_future(as_of, field="as_of")
    claim = Claim(
        id=new_id,
        shelter_id=current_unit().id,
        statement=statement.strip(),
        said_by=said_by.strip(),
        as_of=as_of,
        source=source.strip(),
        entered_by_id=by.id,
    )
    answers = ("statement", "said_by", "as_of", "source")
    if (saved := save_once(claim, *answers)) is not claim:
        return saved
    record("claim.recorded", subject=claim, by=by)
    return claim


@transaction.atomic
def withdraw_claim(*, claim: Claim, reason: str, by: User) -> Claim:
    """The claim stays readable, with the reason why it no longer stands."""
    claim = _lock_standing(claim)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    claim.withdrawn_at = timezone.now()
    claim.withdrawn_by_id = by.id
    claim.withdrawal_reason = reason.strip()
    claim.save(update_fields=["withdrawn_at", "withdrawn_by_id", "withdrawal_reason"])
    record("claim.withdrawn", subject=claim, by=by)
    return claim


def _lock_standing(claim: Claim) -> Claim:
    locked = Claim.objects.select_for_update(of=("self",)).standing().filter(pk=claim.pk).first()
    if locked is None:
        raise AlreadyWithdrawn
    return locked


def _keep_note(receipt: Receipt, text: str) -> None:
    if text.strip():
        ReceiptNote.objects.create(
            receipt=receipt, shelter_id=receipt.shelter_id, text=text.strip()
        )


def _renewal(
    agreement: Agreement, state: RenewalState, as_of: date, by: User, new_id: UUID
) -> Renewal:
    _check_not_future(as_of, field="as_of")
    return Renewal(
        id=new_id,
        shelter_id=agreement.shelter_id,
        agreement=agreement,
        state=state,
        as_of=as_of,
        entered_by_id=by.id,
    )


def _check_donor(donor: Donor) -> None:
    if donor.shelter_id not in {None, current_unit().id}:
        raise UnknownDonor


def _check_amount(amount: Decimal) -> None:
    if amount <= 0:
        raise NotMoney


def _check_not_future(day: date, *, field: str) -> None:
    if day > timezone.localdate():
        raise NotYet(field=field)


def _check_order(first: date, last: date | None, *, field: str) -> None:
    if last is not None and last < first:
        raise EndsBeforeStart(field=field)


def _salary_facts(
    kind: GiftKind, staff_role: str, month_from: date | None, month_to: date | None
) -> dict[str, Any]:
    """Role and months of a salary; nothing for cash."""
    if kind != GiftKind.SALARY:
        return {"staff_role": "", "month_from": None, "month_to": None}
    if not staff_role or month_from is None or month_to is None:
        raise SalaryIncomplete
    _check_order(month_from, month_to, field="month_to")
    return {
        "staff_role": staff_role,
        "month_from": month_from.replace(day=1),
        "month_to": month_to.replace(day=1),
    }


def _stated(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
