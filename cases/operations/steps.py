"""What comes next, and until when the stay is planned."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from cases.models import Case, Stay
from cases.operations.locking import lock_open
from cases.operations.refusals import BeforeStart, NotInShelter, StepMissing
from shelters.events.recording import Actor, record


@transaction.atomic
def set_next_step(*, case: Case, text: str, by: Actor | None, due: date | None = None) -> Case:
    """Replace the next step. An empty text means that it is done and none is set."""
    case = lock_open(case)
    if (case.next_step or "", case.next_step_due) == (text.strip(), due):
        return case
    put_next_step(case, text, due)
    case.save(update_fields=["next_step", "next_step_due"])
    record("case.next_step_set", subject=case, by=by, case_id=case.id, due=due, done=not text)
    return case


def put_next_step(case: Case, text: str, due: date | None) -> None:
    """Set it on the row without saving; a day needs a step."""
    if due and not text.strip():
        raise StepMissing
    case.next_step = text.strip() or None
    case.next_step_due = due


@transaction.atomic
def set_plan(*, case: Case, until: date | None, by: Actor) -> Stay:
    """Until when the client plans to stay. It ends nothing by itself."""
    case = lock_open(case)
    stay = Stay.objects.select_for_update(of=("self",)).filter(case=case, ended_at=None).first()
    if stay is None:
        raise NotInShelter
    if until is not None and until < stay.started_on:
        raise BeforeStart(field="until")
    if stay.planned_until != until:
        stay.planned_until = until
        stay.save(update_fields=["planned_until"])
        record("case.plan_set", subject=case, by=by, case_id=case.id, until=until)
    return stay
