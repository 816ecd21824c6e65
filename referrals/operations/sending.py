"""Sending a referral: what both shelters see, the sealed summary, and the consent to it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases.models import Case, Consent, Scope
from cases.operations import give_consent
from cases.operations.locking import lock_open
from referrals.kept.models import Sent
from referrals.models import CODE_LETTERS, Need, Referral, Release, Urgency
from referrals.operations.following import follow
from referrals.operations.refusals import (
    AlreadyReferred,
    ChangedMeanwhile,
    NeedsMissing,
    NotInShelter,
    OnlyPractice,
    UnknownRecipient,
)
from referrals.operations.summaries import (
    as_text,
    mark_of,
    put_in_envelope,
    sections_of,
    summary_for,
)
from shelters.events.recording import record
from shelters.once import SavedAlready, save_once, saved_before
from shelters.refusals import Refusal
from shelters.registry import other_shelters
from shelters.staff.models import User
from shelters.tenancy import current_unit

CONSENT_LASTS = timedelta(days=30)
DRAWS = 8


class CodeTaken(Refusal):
    """Two referrals drew one code; only used to draw again."""


@transaction.atomic
def send_referral(
    *,
    new_id: UUID,
    case: Case,
    recipient_id: UUID,
    urgency: Urgency | str,
    reason: str,
    needs: Sequence[str],
    sections: Sequence[str],
    message: str,
    consent_how: str,
    by: User,
    consent_language: str = "",
    consent_lasts: timedelta | None = None,
    seen: str | None = None,
) -> Referral:
    """Send a client's referral with the summary that the client has agreed to.

    `sections` are those of `cases.summary` beside the identity; `message` is the sender's text on
    safety and needs. `seen` is the mark of the summary that the person read before pressing the
    button. Pressing twice with one `new_id` sends once.
    """
    case = lock_open(case)
    referral = draft_referral(
        new_id=new_id,
        case=case,
        recipient_id=recipient_id,
        urgency=urgency,
        reason=reason,
        needs=needs,
    )
    if saved := saved_before(referral, "recipient_id", "urgency", "reason"):
        return saved
    _check(case, recipient_id, needs)
    summary = summary_for(case, sections, message)
    if seen is not None and seen != mark_of(summary):
        raise ChangedMeanwhile
    referral = _save(referral)
    until, agreed = (
        referral.sent_at + (consent_lasts or CONSENT_LASTS),
        sections_of(sections, message),
    )
    consent = give_consent(
        case=case,
        scope=Scope.REFERRAL,
        how=consent_how,
        language=consent_language,
        recipient_id=recipient_id,
        sections=agreed,
        until=until,
        by=by,
    )
    _release(referral, agreed, until)
    put_in_envelope(referral, as_text(summary))
    _keep(referral, case, consent, as_text(summary), by)
    record(
        "referral.sent",
        subject=referral,
        by=by,
        case_id=case.id,
        recipient_id=recipient_id,
        urgency=referral.urgency,
    )
    return referral


def draft_referral(
    *,
    new_id: UUID,
    case: Case,
    recipient_id: UUID,
    urgency: Urgency | str,
    reason: str,
    needs: Sequence[str],
) -> Referral:
    """What both shelters will see, not saved: the preview shows it, the sending saves it."""
    now = timezone.now()
    return Referral(
        id=new_id,
        sender_id=current_unit().id,
        recipient_id=recipient_id,
        urgency=urgency,
        reason=reason,
        needs=[need.value for need in Need if need in needs],
        age_group=case.client.age_group,
        sex=case.client.sex,
        languages=case.client.languages,
        sent_at=now,
        answer_by=now + Urgency(urgency).time_to_answer,
    )


def may_be_sent(case: Case) -> bool:
    """Whether a referral of this client can begin now; the database has the last word."""
    if current_unit().is_practice:
        return False
    return case.is_active and not Sent.objects.filter(case=case).open().exists()


def _check(case: Case, recipient_id: UUID, needs: Sequence[str]) -> None:
    if current_unit().is_practice:
        raise OnlyPractice
    if not case.is_active:
        raise NotInShelter
    if not other_shelters().filter(pk=recipient_id).exists():
        raise UnknownRecipient
    if not needs:
        raise NeedsMissing
    for sent in Sent.objects.filter(case=case).open():
        follow(referral_id=sent.pk)  # its end may not have been heard of yet
    if not may_be_sent(case):
        raise AlreadyReferred


def _save(referral: Referral) -> Referral:
    """Nobody sees the codes of the others, so a code that is taken is drawn again."""
    for _ in range(DRAWS):
        referral.code = _draw_code()
        try:
            return save_once(referral, taken=CodeTaken)
        except CodeTaken:
            continue
    raise SavedAlready


def _draw_code() -> str:
    return "R-" + "".join(secrets.choice(CODE_LETTERS) for _ in range(4))


def _release(referral: Referral, sections: list[str], until: datetime) -> None:
    Release(
        referral=referral, recipient_id=referral.recipient_id, sections=sections, until=until
    ).save(force_insert=True)


def _keep(referral: Referral, case: Case, consent: Consent, text: str, by: User) -> None:
    Sent(
        referral_id=referral.id,
        case=case,
        consent=consent,
        code=referral.code,
        recipient_id=referral.recipient_id,
        by_name=by.name,
        sent_at=referral.sent_at,
        text=text,
    ).save(force_insert=True)
