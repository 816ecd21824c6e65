"""A client who comes from another shelter: expected, then here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from re import fullmatch
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from cases import code_names
from cases.models import (
    CODE_LENGTH,
    CODE_PATTERN,
    AgeBasis,
    AgeGroup,
    Case,
    Client,
    ReferralSource,
    Status,
    Stay,
)
from cases.operations.answering import Answers, check_age, known_of, put_answers
from cases.operations.locking import lock
from cases.operations.refusals import NotYet
from cases.operations.steps import put_next_step
from cases.summary import age_group_in, answers_in, code_in
from shelters.events.recording import Actor, record
from shelters.refusals import Refusal


@transaction.atomic
def expect_client(*, referral_id: UUID, summary: Mapping[str, Any], by: Actor) -> Case:
    """Open a case for a client who was accepted and has not arrived. Safe to repeat.

    Takes over what the summary says. The sender's code name is kept if it is free here.
    """
    known = Case.objects.select_related("client").filter(by_referral_id=referral_id).first()
    if known is not None:
        return known
    answers = answers_in(summary) | {"referral_source": ReferralSource.SHELTER}
    answers.pop("referral_source_answer", None)
    case = Case(
        client=_save_client(summary, answers),
        status=Status.EXPECTED,
        opened_by_id=by.id,
        by_referral_id=referral_id,
    )
    put_answers(case, answers)
    case.save(force_insert=True)
    record("case.expected", subject=case, by=by, case_id=case.id, referral_id=referral_id)
    return case


@transaction.atomic
def confirm_arrival(*, case: Case, at: datetime, by: Actor) -> Case:
    """The client is here: the stay begins. Consent to it has still to be asked."""
    case = lock(case)
    if case.is_active:
        return case
    if at > timezone.now():
        raise NotYet(field="at")
    case.advance(Status.ACTIVE)
    put_next_step(case, gettext("Ask for consent to stay"), timezone.localdate())
    case.save(update_fields=["status", "next_step", "next_step_due"])
    Stay.objects.create(case=case, started_at=at)
    record("case.arrived", subject=case, by=by, case_id=case.id)
    return case


def _save_client(summary: Mapping[str, Any], answers: Answers) -> Client:
    client = Client(code=_free_code(code_in(summary)), age_group=age_group_in(summary))
    put_answers(client, answers)
    if not _age_fits(client):
        _drop_age(client)
    client.save(force_insert=True)
    return client


def _age_fits(client: Client) -> bool:
    try:
        check_age(client)
    except Refusal:
        return False
    return True


def _drop_age(client: Client) -> None:
    """What contradicts itself in the summary is in doubt here: a child until it is known better."""
    client.age_group = AgeGroup.CHILD
    put_answers(client, known_of(client) | {"age_basis": AgeBasis.PRESUMED, "birth": None})


def _free_code(wanted: str) -> str:
    is_possible = len(wanted) <= CODE_LENGTH and fullmatch(CODE_PATTERN, wanted) is not None
    if is_possible and not Client.objects.filter(code__iexact=wanted).exists():
        return wanted
    return code_names.suggest()
