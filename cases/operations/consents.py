"""Consent: given, refused, withdrawn. Each answer is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from cases.models import AgeGroup, Case, Consent, ConsentState, How, Scope
from cases.operations.locking import lock_open
from cases.operations.refusals import AlreadyConsented, ConsentOver, GuardianOfAdult, NotYet
from shelters.events.recording import Actor, record
from shelters.once import save_once


@transaction.atomic
def give_consent(
    *,
    case: Case,
    scope: Scope | str,
    how: How | str,
    by: Actor,
    new_id: UUID | None = None,
    given_at: datetime | None = None,
    language: str = "",
    recipient_id: UUID | None = None,
    sections: Sequence[str] = (),
    until: datetime | None = None,
) -> Consent:
    """To the stay, or to one referral with its recipient, its sections and its end."""
    case = lock_open(case)
    _check(case, how, given_at)
    consent = Consent(
        id=new_id or uuid4(),
        case=case,
        scope=scope,
        state=ConsentState.GIVEN,
        how=how,
        language=language,
        given_at=given_at or timezone.now(),
        by_id=by.id,
        by_name=by.name,
        recipient_id=recipient_id,
        sections=list(sections),
        until=until,
    )
    saved = save_once(consent, "case_id", "scope", "recipient_id", taken=AlreadyConsented)
    if saved is consent:
        _record("consent.given", consent, by, how=str(how))
    return saved


@transaction.atomic
def refuse_consent(
    *,
    case: Case,
    scope: Scope | str,
    by: Actor,
    new_id: UUID | None = None,
    language: str = "",
    recipient_id: UUID | None = None,
) -> Consent:
    """The person said no. That closes no door and ends no stay."""
    case = lock_open(case)
    consent = Consent(
        id=new_id or uuid4(),
        case=case,
        scope=scope,
        state=ConsentState.REFUSED,
        language=language,
        by_id=by.id,
        by_name=by.name,
        recipient_id=recipient_id,
    )
    saved = save_once(consent, "case_id", "scope", "recipient_id", "state")
    if saved is consent:
        _record("consent.refused", consent, by)
    return saved


@transaction.atomic
def answer_about_stay(
    *, case: Case, how: How | str, by: Actor, new_id: UUID | None = None, language: str = ""
) -> Consent:
    """How the person agreed to stay, or `ConsentState.REFUSED`, which is an answer too."""
    facts: dict[str, Any] = {"case": case, "scope": Scope.STAY, "language": language}
    if how == ConsentState.REFUSED:
        return refuse_consent(**facts, new_id=new_id, by=by)
    try:
        return give_consent(**facts, how=how, new_id=new_id, by=by)
    except GuardianOfAdult:
        raise GuardianOfAdult(field="how") from None


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Actor) -> Consent:
    """From now on. Whoever acts on this consent hears of it before the transaction ends."""
    consent = (
        Consent.objects.select_for_update(of=("self",)).select_related("case").get(pk=consent.pk)
    )
    if consent.state != ConsentState.GIVEN:
        raise ConsentOver
    consent.state = ConsentState.WITHDRAWN
    consent.withdrawn_at = timezone.now()
    consent.withdrawn_by_id = by.id
    consent.save(update_fields=["state", "withdrawn_at", "withdrawn_by_id"])
    _record("consent.withdrawn", consent, by)
    return consent


def _check(case: Case, how: How | str, given_at: datetime | None) -> None:
    if given_at is not None and given_at > timezone.now():
        raise NotYet(field="given_at")
    if how == How.GUARDIAN_AND_CHILD and case.client.age_group == AgeGroup.ADULT:
        raise GuardianOfAdult


def _record(event_type: str, consent: Consent, by: Actor, **facts: str) -> None:
    record(
        event_type,
        subject=consent,
        by=by,
        case_id=consent.case_id,
        consent_id=consent.id,
        scope=str(consent.scope),
        **facts,
    )
