"""The client came, or did not. With the arrival the responsibility changes hands."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases import operations as case_work
from cases.models import Case
from referrals.models import Referral, Status
from referrals.operations.answering import case_of
from referrals.operations.locking import lock_incoming
from referrals.operations.refusals import BeforeSending, NotYet
from shelters.events.recording import record
from shelters.staff.models import User


@transaction.atomic
def confirm_arrival(*, referral: Referral, at: datetime, by: User) -> Case:
    """The client is here: the stay begins, and this shelter is responsible from now on."""
    referral = lock_incoming(referral)
    if referral.status == Status.ARRIVED:
        return case_of(referral)
    referral.advance(Status.ARRIVED)
    referral.arrived_at, referral.ended_at = _checked(at, referral), timezone.now()
    referral.save(update_fields=["status", "arrived_at", "ended_at"])
    case = case_work.confirm_arrival(case=case_of(referral), at=referral.arrived_at, by=by)
    _record("referral.arrived", referral, case, by)
    return case


@transaction.atomic
def report_not_arrived(*, referral: Referral, by: User) -> Case:
    """The client did not come: the expected case closes, and the sender stays responsible."""
    referral = lock_incoming(referral)
    if referral.status == Status.NOT_ARRIVED:
        return case_of(referral)
    referral.advance(Status.NOT_ARRIVED)
    referral.ended_at = timezone.now()
    referral.save(update_fields=["status", "ended_at"])
    case = case_work.client_did_not_arrive(case=case_of(referral), by=by)
    _record("referral.not_arrived", referral, case, by)
    return case


def _checked(at: datetime, referral: Referral) -> datetime:
    """People write minutes: the minute of the sending is not before it."""
    if at > timezone.now():
        raise NotYet
    if at < referral.sent_at.replace(second=0, microsecond=0):
        raise BeforeSending
    return max(at, referral.sent_at)


def _record(event_type: str, referral: Referral, case: Case, by: User) -> None:
    record(event_type, subject=referral, by=by, case_id=case.id, sender_id=referral.sender_id)
