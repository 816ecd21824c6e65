"""What was really given, and the entry that takes a mistake out again."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from funding.models import (
    IN_KIND,
    Agreement,
    Currency,
    Donor,
    GiftKind,
    Mistake,
    Receipt,
    ReceiptNote,
)
from funding.operations.checks import check_amount, check_donor, check_not_future, check_order
from funding.operations.refusals import (
    AlreadyReversed,
    IsReversal,
    NotBelievable,
    NotDescribed,
    NotMoney,
    NotValued,
    OtherDonorsAgreement,
    RateMissing,
    RateSourceMissing,
    ReasonMissing,
    SalaryIncomplete,
)
from shelters.events.recording import record
from shelters.once import save_once
from shelters.staff.models import User
from shelters.tenancy import current_unit

CENT = Decimal("0.01")


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
    currency: str = Currency.KZT,
    rate: Decimal | None = None,
    rate_source: str = "",
    description: str = "",
    valuation: str = "",
    staff_role: str = "",
    month_from: date | None = None,
    month_to: date | None = None,
    note: str = "",
) -> Receipt:
    """What came in, or a salary that somebody else paid, with its evidence.

    `rate` is how many tenge one unit of another currency was worth on that day; it stays so.
    """
    check_donor(donor)
    check_amount(amount)
    check_not_future(received_on, field="received_on")
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
        **_rate_facts(amount, currency, rate, rate_source),
        **_facts_in_kind(kind, description, valuation),
        **_salary_facts(kind, staff_role, month_from, month_to),
    )
    if (saved := save_once(receipt, *Receipt.MIRRORED)) is not receipt:
        return saved
    _keep_note(receipt, note)
    record(
        "gift.received",
        subject=receipt,
        by=by,
        donor_id=donor.id,
        kind=kind,
        amount=str(amount),
        currency=currency,
        rate=str(receipt.rate),
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
        currency=receipt.currency,
        mistake=mistake,
    )
    return reversal


def _keep_note(receipt: Receipt, text: str) -> None:
    if text.strip():
        ReceiptNote.objects.create(
            receipt=receipt, shelter_id=receipt.shelter_id, text=text.strip()
        )


def _rate_facts(
    amount: Decimal, currency: str, rate: Decimal | None, rate_source: str
) -> dict[str, Any]:
    """A tenge is a tenge; another currency is worth what it was worth on the day it came."""
    if currency == Currency.KZT:
        _check_worth(amount, Decimal(1))
        return {"currency": currency, "rate": Decimal(1), "rate_source": ""}
    if rate is None or rate in {Decimal(0), Decimal(1)}:
        raise RateMissing
    if not rate_source:
        raise RateSourceMissing
    _check_worth(amount, rate)
    return {"currency": currency, "rate": rate, "rate_source": rate_source}


def _check_worth(amount: Decimal, rate: Decimal) -> None:
    worth = (amount * rate).quantize(CENT, ROUND_HALF_UP)
    if not 0 < worth < Receipt.TOO_MUCH:
        raise NotBelievable if rate != 1 else NotMoney


def _facts_in_kind(kind: GiftKind, description: str, valuation: str) -> dict[str, str]:
    """What was given and who put a figure on it; nothing for cash and salaries."""
    if kind not in IN_KIND:
        return {"description": "", "valuation": ""}
    if not description.strip():
        raise NotDescribed
    if not valuation:
        raise NotValued
    return {"description": description.strip(), "valuation": valuation}


def _salary_facts(
    kind: GiftKind, staff_role: str, month_from: date | None, month_to: date | None
) -> dict[str, Any]:
    """Role and months of a salary; nothing for any other kind."""
    if kind != GiftKind.SALARY:
        return {"staff_role": "", "month_from": None, "month_to": None}
    if not staff_role or month_from is None or month_to is None:
        raise SalaryIncomplete
    check_order(month_from, month_to, field="month_to")
    return {
        "staff_role": staff_role,
        "month_from": month_from.replace(day=1),
        "month_to": month_to.replace(day=1),
    }
