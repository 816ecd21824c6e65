"""Who gives."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from funding.models import Donor, DonorKind
from funding.operations.refusals import DonorExists, PersonNeedsShelter
from shelters.events.recording import record
from shelters.once import save_once
from shelters.staff.models import User
from shelters.tenancy import current_unit


@transaction.atomic
def add_donor(*, new_id: UUID, name: str, kind: DonorKind, by: User) -> Donor:
    """The shelter's own donor; on the central host the network's."""
    shelter_id = current_unit().shelter_id
    if kind == DonorKind.INDIVIDUAL and shelter_id is None:
        raise PersonNeedsShelter
    donor = Donor(id=new_id, shelter_id=shelter_id, name=name.strip(), kind=kind)
    if Donor.objects.filter(name__iexact=donor.name).exclude(pk=new_id).exists():
        raise DonorExists
    if (saved := save_once(donor, "name", "kind", taken=DonorExists)) is not donor:
        return saved
    record("donor.added", subject=donor, by=by, kind=kind)
    return donor
