"""What one shelter does when the other has taken a step. Each is safe to repeat."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from cases.models import Case
from cases.operations import client_did_not_arrive, hand_over
from cases.operations.locking import lock
from referrals.kept.models import Received, Sent
from referrals.models import Referral, Status
from referrals.operations.locking import lock_sent
from shelters.events.recording import record


@transaction.atomic
def follow(*, referral_id: UUID) -> Sent | None:
    """Bring the sender's own record up to where the referral stands.

    Once the client has arrived, the case here is handed over and can only be read.
    """
    found = Sent.objects.filter(pk=referral_id).select_related("case").first()
    if found is None:
        return None
    case = lock(found.case)
    sent = lock_sent(referral_id)
    referral = Referral.objects.outgoing().get(pk=referral_id)
    if sent.status == referral.status:
        return sent
    sent.mirror(referral)
    sent.save(update_fields=Sent.MIRRORED)
    _note(sent, case)
    if referral.status == Status.ARRIVED and referral.arrived_at and case.is_active:
        hand_over(case=case, at=referral.arrived_at, by=None)
    return sent


@transaction.atomic
def expect_no_longer(*, referral_id: UUID) -> None:
    """The sender has withdrawn a referral that was accepted here: nobody will come.

    The consent is over, so the copy of the summary is emptied.
    """
    received = Received.objects.filter(pk=referral_id).select_related("case").first()
    if received is None or not received.text:
        return
    received.text = ""
    received.save(update_fields=["text"])
    record("received_referral.withdrawn", subject=received, by=None, case_id=received.case_id)
    client_did_not_arrive(case=received.case, by=None)


def _note(sent: Sent, case: Case) -> None:
    record(
        f"sent_referral.{sent.status}",
        subject=sent,
        by=None,
        case_id=case.id,
        recipient_id=sent.recipient_id,
        reason=sent.decline_reason,
    )
