"""Taking hold of a case before changing it."""

from __future__ import annotations

from cases.models import Case
from cases.operations.refusals import CaseIsClosed


def lock(case: Case) -> Case:
    """The case as it stands now, held until the transaction ends."""
    return Case.objects.select_for_update(of=("self",)).select_related("client").get(pk=case.pk)


def lock_open(case: Case) -> Case:
    """The same, refused when the case is closed."""
    locked = lock(case)
    if not locked.is_open:
        raise CaseIsClosed
    return locked
