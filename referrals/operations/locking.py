"""Taking hold of a referral before its next step. Always the case first, then what is kept of it,
then the referral: two who take them in another order could wait for each other."""

from __future__ import annotations

from uuid import UUID

from referrals.kept.models import Sent
from referrals.models import Referral


def lock_incoming(referral: Referral) -> Referral:
    """As it stands now, at the shelter that received it, held until the transaction ends."""
    return Referral.objects.incoming().select_for_update(of=("self",)).get(pk=referral.pk)


def lock_outgoing(sent: Sent) -> Referral:
    """The same at the shelter that sent it."""
    return Referral.objects.outgoing().select_for_update(of=("self",)).get(pk=sent.pk)


def lock_sent(referral_id: UUID) -> Sent:
    found = Sent.objects.select_for_update(of=("self",)).select_related("case__client")
    return found.get(pk=referral_id)
