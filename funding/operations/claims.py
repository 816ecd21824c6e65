"""What is said about the money, beside the money."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from funding.models import Claim
from funding.operations.checks import check_not_future
from funding.operations.refusals import AlreadyWithdrawn, ReasonMissing
from shelters.events.recording import record
from shelters.once import save_once
from shelters.staff.models import User
from shelters.tenancy import current_unit


@transaction.atomic
def record_claim(
    *, new_id: UUID, statement: str, said_by: str, as_of: date, source: str, by: User
) -> Claim:
    """What somebody says about who funds the shelter. It enters no total."""
    check_not_future(as_of, field="as_of")
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
