"""The recipient's answer. Acceptance opens the summary and the case in one transaction."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases.models import Case
from cases.operations import expect_client
from referrals.kept.models import Received
from referrals.models import DeclineReason, Referral, Status
from referrals.operations.locking import lock_incoming
from referrals.operations.refusals import MomentIsOver, SummaryClosed, WrongState
from referrals.operations.summaries import open_envelope
from shelters.events.recording import record
from shelters.staff.models import User


@transaction.atomic
def accept_referral(*, referral: Referral, arrive_by: datetime, by: User) -> Case:
    """Take the client in: the case opens here, expected, with the summary the sender saw.

    Until the arrival the sender stays responsible. Whoever presses second finds the same case.
    """
    referral = lock_incoming(referral)
    if accepted := Received.objects.filter(pk=referral.pk).select_related("case").first():
        return accepted.case
    referral.advance(Status.ACCEPTED)
    if arrive_by <= timezone.now():
        raise MomentIsOver
    if not referral.release.stands:
        raise SummaryClosed
    referral.answered_at, referral.arrive_by = timezone.now(), arrive_by
    referral.save(update_fields=["status", "answered_at", "arrive_by"])
    text = open_envelope(referral)  # the database hands it out from acceptance on
    case = expect_client(referral_id=referral.id, summary=json.loads(text), by=by)
    _keep(referral, case, text)
    record(
        "referral.accepted",
        subject=referral,
        by=by,
        case_id=case.id,
        sender_id=referral.sender_id,
    )
    return case


@transaction.atomic
def decline_referral(*, referral: Referral, reason: DeclineReason | str, by: User) -> Referral:
    """Say no, and why. The summary is destroyed unopened."""
    referral = lock_incoming(referral)
    if referral.status == Status.DECLINED and referral.decline_reason == reason:
        return referral
    referral.advance(Status.DECLINED)
    referral.decline_reason = reason
    referral.answered_at = referral.ended_at = timezone.now()
    referral.save(update_fields=["status", "decline_reason", "answered_at", "ended_at"])
    record(
        "referral.declined",
        subject=referral,
        by=by,
        sender_id=referral.sender_id,
        reason=str(reason),
    )
    return referral


def case_of(referral: Referral) -> Case:
    """The case that acceptance opened here; raises `WrongState` before it."""
    found = Received.objects.filter(pk=referral.pk).select_related("case__client").first()
    if found is None:
        raise WrongState
    return found.case


def _keep(referral: Referral, case: Case, text: str) -> None:
    Received(
        referral_id=referral.id,
        case=case,
        code=referral.code,
        sender_id=referral.sender_id,
        text=text,
    ).save(force_insert=True)
