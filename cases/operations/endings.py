"""The end of a case here: closed, or handed over to another shelter. Then it is read-only."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from cases.models import Case, ClosureReason, Status, Stay
from cases.operations.locking import lock, lock_open
from cases.operations.notes import write_note
from cases.operations.refusals import (
    BeforeStart,
    CaseIsClosed,
    NotInShelter,
    NotYet,
    TextMissing,
)
from shelters.events.recording import Actor, record

TELL_WHY = frozenset({ClosureReason.ASKED_TO_LEAVE, ClosureReason.OTHER})


@transaction.atomic
def close_case(
    *,
    case: Case,
    reason: ClosureReason | str,
    by: Actor,
    note: str = "",
    left_at: datetime | None = None,
) -> Case:
    """The client has left: now, or at `left_at` if it is written down later.

    Whoever was asked to leave must know where to: the note says it.
    """
    locked = lock(case)
    if not locked.is_open:
        return _closed_alike(locked, reason)
    if not locked.is_active:
        raise NotInShelter
    if reason in TELL_WHY and not note.strip():
        raise TextMissing(field="note")
    now = timezone.now()
    if left_at is not None and left_at > now:
        raise NotYet(field="left_at")
    if note.strip():
        write_note(new_id=uuid4(), case=locked, text=note, by=by)
    return _end(locked, Status.CLOSED, reason, left_at or now, by, "case.closed")


@transaction.atomic
def hand_over(*, case: Case, at: datetime, by: Actor | None) -> Case:
    """The other shelter has confirmed the arrival, and is responsible from that moment on.

    Its clock may lie before the stay here began; then the stay ends as it began.
    """
    locked = lock(case)
    if locked.status == Status.CLOSED_REFERRED:
        return locked
    locked = lock_open(case)
    stay = locked.stays.filter(ended_at=None).first()
    at = max(at, stay.started_at) if stay else at
    reason = ClosureReason.TRANSFERRED
    return _end(locked, Status.CLOSED_REFERRED, reason, at, by, "case.handed_over")


@transaction.atomic
def client_did_not_arrive(*, case: Case, by: Actor | None) -> Case:
    """An expected client will not come: the case closes without a stay."""
    locked = lock(case)
    if not locked.is_open:
        return _closed_alike(locked, ClosureReason.DID_NOT_ARRIVE)
    if locked.status != Status.EXPECTED:
        raise NotInShelter
    reason = ClosureReason.DID_NOT_ARRIVE
    return _end(locked, Status.CLOSED, reason, timezone.now(), by, "case.did_not_arrive")


def _closed_alike(case: Case, reason: ClosureReason | str) -> Case:
    """A second press of the same button finds its work done."""
    if case.closure_reason != reason:
        raise CaseIsClosed
    return case


def _end(
    case: Case,
    to: Status,
    reason: ClosureReason | str,
    at: datetime,
    by: Actor | None,
    event_type: str,
) -> Case:
    case.advance(to)
    case.closed_at = at
    case.closure_reason = reason
    _end_stay(case, at)
    case.save(update_fields=["status", "closed_at", "closure_reason"])
    record(event_type, subject=case, by=by, case_id=case.id, reason=str(reason))
    return case


def _end_stay(case: Case, at: datetime) -> None:
    stay = Stay.objects.select_for_update(of=("self",)).filter(case=case, ended_at=None).first()
    if stay is None:
        return
    if at < stay.started_at:
        raise BeforeStart
    stay.ended_at = at
    stay.save(update_fields=["ended_at"])
