"""Admitting a client, and filling in later what could wait."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from cases.models import AgeGroup, Case, Client, How, Scope, Status, Stay, StayType
from cases.operations.answering import Answers, check_age, known_of, put_answers
from cases.operations.consents import give_consent
from cases.operations.locking import lock_open
from cases.operations.notes import write_note
from cases.operations.refusals import AlreadyHere, CodeTaken, NotYet, TooLongAgo
from cases.operations.steps import put_next_step
from shelters.events.recording import record
from shelters.once import save_once, saved_before
from shelters.staff.models import User

INTAKE_WITHIN = timedelta(days=1)
FIRST_YEAR = 2000  # no shelter of this kind is older; an earlier year is a slip of the hand


@transaction.atomic
def admit_client(
    *,
    new_id: UUID,
    code: str,
    age_group: AgeGroup | str,
    consent_how: How | str,
    by: User,
    answers: Answers | None = None,
    returning: Client | None = None,
    is_emergency: bool = False,
    stay_type: StayType | str = "",
    started_at: datetime | None = None,
    planned_until: date | None = None,
    consent_language: str = "",
    consented_at: datetime | None = None,
    keyworker: User | None = None,
    next_step: str = "",
    next_step_due: date | None = None,
    note: str = "",
) -> Case:
    """Client, case, stay and consent to it, together or not at all.

    In an emergency code name, adult or child, and consent are enough. `returning` is a client whose
    earlier cases are closed; then `code` is theirs. Pressing twice with one `new_id` admits once.
    `started_at` and `consented_at` say when it was if it is written down later; the events say
    when it was written down.
    """
    started_at = _possible_start(started_at)
    client = returning or _client(new_id, code, age_group, started_at)
    case = Case(
        id=new_id,
        client=client,
        status=Status.ACTIVE,
        opened_at=started_at,
        opened_by_id=by.id,
        keyworker=keyworker,
        is_emergency=is_emergency,
    )
    if saved := _admitted_before(case, is_new=returning is None):
        return saved
    _put_client(client, age_group, answers or {}, is_new=returning is None)
    put_answers(case, answers or {})
    put_next_step(case, *_first_step(is_emergency, next_step, next_step_due))
    if (saved := save_once(case, "client_id", taken=AlreadyHere)) is not case:
        return saved
    _begin_stay(case, is_emergency, stay_type, started_at, planned_until)
    record("case.opened", subject=case, by=by, case_id=case.id, emergency=is_emergency)
    give_consent(
        case=case,
        scope=Scope.STAY,
        how=consent_how,
        language=consent_language,
        given_at=consented_at,
        by=by,
    )
    if note.strip():
        write_note(new_id=new_id, case=case, text=note, by=by)
    return case


@transaction.atomic
def complete_intake(*, case: Case, age_group: AgeGroup | str, answers: Answers, by: User) -> Case:
    """Put the answers as they are known now in place of the earlier ones."""
    case = lock_open(case)
    client = Client.objects.select_for_update().get(pk=case.client_id)
    known = known_of(client) | known_of(case)
    client.age_group = age_group
    put_answers(client, answers)
    check_age(client)
    put_answers(case, answers)
    if known == known_of(client) | known_of(case):
        return case
    client.save()
    case.save()
    record("case.intake_completed", subject=case, by=by, case_id=case.id)
    return case


def _possible_start(started_at: datetime | None) -> datetime:
    now = timezone.now()
    if started_at is None:
        return now
    if started_at > now:
        raise NotYet(field="arrived_on")
    if started_at.year < FIRST_YEAR:
        raise TooLongAgo(field="arrived_on")
    return started_at


def _client(new_id: UUID, code: str, age_group: AgeGroup | str, seen_at: datetime) -> Client:
    """A new client shares the id of the first case, so that a second press finds both."""
    plain = " ".join(code.split())
    return Client(id=new_id, code=plain, age_group=age_group, first_seen_at=seen_at)


def _admitted_before(case: Case, *, is_new: bool) -> Case | None:
    """What an earlier press of the button made; refuses when it gave another code name."""
    if is_new and saved_before(case.client, "code") is None:
        return None
    return saved_before(case, "client_id")


def _put_client(
    client: Client, age_group: AgeGroup | str, answers: Answers, *, is_new: bool
) -> None:
    client.age_group = age_group
    put_answers(client, answers)
    check_age(client)
    if not is_new:
        client.save()
    elif Client.objects.filter(code__iexact=client.code).exclude(pk=client.pk).exists():
        raise CodeTaken
    else:
        save_once(client, "code", taken=CodeTaken)


def _first_step(is_emergency: bool, next_step: str, due: date | None) -> tuple[str, date | None]:
    """After an emergency the first step is to ask what could wait."""
    if is_emergency and not next_step.strip():
        return gettext("Complete the intake"), timezone.localdate() + INTAKE_WITHIN
    return next_step, due


def _begin_stay(
    case: Case,
    is_emergency: bool,
    stay_type: StayType | str,
    started_at: datetime,
    planned_until: date | None,
) -> None:
    usual = StayType.EMERGENCY if is_emergency else StayType.REHABILITATION
    Stay.objects.create(
        case=case,
        stay_type=stay_type or usual,
        started_at=started_at,
        planned_until=planned_until,
    )
