"""Taking a referral back: by the shelter, by the client's consent, or because the client left."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from referrals.kept.models import Sent
from referrals.models import Referral, Release, Status
from referrals.operations.locking import lock_outgoing, lock_sent
from referrals.operations.refusals import WrongState
from shelters.events.recording import Actor, record
from shelters.staff.models import User


@transaction.atomic
def withdraw_referral(*, sent: Sent, seen: Status | str, by: User) -> Referral:
    """Take back what the person saw as `seen`; refuses when the other shelter was faster."""
    sent = lock_sent(sent.pk)
    referral = lock_outgoing(sent)
    if referral.status == Status.WITHDRAWN:
        return referral
    if referral.status != seen:
        raise WrongState
    return _withdraw(referral, sent, by)


@transaction.atomic
def follow_withdrawn_consent(*, consent_id: UUID, by: Actor | None) -> None:
    """The client no longer agrees: nobody opens the summary from this moment on."""
    for sent in Sent.objects.filter(consent_id=consent_id):
        _end(sent, by)


@transaction.atomic
def follow_closed_case(*, case_id: UUID, by: Actor | None) -> None:
    """Who has left cannot be sent any more."""
    for sent in Sent.objects.filter(case_id=case_id).open():
        _end(sent, by)


def _end(sent: Sent, by: Actor | None) -> None:
    """Withdraw it if it is still open; what it released closes in any case."""
    sent = lock_sent(sent.pk)
    referral = lock_outgoing(sent)
    if referral.is_open:
        _withdraw(referral, sent, by)
    else:
        _close_release(referral)


def _withdraw(referral: Referral, sent: Sent, by: Actor | None) -> Referral:
    """The database destroys the sealed summary with the step itself."""
    referral.advance(Status.WITHDRAWN)
    referral.ended_at = timezone.now()
    referral.save(update_fields=["status", "ended_at"])
    _close_release(referral)
    sent.mirror(referral)
    sent.save(update_fields=Sent.MIRRORED)
    record(
        "referral.withdrawn",
        subject=referral,
        by=by,
        case_id=sent.case_id,
        recipient_id=referral.recipient_id,
    )
    return referral


def _close_release(referral: Referral) -> None:
    standing = Release.objects.filter(pk=referral.pk, withdrawn_at=None)
    standing.update(withdrawn_at=timezone.now())
