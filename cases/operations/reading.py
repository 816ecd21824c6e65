"""Opening a case is itself an event."""

from __future__ import annotations

from cases.models import Case
from shelters.events.recording import Actor, record


def read_case(*, case: Case, by: Actor) -> Case:
    """Note who read it, in the same transaction as the answer that shows it."""
    record("case.read", subject=case, by=by, case_id=case.id)
    return case
